/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/world_clock.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/sys/clock.h"
#include "base/text/number.h"
#include "harness/clock/tracer.h"
#include "harness/seal/guest.h"
#include "harness/seal/seal.h"
#include "harness/world/world.h"

#include <sys/wait.h>

enum { ASK_JUMP = 1, ASK_SUSPEND, ASK_STATE, ASK_LIFE, ASK_REST };

/* ---- in the cell's init ---- */

struct traced {
    struct seal_host *host;
    struct tracer *tracer;
};

static void on_exec(void *ctx, const struct process_view *view)
{
    const struct traced *t = ctx;
    const struct seal_exec exec = {.inner_pid = view->pid,
                                   .inner_parent = view->parent,
                                   .at_ms = monotonic_ms(),
                                   .argv = view->argv,
                                   .environ = view->environ};
    seal_host_exec(t->host, &exec);
}

static void on_exit(void *ctx, pid_t pid, const struct process_status *status)
{
    const struct traced *t = ctx;
    seal_host_exited(t->host, pid, status);
}

typedef struct tracer *tracer_maker(const struct tracer_hooks *hooks, struct err *err);

static int begin(struct seal_host *host, tracer_maker *make, void **ret_state, struct err *err)
{
    struct traced *t = xcalloc(1, sizeof(*t)); /* lives as long as the cell */
    const struct tracer_hooks hooks = {.ctx = t, .on_exec = on_exec, .on_exit = on_exit};
    t->host = host;
    t->tracer = make(&hooks, err);
    if (t->tracer == NULL) {
        return -1;
    }
    *ret_state = t;
    return 0;
}

static int clock_begin(struct seal_host *host, void *ctx, void **ret_state, struct err *err)
{
    (void)ctx;
    return begin(host, tracer_new, ret_state, err);
}

static int watch_begin(struct seal_host *host, void *ctx, void **ret_state, struct err *err)
{
    (void)ctx;
    return begin(host, tracer_new_watching, ret_state, err);
}

static int guest_start(void *state, const struct process_options *options, struct process *ret,
                       struct err *err)
{
    const struct traced *t = state;
    pid_t pid = 0;
    if (tracer_start(t->tracer, options, &pid, err) < 0) {
        return -1;
    }
    *ret = (struct process){.pid = pid, .pidfd = -1};
    return 0;
}

static void guest_settle(void *state)
{
    const struct traced *t = state;
    tracer_handle(t->tracer);
}

static int guest_fd(void *state)
{
    const struct traced *t = state;
    return tracer_fd(t->tracer);
}

static int guest_ask(void *state, int verb, struct str question, struct buf *answer,
                     struct err *err)
{
    const struct traced *t = state;
    int64_t seconds = 0;
    if (verb == ASK_JUMP || verb == ASK_SUSPEND) {
        enum tracer_jump kind = verb == ASK_JUMP ? JUMP_ALL : JUMP_SUSPEND;
        if (parse_int64(question, 1, INT32_MAX, &seconds, err) < 0 ||
            tracer_jump(t->tracer, kind, seconds, err) < 0) {
            return -1;
        }
        buf_printf(answer, "%lld", (long long)tracer_offset(t->tracer));
        return 0;
    }
    if (verb == ASK_LIFE) {
        buf_add_z(answer, tracer_is_empty(t->tracer) ? "" : "some");
        return 0;
    }
    if (verb == ASK_REST) {
        buf_add_z(answer, tracer_rests(t->tracer) ? "" : "busy");
        return 0;
    }
    if (verb == ASK_STATE) {
        const struct tracer_counters *c = tracer_counters(t->tracer);
        if (!tracer_is_sound(t->tracer)) {
            buf_add_z(answer, c->first_problem != NULL ? c->first_problem : "a step was refused");
        }
        return 0;
    }
    return err_set(err, ERR_INTERNAL, "the clock has no answer to question %d", verb);
}

const struct seal_guest *world_clock_guest(void)
{
    static const struct seal_guest guest = {.begin = clock_begin,
                                            .start = guest_start,
                                            .settle = guest_settle,
                                            .fd = guest_fd,
                                            .ask = guest_ask};
    return &guest;
}

const struct seal_guest *world_watch_guest(void)
{
    static const struct seal_guest guest = {.begin = watch_begin,
                                            .start = guest_start,
                                            .settle = guest_settle,
                                            .fd = guest_fd,
                                            .ask = guest_ask};
    return &guest;
}

/* ---- in the worker ---- */

int world_clock_jump(struct world *w, int64_t seconds, struct err *err)
{
    AUTO_BUF struct buf answer = {0};
    const char *question = arena_printf(w->arena, "%lld", (long long)seconds);
    /* Who waits for an answer has a time-out running, which only a suspended machine forgives. */
    int verb = w->options.manifest->drive == DRIVE_COUNT ? ASK_SUSPEND : ASK_JUMP;
    /* The mock first: a connector that wakes up asks a server whose time has come as well. */
    if (mock_advance(&w->mock, seconds * 1000, err) < 0 ||
        (w->decoy.process.pid > 0 && mock_advance(&w->decoy, seconds * 1000, err) < 0) ||
        seal_ask(w->seal, verb, str_of(question), &answer, err) < 0) {
        return err_wrap(err, "moving the clocks by %lld s", (long long)seconds);
    }
    return 0;
}

int world_clock_problem(struct world *w, const char **ret_problem, struct err *err)
{
    AUTO_BUF struct buf answer = {0};
    if (seal_ask(w->seal, ASK_STATE, STR(""), &answer, err) < 0) {
        return -1;
    }
    *ret_problem = answer.len > 0 ? arena_strndup(w->arena, answer.ptr, answer.len) : NULL;
    return 0;
}

static int ask_whether_empty(struct world *w, int verb, bool *ret_is_empty, struct err *err)
{
    AUTO_BUF struct buf answer = {0};
    if (seal_ask(w->seal, verb, STR(""), &answer, err) < 0) {
        return -1;
    }
    *ret_is_empty = answer.len == 0;
    return 0;
}

int world_lives(struct world *w, bool *ret_lives, struct err *err)
{
    bool is_empty = true;
    int rc = ask_whether_empty(w, ASK_LIFE, &is_empty, err);
    *ret_lives = !is_empty;
    return rc;
}

int world_rests(struct world *w, bool *ret_rests, struct err *err)
{
    return ask_whether_empty(w, ASK_REST, ret_rests, err);
}
