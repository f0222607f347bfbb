/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/placed.h"
#include "harness/app/report_choice.h"

#include "base/secret/secret.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

static const char canary[] = "dapi0123456789abcdef0123456789abcdef";

Test(placed, a_text_with_a_canary_is_found_before_anything_is_written)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct placed placed = {.arena = a};
    struct secret_set *secrets = secret_set_new();
    struct err err = {0};
    secret_set_add(secrets, "pat", SECRET_PAT, str_of(canary));
    buf_add_z(placed_add(&placed, "first", PLACED_NOWHERE), "nothing here");
    cr_expect_eq(placed_scan(&placed, secrets, &err), 0);
    buf_printf(placed_add(&placed, "second", PLACED_NOWHERE), "token: %s", canary);
    cr_expect_eq(placed_scan(&placed, secrets, &err), -1);
    cr_expect_eq(err.code, ERR_INTERNAL);
    cr_expect(str_find(str_of(err.msg), STR("second would hold pat"), 0) >= 0, "%s", err.msg);
    cr_expect(str_find(str_of(err.msg), str_of(canary), 0) < 0);
    secret_set_free(secrets);
    placed_done(&placed);
}

Test(placed, files_are_written_with_their_folders_and_programs_can_be_run)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct placed placed = {.arena = a};
    const char *dir = NULL;
    struct err err = {0};
    AUTO_BUF struct buf content = {0};
    cr_assert_eq(fs_make_temp_dir(a, NULL, "placed-", &dir, &err), 0, "%s", err.msg);
    const char *file = fs_join(a, dir, "x/y.txt"), *program = fs_join(a, dir, "run.sh");
    buf_add_z(placed_add(&placed, file, PLACED_FILE), "one");
    buf_add_z(placed_add(&placed, program, PLACED_PROGRAM), "#!/bin/sh\n");
    buf_add_z(placed_add(&placed, file, PLACED_APPENDED), " two");
    cr_assert_eq(placed_put(&placed, &err), 0, "%s", err.msg);
    cr_assert_eq(fs_read_file(file, 100, &content, &err), 0);
    cr_expect_str_eq(buf_z(&content), "one two");
    cr_expect(fs_is_executable(program));
    cr_expect_not(fs_is_executable(file));
    placed_done(&placed);
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

static int parse(struct arena *a, const char *word, bool defaults, struct report_choices *ret,
                 struct err *err)
{
    struct str_list words = {0};
    if (word) {
        *VEC_PUSH(a, &words) = word;
    }
    *err = (struct err){0};
    return report_choices_parse(a, &words, "out", defaults, ret, err);
}

Test(report_choice, words_say_format_and_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct report_choices c = {0};
    struct err err;
    cr_assert_eq(parse(a, "json", false, &c, &err), 0);
    cr_expect_str_eq(c.items[0].path, "out/results.json");
    cr_assert_eq(parse(a, "json=a=b", false, &c, &err), 0);
    cr_expect_str_eq(c.items[0].path, "a=b");
    cr_assert_eq(parse(a, "tap=-", false, &c, &err), 0);
    cr_expect_null(c.items[0].path);
    cr_assert_eq(parse(a, "github", false, &c, &err), 0);
    cr_expect_null(c.items[0].path);
}

Test(report_choice, the_usual_ones_come_unless_they_are_put_elsewhere)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct report_choices c = {0};
    struct err err;
    cr_assert_eq(parse(a, NULL, true, &c, &err), 0);
    cr_assert_eq(c.count, 2);
    cr_expect_str_eq(c.items[0].path, "out/build_report.md");
    cr_expect_str_eq(c.items[1].path, "out/junit.xml");
    cr_assert_eq(parse(a, "junit=other.xml", true, &c, &err), 0);
    cr_assert_eq(c.count, 2);
    cr_expect_str_eq(c.items[1].path, "other.xml");
}

Test(report_choice, wrong_words_are_refused)
{
    static const char *const wrong[] = {"", "xml", "json=", "=x", "JSON"};
    AUTO_ARENA struct arena *a = arena_new();
    struct report_choices c = {0};
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        cr_expect_eq(parse(a, wrong[i], true, &c, &err), -1, "`%s'", wrong[i]);
        cr_expect_eq(err.code, ERR_USAGE, "`%s'", wrong[i]);
    }
    cr_expect_eq(parse(a, "json=out/junit.xml", true, &c, &err), -1, "two in one place");
}
