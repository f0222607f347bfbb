/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

static struct desk *d;
static struct err err;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(mock_control, .init = set_up, .fini = tear_down);

Test(mock_control, credentials_are_told_with_their_values)
{
    AUTO_JSON struct json *o = mock_state_credentials(d->state);
    const struct json *w = json_at(json_get(o, "workspaces"), 0);
    cr_expect_str_eq(json_get_string(w, "host", ""), "ws.example.com");
    cr_expect_str_eq(json_get_string(w, "workspace_id", ""), "111");
    cr_expect_str_eq(json_get_string(w, "account_id", ""), DESK_ACCOUNT);
    cr_expect_str_eq(json_get_string(w, "warehouse_id", ""), "abc123");
    const struct json *t = json_at(json_get(w, "tables"), 0);
    cr_expect_str_eq(json_get_string(t, "full_name", ""), "main.default.trips");
    cr_expect_eq(strlen(json_get_string(t, "table_id", "")), 36);
    const struct json *robot = json_at(json_get(o, "principals"), 0);
    cr_expect_str_eq(json_get_string(robot, "kind", ""), "service-principal");
    cr_expect_str_eq(json_get_string(robot, "client_id", ""), DESK_CLIENT_ID);
    cr_expect_str_eq(json_get_string(robot, "client_secret", ""), DESK_SECRET);
    cr_expect_eq(json_type(json_get(robot, "pat")), JSON_NULL);
    const struct json *user = json_at(json_get(o, "principals"), 1);
    cr_expect_str_eq(json_get_string(user, "kind", ""), "user");
    cr_expect_str_eq(json_get_string(user, "pat", ""), DESK_PAT);
    cr_expect_eq(json_type(json_get(user, "client_id")), JSON_NULL);
}

Test(mock_control, canaries_list_every_secret)
{
    (void)desk_bearer(d, &(struct mock_mint){.kind = "access-token", .principal = "robot"});
    AUTO_JSON struct json *list = mock_state_canaries(d->state, &err);
    const char *const names[] = {"client_secret", "pat", "access_token_1"};
    cr_assert_eq(json_count(list), ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        cr_expect_str_eq(json_get_string(json_at(list, i), "name", ""), names[i]);
    }
    cr_expect_str_eq(json_get_string(json_at(list, 1), "value", ""), DESK_PAT);
    cr_expect_str_eq(json_get_string(json_at(list, 1), "kind", ""), "pat");
}

static int mint(const struct mock_mint *m, const struct credential **ret)
{
    struct str value;
    err = (struct err){0};
    return mock_state_mint(d->state, m, ret, &value, &err);
}

Test(mock_control, minting_follows_the_wishes)
{
    const struct credential *c = NULL;
    const char *scope = "sql";
    struct mock_mint m = {.kind = "access-token",
                          .principal = "robot",
                          .lifetime_ms = 5000,
                          .scopes = {.items = &scope, .count = 1},
                          .name = "planted_token"};
    cr_assert_eq(mint(&m, &c), 0, "%s", err.msg);
    cr_expect_str_eq(c->name, "planted_token");
    cr_expect_str_eq(c->scope, "sql");
    cr_expect_str_eq(c->client_id, DESK_CLIENT_ID);
    cr_expect_str_eq(c->audience, "111");
    cr_expect_eq(c->expires_ms - c->issued_ms, 5000);
}

Test(mock_control, a_negative_lifetime_makes_an_expired_token)
{
    const struct credential *c = NULL;
    struct mock_mint m = {.kind = "access-token", .principal = "robot", .lifetime_ms = -1000};
    cr_assert_eq(mint(&m, &c), 0, "%s", err.msg);
    cr_expect_not(credential_is_in_force(c, mock_state_now_ms(d->state)));
}

static const struct {
    struct mock_mint mint;
    enum err_code code;
    const char *hint;
} bad_mints[] = {
    {{.kind = "acess-token", .principal = "robot"}, ERR_INVALID, "access-token"},
    {{.kind = "client-secret", .principal = "robot"}, ERR_INVALID, NULL},
    {{.kind = "pat", .principal = "robt"}, ERR_NOT_FOUND, "robot"},
    {{.kind = "pat", .principal = "robot", .name = "pat"}, ERR_INVALID, NULL},
    {{.kind = "pat", .principal = "robot", .name = "Not Good"}, ERR_INVALID, NULL},
    {{.kind = "pat", .principal = "robot", .name = ""}, ERR_INVALID, NULL},
    {{.kind = "pat", .principal = "robot", .host = "nowhere"}, ERR_NOT_FOUND, NULL},
};

Test(mock_control, wishes_that_cannot_be_met_are_explained)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_mints); i++) {
        const struct credential *c = NULL;
        cr_expect_eq(mint(&bad_mints[i].mint, &c), -1, "row %zu", i);
        cr_expect_eq(err.code, bad_mints[i].code, "row %zu: %s", i, err.msg);
        cr_expect_null(c);
        if (bad_mints[i].hint != NULL) {
            cr_expect_not_null(strstr(err.hint, bad_mints[i].hint), "row %zu: %s", i, err.hint);
        }
    }
}

Test(mock_control, revoking_by_principal_and_kind_spares_the_others)
{
    int64_t count = -1;
    const struct credential *access = NULL, *refresh = NULL;
    struct mock_mint m = {.kind = "access-token", .principal = "user@example.com"};
    cr_assert_eq(mint(&m, &access), 0);
    m.kind = "refresh-token";
    cr_assert_eq(mint(&m, &refresh), 0);
    cr_assert_eq(
        mock_state_revoke(d->state, NULL, "user@example.com", "access-token", &count, &err), 0);
    cr_expect_eq(count, 1);
    cr_expect(access->revoked && !refresh->revoked);
    cr_assert_eq(mock_state_revoke(d->state, NULL, "user@example.com", NULL, &count, &err), 0);
    cr_expect_eq(count, 2, "the refresh token and the PAT");
}

Test(mock_control, revoking_needs_exactly_one_selector)
{
    int64_t count = -1;
    cr_expect_eq(mock_state_revoke(d->state, NULL, NULL, NULL, &count, &err), -1);
    cr_expect_eq(mock_state_revoke(d->state, "pat", "robot", NULL, &count, &err), -1);
    cr_expect_eq(mock_state_revoke(d->state, "pat", NULL, "pat", &count, &err), -1);
    cr_expect_eq(mock_state_revoke(d->state, "nothing", NULL, NULL, &count, &err), -1);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    cr_expect_eq(count, -1);
    cr_expect_eq(mock_state_revoke(d->state, "pat", NULL, NULL, &count, &err), 0);
    cr_expect_eq(count, 1);
    cr_expect_eq(mock_state_revoke(d->state, "pat", NULL, NULL, &count, &err), 0);
    cr_expect_eq(count, 0, "it was revoked before");
}

Test(mock_control, a_secret_can_be_made_known)
{
    cr_expect_eq(mock_state_canary_add(d->state, "poison_1", "poison", STR("decafbad"), &err), 0);
    cr_expect_not_null(secret_set_named(d->state->canaries, "poison_1"));
    cr_expect_eq(mock_state_canary_add(d->state, "poison_1", "poison", STR("other-value"), &err),
                 -1);
    cr_expect_eq(mock_state_canary_add(d->state, "short", "poison", STR("1234567"), &err), -1);
    cr_expect_eq(mock_state_canary_add(d->state, "odd", "oddity", STR("12345678"), &err), -1);
    cr_expect_eq(mock_state_canary_add(d->state, "Odd", "poison", STR("12345678"), &err), -1);
}
