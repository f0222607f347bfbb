/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/jwt.h"
#include "mock/oidc/grants/grant.h"
#include "mock/state/credential_store.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_code_flow, .init = set_up, .fini = tear_down);

static const struct desk_reply *refresh(const char *client_id, const char *token)
{
    return flow_token(&f, arena_printf(f.arena,
                                       "grant_type=refresh_token&client_id=%s&refresh_token=%s",
                                       client_id, token));
}

Test(oidc_code_flow, the_token_opens_the_api_as_the_user)
{
    const char *code = flow_code(&f, "public-app", "all-apis offline_access");
    const struct desk_reply *a = flow_redeem(&f, "public-app", code);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "all-apis offline_access");
    cr_expect_str_eq(a->notes.credential.name, "code_1");
    cr_expect_str_eq(a->notes.credential.kind, "code");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
    cr_expect_str_eq(a->notes.principal, "user@example.com");
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
}

Test(oidc_code_flow, a_refresh_token_comes_with_offline_access_only)
{
    (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "all-apis"));
    cr_expect_null(json_get(f.desk->last.json, "refresh_token"));
    cr_expect_null(json_get(f.desk->last.json, "id_token"));
}

Test(oidc_code_flow, a_code_lives_for_a_minute)
{
    const char *code = flow_code(&f, "public-app", "");
    clock_advance_ms(&f.desk->clock, 59000);
    cr_expect_eq(flow_redeem(&f, "public-app", code)->reply.status, 200);
    code = flow_code(&f, "public-app", "");
    clock_advance_ms(&f.desk->clock, 60000);
    const struct desk_reply *a = flow_redeem(&f, "public-app", code);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_grant");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_EXPIRED);
}

Test(oidc_code_flow, a_second_redemption_revokes_what_the_first_gave)
{
    const char *code = flow_code(&f, "public-app", "all-apis offline_access");
    (void)flow_redeem(&f, "public-app", code);
    const char *access = flow_kept(&f, "access_token"), *rt = flow_kept(&f, "refresh_token");
    (void)refresh("public-app", rt);
    const char *refreshed = flow_kept(&f, "access_token");
    cr_assert_eq(flow_api_status(&f, refreshed), 200);
    const struct desk_reply *a = flow_redeem(&f, "public-app", code);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_grant",
                     "RFC6749-4.1.2-code-once");
    cr_expect_eq(flow_api_status(&f, access), 403);
    cr_expect_eq(flow_api_status(&f, refreshed), 403, "the whole family is dead");
    cr_expect_eq(refresh("public-app", rt)->reply.status, 400);
}

Test(oidc_code_flow, a_stranger_who_tries_a_used_code_ends_nothing)
{
    const char *code = flow_code(&f, "public-app", "all-apis");
    (void)flow_redeem(&f, "public-app", code);
    const char *access = flow_kept(&f, "access_token");
    cr_expect_eq(flow_redeem(&f, "single-app", code)->reply.status, 400);
    cr_expect_eq(flow_api_status(&f, access), 200);
}

Test(oidc_code_flow, a_verifier_without_challenge_is_refused)
{
    (void)flow_authorize(&f, "public-app", "");
    const char *code = flow_callback_param(&f, "code");
    const struct desk_reply *a = flow_redeem(&f, "public-app", code);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_grant",
                     "RFC 9700 section 2.1.1");
}

Test(oidc_code_flow, a_code_of_one_workspace_is_none_at_another)
{
    const char *code = flow_code(&f, "public-app", "all-apis");
    const char *body =
        arena_printf(f.arena,
                     "grant_type=authorization_code&client_id=public-app&code=%s&redirect_uri="
                     "http%%3A%%2F%%2Flocalhost%%3A8080%%2Fcallback&code_verifier=" FLOW_VERIFIER,
                     code);
    const struct desk_reply *a =
        desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                 .host = "other.example.com",
                                                 .target = "/oidc/v1/token",
                                                 .content_type = FLOW_FORM,
                                                 .body = body});
    cr_expect_eq(a->reply.status, 400);
    cr_expect_eq(flow_redeem(&f, "public-app", code)->reply.status, 200);
}

