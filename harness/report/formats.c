/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include "base/core/str.h"

static void markdown(struct buf *out, const struct run_record *run,
                     const struct run_record *previous)
{
    build_report_write(out, run, previous);
}

/* The others do not look at the run before. */
#define PLAIN(name, function)                                       \
    static void name(struct buf *out, const struct run_record *run, \
                     const struct run_record *previous)             \
    {                                                               \
        (void)previous;                                             \
        function(out, run);                                         \
    }
PLAIN(junit, junit_write)
PLAIN(json, results_json_write)
PLAIN(tap, tap_write)
PLAIN(sarif, sarif_write)
PLAIN(github, github_write)
PLAIN(step_summary, step_summary_write)
PLAIN(summary, summary_write)
#undef PLAIN

const struct report_format report_formats[] = {
    {"markdown", "build_report.md", "the partner's report", markdown},
    {"junit", "junit.xml", "JUnit XML", junit},
    {"json", "results.json", "all of it, after docs/reference/results.schema.json", json},
    {"tap", "results.tap", "TAP version 14", tap},
    {"sarif", "results.sarif", "SARIF 2.1.0, for code scanning", sarif},
    {"github", "-", "annotations of GitHub Actions", github},
    {"step-summary", "step_summary.md", "a short Markdown page for a CI job", step_summary},
    {"text", "-", "what `assay run' prints at its end", summary},
};
const size_t report_format_count = ARRAY_LEN(report_formats);

const struct report_format *report_format_find(struct str name)
{
    for (size_t i = 0; i < report_format_count; i++) {
        if (str_eq_z(name, report_formats[i].name)) {
            return &report_formats[i];
        }
    }
    return NULL;
}
