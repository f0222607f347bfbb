/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/subject_token.h"
#include "tests/unit/mock/oidc/oidc_flow.h"
#include "tests/unit/mock/oidc/oidc_jwt.h"

#include <criterion/criterion.h>

#define IDP      "https://idp.example.com"
#define EXCHANGE "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token="
#define JWT_TYPE "&subject_token_type=urn:ietf:params:oauth:token-type:jwt"

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
    flow_load(f.desk,
              arena_printf(f.arena,
                           "federation_policies:\n"
                           "  - {issuer: \"" IDP "\", jwks: %s}\n"
                           "  - {name: robot, service_principal: robot, issuer: \"" IDP "\",\n"
                           "     subject: workload, audiences: [assay], jwks: %s}\n"
                           "  - {name: own, issuer: \"https://ws.example.com/oidc\",\n"
                           "     audiences: [\"111\"]}\n",
                           other_jwks(f.arena, KEY_ES256), other_jwks(f.arena, KEY_ES256)));
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_token_exchange, .init = set_up, .fini = tear_down);

static int64_t now_s(void)
{
    return clock_wall_s(&f.desk->clock);
}

static const struct desk_reply *exchange(const char *token, const char *more)
{
    return flow_token(&f, arena_printf(f.arena, EXCHANGE "%s" JWT_TYPE "%s", token, more));
}

static const struct desk_reply *exchange_claims(struct other_claims claims, const char *more)
{
    if (claims.exp_s == 0) {
        claims.exp_s = now_s() + 600;
    }
    return exchange(other_jwt(f.arena, KEY_ES256, &claims), more);
}

#define USER     .iss = IDP, .sub = "user@example.com", .aud = DESK_ACCOUNT
#define ROBOT    .iss = IDP, .sub = "workload", .aud = "assay"
#define AS_ROBOT "&client_id=" DESK_CLIENT_ID

Test(oidc_token_exchange, a_federated_user_gets_a_token)
{
    const struct desk_reply *a = exchange_claims((struct other_claims){USER}, "&scope=all-apis");
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(json_get_string(a->json, "issued_token_type", ""),
                     "urn:ietf:params:oauth:token-type:access_token",
                     "RFC8693-2.2.1-issued_token_type");
    cr_expect_str_eq(json_get_string(a->json, "token_type", ""), "Bearer");
    cr_expect_null(json_get(a->json, "refresh_token"));
    cr_expect_str_eq(a->notes.principal, "user@example.com");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
    cr_expect_str_eq(a->notes.credential.kind, "assertion");
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
}

Test(oidc_token_exchange, the_token_does_not_outlive_its_subject)
{
    const struct desk_reply *a =
        exchange_claims((struct other_claims){USER, .exp_s = now_s() + 100}, "");
    int64_t life_s = json_get_int(a->json, "expires_in", 0);
    cr_expect(life_s >= 98 && life_s <= 100, "%lld", (long long)life_s);
    const char *token = flow_kept(&f, "access_token");
    clock_advance_ms(&f.desk->clock, 100 * 1000);
    cr_expect_eq(flow_api_status(&f, token), 403);
    a = exchange_claims((struct other_claims){USER, .exp_s = now_s() + 100000}, "");
    cr_expect_eq(json_get_int(a->json, "expires_in", 0), 3600);
}

Test(oidc_token_exchange, the_token_endpoint_is_a_default_audience)
{
    cr_expect_eq(
        exchange_claims((struct other_claims){.iss = IDP,
                                              .sub = "user@example.com",
                                              .aud = "https://ws.example.com/oidc/v1/token"},
                        "")
            ->reply.status,
        200);
}

Test(oidc_token_exchange, a_workload_is_its_service_principal)
{
    const struct desk_reply *a = exchange_claims((struct other_claims){ROBOT}, AS_ROBOT);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(a->notes.principal, "robot");
}

Test(oidc_token_exchange, what_drivers_add_is_ignored)
{
    cr_expect_eq(exchange_claims((struct other_claims){USER},
                                 "&return_original_token_if_authenticated=true&audience=x")
                     ->reply.status,
                 200);
}

