/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/basic.h"

#include <criterion/criterion.h>

static const struct {
    const char *header, *id, *secret; /* id NULL: it is not read */
    const char *id_decoded, *secret_decoded;
} rows[] = {
    {"Basic aWQ6c2VjcmV0", "id", "secret", "id", "secret"},     /* id:secret */
    {"bAsIc aWQ6c2VjcmV0", "id", "secret", "id", "secret"},     /* RFC 9110 section 11.1 */
    {"Basic aWQ6YTpi", "id", "a:b", "id", "a:b"},               /* id:a:b */
    {"Basic Og==", "", "", "", ""},                             /* : */
    {"Basic aSUzQWQ6cysleA==", "i%3Ad", "s+%x", "i:d", "s+%x"}, /* i%3Ad:s+%x: one is an encoding */
    {"Basic aTphJTJCYitj", "i", "a%2Bb+c", "i", "a+b c"},       /* i:a%2Bb+c */
    {"Basic bm9jb2xvbg==", NULL, NULL, NULL, NULL},             /* nocolon */
    {"Basic ???", NULL, NULL, NULL, NULL},
    {"Basic", NULL, NULL, NULL, NULL},
    {"Bearer aWQ6c2VjcmV0", NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL},
};

Test(basic, halves_are_read_raw_and_decoded)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct basic_pair pair;
        bool read = basic_read(a, str_of(rows[i].header), &pair);
        cr_assert_eq(read, rows[i].id != NULL, "%s", rows[i].header);
        if (!read) {
            continue;
        }
        cr_expect(str_eq_z(pair.id, rows[i].id), "%s", rows[i].header);
        cr_expect(str_eq_z(pair.secret, rows[i].secret), "%s", rows[i].header);
        cr_expect_str_eq(basic_half(a, pair.id).ptr, rows[i].id_decoded);
        cr_expect_str_eq(basic_half(a, pair.secret).ptr, rows[i].secret_decoded, "%s",
                         rows[i].header);
    }
}

Test(basic, the_scheme_is_what_is_before_the_space)
{
    cr_expect(str_eq_z(basic_scheme(STR("Basic x y")), "Basic"));
    cr_expect(str_eq_z(basic_scheme(STR("token")), "token"));
    cr_expect_eq(basic_scheme(STR("")).len, 0);
}
