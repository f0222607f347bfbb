/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/suite_run.h"

#include "base/cli/exit_code.h"
#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/crypto/digest.h"
#include "base/json/json_read.h"
#include "base/secret/secret.h"
#include "base/sys/clock.h"
#include "base/sys/env.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "harness/app/progress.h"
#include "harness/app/run_describe.h"
#include "harness/app/status_signal.h"
#include "harness/app/unmatched.h"
#include "harness/plan/order.h"
#include "harness/run/runner.h"
#include "harness/world/walls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* How often a case is run at most because the machine was too busy to time it: again after all
 * others, when there is less to do. */
enum { NOISY_ATTEMPTS = 5 };

/* What is known of a job while it is run, perhaps several times. */
struct trial {
    int64_t attempts;         /* but for those that showed nothing, as the machine was too busy */
    int64_t noisy;            /* these */
    bool again;               /* to be run once more */
    struct run_result failed; /* the first attempt that failed; its verdict says if any did */
};

struct batch {
    const struct suite_run_options *options;
    struct arena *arena;
    struct arena *kept; /* what no worker needs: jobs, results */
    struct run_record *run;
    struct event_writer *writer;
    struct progress *progress;
    struct trial *trials;          /* one per job of the plan */
    const struct plan_job **items; /* of the batch that runs */
    struct run_job *jobs;
    const char **evidence; /* relative folders */
    size_t count;
    int64_t failures; /* results that fail the run */
    char today[32];
    int canary_fd;
    struct err failed; /* the first failure to record something */
};

static void result_record(struct batch *b, const struct run_result *r)
{
    struct err err = {0};
    *VEC_PUSH(b->kept, &b->run->results) = *r;
    b->failures += r->verdict == VERDICT_FAIL || r->verdict == VERDICT_XPASS ||
                   r->verdict == VERDICT_FLAKY || r->verdict == VERDICT_HARNESS_ERROR;
    if (event_write_result(b->writer, r, &err) < 0 && b->failed.code == ERR_NONE) {
        b->failed = err;
    }
    progress_end(b->progress, r);
}

static struct run_result unrun_result(const struct batch *b, const struct plan_job *job,
                                      enum verdict verdict, const char *reason)
{
    return (struct run_result){.outside = gate_is_outside(&b->options->gate, job->spec),
                               .connector = job->manifest->name,
                               .case_id = job->spec->id,
                               .mode = mode_name(job->mode),
                               .verdict = verdict,
                               .reason = reason};
}

static void on_start(void *context, size_t index)
{
    struct batch *b = context;
    const struct plan_job *job = b->items[index];
    progress_start(b->progress, job->manifest->name, mode_name(job->mode), job->spec->id);
}

static struct trial *trial_of(const struct batch *b, const struct plan_job *job)
{
    return &b->trials[job - b->options->plan->items];
}

static const char *text_keep(const struct batch *b, const char *text)
{
    return text != NULL ? arena_strdup(b->kept, text) : NULL;
}

/* Evidence is large: kept for the whole run it would make every fork dearer than the one before.
 * Names, clauses and advice are the suite's and live as long as the run. */
static struct check_result *checks_keep(const struct batch *b, const struct check_result *checks,
                                        size_t count)
{
    struct check_result *kept = ARENA_ARRAY(b->kept, struct check_result, count + 1);
    for (size_t i = 0; i < count; i++) {
        kept[i] = checks[i];
        kept[i].expected = text_keep(b, checks[i].expected);
        kept[i].seen = text_keep(b, checks[i].seen);
        kept[i].excerpt = text_keep(b, checks[i].excerpt);
        kept[i].because = text_keep(b, checks[i].because);
        kept[i].xfail_reason = text_keep(b, checks[i].xfail_reason);
    }
    return kept;
}

/* Compared over the whole run where the clause about that is one that gates. */
static struct str_list products_keep(const struct batch *b, const struct manifest *m,
                                     const struct evidence *e)
{
    struct str_list tokens = {0};
    if (!gate_has(&b->options->gate, CLAUSE_ONE_PRODUCT)) {
        return tokens;
    }
    AUTO_ARENA struct arena *scratch = arena_new();
    struct str_list seen = judge_product_tokens(scratch, m, e);
    for (size_t i = 0; i < seen.count; i++) {
        *VEC_PUSH(b->kept, &tokens) = text_keep(b, seen.items[i]);
    }
    return tokens;
}

