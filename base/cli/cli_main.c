/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/cli_priv.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/fd.h"
#include "base/text/suggest.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct session {
    const struct cli_program *program;
    void *context;
    struct arena *arena;
};

/* Results that did not get out are a failure, also of a command that went well. */
static int flush_stdout(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    struct err err = {0};
    (void)err_errno(&err, "cannot write to standard output");
    say_error(&err);
    return code == EXIT_OK ? EXIT_CANNOT_START : code;
}

static int print(const struct buf *text)
{
    (void)fwrite(buf_z(text), 1, text->len, stdout);
    return flush_stdout(EXIT_OK);
}

/* "assay: error: unknown option `--jbos'; did you mean `--jobs'? (see assay run --help)" */
static int fail(const struct session *s, const struct cli_command *command, const struct err *err)
{
    struct err shown = *err;
    const char *name = cli_full_name(s->arena, s->program, command);
    const char *see = arena_printf(s->arena, " (see %s --help)", name);
    char *last = err->hint[0] ? shown.hint : shown.msg;
    size_t size = err->hint[0] ? sizeof(shown.hint) : sizeof(shown.msg);
    size_t len = strlen(last);
    snprintf(last + len, size - len, "%s", see);
    snprintf(shown.file, sizeof(shown.file), "%s", s->program->name);
    say_error(&shown);
    return (int)exit_code_of(err);
}

static int show_help(const struct session *s, const struct cli_command *command)
{
    AUTO_BUF struct buf out = {0};
    if (command) {
        cli_help_command(&out, s->program, command, term_columns(STDOUT_FILENO));
    } else {
        cli_help_program(&out, s->program, term_columns(STDOUT_FILENO));
    }
    return print(&out);
}

static int show_version(const struct session *s)
{
    AUTO_BUF struct buf out = {0};
    buf_printf(&out, "%s %s\n", s->program->name, s->program->version);
    return print(&out);
}

static int show_man(const struct session *s)
{
    AUTO_BUF struct buf out = {0};
    cli_man(&out, s->program);
    return print(&out);
}

static int show_completion(const struct session *s, const char *shell)
{
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    if (cli_completion(&out, s->program, shell ? shell : "", &err) < 0) {
        return fail(s, NULL, &err);
    }
    return print(&out);
}

static int fail_command(const struct session *s, const char *typed)
{
    struct err err = {0};
    size_t count = s->program->command_count;
    const char **names = ARENA_ARRAY(s->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        names[i] = s->program->commands[i].name;
    }
    if (typed) {
        (void)err_set(&err, ERR_USAGE, "unknown command `%s'", typed);
    } else {
        (void)err_set(&err, ERR_USAGE, "a command is missing");
    }
    suggest_hint(&err, str_of(typed ? typed : ""), names, count);
    return fail(s, NULL, &err);
}

static int run_command(const struct session *s, const struct cli_command *command, int argc,
                       char **argv)
{
    struct err err = {0};
    struct cli_parsed parsed = {0};
    if (cli_parse(s->arena, command, argc, argv, &parsed, &err) < 0) {
        return fail(s, command, &err);
    }
    if (parsed.wish == CLI_HELP) {
        return show_help(s, command);
    }
    if (parsed.wish == CLI_VERSION) {
        return show_version(s);
    }
    return flush_stdout(command->run(s->context, parsed.options, &parsed.args));
}

/* `assay help', `assay help run' */
static int show_topic(const struct session *s, int argc, char **argv)
{
    const struct cli_command *command = argc > 0 ? cli_find_command(s->program, argv[0]) : NULL;
    if (argc > 0 && command == NULL) {
        return fail_command(s, argv[0]);
    }
    if (argc > 1) {
        struct err err = {0};
        (void)err_set(&err, ERR_USAGE, "unexpected argument `%s': help tells of one command",
                      argv[1]);
        return fail(s, command, &err);
    }
    return show_help(s, command);
}

static int choose_command(const struct session *s, int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    if (!first) {
        return fail_command(s, NULL);
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        return show_help(s, NULL);
    }
    if (strcmp(first, "--version") == 0) {
        return show_version(s);
    }
    if (first[0] == '-') {
        struct err err = {0};
        (void)err_set(&err, ERR_USAGE, "unknown option `%s' before a command", first);
        return fail(s, NULL, &err);
    }
    const struct cli_command *command = cli_find_command(s->program, first);
    if (command) {
        return run_command(s, command, argc - 2, argv + 2);
    }
    if (strcmp(first, "help") != 0) {
        return fail_command(s, first);
    }
    return show_topic(s, argc - 2, argv + 2);
}

int cli_main(const struct cli_program *program, void *context, int argc, char **argv)
{
    fd_fill_stdio();
    AUTO_ARENA struct arena *a = arena_new();
    struct session s = {.program = program, .context = context, .arena = a};
    if (argc > 1 && strcmp(argv[1], "--man") == 0) {
        return show_man(&s);
    }
    if (argc > 1 && strcmp(argv[1], "--completion") == 0) {
        return show_completion(&s, argc > 2 ? argv[2] : NULL);
    }
    if (cli_has_commands(program)) {
        return choose_command(&s, argc, argv);
    }
    return run_command(&s, &program->commands[0], argc > 0 ? argc - 1 : 0, argv + 1);
}
