/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_store.h"

#include "base/sys/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct credential_store *s;
static const int64_t now_ms = 1000000;

static void set_up(void)
{
    s = credential_store_new();
}

static void tear_down(void)
{
    credential_store_free(s);
}

TestSuite(credential_store, .init = set_up, .fini = tear_down);

static struct credential *add(const char *value, enum secret_kind kind, int64_t expires_ms,
                              int64_t family)
{
    const struct credential c = {.name = value,
                                 .kind = kind,
                                 .client_id = "c",
                                 .audience = "111",
                                 .scope = "sql offline_access",
                                 .issued_ms = now_ms,
                                 .expires_ms = expires_ms,
                                 .family = family};
    return credential_store_add(s, str_of(value), &c);
}

Test(credential_store, what_was_added_is_found_by_value_and_by_name)
{
    const struct credential *c = add("token_one", SECRET_ACCESS_TOKEN, now_ms + 1, 0);
    cr_expect_eq(credential_store_find(s, STR("token_one")), c);
    cr_expect_eq(credential_store_named(s, STR("token_one")), c);
    cr_expect_null(credential_store_find(s, STR("token_on")));
    cr_expect_null(credential_store_find(s, STR("token_one ")));
    cr_expect_null(credential_store_find(s, STR("")));
}

Test(credential_store, force_ends_with_the_millisecond_of_expiry)
{
    const struct credential *c = add("token_one", SECRET_ACCESS_TOKEN, now_ms + 10, 0);
    cr_expect(credential_is_in_force(c, now_ms + 9));
    cr_expect_not(credential_is_in_force(c, now_ms + 10));
    cr_expect_eq(credential_life_left_ms(c, now_ms + 12), -2);
    const struct credential *p = add("pat_value", SECRET_PAT, CREDENTIAL_NEVER_EXPIRES, 0);
    cr_expect(credential_is_in_force(p, INT64_MAX));
    cr_expect_eq(credential_life_left_ms(p, 5), CREDENTIAL_NEVER_EXPIRES);
}

Test(credential_store, a_family_falls_together_and_alone)
{
    const struct credential *a = add("refresh_a", SECRET_REFRESH_TOKEN, now_ms + 10, 1);
    const struct credential *b = add("access_b", SECRET_ACCESS_TOKEN, now_ms + 10, 1);
    const struct credential *other = add("refresh_c", SECRET_REFRESH_TOKEN, now_ms + 10, 2);
    const struct credential *none = add("access_d", SECRET_ACCESS_TOKEN, now_ms + 10, 0);
    cr_expect_eq(credential_store_revoke_family(s, 1), 2);
    cr_expect_eq(credential_store_revoke_family(s, 1), 0);
    cr_expect_eq(credential_store_revoke_family(s, 0), 0);
    cr_expect(a->revoked && b->revoked && !other->revoked && !none->revoked);
}

Test(credential_store, scopes_are_whole_words)
{
    const struct credential *c = add("token_one", SECRET_ACCESS_TOKEN, now_ms + 10, 0);
    cr_expect(credential_has_scope(c, STR("sql")));
    cr_expect(credential_has_scope(c, STR("offline_access")));
    cr_expect_not(credential_has_scope(c, STR("offline")));
    cr_expect(credential_has_scope(c, STR("catalog sql")), "one of them will do");
    cr_expect_not(credential_has_scope(c, STR("catalog sq")));
}

Test(credential_store, a_pat_may_do_everything_unless_it_has_scopes)
{
    const struct credential *scoped = add("pat_value", SECRET_PAT, now_ms + 1, 0);
    const struct credential plain = {
        .name = "plain_pat", .kind = SECRET_PAT, .client_id = "", .audience = "", .scope = ""};
    cr_expect(credential_has_scope(credential_store_add(s, STR("dapi plain"), &plain), STR("x")));
    cr_expect(credential_has_scope(scoped, STR("sql")));
    cr_expect_not(credential_has_scope(scoped, STR("x")));
}

Test(credential_store, forgetting_takes_the_dead_first_and_then_the_oldest_access_tokens)
{
    (void)add("pat_old", SECRET_PAT, CREDENTIAL_NEVER_EXPIRES, 0);
    (void)add("expired_1", SECRET_REFRESH_TOKEN, now_ms, 0);
    (void)add("access_1", SECRET_ACCESS_TOKEN, now_ms + 10, 0);
    (void)add("refresh_1", SECRET_REFRESH_TOKEN, now_ms + 10, 0);
    (void)add("access_2", SECRET_ACCESS_TOKEN, now_ms + 10, 0);
    cr_expect_eq(credential_store_compact(s, now_ms, 3), 2);
    cr_expect_eq(credential_store_count(s), 3);
    cr_expect_null(credential_store_find(s, STR("expired_1")));
    cr_expect_null(credential_store_named(s, STR("access_1")));
    cr_expect_not_null(credential_store_find(s, STR("access_2")));
    cr_expect_not_null(credential_store_find(s, STR("refresh_1")));
    cr_expect_not_null(credential_store_find(s, STR("pat_old")));
    cr_expect_eq(credential_store_compact(s, now_ms, 0), 1, "only access tokens may go");
    cr_expect_eq(credential_store_count(s), 2);
}

/* Linear look-ups would need 10^10 / 2 comparisons here: minutes instead of parts of a second. */
Test(credential_store, a_hundred_thousand_tokens_are_found_at_once)
{
    enum { MANY = 100000 };
    char value[64];
    int64_t start_ms = monotonic_ms();
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(value, sizeof(value), "token_%d", i);
        (void)add(value, SECRET_ACCESS_TOKEN, now_ms + 1, 0);
    }
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(value, sizeof(value), "token_%d", i);
        const struct credential *c = credential_store_find(s, str_of(value));
        cr_assert_not_null(c);
        cr_assert_str_eq(c->name, value);
    }
    cr_expect_lt(monotonic_ms() - start_ms, 20000);
}
