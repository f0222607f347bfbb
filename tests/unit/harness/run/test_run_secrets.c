/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include <criterion/criterion.h>

TestSuite(run_secrets, .timeout = 60);

/* Enough operations that a child is seen which lives through them, however slow the machine is. */
enum { LOOKS = 20 };

static struct run_fixture *run_behaviour(const char *behaviour, int operations)
{
    struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", behaviour, NULL);
    fixture_step(f, "validate", operations);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK, "%s", fixture_operation(f, 0)->error);
    return f;
}

Test(run_secrets, secret_split_over_two_writes_is_found)
{
    AUTO_FIXTURE struct run_fixture *f = run_behaviour("split-secret", 1);
    const struct secret_find *find = fixture_find(f, "pat", "stderr");
    cr_assert_not_null(find);
    cr_assert_eq(find->offset, 9);
    cr_assert_str_eq(find->encoding, "raw");
    cr_assert_str_eq(find->kind, "pat");
    cr_assert_str_eq(find->excerpt, "token is \u00abpat\u00bb ");
    cr_assert_str_eq(f->evidence->stderr_text.text, "token is \u00abpat\u00bb\n");
}

Test(run_secrets, answers_and_dumps_are_places_of_their_own)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "dump-with-secret", NULL);
    fixture_step(f, "dump", 1);
    fixture_run(f);
    cr_assert_not_null(fixture_find(f, "pat", "dump"));
    cr_assert_str_eq(fixture_find(f, "pat", "dump")->detail, "0");
    cr_assert_null(fixture_find(f, "pat", "stdout"));
    cr_assert_str_eq(json_get_string(fixture_operation(f, 0)->reply, "text", ""),
                     "Config(\u00abpat\u00bb)");

    AUTO_FIXTURE struct run_fixture *g = fixture_new(DRIVE_LINES);
    fixture_puppet(g, "lines.py", "error-with-secret", NULL);
    fixture_step(g, "validate", 1);
    fixture_run(g);
    cr_assert_not_null(fixture_find(g, "pat", "answer"));
}

static const struct file_record *file_named(const struct run_fixture *f, const char *path)
{
    static const struct file_record none = {.size_bytes = -1};
    for (size_t i = 0; i < f->evidence->file_count; i++) {
        if (strcmp(f->evidence->files[i].path, path) == 0) {
            return &f->evidence->files[i];
        }
    }
    cr_expect_fail("%s is not listed", path);
    return &none;
}

Test(run_secrets, files_below_home_and_tmp_are_listed_and_looked_into)
{
    AUTO_FIXTURE struct run_fixture *f = run_behaviour("files", 1);
    const struct secret_find *in_home = fixture_find(f, "pat", "file:~/.cache/token.json");
    const struct secret_find *in_tmp = fixture_find(f, "pat", "file:${tmp}/trace.log");
    cr_assert_not_null(in_home);
    cr_assert_str_eq(in_home->detail, "0640");
    cr_assert_not_null(in_tmp);
    cr_assert_str_eq(in_tmp->encoding, "utf16");
    cr_assert_eq(in_tmp->offset, 99); /* the NUL before it makes it big-endian as well */
    cr_assert_eq(file_named(f, "~/empty")->size_bytes, 0);
    cr_assert_eq(file_named(f, "~/.cache/token.json")->mode, 0640);
    cr_assert_eq(file_named(f, "~/link")->size_bytes, (int64_t)strlen("/etc/passwd"));
    cr_assert_eq(file_named(f, "${tmp}/pipe")->size_bytes, 0);
    cr_assert_eq(f->evidence->file_count, 5);
    cr_assert_not(file_named(f, "~/empty")->planted);
}

Test(run_secrets, arguments_of_a_child_are_seen_but_not_what_assay_handed_over_itself)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "child-argv", "${token}", NULL);
    fixture_step(f, "validate", LOOKS);
    fixture_run(f);
    const struct operation_record *op = fixture_operation(f, 0);
    cr_assert_eq(op->answer, ANSWER_OK, "%s", op->error);
    bool seen = false;
    for (size_t i = 0; i < f->evidence->find_count; i++) {
        const char *detail = f->evidence->finds[i].detail;
        seen = seen || strcmp(detail, "sh argv[4]") == 0;
        /* Not the connector itself, nor its child between fork and exec. */
        cr_expect(strncmp(detail, "python3 argv", 12) != 0, "%s", detail);
    }
    cr_assert(seen, "%zu finds; the operation took %ld ms", f->evidence->find_count,
              (long)(op->ended_ms - op->began_ms));
}

Test(run_secrets, environment_of_a_child_is_seen_and_says_what_is_inherited)
{
    AUTO_FIXTURE struct run_fixture *f = run_behaviour("child-environ", LOOKS);
    bool copied = false, inherited = false;
    for (size_t i = 0; i < f->evidence->find_count; i++) {
        const char *detail = f->evidence->finds[i].detail;
        copied = copied || strcmp(detail, "sh COPIED") == 0;
        inherited = inherited || strcmp(detail, "sh TOKEN inherited") == 0;
    }
    cr_assert(copied, "%zu finds in %ld ms", f->evidence->find_count, (long)f->took_ms);
    cr_assert(inherited);
}
