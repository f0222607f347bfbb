/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

/* What the token endpoint answers, row by row: the request, the answer, the clause. @code@ is a
 * fresh code of row.client, @rt@ a fresh refresh token of it, @used@ a code that was redeemed. */

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_conformance, .init = set_up, .fini = tear_down);

#define DESCRIPTION_GRANT                                                                     \
    "The provided authorization grant is invalid, expired, revoked or was issued to another " \
    "client"
#define DESCRIPTION_RT "Refresh token is invalid"
#define CODE           "grant_type=authorization_code&code=@code@&client_id="
#define BACK           "&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback"
#define WEB_BACK       "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb"
#define VERIFIER       "&code_verifier=" FLOW_VERIFIER
#define WEB_SECRET     "&client_secret=" FLOW_WEB_SECRET
#define RT             "grant_type=refresh_token&refresh_token=@rt@&client_id="
#define EXCHANGE       "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
#define BEARER         "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer"
#define JWT_TYPE       "&subject_token_type=urn:ietf:params:oauth:token-type:jwt"
#define PAT_TYPE       "&subject_token_type=urn:databricks:params:oauth:token-type:personal-access-token"

struct row {
    const char *what;
    const char *client; /* whose code or refresh token is made */
    const char *body;
    const char *basic_id, *basic_secret;
    int status;
    const char *error, *description; /* NULL = none; not looked at */
    const char *clause;
};

