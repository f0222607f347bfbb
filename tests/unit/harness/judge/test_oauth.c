/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static struct journal_record *token_request(struct bench *b)
{
    return bench_record(b, "oidc.token", 0);
}

static void no_token_requests(struct bench *b)
{
    token_request(b)->class = ROUTE_OTHER;
}

static void basic_and_body(struct bench *b)
{
    record_form_set(b, token_request(b), "client_secret", "«client_secret»");
}

static void all_three(struct bench *b)
{
    basic_and_body(b);
    record_form_set(b, token_request(b), "client_assertion", "«assertion»");
}

static void body_alone(struct bench *b)
{
    token_request(b)->credential.scheme = "";
    record_form_set(b, token_request(b), "client_secret", "«client_secret»");
}

static void lower_case_basic(struct bench *b)
{
    token_request(b)->credential.scheme = "basic";
}

static void unauthenticated(struct bench *b)
{
    token_request(b)->credential.scheme = "";
}

static void public_client(struct bench *b)
{
    unauthenticated(b);
    token_request(b)->grant = "authorization_code";
}

Test(oauth, one_client_auth)
{
    static const struct row rows[] = {
        {"Basic", NULL, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_PASS, "all 1 do",
         "each token request authenticates the client in one way", NULL},
        {"basic in lower case", lower_case_basic, MODE_M2M, "{check: oauth.one_client_auth}",
         VERDICT_PASS, "all 1 do", NULL, NULL},
        {"in the body", body_alone, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_PASS,
         "all 1 do", NULL, NULL},
        {"a public client", public_client, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_PASS,
         "all 1 do", NULL, NULL},
        {"two ways", basic_and_body, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_FAIL,
         "request #2 authenticates the client by HTTP Basic and client_secret", NULL,
         "/oidc/v1/token"},
        {"three ways", all_three, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_FAIL,
         "by HTTP Basic, client_secret and client_assertion", NULL, NULL},
        {"not at all", unauthenticated, MODE_M2M, "{check: oauth.one_client_auth}", VERDICT_FAIL,
         "request #2 does not authenticate the client", NULL, NULL},
        {"no token request", no_token_requests, MODE_M2M, "{check: oauth.one_client_auth}",
         VERDICT_FAIL, "there were no requests of class token", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void get_request(struct bench *b)
{
    token_request(b)->request.method = "GET";
}

static void json_body(struct bench *b)
{
    record_header_set(b, token_request(b), "Content-Type", "application/json");
}

static void no_type(struct bench *b)
{
    record_header_set(b, token_request(b), "Content-Type", NULL);
}

static void type_with_charset(struct bench *b)
{
    record_header_set(b, token_request(b), "content-type",
                      "Application/X-WWW-Form-URLencoded ; charset=UTF-8");
}

static void twice(struct bench *b)
{
    record_form_add(b, token_request(b), "scope", "all-apis");
}

Test(oauth, form)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_M2M, "{check: oauth.form}", VERDICT_PASS, "all 1 do",
         "each token request is a form-urlencoded POST without repeated parameters", NULL},
        {"type with a parameter", type_with_charset, MODE_M2M, "{check: oauth.form}", VERDICT_PASS,
         "all 1 do", NULL, NULL},
        {"GET", get_request, MODE_M2M, "{check: oauth.form}", VERDICT_FAIL, "request #2 is a GET",
         NULL, NULL},
        {"JSON", json_body, MODE_M2M, "{check: oauth.form}", VERDICT_FAIL,
         "request #2 has the content type `application/json'", NULL, NULL},
        {"no type", no_type, MODE_M2M, "{check: oauth.form}", VERDICT_FAIL,
         "request #2 has no content type", NULL, NULL},
        {"a parameter twice", twice, MODE_M2M, "{check: oauth.form}", VERDICT_FAIL,
         "request #2 has the parameter scope more than once", NULL, NULL},
        {"no token request", no_token_requests, MODE_M2M, "{check: oauth.form}", VERDICT_FAIL,
         "there were no requests of class token", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void no_scope(struct bench *b)
{
    record_form_set(b, token_request(b), "scope", NULL);
}

static void no_scope_but_a_resource(struct bench *b)
{
    no_scope(b);
    token_request(b)->route = "entra.token_v1";
    record_form_set(b, bench_record(b, "entra.token_v1", 0), "resource", "2ff814a6");
}

static void no_scope_and_no_resource(struct bench *b)
{
    token_request(b)->route = "entra.token_v1";
}

static void empty_scope(struct bench *b)
{
    record_form_set(b, token_request(b), "scope", "");
}

static void refresh_token_inside(struct bench *b)
{
    record_form_set(b, token_request(b), "refresh_token", "«refresh_token_1»");
}

static void refresh_grant(struct bench *b)
{
    bench_add_record(b, "oidc.token", 200)->grant = "refresh_token";
}

static void other_grant(struct bench *b)
{
    token_request(b)->grant = "password";
}

Test(oauth, client_credentials)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_M2M, "{check: oauth.client_credentials}", VERDICT_PASS, "all 1 do",
         NULL, NULL},
        {"no scope", no_scope, MODE_M2M, "{check: oauth.client_credentials}", VERDICT_FAIL,
         "request #2 asks for no scope", NULL, NULL},
        {"a resource instead", no_scope_but_a_resource, MODE_M2M,
         "{check: oauth.client_credentials}", VERDICT_PASS, "", NULL, NULL},
        {"no resource", no_scope_and_no_resource, MODE_M2M, "{check: oauth.client_credentials}",
         VERDICT_FAIL, "request #2 asks for no scope", NULL, NULL},
        {"an empty scope", empty_scope, MODE_M2M, "{check: oauth.client_credentials}", VERDICT_FAIL,
         "request #2 asks for no scope", NULL, NULL},
        {"a refresh token inside", refresh_token_inside, MODE_M2M,
         "{check: oauth.client_credentials}", VERDICT_FAIL, "request #2 carries a refresh token",
         NULL, NULL},
        {"a refresh grant as well", refresh_grant, MODE_M2M, "{check: oauth.client_credentials}",
         VERDICT_FAIL, "a refresh_token grant was used", NULL, "#7 "},
        {"another grant", other_grant, MODE_M2M, "{check: oauth.client_credentials}", VERDICT_FAIL,
         "there were no requests of class token with grant_type client_credentials", NULL,
         "/oidc/v1/token"},
        {"no token request", no_token_requests, MODE_M2M, "{check: oauth.client_credentials}",
         VERDICT_FAIL, "there were no requests of class token with grant_type client_credentials",
         NULL, NULL},
    };
    ROWS_RUN(rows);
}
