/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/run_case.h"

#include "base/secret/scan.h"
#include "base/secret/secret.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/sys/jitter.h"
#include "base/sys/poller.h"
#include "harness/run/collect_priv.h"
#include "harness/run/drive_priv.h"
#include "harness/run/last_look_priv.h"
#include "harness/run/quiet_priv.h"
#include "harness/run/turn_priv.h"
#include "harness/seal/seal.h"
#include "harness/world/world_clock.h"

enum { MS_PER_S = 1000 };

static const struct driver *driver_of(enum drive drive)
{
    switch (drive) {
    case DRIVE_LINES:
        return &drive_lines;
    case DRIVE_COUNT:
        return &drive_count;
    case DRIVE_EXEC:
    case DRIVE_KINDS:
        break;
    }
    return &drive_exec;
}

static const char *clock_of(const struct run_job *job, const struct walls *walls)
{
    if (!case_moves_clock(job->spec) || (walls != NULL && walls->real_clock)) {
        return "real";
    }
    return job->manifest->drive == DRIVE_COUNT ? "virtual, as over a suspension of the machine"
                                               : "virtual";
}

static struct evidence evidence_begin(const struct run_job *job, const struct walls *walls)
{
    const struct manifest *m = job->manifest;
    return (struct evidence){.dir = job->evidence_dir,
                             .connector = m->name,
                             .case_id = job->spec->id,
                             .mode = mode_name(job->mode),
                             .product = m->product,
                             .version = m->version,
                             .isolation = walls != NULL ? isolation_names[walls->isolation] : "env",
                             .clock = clock_of(job, walls),
                             .drive = drive_names[m->drive],
                             .process = {.killed_for = ""},
                             .stdout_text = {.name = "stdout"},
                             .stderr_text = {.name = "stderr"}};
}

/* An operation between two looks at the journal, so that its exchanges are known by their numbers.
 */
static int operation_run(struct session *s, int64_t step, const struct step *what, struct err *err)
{
    struct mock_process *mock = &s->world->mock;
    struct raw_operation op = {.at_once = what->at_once,
                               .record = {.index = (int64_t)s->operations.count,
                                          .step = step,
                                          .verb = what->operation,
                                          .answer = ANSWER_NOT_ASKED,
                                          .exit_code = -1,
                                          .began_ms = session_now_ms(s)}};
    int64_t before = 0;
    if (mock_journal_seq(mock, &before, err) < 0) {
        return -1;
    }
    op.record.first_seq = before + 1;
    op.record.last_seq = before;
    s->lost = s->lost || monotonic_ms() >= s->case_deadline_ms;
    if (!s->lost && (s->driver->operate(s, &op, err) < 0 ||
                     mock_journal_seq(mock, &op.record.last_seq, err) < 0)) {
        return -1;
    }
    op.record.ended_ms = session_now_ms(s);
    *VEC_PUSH(s->arena, &s->operations) = op;
    return 0;
}