static struct run_result job_judge(struct batch *b, size_t index)
{
    const struct plan_job *job = b->items[index];
    struct evidence *evidence = NULL;
    struct err err = {0};
    struct run_result r =
        unrun_result(b, job, VERDICT_HARNESS_ERROR, "the evidence could not be read");
    AUTO_ARENA struct arena *scratch = arena_new();
    if (evidence_load(scratch, b->jobs[index].evidence_dir, &evidence, &err) < 0) {
        r.reason = arena_printf(b->kept, "the evidence could not be read: %s", err.msg);
        return r;
    }
    struct case_result *result =
        judge_case(scratch, job->spec, job->mode, job->manifest, evidence, b->today);
    gate_apply(scratch, &b->options->gate, job->spec, result);
    r.verdict = result->verdict;
    r.reason = text_keep(b, result->reason);
    r.checks = checks_keep(b, result->checks, result->check_count);
    r.check_count = result->check_count;
    r.evidence = b->evidence[index];
    r.jitter_ms = evidence->jitter_ms;
    r.products = products_keep(b, job->manifest, evidence);
    evidence_done(evidence);
    return r;
}

/* What a job came to after its last attempt: what failed once and then did not is flaky; what was
 * too noisy to say at first is what it came to later. */
static struct run_result trial_sum(struct arena *a, const struct trial *t,
                                   const struct run_result *last)
{
    bool failed = t->attempts > 1 && t->failed.verdict == VERDICT_FAIL;
    struct run_result r = failed ? t->failed : *last;
    if (failed && verdict_is_green(last->verdict)) {
        r.verdict = VERDICT_FLAKY;
        r.reason =
            arena_printf(a, "failed at first, did not at attempt %lld", (long long)t->attempts);
    }
    r.attempts = t->attempts;
    return r;
}

/* Nothing but the machine stood in the way. */
static bool is_noisy(const struct run_result *r)
{
    bool noisy = false;
    for (size_t i = 0; i < r->check_count; i++) {
        noisy = noisy || r->checks[i].noisy;
    }
    return noisy && r->verdict == VERDICT_INCONCLUSIVE;
}

static void on_end(void *context, size_t index, int64_t took_ms)
{
    struct batch *b = context;
    struct trial *t = trial_of(b, b->items[index]);
    struct run_result r = job_judge(b, index);
    bool red = r.verdict == VERDICT_FAIL || r.verdict == VERDICT_INCONCLUSIVE;
    r.duration_ms = took_ms;
    if (is_noisy(&r) && t->noisy + 1 < NOISY_ATTEMPTS) {
        t->noisy++;
        t->again = true;
        progress_again(b->progress, &r);
        return;
    }
    t->attempts++;
    if (r.verdict == VERDICT_FAIL && t->failed.verdict != VERDICT_FAIL) {
        t->failed = r;
    }
    t->again = red && t->attempts <= b->options->repeat;
    if (t->again) {
        progress_again(b->progress, &r);
        return;
    }
    r = trial_sum(b->kept, t, &r);
    result_record(b, &r);
}

static bool is_enough(void *context)
{
    const struct batch *b = context;
    return b->options->max_failures > 0 && b->failures >= b->options->max_failures;
}

static void on_wake(void *context)
{
    struct batch *b = context;
    if (status_signal_read(b->options->status_fd)) {
        progress_dump(b->progress);
    }
}

/* The first probe of this connector and mode that was not green, or NULL. */
static const char *probe_failed(const struct batch *b, const struct plan_job *job)
{
    VEC_FOREACH(const struct run_result, r, &b->run->results) {
        bool is_own = !verdict_is_green(r->verdict) &&
                      str_eq_z(str_of(r->connector), job->manifest->name) &&
                      str_eq_z(str_of(r->mode), mode_name(job->mode));
        const struct case_spec *spec = is_own ? case_set_find(b->options->cases, r->case_id) : NULL;
        if (spec != NULL && spec->is_probe) {
            return r->case_id;
        }
    }
    return NULL;
}