Test(oidc_code_flow, an_id_token_comes_with_openid)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    (void)flow_authorize(&f, "public-app",
                         "&scope=openid+profile&nonce=n-0S6&code_challenge=" FLOW_CHALLENGE
                         "&code_challenge_method=S256");
    const struct desk_reply *a = flow_redeem(&f, "public-app", flow_callback_param(&f, "code"));
    const char *token = json_get_string(a->json, "id_token", "");
    cr_assert_eq(jwt_parse(str_of(token), &jwt, &err), 0, "%s", err.msg);
    cr_expect_str_eq(json_get_string(jwt.claims, "iss", ""), "https://ws.example.com/oidc");
    cr_expect_str_eq(json_get_string(jwt.claims, "sub", ""), "user@example.com");
    cr_expect_str_eq(json_get_string(jwt.claims, "nonce", ""), "n-0S6");
    cr_expect_str_eq(json_get_string(jwt.claims, "preferred_username", ""), "user@example.com");
    cr_expect_str_eq(json_get_string(jwt.header, "alg", ""), "RS256");
    cr_expect_eq(flow_api_status(&f, arena_strdup(f.arena, token)), 403, "no access token");
}

Test(oidc_code_flow, a_single_use_token_is_replaced_each_time)
{
    const char *first = flow_refresh_token(&f, "single-app");
    (void)refresh("single-app", first);
    const char *second = flow_kept(&f, "refresh_token");
    cr_expect_str_neq(first, second, "RFC6749-6-replace-rt");
    cr_expect_eq(refresh("single-app", second)->reply.status, 200);
}

Test(oidc_code_flow, reuse_of_a_single_use_token_kills_the_family)
{
    const char *first = flow_refresh_token(&f, "single-app");
    (void)refresh("single-app", first);
    const char *second = flow_kept(&f, "refresh_token"), *access = flow_kept(&f, "access_token");
    const struct desk_reply *a = refresh("single-app", first);
    cr_expect_eq(a->reply.status, 400, "RFC9700-2.2.2-rt-rotation");
    cr_expect_str_eq(json_get_string(a->json, "error_description", ""), "Refresh token is invalid");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_REVOKED);
    cr_expect_eq(refresh("single-app", second)->reply.status, 400);
    cr_expect_eq(flow_api_status(&f, access), 403);
}

Test(oidc_code_flow, a_rotated_token_keeps_the_whole_scope)
{
    const char *rt = flow_refresh_token(&f, "single-app");
    const struct desk_reply *a =
        flow_token(&f, arena_printf(f.arena,
                                    "grant_type=refresh_token&client_id=single-app&scope=all-apis"
                                    "&refresh_token=%s",
                                    rt));
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "all-apis");
    a = refresh("single-app", flow_kept(&f, "refresh_token"));
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "all-apis offline_access",
                     "RFC 6749 section 6");
}

Test(oidc_code_flow, a_grace_window_forgives_a_second_use)
{
    flow_load(f.desk, "oidc: {refresh_reuse_grace: 10s}\n");
    const char *first = flow_refresh_token(&f, "single-app");
    (void)refresh("single-app", first);
    clock_advance_ms(&f.desk->clock, 9000);
    cr_expect_eq(refresh("single-app", first)->reply.status, 200);
    clock_advance_ms(&f.desk->clock, 10000);
    cr_expect_eq(refresh("single-app", first)->reply.status, 400);
}

Test(oidc_code_flow, a_session_ends_however_often_it_is_refreshed)
{
    const char *rt = flow_refresh_token(&f, "single-app");
    for (int hour = 0; hour < 23; hour++) {
        clock_advance_ms(&f.desk->clock, (int64_t)3600 * 1000);
        cr_assert_eq(refresh("single-app", rt)->reply.status, 200, "hour %d", hour);
        rt = flow_kept(&f, "refresh_token");
    }
    clock_advance_ms(&f.desk->clock, (int64_t)3600 * 1000);
    cr_expect_eq(refresh("single-app", rt)->reply.status, 400);
}

Test(oidc_code_flow, a_reusable_token_lives_for_seven_days)
{
    const char *rt = flow_refresh_token(&f, "public-app");
    clock_advance_ms(&f.desk->clock, (int64_t)7 * 24 * 3600 * 1000 - 1000);
    cr_expect_eq(refresh("public-app", rt)->reply.status, 200);
    clock_advance_ms(&f.desk->clock, 1000);
    cr_expect_eq(refresh("public-app", rt)->reply.status, 400);
}

