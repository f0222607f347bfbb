/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/mock_state.h"

#include "base/crypto/key.h"
#include "mock/state/credential_store.h"
#include "mock/state/key_ring.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(mock_state, .init = set_up, .fini = tear_down);

static const char *current_kid(const struct mock_state *s)
{
    struct err err = {0};
    return crypto_key_id(key_ring_current(s->keys, KEY_RS256, &err));
}

static const char *table_id(void)
{
    return workspace_store_at(d->state->workspaces, 0)->tables[0].table_id;
}

Test(mock_state, a_load_replaces_all_but_the_key)
{
    char before[37], key[64];
    uint64_t generation = d->state->canary_generation;
    (void)snprintf(before, sizeof(before), "%s", table_id());
    (void)snprintf(key, sizeof(key), "%s", current_kid(d->state));
    (void)desk_bearer(d, &(struct mock_mint){.kind = "access-token", .principal = "robot"});
    desk_load(d, "workspaces: [{host: ws.example.com, tables: [main.default.trips]}]\n"
                 "expiring_window: 5s\n");
    cr_expect_str_neq(table_id(), before, "a table's id is a nonce of the load");
    cr_expect_str_eq(current_kid(d->state), key);
    cr_expect_eq(credential_store_count(d->state->credentials), 0);
    cr_expect_eq(secret_set_count(d->state->canaries), 0);
    cr_expect_null(principal_store_at(d->state->principals, 0));
    cr_expect_eq(d->state->expiring_window_ms, 5000);
    cr_expect_gt(d->state->canary_generation, generation);
}

Test(mock_state, secrets_that_are_not_given_are_made_in_the_services_form)
{
    desk_load(d, "workspaces: [{}]\n"
                 "principals:\n"
                 "  - {name: robot, kind: service-principal}\n"
                 "  - {name: user@example.com, has_pat: true}\n");
    AUTO_JSON struct json *o = mock_state_credentials(d->state);
    const struct json *robot = json_at(json_get(o, "principals"), 0);
    const char *secret = json_get_string(robot, "client_secret", "");
    const char *pat = json_get_string(json_at(json_get(o, "principals"), 1), "pat", "");
    cr_expect_eq(strlen(json_get_string(robot, "client_id", "")), 36);
    cr_expect_eq(strlen(secret), 36);
    cr_expect_eq(strncmp(secret, "dose", 4), 0);
    cr_expect_eq(strspn(secret + 4, "0123456789abcdef"), 32);
    cr_expect_eq(strncmp(pat, "dapi", 4), 0);
    cr_expect_eq(strspn(pat + 4, "0123456789abcdef"), 32);
}

Test(mock_state, names_of_secrets_stay_unique_with_several_principals)
{
    desk_load(d, "workspaces: [{}]\n"
                 "principals:\n"
                 "  - {name: user@example.com, has_pat: true}\n"
                 "  - {name: user@example.org, has_pat: true}\n"
                 "  - {name: First Robot, kind: service-principal}\n"
                 "  - {name: second, kind: service-principal, has_pat: true}\n");
    const char *const names[] = {"pat", "user_2_pat", "client_secret", "second_client_secret",
                                 "second_pat"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        cr_expect_not_null(secret_set_named(d->state->canaries, names[i]), "%s", names[i]);
    }
    cr_expect_eq(secret_set_count(d->state->canaries), ARRAY_LEN(names));
}

Test(mock_state, memory_is_bounded_by_forgetting_the_oldest_tokens)
{
    char first[4096];
    struct mock_mint m = {.kind = "access-token", .principal = "robot"};
    d->state->max_credentials = 6;
    (void)snprintf(first, sizeof(first), "%s", desk_bearer(d, &m));
    uint64_t generation = d->state->canary_generation;
    for (int i = 0; i < 12; i++) {
        (void)desk_bearer(d, &m);
        cr_expect_leq(credential_store_count(d->state->credentials), 6);
        cr_expect_leq(secret_set_count(d->state->canaries), 7, "with the client's secret");
    }
    cr_expect_gt(d->state->canary_generation, generation);
    cr_expect_null(secret_set_named(d->state->canaries, "access_token_1"));
    cr_expect_not_null(secret_set_named(d->state->canaries, "access_token_13"));
    cr_expect_not_null(secret_set_named(d->state->canaries, "pat"));
    cr_expect_null(credential_store_find(d->state->credentials, str_of(first + strlen("Bearer "))));
}

Test(mock_state, when_nothing_can_be_forgotten_minting_fails)
{
    struct err err = {0};
    const struct credential *c;
    struct str value;
    struct mock_mint m = {.kind = "refresh-token", .principal = "robot"};
    d->state->max_credentials = 3;
    cr_expect_eq(mock_state_mint(d->state, &m, &c, &value, &err), 0);
    cr_expect_eq(mock_state_mint(d->state, &m, &c, &value, &err), 0);
    cr_expect_eq(mock_state_mint(d->state, &m, &c, &value, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(mock_state, a_seed_makes_it_reproducible)
{
    struct desk *other = desk_new();
    cr_expect_str_eq(workspace_store_at(other->state->workspaces, 0)->tables[0].table_id,
                     table_id());
    desk_free(other);
}

Test(mock_state, a_fresh_key_is_another_key)
{
    struct err err = {0};
    struct mock_state_options o = {.fresh_key = true};
    struct mock_state *s = mock_state_new(&d->clock, &o, &err);
    cr_assert_not_null(s, "%s", err.msg);
    cr_expect_str_neq(current_kid(s), current_kid(d->state));
    mock_state_free(s);
}