static void batch_add(struct batch *b, const struct plan_job *job)
{
    const struct output *o = b->options->output;
    int64_t attempts = trial_of(b, job)->attempts;
    const char *id = attempts == 0
                         ? job->spec->id
                         : arena_printf(b->kept, "%s~%lld", job->spec->id, (long long)attempts + 1);
    const struct plan_name name = {job->manifest->name, mode_name(job->mode), id};
    const char *evidence = output_evidence(o, b->kept, &name);
    size_t i = b->count++;
    b->items[i] = job;
    b->evidence[i] = evidence;
    b->jobs[i] = (struct run_job){.manifest = job->manifest,
                                  .spec = job->spec,
                                  .mode = job->mode,
                                  .evidence_dir = fs_join(b->kept, o->dir, evidence)};
}

/* Probes or cases; what is not to be run is recorded at once. */
static void batch_fill(struct batch *b, bool probes)
{
    const struct plan *plan = b->options->plan;
    const struct plan_job **order = ARENA_ARRAY(b->kept, const struct plan_job *, plan->count + 1);
    size_t count = 0;
    b->count = 0;
    VEC_FOREACH(const struct plan_job, job, plan) {
        if (job->spec->is_probe == probes) {
            order[count++] = job;
        }
    }
    plan_order(b->kept, order, count);
    for (size_t i = 0; i < count; i++) {
        const struct plan_job *job = order[i];
        const char *probe = probes ? NULL : probe_failed(b, job);
        if (job->not_applicable) {
            struct run_result r = unrun_result(b, job, VERDICT_NOT_APPLICABLE, job->not_applicable);
            result_record(b, &r);
        } else if (probe) {
            struct run_result r = unrun_result(
                b, job, VERDICT_COULD_NOT_RUN,
                arena_printf(b->kept,
                             "%s was not green, so nothing this connector says in this mode can be "
                             "believed",
                             probe));
            result_record(b, &r);
        } else {
            batch_add(b, job);
        }
    }
}

/* What is to be run once more; false when there is nothing. */
static bool batch_fill_again(struct batch *b)
{
    b->count = 0;
    VEC_FOREACH(const struct plan_job, job, b->options->plan) {
        struct trial *t = trial_of(b, job);
        if (t->again) {
            t->again = false;
            batch_add(b, job);
        }
    }
    return b->count > 0;
}

static int batch_run(struct batch *b, const struct runner_options *runner, int *ret_signal,
                     struct err *err)
{
    do {
        if (b->count > 0 && runner_run(runner, b->jobs, b->count, ret_signal, err) < 0) {
            return -1;
        }
    } while (*ret_signal == 0 && !is_enough(b) && batch_fill_again(b));
    return 0;
}

static int batches_run(struct batch *b, int *ret_signal, struct err *err)
{
    const struct suite_run_options *o = b->options;
    const struct run_settings settings = {.mock_program = o->app->mock_program,
                                          .browser_program = o->app->browser_program,
                                          .engine = o->engine,
                                          .walls = o->walls,
                                          .seed = o->seed,
                                          .keep_worlds = o->keep_worlds,
                                          .hand_over = b->canary_fd >= 0,
                                          .canary_fd = b->canary_fd};
    const struct runner_options runner = {.settings = &settings,
                                          .parallel = (int)o->jobs,
                                          .ctx = b,
                                          .on_start = on_start,
                                          .on_end = on_end,
                                          .is_enough =
                                              b->options->max_failures > 0 ? is_enough : NULL,
                                          .wake_fd = o->status_fd,
                                          .on_wake = o->status_fd >= 0 ? on_wake : NULL};
    for (int round = 0; round < 2 && *ret_signal == 0 && !is_enough(b); round++) {
        batch_fill(b, round == 0);
        if (batch_run(b, &runner, ret_signal, err) < 0) {
            return -1;
        }
    }
    if (b->failed.code != ERR_NONE) {
        *err = b->failed;
        return -1;
    }
    return 0;
}

static void problem_add(struct batch *b, const char *sentence)
{
    *VEC_PUSH(b->arena, &b->run->problems) = sentence;
}

