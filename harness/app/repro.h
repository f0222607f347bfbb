/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_REPRO_H
#define HARNESS_APP_REPRO_H

/* For each case run that is not green a folder that shows it again, without the suite's knowledge:
 *
 *     run.sh             runs that case alone, with the seed and the options of the run
 *     case.json          the case, as it was read
 *     transcript.ndjson  the exchanges, secrets replaced by their names
 *     environment.txt    the names of the variables that the connector was given
 *     requests.sh        each request as a curl command; secrets are shell variables
 *
 * Ownership: texts go to the list of placed texts, which is searched before it is written. */

#include "harness/app/output.h"
#include "harness/app/placed.h"
#include "harness/spec/case.h"

struct repro_options {
    const struct case_set *cases;
    const struct manifest *const *manifests;
    size_t manifest_count;
    const char *program;       /* assay */
    const char *cases_dir;     /* as given; NULL = the program's own */
    struct str_list judged_by; /* further options: "--level", "must", ... */
};

int repro_render(const struct repro_options *options, const struct output *output,
                 const struct run_record *run, struct placed *out, struct err *err) NODISCARD;
/* One exchange as a curl command, for a shell; host and secrets are variables. */
void repro_curl(struct buf *out, const struct journal_record *r);

#endif
