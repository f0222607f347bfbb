/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/err.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

Test(err, setting_returns_minus_one_and_forgets_what_was_before)
{
    struct err err = {0};
    cr_assert_eq(err_at(&err, "f.yaml", 3, 4, "first"), -1);
    err_hint(&err, "do this");
    cr_assert_eq(err_set(&err, ERR_LIMIT, "more than %d", 5), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_str_eq(err.msg, "more than 5");
    cr_assert_str_eq(err.hint, "");
    cr_assert_str_eq(err.file, "");
}

Test(err, wrapping_puts_context_in_front_and_keeps_the_rest)
{
    struct err err = {0};
    err_at(&err, "f.yaml", 3, 4, "bad");
    cr_assert_eq(err_wrap(&err, "loading `%s'", "x"), -1);
    cr_assert_str_eq(err.msg, "loading `x': bad");
    cr_assert_eq(err.line, 3);
    cr_assert_eq(err.code, ERR_INVALID);
}

Test(err, errno_is_kept_and_spelled_out)
{
    struct err err = {0};
    errno = ENOENT;
    cr_assert_eq(err_errno(&err, "opening %s", "x"), -1);
    cr_assert_eq(err.code, ERR_IO);
    cr_assert_eq(err.sys_errno, ENOENT);
    cr_assert_str_eq(err.msg, "opening x: No such file or directory");
}

Test(err, the_text_has_no_empty_parts)
{
    struct err err = {0};
    char out[1024];
    err_set(&err, ERR_IO, "broken");
    cr_assert_str_eq(err_text(&err, out, sizeof(out)), "error: broken");
    err_at(&err, "f.yaml", 0, 0, "broken");
    cr_assert_str_eq(err_text(&err, out, sizeof(out)), "f.yaml: error: broken");
    err_at(&err, "f.yaml", 3, 4, "broken");
    err_hint(&err, "mend it");
    cr_assert_str_eq(err_text(&err, out, sizeof(out)), "f.yaml:3:4: error: broken; mend it");
}

Test(err, a_message_that_is_too_long_ends_in_dots)
{
    struct err err = {0};
    char text[2 * ERR_MSG_SIZE];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    err_set(&err, ERR_INVALID, "%s", text);
    cr_assert_eq(strlen(err.msg), (size_t)ERR_MSG_SIZE - 1);
    cr_assert_str_eq(err.msg + ERR_MSG_SIZE - 4, "...");
    err_wrap(&err, "context");
    cr_assert_eq(strncmp(err.msg, "context: xxx", 12), 0);
    cr_assert_str_eq(err.msg + ERR_MSG_SIZE - 4, "...");
}