static void run_conclude(struct batch *b, int signal, int64_t began_ms)
{
    const struct suite_run_options *o = b->options;
    struct run_record *run = b->run;
    size_t judged = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        judged += r->check_count > 0;
    }
    if (signal != 0) {
        problem_add(b, arena_printf(b->arena,
                                    "the run was stopped by signal %d; what had not ended is "
                                    "missing",
                                    signal));
    } else if (run->results.count < o->plan->count) {
        problem_add(b, arena_printf(b->arena,
                                    "stopped after %lld failure%s, as was asked: %zu of %zu case "
                                    "runs are missing",
                                    (long long)b->failures, b->failures == 1 ? "" : "s",
                                    o->plan->count - run->results.count, o->plan->count));
    } else {
        unmatched_find(b->arena, o, run);
    }
    if ((int64_t)judged < o->floor) {
        problem_add(b, arena_printf(b->arena,
                                    "%zu case runs were judged, fewer than the %lld of --min",
                                    judged, (long long)o->floor));
    }
    run_record_sort(run);
    run->complete = true;
    run->duration_ms = monotonic_ms() - began_ms;
    run->exit_code = signal == SIGINT ? EXIT_INTERRUPTED
                     : signal != 0    ? EXIT_TERMINATED
                                      : run_exit_code(run, o->gate.strict);
    if (signal == 0 && o->on_conclude) {
        o->on_conclude(o->ctx, run);
    }
}

/* What the workers handed over (harness/run/last_look_priv.h). Names repeat from case to case. */
static int canaries_take(int fd, struct arena *a, struct secret_set *secrets, struct err *err)
{
    AUTO_BUF struct buf lines = {0};
    struct str line;
    if (fd_read_all(fd, &lines, err) < 0) {
        return -1;
    }
    struct str rest = buf_str(&lines);
    while (str_split(&rest, '\n', &line) && line.len > 0) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        if (json_read(line, "a canary", NULL, &doc, err) < 0) {
            return -1;
        }
        struct str value = str_of(json_get_string(doc.root, "value", ""));
        int kind = secret_kind_of(json_get_string(doc.root, "kind", ""));
        const char *name = arena_printf(a, "run_%zu_%s", secret_set_count(secrets),
                                        json_get_string(doc.root, "name", "canary"));
        if (kind < 0) {
            return err_set(err, ERR_INTERNAL, "a canary of an unknown kind was handed over");
        }
        if (!secret_set_find(secrets, value)) {
            secret_set_add(secrets, name, (enum secret_kind)kind, value);
        }
    }
    if (lines.ptr) {
        explicit_bzero(lines.ptr, lines.capacity);
    }
    return 0;
}

int suite_run(struct arena *a, const struct suite_run_options *options, struct secret_set *secrets,
              struct run_record **ret_run, struct err *err)
{
    size_t total = options->plan->count;
    struct arena *kept = arena_new_for_parent(a);
    struct batch b = {.options = options,
                      .arena = a,
                      .kept = kept,
                      .run = run_describe(a, options),
                      .trials = ARENA_ARRAY(kept, struct trial, total + 1),
                      .items = ARENA_ARRAY(kept, const struct plan_job *, total + 1),
                      .jobs = ARENA_ARRAY(kept, struct run_job, total + 1),
                      .evidence = ARENA_ARRAY(kept, const char *, total + 1)};
    int64_t began_ms = monotonic_ms();
    int signal = 0;
    AUTO_FD int canary_fd = secrets ? fd_memory(err) : -1;
    if (secrets && canary_fd < 0) {
        return -1;
    }
    b.canary_fd = canary_fd;
    format_rfc3339(wall_ms(), b.today, (int)sizeof(b.today));
    b.today[sizeof("YYYY-MM-DD") - 1] = '\0';
    b.writer = event_writer_open(options->output->events_part, err);
    if (!b.writer) {
        return -1;
    }
    b.progress = progress_new(total, options->quiet);
    int rc = event_write_start(b.writer, b.run, err);
    if (rc == 0) {
        rc = batches_run(&b, &signal, err);
    }
    progress_free(b.progress);
    if (rc == 0) {
        run_conclude(&b, signal, began_ms);
        rc = event_write_end(b.writer, b.run, err);
    }
    if (rc == 0 && secrets) {
        rc = canaries_take(canary_fd, a, secrets, err);
    }
    struct err close_err = {0};
    if (event_writer_close(b.writer, &close_err) < 0 && rc == 0) {
        *err = close_err;
        rc = -1;
    }
    if (rc == 0) {
        *ret_run = b.run;
    }
    return rc;
}
