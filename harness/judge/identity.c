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
        return r->principal[0] ? arena_printf(x->arena, "stands for %s", r->principal)
                               : arena_printf(x->arena, "stands for nobody: its credential is %s",
                                              credential_state_name(r->credential.state));
    }
    if (!str_eq_z(str_of(r->credential.kind), kind)) {
        return r->credential.kind[0]
                   ? arena_printf(x->arena, "carries a credential of kind %s", r->credential.kind)
                   : "carries a credential of no known kind";
    }
    return NULL;
}

static void run_as_given(const struct check_context *x, struct check_outcome *o)
{
    struct selection api = {.classes = 1u << ROUTE_API};
    size_t n = 0;
    const char *expected =
        arena_printf(x->arena, "each API call stands for %s, with a credential of kind %s",
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
    check_pass(o, expected, arena_printf(x->arena, "all %zu did", n));
}

/* How a request authenticates, or starts to, or NULL. A credential counts wherever it stands. */
static const char *authenticating(const struct check_context *x, const struct journal_record *r)
{
    if (r->class == ROUTE_TOKEN) {
        return "goes to a token endpoint";
    }
    if (r->class == ROUTE_AUTHORIZE) {
        return "goes to an authorization endpoint";
    }
    if (r->credential.state != CREDENTIAL_ABSENT) {
        return "carries a credential";
    }
    if (r->secrets.count > 0) {
        return arena_printf(x->arena, "carries %s in %s", r->secrets.items[0].name,
                            r->secrets.items[0].where);
    }
    return NULL;
}

static bool authenticates(const struct check_context *x, const struct journal *j,
                          const char *expected, struct check_outcome *o)
{
    VEC_FOREACH(const struct journal_record, r, j) {
        const char *how = authenticating(x, r);
        if (how) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s", (long long)r->seq, how),
                       check_exchange_text(x->arena, r));
            return true;
        }
    }
    return false;
}

static void run_nothing_sent(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "no request carries a credential or asks for one";
    if (!authenticates(x, &e->journal, expected, o) && !authenticates(x, &e->decoy, expected, o)) {
        check_pass(o, expected,
                   arena_printf(x->arena, "none of %zu does", e->journal.count + e->decoy.count));
    }
}

/* That another way works is shown by its own cases, which run because it is declared. */
static void run_other_way(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "the connector declares a way in besides personal access tokens";
    unsigned others = x->manifest->ways_in & ~(1u << MODE_PAT);
    if (others == 0) {
        check_fail(o, expected, "its manifest has the mode pat alone", NULL);
        return;
    }
    for (int i = 0; i < MODE_COUNT; i++) {
        if (others >> i & 1u) {
            check_pass(o, expected, mode_title((enum mode)i));
            return;
        }
    }
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
    {.kind = {"identity.other_way",
              "A personal access token is not the only way in: the manifest declares a mode of "
              "OAuth, whose own cases show whether it works.",
              NULL},
     .run = run_other_way,
     .cause = "OAuth was left for later",
     .fix = "implement OAuth M2M or U2M, and declare the mode in the manifest"},
};

const struct check_family family_identity = {.name = "identity",
                                             .doc = "Who the connector was on the wire.",
                                             .rows = rows,
                                             .count = ARRAY_LEN(rows)};
