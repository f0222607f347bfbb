/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"

#include <criterion/criterion.h>

Test(secret, a_value_with_nul_is_kept_whole_and_terminated)
{
    struct secret *s = secret_new(str_n("a\0b", 3));
    cr_assert(str_eq(secret_reveal(s), str_n("a\0b", 3)));
    cr_assert_eq(secret_reveal(s).ptr[3], '\0');
    secret_free(s);
    secret_free(NULL);
}

Test(secret, equality_looks_at_every_byte_and_the_length)
{
    struct secret *s = secret_new_z("correct horse");
    cr_assert(secret_equal(s, STR("correct horse")));
    cr_assert_not(secret_equal(s, STR("correct horsf")));
    cr_assert_not(secret_equal(s, STR("Correct horse")));
    cr_assert_not(secret_equal(s, STR("correct hors")));
    cr_assert_not(secret_equal(s, STR("correct horse ")));
    cr_assert_not(secret_equal(s, STR("")));
    secret_free(s);
}

Test(secret, kind_names_read_back)
{
    for (int kind = SECRET_PAT; kind <= SECRET_POISON; kind++) {
        cr_assert_eq(secret_kind_of(secret_kind_name((enum secret_kind)kind)), kind);
    }
    cr_assert_eq(secret_kind_of("pass-word"), -1);
    cr_assert_eq(secret_kind_of(""), -1);
}
