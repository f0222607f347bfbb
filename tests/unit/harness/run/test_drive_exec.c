/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include <criterion/criterion.h>

TestSuite(drive_exec, .timeout = 60);

Test(drive_exec, operation_is_ok_when_all_its_commands_are)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "remember", NULL);
    fixture_command(f, "validate", "command.sh", "0", NULL);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_assert_eq(fixture_operation(f, 0)->exit_code, 0);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_OK);
    cr_assert_eq(f->evidence->file_count, 1);
    cr_assert_str_eq(f->evidence->files[0].path, "~/calls");
    cr_assert_eq(f->evidence->files[0].size_bytes, 4, "HOME is the same for each command");
}

struct exec_case {
    const char *argument, *text;
    enum answer answer;
    int exit_code;
    const char *error; /* exactly */
};

Test(drive_exec, exit_status_answers_and_the_last_lines_of_stderr_explain)
{
    static const struct exec_case cases[] = {
        {"3", "first\\nsecond", ANSWER_ERROR, 3, "first\nsecond"},
        {"3", "1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11", ANSWER_ERROR, 3,
         "2\n3\n4\n5\n6\n7\n8\n9\n10\n11"},
        {"1", "", ANSWER_ERROR, 1, ""},
        {"signal:SEGV", NULL, ANSWER_ENDED, 139, "the process ended with signal 11"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
        fixture_command(f, "validate", "command.sh", cases[i].argument, cases[i].text, NULL);
        fixture_command(f, "validate", "command.sh", "remember", NULL);
        fixture_step(f, "validate", 1);
        fixture_run(f);
        const struct operation_record *op = fixture_operation(f, 0);
        cr_expect_eq(op->answer, cases[i].answer, "%s", answer_name(op->answer));
        cr_expect_eq(op->exit_code, cases[i].exit_code, "%d", op->exit_code);
        cr_expect_str_eq(op->error, cases[i].error);
        cr_expect_eq(f->evidence->file_count, 0, "the next command must not run");
    }
}

Test(drive_exec, secret_at_the_cut_of_the_error_text_is_redacted)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    /* The text shown begins 2000 bytes before the end: in the middle of the token. */
    char *pad = arena_alloc(f->arena, 2000);
    memset(pad, 'x', 1980);
    fixture_command(f, "validate", "command.sh", "1",
                    arena_printf(f->arena, "begin ${token}%s", pad), NULL);
    fixture_step(f, "validate", 1);
    fixture_run(f);
    cr_assert_not_null(fixture_find(f, "pat", "stderr"));
    cr_assert_null(strstr(fixture_operation(f, 0)->error, "dapi"));
    cr_assert_not_null(strstr(f->evidence->stderr_text.text, "begin \u00abpat\u00bbxxx"));
}

Test(drive_exec, unknown_operation_is_unsupported)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "0", NULL);
    fixture_step(f, "no-such-verb", 1);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_UNSUPPORTED);
}

Test(drive_exec, command_that_hangs_is_killed_and_the_next_operation_runs)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "hang", NULL);
    fixture_command(f, "dump", "command.sh", "0", NULL);
    fixture_step(f, "validate", 1);
    fixture_step(f, "dump", 1);
    f->manifest.limits.operation_ms = 2000; /* the second has to end in it on a busy machine, too */
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_TIMEOUT);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_OK);
    cr_assert_str_eq(f->evidence->process.killed_for, "", "that of the last command");
}

Test(drive_exec, daemon_left_behind_is_swept_after_its_command)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "daemon", NULL);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_OK);
    cr_assert_eq(f->evidence->process.stray_count, 2);
    cr_assert_str_eq(f->evidence->process.strays[1].command, "sleep");
}

Test(drive_exec, flood_is_stopped_and_ends_the_case)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "flood", NULL);
    fixture_step(f, "validate", 2);
    f->manifest.limits.output_bytes = 100000;
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_ENDED);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_NOT_ASKED);
    cr_assert_str_eq(f->evidence->process.killed_for, "output");
}

Test(drive_exec, missing_program_could_not_run)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "no-such-program", NULL);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    cr_assert_not_null(f->evidence->could_not_run);
    cr_assert_null(f->evidence->harness_error);
}

static const char *option_words[] = {"--name", "${option_value}"};
static struct shape_pair option_variable = {.key = "OPTION", .value = "${option_value}"};
static struct shape_pair option_file = {.key = "~/.option", .value = "name=${option_value}"};

/* The argument, the variable and the file of three options. */
static struct manifest_option three_options[] = {
    {.name = "word", .argv = {.items = option_words, .count = 2}},
    {.name = "variable", .env = {.items = &option_variable, .count = 1}},
    {.name = "file", .files = {.items = &option_file, .count = 1}},
};

static void options_give(struct run_fixture *f)
{
    f->manifest.options =
        (struct shape_list){.items = three_options, .count = ARRAY_LEN(three_options)};
    f->spec.given.options = true;
}

Test(drive_exec, each_option_is_set_alone_in_a_home_of_its_own)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    options_give(f);
    fixture_command(f, "validate", "command.sh", "option", NULL);
    fixture_command(f, "validate", "command.sh", "remember", NULL);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    const struct evidence *e = f->evidence;
    /* The second fails, before it could remember. */
    cr_assert_str_eq(e->stdout_text.text, "--name no variable\n"
                                          "calls --name no variable\n"
                                          "no argument assay_canary/9.9.9\n"
                                          "no argument assay_canary/9.9.9\n"
                                          ".option no argument no variable\n"
                                          ".option calls no argument no variable\n");
    cr_assert_eq(e->operation_count, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(fixture_operation(f, i)->answer, i / 2 == 1 ? ANSWER_ERROR : ANSWER_OK);
        cr_expect_eq(fixture_operation(f, i)->index, (int64_t)i);
        cr_expect_eq(fixture_operation(f, i)->step, 0);
    }
    cr_assert_eq(e->option_count, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(e->options[i].name, three_options[i].name);
        cr_expect_eq(e->options[i].first_operation, (int64_t)(2 * i));
        cr_expect_eq(e->options[i].last_operation, (int64_t)(2 * i + 1));
    }
}
