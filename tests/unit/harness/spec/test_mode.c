/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/mode.h"

#include "harness/spec/vars.h"

#include <criterion/criterion.h>

Test(mode, a_family_selects_all_of_its_modes)
{
    cr_expect_eq(mode_set_of(STR("u2m")),
                 1u << MODE_U2M | 1u << MODE_U2M_BUILT_IN | 1u << MODE_TOKEN);
    cr_expect_eq(mode_set_of(STR("m2m")), 1u << MODE_M2M);
    cr_expect_eq(mode_set_of(STR("pat")), 1u << MODE_PAT);
}

Test(mode, a_name_that_is_no_family_selects_itself)
{
    cr_expect_eq(mode_set_of(STR("token")), 1u << MODE_TOKEN);
}

Test(mode, azure_is_a_family_of_three)
{
    cr_expect_eq(mode_set_of(STR("azure")), 1u << MODE_ENTRA | 1u << MODE_MSI | 1u << MODE_OBO);
    cr_expect_eq(mode_set_of(STR("obo")), 1u << MODE_OBO);
}

Test(mode, services_are_told_from_users)
{
    cr_expect(mode_is_service(MODE_M2M) && mode_is_service(MODE_FEDERATION));
    cr_expect(mode_is_service(MODE_ENTRA) && mode_is_service(MODE_MSI));
    cr_expect_not(mode_is_service(MODE_OBO) || mode_is_service(MODE_PAT));
}

Test(mode, unknown_words_select_nothing)
{
    cr_expect_eq(mode_set_of(STR("PAT")), 0);
    cr_expect_eq(mode_set_of(STR("")), 0);
    cr_expect_eq(mode_set_of(STR("u2")), 0);
}

Test(mode, names_are_in_the_order_of_the_enum)
{
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        cr_expect_str_eq(mode_names[i], mode_name((enum mode)i));
        cr_expect(strlen(mode_title((enum mode)i)) > 0);
    }
    cr_expect_null(mode_names[MODE_COUNT]);
    cr_expect_str_eq(mode_family(MODE_TOKEN), "u2m");
    cr_expect_str_eq(level_names[LEVEL_SHOULD], "should");
    cr_expect_null(level_names[LEVEL_COUNT]);
}

Test(verdict, names_lead_back_to_their_verdicts)
{
    for (int i = 0; i < VERDICT_COUNT; i++) {
        cr_expect_eq(verdict_of(verdict_name((enum verdict)i)), i);
        cr_expect(strlen(verdict_doc((enum verdict)i)) > 0);
    }
    cr_expect_eq(verdict_of("passed"), -1);
}

Test(verdict, only_what_proves_something_good_is_green)
{
    static const enum verdict green[] = {VERDICT_PASS, VERDICT_WARN, VERDICT_NOT_APPLICABLE,
                                         VERDICT_XFAIL};
    unsigned expected = 0, seen = 0;
    for (size_t i = 0; i < sizeof(green) / sizeof(green[0]); i++) {
        expected |= 1u << green[i];
    }
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        seen |= verdict_is_green((enum verdict)i) ? 1u << i : 0;
    }
    cr_expect_eq(seen, expected);
}

Test(vars, poison_comes_last_so_that_manifests_can_be_refused_it)
{
    for (unsigned i = 0; i < VAR_COUNT; i++) {
        bool is_poison = strncmp(var_names[i], "poison_", 7) == 0;
        cr_expect_eq(is_poison, i >= VAR_POISON_HOST, "%s", var_names[i]);
        cr_expect(strlen(var_docs[i]) > 0);
    }
    cr_expect_null(var_names[VAR_COUNT]);
}