static const struct row rows[] = {
    {"a code", "public-app", CODE "public-app" BACK VERIFIER, .status = 200,
     .clause = "RFC 6749 section 4.1.3"},
    {"a code of a confidential app by body", "web-app", CODE "web-app" WEB_BACK VERIFIER WEB_SECRET,
     .status = 200, .clause = "RFC 6749 section 2.3.1"},
    {"a code of a confidential app by Basic", "web-app",
     "grant_type=authorization_code&code=@code@" WEB_BACK VERIFIER, "web-app", FLOW_WEB_SECRET,
     .status = 200, .clause = "RFC 6749 section 2.3.1"},
    {"a confidential app without its secret", "web-app", CODE "web-app" WEB_BACK VERIFIER,
     .status = 401, .error = "invalid_client", .description = "Client authentication failed",
     .clause = "RFC6749-4.1.3-client-id"},
    {"a confidential app with a wrong secret", "web-app",
     CODE "web-app" WEB_BACK VERIFIER "&client_secret=dosewrong0000000", .status = 401,
     .error = "invalid_client", .clause = "RFC6749-5.2-invalid_client-401"},
    {"Basic and secret in the body", "web-app", CODE "web-app" WEB_BACK VERIFIER WEB_SECRET,
     "web-app", FLOW_WEB_SECRET, .status = 400, .error = "invalid_request",
     .clause = "RFC6749-2.3-one-client-auth; RFC 6749 section 5.2"},
    {"client_id of the body against Basic", "web-app", CODE "public-app" WEB_BACK VERIFIER,
     "web-app", FLOW_WEB_SECRET, .status = 400, .error = "invalid_request",
     .clause = "RFC6749-2.3-one-client-auth; RFC 6749 section 5.2"},
    {"a public app that sends a secret", "public-app",
     CODE "public-app" BACK VERIFIER "&client_secret=dose1234567890", .status = 401,
     .error = "invalid_client", .clause = "RFC8252-8.5-no-embedded-secret"},
    {"a public app without client_id", "public-app",
     "grant_type=authorization_code&code=@code@" BACK VERIFIER, .status = 401,
     .error = "invalid_client", .clause = "RFC6749-4.1.3-client-id"},
    {"an unknown client_id", "public-app", CODE "nobody" BACK VERIFIER, .status = 401,
     .error = "invalid_client", .clause = "RFC6749-5.2-invalid_client-401"},
    {"a code of another client", "public-app", CODE "single-app" BACK VERIFIER, .status = 400,
     .error = "invalid_grant", .description = DESCRIPTION_GRANT, .clause = "RFC 6749 section 5.2"},
    {"no code", NULL, "grant_type=authorization_code&client_id=public-app" BACK VERIFIER,
     .status = 400, .error = "invalid_request", .clause = "RFC 6749 section 4.1.3"},
    {"a bogus code", NULL,
     "grant_type=authorization_code&code=bogus&client_id=public-app" BACK VERIFIER, .status = 400,
     .error = "invalid_grant", .clause = "RFC 6749 section 5.2"},
    {"a used code", "public-app",
     "grant_type=authorization_code&code=@used@&client_id=public-app" BACK VERIFIER, .status = 400,
     .error = "invalid_grant", .clause = "RFC6749-4.1.2-code-once"},
    {"another redirect_uri", "public-app",
     CODE "public-app&redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fcallback" VERIFIER,
     .status = 400, .error = "invalid_grant", .clause = "RFC6749-4.1.3-redirect-uri-identical"},
    {"no redirect_uri", "public-app", CODE "public-app" VERIFIER, .status = 400,
     .error = "invalid_grant", .clause = "RFC6749-4.1.3-redirect-uri-identical"},
    {"a wrong verifier", "public-app",
     CODE "public-app" BACK "&code_verifier=0123456789012345678901234567890123456789012",
     .status = 400, .error = "invalid_grant", .clause = "RFC7636-4.6-mismatch"},
    {"no verifier", "public-app", CODE "public-app" BACK, .status = 400, .error = "invalid_grant",
     .clause = "RFC7636-4.5-send-verifier"},
    {"a verifier too short", "public-app", CODE "public-app" BACK "&code_verifier=short",
     .status = 400, .error = "invalid_grant", .clause = "RFC7636-4.1-verifier"},
    {"the challenge as verifier", "public-app",
     CODE "public-app" BACK "&code_verifier=" FLOW_CHALLENGE, .status = 400,
     .error = "invalid_grant", .clause = "RFC7636-7.2-no-downgrade"},
    {"a parameter twice", "public-app", CODE "public-app&client_id=public-app" BACK VERIFIER,
     .status = 400, .error = "invalid_request", .clause = "RFC6749-3.1-no-dup-params"},
    {"a refresh token", "public-app", RT "public-app", .status = 200,
     .clause = "RFC 6749 section 6"},
    {"a refresh token of another client", "public-app", RT "single-app", .status = 400,
     .error = "invalid_request", .description = DESCRIPTION_RT, .clause = "DBX-TOK-4"},
    {"a refresh token without client_id", "public-app",
     "grant_type=refresh_token&refresh_token=@rt@", .status = 401, .error = "invalid_client",
     .clause = "RFC 6749 section 6"},
    {"a bogus refresh token", NULL,
     "grant_type=refresh_token&refresh_token=doaubogus&client_id=public-app", .status = 400,
     .error = "invalid_request", .description = DESCRIPTION_RT, .clause = "DBX-TOK-2"},
    {"a scope that was not granted", "public-app", RT "public-app&scope=sql", .status = 400,
     .error = "invalid_scope", .clause = "RFC6749-6-scope"},
    {"a code as refresh token", "public-app",
     "grant_type=refresh_token&refresh_token=@code@&client_id=public-app", .status = 400,
     .error = "invalid_request", .description = DESCRIPTION_RT, .clause = "RFC 6749 section 6"},
    {"client_credentials of an application", NULL, "grant_type=client_credentials", "web-app",
     FLOW_WEB_SECRET, .status = 400, .error = "unauthorized_client",
     .clause = "RFC 6749 section 4.4"},
    {"the device grant, which is not there", NULL,
     "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&client_id=public-app",
     .status = 400, .error = "unsupported_grant_type", .clause = "RFC 6749 section 5.2"},
    {"ropc", NULL, "grant_type=password&username=u&password=p&client_id=public-app", .status = 400,
     .error = "unsupported_grant_type", .clause = "RFC9700-2.4-no-ropc"},
    {"an exchange without token", NULL, EXCHANGE JWT_TYPE, .status = 400,
     .error = "invalid_request", .clause = "RFC8693-2.1-required"},
    {"an exchange without type", NULL, EXCHANGE "&subject_token=x", .status = 400,
     .error = "invalid_request", .clause = "RFC8693-2.1-required"},
    {"an exchange of another type", NULL,
     EXCHANGE "&subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:saml2",
     .status = 400, .error = "invalid_request", .clause = "RFC8693-2.2.2-invalid_request"},
    {"an exchange with an actor", NULL, EXCHANGE JWT_TYPE "&subject_token=x&actor_token=y",
     .status = 400, .error = "invalid_request", .clause = "RFC 8693 section 2.1"},
    {"an exchange of what is no JWT", NULL, EXCHANGE JWT_TYPE "&subject_token=x", .status = 400,
     .error = "invalid_grant", .clause = "token exchange without a matching policy"},
    {"an exchange for a refresh token", NULL,
     EXCHANGE PAT_TYPE "&subject_token=" DESK_PAT
                       "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token",
     .status = 400, .error = "invalid_request", .clause = "RFC 8693 section 2.1"},
    {"an exchange of a PAT", NULL, EXCHANGE PAT_TYPE "&subject_token=" DESK_PAT, .status = 200,
     .clause = "databricks-sdk-py runtime-oauth"},
    {"an exchange of no PAT", NULL, EXCHANGE PAT_TYPE "&subject_token=" DESK_SECRET, .status = 400,
     .error = "invalid_grant", .clause = "databricks-sdk-py runtime-oauth"},
    {"an exchange of an unknown client", NULL,
     EXCHANGE PAT_TYPE "&client_id=nobody&subject_token=" DESK_PAT, .status = 401,
     .error = "invalid_client", .clause = "RFC 6749 section 5.2"},
    {"an exchange of a client with a wrong secret", NULL,
     EXCHANGE PAT_TYPE "&client_secret=dosewrong0000000&client_id=" DESK_CLIENT_ID
                       "&subject_token=" DESK_PAT,
     .status = 401, .error = "invalid_client", .clause = "RFC 6749 section 5.2"},
    {"a bearer grant without assertion", NULL, BEARER, .status = 400, .error = "invalid_request",
     .clause = "RFC 7523 section 2.1"},
    {"a bearer grant with a bogus assertion", NULL, BEARER "&assertion=x", .status = 400,
     .error = "invalid_grant", .clause = "RFC 7523 section 3.1"},
    {"authorization_details that are no array", NULL,
     "grant_type=client_credentials&authorization_details=%7B%7D", DESK_CLIENT_ID, DESK_SECRET,
     .status = 400, .error = "invalid_authorization_details", .clause = "RFC 9396 section 5"},
    {"authorization_details", NULL,
     "grant_type=client_credentials&authorization_details=%5B%7B%22type%22%3A%22x%22%7D%5D",
     DESK_CLIENT_ID, DESK_SECRET, .status = 200, .clause = "RFC 9396 section 5"},
};

