/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_assertion.h"
#include "tests/unit/mock/oidc/oidc_flow.h"
#include "tests/unit/mock/oidc/oidc_jwt.h"

#include <criterion/criterion.h>

#define ROBOT    "12345678-9abc-4def-8012-3456789abcdf"
#define ENDPOINT "https://ws.example.com/oidc/v1/token"
#define TYPE     "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
    desk_load(f.desk,
              arena_printf(f.arena,
                           "workspaces: [{host: ws.example.com}]\n"
                           "principals:\n"
                           "  - {name: keyed, kind: service-principal, client_id: " ROBOT ",\n"
                           "     client_secret: " DESK_SECRET ", jwks: %s}\n"
                           "oauth_apps:\n"
                           "  - {name: k, client_id: keyed-app, jwks: %s}\n",
                           other_jwks(f.arena, KEY_ES256), other_jwks(f.arena, KEY_ES256)));
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_client_assertion, .init = set_up, .fini = tear_down);

static const struct desk_reply *ask(const struct other_claims *claims, enum key_alg alg,
                                    const char *more)
{
    return flow_token(&f,
                      arena_printf(f.arena, "grant_type=client_credentials&client_assertion=%s%s",
                                   other_jwt(f.arena, alg, claims), more));
}

static struct other_claims right(const char *jti)
{
    return (struct other_claims){.iss = ROBOT,
                                 .sub = ROBOT,
                                 .aud = ENDPOINT,
                                 .jti = jti,
                                 .exp_s = clock_wall_s(&f.desk->clock) + 60};
}

Test(oidc_client_assertion, a_signed_assertion_proves_the_client)
{
    struct other_claims c = right("1");
    const struct desk_reply *a = ask(&c, KEY_ES256, TYPE);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    cr_expect_str_eq(a->notes.credential.kind, "assertion");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
    c = right("2");
    c.aud = "https://ws.example.com/oidc";
    cr_expect_eq(ask(&c, KEY_ES256, TYPE "&client_id=" ROBOT)->reply.status, 200,
                 "the issuer is an audience as well");
}

Test(oidc_client_assertion, each_departure_is_refused)
{
    int64_t now = clock_wall_s(&f.desk->clock);
    struct other_claims rows[9];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i] = right(arena_printf(f.arena, "row-%zu", i));
    }
    rows[0].iss = "keyed-app";
    rows[1].sub = "keyed-app";
    rows[2].aud = "https://other.example.com/oidc/v1/token";
    rows[3].aud = NULL;
    rows[4].jti = NULL;
    rows[5].exp_s = 0;
    rows[6].exp_s = now - 1;
    rows[7].nbf_s = now + 60;
    rows[8].iss = rows[8].sub = DESK_CLIENT_ID;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct desk_reply *a = ask(&rows[i], KEY_ES256, TYPE);
        cr_expect_eq(a->reply.status, 401, "row %zu: %s", i, a->body);
        cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_client");
    }
}

Test(oidc_client_assertion, another_key_type_or_way_is_refused)
{
    struct other_claims c = right("k");
    cr_expect_eq(ask(&c, KEY_RS256, TYPE)->reply.status, 401, "not its key");
    cr_expect_eq(ask(&c, KEY_ES256, "")->reply.status, 401, "no type");
    cr_expect_eq(ask(&c, KEY_ES256, TYPE "&client_id=other")->reply.status, 401, "another id");
    cr_expect_eq(
        ask(&c, KEY_ES256, TYPE "&client_id=" ROBOT "&client_secret=" DESK_SECRET)->reply.status,
        400, "RFC6749-2.3-one-client-auth");
    cr_expect_eq(ask(&c, KEY_ES256, TYPE)->reply.status, 200, "none of these used up the jti");
}

Test(oidc_client_assertion, none_is_taken_twice)
{
    struct other_claims c = right("once");
    cr_expect_eq(ask(&c, KEY_ES256, TYPE)->reply.status, 200);
    const struct desk_reply *a = ask(&c, KEY_ES256, TYPE);
    cr_expect_eq(a->reply.status, 401);
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_REVOKED);
}

Test(oidc_client_assertion, an_application_with_keys_has_to_use_them)
{
    cr_expect_eq(flow_token(&f, "grant_type=refresh_token&refresh_token=x&client_id=keyed-app")
                     ->reply.status,
                 401);
}

Test(oidc_client_assertion, it_is_advertised_when_some_client_has_keys)
{
    const char *target = "/oidc/.well-known/oauth-authorization-server";
    cr_expect_not_null(strstr(flow_get(&f, target)->body, "private_key_jwt"));
    flow_load(f.desk, "");
    cr_expect_null(strstr(flow_get(&f, target)->body, "private_key_jwt"));
}
