/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_JUDGE_EVIDENCE_BUILDER_H
#define TESTS_UNIT_HARNESS_JUDGE_EVIDENCE_BUILDER_H

/* The evidence of a connector that did everything right, to be spoiled in one thing by a test. Each
 * operation is one `validate' with a table get and a statement; in mode m2m a discovery and a token
 * request come first. */

#include "harness/judge/judge.h"

#include <criterion/criterion.h>

struct bench {
    struct arena *arena;
    enum mode mode;
    struct manifest manifest;
    struct evidence evidence;
    const char *today;
    const char *given; /* the case's, as a YAML flow map; NULL: nothing */
    struct {
        struct json **items;
        size_t count, capacity;
    } replies; /* of operations, whatever a test makes of the list of these */
};

struct bench *bench_new(enum mode mode, size_t operations);
void bench_free(struct bench *b);

/* The nth record (from 0) of that route. */
struct journal_record *bench_record(struct bench *b, const char *route, size_t nth);
struct journal_record *bench_add_record(struct bench *b, const char *route, int status);
/* To the planted host, without a credential. */
struct journal_record *bench_add_decoy(struct bench *b);
void record_header_set(struct bench *b, struct journal_record *r, const char *name,
                       const char *value); /* NULL: takes it out */
void record_header_add(struct bench *b, struct journal_record *r, const char *name,
                       const char *value);
void record_form_set(struct bench *b, struct journal_record *r, const char *name,
                     const char *value);
void record_form_add(struct bench *b, struct journal_record *r, const char *name,
                     const char *value);
void record_secret_add(struct bench *b, struct journal_record *r, const char *name,
                       const char *where);
void bench_add_find(struct bench *b, struct secret_find find);
void bench_add_expected_failure(struct bench *b, struct manifest_expected_failure entry);
void operation_reply_set(struct bench *b, struct operation_record *op, const char *table_id);

/* A case with these expectations (a YAML flow list) judged on the evidence. */
struct case_result *bench_judge(struct bench *b, const char *expectations);
/* Whether the case loader accepts the expectation; its complaint otherwise. */
bool bench_accepts(struct bench *b, const char *expectation, struct err *err);

/* Table tests: clean evidence, spoiled, judged by one expectation, must come to the verdict and say
 * what was seen. */
struct row {
    const char *what;
    void (*spoil)(struct bench *b); /* NULL: the clean evidence */
    enum mode mode;
    const char *check; /* "{check: outcome.ok}" */
    enum verdict verdict;
    const char *seen;     /* occurs in what was seen */
    const char *expected; /* the whole sentence, when given */
    const char *excerpt;  /* occurs in the excerpt, when given */
};
void rows_run(const struct row *rows, size_t count);
#define ROWS_RUN(rows) rows_run(rows, sizeof(rows) / sizeof((rows)[0]))

#endif
