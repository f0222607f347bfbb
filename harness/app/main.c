/* SPDX-License-Identifier: Apache-2.0 */
/* The program `assay`: finds its surroundings and hands over to a command. */
#include "harness/app/app.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "harness/browser/browser.h"
#include "harness/clock/clock_probe.h"
#include "harness/judge/judge.h"

#include <string.h>

int app_fail(const struct err *err)
{
    say_error(err);
    return exit_code_of(err);
}

int app_suite_load(const struct app *app, const char *dir, struct case_set **ret, struct err *err)
{
    const char *chosen = dir ? dir : app->cases_dir;
    if (!chosen) {
        err_set(err, ERR_UNAVAILABLE,
                "the cases that belong to this program are not where they "
                "should be");
        err_hint(err, "name their folder with --cases");
        return -1;
    }
    return case_set_load(chosen, judge_catalog_new(app->arena), ret, err);
}

/* Installed: <prefix>/bin/assay and <prefix>/share/assay/cases. Built: build/<preset>/bin/assay and
 * cases at the top of the source tree. */
static const char *cases_find(struct arena *a, const char *program_dir)
{
    static const char *const places[] = {"../share/assay/cases", "../../../cases"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct err ignored = {0};
        const char *path = fs_join(a, program_dir, places[i]);
        const char *real = NULL;
        if (fs_is_dir(path) && fs_real_path(a, path, &real, &ignored) == 0) {
            return real;
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *dir = env_program_dir(a);
    struct app app = {.arena = a,
                      .mock_program = fs_join(a, dir, "assay-mock"),
                      .browser_program = fs_join(a, dir, BROWSER_PROGRAM),
                      .probe_program = fs_join(a, dir, CLOCK_PROBE_PROGRAM),
                      .program = fs_join(a, dir, "assay"),
                      .cases_dir = cases_find(a, dir)};
    const struct cli_command commands[] = {
        command_run,   command_list,      command_explain,   command_lint,  command_serve,
        command_judge, command_report,    command_diff,      command_merge, command_baseline,
        command_init,  command_selfcheck, command_reference,
    };
    const struct cli_program program = {
        .name = "assay",
        .version = ASSAY_VERSION,
        .summary = "judge how a connector authenticates to Databricks",
        .details =
            "assay runs a connector, unmodified, in an isolated place against a mock identity "
            "provider and workspace, and judges what was seen on the wire, in the process tree "
            "and on disk. It writes build_report.md and gates CI.",
        .commands = commands,
        .command_count = ARRAY_LEN(commands),
    };
    signals_ignore_pipe();
    term_setup(TERM_AUTO, 0);
    return cli_main(&program, &app, argc, argv);
}
