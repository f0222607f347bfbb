/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/cli_priv.h"

#include "base/cli/exit_code.h"
#include "base/text/utf8.h"

#include <stdio.h>
#include <string.h>

#define MIN_COLUMNS 40
#define LEFT_MAX    28 /* a longer left column gets its text on the next line */
#define LEFT_INDENT 2
#define GAP         2
#define TEXT_MAX    100 /* lines of text beyond this are hard to read, however wide the screen */

struct row {
    const char *left, *doc;
};
struct rows {
    struct row *items;
    size_t count, capacity;
};

struct page {
    struct buf *out;
    struct arena *arena;
    int columns;
};

/* Characters, not bytes. */
static int width_of(struct str s)
{
    int width = 0;
    for (size_t i = 0; i < s.len; i++) {
        width += ((unsigned char)s.ptr[i] & 0xc0) != 0x80 ? 1 : 0;
    }
    return width;
}

static void add_spaces(struct buf *out, int count)
{
    buf_printf(out, "%*s", count, "");
}

/* Fills lines from column `indent` on; the cursor is at `column` already. Ends with a newline. */
static void add_wrapped(struct page *p, struct str text, int column, int indent)
{
    struct str word;
    bool line_is_empty = true;
    while (str_split(&text, ' ', &word)) {
        int width = width_of(word);
        if (width == 0) {
            continue;
        }
        if (!line_is_empty && column + 1 + width > p->columns) {
            buf_add_char(p->out, '\n');
            column = 0;
            line_is_empty = true;
        }
        if (line_is_empty && column < indent) {
            add_spaces(p->out, indent - column);
            column = indent;
        } else if (!line_is_empty) {
            buf_add_char(p->out, ' ');
            column++;
        }
        buf_add_str(p->out, word);
        column += width;
        line_is_empty = false;
    }
    buf_add_char(p->out, '\n');
}

static void add_paragraphs(struct page *p, const char *text)
{
    struct str rest = str_of(text);
    while (rest.len > 0) {
        long end = str_find(rest, STR("\n\n"), 0);
        struct str part = str_slice(rest, 0, end < 0 ? rest.len : (size_t)end);
        rest = end < 0 ? (struct str){0} : str_slice(rest, (size_t)end + 2, rest.len);
        buf_add_char(p->out, '\n');
        if (part.len > 0 && part.ptr[0] == ' ') { /* an indented paragraph is kept as it is */
            buf_add_str(p->out, part);
            buf_add_char(p->out, '\n');
            continue;
        }
        char *line = arena_strndup(p->arena, part.ptr, part.len);
        for (char *c = strchr(line, '\n'); c; c = strchr(c, '\n')) {
            *c = ' ';
        }
        add_wrapped(p, str_of(line), 0, 0);
    }
}

static void add_rows(struct page *p, const char *title, const struct rows *rows)
{
    int left = 0;
    VEC_FOREACH(struct row, it, rows) {
        int width = width_of(str_of(it->left));
        left = width > left && width <= LEFT_MAX ? width : left;
    }
    int indent = LEFT_INDENT + left + GAP;
    if (rows->count > 0) {
        buf_printf(p->out, "\n%s:\n", title);
    }
    VEC_FOREACH(struct row, it, rows) {
        int column = LEFT_INDENT + width_of(str_of(it->left));
        add_spaces(p->out, LEFT_INDENT);
        buf_add_z(p->out, it->left);
        if (column + GAP > indent) {
            buf_add_char(p->out, '\n');
            column = 0;
        }
        add_wrapped(p, str_of(it->doc ? it->doc : ""), column, indent);
    }
}

static const char *option_left(struct arena *a, const struct cli_option *o)
{
    const char *letter = o->letter ? arena_printf(a, "-%c, ", o->letter) : "    ";
    bool takes_value = o->type != CLI_FLAG;
    return arena_printf(a, "%s--%s%s%s", letter, o->name, takes_value ? " " : "",
                        takes_value ? (o->arg ? o->arg : "VALUE") : "");
}

static void add_options(struct page *p, const struct cli_command *c, bool with_version)
{
    struct rows rows = {0};
    for (size_t i = 0; i < c->option_count; i++) {
        *VEC_PUSH(p->arena, &rows) = (struct row){option_left(p->arena, &c->options[i]),
                                                  cli_option_doc(p->arena, &c->options[i])};
    }
    *VEC_PUSH(p->arena, &rows) = (struct row){"-h, --help", CLI_HELP_DOC};
    if (with_version) {
        *VEC_PUSH(p->arena, &rows) = (struct row){"    --version", CLI_VERSION_DOC};
    }
    add_rows(p, "Options", &rows);
}

static void add_arguments(struct page *p, const struct cli_command *c)
{
    struct rows rows = {0};
    for (size_t i = 0; i < c->positional_count; i++) {
        const struct cli_positional *it = &c->positionals[i];
        const char *left = arena_printf(p->arena, "%s%s", it->arg, it->repeated ? "..." : "");
        *VEC_PUSH(p->arena, &rows) = (struct row){left, it->doc};
    }
    add_rows(p, "Arguments", &rows);
}

static void add_examples(struct page *p, const struct cli_command *c)
{
    for (size_t i = 0; c->examples && c->examples[i]; i++) {
        const char *doc = cli_example_doc(c->examples[i]);
        buf_printf(p->out, "%s  %s\n", i == 0 ? "\nExamples:\n" : "", c->examples[i]);
        if (doc[0]) {
            add_wrapped(p, str_of(doc), 0, 6);
        }
    }
}

