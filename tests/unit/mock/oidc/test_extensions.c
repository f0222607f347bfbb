/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/extensions.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

#define ROBOT "&client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "oidc: {extensions: true}\n");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_extensions, .init = set_up, .fini = tear_down);

static const struct json *introspect(const char *token, const char *client)
{
    const struct desk_reply *a =
        flow_post(&f, "/oidc/v1/introspect", arena_printf(f.arena, "token=%s%s", token, client));
    cr_expect_eq(a->reply.status, 200, "%s", a->body);
    return a->json;
}

static bool is_active(const char *token)
{
    return json_get_bool(introspect(token, ROBOT), "active", true);
}

Test(oidc_extensions, without_the_knob_they_are_not_there)
{
    static const char *const targets[] = {"/oidc/v1/introspect", "/oidc/v1/revoke"};
    flow_load(f.desk, "");
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        cr_expect_eq(flow_post(&f, targets[i], "token=x" ROBOT)->reply.status, 404);
    }
    cr_expect_eq(flow_get(&f, "/oidc/v1/userinfo")->reply.status, 404);
    cr_expect_eq(flow_get(&f, "/oidc/v1/end_session")->reply.status, 404);
    const struct desk_reply *a = flow_get(&f, "/oidc/.well-known/oauth-authorization-server");
    cr_expect_null(strstr(a->body, "introspection_endpoint"));
    flow_load(f.desk, "oidc: {extensions: true}\n");
    a = flow_get(&f, "/oidc/.well-known/oauth-authorization-server");
    cr_expect_not_null(strstr(a->body, "introspection_endpoint"));
}

Test(oidc_extensions, introspection_tells_the_truth)
{
    const char *code = flow_code(&f, "public-app", "all-apis offline_access");
    (void)flow_redeem(&f, "public-app", code);
    const char *access = flow_kept(&f, "access_token"), *rt = flow_kept(&f, "refresh_token");
    const struct json *o = introspect(access, ROBOT);
    cr_expect(json_get_bool(o, "active", false));
    cr_expect_str_eq(json_get_string(o, "client_id", ""), "public-app");
    cr_expect_str_eq(json_get_string(o, "username", ""), "user@example.com");
    cr_expect_eq(json_get_int(o, "exp", 0) - json_get_int(o, "iat", 0), 3600);
    cr_expect_lt(json_get_int(o, "exp", 0), clock_wall_s(&f.desk->clock) + 4000, "seconds");
    cr_expect(is_active(rt));
    cr_expect_not(is_active("garbage"));
    cr_expect_not(is_active(DESK_PAT));
    cr_expect_not(is_active(code));
    clock_advance_ms(&f.desk->clock, (int64_t)3600 * 1000);
    cr_expect_not(is_active(access));
    cr_expect(is_active(rt));
}

Test(oidc_extensions, introspection_wants_to_know_who_asks)
{
    cr_expect_eq(flow_post(&f, "/oidc/v1/introspect", "token=x")->reply.status, 401);
    cr_expect_eq(flow_post(&f, "/oidc/v1/introspect", "x=y" ROBOT)->reply.status, 400);
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "all-apis"));
    const char *access = flow_kept(&f, "access_token");
    cr_expect(json_get_bool(introspect(access, "&client_id=public-app"), "active", false));
    cr_expect_not(json_get_bool(introspect(access, "&client_id=single-app"), "active", true),
                  "a public client hears of its own tokens only");
}

Test(oidc_extensions, a_used_single_use_token_is_not_active)
{
    const char *rt = flow_refresh_token(&f, "single-app");
    cr_expect(is_active(rt));
    (void)flow_token(&f, arena_printf(f.arena,
                                      "grant_type=refresh_token&client_id=single-app"
                                      "&refresh_token=%s",
                                      rt));
    cr_expect_not(is_active(rt));
}

