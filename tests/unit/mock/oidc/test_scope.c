/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/scope.h"

#include <criterion/criterion.h>

Test(oidc_scope, the_grammar_is_rfc_6749s)
{
    cr_expect(scope_is_well_formed(STR("sql")));
    cr_expect(scope_is_well_formed(STR("all-apis offline_access iam.current-user:read")));
    cr_expect_not(scope_is_well_formed(STR("")));
    cr_expect_not(scope_is_well_formed(STR(" sql")));
    cr_expect_not(scope_is_well_formed(STR("sql ")));
    cr_expect_not(scope_is_well_formed(STR("sql  all-apis")));
    cr_expect_not(scope_is_well_formed(STR("a\"b")));
    cr_expect_not(scope_is_well_formed(STR("a\\b")));
    cr_expect_not(scope_is_well_formed(STR("a\tb")));
    cr_expect_not(scope_is_well_formed(STR("\xc3\xa9")));
}

Test(oidc_scope, its_length_is_bounded)
{
    char scope[4098];
    memset(scope, 'a', sizeof(scope));
    cr_expect(scope_is_well_formed(str_n(scope, 4096)));
    cr_expect_not(scope_is_well_formed(str_n(scope, 4097)));
}

Test(oidc_scope, a_part_has_nothing_beyond_the_whole)
{
    cr_expect(scope_is_within(STR("sql"), STR("all-apis sql")));
    cr_expect(scope_is_within(STR("sql all-apis"), STR("all-apis sql")));
    cr_expect_not(scope_is_within(STR("sql openid"), STR("all-apis sql")));
    cr_expect_not(scope_is_within(STR("sq"), STR("sql")));
}
