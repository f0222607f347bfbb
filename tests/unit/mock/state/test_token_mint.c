/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/token_mint.h"

#include "mock/state/credential_store.h"
#include "mock/state/principal_store.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(token_mint, .init = set_up, .fini = tear_down);

static struct credential *mint(enum secret_kind kind, const char *name, struct str *ret_value)
{
    struct err err = {0};
    struct credential *c = NULL;
    struct token_request r = {.kind = kind,
                              .principal = principal_store_at(d->state->principals, 0),
                              .client_id = "client",
                              .audience = "111",
                              .issuer = "https://ws.example.com/oidc",
                              .scope = "sql",
                              .lifetime_ms = 1000,
                              .name = name};
    cr_assert_eq(token_mint(d->state, &r, &c, ret_value, &err), 0, "%s", err.msg);
    return c;
}

Test(token_mint, tokens_are_numbered_by_kind)
{
    struct str v;
    cr_expect_str_eq(mint(SECRET_ACCESS_TOKEN, NULL, &v)->name, "access_token_1");
    cr_expect_str_eq(mint(SECRET_REFRESH_TOKEN, NULL, &v)->name, "refresh_token_1");
    cr_expect_str_eq(mint(SECRET_ACCESS_TOKEN, NULL, &v)->name, "access_token_2");
}

Test(token_mint, a_name_that_was_taken_by_hand_is_skipped)
{
    struct str v;
    cr_expect_str_eq(mint(SECRET_ACCESS_TOKEN, "access_token_1", &v)->name, "access_token_1");
    cr_expect_str_eq(mint(SECRET_ACCESS_TOKEN, NULL, &v)->name, "access_token_2");
}

Test(token_mint, values_have_the_services_forms_and_never_repeat)
{
    struct str a, b;
    (void)mint(SECRET_REFRESH_TOKEN, NULL, &a);
    (void)mint(SECRET_REFRESH_TOKEN, NULL, &b);
    cr_expect(str_starts(a, STR("doau")));
    cr_expect_eq(a.len, 36);
    cr_expect_not(str_eq(a, b));
    (void)mint(SECRET_ACCESS_TOKEN, NULL, &a);
    (void)mint(SECRET_ACCESS_TOKEN, NULL, &b);
    cr_expect(str_starts(a, STR("eyJ")));
    cr_expect_not(str_eq(a, b), "two tokens of one second differ by jti");
}

Test(token_mint, further_pats_are_named_after_their_owner)
{
    struct str v;
    cr_expect_str_eq(mint(SECRET_PAT, NULL, &v)->name, "robot_pat");
    cr_expect_str_eq(mint(SECRET_PAT, NULL, &v)->name, "robot_pat_2");
    cr_expect_str_eq(mint(SECRET_PAT, NULL, &v)->name, "robot_pat_3");
}

Test(token_mint, a_value_can_be_found_by_what_was_given_out)
{
    struct str v;
    const struct credential *c = mint(SECRET_ACCESS_TOKEN, NULL, &v);
    cr_expect_eq(credential_store_find(d->state->credentials, v), c);
    cr_expect_str_eq(secret_set_find(d->state->canaries, v)->name, c->name);
    cr_expect_eq(c->expires_ms - c->issued_ms, 1000);
}
