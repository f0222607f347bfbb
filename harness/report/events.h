/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_EVENTS_H
#define HARNESS_REPORT_EVENTS_H

/* The event stream of a run, run.jsonl: the truth from which every report is rendered.
 *
 * One JSON object per line, flushed line by line: a header (`run-start`: suite digest, requirement
 * set, connectors, plan), a `case-end` per case run with the whole result, a footer (`run-end`:
 * counts, verdict, exit code). Without its footer a stream is that of a run that broke off: its
 * reports say so and it is never green.
 *
 * Ownership: a run_record lives in its arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/judge/judge.h"

#include <stdint.h>

/* The manifest's word on how the connector names itself over runs and modes. */
struct product_excuse {
    const char *reason;    /* why it does so by several product tokens; "" = it is to use one */
    const char *signature; /* has to occur in what was seen; "" = not looked at */
    const char *ended;     /* the entry's last day, when that is over; else "" */
};

struct run_connector {
    const char *name, *title, *version, *language, *product, *drive;
    const char *manifest_path;   /* as it was named: what reports and annotations show */
    const char *manifest_at;     /* absolute */
    const char *manifest_digest; /* SHA-256 of the file */
    struct product_excuse excuse;
    struct str_list modes;         /* declared */
    struct str_list skipped_modes; /* declared, but left out by --auth */
};
struct run_connectors {
    struct run_connector *items;
    size_t count, capacity;
};

struct run_case { /* what run-start says of each case in the suite, so that reports need no files */
    const char *id, *family, *title, *why, *level;
    bool is_probe;
    struct str_list clauses; /* of the case and of all its checks */
};
struct run_cases {
    struct run_case *items;
    size_t count, capacity;
};

struct run_clause {
    const char *id, *level, *text, *source, *url, *excluded;
};
struct run_clauses {
    struct run_clause *items;
    size_t count, capacity;
};

struct run_result {
    const char *connector, *case_id, *mode, *reason;
    enum verdict verdict;
    const struct check_result *checks;
    size_t check_count;
    int64_t duration_ms;
    int64_t jitter_ms;        /* how late the machine woke sleepers meanwhile, at worst */
    const char *evidence;     /* folder, relative to the output folder; NULL when nothing ran */
    int64_t attempts;         /* how often it was run; more than 1 with --repeat only. Runs that
                                 the machine was too busy to time are not counted */
    struct str_list products; /* the product tokens in its API calls, each once */
    bool outside;             /* no clause of it is in the requirement set: never fails the run */
};
struct run_results {
    struct run_result *items;
    size_t count, capacity;
};

struct run_world { /* how it was run */
    const char *isolation, *clock, *system, *assay_version;
    struct str_list unproven; /* sentences: what isolation and clock leave unproven */
    int64_t jobs;
};

/* How results become a verdict. Shards of one run agree in all of it. */
struct run_gate {
    const char *level, *requirements_digest, *baseline_digest; /* digests: "" without */
    bool strict;
    int64_t repeat;
};

/* Which part of the whole plan this run is. Zeroed shard numbers: all of it. */
struct run_part {
    const char *plan_digest; /* over all jobs of all shards, in order: run_plan_digest */
    int64_t plan_jobs;       /* of all shards together */
    int64_t index, total;    /* shard, from 1 */
    const char *source;      /* "--shard 2/5", "CI_NODE_INDEX=2, base 1"; "" without */
};

struct run_record {
    const char *run_id, *started; /* RFC 3339 */
    const char *suite_digest, *requirement_set;
    const char *seed; /* decimal; makes the same credentials again */
    struct run_gate gate;
    struct run_part part;
    struct run_world world;
    struct run_connectors connectors;
    struct run_cases cases;
    struct run_clauses clauses;
    struct run_results results;
    struct str_list
        problems; /* expected failures that matched nothing, and the like: never green */
    struct str_list unmatched; /* entries that no result of this part answers to: a problem only
                                  when no other part has an answer either */
    struct str_list selection; /* the filters given; empty = everything */
    const char *proof;         /* of a self-check: Markdown, the kill matrix; then the exit code is
                                  that of its gate. NULL otherwise */
    bool complete;             /* the footer was there */
    int64_t duration_ms;
    int exit_code;
};

/* Writing, as the run goes. */
struct event_writer;
struct event_writer *event_writer_open(const char *path, struct err *err) NODISCARD;
int event_write_start(struct event_writer *w, const struct run_record *header,
                      struct err *err) NODISCARD;
int event_write_result(struct event_writer *w, const struct run_result *result,
                       struct err *err) NODISCARD;
int event_write_end(struct event_writer *w, const struct run_record *run,
                    struct err *err) NODISCARD;
int event_writer_close(struct event_writer *w,
                       struct err *err) NODISCARD; /* syncs; frees w; NULL is ok */

/* Reading. A last line that breaks off counts as missing (incomplete: exit code 2), any other that
 * is broken is an error. Errors say file:line:column. */
int run_record_load(struct arena *a, const char *path, struct run_record **ret,
                    struct err *err) NODISCARD;

/* Puts the results into the order of the header: connector, mode, probes, case id. Results end in
 * any order when several run at a time. run_record_load does it too. */
void run_record_sort(struct run_record *run);

/* The same from bytes at hand; path is for messages. */
int run_record_read(struct arena *a, struct str ndjson, const char *path, struct run_record **ret,
                    struct err *err) NODISCARD;

/* SHA-256 over connector, mode and case of each job in the order of the plan. */
struct run_job_name {
    const char *connector, *mode, *case_id;
};
const char *run_plan_digest(struct arena *a, const struct run_job_name *jobs, size_t count);

/* How a connector named itself in its API calls, over all of the run. */
struct product_standing {
    struct str_list tokens; /* each once */
    const char *seen;       /* where each was first seen, as a sentence tells it */
    bool excused;           /* several, as its manifest or the baseline expects */
    bool whole;             /* all that could have shown another token was run */
};
struct product_standing run_product_standing(struct arena *a, const struct run_record *run,
                                             const struct run_connector *connector);

/* The connectors that did not name themselves by one product token in all modes and case runs, a
 * sentence each (clause PWAF-UA-3). */
struct str_list run_product_troubles(struct arena *a, const struct run_record *run);

/* The exit code a run deserves: 70 with a harness-error, 1 with fail, xpass, flaky or more than one
 * product token of a connector, 2 when
 * incomplete (could-not-run, inconclusive, problems, no footer, nothing judged), else 0. strict: a
 * warn is 1. What is outside the requirement set fails and holds up nothing. */
int run_exit_code(const struct run_record *run, bool strict);

#endif
