/* SPDX-License-Identifier: Apache-2.0 */
/* A token of a user for an application, without a sign-in: what a middle tier is called with. */
#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/azure/entra.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "tests/unit/mock/azure/azure_world.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

static struct site_desk *d;

static void set_up(void)
{
    d = site_desk_new(AZURE_WORLD_BASE);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(entra_mint, .init = set_up, .fini = tear_down);

static const struct mock_mint good = {
    .kind = "access-token", .principal = "user@example.com", .entra_app = "tier"};

Test(entra_mint, the_token_is_the_users_for_the_application)
{
    const struct credential *c = NULL;
    struct str value = {0};
    struct err err = {0};
    cr_assert_eq(mock_state_mint(d->state, &good, &c, &value, &err), 0, "%s", err.msg);
    AUTO_JWT struct jwt jwt = {0};
    cr_assert_eq(jwt_parse(value, &jwt, &err), 0, "%s", err.msg);
    cr_expect_str_eq(json_get_string(jwt.claims, "aud", ""), TIER_ID);
    cr_expect_str_eq(json_get_string(jwt.claims, "scp", ""), "user_impersonation");
    cr_expect_str_eq(json_get_string(jwt.claims, "tid", ""), TENANT);
    cr_expect_str_neq(json_get_string(jwt.claims, "idtyp", ""), "app");
    cr_expect_eq(json_get_int(jwt.claims, "exp", 0) - json_get_int(jwt.claims, "iat", 0), 3600);
    cr_expect(credential_is_in_force(c, mock_state_now_ms(d->state)));
    cr_expect_not_null(secret_set_find(d->state->canaries, value), "it is a canary");
}

Test(entra_mint, the_middle_tier_can_act_for_its_user)
{
    const struct credential *c = NULL;
    struct str value = {0};
    struct err err = {0};
    cr_assert_eq(mock_state_mint(d->state, &good, &c, &value, &err), 0, "%s", err.msg);
    site_desk_set(d, "minted", value.ptr);
#define OBO                                                                              \
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&scope=" DATABRICKS \
    "%2F.default&requested_token_use=on_behalf_of&assertion=${minted}"
    const struct site_row rows[] = {
        {"by the application that it is for", .host = LOGIN,
         .target = "/" TENANT "/oauth2/v2.0/token",
         .body = OBO "&client_id=" TIER_ID "&client_secret=${tier_entra_secret}", .status = 200,
         .credential = CREDENTIAL_LIVE, .save = "at=access_token", .source = "server contract 6.1"},
        {"as the user", .host = WORKSPACE, .target = "/door",
         .headers = "Authorization: Bearer ${at}\n", .status = 200, .credential = CREDENTIAL_LIVE,
         .expect = "user=user@example.com", .source = "server contract 6.1"},
        {"by another application", .host = LOGIN, .target = "/" TENANT "/oauth2/v2.0/token",
         .body = OBO "&client_id=" STRICT_ID "&client_secret=${strict_entra_secret}", .status = 400,
         .credential = CREDENTIAL_WRONG, .expect = "error=invalid_grant",
         .source = "server contract 6.1"},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

static const struct {
    const char *what;
    struct mock_mint mint;
} refused[] = {
    {"no such application",
     {.kind = "access-token", .principal = "user@example.com", .entra_app = "tire"}},
    {"a service principal cannot sign in",
     {.kind = "access-token", .principal = "robot", .entra_app = "tier"}},
    {"no other kind",
     {.kind = "refresh-token", .principal = "user@example.com", .entra_app = "tier"}},
    {"no PAT", {.kind = "pat", .principal = "user@example.com", .entra_app = "tier"}},
};

Test(entra_mint, what_entra_would_not_issue_is_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct credential *c = NULL;
        struct str value = {0};
        struct err err = {0};
        cr_expect_eq(mock_state_mint(d->state, &refused[i].mint, &c, &value, &err), -1, "%s",
                     refused[i].what);
        cr_expect_eq(err.code, ERR_INVALID, "%s", refused[i].what);
        cr_expect(strstr(err.msg, "entra_app is the name of an application") != NULL, "%s",
                  err.msg);
        cr_expect_null(c, "%s", refused[i].what);
    }
}
