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
#include "harness/run/runner.h"
#include "harness/world/walls.h"

#include <signal.h>
#include <stdio.h>

enum { MAX_MANIFEST_BYTES = 4 * 1024 * 1024 };

struct batch {
    const struct suite_run_options *options;
    struct arena *arena;
    struct run_record *run;
    struct event_writer *writer;
    struct progress *progress;
    const struct plan_job **items; /* of the batch that runs */
    struct run_job *jobs;
    const char **evidence; /* relative folders */
    size_t count, capacity;
    char today[32];
    int canary_fd;
    struct err failed; /* the first failure to record something */
};

void case_result_limit_level(struct arena *a, struct case_result *result, int level)
{
    size_t kept = 0;
    (void)a;
    if (result->check_count == 0) {
        return;
    }
    for (size_t i = 0; i < result->check_count; i++) {
        if ((int)result->checks[i].level <= level) {
            result->checks[kept++] = result->checks[i];
        }
    }
    result->check_count = kept;
    if (kept == 0) {
        result->verdict = VERDICT_NOT_APPLICABLE;
        result->reason = "none of its checks is of the level chosen";
    } else {
        result->verdict = judge_sum(result->checks, kept);
    }
}

static void result_record(struct batch *b, const struct run_result *r)
{
    struct err err = {0};
    *VEC_PUSH(b->arena, &b->run->results) = *r;
    if (event_write_result(b->writer, r, &err) < 0 && b->failed.code == ERR_NONE) {
        b->failed = err;
    }
    progress_end(b->progress, r);
}

