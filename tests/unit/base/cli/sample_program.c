/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_program.h"

#include <stdio.h>

static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const modes[] = {"pat", "m2m", NULL};

static const struct cli_option run_options[] = {
    {.name = "connector",
     .letter = 'c',
     .arg = "FILE",
     .type = CLI_STRINGS,
     .required = true,
     .offset = offsetof(struct sample_run, connectors),
     .doc = "manifest of the connector to judge, which this long sentence describes at length so "
            "that it has to be wrapped"},
    {.name = "auth",
     .arg = "MODE",
     .type = CLI_STRING,
     .offset = offsetof(struct sample_run, auth),
     .names = modes,
     .doc = "only this mode; it's [the] default: all"},
    {.name = "jobs",
     .letter = 'j',
     .arg = "N",
     .type = CLI_INT,
     .offset = offsetof(struct sample_run, jobs),
     .dflt = "4",
     .min = 1,
     .max = 64,
     .doc = "how many at once"},
    {.name = "seed",
     .arg = "N",
     .type = CLI_INT,
     .offset = offsetof(struct sample_run, seed),
     .doc = "any number"},
    {.name = "timeout",
     .letter = 't',
     .arg = "TIME",
     .type = CLI_DURATION_MS,
     .offset = offsetof(struct sample_run, timeout_ms),
     .dflt = "30s",
     .doc = "per case"},
    {.name = "color",
     .arg = "WHEN",
     .type = CLI_ENUM,
     .offset = offsetof(struct sample_run, color),
     .dflt = "never",
     .names = colors,
     .doc = "use colour"},
    {.name = "quiet",
     .letter = 'q',
     .type = CLI_FLAG,
     .offset = offsetof(struct sample_run, quiet),
     .doc = "say less"},
    {.name = "verbose",
     .letter = 'v',
     .type = CLI_FLAG,
     .offset = offsetof(struct sample_run, verbose),
     .doc = "say more"},
};

static const struct cli_positional run_positionals[] = {
    {.arg = "FIRST", .required = true, .doc = "the first"},
    {.arg = "CASE", .repeated = true, .doc = "more of them"},
};

static const char *const run_examples[] = {
    "assay run -c x.yaml\0runs every case there is",
    "assay run -c 'a b.yaml' --auth m2m\0.only one mode",
    NULL,
};

static int run(void *program, const void *options, const struct str_list *args)
{
    struct sample_context *context = program;
    context->calls++;
    context->options = *(const struct sample_run *)options;
    context->arg_count = args->count;
    printf("ran\n");
    return context->exit_code;
}

static int list(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)options;
    (void)args;
    return 3;
}

static const struct cli_command commands[] = {
    {.name = "run",
     .summary = "judge connectors",
     .details = "Runs the cases; back\\slashes, -dashes, 'quotes' and `more' are kept.\n"
                "The same paragraph.\n\n  kept as it is:\n    a  b\n\n.The last paragraph.",
     .options = run_options,
     .option_count = ARRAY_LEN(run_options),
     .positionals = run_positionals,
     .positional_count = ARRAY_LEN(run_positionals),
     .options_size = sizeof(struct sample_run),
     .examples = run_examples,
     .run = run},
    {.name = "list", .summary = "list the cases", .run = list},
};

const struct cli_program sample_program = {
    .name = "assay",
    .version = "1.2.3",
    .summary = "judge how connectors authenticate",
    .details = "A paragraph about the program.",
    .commands = commands,
    .command_count = ARRAY_LEN(commands),
};

static const struct cli_command single_command[] = {
    {.summary = "not shown",
     .options = run_options,
     .option_count = ARRAY_LEN(run_options),
     .options_size = sizeof(struct sample_run),
     .run = run},
};

const struct cli_program single_program = {
    .name = "assay-mock",
    .version = "1.2.3",
    .summary = "serve",
    .commands = single_command,
    .command_count = 1,
};
