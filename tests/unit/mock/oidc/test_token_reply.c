/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/token_reply.h"

#include "base/crypto/jwt.h"
#include "base/wire/scenario.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

/* The ways in which a fault rule has a success told. */

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_token_reply, .init = set_up, .fini = tear_down);

#define CC "grant_type=client_credentials&client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET

static const struct json *told(enum token_response how, const char *body)
{
    const struct scenario_fault fault = {.token_response = (int)how};
    const struct desk_reply *a =
        desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                 .target = "/oidc/v1/token",
                                                 .content_type = FLOW_FORM,
                                                 .body = body,
                                                 .fault = &fault});
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    return a->json;
}

Test(oidc_token_reply, each_way_differs_in_what_it_says_and_nothing_else)
{
    static const struct {
        enum token_response how;
        const char *part; /* of the body; "" = the member is not there */
        const char *member;
    } rows[] = {
        {TOKEN_RESPONSE_REAL, "\"expires_in\":3600", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_STRING, "\"expires_in\":\"3600\"", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_ABSENT, "", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_0, "\"expires_in\":0}", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_1, "\"expires_in\":1", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_31, "\"expires_in\":31", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_HUGE, "\"expires_in\":9007199254740991", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_FLOAT, "\"expires_in\":3600.5", "expires_in"},
        {TOKEN_RESPONSE_EXPIRES_NEGATIVE, "\"expires_in\":-1", "expires_in"},
        {TOKEN_RESPONSE_TYPE_LOWER, "\"token_type\":\"bearer\"", "token_type"},
        {TOKEN_RESPONSE_TYPE_UPPER, "\"token_type\":\"BEARER\"", "token_type"},
        {TOKEN_RESPONSE_TYPE_MAC, "\"token_type\":\"mac\"", "token_type"},
        {TOKEN_RESPONSE_TYPE_N_A, "\"token_type\":\"N_A\"", "token_type"},
        {TOKEN_RESPONSE_TYPE_ABSENT, "", "token_type"},
        {TOKEN_RESPONSE_EXTRA, "\"x_unknown_object\":{", "x_unknown_object"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct json *o = told(rows[i].how, CC);
        if (rows[i].part[0] == '\0') {
            cr_expect_null(json_get(o, rows[i].member), "%s", f.desk->last.body);
        } else {
            cr_expect_not_null(strstr(f.desk->last.body, rows[i].part), "%s in %s", rows[i].part,
                               f.desk->last.body);
        }
        cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200, "still a live token");
    }
}

Test(oidc_token_reply, a_long_token_is_live)
{
    (void)told(TOKEN_RESPONSE_LONG, CC);
    const char *token = flow_kept(&f, "access_token");
    cr_expect_geq(strlen(token), 8192, "RFC6749-5.1-size");
    cr_expect_lt(strlen(token), 12000);
    cr_expect_eq(flow_api_status(&f, token), 200);
}

Test(oidc_token_reply, a_narrowed_scope_is_narrow_in_truth)
{
    const struct json *o = told(TOKEN_RESPONSE_SCOPE, CC "&scope=all-apis");
    cr_expect_str_eq(json_get_string(o, "scope", ""), "sql", "RFC6749-3.3-scope-change");
    o = told(TOKEN_RESPONSE_SCOPE, CC "&scope=openid+all-apis");
    cr_expect_str_eq(json_get_string(o, "scope", ""), "openid");
    const char *token = flow_kept(&f, "access_token");
    const struct desk_reply *a = desk_send(
        f.desk, &(struct desk_request){.target = "/api/2.1/unity-catalog/tables/main.default.trips",
                                       .authorization = arena_printf(f.arena, "Bearer %s", token)});
    cr_expect_eq(a->reply.status, 403, "%s", a->body);
}

Test(oidc_token_reply, a_refresh_token_may_be_kept_back)
{
    const char *rt = flow_refresh_token(&f, "public-app");
    const char *body =
        arena_printf(f.arena, "grant_type=refresh_token&client_id=public-app&refresh_token=%s", rt);
    cr_expect_null(json_get(told(TOKEN_RESPONSE_NO_REFRESH, body), "refresh_token"),
                   "RFC6749-6-keep-rt");
    cr_expect_not_null(json_get(told(TOKEN_RESPONSE_REAL, body), "refresh_token"));
}

Test(oidc_token_reply, an_error_is_told_as_it_is)
{
    const struct scenario_fault fault = {.token_response = TOKEN_RESPONSE_EXPIRES_0};
    const struct desk_reply *a =
        desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                 .target = "/oidc/v1/token",
                                                 .content_type = FLOW_FORM,
                                                 .body = "grant_type=client_credentials",
                                                 .fault = &fault});
    cr_expect_eq(a->reply.status, 401);
    cr_expect_null(json_get(a->json, "expires_in"));
}

/* The claims of the access token that was given last. */
static struct jwt jwt_kept(void)
{
    struct jwt jwt = {0};
    struct err err = {0};
    cr_assert_eq(jwt_parse(str_of(flow_kept(&f, "access_token")), &jwt, &err), 0, "%s", err.msg);
    return jwt;
}

Test(oidc_token_reply, a_token_can_be_wrong_itself_and_is_then_refused)
{
    static const enum token_response ways[] = {
        TOKEN_RESPONSE_EXPIRED,   TOKEN_RESPONSE_NOT_YET, TOKEN_RESPONSE_ISSUER,
        TOKEN_RESPONSE_AUDIENCE,  TOKEN_RESPONSE_KID,     TOKEN_RESPONSE_ALG_NONE,
        TOKEN_RESPONSE_SIGNATURE,
    };
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        (void)told(ways[i], CC);
        cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 403, "way %zu", i);
    }
    (void)told(TOKEN_RESPONSE_KID, CC);
    struct jwt jwt = jwt_kept();
    cr_expect_str_eq(json_get_string(jwt.header, "kid", ""), "unknown-key");
    jwt_done(&jwt);
}

Test(oidc_token_reply, an_expiry_can_have_a_fraction)
{
    (void)told(TOKEN_RESPONSE_EXP_FLOAT, CC);
    struct jwt jwt = jwt_kept();
    double exp = json_number_or(json_get(jwt.claims, "exp"), 0);
    cr_expect_eq(exp - (double)(int64_t)exp, 0.5);
    jwt_done(&jwt);
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
}
