/* SPDX-License-Identifier: Apache-2.0 */
/* Family "identity": who the connector was on the wire. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "base/secret/secret.h"
#include "harness/judge/selection.h"

/* The kind of credential that API calls must carry in a mode. */
static enum secret_kind kind_of_mode(enum mode mode)
{
    return mode == MODE_PAT ? SECRET_PAT : SECRET_ACCESS_TOKEN;
}

static const char *wrong_identity(const struct check_context *x, const struct journal_record *r)
{
    const char *kind = secret_kind_name(kind_of_mode(x->mode));
    if (r->credential.state == CREDENTIAL_ABSENT) {
        return "carries no credential";
    }
    if (!str_eq_z(str_of(r->principal), x->evidence->identity.principal)) {
        return arena_printf(x->arena, "stands for `%s'", r->principal[0] ? r->principal : "nobody");
    }
    if (!str_eq_z(str_of(r->credential.kind), kind)) {
        return arena_printf(x->arena, "carries a credential of kind %s", r->credential.kind);
    }
    return NULL;
}

static void run_as_given(const struct check_context *x, struct check_outcome *o)
{
    struct selection api = {.classes = 1u << ROUTE_API};
    size_t n = 0;
    const char *expected =
        arena_printf(x->arena, "each API call stands for %s, by a credential of kind %s",
                     x->evidence->identity.principal, secret_kind_name(kind_of_mode(x->mode)));
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&api, r)) {
            continue;
        }
        const char *what = wrong_identity(x, r);
        n++;
        if (what) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s", (long long)r->seq, what),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (n == 0) {
        check_fail(o, expected, "there was no API call", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "so did all %zu", n));
}

/* Nothing that authenticates may have been sent: neither to a token endpoint nor to the API. */
static void run_nothing_sent(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "no request with a credential, and none to a token endpoint";
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (r->class == ROUTE_TOKEN || r->credential.state != CREDENTIAL_ABSENT) {
            check_fail(o, expected, arena_printf(x->arena, "request #%lld", (long long)r->seq),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    check_pass(o, expected,
               arena_printf(x->arena, "none among %zu requests", x->evidence->journal.count));
}

static const struct check_row rows[] = {
    {.kind = {"identity.as_given",
              "Every API call is made as the identity, and with the kind of credential, that the "
              "connector was given.",
              NULL},
     .run = run_as_given,
     .cause = "credentials were taken from the environment or a profile instead",
     .fix = "hand credentials and authentication type to the client explicitly"},
    {.kind = {"identity.nothing_sent",
              "Nothing that authenticates was sent: the connector refused before any request.",
              NULL},
     .run = run_nothing_sent,
     .cause = "the configuration is not checked before it is used",
     .fix = "refuse a configuration with credentials of more than one kind at construction"},
};

const struct check_family family_identity = {.name = "identity",
                                             .doc = "Who the connector was on the wire.",
                                             .rows = rows,
                                             .count = ARRAY_LEN(rows)};