static struct run_result unrun_result(const struct plan_job *job, enum verdict verdict,
                                      const char *reason)
{
    return (struct run_result){.connector = job->manifest->name,
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

static void on_end(void *context, size_t index, int64_t took_ms)
{
    struct batch *b = context;
    const struct plan_job *job = b->items[index];
    struct evidence *evidence = NULL;
    struct err err = {0};
    struct run_result r =
        unrun_result(job, VERDICT_HARNESS_ERROR, "the evidence could not be read");
    if (evidence_load(b->arena, b->jobs[index].evidence_dir, &evidence, &err) < 0) {
        r.reason = arena_printf(b->arena, "the evidence could not be read: %s", err.msg);
    } else {
        struct case_result *result =
            judge_case(b->arena, job->spec, job->mode, job->manifest, evidence, b->today);
        case_result_limit_level(b->arena, result, b->options->level);
        r.verdict = result->verdict;
        r.reason = result->reason;
        r.checks = result->checks;
        r.check_count = result->check_count;
        r.evidence = b->evidence[index];
        evidence_done(evidence); /* what the result says is in the arena */
    }
    r.duration_ms = took_ms;
    result_record(b, &r);
}

/* The first probe of this connector and mode that was not green, or NULL. */
static const char *probe_failed(const struct batch *b, const struct plan_job *job)
{
    VEC_FOREACH(const struct run_result, r, &b->run->results) {
        const struct case_spec *spec = case_set_find(b->options->cases, r->case_id);
        if (spec && spec->is_probe && !verdict_is_green(r->verdict) &&
            str_eq_z(str_of(r->connector), job->manifest->name) &&
            str_eq_z(str_of(r->mode), mode_name(job->mode))) {
            return r->case_id;
        }
    }
    return NULL;
}

static void batch_add(struct batch *b, const struct plan_job *job)
{
    const struct output *o = b->options->output;
    const char *evidence =
        output_evidence(o, job->manifest->name, mode_name(job->mode), job->spec->id);
    size_t i = b->count++;
    b->items[i] = job;
    b->evidence[i] = evidence;
    b->jobs[i] = (struct run_job){.manifest = job->manifest,
                                  .spec = job->spec,
                                  .mode = job->mode,
                                  .evidence_dir = fs_join(b->arena, o->dir, evidence)};
}

/* Probes or cases; what is not to be run is recorded at once. */
static void batch_fill(struct batch *b, bool probes)
{
    b->count = 0;
    VEC_FOREACH(const struct plan_job, job, b->options->plan) {
        const char *probe = probes ? NULL : probe_failed(b, job);
        if (job->spec->is_probe != probes) {
            continue;
        }
        if (job->not_applicable) {
            struct run_result r = unrun_result(job, VERDICT_NOT_APPLICABLE, job->not_applicable);
            result_record(b, &r);
        } else if (probe) {
            struct run_result r = unrun_result(
                job, VERDICT_COULD_NOT_RUN,
                arena_printf(b->arena,
                             "%s was not green, so nothing this connector says in this mode can be "
                             "believed",
                             probe));
            result_record(b, &r);
        } else {
            batch_add(b, job);
        }
    }
}

static int batches_run(struct batch *b, int *ret_signal, struct err *err)
{
    const struct suite_run_options *o = b->options;
    const struct run_settings settings = {.mock_program = o->app->mock_program,
                                          .walls = o->walls,
                                          .seed = o->seed,
                                          .keep_worlds = o->keep_worlds,
                                          .hand_over = b->canary_fd >= 0,
                                          .canary_fd = b->canary_fd};
    const struct runner_options runner = {.settings = &settings,
                                          .parallel = (int)o->jobs,
                                          .ctx = b,
                                          .on_start = on_start,
                                          .on_end = on_end};
    for (int round = 0; round < 2 && *ret_signal == 0; round++) {
        batch_fill(b, round == 0);
        if (b->count > 0 && runner_run(&runner, b->jobs, b->count, ret_signal, err) < 0) {
            return -1;
        }
    }
    if (b->failed.code != ERR_NONE) {
        *err = b->failed;
        return -1;
    }
    return 0;
}

static void connectors_describe(struct arena *a, const struct suite_run_options *o,
                                struct run_connectors *ret)
{
    for (size_t i = 0; i < o->manifest_count; i++) {
        const struct manifest *m = o->manifests[i];
        AUTO_BUF struct buf content = {0};
        struct err ignored = {0};
        char digest[2 * SHA256_SIZE + 1] = "";
        if (fs_read_file(m->path, MAX_MANIFEST_BYTES, &content, &ignored) == 0) {
            sha256_hex(buf_str(&content), digest);
        }
        struct run_connector c = {.name = m->name,
                                  .title = m->title ? m->title : m->name,
                                  .version = m->version,
                                  .language = m->language ? m->language : "",
                                  .product = m->product,
                                  .drive = drive_names[m->drive],
                                  .manifest_path = m->path,
                                  .manifest_digest = arena_strdup(a, digest)};
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            if (manifest_mode_set(m) >> mode & 1u) {
                *VEC_PUSH(a, &c.modes) = mode_name((enum mode)mode);
            }
            if (o->left_out_modes && (o->left_out_modes[i] >> mode & 1u)) {
                *VEC_PUSH(a, &c.skipped_modes) = mode_name((enum mode)mode);
            }
        }
        *VEC_PUSH(a, ret) = c;
    }
}

static void clauses_add(struct arena *a, const struct str_list *from, struct str_list *to)
{
    for (size_t i = 0; i < from->count; i++) {
        bool known = false;
        for (size_t k = 0; k < to->count; k++) {
            known = known || str_eq_z(str_of(to->items[k]), from->items[i]);
        }
        if (!known) {
            *VEC_PUSH(a, to) = from->items[i];
        }
    }
}

static void suite_describe(struct arena *a, const struct case_set *set, struct run_record *run)
{
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *c = set->cases[i];
        struct run_case described = {.id = c->id,
                                     .family = c->family,
                                     .title = c->title,
                                     .why = c->why,
                                     .level = level_names[c->level],
                                     .is_probe = c->is_probe};
        clauses_add(a, &c->clauses, &described.clauses);
        for (size_t e = 0; e < c->expectations.count; e++) {
            clauses_add(a, &SHAPE_LIST_AT(struct expectation, c->expectations, e)->clauses,
                        &described.clauses);
        }
        *VEC_PUSH(a, &run->cases) = described;
    }
    for (size_t i = 0; i < set->clause_count; i++) {
        const struct clause *c = &set->clauses[i];
        *VEC_PUSH(a, &run->clauses) = (struct run_clause){.id = c->id,
                                                          .level = c->level,
                                                          .text = c->text,
                                                          .source = c->source,
                                                          .url = c->url,
                                                          .excluded = c->excluded};
    }
}