#define EXIT_CODE_ROW(name, value, doc) {#value, doc},
static void add_exit_codes(struct page *p)
{
    struct row items[] = {EXIT_CODE_TABLE(EXIT_CODE_ROW)};
    struct rows rows = {.items = items, .count = ARRAY_LEN(items)};
    add_rows(p, "Exit status", &rows);
}

static struct page page_of(struct buf *out, struct arena *a, int columns)
{
    int fits = columns < MIN_COLUMNS ? MIN_COLUMNS : columns > TEXT_MAX ? TEXT_MAX : columns;
    return (struct page){.out = out, .arena = a, .columns = fits};
}

static void add_usage(struct page *p, const char *synopsis)
{
    buf_add_z(p->out, "Usage: ");
    add_wrapped(p, str_of(synopsis), 7, 7);
}

void cli_help_command(struct buf *out, const struct cli_program *program,
                      const struct cli_command *command, int columns)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct page p = page_of(out, a, columns);
    const char *summary = command->name ? command->summary : program->summary;
    add_usage(&p, cli_synopsis(a, program, command));
    add_paragraphs(&p, summary ? summary : "");
    if (!command->name && program->details) {
        add_paragraphs(&p, program->details);
    }
    add_paragraphs(&p, command->details ? command->details : "");
    add_arguments(&p, command);
    add_options(&p, command, command->name == NULL);
    add_examples(&p, command);
    add_exit_codes(&p);
}

void cli_help_program(struct buf *out, const struct cli_program *program, int columns)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct page p = page_of(out, a, columns);
    struct rows commands = {0}, options = {0};
    if (!cli_has_commands(program)) {
        cli_help_command(out, program, &program->commands[0], columns);
        return;
    }
    add_usage(&p, arena_printf(a, "%s COMMAND [options]", program->name));
    add_paragraphs(&p, program->summary);
    add_paragraphs(&p, program->details ? program->details : "");
    for (size_t i = 0; i < program->command_count; i++) {
        *VEC_PUSH(a, &commands) =
            (struct row){program->commands[i].name, program->commands[i].summary};
    }
    *VEC_PUSH(a, &commands) = (struct row){"help COMMAND", "show the options of a command"};
    add_rows(&p, "Commands", &commands);
    *VEC_PUSH(a, &options) = (struct row){"-h, --help", CLI_HELP_DOC};
    *VEC_PUSH(a, &options) = (struct row){"    --version", CLI_VERSION_DOC};
    add_rows(&p, "Options", &options);
    add_exit_codes(&p);
}

bool cli_has_commands(const struct cli_program *program)
{
    return program->command_count > 0 && program->commands[0].name != NULL;
}

const struct cli_command *cli_find_command(const struct cli_program *program, const char *name)
{
    for (size_t i = 0; i < program->command_count; i++) {
        if (program->commands[i].name && strcmp(program->commands[i].name, name) == 0) {
            return &program->commands[i];
        }
    }
    return NULL;
}

const char *cli_full_name(struct arena *a, const struct cli_program *program,
                          const struct cli_command *command)
{
    return command && command->name ? arena_printf(a, "%s %s", program->name, command->name)
                                    : program->name;
}

const char *cli_synopsis(struct arena *a, const struct cli_program *program,
                         const struct cli_command *command)
{
    const char *text = arena_printf(a, "%s [options]", cli_full_name(a, program, command));
    for (size_t i = 0; i < command->option_count; i++) {
        const struct cli_option *o = &command->options[i];
        if (o->required) {
            text = arena_printf(a, "%s --%s %s", text, o->name, o->arg ? o->arg : "VALUE");
        }
    }
    for (size_t i = 0; i < command->positional_count; i++) {
        const struct cli_positional *it = &command->positionals[i];
        text = arena_printf(a, "%s %s%s%s%s", text, it->required ? "" : "[", it->arg,
                            it->repeated ? "..." : "", it->required ? "" : "]");
    }
    return text;
}

const char *cli_option_doc(struct arena *a, const struct cli_option *o)
{
    const char *facts = o->required ? "; required" : "";
    for (size_t i = 0; o->names && o->names[i]; i++) {
        facts = arena_printf(a, "%s%s%s", facts, i == 0 ? "; one of " : ", ", o->names[i]);
    }
    if (o->type == CLI_INT && o->min < o->max && o->max < INT64_MAX) {
        facts = arena_printf(a, "%s; %lld to %lld", facts, (long long)o->min, (long long)o->max);
    } else if (o->type == CLI_INT && o->min < o->max) {
        facts = arena_printf(a, "%s; at least %lld", facts, (long long)o->min);
    }
    if (o->dflt) {
        facts = arena_printf(a, "%s; default %s", facts, o->dflt);
    }
    if (o->type == CLI_STRINGS) {
        facts = arena_printf(a, "%s; may be repeated", facts);
    }
    return facts[0] ? arena_printf(a, "%s (%s)", o->doc ? o->doc : "", facts + 2)
                    : (o->doc ? o->doc : "");
}

const char *cli_example_doc(const char *example)
{
    return example + strlen(example) + 1;
}

bool cli_arg_is_path(const char *arg)
{
    return arg && (strstr(arg, "FILE") || strstr(arg, "DIR") || strstr(arg, "PATH"));
}
