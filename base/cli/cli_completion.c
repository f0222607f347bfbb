/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/cli_priv.h"

#include "base/text/suggest.h"

#include <string.h>

/* In single quotes of a shell: a quote is written as '\''. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (struct str rest = str_of(text), part; str_split(&rest, '\'', &part);) {
        buf_add_str(out, part);
        buf_add_z(out, rest.ptr ? "'\\''" : "");
    }
    buf_add_char(out, '\'');
}

/* As a name of a function: everything else than letters and digits becomes '_'. */
static const char *identifier(struct arena *a, const char *name)
{
    char *out = arena_strdup(a, name);
    for (char *c = out; *c; c++) {
        bool is_word =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        *c = is_word ? *c : '_';
    }
    return out;
}

static const char *join_names(struct arena *a, const char *const *names)
{
    const char *text = "";
    for (size_t i = 0; names && names[i]; i++) {
        text = arena_printf(a, "%s%s%s", text, i > 0 ? " " : "", names[i]);
    }
    return text;
}

static const char *join_options(struct arena *a, const struct cli_command *c)
{
    const char *text = "";
    for (size_t i = 0; i < c->option_count; i++) {
        text = arena_printf(a, "%s--%s ", text, c->options[i].name);
    }
    return arena_printf(a, "%s--help%s", text, c->name ? "" : " --version");
}

static const char *join_commands(struct arena *a, const struct cli_program *program)
{
    const char *text = "";
    for (size_t i = 0; i < program->command_count; i++) {
        text = arena_printf(a, "%s%s ", text, program->commands[i].name);
    }
    return arena_printf(a, "%shelp", text);
}

/* What follows an option that takes a value. */
static void bash_values(struct arena *a, struct buf *out, const struct cli_command *c)
{
    for (size_t i = 0; i < c->option_count; i++) {
        const struct cli_option *o = &c->options[i];
        if (o->type == CLI_FLAG) {
            continue;
        }
        buf_printf(out, "        %s:--%s", c->name ? c->name : "", o->name);
        if (o->letter) {
            buf_printf(out, "|%s:-%c", c->name ? c->name : "", o->letter);
        }
        buf_add_z(out, ") ");
        if (o->names) {
            buf_printf(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\"));", join_names(a, o->names));
        } else if (cli_arg_is_path(o->arg)) {
            buf_add_z(out, "COMPREPLY=($(compgen -f -- \"$cur\"));");
        } else {
            buf_add_char(out, ':');
            buf_add_char(out, ';');
        }
        buf_add_z(out, " return ;;\n");
    }
}

static void add_bash(struct arena *a, struct buf *out, const struct cli_program *program)
{
    const char *function = arena_printf(a, "_%s", identifier(a, program->name));
    bool has_commands = cli_has_commands(program);
    buf_printf(out, "# bash completion for %s\n%s()\n{\n", program->name, function);
    buf_add_z(out, "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                   "    local command='' words=''\n"
                   "    COMPREPLY=()\n"
                   "    # \"--name=value\" arrives as three words\n"
                   "    if [[ $cur == = ]]; then\n"
                   "        cur=''\n"
                   "    elif [[ $prev == = ]]; then\n"
                   "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
                   "    fi\n");
    if (has_commands) {
        const char *commands = join_commands(a, program);
        buf_printf(out,
                   "    if ((COMP_CWORD == 1)); then\n"
                   "        COMPREPLY=($(compgen -W '%s --help --version' -- \"$cur\"))\n"
                   "        return\n"
                   "    fi\n"
                   "    command=${COMP_WORDS[1]}\n"
                   "    if [[ $command == help ]]; then\n"
                   "        COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n"
                   "        return\n"
                   "    fi\n",
                   commands, commands);
    }
    buf_add_z(out, "    case \"$command:$prev\" in\n");
    for (size_t i = 0; i < program->command_count; i++) {
        bash_values(a, out, &program->commands[i]);
    }
    buf_add_z(out, "    esac\n    case \"$command\" in\n");
    for (size_t i = 0; i < program->command_count; i++) {
        const struct cli_command *c = &program->commands[i];
        buf_printf(out, "        '%s') words='%s' ;;\n", c->name ? c->name : "",
                   join_options(a, c));
    }
    buf_printf(out,
               "    esac\n"
               "    if [[ $cur == -* ]]; then\n"
               "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
               "    else\n"
               "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
               "    fi\n"
               "}\n"
               "complete -o filenames -F %s %s\n",
               function, program->name);
}

/* Inside [...] of an _arguments specification. */
static const char *zsh_escape(struct arena *a, const char *text)
{
    char *out = arena_alloc(a, strlen(text) * 2 + 1), *to = out;
    for (const char *from = text; *from; from++) {
        if (strchr("[]:\\", *from)) {
            *to++ = '\\';
        }
        *to++ = *from;
    }
    return out;
}

static void zsh_option(struct arena *a, struct buf *out, const struct cli_option *o)
{
    const char *mark = o->type == CLI_STRINGS ? "*" : "";
    const char *doc = zsh_escape(a, o->doc ? o->doc : "");
    const char *value = "";
    if (o->type != CLI_FLAG) {
        const char *action = o->names ? arena_printf(a, "(%s)", join_names(a, o->names))
                             : cli_arg_is_path(o->arg) ? "_files"
                                                       : " ";
        value = arena_printf(a, ":%s:%s", zsh_escape(a, o->arg ? o->arg : "VALUE"), action);
    }
    buf_add_z(out, " \\\n                ");
    add_quoted(out, arena_printf(a, "%s--%s%s[%s]%s", mark, o->name, o->type != CLI_FLAG ? "=" : "",
                                 doc, value));
    if (o->letter) {
        buf_add_z(out, " \\\n                ");
        add_quoted(out, arena_printf(a, "%s-%c%s[%s]%s", mark, o->letter,
                                     o->type != CLI_FLAG ? "+" : "", doc, value));
    }
}

