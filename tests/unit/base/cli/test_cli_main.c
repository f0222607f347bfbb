/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/exit_code.h"
#include "base/cli/options.h"

#include "capture.h"
#include "sample_program.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 8

struct result {
    int code;
    struct buf out, err;
};

static void result_done(struct result *r)
{
    buf_done(&r->out);
    buf_done(&r->err);
}

static struct result run(const struct cli_program *program, struct sample_context *context,
                         const char *const *words)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct result r = {0};
    struct capture capture;
    char *argv[WORDS_MAX + 2] = {arena_strdup(a, "/somewhere/program")};
    int argc = 1;
    for (int i = 0; words[i]; i++) {
        argv[argc++] = arena_strdup(a, words[i]);
    }
    capture_start(&capture);
    r.code = cli_main(program, context, argc, argv);
    capture_end(&capture, &r.out, &r.err);
    return r;
}

Test(cli_main, a_command_gets_its_options_and_gives_the_exit_code)
{
    struct sample_context context = {.exit_code = 7};
    const char *words[] = {"run", "-cx", "-j9", "a", "b", NULL};
    AUTO(result_done) struct result r = run(&sample_program, &context, words);
    cr_assert_eq(r.code, 7);
    cr_assert_eq(context.calls, 1);
    cr_assert_eq(context.options.jobs, 9);
    cr_assert_eq(context.arg_count, 2u);
    cr_assert_str_eq(buf_z(&r.out), "ran\n");
    cr_assert_str_eq(buf_z(&r.err), "");
}

Test(cli_main, a_program_without_commands_parses_from_the_first_word)
{
    struct sample_context context = {0};
    const char *words[] = {"--connector=x", "-q", NULL};
    AUTO(result_done) struct result r = run(&single_program, &context, words);
    cr_assert_eq(r.code, 0);
    cr_assert(context.options.quiet);
}

Test(cli_main, what_is_shown_goes_to_stdout_and_is_a_success)
{
    static const struct {
        const struct cli_program *program;
        const char *words[WORDS_MAX];
        const char *start;
    } rows[] = {
        {&sample_program, {"--version"}, "assay 1.2.3\n"},
        {&sample_program, {"run", "--version"}, "assay 1.2.3\n"},
        {&single_program, {"--version"}, "assay-mock 1.2.3\n"},
        {&sample_program, {"--help"}, "Usage: assay COMMAND"},
        {&sample_program, {"-h"}, "Usage: assay COMMAND"},
        {&sample_program, {"help"}, "Usage: assay COMMAND"},
        {&sample_program, {"help", "run"}, "Usage: assay run "},
        {&sample_program, {"run", "--help"}, "Usage: assay run "},
        {&sample_program, {"run", "-qh", "--nonsense"}, "Usage: assay run "},
        {&single_program, {"-q", "-h"}, "Usage: assay-mock "},
        {&sample_program, {"--man"}, ".TH \"ASSAY\" 1"},
        {&single_program, {"--man"}, ".TH \"ASSAY\\-MOCK\" 1"},
        {&sample_program, {"--completion", "bash"}, "# bash completion for assay\n"},
        {&sample_program, {"--completion", "fish"}, "# fish completion for assay\n"},
        {&sample_program, {"--completion", "zsh"}, "#compdef assay\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sample_context context = {0};
        AUTO(result_done) struct result r = run(rows[i].program, &context, rows[i].words);
        cr_expect_eq(r.code, 0, "row %zu", i);
        cr_expect_eq(strncmp(buf_z(&r.out), rows[i].start, strlen(rows[i].start)), 0, "row %zu: %s",
                     i, buf_z(&r.out));
        cr_expect_str_eq(buf_z(&r.err), "", "row %zu", i);
        cr_expect_eq(context.calls, 0, "row %zu", i);
    }
}

Test(cli_main, usage_errors_are_one_line_on_stderr_and_exit_64)
{
    static const struct {
        const struct cli_program *program;
        const char *words[WORDS_MAX];
        const char *line;
    } rows[] = {
        {&sample_program,
         {"run", "-cx", "--jbos", "3", "a"},
         "assay: error: unknown option `--jbos'; did you mean `--jobs'? (see assay run --help)\n"},
        {&sample_program,
         {"run", "a"},
         "assay: error: option `--connector' (FILE) is required (see assay run --help)\n"},
        {&sample_program,
         {"rnu"},
         "assay: error: unknown command `rnu'; did you mean `run'? (see assay --help)\n"},
        {&sample_program,
         {"help", "lst"},
         "assay: error: unknown command `lst'; did you mean `list'? (see assay --help)\n"},
        {&sample_program,
         {NULL},
         "assay: error: a command is missing; known: run, list (see assay --help)\n"},
        {&sample_program,
         {"--quiet", "run"},
         "assay: error: unknown option `--quiet' before a command (see assay --help)\n"},
        {&sample_program,
         {"--completion", "bsh"},
         "assay: error: no completion for the shell `bsh'; did you mean `bash'? (see assay "
         "--help)\n"},
        {&single_program,
         {"-cx", "extra"},
         "assay-mock: error: unexpected argument `extra' (see assay-mock --help)\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sample_context context = {0};
        AUTO(result_done) struct result r = run(rows[i].program, &context, rows[i].words);
        cr_expect_eq(r.code, EXIT_BAD_USAGE, "row %zu", i);
        cr_expect_str_eq(buf_z(&r.err), rows[i].line, "row %zu: %s", i, buf_z(&r.err));
        cr_expect_str_eq(buf_z(&r.out), "", "row %zu", i);
        cr_expect_eq(context.calls, 0, "row %zu", i);
    }
}

Test(cli_main, results_that_cannot_be_written_are_a_failure)
{
    AUTO_BUF struct buf out = {0}, errors = {0};
    struct capture capture;
    struct sample_context context = {0};
    char name[] = "assay", command[] = "run", option[] = "-cx", arg[] = "a";
    char *argv[] = {name, command, option, arg, NULL};
    capture_start(&capture);
    int full = open("/dev/full", O_WRONLY);
    dup2(full, 1);
    int code = cli_main(&sample_program, &context, 4, argv);
    clearerr(stdout);
    capture_end(&capture, &out, &errors);
    close(full);
    cr_assert_eq(context.calls, 1);
    cr_assert_eq(code, EXIT_CANNOT_START);
    cr_assert_not_null(strstr(buf_z(&errors), "cannot write to standard output"));
}
