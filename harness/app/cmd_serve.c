/* SPDX-License-Identifier: Apache-2.0 */
/* assay serve: the world of one case, held open for a person with a debugger. */
#include "harness/app/app.h"
#include "harness/app/option_rows.h"
#include "harness/app/run_setup.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/clock.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"
#include "base/text/suggest.h"
#include "harness/world/world.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct serve_options {
    const char *connector, *auth, *cases_dir;
    int64_t seed;
};

enum { SWEEP_MS = 5000 };

static const struct cli_option options[] = {
    OPTION_CONNECTOR(serve_options, CLI_STRING, connector),
    OPTION_AUTH(serve_options, CLI_STRING, true, "the mode"),
    OPTION_SEED(serve_options, "make the credentials from this number; 0: new ones"),
    OPTION_CASES_DIR(serve_options),
};
static const struct cli_positional positionals[] = {
    {.arg = "CASE", .required = true, .doc = "id of the case"},
};
static const char *const examples[] = {
    "assay serve m2m/token-cached --auth m2m -c connector.yaml\0then run the connector in a "
    "debugger",
    NULL,
};

static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (const char *p = text; *p; p++) {
        if (*p == '\'') {
            buf_add_z(out, "'\\''");
        } else {
            buf_add_char(out, *p);
        }
    }
    buf_add_char(out, '\'');
}

static void environment_tell(struct buf *out, const char *const *envp)
{
    for (size_t i = 0; envp[i]; i++) {
        const char *equals = strchr(envp[i], '=');
        buf_printf(out, "export %.*s=", (int)(equals - envp[i]), envp[i]);
        add_quoted(out, equals + 1);
        buf_add_char(out, '\n');
    }
}

static void argv_tell(struct buf *out, const char *const *argv)
{
    for (size_t i = 0; argv[i]; i++) {
        buf_add_z(out, i ? " " : "");
        add_quoted(out, argv[i]);
    }
    buf_add_char(out, '\n');
}

static int commands_tell(struct buf *out, struct world *w, struct err *err)
{
    const struct manifest *m = w->options.manifest;
    for (size_t i = 0; m->drive == DRIVE_EXEC && i < m->operations.count; i++) {
        const struct manifest_operation *op =
            SHAPE_LIST_AT(const struct manifest_operation, m->operations, i);
        buf_printf(out, "# %s\n", op->name);
        for (size_t k = 0; k < op->commands.count; k++) {
            const char *const *argv = NULL;
            if (world_command(w, SHAPE_LIST_AT(const struct str_list, op->commands, k), &argv,
                              err) < 0) {
                return -1;
            }
            argv_tell(out, argv);
        }
    }
    if (m->drive != DRIVE_EXEC) {
        argv_tell(out, w->start.argv);
    }
    return 0;
}

static void steps_tell(struct buf *out, const struct world *w)
{
    const struct case_spec *spec = w->options.spec;
    bool lines = w->options.manifest->drive == DRIVE_LINES;
    int64_t seq = 0;
    buf_add_z(out, "# what the case does then:\n");
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *s = SHAPE_LIST_AT(const struct step, spec->steps, i);
        for (int64_t n = 0; s->kind == STEP_OPERATION && n < s->times; n++) {
            if (lines) {
                buf_printf(out, "#   {\"seq\": %lld, \"do\": \"%s\"}\n", (long long)++seq,
                           s->operation);
            } else {
                buf_printf(out, "#   %s\n", s->operation);
            }
        }
        if (s->kind == STEP_WAIT) {
            buf_printf(out, "#   wait %lld ms\n", (long long)s->wait_ms);
        } else if (s->kind == STEP_SERVER) {
            buf_add_z(out, "#   (steer the server: assay explain tells how)\n");
        }
    }
}

static int world_tell(struct world *w, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    buf_printf(&text,
               "# %s in mode %s against http://%s, seed %llu. The credentials are of this world "
               "alone.\ncd ",
               w->options.spec->id, mode_name(w->options.mode), w->identity.host,
               (unsigned long long)w->options.seed);
    add_quoted(&text, w->start.cwd);
    buf_add_char(&text, '\n');
    environment_tell(&text, w->start.envp);
    if (commands_tell(&text, w, err) < 0) {
        return -1;
    }
    steps_tell(&text, w);
    say_result("%s", buf_z(&text));
    (void)fflush(stdout);
    return 0;
}