/* Cases that do not move the clock run on the real one in any case. */
static const char *clock_of(const struct suite_run_options *o)
{
    if (o->walls->isolation != ISOLATION_SEALED || o->walls->clock_refusal != NULL) {
        return "real";
    }
    VEC_FOREACH(const struct plan_job, job, o->plan) {
        if (case_moves_clock(job->spec)) {
            return "virtual";
        }
    }
    return "real";
}

static struct run_record *run_describe(struct arena *a, const struct suite_run_options *o)
{
    struct run_record *run = ARENA_NEW(a, struct run_record);
    char now[32];
    run->run_id = o->output->run_id;
    run->started = arena_strdup(a, format_rfc3339(wall_ms(), now, (int)sizeof(now)));
    run->suite_digest = arena_strdup(a, o->cases->digest);
    run->requirement_set = o->cases->requirement_set;
    run->selection = o->selection;
    run->world = (struct run_world){.isolation = isolation_names[o->walls->isolation],
                                    .clock = clock_of(o),
                                    .system = env_system_name(a),
                                    .assay_version = ASSAY_VERSION,
                                    .jobs = o->jobs};
    walls_unproven(a, o->walls, &run->world.unproven);
    connectors_describe(a, o, &run->connectors);
    suite_describe(a, o->cases, run);
    return run;
}

/* Entries of expected_failures that no result of a whole run answers to are mistakes. */
static void expected_failures_check(struct batch *b)
{
    const struct suite_run_options *o = b->options;
    struct {
        const struct case_result **items;
        size_t count, capacity;
    } results = {0};
    VEC_FOREACH(const struct run_result, r, &b->run->results) {
        struct case_result *c = ARENA_NEW(b->arena, struct case_result);
        *c =
            (struct case_result){.connector = r->connector, .case_id = r->case_id, .mode = r->mode};
        c->check_count = r->check_count;
        c->checks = arena_memdup(b->arena, r->checks, r->check_count * sizeof(*r->checks));
        *VEC_PUSH(b->arena, &results) = c;
    }
    for (size_t i = 0; i < o->manifest_count && o->selection.count == 0; i++) {
        const struct manifest *m = o->manifests[i];
        bool *matched = ARENA_ARRAY(b->arena, bool, m->expected_failures.count + 1);
        struct {
            const struct case_result **items;
            size_t count, capacity;
        } own = {0};
        for (size_t r = 0; r < results.count; r++) {
            if (str_eq_z(str_of(results.items[r]->connector), m->name)) {
                *VEC_PUSH(b->arena, &own) = results.items[r];
            }
        }
        judge_match_expected_failures(m, own.items, own.count, matched);
        for (size_t k = 0; k < m->expected_failures.count; k++) {
            const struct manifest_expected_failure *e =
                SHAPE_LIST_AT(struct manifest_expected_failure, m->expected_failures, k);
            if (!matched[k]) {
                *VEC_PUSH(b->arena, &b->run->problems) =
                    arena_printf(b->arena,
                                 "%s:%d:%d: the expected failure of `%s' matches no check "
                                 "that was judged; remove it",
                                 m->path, e->place.line, e->place.column, e->case_id);
            }
        }
    }
}

static void run_conclude(struct batch *b, int signal, int64_t began_ms)
{
    struct run_record *run = b->run;
    expected_failures_check(b);
    if (signal != 0) {
        *VEC_PUSH(b->arena, &run->problems) = arena_printf(
            b->arena, "the run was stopped by signal %d; what had not ended is missing", signal);
    }
    run_record_sort(run);
    run->complete = true;
    run->duration_ms = monotonic_ms() - began_ms;
    run->exit_code = signal == SIGINT ? EXIT_INTERRUPTED
                     : signal != 0    ? EXIT_TERMINATED
                                      : run_exit_code(run, b->options->strict);
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
    explicit_bzero(lines.ptr, lines.ptr ? lines.capacity : 0);
    return 0;
}

int suite_run(struct arena *a, const struct suite_run_options *options, struct secret_set *secrets,
              struct run_record **ret_run, struct err *err)
{
    size_t total = options->plan->count;
    struct batch b = {.options = options,
                      .arena = a,
                      .run = run_describe(a, options),
                      .items = ARENA_ARRAY(a, const struct plan_job *, total + 1),
                      .jobs = ARENA_ARRAY(a, struct run_job, total + 1),
                      .evidence = ARENA_ARRAY(a, const char *, total + 1)};
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