static int server_step(struct session *s, const struct step *step, struct err *err)
{
    struct mock_process *mock = &s->world->mock;
    for (size_t i = 0; i < step->revoke.count; i++) {
        int64_t revoked = 0;
        if (mock_revoke(mock, s->world->credential.principal, step->revoke.items[i], &revoked,
                        err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < step->faults.count; i++) {
        const struct scenario_fault *fault =
            SHAPE_LIST_AT(const struct scenario_fault, step->faults, i);
        if (mock_add_fault(mock, fault, err) < 0) {
            return -1;
        }
    }
    return step->advance_ms != 0 ? mock_advance(mock, step->advance_ms, err) : 0;
}

/* So much time goes by: at once, or really. */
static int clock_pass(struct session *s, int64_t ms, struct err *err)
{
    return s->world->is_scaled ? session_pause(s, ms, err)
                               : world_clock_jump(s->world, ms / MS_PER_S, err);
}

/* When the access token that an API call carried last ends. */
static int access_end(struct session *s, bool *ret_found, int64_t *ret_end_ms, struct err *err)
{
    AUTO_BUF struct buf ndjson = {0};
    struct journal journal = {0};
    *ret_found = false;
    if (mock_journal(&s->world->mock, &ndjson, err) < 0 ||
        journal_read(s->arena, buf_str(&ndjson), "mock", &journal, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct journal_record, r, &journal) {
        if (r->class == ROUTE_API && r->credential.has_life) {
            *ret_found = true;
            *ret_end_ms = r->time_ms + r->credential.life_left_ms;
        }
    }
    return 0;
}

/* The clocks move in whole seconds; rounding down leaves a little more life than asked for. */
static int advance_to(struct session *s, const struct step *step, struct err *err)
{
    struct mock_process *mock = &s->world->mock;
    const char *refresh = secret_kind_name(SECRET_REFRESH_TOKEN);
    int64_t now_ms = 0, end_ms = 0;
    bool found = false;
    int rc = step->token == STEP_TOKEN_REFRESH
                 ? mock_newest_end(mock, refresh, &found, &end_ms, err)
                 : access_end(s, &found, &end_ms, err);
    if (rc < 0 || mock_wall_ms(mock, &now_ms, err) < 0) {
        return -1;
    }
    if (!found) {
        s->lost = true; /* there is no token that ends: the checks will say so */
        return 0;
    }
    int64_t seconds = (end_ms - step->before_expiry_ms - now_ms) / MS_PER_S;
    return seconds > 0 ? clock_pass(s, seconds * MS_PER_S, err) : 0;
}

static int advance(struct session *s, const struct step *step, struct err *err)
{
    if (s->lost) {
        return 0;
    }
    if (quiet_await(s, err) < 0) {
        return -1;
    }
    int64_t scale = s->world->is_scaled ? WALLS_REAL_SCALE : 1;
    return step->kind == STEP_ADVANCE ? clock_pass(s, step->advance_ms / scale, err)
                                      : advance_to(s, step, err);
}

static int restart(struct session *s, const struct step *step, struct err *err)
{
    if (s->lost) {
        return 0;
    }
    if (s->driver->end(s, err) < 0 ||
        world_restart(s->world, (enum restart)step->restart, err) < 0) {
        return -1;
    }
    return s->driver->begin(s, err);
}

static int step_run(struct session *s, int64_t index, const struct step *step, struct err *err)
{
    switch (step->kind) {
    case STEP_WAIT:
        return session_pause(s, step->wait_ms, err);
    case STEP_SERVER:
        return server_step(s, step, err);
    case STEP_ADVANCE:
    case STEP_ADVANCE_TO:
        return advance(s, step, err);
    case STEP_RESTART:
        return restart(s, step, err);
    case STEP_OPERATION:
        break;
    }
    for (int64_t i = 0; i < step->times; i++) {
        if (operation_run(s, index, step, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int steps_run(struct session *s, struct err *err)
{
    const struct shape_list *steps = &s->job->spec->steps;
    for (size_t i = 0; i < steps->count && s->evidence->could_not_run == NULL; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, *steps, i);
        if (step_run(s, (int64_t)i, step, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int start_to_end(struct session *s, struct err *err)
{
    return s->driver->begin(s, err) < 0 || steps_run(s, err) < 0 || s->driver->end(s, err) < 0 ? -1
                                                                                               : 0;
}

/* The first option is set in the world as it came up. */
static int option_run(struct session *s, size_t index, struct err *err)
{
    struct option_record tried = {.first_operation = (int64_t)s->operations.count};
    int64_t before = 0;
    if ((index > 0 && world_option_set(s->world, index, err) < 0) ||
        mock_journal_seq(&s->world->mock, &before, err) < 0) {
        return -1;
    }
    tried.name = s->world->option->name;
    tried.first_seq = before + 1;
    s->lost = false; /* what one option broke is no matter of the next */
    if (start_to_end(s, err) < 0 || mock_journal_seq(&s->world->mock, &tried.last_seq, err) < 0) {
        return -1;
    }
    tried.last_operation = (int64_t)s->operations.count - 1;
    *VEC_PUSH(s->arena, &s->options) = tried;
    return 0;
}

/* Each option by itself, as one may hide what another does. */
static int starts_run(struct session *s, struct err *err)
{
    size_t count = s->job->manifest->options.count;
    if (!s->job->spec->given.options) {
        return start_to_end(s, err);
    }
    for (size_t i = 0; i < count && s->evidence->could_not_run == NULL; i++) {
        if (option_run(s, i, err) < 0) {
            return -1;
        }
    }
    s->evidence->options = s->options.items;
    s->evidence->option_count = s->options.count;
    return 0;
}

static void session_init(struct session *s, struct world *w)
{
    const struct manifest_limits *limits = &s->job->manifest->limits;
    bool has_decoy = w->decoy.process.pid > 0;
    s->world = w;
    s->driver = driver_of(s->job->manifest->drive);
    s->case_deadline_ms =
        monotonic_ms() + world_case_ms(s->job->spec, s->job->manifest, w->options.walls);
    s->watch = (struct watch){.arena = s->arena,
                              .followed = world_follows(w) ? w->seal : NULL,
                              .cell_pid = w->seal != NULL ? seal_init_pid(w->seal) : 0,
                              .mock_fd = w->mock.process.pidfd,
                              .mock_pid = w->mock.process.pid,
                              .proxy_pid = world_proxy_pid(w),
                              .browser_pid = world_browser_pid(w),
                              .browser_inner_pid = world_browser_inner_pid(w),
                              .decoy_fd = has_decoy ? w->decoy.process.pidfd : -1,
                              .decoy_pid = w->decoy.process.pid};
    buf_init(&s->output.out.text, (size_t)limits->output_bytes);
    buf_init(&s->output.err_out.text, (size_t)limits->output_bytes);
    s->evidence->identity = w->identity;
}

static void session_clear(struct session *s)
{
    child_done(&s->child);
    buf_done(&s->output.out.text);
    buf_done(&s->output.err_out.text);
    buf_done(&s->browser_log);
    secret_scanner_free(s->scanner);
    secret_set_free(s->canaries);
}

/* Saved evidence is searched once more, by the canaries of this very case; what would hold one is
 * thrown away and becomes a fault of ours. */
static int evidence_keep(const struct run_settings *settings, struct session *s, struct err *err)
{
    const char *dir = s->job->evidence_dir;
    if (evidence_save(s->evidence, dir, err) < 0) {
        return -1;
    }
    if (s->scanner == NULL) {
        return 0;
    }
    if (settings->hand_over && canaries_hand_over(s->canaries, settings->canary_fd, err) < 0) {
        return -1;
    }
    struct err found = {0};
    if (evidence_look(s->scanner, dir, &found) < 0) {
        if (fs_remove_tree(dir, err) < 0) {
            return -1;
        }
        return run_case_save_harness_error(s->job, found.msg, err);
    }
    return 0;
}

/* From the first question to what is left. When assay itself fails in between, nothing may stay. */
static int session_run(struct session *s, struct err *err)
{
    struct jitter_meter *jitter = NULL;
    int rc = jitter_begin(&jitter, err) < 0 || starts_run(s, err) < 0;
    s->evidence->jitter_ms = jitter_end(jitter);
    turn_over(s->turn_fd);
    if (rc != 0) {
        return -1;
    }
    if (world_browser_finish(s->world, &s->browser_log, &s->browser_dir, err) < 0) {
        return -1;
    }
    s->watch.browser_pid = s->watch.browser_inner_pid = 0;
    if (s->world->has_clock &&
        world_clock_problem(s->world, &s->evidence->clock_problem, err) < 0) {
        return -1;
    }
    return collect(s, err);
}

/* Each case has credentials of its own, so that one's can be told from another's; the same ones
 * again when it is run alone with the run's seed (FNV-1a over the names). */
static uint64_t case_seed(uint64_t seed, const struct run_job *job)
{
    const char *const names[] = {job->manifest->name, mode_name(job->mode), job->spec->id};
    uint64_t hash = seed ^ UINT64_C(0xcbf29ce484222325);
    if (seed == 0) {
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *p = names[i];
        do {
            hash ^= (unsigned char)*p;
            hash *= UINT64_C(0x100000001b3);
        } while (*p++ != '\0');
    }
    hash = (hash ^ (hash >> 32)) >> 11; /* within what JSON can carry */
    return hash != 0 ? hash : 1;
}

static int turn_take(void *ctx, struct err *err)
{
    struct session *s = ctx;
    return turn_await(s->turn_fd, &s->waited_ms, err);
}

static void case_carry_out(const struct run_settings *settings, struct session *s)
{
    struct err err = {0};
    struct world world = {0};
    const struct world_options options = {.manifest = s->job->manifest,
                                          .spec = s->job->spec,
                                          .mode = s->job->mode,
                                          .mock_program = settings->mock_program,
                                          .nursery = settings->nursery,
                                          .browser_program = settings->browser_program,
                                          .engine = settings->engine,
                                          .walls = settings->walls,
                                          .base_dir = settings->base_dir,
                                          .seed = case_seed(settings->seed, s->job),
                                          .keep = settings->keep_worlds,
                                          .on_ready = turn_take,
                                          .ctx = s};
    char text[1024];
    if (world_up(s->arena, &options, &world, &err) < 0) {
        s->evidence->harness_error = arena_strdup(s->arena, err_text(&err, text, sizeof(text)));
        return;
    }
    s->evidence->could_not_run = world.could_not_run;
    if (world.could_not_run == NULL) {
        session_init(s, &world);
        if (session_run(s, &err) < 0) {
            s->evidence->harness_error = arena_strdup(s->arena, err_text(&err, text, sizeof(text)));
        }
    }
    world_down(&world);
}

/* The last word: whatever happened before, nothing is left below this process. */
static void last_sweep(struct session *s)
{
    struct err err = {0};
    struct process_strays strays = {0};
    char text[1024];
    enum { SWEEP_MS = 5000 };
    if (process_sweep(s->arena, NULL, 0, monotonic_ms() + SWEEP_MS, &strays, &err) < 0 &&
        s->evidence->harness_error == NULL) {
        s->evidence->harness_error = arena_strdup(s->arena, err_text(&err, text, sizeof(text)));
    }
}

int run_case(const struct run_settings *settings, const struct run_job *job, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct evidence e = evidence_begin(job, settings->walls);
    struct session s = {.arena = a,
                        .job = job,
                        .evidence = &e,
                        .turn_fd = settings->has_turns ? settings->turn_fd : -1};
    int64_t began_ms = monotonic_ms();
    if (process_become_subreaper(err) < 0) {
        return -1;
    }
    signals_ignore_pipe();
    case_carry_out(settings, &s);
    last_sweep(&s);
    e.duration_ms = monotonic_ms() - began_ms - s.waited_ms;
    int rc = evidence_keep(settings, &s, err);
    session_clear(&s);
    evidence_done(&e);
    return rc;
}

int run_case_save_harness_error(const struct run_job *job, const char *reason, struct err *err)
{
    struct evidence e = evidence_begin(job, NULL);
    e.harness_error = reason;
    return evidence_save(&e, job->evidence_dir, err);
}
