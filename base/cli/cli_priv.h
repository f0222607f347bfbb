/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLI_CLI_PRIV_H
#define BASE_CLI_CLI_PRIV_H

/* Shared by the parser and the printers. */

#include "base/cli/options.h"

#define CLI_HELP_DOC    "show this help and exit"
#define CLI_VERSION_DOC "show the version and exit"

bool cli_has_commands(const struct cli_program *program);
const struct cli_command *cli_find_command(const struct cli_program *program, const char *name);
/* "assay run" or, without commands, "assay-mock". */
const char *cli_full_name(struct arena *a, const struct cli_program *program,
                          const struct cli_command *command);
/* "[--jobs N]..." in short: "assay run [options] -c FILE CASE...". */
const char *cli_synopsis(struct arena *a, const struct cli_program *program,
                         const struct cli_command *command);
/* The doc of an option with what the table knows besides: required, default, range, choices. */
const char *cli_option_doc(struct arena *a, const struct cli_option *option);
/* What follows the NUL in an example, or "". */
const char *cli_example_doc(const char *example);
/* The placeholder stands for a file or folder. */
bool cli_arg_is_path(const char *arg);

#endif
