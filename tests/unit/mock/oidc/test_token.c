/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/token.h"

#include "base/crypto/jwt.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define FORM      "application/x-www-form-urlencoded"
#define CC        "grant_type=client_credentials"
#define POST_AUTH "&client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(oidc_token, .init = set_up, .fini = tear_down);

/* What a request gets. `basic` is "id:secret" for the Authorization header. */
struct row {
    const char *what;
    const char *query, *content_type, *body, *basic_id, *basic_secret, *raw_authorization;
    int status;
    const char *error; /* NULL = none */
    int credential;    /* enum credential_state */
    bool challenge;    /* WWW-Authenticate is there */
    const char *clause;
};

#define OK_BODY(b) .content_type = FORM, .body = (b)
#define OK_BASIC   .basic_id = DESK_CLIENT_ID, .basic_secret = DESK_SECRET

static const struct row rows[] = {
    {.what = "basic",
     OK_BODY(CC "&scope=all-apis"),
     OK_BASIC,
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-4.4.2-cc-body"},
    {.what = "post",
     OK_BODY(CC POST_AUTH),
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "SEED001-m2m-body"},
    {.what = "any order of parameters",
     OK_BODY("client_secret=" DESK_SECRET "&scope=sql&client_id=" DESK_CLIENT_ID "&" CC),
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-3.2-form"},
    {.what = "a charset in the content type",
     .content_type = FORM "; charset=UTF-8",
     .body = CC POST_AUTH,
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-3.2-form"},
    {.what = "client_id beside basic",
     OK_BODY(CC "&client_id=" DESK_CLIENT_ID),
     OK_BASIC,
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-2.3-one-client-auth"},
    {.what = "a json body",
     .content_type = "application/json",
     .body = "{\"grant_type\":\"x\"}",
     OK_BASIC,
     .status = 400,
     .clause = "sdk-java#154"},
    {.what = "no content type", .body = CC POST_AUTH, .status = 400, .clause = "sdk-java#154"},
    {.what = "a broken percent",
     OK_BODY(CC "&scope=%zz"),
     OK_BASIC,
     .status = 400,
     .clause = "sdk-java#154"},
    {.what = "no body",
     OK_BODY(""),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC6749-5.2-error-json"},
    {.what = "no grant type",
     OK_BODY("scope=sql"),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC6749-5.2-error-json"},
    {.what = "an empty grant type",
     OK_BODY("grant_type="),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC 6749 section 3.2"},
    {.what = "an unknown grant",
     OK_BODY("grant_type=password"),
     OK_BASIC,
     .status = 400,
     .error = "unsupported_grant_type",
     .clause = "RFC9700-2.4-no-ropc"},
    {.what = "a parameter twice",
     OK_BODY(CC "&scope=sql&scope=sql"),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC6749-3.1-no-dup-params"},
    {.what = "secret in the query",
     .query = "?client_secret=" DESK_SECRET,
     OK_BODY(CC),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC6749-2.3.1-no-secret-in-uri"},
    {.what = "all in the query",
     .query = "?" CC POST_AUTH,
     OK_BODY(""),
     .status = 400,
     .error = "invalid_request",
     .clause = "RFC6749-2.3.1-no-secret-in-uri"},
    {.what = "a harmless query",
     .query = "?o=111",
     OK_BODY(CC),
     OK_BASIC,
     .status = 200,
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-3.2-form"},
    {.what = "wrong secret by basic",
     OK_BODY(CC),
     .basic_id = DESK_CLIENT_ID,
     .basic_secret = "dosewrong0000000",
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_WRONG,
     .challenge = true,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "wrong secret by post",
     OK_BODY(CC "&client_secret=dosewrong0000000&client_id=" DESK_CLIENT_ID),
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_WRONG,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "the user's pat as secret",
     OK_BODY(CC),
     .basic_id = DESK_CLIENT_ID,
     .basic_secret = DESK_PAT,
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_WRONG,
     .challenge = true,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "unknown client",
     OK_BODY(CC),
     .basic_id = "nobody",
     .basic_secret = DESK_SECRET,
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_UNKNOWN,
     .challenge = true,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "no client",
     OK_BODY(CC),
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_ABSENT,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "client without its secret",
     OK_BODY(CC "&client_id=" DESK_CLIENT_ID),
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_ABSENT,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "both ways at once",
     OK_BODY(CC POST_AUTH),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .credential = CREDENTIAL_WRONG,
     .clause = "RFC6749-2.3-one-client-auth"},
    {.what = "another client_id beside basic",
     OK_BODY(CC "&client_id=databricks-cli"),
     OK_BASIC,
     .status = 400,
     .error = "invalid_request",
     .credential = CREDENTIAL_WRONG,
     .clause = "RFC6749-2.3-one-client-auth"},
    {.what = "basic that is no base64",
     OK_BODY(CC),
     .raw_authorization = "Basic ???",
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_MALFORMED,
     .challenge = true,
     .clause = "RFC 7617 section 2"},
    {.what = "a bearer token as client",
     OK_BODY(CC),
     .raw_authorization = "Bearer " DESK_PAT,
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_MALFORMED,
     .challenge = true,
     .clause = "RFC6749-2.3-one-client-auth"},
    {.what = "a public client",
     OK_BODY(CC "&client_id=databricks-cli"),
     .status = 400,
     .error = "unauthorized_client",
     .credential = CREDENTIAL_ABSENT,
     .clause = "RFC 6749 section 4.4"},
    {.what = "a public client with a secret",
     OK_BODY(CC "&client_id=databricks-cli&client_secret=" DESK_SECRET),
     .status = 401,
     .error = "invalid_client",
     .credential = CREDENTIAL_UNKNOWN,
     .clause = "RFC6749-5.2-invalid_client-401"},
    {.what = "a scope nobody has",
     OK_BODY(CC "&scope=everything"),
     OK_BASIC,
     .status = 400,
     .error = "invalid_scope",
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC6749-3.3-scope-change"},
    {.what = "a malformed scope",
     OK_BODY(CC "&scope=sql++all-apis"),
     OK_BASIC,
     .status = 400,
     .error = "invalid_scope",
     .credential = CREDENTIAL_LIVE,
     .clause = "RFC 6749 section 3.3"},
};

static const struct desk_reply *send_row(const struct row *r)
{
    char header[256], target[512];
    (void)snprintf(target, sizeof(target), "/oidc/v1/token%s", r->query != NULL ? r->query : "");
    const char *authorization = r->raw_authorization;
    if (r->basic_id != NULL) {
        authorization = desk_basic(r->basic_id, r->basic_secret, header, sizeof(header));
    }
    return desk_send(d, &(struct desk_request){.method = "POST",
                                               .target = target,
                                               .authorization = authorization,
                                               .content_type = r->content_type,
                                               .body = r->body});
}

Test(oidc_token, each_request_gets_the_answer_of_its_clause)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *r = &rows[i];
        const struct desk_reply *a = send_row(r);
        const char *error = json_get_string(a->json, "error", NULL);
        cr_expect(a->reply.status == r->status, "%s (%s): status %d", r->what, r->clause,
                  a->reply.status);
        cr_expect((error == NULL) == (r->error == NULL) &&
                      (error == NULL || strcmp(error, r->error) == 0),
                  "%s (%s): error %s", r->what, r->clause, error != NULL ? error : "none");
        cr_expect((int)a->notes.credential.state == r->credential, "%s (%s): credential %s",
                  r->what, r->clause, credential_state_name(a->notes.credential.state));
        cr_expect((desk_header(d, "www-authenticate")[0] != '\0') == r->challenge,
                  "%s (%s): challenge", r->what, r->clause);
        cr_expect_str_eq(desk_header(d, "cache-control"), "no-store", "%s", r->what);
        cr_expect_str_eq(desk_header(d, "pragma"), "no-cache", "%s", r->what);
    }
}

Test(oidc_token, an_unreadable_request_gets_an_empty_body)
{
    const struct desk_reply *a = desk_send(
        d, &(struct desk_request){
               .method = "POST", .target = "/oidc/v1/token", .body = "x", .content_type = "a/b"});
    cr_expect_eq(a->reply.status, 400);
    cr_expect_eq(a->reply.body.len, 0);
    cr_expect_str_eq(desk_header(d, "content-type"), "");
}

Test(oidc_token, an_error_has_the_services_members)
{
    const struct row wrong = {OK_BODY(CC), .basic_id = "x", .basic_secret = "y"};
    const struct desk_reply *a = send_row(&wrong);
    cr_expect_str_eq(json_get_string(a->json, "error_description", ""),
                     "Client authentication failed");
    cr_expect_eq(strlen(json_get_string(a->json, "error_id", "")), 36);
    cr_expect_str_eq(desk_header(d, "content-type"), "application/json");
}

Test(oidc_token, a_success_has_the_members_clients_need)
{
    const struct row good = {OK_BODY(CC "&scope=all-apis"), OK_BASIC};
    const struct desk_reply *a = send_row(&good);
    cr_expect_eq(json_get_int(a->json, "expires_in", 0), 3600);
    cr_expect_str_eq(json_get_string(a->json, "token_type", ""), "Bearer");
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "all-apis");
    cr_expect_null(json_get(a->json, "refresh_token"), "RFC6749-4.4.3-no-rt-in-cc");
    cr_expect_str_eq(a->notes.grant, "client_credentials");
    cr_expect_str_eq(a->notes.principal, "robot");
    cr_expect_str_eq(a->notes.credential.name, "client_secret");
    cr_expect_str_eq(a->notes.credential.kind, "client-secret");
    cr_expect_str_eq(a->notes.credential.scheme, "Basic");
    cr_assert_eq(a->notes.issued.count, 1);
    cr_expect_str_eq(a->notes.issued.items[0], "access_token_1");
}

Test(oidc_token, a_secret_of_any_characters_comes_through_raw_and_encoded)
{
    static const char secret[] = "dose:+%41 /&=\xc3\xa9";
    static const char encoded[] = "dose%3A%2B%2541+%2F%26%3D%C3%A9";
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "principals: [{name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID
                 ", client_secret: \"dose:+%41 /&=\xc3\xa9\"}]\n");
    const struct row raw = {OK_BODY(CC), .basic_id = DESK_CLIENT_ID, .basic_secret = secret};
    const struct row quoted = {OK_BODY(CC), .basic_id = DESK_CLIENT_ID, .basic_secret = encoded};
    cr_expect_eq(send_row(&raw)->reply.status, 200);
    cr_expect_str_eq(d->last.notes.credential.name, "client_secret");
    cr_expect_eq(send_row(&quoted)->reply.status, 200, "RFC6749-2.3.1-basic-encoding");
    cr_expect_str_eq(d->last.notes.credential.name, "client_secret");
}

/* Many servers compare the decoded form alone, as RFC 6749 section 2.3.1 has it. */
Test(oidc_token, strict_basic_takes_the_encoded_form_alone)
{
    static const struct {
        const char *secret, *sent, *body;
        bool strict;
        int status;
        enum credential_state state;
    } table[] = {
        {"dose:+%41&", "dose:+%41&", CC, false, 200, CREDENTIAL_LIVE},
        {"dose:+%41&", "dose:+%41&", CC, true, 401, CREDENTIAL_WRONG},
        {"dose:+%41&", "dose%3A%2B%2541%26", CC, false, 200, CREDENTIAL_LIVE},
        {"dose:+%41&", "dose%3A%2B%2541%26", CC, true, 200, CREDENTIAL_LIVE},
        {"dose:+%41&", "dose%3a%2b%2541%26", CC, true, 200, CREDENTIAL_LIVE},
        {"dose:+%41&", "dose%253A%252B%252541%2526", CC, true, 401, CREDENTIAL_WRONG},
        {"dose:+%41&", NULL, CC "&client_id=" DESK_CLIENT_ID "&client_secret=dose%3A%2B%2541%26",
         true, 200, CREDENTIAL_LIVE},
        {DESK_SECRET, DESK_SECRET, CC, true, 200, CREDENTIAL_LIVE},
        {"dose blank", "dose+blank", CC, true, 200, CREDENTIAL_LIVE},
        {"dose blank", "dose blank", CC, true, 200, CREDENTIAL_LIVE},
        {"dose+plus", "dose+plus", CC, true, 401, CREDENTIAL_WRONG},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char yaml[1024];
        snprintf(yaml, sizeof(yaml),
                 "oidc: {strict_basic: %s}\nworkspaces: [{host: ws.example.com}]\n"
                 "principals: [{name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID
                 ", client_secret: \"%s\"}]\n",
                 table[i].strict ? "true" : "false", table[i].secret);
        desk_load(d, yaml);
        const struct row r = {OK_BODY(table[i].body),
                              .basic_id = table[i].sent ? DESK_CLIENT_ID : NULL,
                              .basic_secret = table[i].sent};
        cr_expect_eq(send_row(&r)->reply.status, table[i].status, "row %zu", i);
        cr_expect_eq(d->last.notes.credential.state, table[i].state, "row %zu", i);
    }
}

Test(oidc_token, a_blocked_principal_gets_no_token)
{
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "principals: [{name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID
                 ", client_secret: " DESK_SECRET ", blocked: true}]\n");
    const struct row good = {OK_BODY(CC), OK_BASIC};
    cr_expect_eq(send_row(&good)->reply.status, 401);
    cr_expect_eq(d->last.notes.credential.state, CREDENTIAL_REVOKED);
}

/* A held answer may leave after the scenario was replaced. */
Test(oidc_token, what_was_noted_outlives_the_scenario)
{
    const struct row good = {OK_BODY(CC), OK_BASIC};
    const struct desk_reply *a = send_row(&good);
    desk_load(d, "workspaces: [{host: ws.example.com}]\n");
    cr_expect_str_eq(a->notes.principal, "robot");
    cr_expect_str_eq(a->notes.credential.name, "client_secret");
    cr_expect_str_eq(a->notes.issued.items[0], "access_token_1");
}

Test(oidc_token, without_a_scope_the_widest_allowed_one_is_granted)
{
    const struct row good = {OK_BODY(CC), OK_BASIC};
    cr_expect_str_eq(json_get_string(send_row(&good)->json, "scope", ""), "all-apis");
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "principals: [{name: robot, kind: service-principal, scopes: [sql, openid],"
                 " client_id: " DESK_CLIENT_ID ", client_secret: " DESK_SECRET "}]\n");
    cr_expect_str_eq(json_get_string(send_row(&good)->json, "scope", ""), "sql openid");
}

Test(oidc_token, other_methods_are_refused)
{
    const char *const methods[] = {"GET", "PUT", "PATCH", "DELETE"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        const struct desk_reply *a =
            desk_send(d, &(struct desk_request){.method = methods[i], .target = "/oidc/v1/token"});
        cr_assert_not_null(a->route);
        cr_expect_str_eq(a->route->name, "oidc.token");
        cr_expect_eq(a->reply.status, 405);
        cr_expect_str_eq(desk_header(d, "allow"), "POST", "RFC6749-3.2-post");
    }
}

Test(oidc_token, an_account_token_is_not_a_workspace_token)
{
    char basic[256];
    const struct desk_request ask = {
        .method = "POST",
        .target = "/oidc/accounts/" DESK_ACCOUNT "/v1/token",
        .host = "accounts.cloud.databricks.com",
        .authorization = desk_basic(DESK_CLIENT_ID, DESK_SECRET, basic, sizeof(basic)),
        .content_type = FORM,
        .body = CC,
        .tls = true};
    const struct desk_reply *a = desk_send(d, &ask);
    cr_assert_eq(a->reply.status, 200);
    cr_expect_str_eq(a->route->name, "oidc.account_token");
    char *bearer =
        arena_printf(d->arena, "Bearer %s", json_get_string(a->json, "access_token", ""));
    char header[4096];
    (void)snprintf(header, sizeof(header), "%s", bearer);
    a = desk_send(d, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                            .authorization = header});
    cr_expect_eq(a->reply.status, 403, "DBX-ACC-1");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_WRONG);
    cr_expect_str_eq(json_get_string(a->json, "message", ""), "Invalid access to Org: 111");
}

Test(oidc_token, a_console_without_account_shows_its_login_page)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.method = "POST",
                                            .target = "/oidc/v1/token",
                                            .host = "accounts.cloud.databricks.com",
                                            .content_type = FORM,
                                            .body = CC});
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(desk_header(d, "content-type"), "text/html; charset=utf-8");
}

Test(oidc_token, an_unknown_account_is_not_found)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.method = "POST",
                                            .target = "/oidc/accounts/nobody/v1/token",
                                            .content_type = FORM,
                                            .body = CC});
    cr_expect_eq(a->reply.status, 404);
}