/* Until Enter, the end of input, a signal, or the end of the mock. */
static int wait_for_end(const struct world *w, int signals_fd, int *ret_code, struct err *err)
{
    struct poll_item items[] = {{.fd = STDIN_FILENO, .want_read = true},
                                {.fd = signals_fd, .want_read = true},
                                {.fd = w->mock.process.pidfd, .want_read = true}};
    say_info("serving; Enter or Ctrl-C ends it");
    for (;;) {
        if (poll_wait(items, ARRAY_LEN(items), -1, err) < 0) {
            return -1;
        }
        int sig = signals_read(signals_fd);
        if (items[2].ready_read) {
            return err_set(err, ERR_PROTOCOL, "the mock ended by itself");
        }
        if (items[0].ready_read || (sig != 0 && sig != SIGCHLD)) {
            *ret_code = EXIT_OK;
            return 0;
        }
    }
}

static int world_hold(const struct app *app, const struct world_options *world_options,
                      struct err *err)
{
    struct world world = {0};
    struct process_strays strays = {0};
    int code = EXIT_OK;
    AUTO_FD int signals_fd = signals_open(err);
    if (signals_fd < 0 || process_become_subreaper(err) < 0 ||
        world_up(app->arena, world_options, &world, err) < 0) {
        return app_fail(err);
    }
    if (world.could_not_run) {
        err_set(err, ERR_UNAVAILABLE, "%s", world.could_not_run);
        code = app_fail(err);
    } else if (world_tell(&world, err) < 0 || wait_for_end(&world, signals_fd, &code, err) < 0) {
        code = app_fail(err);
    }
    world_down(&world);
    struct err sweep = {0};
    if (process_sweep(app->arena, NULL, 0, monotonic_ms() + SWEEP_MS, &strays, &sweep) < 0) {
        code = app_fail(&sweep);
    }
    return code;
}

static int world_serve(const struct app *app, struct world_options *world, struct err *err)
{
    struct walls walls = {0};
    const struct walls_options wanted = {
        .wanted = ISOLATION_ENV, .manifests = &world->manifest, .manifest_count = 1};
    if (walls_raise(app->arena, &wanted, &walls, err) < 0) {
        return app_fail(err);
    }
    world->walls = &walls;
    int code = world_hold(app, world, err);
    walls_raze(&walls);
    return code;
}

static int mode_choose(const struct manifest *m, const char *word, enum mode *ret, struct err *err)
{
    for (int i = 0; i < MODE_COUNT; i++) {
        if (str_eq_z(str_of(mode_names[i]), word)) {
            if (manifest_mode_set(m) >> i & 1u) {
                *ret = (enum mode)i;
                return 0;
            }
            return err_set(err, ERR_USAGE, "%s does not declare the mode `%s'", m->name, word);
        }
    }
    err_set(err, ERR_USAGE, "there is no mode `%s'", word);
    suggest_hint(err, str_of(word), mode_names, MODE_COUNT);
    return -1;
}

static int case_choose(struct arena *a, const struct case_set *set, const char *id, enum mode mode,
                       const struct case_spec **ret, struct err *err)
{
    const struct case_spec *spec = case_set_find(set, id);
    if (!spec) {
        const char **ids = ARENA_ARRAY(a, const char *, set->case_count);
        for (size_t i = 0; i < set->case_count; i++) {
            ids[i] = set->cases[i]->id;
        }
        err_set(err, ERR_USAGE, "there is no case `%s'", id);
        suggest_hint(err, str_of(id), ids, set->case_count);
        return -1;
    }
    if (!(spec->modes >> mode & 1u)) {
        return err_set(err, ERR_USAGE, "the case %s is not for the mode %s", id, mode_name(mode));
    }
    *ret = spec;
    return 0;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct serve_options *o = parsed;
    struct err err = {0};
    AUTO_CASE_SET struct case_set *cases = NULL;
    struct manifest *manifest = NULL;
    struct world_options world = {.mock_program = app->mock_program,
                                  .browser_program = app->browser_program};
    if (app_suite_load(app, o->cases_dir, &cases, &err) < 0 ||
        manifest_load(app->arena, o->connector, &manifest, &err) < 0 ||
        mode_choose(manifest, o->auth, &world.mode, &err) < 0 ||
        case_choose(app->arena, cases, args->items[0], world.mode, &world.spec, &err) < 0) {
        return app_fail(&err);
    }
    world.manifest = manifest;
    world.seed = run_seed_choose(o->seed);
    return world_serve(app, &world, &err);
}

const struct cli_command command_serve = {
    .name = "serve",
    .summary = "hold the world of one case open, to debug by hand",
    .details =
        "Starts the mock as the case asks for it, makes HOME, TMPDIR and the planted files, and "
        "prints a shell script that starts the connector there: paste it into a terminal, or its "
        "parts into a debugger. Ends on Enter, the end of input or Ctrl-C and leaves nothing "
        "behind. Isolation is env: other programs must be able to reach the mock.",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct serve_options),
    .examples = examples,
    .run = run,
};
