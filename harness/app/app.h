/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_APP_H
#define HARNESS_APP_APP_H

/* What every command of `assay` starts from: where the suite and the mock are. */

#include "base/cli/options.h"
#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/spec/case.h"

struct app {
    struct arena *arena;         /* lives as long as the program */
    const char *mock_program;    /* assay-mock, beside this program */
    const char *browser_program; /* assay-browser, beside this program */
    const char *probe_program;   /* assay-clock-probe, beside this program */
    const char *cases_dir;       /* the suite that came with this program */
    const char *program;         /* this program itself */
};

extern const struct cli_command command_baseline, command_diff, command_explain, command_init,
    command_judge, command_lint, command_list, command_merge, command_reference, command_report,
    command_run, command_selfcheck, command_serve;

/* The suite in dir, or the program's own when dir is NULL. */
int app_suite_load(const struct app *app, const char *dir, struct case_set **ret,
                   struct err *err) NODISCARD;

/* Prints err and yields the exit code for it. */
int app_fail(const struct err *err);

#endif
