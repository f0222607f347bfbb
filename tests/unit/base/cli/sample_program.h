/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_CLI_SAMPLE_PROGRAM_H
#define TESTS_UNIT_BASE_CLI_SAMPLE_PROGRAM_H

/* A program with every kind of option, to be parsed, described and completed. */

#include "base/cli/options.h"

enum sample_color { SAMPLE_AUTO, SAMPLE_ALWAYS, SAMPLE_NEVER };

struct sample_run {
    struct str_list connectors;
    const char *auth;
    int64_t jobs, timeout_ms, seed;
    bool quiet, verbose;
    int color;
};

struct sample_context { /* what the command `run` was given */
    int calls;
    struct sample_run options;
    size_t arg_count;
    int exit_code;
};

extern const struct cli_program sample_program; /* with the commands run and list */
extern const struct cli_program single_program; /* without commands */

#endif