/* The body with its placeholder filled. */
static const char *body_of(const struct row *r)
{
    static const char *const names[] = {"@code@", "@rt@", "@used@"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *at = strstr(r->body, names[i]);
        if (at == NULL) {
            continue;
        }
        const char *value = i == 1 ? flow_refresh_token(&f, r->client)
                                   : flow_code(&f, r->client, "all-apis offline_access");
        if (i == 2) {
            (void)flow_redeem(&f, r->client, value);
        }
        return arena_printf(f.arena, "%.*s%s%s", (int)(at - r->body), r->body, value,
                            at + strlen(names[i]));
    }
    return r->body;
}

static void check_headers(const struct row *r)
{
    cr_expect_str_eq(desk_header(f.desk, "cache-control"), "no-store", "%s", r->what);
    cr_expect_str_eq(desk_header(f.desk, "pragma"), "no-cache", "%s", r->what);
    cr_expect_str_eq(desk_header(f.desk, "content-type"), "application/json", "%s", r->what);
    bool challenged = desk_header(f.desk, "www-authenticate")[0] != '\0';
    cr_expect_eq(challenged, r->status == 401 && r->basic_id != NULL, "%s: challenge", r->what);
}

Test(oidc_conformance, each_token_request_gets_the_answer_of_its_clause)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *r = &rows[i];
        char basic[256];
        const char *body = body_of(r);
        const struct desk_reply *a = desk_send(
            f.desk,
            &(struct desk_request){.method = "POST",
                                   .target = "/oidc/v1/token",
                                   .authorization = r->basic_id != NULL
                                                        ? desk_basic(r->basic_id, r->basic_secret,
                                                                     basic, sizeof(basic))
                                                        : NULL,
                                   .content_type = FLOW_FORM,
                                   .body = body});
        cr_expect_eq(a->reply.status, r->status, "%s (%s): %d %s", r->what, r->clause,
                     a->reply.status, a->body);
        cr_expect_str_eq(json_get_string(a->json, "error", "none"),
                         r->error != NULL ? r->error : "none", "%s (%s): %s", r->what, r->clause,
                         a->body);
        if (r->description != NULL) {
            cr_expect_str_eq(json_get_string(a->json, "error_description", ""), r->description,
                             "%s", r->what);
        }
        cr_expect_eq(a->notes.issued.count > 0, r->status == 200, "%s: issued", r->what);
        check_headers(r);
    }
}

Test(oidc_conformance, a_secret_in_the_uri_is_refused_everywhere)
{
    static const char *const targets[] = {
        "/oidc/v1/token?client_secret=dose0123456789abcdef0123456789abcdef",
        "/oidc/v1/token?code=x",
        "/oidc/v1/token?refresh_token=x",
        "/oidc/v1/token?device_code=x",
        "/oidc/v1/token?client_assertion=x",
        "/oidc/v1/token?subject_token=x"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        const struct desk_reply *a =
            flow_post(&f, targets[i],
                      "grant_type=client_credentials&client_id=" DESK_CLIENT_ID
                      "&client_secret=" DESK_SECRET);
        cr_expect_eq(a->reply.status, 400, "%s", targets[i]);
        cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_request");
    }
}

Test(oidc_conformance, a_trailing_question_mark_is_no_query)
{
    const struct desk_reply *a = flow_post(&f, "/oidc/v1/token?",
                                           "grant_type=client_credentials&client_id=" DESK_CLIENT_ID
                                           "&client_secret=" DESK_SECRET);
    cr_expect_eq(a->reply.status, 200, "%s", a->body);
}

Test(oidc_conformance, other_content_types_get_the_empty_400)
{
    static const char *const types[] = {"application/json", "text/plain", "multipart/form-data",
                                        "application/x-www-form-urlencodedx", NULL};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const struct desk_reply *a =
            desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                     .target = "/oidc/v1/token",
                                                     .content_type = types[i],
                                                     .body = "grant_type=client_credentials"});
        cr_expect_eq(a->reply.status, 400);
        cr_expect_eq(a->reply.body.len, 0, "sdk-java#154");
    }
}
