/* SPDX-License-Identifier: Apache-2.0 */
/* man(7) pages. No date in them: the same version gives the same page. */
#include "base/cli/cli_priv.h"

#include "base/cli/exit_code.h"

#include <string.h>

/* Text that troff shows as it is: escapes, and no control line by accident. */
static void add_text(struct buf *out, struct str text)
{
    bool at_line_start = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (at_line_start && (c == '.' || c == '\'')) {
            buf_add_z(out, "\\&");
        }
        at_line_start = c == '\n';
        switch (c) {
        case '\\':
            buf_add_z(out, "\\e");
            break;
        case '-':
            buf_add_z(out, "\\-");
            break;
        case '\'':
            buf_add_z(out, "\\(aq");
            break;
        case '`':
            buf_add_z(out, "\\(ga");
            break;
        case '^':
            buf_add_z(out, "\\(ha");
            break;
        case '~':
            buf_add_z(out, "\\(ti");
            break;
        default:
            buf_add_char(out, c);
        }
    }
}

static void add_line(struct buf *out, const char *text)
{
    add_text(out, str_of(text));
    buf_add_char(out, '\n');
}

static void add_bold(struct buf *out, const char *text)
{
    buf_add_z(out, "\\fB");
    add_text(out, str_of(text));
    buf_add_z(out, "\\fR");
}

/* A macro argument in quotes. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (struct str rest = str_of(text), part; str_split(&rest, '"', &part);) {
        add_text(out, part);
        buf_add_z(out, rest.ptr ? "\\(dq" : "");
    }
    buf_add_char(out, '"');
}

static void add_upper(struct arena *a, struct buf *out, const char *text)
{
    char *upper = arena_strdup(a, text);
    for (char *c = upper; *c; c++) {
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    add_quoted(out, upper);
}

static void add_paragraphs(struct buf *out, const char *text)
{
    struct str rest = str_of(text);
    while (rest.len > 0) {
        long end = str_find(rest, STR("\n\n"), 0);
        struct str part = str_slice(rest, 0, end < 0 ? rest.len : (size_t)end);
        rest = end < 0 ? (struct str){0} : str_slice(rest, (size_t)end + 2, rest.len);
        bool is_kept = part.len > 0 && part.ptr[0] == ' ';
        buf_add_z(out, is_kept ? ".PP\n.nf\n" : ".PP\n");
        add_text(out, part);
        buf_add_z(out, is_kept ? "\n.fi\n" : "\n");
    }
}

static void add_options(struct arena *a, struct buf *out, const struct cli_command *c)
{
    for (size_t i = 0; i < c->option_count; i++) {
        const struct cli_option *o = &c->options[i];
        buf_add_z(out, ".TP\n");
        if (o->letter) {
            add_bold(out, arena_printf(a, "-%c", o->letter));
            buf_add_z(out, ", ");
        }
        add_bold(out, arena_printf(a, "--%s", o->name));
        if (o->type != CLI_FLAG) {
            buf_add_z(out, " \\fI");
            add_text(out, str_of(o->arg ? o->arg : "VALUE"));
            buf_add_z(out, "\\fR");
        }
        buf_add_char(out, '\n');
        add_line(out, cli_option_doc(a, o));
    }
}

static void add_arguments(struct buf *out, const struct cli_command *c)
{
    for (size_t i = 0; i < c->positional_count; i++) {
        buf_add_z(out, ".TP\n\\fI");
        add_text(out, str_of(c->positionals[i].arg));
        buf_add_z(out, c->positionals[i].repeated ? "\\fR...\n" : "\\fR\n");
        add_line(out, c->positionals[i].doc ? c->positionals[i].doc : "");
    }
}

static void add_examples(struct buf *out, const struct cli_command *c)
{
    for (size_t i = 0; c->examples && c->examples[i]; i++) {
        buf_add_z(out, ".TP\n");
        add_bold(out, c->examples[i]);
        buf_add_char(out, '\n');
        add_line(out, cli_example_doc(c->examples[i]));
    }
}

static void add_common_options(struct buf *out)
{
    buf_add_z(out, ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n");
    add_line(out, CLI_HELP_DOC);
    buf_add_z(out, ".TP\n\\fB\\-\\-version\\fR\n");
    add_line(out, CLI_VERSION_DOC);
}

static void add_synopsis(struct arena *a, struct buf *out, const struct cli_program *program)
{
    buf_add_z(out, ".SH SYNOPSIS\n");
    for (size_t i = 0; i < program->command_count; i++) {
        buf_add_z(out, i > 0 ? ".br\n" : "");
        add_line(out, cli_synopsis(a, program, &program->commands[i]));
    }
}

static void add_commands(struct arena *a, struct buf *out, const struct cli_program *program)
{
    buf_add_z(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < program->command_count; i++) {
        const struct cli_command *c = &program->commands[i];
        buf_add_z(out, ".SS ");
        add_quoted(out, cli_synopsis(a, program, c));
        buf_add_char(out, '\n');
        add_line(out, c->summary);
        add_paragraphs(out, c->details ? c->details : "");
        add_arguments(out, c);
        add_options(a, out, c);
    }
}

#define EXIT_CODE_LINE(name, value, doc) {#value, doc},
static void add_exit_codes(struct buf *out)
{
    static const struct {
        const char *value, *doc;
    } rows[] = {EXIT_CODE_TABLE(EXIT_CODE_LINE)};
    buf_add_z(out, ".SH \"EXIT STATUS\"\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_add_z(out, ".TP\n");
        add_bold(out, rows[i].value);
        buf_add_char(out, '\n');
        add_line(out, rows[i].doc);
    }
}

static bool has_examples(const struct cli_program *program)
{
    for (size_t i = 0; i < program->command_count; i++) {
        if (program->commands[i].examples && program->commands[i].examples[0]) {
            return true;
        }
    }
    return false;
}

void cli_man(struct buf *out, const struct cli_program *program)
{
    AUTO_ARENA struct arena *a = arena_new();
    buf_add_z(out, ".TH ");
    add_upper(a, out, program->name);
    buf_add_z(out, " 1 \"\" ");
    add_quoted(out, arena_printf(a, "%s %s", program->name, program->version));
    buf_add_z(out, " \"User Commands\"\n.nh\n.ad l\n.SH NAME\n");
    add_text(out, str_of(program->name));
    buf_add_z(out, " \\- ");
    add_line(out, program->summary);
    add_synopsis(a, out, program);
    buf_add_z(out, ".SH DESCRIPTION\n");
    add_paragraphs(out, program->details ? program->details : program->summary);
    if (cli_has_commands(program)) {
        add_commands(a, out, program);
        buf_add_z(out, ".SH OPTIONS\n");
    } else {
        const struct cli_command *only = &program->commands[0];
        add_paragraphs(out, only->details ? only->details : "");
        buf_add_z(out, ".SH OPTIONS\n");
        add_arguments(out, only);
        add_options(a, out, only);
    }
    add_common_options(out);
    buf_add_z(out, has_examples(program) ? ".SH EXAMPLES\n" : "");
    for (size_t i = 0; i < program->command_count; i++) {
        add_examples(out, &program->commands[i]);
    }
    add_exit_codes(out);
}