Test(oidc_token_exchange, what_no_policy_covers_is_refused)
{
    const int64_t now = now_s();
    const struct {
        const char *what;
        struct other_claims claims;
        const char *more;
    } rows[] = {
        {"another issuer",
         {.iss = "https://evil.example", .sub = "user@example.com", .aud = DESK_ACCOUNT},
         ""},
        {"another audience", {.iss = IDP, .sub = "user@example.com", .aud = "elsewhere"}, ""},
        {"no audience", {.iss = IDP, .sub = "user@example.com"}, ""},
        {"no subject", {.iss = IDP, .aud = DESK_ACCOUNT}, ""},
        {"nobody", {.iss = IDP, .sub = "nobody@example.com", .aud = DESK_ACCOUNT}, ""},
        {"expired", {USER, .exp_s = now - 1}, ""},
        {"not yet valid", {USER, .nbf_s = now + 60}, ""},
        {"another subject", {.iss = IDP, .sub = "other", .aud = "assay"}, AS_ROBOT},
        {"the workload without its client_id", {ROBOT}, ""},
        {"the user with a client_id", {USER}, AS_ROBOT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct desk_reply *a = exchange_claims(rows[i].claims, rows[i].more);
        cr_expect_eq(a->reply.status, 400, "%s", rows[i].what);
        cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_grant", "%s",
                         rows[i].what);
        cr_expect(str_starts(str_of(json_get_string(a->json, "error_description", "")),
                             STR("Failed to process token: TOKEN_INVALID")));
        cr_expect_neq(a->notes.credential.state, CREDENTIAL_LIVE, "%s", rows[i].what);
    }
}

Test(oidc_token_exchange, the_refusal_shows_what_a_policy_would_need)
{
    const struct desk_reply *a = exchange_claims(
        (struct other_claims){.iss = "https://x.example", .sub = "s", .aud = "a"}, "");
    cr_expect_not_null(strstr(json_get_string(a->json, "error_description", ""),
                              "{issuer: 'https://x.example', subject: 's', audience: 'a'}"));
}

Test(oidc_token_exchange, the_signature_is_checked)
{
    struct other_claims claims = {USER, .exp_s = now_s() + 600};
    const char *by_another_key = other_jwt(f.arena, KEY_RS256, &claims);
    cr_expect_eq(exchange(by_another_key, "")->reply.status, 400);
    char *spoiled = arena_strdup(f.arena, other_jwt(f.arena, KEY_ES256, &claims));
    char *signature = strrchr(spoiled, '.') + 1;
    signature[0] = signature[0] == 'A' ? 'B' : 'A';
    cr_expect_eq(exchange(spoiled, "")->reply.status, 400);
    signature[0] = '\0';
    cr_expect_eq(exchange(spoiled, "")->reply.status, 400, "no signature");
}

Test(oidc_token_exchange, tokens_of_this_mock_are_verified_by_its_own_keys)
{
    const char *bearer = desk_bearer(
        f.desk, &(struct mock_mint){.kind = "access-token", .principal = "user@example.com"});
    const char *own = arena_strdup(f.arena, bearer + strlen("Bearer "));
    cr_expect_eq(exchange(own, "")->reply.status, 200, "%s", f.desk->last.body);
}

Test(oidc_token_exchange, a_pat_becomes_an_oauth_token)
{
    const struct desk_reply *a = flow_token(
        &f, EXCHANGE DESK_PAT "&subject_token_type=urn:databricks:params:oauth:token-type:"
                              "personal-access-token&requested_token_type=urn:ietf:params:oauth:"
                              "token-type:access_token&scope=all-apis");
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(a->notes.credential.name, "pat");
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
}

/* The data plane: a token of the workspace becomes one for a detail of it. */
Test(oidc_token_exchange, a_data_plane_token_is_limited_by_its_details)
{
    const char *bearer = desk_bearer(f.desk, &(struct mock_mint){.kind = "access-token",
                                                                 .principal = "robot",
                                                                 .lifetime_ms = 90 * 1000});
    const char *body = arena_printf(
        f.arena, "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%s%s",
        bearer + strlen("Bearer "),
        "&authorization_details=%5B%7B%22type%22%3A%22unity_catalog_permission%22%7D%5D");
    const struct desk_reply *a = flow_token(&f, body);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_leq(json_get_int(a->json, "expires_in", 0), 90);
    const struct json *details = json_get(a->json, "authorization_details");
    cr_expect_str_eq(json_get_string(json_at(details, 0), "type", ""), "unity_catalog_permission");
}
