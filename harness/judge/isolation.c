/* SPDX-License-Identifier: Apache-2.0 */
/* Family "isolation": what was planted around the connector had no effect. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/secret/secret.h"
#include "harness/judge/selection.h"

static bool is_poison(const char *canary)
{
    return str_starts(str_of(canary), STR("poison_"));
}

static const char *poisoned(const struct check_context *x, const struct journal_record *r)
{
    const char *kind = secret_kind_name(SECRET_POISON);
    if (str_eq_z(str_of(r->credential.kind), kind) || is_poison(r->credential.name)) {
        return arena_printf(x->arena, "request #%lld carries %s as its credential",
                            (long long)r->seq, r->credential.name);
    }
    VEC_FOREACH(const struct journal_secret, s, &r->secrets) {
        if (is_poison(s->name)) {
            return arena_printf(x->arena, "request #%lld carries %s in %s", (long long)r->seq,
                                s->name, s->where);
        }
    }
    return NULL;
}

static const char *first_poisoned(const struct check_context *x, const struct journal *j,
                                  const struct journal_record **ret_record)
{
    VEC_FOREACH(const struct journal_record, r, j) {
        const char *what = poisoned(x, r);
        if (what) {
            *ret_record = r;
            return what;
        }
    }
    return NULL;
}

static void run_no_poison(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "no value planted in the environment or in files is ever sent";
    const struct journal_record *r = NULL;
    const char *what = first_poisoned(x, &x->evidence->journal, &r);
    if (!what) {
        what = first_poisoned(x, &x->evidence->decoy, &r);
    }
    if (what) {
        check_fail(o, expected, what, check_exchange_text(x->arena, r));
        return;
    }
    check_pass(o, expected,
               arena_printf(x->arena, "none of %zu requests carries one",
                            x->evidence->journal.count + x->evidence->decoy.count));
}

static void run_no_decoy(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "nothing is sent to the planted host";
    struct selection all = {0};
    if (x->evidence->decoy.count > 0) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%zu request%s went there", x->evidence->decoy.count,
                                x->evidence->decoy.count == 1 ? "" : "s"),
                   selection_excerpt(x->arena, &all, &x->evidence->decoy, 12));
        return;
    }
    check_pass(o, expected, "nothing came");
}

static void run_no_egress(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "nothing is looked up or contacted but Databricks";
    AUTO_BUF struct buf text = {0};
    if (!str_eq_z(str_of(e->isolation), "sealed") && e->egress_count == 0) {
        check_not_applicable(o, "only a sealed world sees all that wants to leave it");
        return;
    }
    for (size_t i = 0; i < e->egress_count; i++) {
        const struct egress_record_text *r = &e->egress[i];
        buf_printf(&text, "+%lldms %s %s%s%s%s port %d%s%s%s%s\n", (long long)r->at_ms,
                   r->transport, r->name, r->name[0] ? " (" : "", r->address, r->name[0] ? ")" : "",
                   r->port, r->server_name[0] ? ", asked for " : "", r->server_name,
                   r->first[0] ? ", began with " : "", r->first);
    }
    if (e->egress_count > 0) {
        const struct egress_record_text *first = &e->egress[0];
        check_fail(o, expected,
                   arena_printf(x->arena, "%zu attempts, first %s %s", e->egress_count,
                                first->transport, first->name[0] ? first->name : first->address),
                   arena_strndup(x->arena, buf_z(&text), text.len));
        return;
    }
    check_pass(o, expected, "nothing was");
}

static const struct check_row rows[] = {
    {.kind = {"isolation.no_poison", "No planted credential ever reaches the wire.", NULL},
     .run = run_no_poison,
     .cause = "the SDK fills what the code left open from the environment or ~/.databrickscfg",
     .fix = "pass host, credentials and authentication type explicitly, and no profile"},
    {.kind = {"isolation.no_decoy", "Nothing is sent to a planted host.", NULL},
     .run = run_no_decoy,
     .cause = "the host came from the environment or a profile",
     .fix = "pass the host explicitly; ignore DATABRICKS_HOST and profiles when it is given"},
    {.kind = {"isolation.no_egress",
              "Nothing but the workspace and its identity provider is looked up or contacted.",
              NULL},
     .run = run_no_egress,
     .cause = "an update check, telemetry of a library, or a host that came from elsewhere",
     .fix = "switch such calls off, or ask the user first; talk to the host that was given only"},
};

const struct check_family family_isolation = {
    .name = "isolation",
    .doc = "What was planted around the connector had no effect.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
