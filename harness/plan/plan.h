/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_PLAN_PLAN_H
#define HARNESS_PLAN_PLAN_H

/* What is to be run: connectors x modes x cases, filtered, in the order in which results are told.
 * Nothing is dropped silently: a case that a connector cannot take part in is planned with the
 * reason why it is not applicable; only a case that is not meant for a mode is left out.
 *
 *     struct plan_request request = {.manifests = m, .manifest_count = n, .cases = set,
 *                                    .max_level = LEVEL_MAY};
 *     struct plan plan;
 *     if (plan_make(arena, &request, &plan, &err) < 0) ...
 *
 * Order: connectors as given, modes as in the mode table, probes before cases, ids bytewise.
 * Ownership: jobs and reasons live in the arena and borrow manifests and cases. Pure. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/spec/case.h"
#include "harness/spec/manifest.h"

#include <stdint.h>

/* One part of a run that is spread over machines: "2/5". Zeroed = everything. */
struct plan_shard {
    int64_t index, total; /* 1 <= index <= total */
};

/* A job by its names, as the event stream has it. */
struct plan_name {
    const char *connector, *mode, *case_id;
};
struct plan_names {
    struct plan_name *items;
    size_t count, capacity;
};

struct plan_request {
    const struct manifest *const *manifests;
    size_t manifest_count;
    const struct case_set *cases;
    struct str_list auth;  /* words of mode_set_of; empty = all that are declared */
    struct str_list globs; /* of case ids; empty = all; probes come along with any case */
    int max_level;         /* enum level: cases with a check of that level or a stricter one */
    struct plan_shard shard;
    const struct plan_names *only; /* cases that are chosen by name; NULL = all */
};

struct plan_job {
    const struct manifest *manifest;
    enum mode mode;
    const struct case_spec *spec;
    const char *not_applicable; /* why, or NULL: then it is run */
};

struct plan {
    struct plan_job *items;
    size_t count, capacity;
    size_t selected;         /* jobs of all shards together, each probe once */
    struct plan_names whole; /* these, by name, in order */
};

/* ERR_USAGE when a word, a glob or all filters together select nothing, or when two connectors have
 * the same name. A shard may be empty. */
int plan_make(struct arena *a, const struct plan_request *request, struct plan *ret,
              struct err *err) NODISCARD;
/* "i/n" with 1 <= i <= n <= 1000; ERR_USAGE otherwise. */
int plan_shard_parse(struct str text, struct plan_shard *ret, struct err *err) NODISCARD;
/* The shard that the environment of a CI system speaks of: Bazel, GoogleTest, GitLab, CircleCI,
 * Buildkite, Azure Pipelines. get looks a variable up (NULL = unset). An index without its total
 * (a Kubernetes indexed Job has none), a total without its index, numbers out of range and two
 * systems that disagree are ERR_USAGE: nothing is guessed. ret_source says where it is from, such
 * as "CI_NODE_INDEX=2, base 1". Returns 0 with total 0 when there is none at all. */
struct plan_environment {
    const char *(*get)(void *ctx, const char *name);
    void *ctx;
};
int plan_shard_of_environment(struct arena *a, const struct plan_environment *environment,
                              struct plan_shard *ret, const char **ret_source,
                              struct err *err) NODISCARD;
/* The variables that it reads, for the documentation: "CI_NODE_INDEX (GitLab, from 1)". */
void plan_shard_protocols(struct arena *a, struct str_list *ret);

/* Depends on the three names only, so that a job stays in its shard when others come and go. Probes
 * are in every shard that has a case of their connector and mode, whatever this says. */
bool plan_shard_has(const struct plan_shard *shard, const struct plan_job *job);
/* Why the case cannot be run with that connector in that mode, or NULL. */
const char *plan_not_applicable(struct arena *a, const struct manifest *m, enum mode mode,
                                const struct case_spec *spec);

#endif
