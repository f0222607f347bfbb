/* SPDX-License-Identifier: Apache-2.0 */
#include "broken.h"

#include "base/core/str.h"

#include <criterion/criterion.h>
#include <stdio.h>

const char *broken_text(struct arena *a, const char *good, const struct broken *row)
{
    const char *at = strstr(good, row->from);
    cr_assert_not_null(at, "row `%s': the good file has no `%s'", row->what, row->from);
    return arena_printf(a, "%.*s%s%s", (int)(at - good), good, row->to, at + strlen(row->from));
}

void broken_expect(const struct broken *row, int result, const struct err *err)
{
    char place[32];
    cr_expect_eq(result, -1, "row `%s': accepted", row->what);
    if (result == 0) {
        return;
    }
    snprintf(place, sizeof(place), "%d:%d", err->line, err->column);
    cr_expect_str_eq(place, row->line_column, "row `%s': place %s, wanted %s (%s)", row->what,
                     place, row->line_column, err->msg);
    cr_expect_not_null(strstr(err->msg, row->message), "row `%s': message: %s", row->what,
                       err->msg);
    cr_expect_not_null(strstr(err->hint, row->hint), "row `%s': hint: %s", row->what, err->hint);
}
