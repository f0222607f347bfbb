/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLI_OPTIONS_H
#define BASE_CLI_OPTIONS_H

/* Command lines from tables: one row per option and per command gives the parser, --help, the man
 * page and the completions, so that they cannot disagree.
 *
 *     struct run_options { const char *auth; int64_t jobs; bool quiet; struct str_list connectors;
 * }; static const struct cli_option run_table[] = {
 *         {.name = "connector", .letter = 'c', .arg = "FILE", .type = CLI_STRINGS, .required =
 * true, .offset = offsetof(struct run_options, connectors), .doc = "manifest to judge"},
 *     };
 *
 * Long options take "--name VALUE" and "--name=VALUE", short ones "-n VALUE", "-nVALUE"; flags may
 * be bundled ("-qv"); "--" ends options. An unknown option is ERR_USAGE with a suggestion. Strings
 * are borrowed from argv; lists live in the arena. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_type {
    CLI_FLAG,        /* bool */
    CLI_STRING,      /* const char * */
    CLI_STRINGS,     /* struct str_list; may be repeated */
    CLI_INT,         /* int64_t, min..max */
    CLI_DURATION_MS, /* int64_t, "30s" */
    CLI_ENUM         /* int, index into names */
};

struct cli_option {
    const char *name; /* long name without dashes */
    char letter;      /* 0 = none */
    const char *arg;  /* placeholder; NULL for flags */
    enum cli_type type;
    size_t offset;
    bool required;
    const char *dflt;         /* parsed as if given; NULL = zero */
    int64_t min, max;         /* CLI_INT, when min < max */
    const char *const *names; /* NULL-terminated; CLI_ENUM takes these alone, strings also others:
                                 there they are for help and completion */
    const char *doc;
};

struct cli_positional {
    const char *arg; /* placeholder, such as "CASE" */
    bool required, repeated;
    const char *doc;
};

struct cli_command {
    const char *name;    /* "run"; NULL for a program without commands */
    const char *summary; /* one line */
    const char *details; /* for the man page and --help: paragraphs parted by "\n\n", an indented
                            one is kept as it is; may be NULL */
    const struct cli_option *options;
    size_t option_count;
    const struct cli_positional *positionals;
    size_t positional_count;
    size_t options_size;         /* of the struct the options are parsed into */
    const char *const *examples; /* "assay run -c x.yaml\0what it does", each one string with a NUL
                                    in it; the list is NULL-terminated */
    int (*run)(void *program, const void *options, const struct str_list *args);
};

struct cli_program {
    const char *name, *version, *summary, *details;
    const struct cli_command *commands;
    size_t command_count;
};

/* Parses argv, runs the command and returns the process's exit code. Handles --help, --version,
 * `help COMMAND`, the hidden --man (troff on stdout) and --completion bash|zsh|fish. Usage errors
 * go to stderr in one line plus a hint, exit 64. */
int cli_main(const struct cli_program *program, void *context, int argc, char **argv);

/* The pieces, for tests and generators. */
enum cli_wish { CLI_RUN, CLI_HELP, CLI_VERSION };
struct cli_parsed {
    enum cli_wish wish;   /* --help (-h) and --version end the parsing: the rest is empty then */
    void *options;        /* the command's struct, in the arena */
    struct str_list args; /* the positionals; they may stand between options */
};
/* argv starts after the command's name. Of an option that is given twice the last counts. */
int cli_parse(struct arena *a, const struct cli_command *command, int argc, char *const *argv,
              struct cli_parsed *ret, struct err *err) NODISCARD;
void cli_help_program(struct buf *out, const struct cli_program *program, int columns);
void cli_help_command(struct buf *out, const struct cli_program *program,
                      const struct cli_command *command, int columns);
void cli_man(struct buf *out, const struct cli_program *program);
int cli_completion(struct buf *out, const struct cli_program *program, const char *shell,
                   struct err *err) NODISCARD;

#endif
