/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/exit_code.h"

#include <criterion/criterion.h>

Test(exit_code, each_error_has_its_documented_code)
{
    static const struct {
        enum err_code code;
        int exit_code;
    } rows[] = {
        {ERR_NONE, 0},         {ERR_INVALID, 65},  {ERR_USAGE, 64},    {ERR_NOT_FOUND, 65},
        {ERR_IO, 69},          {ERR_LIMIT, 65},    {ERR_PROTOCOL, 69}, {ERR_TIMEOUT, 69},
        {ERR_UNAVAILABLE, 69}, {ERR_INTERNAL, 70},
    };
    cr_assert_eq(ARRAY_LEN(rows), ERR_INTERNAL + 1, "one row per code");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {.code = rows[i].code};
        cr_expect_eq((int)exit_code_of(&err), rows[i].exit_code, "row %zu", i);
    }
}
