/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/key_ring.h"

#include "base/core/arena.h"
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

TestSuite(key_ring, .init = set_up, .fini = tear_down);

static size_t published(void)
{
    AUTO_JSON struct json *set = key_ring_jwks(d->state->keys);
    return json_count(json_get(set, "keys"));
}

static const char *current(enum key_alg alg)
{
    struct err err = {0};
    return crypto_key_id(key_ring_current(d->state->keys, alg, &err));
}

static const char *bearer(const char *format, const char *tamper)
{
    return desk_bearer(
        d, &(struct mock_mint){
               .kind = "access-token", .principal = "robot", .format = format, .tamper = tamper});
}

static int me(const char *authorization)
{
    return desk_send(d, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                               .authorization = authorization})
        ->reply.status;
}

Test(key_ring, an_es256_key_is_published_once_it_is_used)
{
    cr_expect_eq(published(), 1);
    cr_expect_eq(me(bearer("ES256", NULL)), 200);
    cr_expect_eq(published(), 2);
}

Test(key_ring, a_rotated_key_stays_published_until_it_is_retired)
{
    struct err err = {0};
    AUTO_ARENA struct arena *a = arena_new();
    const char *old_kid = arena_strdup(a, current(KEY_ES256));
    const char *old = arena_strdup(a, bearer("ES256", NULL));
    const char *kid = key_ring_rotate(d->state->keys, KEY_ES256, &err);
    cr_assert_not_null(kid, "%s", err.msg);
    cr_expect_str_eq(current(KEY_ES256), kid);
    cr_expect_str_neq(kid, old_kid);
    cr_expect_eq(strlen(kid), 43, "a thumbprint: RFC 7638");
    cr_expect_eq(published(), 3);
    cr_expect_eq(me(old), 200);
    int64_t revoked = 0;
    cr_expect_eq(mock_state_key_retire(d->state, kid, &revoked, &err), -1, "it signs");
    cr_expect_eq(mock_state_key_retire(d->state, old_kid, &revoked, &err), 0, "%s", err.msg);
    cr_expect_eq(revoked, 1);
    cr_expect_eq(published(), 2);
    cr_expect_eq(me(old), 403);
    cr_expect_eq(me(bearer("ES256", NULL)), 200);
    cr_expect_eq(mock_state_key_retire(d->state, old_kid, &revoked, &err), -1, "gone already");
    cr_expect_eq((int)err.code, (int)ERR_NOT_FOUND);
}

Test(key_ring, a_tampered_token_opens_nothing)
{
    static const char *const tampers[] = {"expired",        "not-yet-valid", "wrong-issuer",
                                          "wrong-audience", "bad-signature", "unknown-kid",
                                          "alg-none"};
    for (size_t i = 0; i < ARRAY_LEN(tampers); i++) {
        cr_expect_eq(me(bearer(NULL, tampers[i])), 403, "%s", tampers[i]);
    }
    cr_expect_eq(me(bearer("opaque", NULL)), 200, "RFC9068-6-opaque");
    cr_expect_eq(me(bearer(NULL, "none")), 200);
}

Test(key_ring, a_token_whose_time_is_to_come_is_good_then)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *later = arena_strdup(a, bearer(NULL, "not-yet-valid"));
    clock_advance_ms(&d->clock, (int64_t)3600 * 1000);
    cr_expect_eq(me(later), 200);
}

static const char *with_claims(const char *key, struct json *value_take)
{
    AUTO_JSON struct json *claims = json_object();
    json_set(claims, key, value_take);
    return desk_bearer(
        d, &(struct mock_mint){.kind = "access-token", .principal = "robot", .claims = claims});
}

Test(key_ring, the_mock_goes_by_the_claims_that_were_chosen)
{
    double now = (double)clock_wall_s(&d->clock);
    cr_expect_eq(me(with_claims("aud", json_string("222"))), 403);
    cr_expect_eq(me(with_claims("exp", json_number(now + 100.5))), 200, "RFC7519-2-numericdate");
    cr_expect_eq(me(with_claims("exp", json_number(now - 1))), 403);
    cr_expect_eq(me(with_claims("extra", json_string("x"))), 200);
}

Test(key_ring, unknown_names_are_refused)
{
    struct err err = {0};
    const struct credential *c;
    struct str value;
    const struct mock_mint rows[] = {
        {.kind = "access-token", .principal = "robot", .tamper = "bad-sig"},
        {.kind = "access-token", .principal = "robot", .format = "HS256"},
        {.kind = "pat", .principal = "robot", .tamper = "expired"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(mock_state_mint(d->state, &rows[i], &c, &value, &err), -1);
    }
}

Test(key_ring, the_same_token_is_not_minted_twice)
{
    struct err err = {0};
    const struct credential *c;
    struct str value;
    AUTO_JSON struct json *claims = json_object();
    json_set_int(claims, "iat", 1);
    json_set(claims, "jti", json_null());
    json_set_int(claims, "exp", clock_wall_s(&d->clock) + 100);
    const struct mock_mint mint = {
        .kind = "access-token", .principal = "robot", .format = "RS256", .claims = claims};
    cr_assert_eq(mock_state_mint(d->state, &mint, &c, &value, &err), 0, "%s", err.msg);
    cr_expect_eq(mock_state_mint(d->state, &mint, &c, &value, &err), -1);
    cr_expect_eq((int)err.code, (int)ERR_INVALID);
}
