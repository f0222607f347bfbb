/* SPDX-License-Identifier: Apache-2.0 */
/* Family "probe": is the adapter honest? Asked before anything else is believed. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "base/json/json.h"

/* The table's id is made for this run and known to the mock only: an adapter that answers with it
 * has spoken to the server. */
static void run_nonce(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "each successful `validate' answers with the table_id of the server";
    const char *given = e->identity.table_id ? e->identity.table_id : "";
    size_t judged = 0;
    if (x->manifest->drive != DRIVE_LINES) {
        check_not_applicable(o, "only the `lines' drive has answers that could carry it");
        return;
    }
    if (!(x->manifest->capabilities >> CAN_UNITY_CATALOG & 1u)) {
        check_not_applicable(o, "the connector does not get the table, so it cannot know its id");
        return;
    }
    if (!given[0]) {
        check_inconclusive(o, expected, "the server gave the table no id");
        return;
    }
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct operation_record *op = &e->operations[i];
        if (op->answer != ANSWER_OK || !str_eq_z(str_of(op->verb), "validate")) {
            continue;
        }
        const char *id = json_get_string(op->reply, "table_id", "");
        judged++;
        if (!str_eq_z(str_of(id), given)) {
            check_fail(o, expected,
                       id[0] ? arena_printf(x->arena,
                                            "validate %lld answers with `%s', the server gave `%s'",
                                            (long long)op->index, id, given)
                             : arena_printf(x->arena, "validate %lld answers without a table_id",
                                            (long long)op->index),
                       NULL);
            return;
        }
    }
    if (judged == 0) {
        check_fail(o, expected, "no `validate' succeeded", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu carry `%s'", judged, given));
}

static void run_never_ok(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "no operation succeeds in a mode that the manifest does not declare";
    for (size_t i = 0; i < e->operation_count; i++) {
        if (e->operations[i].answer == ANSWER_OK) {
            check_fail(o, expected,
                       arena_printf(x->arena, "%s %lld was ok", e->operations[i].verb,
                                    (long long)e->operations[i].index),
                       NULL);
            return;
        }
    }
    check_pass(o, expected, arena_printf(x->arena, "none of %zu did", e->operation_count));
}

static const struct check_row rows[] = {
    {.kind = {"probe.nonce", "The answer carries a value that only the server knows.", NULL},
     .run = run_nonce,
     .cause = "the adapter answers without asking the server, or does not pass table_id on",
     .fix = "put the `table_id' of the table's answer into the answer to `validate'"},
    {.kind = {"probe.never_ok", "Nothing succeeds where nothing can.", NULL},
     .run = run_never_ok,
     .cause = "an unknown mode falls back to a default one",
     .fix = "refuse an authentication type that is not known"},
};

const struct check_family family_probe = {.name = "probe",
                                          .doc = "Whether the adapter can be believed.",
                                          .rows = rows,
                                          .count = ARRAY_LEN(rows)};
