/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_JUDGE_H
#define HARNESS_JUDGE_JUDGE_H

/* Pure: a case and its evidence give a verdict with reasons. No I/O, no clock, no state.
 * Checks are rows (judge/check.h); the engine knows their names, never a case's id.
 *
 * Ownership: results live in the arena and borrow from case and evidence. */

#include "base/core/arena.h"
#include "harness/evidence/evidence.h"
#include "harness/spec/case.h"
#include "harness/spec/manifest.h"

struct check_result {
    const char *check; /* name */
    enum level level;
    enum verdict
        verdict; /* pass, warn, fail, not-applicable, inconclusive, harness-error, xfail, xpass */
    struct str_list clauses;
    const char *because;  /* the case author's word, or NULL */
    const char *expected; /* a sentence */
    const char *seen;     /* a sentence, with the numbers; redacted by construction */
    const char *excerpt;  /* a few lines of evidence: exchanges, output lines; may be NULL */
    const char *cause;    /* the likely cause, when not passed */
    const char *fix;      /* what to change, when not passed */
    const char *xfail_reason;
    int line;     /* of the expectation in its case file; 0 when unknown */
    bool outside; /* none of its clauses is in the requirement set: told, but fails nothing */
    bool noisy;   /* inconclusive as the machine was too busy to time it: another run may tell */
};

struct case_result {
    const char *connector, *case_id, *mode;
    enum verdict verdict;
    const char *reason; /* for not-applicable, could-not-run, harness-error: one sentence */
    struct check_result *checks;
    size_t check_count;
    int64_t duration_ms;
};

/* The checks there are, for the case loader and the documentation. */
const struct check_catalog *judge_catalog_new(struct arena *a) NODISCARD;

/* Applies every expectation of the case that is for this mode, then the manifest's expected
 * failures (today as YYYY-MM-DD decides whether one has expired), and sums up: see judge_sum. */
struct case_result *judge_case(struct arena *a, const struct case_spec *spec, enum mode mode,
                               const struct manifest *manifest, const struct evidence *evidence,
                               const char *today);

/* The verdict of a case from its checks' verdicts, worst first: harness-error, could-not-run, fail,
 * xpass, inconclusive, flaky, warn, xfail, pass, not-applicable. No checks at all is a
 * harness-error. */
enum verdict judge_sum(const struct check_result *checks, size_t count);

/* Which of the manifest's expected failures matched something in these results: those that did not
 * are errors of the manifest. A case that could not be judged matches, as nobody can know; results
 * of other connectors do not. ret_matched has one bool per entry. */
void judge_match_expected_failures(const struct manifest *manifest,
                                   const struct case_result *const *results, size_t count,
                                   bool *ret_matched);

/* The product tokens by which the connector named itself in its API calls ("acme_lake/1.4.2"), each
 * once; requests that do not name its product at all are other checks' to find. */
struct str_list judge_product_tokens(struct arena *a, const struct manifest *manifest,
                                     const struct evidence *evidence);

#endif