Test(oidc_code_flow, how_a_bad_refresh_token_is_told_is_a_knob)
{
    static const struct {
        const char *knob, *error;
        int status;
    } rows[] = {{"invalid_request", "invalid_request", 400},
                {"invalid_grant", "invalid_grant", 400},
                {"invalid_request_401", "invalid_request", 401}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        flow_load(f.desk, arena_printf(f.arena, "oidc: {refresh_error: %s}\n", rows[i].knob));
        const struct desk_reply *a = refresh("public-app", "doaubogus");
        cr_expect_eq(a->reply.status, rows[i].status);
        cr_expect_str_eq(json_get_string(a->json, "error", ""), rows[i].error);
        cr_expect_str_eq(json_get_string(a->json, "error_description", ""),
                         "Refresh token is invalid");
    }
}

/* One refresh token, many clients at once: whatever the order, one family, no two live chains. */
Test(oidc_code_flow, of_many_refreshes_with_one_single_use_token_none_survives)
{
    const char *shared = flow_refresh_token(&f, "single-app");
    const char *tokens[8], *access[8];
    size_t won = 0;
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        if (refresh("single-app", shared)->reply.status == 200) {
            tokens[won] = flow_kept(&f, "refresh_token");
            access[won++] = flow_kept(&f, "access_token");
        }
    }
    cr_assert_eq(won, 1);
    cr_expect_eq(refresh("single-app", tokens[0])->reply.status, 400);
    cr_expect_eq(flow_api_status(&f, access[0]), 403);
}

/* The closed loop: nothing that was not minted here opens the API, and nothing that is dead. */
Test(oidc_code_flow, only_live_tokens_minted_here_open_the_api)
{
    const char *code = flow_code(&f, "public-app", "all-apis offline_access");
    cr_expect_eq(flow_api_status(&f, code), 403);
    (void)flow_redeem(&f, "public-app", code);
    const char *access = flow_kept(&f, "access_token"), *rt = flow_kept(&f, "refresh_token");
    cr_expect_eq(flow_api_status(&f, rt), 403);
    cr_expect_eq(flow_api_status(&f, access), 200);
    for (size_t at = 0; at < strlen(access); at += 37) {
        char *other = arena_strdup(f.arena, access);
        other[at] = other[at] == 'A' ? 'B' : 'A';
        if (strcmp(other, access) != 0) {
            cr_expect_neq(flow_api_status(&f, other), 200, "changed at %zu", at);
        }
    }
    clock_advance_ms(&f.desk->clock, (int64_t)3600 * 1000);
    cr_expect_neq(flow_api_status(&f, access), 200);
}

Test(oidc_code_flow, an_application_decides_the_lives_of_its_tokens)
{
    flow_load(f.desk, "  - {name: short, client_id: short-app, redirect_urls: [\"" FLOW_LOOPBACK
                      "\"], token_access_policy: {access_token_ttl: 5m, refresh_token_ttl: 1h}}\n");
    const char *rt = flow_refresh_token(&f, "short-app");
    cr_expect_eq(json_get_int(refresh("short-app", rt)->json, "expires_in", 0), 300);
    clock_advance_ms(&f.desk->clock, (int64_t)3600 * 1000);
    cr_expect_eq(refresh("short-app", rt)->reply.status, 400);
}

Test(oidc_code_flow, codes_are_bounded)
{
    const char *first = flow_code(&f, "public-app", "all-apis");
    for (int i = 0; i < 10001; i++) {
        (void)flow_authorize(&f, "public-app", "");
    }
    cr_expect_leq(secret_set_count(f.desk->state->canaries), 10010);
    cr_expect_eq(flow_redeem(&f, "public-app", first)->reply.status, 400);
}

Test(oidc_code_flow, two_id_tokens_of_one_second_differ)
{
    const char *tokens[2];
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        (void)flow_redeem(&f, "public-app", flow_code(&f, "public-app", "openid"));
        tokens[i] = flow_kept(&f, "id_token");
    }
    cr_expect_str_neq(tokens[0], tokens[1]);
}
