/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_REPORT_CHOICE_H
#define HARNESS_APP_REPORT_CHOICE_H

/* Which reports are wanted and where: the words of `--report FORMAT[=FILE]`. FILE is taken from the
 * working directory; without it the format's own name in the output folder is; `-` is standard
 * output. Ownership: everything lives in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/app/placed.h"
#include "harness/report/report.h"

struct report_choice {
    const struct report_format *format;
    const char *path; /* NULL = standard output */
};
struct report_choices {
    struct report_choice *items;
    size_t count, capacity;
};

/* With defaults build_report.md and junit.xml come first, unless a word puts them elsewhere.
 * ERR_USAGE for an unknown format, or for two reports in one place. */
int report_choices_parse(struct arena *a, const struct str_list *words, const char *dir,
                         bool defaults, struct report_choices *ret, struct err *err) NODISCARD;
/* Renders them all. Annotations for GitHub bring the page for $GITHUB_STEP_SUMMARY with them, when
 * that is set; step_summary is its value, or NULL. */
void report_choices_render(const struct report_choices *choices, const struct run_record *run,
                           const struct run_record *previous, const char *step_summary,
                           struct placed *out);

#endif