Test(oidc_extensions, revoking_a_refresh_token_ends_its_family)
{
    const char *code = flow_code(&f, "public-app", "all-apis offline_access");
    (void)flow_redeem(&f, "public-app", code);
    const char *access = flow_kept(&f, "access_token"), *rt = flow_kept(&f, "refresh_token");
    const char *body = arena_printf(f.arena, "token=%s&client_id=public-app", rt);
    cr_expect_eq(
        flow_post(&f, "/oidc/v1/revoke", arena_printf(f.arena, "token=%s&client_id=single-app", rt))
            ->reply.status,
        400, "not its token");
    cr_expect_eq(flow_api_status(&f, access), 200);
    cr_expect_eq(flow_post(&f, "/oidc/v1/revoke", body)->reply.status, 200);
    cr_expect_eq(flow_api_status(&f, access), 403);
    cr_expect_eq(flow_post(&f, "/oidc/v1/revoke", body)->reply.status, 200, "RFC 7009 2.2");
    cr_expect_eq(
        flow_post(&f, "/oidc/v1/revoke", "token=garbage&client_id=public-app")->reply.status, 200);
}

static const struct desk_reply *userinfo(const char *authorization)
{
    return desk_send(f.desk, &(struct desk_request){.target = "/oidc/v1/userinfo",
                                                    .authorization = authorization});
}

Test(oidc_extensions, userinfo_is_for_live_tokens_with_openid)
{
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "openid email"));
    const char *bearer = arena_printf(f.arena, "Bearer %s", flow_kept(&f, "access_token"));
    const struct desk_reply *a = userinfo(bearer);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(json_get_string(a->json, "sub", ""), "user@example.com");
    cr_expect_str_eq(json_get_string(a->json, "email", ""), "user@example.com");
    cr_expect_null(json_get(a->json, "name"));
    cr_expect_eq(userinfo(NULL)->reply.status, 401);
    cr_expect_str_neq(desk_header(f.desk, "www-authenticate"), "");
    a = desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                 .target = "/oidc/v1/userinfo",
                                                 .authorization = bearer});
    cr_expect_eq(a->reply.status, 200, "OpenID Connect Core 5.3: GET and POST");
    cr_expect_eq(userinfo("Bearer garbage")->reply.status, 401);
    cr_expect_eq(userinfo("Bearer " DESK_PAT)->reply.status, 401);
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "all-apis"));
    bearer = arena_printf(f.arena, "Bearer %s", flow_kept(&f, "access_token"));
    cr_expect_eq(userinfo(bearer)->reply.status, 403);
    cr_expect_not_null(strstr(desk_header(f.desk, "www-authenticate"), "insufficient_scope"));
}

Test(oidc_extensions, end_session_ends_what_the_id_token_names)
{
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "openid all-apis"));
    const char *access = flow_kept(&f, "access_token"), *hint = flow_kept(&f, "id_token");
    const char *back = "&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback&state=s";
    (void)flow_get(&f,
                   arena_printf(f.arena, "/oidc/v1/end_session?id_token_hint=%s%s", hint, back));
    cr_expect_str_eq(desk_header(f.desk, "location"), FLOW_LOOPBACK "?state=s");
    cr_expect_eq(flow_api_status(&f, access), 403);
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "openid all-apis"));
    access = flow_kept(&f, "access_token");
    const char *form = arena_printf(f.arena, "id_token_hint=%s", flow_kept(&f, "id_token"));
    cr_expect_eq(flow_post(&f, "/oidc/v1/end_session", form)->reply.status, 200);
    cr_expect_eq(flow_api_status(&f, access), 403, "RP-Initiated Logout 2: GET and POST");
    cr_expect_eq(flow_get(&f, "/oidc/v1/end_session")->reply.status, 200);
    cr_expect_eq(flow_get(&f, "/oidc/v1/end_session?client_id=public-app"
                              "&post_logout_redirect_uri=https%3A%2F%2Fevil.example")
                     ->reply.status,
                 400);
    cr_expect_str_eq(desk_header(f.desk, "location"), "");
}
