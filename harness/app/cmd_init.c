/* SPDX-License-Identifier: Apache-2.0 */
/* assay init: a commented manifest to start from. */
#include "harness/app/app.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/fs.h"
#include "harness/spec/init_template.h"

struct init_options {
    int language;
    const char *output;
    bool force;
};

static const struct cli_option options[] = {
    {.name = "language",
     .letter = 'l',
     .arg = "LANGUAGE",
     .type = CLI_ENUM,
     .offset = offsetof(struct init_options, language),
     .names = init_languages,
     .dflt = "python",
     .doc = "what the connector is written in, or cli for a command-line tool"},
    {.name = "output",
     .letter = 'o',
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = offsetof(struct init_options, output),
     .dflt = "connector.yaml",
     .doc = "where the manifest is written; - for standard output"},
    {.name = "force",
     .type = CLI_FLAG,
     .offset = offsetof(struct init_options, force),
     .doc = "replace a file that is there"},
};

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct init_options *o = parsed;
    const struct app *app = context;
    const char *text = init_template(app->arena, init_languages[o->language]);
    struct err err = {0};
    (void)args;
    if (str_eq_z(str_of(o->output), "-")) {
        say_result("%s", text);
        return EXIT_OK;
    }
    if (fs_exists(o->output) && !o->force) {
        err_set(&err, ERR_USAGE, "%s is there already", o->output);
        err_hint(&err, "name another with --output, or replace it with --force");
        return app_fail(&err);
    }
    if (fs_write_file_atomic(o->output, str_of(text), 0644, &err) < 0) {
        return app_fail(&err);
    }
    say_info("wrote %s; fill it in, then: assay lint %s", o->output, o->output);
    return EXIT_OK;
}

const struct cli_command command_init = {
    .name = "init",
    .summary = "write a commented connector.yaml to start from",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .options_size = sizeof(struct init_options),
    .run = run,
};