static void zsh_arguments(struct arena *a, struct buf *out, const struct cli_command *c)
{
    buf_add_z(out, "            _arguments -s -S");
    for (size_t i = 0; i < c->option_count; i++) {
        zsh_option(a, out, &c->options[i]);
    }
    buf_printf(out, " \\\n                '(-h --help)'{-h,--help}'[%s]'", CLI_HELP_DOC);
    if (c->positional_count > 0) {
        buf_add_z(out, " \\\n                '*:argument:_files'");
    }
    buf_add_char(out, '\n');
}

static void add_zsh(struct arena *a, struct buf *out, const struct cli_program *program)
{
    const char *function = arena_printf(a, "_%s", identifier(a, program->name));
    buf_printf(out, "#compdef %s\n%s()\n{\n", program->name, function);
    if (!cli_has_commands(program)) {
        zsh_arguments(a, out, &program->commands[0]);
    } else {
        buf_add_z(out, "    local -a verbs\n    verbs=(\n");
        for (size_t i = 0; i < program->command_count; i++) {
            const struct cli_command *c = &program->commands[i];
            buf_add_z(out, "        ");
            add_quoted(out, arena_printf(a, "%s:%s", c->name, zsh_escape(a, c->summary)));
            buf_add_char(out, '\n');
        }
        buf_add_z(out, "        'help:show the options of a command'\n    )\n"
                       "    if ((CURRENT == 2)); then\n"
                       "        _describe command verbs\n"
                       "        return\n"
                       "    fi\n"
                       "    local command=${words[2]}\n"
                       "    shift words\n"
                       "    ((CURRENT--))\n"
                       "    case $command in\n"
                       "        help) _describe command verbs ;;\n");
        for (size_t i = 0; i < program->command_count; i++) {
            buf_printf(out, "        %s)\n", program->commands[i].name);
            zsh_arguments(a, out, &program->commands[i]);
            buf_add_z(out, "            ;;\n");
        }
        buf_add_z(out, "    esac\n");
    }
    /* Both ways of loading it: from a folder of $fpath, or sourced. */
    buf_printf(out,
               "}\n"
               "if [[ ${funcstack[1]} == %s ]]; then\n"
               "    %s \"$@\"\n"
               "else\n"
               "    compdef %s %s\n"
               "fi\n",
               function, function, function, program->name);
}

/* In single quotes of fish, a backslash and a quote are escaped. */
static void fish_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '\'' || *c == '\\') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, *c);
    }
    buf_add_char(out, '\'');
}

static void fish_line(struct buf *out, const char *start, const char *doc)
{
    buf_add_z(out, start);
    buf_add_z(out, " -d ");
    fish_quoted(out, doc);
    buf_add_char(out, '\n');
}

static void fish_options(struct arena *a, struct buf *out, const char *start,
                         const struct cli_command *c)
{
    for (size_t i = 0; i < c->option_count; i++) {
        const struct cli_option *o = &c->options[i];
        const char *line = arena_printf(a, "%s -l %s", start, o->name);
        if (o->letter) {
            line = arena_printf(a, "%s -s %c", line, o->letter);
        }
        if (o->names) {
            line = arena_printf(a, "%s -x -a '%s'", line, join_names(a, o->names));
        } else if (o->type != CLI_FLAG) {
            line = arena_printf(a, "%s %s", line, cli_arg_is_path(o->arg) ? "-r -F" : "-x");
        }
        fish_line(out, line, o->doc ? o->doc : "");
    }
}

static void add_fish(struct arena *a, struct buf *out, const struct cli_program *program)
{
    const char *base = arena_printf(a, "complete -c %s", program->name);
    buf_printf(out, "# fish completion for %s\n", program->name);
    fish_line(out, arena_printf(a, "%s -l help -s h", base), CLI_HELP_DOC);
    fish_line(out, arena_printf(a, "%s -l version", base), CLI_VERSION_DOC);
    if (!cli_has_commands(program)) {
        fish_options(a, out, base, &program->commands[0]);
        return;
    }
    for (size_t i = 0; i < program->command_count; i++) {
        const struct cli_command *c = &program->commands[i];
        fish_line(out, arena_printf(a, "%s -n __fish_use_subcommand -f -a %s", base, c->name),
                  c->summary);
        fish_options(a, out,
                     arena_printf(a, "%s -n '__fish_seen_subcommand_from %s'", base, c->name), c);
    }
    fish_line(out, arena_printf(a, "%s -n __fish_use_subcommand -f -a help", base),
              "show the options of a command");
    fish_line(out,
              arena_printf(a, "%s -n '__fish_seen_subcommand_from help' -f -a '%s'", base,
                           join_commands(a, program)),
              "command");
}

int cli_completion(struct buf *out, const struct cli_program *program, const char *shell,
                   struct err *err)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    AUTO_ARENA struct arena *a = arena_new();
    if (strcmp(shell, "bash") == 0) {
        add_bash(a, out, program);
    } else if (strcmp(shell, "zsh") == 0) {
        add_zsh(a, out, program);
    } else if (strcmp(shell, "fish") == 0) {
        add_fish(a, out, program);
    } else {
        (void)err_set(err, ERR_USAGE, "no completion for the shell `%s'", shell);
        suggest_hint(err, str_of(shell), shells, ARRAY_LEN(shells));
        return -1;
    }
    return 0;
}
