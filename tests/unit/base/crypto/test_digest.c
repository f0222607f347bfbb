/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"

#include <criterion/criterion.h>

Test(digest, sha256_gives_the_answers_of_fips_180)
{
    static const struct {
        const char *data, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char hex[2 * SHA256_SIZE + 1];
        sha256_hex(str_of(rows[i].data), hex);
        cr_assert_str_eq(hex, rows[i].hex);
    }
}

Test(digest, a_maker_used_again_and_again_makes_what_the_plain_function_makes)
{
    static const char text[] =
        "the quick brown fox jumps over the lazy dog, twice, to pass 64 bytes";
    struct sha256_maker *m = sha256_maker_new();
    for (size_t len = 0; len < sizeof(text); len++) {
        unsigned char expected[SHA256_SIZE], got[SHA256_SIZE];
        sha256(str_n(text, len), expected);
        for (int again = 0; again < 2; again++) {
            sha256_make(m, str_n(text, len), got);
            cr_assert_arr_eq(got, expected, SHA256_SIZE);
        }
    }
    sha256_maker_free(m);
}

Test(digest, a_maker_tells_a_text_from_the_last_one_wherever_they_differ)
{
    struct sha256_maker *m = sha256_maker_new();
    static char text[3000];
    for (size_t len = 1; len <= sizeof(text); len = len * 2 + 1) {
        for (size_t at = 0; at < len; at += 1 + len / 16) {
            unsigned char expected[SHA256_SIZE], got[SHA256_SIZE];
            sha256_make(m, str_n(text, len), got);
            text[at] ^= 1;
            sha256(str_n(text, len), expected);
            sha256_make(m, str_n(text, len), got);
            cr_assert_arr_eq(got, expected, SHA256_SIZE);
        }
    }
    sha256_maker_free(m);
}

Test(digest, constant_time_equal_is_equality)
{
    cr_assert(constant_time_equal(STR("abc"), STR("abc")));
    cr_assert(constant_time_equal(STR(""), (struct str){NULL, 0}));
    cr_assert_not(constant_time_equal(STR("abc"), STR("abd")));
    cr_assert_not(constant_time_equal(STR("abc"), STR("abcd")));
    cr_assert_not(constant_time_equal(STR("abc"), STR("")));
}

/* RFC 7636 appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

Test(digest, pkce_challenge_is_that_of_rfc_7636)
{
    AUTO_BUF struct buf out = {0};
    buf_add_z(&out, "x=");
    pkce_challenge_s256(&out, STR(VERIFIER));
    cr_assert_str_eq(buf_z(&out), "x=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

Test(digest, pkce_verifier_grammar_is_kept)
{
    static const struct {
        const char *verifier;
        bool valid;
    } rows[] = {
        {VERIFIER, true},
        {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX", false}, /* 42 */
        {"dBjftJeZ4CVP~mB92K27uhbUJU1p1r.wW1gFWFOEjXk", true},
        {"dBjftJeZ4CVP+mB92K27uhbUJU1p1r_wW1gFWFOEjXk", false},
        {"dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk", false},
        {VERIFIER "=", false},
        {VERIFIER VERIFIER VERIFIER, false}, /* 129 */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_assert_eq(pkce_verifier_is_valid(str_of(rows[i].verifier)), rows[i].valid, "row %zu", i);
    }
    cr_assert(pkce_verifier_is_valid(str_slice(STR(VERIFIER VERIFIER VERIFIER), 0, 128)));
}
