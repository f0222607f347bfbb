/* SPDX-License-Identifier: Apache-2.0 */
/* Family "oauth": the form of requests to token endpoints. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "harness/judge/selection.h"

static const struct selection token_requests = {.classes = 1u << ROUTE_TOKEN};

/* Runs a predicate over every token request; it returns what is wrong, or NULL. */
static void
each_token_request(const struct check_context *x, struct check_outcome *o, const char *expected,
                   const char *(*wrong)(struct arena *a, const struct journal_record *r))
{
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&token_requests, r)) {
            continue;
        }
        looked_at++;
        const char *what = wrong(x->arena, r);
        if (what) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s", (long long)r->seq, what),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected, "there was no request to a token endpoint", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "so do all %zu", looked_at));
}

static const char *wrong_client_auth(struct arena *a, const struct journal_record *r)
{
    bool basic = str_eq_nocase(str_of(r->credential.scheme), STR("basic"));
    bool secret = journal_pair_count(&r->request.form, "client_secret") > 0;
    bool assertion = journal_pair_count(&r->request.form, "client_assertion") > 0;
    if (basic + secret + assertion > 1) {
        return arena_printf(a, "authenticates the client by %s%s%s", basic ? "HTTP Basic, " : "",
                            secret ? "client_secret, " : "", assertion ? "client_assertion" : "");
    }
    return NULL;
}

static void run_one_client_auth(const struct check_context *x, struct check_outcome *o)
{
    each_token_request(x, o, "each token request authenticates the client in one way only",
                       wrong_client_auth);
}

static const char *wrong_form(struct arena *a, const struct journal_record *r)
{
    const char *type = journal_header(&r->request.headers, "Content-Type");
    struct str media = str_of(type ? type : "");
    long end = str_find(media, STR(";"), 0);
    media = str_trim(end >= 0 ? str_slice(media, 0, (size_t)end) : media);
    if (!str_eq_z(str_of(r->request.method), "POST")) {
        return arena_printf(a, "is a %s", r->request.method);
    }
    if (!str_eq_nocase(media, STR("application/x-www-form-urlencoded"))) {
        return arena_printf(a, "has the content type `%s'", type ? type : "");
    }
    for (size_t i = 0; i < r->request.form.count; i++) {
        const char *name = r->request.form.items[i].name;
        if (journal_pair_count(&r->request.form, name) > 1) {
            return arena_printf(a, "has the parameter %s more than once", name);
        }
    }
    return NULL;
}

static void run_form(const struct check_context *x, struct check_outcome *o)
{
    each_token_request(x, o,
                       "each token request is a form-urlencoded POST without repeated parameters",
                       wrong_form);
}

static const char *wrong_scope(struct arena *a, const struct journal_record *r)
{
    if (!str_eq_z(str_of(r->grant), "client_credentials")) {
        return NULL;
    }
    const char *scope = journal_pair_get(&r->request.form, "scope");
    if (!scope || !scope[0]) {
        return "asks for no scope";
    }
    if (journal_pair_count(&r->request.form, "refresh_token") > 0) {
        return "carries a refresh token";
    }
    (void)a;
    return NULL;
}

static void run_client_credentials(const struct check_context *x, struct check_outcome *o)
{
    struct selection cc = {.classes = 1u << ROUTE_TOKEN, .grant = "client_credentials"};
    const char *expected =
        "M2M tokens are asked for with grant_type=client_credentials and a scope, "
        "and never by a refresh token";
    struct selection refresh = {.classes = 1u << ROUTE_TOKEN, .grant = "refresh_token"};
    if (selection_count(&refresh, &x->evidence->journal) > 0) {
        check_fail(o, expected, "a refresh_token grant was used",
                   selection_excerpt(x->arena, &refresh, &x->evidence->journal, 4));
        return;
    }
    if (selection_count(&cc, &x->evidence->journal) == 0) {
        check_fail(o, expected, "there was no such request",
                   selection_excerpt(x->arena, &token_requests, &x->evidence->journal, 4));
        return;
    }
    each_token_request(x, o, expected, wrong_scope);
}

static const struct check_row rows[] = {
    {.kind =
         {"oauth.one_client_auth",
          "Each token request uses one way of client authentication: Basic, client_secret in the "
          "body, or an assertion.",
          NULL},
     .run = run_one_client_auth,
     .cause = "an HTTP library adds Basic while the code also puts the secret into the body",
     .fix = "choose one: HTTP Basic (client_secret_basic) or the body (client_secret_post)"},
    {.kind = {"oauth.form",
              "Each token request is a POST with a form-urlencoded body and no parameter twice.",
              NULL},
     .run = run_form,
     .cause = "the body is sent as JSON, or parameters are appended twice",
     .fix = "send application/x-www-form-urlencoded, each parameter once"},
    {.kind = {"oauth.client_credentials",
              "M2M tokens come from the client_credentials grant with a scope; the grant has no "
              "refresh token.",
              NULL},
     .run = run_client_credentials,
     .cause = "the M2M flow is treated like a user's session",
     .fix = "ask anew with grant_type=client_credentials when the token nears its end"},
};

const struct check_family family_oauth = {.name = "oauth",
                                          .doc = "The form of requests to token endpoints.",
                                          .rows = rows,
                                          .count = ARRAY_LEN(rows)};
