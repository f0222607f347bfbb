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
    const char *expected = "the answer to `validate' carries the table_id that the server gave";
    if (x->manifest->drive != DRIVE_LINES) {
        check_not_applicable(o, "only the `lines' drive has answers that could carry it");
        return;
    }
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct operation_record *op = &e->operations[i];
        if (op->answer != ANSWER_OK || !str_eq_z(str_of(op->verb), "validate")) {
            continue;
        }
        const char *id = json_get_string(op->reply, "table_id", "");
        if (!str_eq_z(str_of(id), e->identity.table_id)) {
            check_fail(o, expected,
                       id[0] ? arena_printf(x->arena, "it carries `%s', the server gave `%s'", id,
                                            e->identity.table_id)
                             : "it carries none",
                       NULL);
            return;
        }
        check_pass(o, expected, arena_printf(x->arena, "it carries `%s'", id));
        return;
    }
    check_fail(o, expected, "no `validate' succeeded", NULL);
}

static void run_never_ok(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "no operation succeeds in a mode that the manifest does not declare";
    for (size_t i = 0; i < e->operation_count; i++) {
        if (e->operations[i].answer == ANSWER_OK) {
            check_fail(o, expected,
                       arena_printf(x->arena, "`%s' answered ok", e->operations[i].verb), NULL);
            return;
        }
    }
    check_pass(o, expected, "none did");
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
