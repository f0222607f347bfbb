/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_CHECK_H
#define HARNESS_JUDGE_CHECK_H

/* What a check is made of. One file per family exports a table of rows; registry.c joins them. A
 * row's descriptor validates the parameters in case files, makes the documentation and `assay
 * explain`. */

#include "harness/judge/judge.h"

struct check_context {
    struct arena *arena;
    const struct case_spec *spec;
    const struct expectation *expectation;
    enum mode mode;
    const struct manifest *manifest;
    const struct evidence *evidence;
    const void *params; /* decoded after kind.params; NULL without */
};

/* Says what it found by one of these; calling none is an assertion failure.
 * Sentences in the style "no request to the token endpoint after the error". */
struct check_outcome {
    bool decided;
    enum verdict verdict; /* PASS, FAIL, NOT_APPLICABLE, INCONCLUSIVE or HARNESS_ERROR */
    const char *expected, *seen, *excerpt;
    bool noisy; /* inconclusive as the machine was too busy: another run may tell */
};
void check_pass(struct check_outcome *o, const char *expected, const char *seen);
void check_fail(struct check_outcome *o, const char *expected, const char *seen,
                const char *excerpt);
void check_not_applicable(struct check_outcome *o, const char *why);
void check_inconclusive(struct check_outcome *o, const char *expected, const char *why);
void check_noisy(struct check_outcome *o, const char *expected, const char *why);

struct check_row {
    struct check_kind kind;
    void (*run)(const struct check_context *x, struct check_outcome *o);
    const char *cause; /* the likely cause when it fails */
    const char *fix;   /* what to change */
};

struct check_family {
    const char *name, *doc;
    const struct check_row *rows;
    size_t count;
};

/* With which of the connector's options set the request was made, or the operation asked for; NULL
 * in cases that set none. */
const char *check_option_of_request(const struct evidence *e, const struct journal_record *r);
const char *check_option_of_operation(const struct evidence *e, const struct operation_record *op);

/* Evidence as text for excerpts: "#12 POST /oidc/v1/token -> 401 (client_secret, User-Agent: x/1)".
 */
const char *check_exchange_text(struct arena *a, const struct journal_record *r);

#endif
