/* SPDX-License-Identifier: Apache-2.0 */
/* Family "oauth": the form of requests to token endpoints. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "harness/judge/selection.h"

static const struct selection token_requests = {.classes = 1u << ROUTE_TOKEN};

/* What is wrong with one request, or NULL. */
typedef const char *request_rule(struct arena *a, const struct journal_record *r);

/* Each of the chosen requests must keep the rule, and there must be some. */
static void each_request(const struct check_context *x, struct check_outcome *o,
                         const struct selection *chosen, const char *expected, request_rule *wrong)
{
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(chosen, r)) {
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
        check_fail(o, expected,
                   arena_printf(x->arena, "there were no %s", selection_text(x->arena, chosen)),
                   selection_excerpt(x->arena, &token_requests, &x->evidence->journal, 4));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

/* Public clients (PKCE, token exchange) need none; with client_credentials there must be one
 * (RFC 6749 section 4.4). */
static const char *wrong_client_auth(struct arena *a, const struct journal_record *r)
{
    const char *ways[3];
    int n = 0;
    if (str_eq_nocase(str_of(r->credential.scheme), STR("basic"))) {
        ways[n++] = "HTTP Basic";
    }
    if (journal_pair_count(&r->request.form, "client_secret") > 0) {
        ways[n++] = "client_secret";
    }
    if (journal_pair_count(&r->request.form, "client_assertion") > 0) {
        ways[n++] = "client_assertion";
    }
    if (n > 1) {
        return arena_printf(a, "authenticates the client by %s%s%s and %s", ways[0],
                            n > 2 ? ", " : "", n > 2 ? ways[1] : "", ways[n - 1]);
    }
    if (n == 0 && str_eq_z(str_of(r->grant), "client_credentials")) {
        return "does not authenticate the client";
    }
    return NULL;
}

static void run_one_client_auth(const struct check_context *x, struct check_outcome *o)
{
    each_request(x, o, &token_requests, "each token request authenticates the client in one way",
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
        return type ? arena_printf(a, "has the content type `%s'", type) : "has no content type";
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
    each_request(x, o, &token_requests,
                 "each token request is a form-urlencoded POST without repeated parameters",
                 wrong_form);
}

/* Version 1 of Entra ID's token endpoint asks by `resource' instead. */
static const char *wrong_scope(struct arena *a, const struct journal_record *r)
{
    (void)a; /* of a request_rule; this one makes no text */
    bool by_resource = str_eq_z(str_of(r->route), "entra.token_v1");
    const char *scope = journal_pair_get(&r->request.form, by_resource ? "resource" : "scope");
    if (!scope || !scope[0]) {
        return "asks for no scope";
    }
    if (journal_pair_count(&r->request.form, "refresh_token") > 0) {
        return "carries a refresh token";
    }
    return NULL;
}

static void run_client_credentials(const struct check_context *x, struct check_outcome *o)
{
    struct selection cc = {.classes = 1u << ROUTE_TOKEN, .grant = "client_credentials"};
    const char *expected = "each M2M token is asked for with grant_type=client_credentials and a "
                           "scope, none by a refresh token";
    struct selection refresh = {.classes = 1u << ROUTE_TOKEN, .grant = "refresh_token"};
    if (selection_count(&refresh, &x->evidence->journal) > 0) {
        check_fail(o, expected, "a refresh_token grant was used",
                   selection_excerpt(x->arena, &refresh, &x->evidence->journal, 4));
        return;
    }
    each_request(x, o, &cc, expected, wrong_scope);
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
