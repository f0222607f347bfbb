/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"

#include "base/crypto/digest.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* Expected values made with another implementation: SHA-256 over struct.pack(">QQ", seed, i). */

Test(random, seeded_bytes_are_the_documented_ones)
{
    struct rng rng;
    AUTO_BUF struct buf hex = {0};
    rng_init_seeded(&rng, 42);
    rng_hex(&rng, &hex, 64);
    cr_assert_str_eq(buf_z(&hex),
                     "bf5e93c443151c95541e8a3161ea3c06a1fc12195ef52dbc49fb653f073cc0a4"
                     "0506397db2e2556c62c21dea7ad4c2f7033a137f81b16b37118ca4786635bb62");
    cr_assert_eq(rng_uint64(&rng), 0x87af53bcc2fea8efu);
}

Test(random, seeded_uuid_is_the_documented_one)
{
    struct rng rng;
    char uuid[37];
    rng_init_seeded(&rng, 7);
    cr_assert_str_eq(rng_uuid(&rng, uuid), "e8dd943d-366c-4ae7-beb7-06c6ae668eff");
}

Test(random, long_base64url_joins_without_padding_and_has_the_right_length)
{
    for (size_t bytes = 0; bytes < 500; bytes += 7) {
        struct rng rng;
        AUTO_BUF struct buf text = {0};
        rng_init_seeded(&rng, bytes);
        rng_base64url(&rng, &text, bytes);
        cr_assert_eq(text.len, (bytes * 4 + 2) / 3, "%zu bytes", bytes);
        cr_assert_null(strchr(buf_z(&text), '='));
    }
}

Test(random, two_seeds_differ)
{
    struct rng a, b;
    rng_init_seeded(&a, 1);
    rng_init_seeded(&b, 2);
    cr_assert_neq(rng_uint64(&a), rng_uint64(&b));
}

Test(random, system_randomness_is_not_reproducible)
{
    struct rng a, b;
    char one[37], two[37];
    rng_init_system(&a);
    rng_init_system(&b);
    cr_assert_str_neq(rng_uuid(&a, one), rng_uuid(&b, two));
    cr_assert_eq(one[14], '4');
    cr_assert(strchr("89ab", one[19]));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

Test(random, identifiers_of_one_rng_never_repeat)
{
    enum { COUNT = 20000 };
    static char ids[COUNT][37];
    struct rng rng;
    rng_init_system(&rng);
    for (size_t i = 0; i < COUNT; i++) {
        (void)rng_uuid(&rng, ids[i]);
        cr_assert_eq(strspn(ids[i], "0123456789abcdef-"), 36u);
        cr_assert(ids[i][14] == '4' && strchr("89ab", ids[i][19]) != NULL, "%s", ids[i]);
    }
    qsort(ids, COUNT, sizeof(ids[0]), by_text);
    for (size_t i = 1; i < COUNT; i++) {
        cr_assert_str_neq(ids[i - 1], ids[i]);
    }
}
