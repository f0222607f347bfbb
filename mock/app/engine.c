/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/engine.h"

#include "base/cli/term.h"
#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/text/url.h"
#include "mock/app/routes.h"
#include "mock/app/who.h"
#include "mock/fault/delay_queue.h"
#include "mock/fault/fault_apply.h"
#include "mock/http/recorded_error.h"
#include "mock/journal/journal_store.h"
#include "mock/state/mock_state.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* An exchange waits for at most one thing at a time. */
enum run_wait { WAIT_NONE, WAIT_DELAY, WAIT_HOLD, WAIT_HANG };

/* One exchange under way; lives in the request's arena. */
struct run {
    struct http_suspended *later;
    struct http_notes notes;
    const struct route *route;
    const char *nearest;
    struct fault_rule *rule; /* the one that acts, or NULL */
    struct journal_begun begun;
    uint64_t canary_generation;
    const char *end; /* what was decided: "sent", "cut", "reset", "closed"; NULL = nothing yet */
    enum run_wait wait;
    int64_t delay_ms;
    size_t head_sent;             /* bytes that went before the answer's own */
    bool partial;                 /* only a part of the answer is let out */
    bool answered, delayed, held; /* steps that are behind it */
    struct fault_pace pace;
    struct engine *engine;
    struct run *prev, *next; /* in the list of held ones */
};

struct engine {
    pthread_mutex_t lock;
    struct clock clock;
    struct mock_state *state;
    struct router *router;
    struct journal_store *journal;
    struct fault_rules *faults;
    struct delay_queue delays;
    struct run *held;
    int wake_fd;
    uint64_t id_base;
    _Atomic int64_t connection_ids;
    int64_t failures, unknown_told;
    bool shutting_down;
};

/* ---- answering; all under the lock ---- */

static void header_default(struct http_req *req, struct http_reply *reply, const char *name,
                           const char *value)
{
    if (http_reply_get_header(reply, name) == NULL) {
        http_reply_header(req, reply, name, value);
    }
}

/* What the service's front door adds to each answer, recorded by databricks-jdbc
 * (sqlexecapi/m2mauthintegrationtests). */
static void front_headers(const struct engine *e, const struct run *run, struct http_req *req,
                          struct http_reply *reply)
{
    if (run->route != NULL && (run->route->class == ROUTE_OTHER ||
                               router_is_elsewhere(e->router, run->route))) {
        return;
    }
    header_default(req, reply, "x-request-id", req->request_id);
    header_default(req, reply, "server", "databricks");
    header_default(req, reply, "x-content-type-options", "nosniff");
    header_default(req, reply, "vary", "Accept-Encoding");
    header_default(req, reply, "strict-transport-security",
                   "max-age=31536000; includeSubDomains; preload");
}

/* So many unknown routes are told on the terminal; all are in the journal. */
#define UNKNOWN_TOLD_MAX 20

/* Without the target, which may hold a secret. */
static void tell_unknown(struct engine *e, const struct run *run, const struct http_req *req)
{
    if (e->unknown_told++ < UNKNOWN_TOLD_MAX) {
        say_info("request %lld has no route here; the nearest is %s", (long long)req->seq,
                 run->nearest);
    }
}

static void answer_unknown(struct engine *e, struct run *run, struct http_req *req,
                           struct http_reply *reply, const char *allowed)
{
    run->nearest = router_nearest(e->router, req);
    tell_unknown(e, run, req);
    const char *message = arena_printf(req->arena, "No API found for '%.*s %.*s'",
                                       STR_ARG(req->method), STR_ARG(str_slice(req->path, 0, 256)));
    if (allowed != NULL) {
        recorded_error_reply(req, reply, "method-not-allowed", message);
        http_reply_header(req, reply, "allow", allowed);
    } else {
        recorded_error_reply(req, reply, "endpoint-not-found", message);
    }
}

static void answer_failed(struct engine *e, const struct run *run, struct http_req *req,
                          struct http_reply *reply, const struct err *err)
{
    e->failures++;
    say_error(err);
    say_info("the handler of %s failed; answered 500", run->route->name);
    *reply = (struct http_reply){0};
    recorded_error_reply(req, reply, "internal-error", NULL);
}

static void answer_by_handler(struct engine *e, struct run *run, struct http_req *req,
                              struct http_reply *reply)
{
    if (run->route == NULL) {
        const char *allowed = NULL;
        (void)router_find(e->router, req, &allowed);
        answer_unknown(e, run, req, reply, allowed);
        return;
    }
    struct exchange x = {.req = req,
                         .reply = reply,
                         .notes = &run->notes,
                         .state = e->state,
                         .fault = run->rule != NULL ? &run->rule->spec : NULL};
    struct err err = {0};
    if (run->route->handler(&x, &err) < 0) {
        answer_failed(e, run, req, reply, &err);
    }
    const struct journal_credential *noted = &run->notes.credential;
    if (run->route->class == ROUTE_TOKEN && reply->status >= 400 && noted->scheme[0] == '\0' &&
        noted->state == CREDENTIAL_ABSENT) {
        who_look(&x, run->route); /* it was refused before the client was looked at */
    }
}

static void answer(struct engine *e, struct run *run, struct http_req *req,
                   struct http_reply *reply)
{
    run->answered = true;
    if (req->body_cut) {
        http_reply_too_large(req, reply);
    } else if (run->rule == NULL || !fault_replaces_handler(run->rule)) {
        answer_by_handler(e, run, req, reply);
    }
    if (run->rule != NULL) {
        fault_apply_answer(run->rule, req, reply);
    }
    front_headers(e, run, req, reply);
    if (run->rule != NULL) {
        fault_apply_headers(run->rule, req, reply, clock_wall_ms(&e->clock));
    }
}

/* ---- waiting ---- */

static void engine_wake(const struct engine *e)
{
    uint64_t one = 1;
    ssize_t ignored = write(e->wake_fd, &one, sizeof(one));
    (void)ignored; /* full = awake already */
}

static void held_add(struct engine *e, struct run *run)
{
    run->prev = NULL;
    run->next = e->held;
    if (e->held != NULL) {
        e->held->prev = run;
    }
    e->held = run;
}

static void held_remove(struct engine *e, struct run *run)
{
    if (run->prev != NULL) {
        run->prev->next = run->next;
    } else {
        e->held = run->next;
    }
    if (run->next != NULL) {
        run->next->prev = run->prev;
    }
}

static void wait_leave(struct engine *e, struct run *run)
{
    if (run->wait == WAIT_HOLD) {
        held_remove(e, run);
    } else if (run->wait == WAIT_DELAY) {
        (void)delay_queue_remove(&e->delays, run);
    }
    run->wait = WAIT_NONE;
}

static void wait_delay(struct engine *e, struct run *run, int64_t ms)
{
    run->wait = WAIT_DELAY;
    delay_queue_push(&e->delays, monotonic_ms() + ms, run);
    engine_wake(e);
}

/* A body on its way out pauses; called on the listener's thread, without the lock. */
static void again_in(void *context, int64_t ms)
{
    struct run *run = context;
    struct engine *e = run->engine;
    pthread_mutex_lock(&e->lock);
    if (ms < 0) {
        run->wait = WAIT_HANG;
    } else {
        wait_delay(e, run, ms);
    }
    pthread_mutex_unlock(&e->lock);
}

/* Begins the next wait the rule asks for; false when there is none left. */
static bool wait_next(struct engine *e, struct run *run)
{
    const struct scenario_fault *f = &run->rule->spec;
    if (run->delay_ms > 0 && !run->delayed) {
        run->delayed = true;
        wait_delay(e, run, run->delay_ms);
        return true;
    }
    bool hang = f->end == FAULT_END_HANG && !f->wire.has_cut;
    if (hang || (f->end == FAULT_END_HOLD && !run->held)) {
        run->wait = hang ? WAIT_HANG : WAIT_HOLD;
        run->held = true;
        if (run->wait == WAIT_HOLD) {
            held_add(e, run);
        }
        engine_wake(e);
        return true;
    }
    return false;
}

/* A head that comes byte by byte: these bytes make the answer's own status line, which follows at
 * once, the end of a header's value. */
static bool wait_for_head(struct engine *e, struct run *run)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nX-Slow: ";
    int64_t pause_ms = run->rule->spec.wire.head_drip_ms;
    if (pause_ms == 0 || run->head_sent == sizeof(head) - 1 ||
        !http_server_send_early(run->later, str_n(&head[run->head_sent], 1))) {
        return false;
    }
    run->head_sent++;
    wait_delay(e, run, pause_ms);
    return true;
}

/* ---- the way of an exchange ---- */

static enum serve_result run_ended_by(struct run *run, int end)
{
    run->end = end == FAULT_END_RESET ? "reset" : "closed";
    return end == FAULT_END_RESET ? SERVE_RESET : SERVE_CLOSE;
}

static void run_send(struct run *run, struct http_req *req, struct http_reply *reply)
{
    run->pace = (struct fault_pace){.again_in = again_in, .context = run};
    run->partial = fault_apply_sending(run->rule, req, reply, &run->pace);
    if (run->partial) {
        run->end = run->rule->spec.end == FAULT_END_RESET ? "reset" : "cut";
    }
}

static enum serve_result run_step(struct engine *e, struct run *run, struct http_req *req,
                                  struct http_reply *reply)
{
    if (run->rule != NULL) {
        const struct scenario_fault *f = &run->rule->spec;
        if (f->after_handler && !run->answered) {
            answer(e, run, req, reply);
        }
        if (wait_next(e, run)) {
            return SERVE_LATER;
        }
        if ((f->end == FAULT_END_RESET || f->end == FAULT_END_CLOSE) && !f->wire.has_cut) {
            return run_ended_by(run, f->end);
        }
    }
    if (!run->answered) {
        answer(e, run, req, reply);
    }
    if (run->rule != NULL && wait_for_head(e, run)) {
        return SERVE_LATER;
    }
    char date[32];
    header_default(req, reply, "date",
                   format_http_date(clock_wall_ms(&e->clock), date, sizeof(date)));
    run->end = "sent";
    if (run->rule != NULL) {
        run_send(run, req, reply);
    }
    return SERVE_REPLY;
}

/* Known before the handler runs, so that fault rules can ask for it. */
static const char *grant_of(const struct http_req *req, const struct route *route)
{
    struct url_params form = {0};
    struct err ignored = {0};
    if (route == NULL || route->class != ROUTE_TOKEN || req->body_cut ||
        form_parse(req->arena, req->body, &form, &ignored) < 0) {
        return "";
    }
    const struct url_param *grant = params_get(&form, "grant_type");
    return grant != NULL ? arena_strndup(req->arena, grant->value.ptr, grant->value.len) : "";
}

/* A version 4 UUID made of the process's random bits and the exchange's number. */
static const char *request_id_make(const struct engine *e, struct http_req *req)
{
    uint64_t r = e->id_base ^ ((uint64_t)req->seq * UINT64_C(0x9E3779B97F4A7C15));
    return arena_printf(req->arena, "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(r >> 32),
                        (unsigned)(r >> 16) & 0xFFFFU, (unsigned)r & 0xFFFU,
                        (unsigned)(e->id_base >> 52),
                        (unsigned long long)req->seq & 0xFFFFFFFFFFFFULL);
}

static void run_match(struct engine *e, struct run *run, struct http_req *req,
                      struct http_reply *reply)
{
    struct exchange x = {.req = req, .reply = reply, .notes = &run->notes, .state = e->state};
    struct fault_subject subject = {
        .route = run->route != NULL ? run->route->name : "",
        .class = run->route != NULL ? run->route->class : ROUTE_UNKNOWN,
        .grant = run->notes.grant,
        .req = req,
    };
    bool asked = fault_rules_ask_who(e->faults);
    if (asked) {
        who_tell(&x, run->route, &subject);
    }
    run->rule = fault_rules_match(e->faults, &subject);
    if (run->rule == NULL) {
        return;
    }
    run->delay_ms = fault_delay_ms(run->rule);
    if (!asked && !run->rule->spec.after_handler) {
        who_look(&x, run->route); /* no handler may come to note it */
    }
}

static enum serve_result on_serve(void *context, struct http_req *req, struct http_reply *reply,
                                  struct http_suspended *later, void **exchange_data)
{
    struct engine *e = context;
    struct run *run = ARENA_NEW(req->arena, struct run);
    *exchange_data = run;
    run->engine = e;
    run->later = later;
    run->route = router_find(e->router, req, NULL);
    run->notes = (struct http_notes){.grant = grant_of(req, run->route), .principal = ""};
    run->notes.credential = (struct journal_credential){.scheme = "", .name = "", .kind = ""};
    pthread_mutex_lock(&e->lock);
    run->begun = journal_store_begin(e->journal, run->route);
    run->canary_generation = e->state->canary_generation;
    req->seq = run->begun.seq;
    req->request_id = request_id_make(e, req);
    if (!req->body_cut) {
        run_match(e, run, req, reply);
    }
    enum serve_result result = run_step(e, run, req, reply);
    pthread_mutex_unlock(&e->lock);
    return result;
}

static enum serve_result on_serve_again(void *context, struct http_req *req,
                                        struct http_reply *reply, void *exchange_data)
{
    struct engine *e = context;
    pthread_mutex_lock(&e->lock);
    enum serve_result result = run_step(e, exchange_data, req, reply);
    pthread_mutex_unlock(&e->lock);
    return result;
}

static void on_done(void *context, struct http_req *req, const struct http_reply *reply,
                    bool completed, void *exchange_data)
{
    struct engine *e = context;
    struct run *run = exchange_data;
    pthread_mutex_lock(&e->lock);
    bool waited = run->wait != WAIT_NONE;
    wait_leave(e, run);
    bool whole = run->end != NULL && strcmp(run->end, "sent") == 0;
    const char *end = run->end;
    if (end == NULL) {
        end = waited && e->shutting_down ? "held" : "aborted";
    } else if (whole && !completed) {
        end = "aborted";
    }
    const struct journal_ended ended = {
        .begun = run->begun,
        .req = req,
        .reply = whole || run->partial ? reply : NULL,
        .notes = &run->notes,
        .route = run->route,
        .nearest = run->nearest,
        .fault = run->rule != NULL ? run->rule->spec.id : "",
        .end = end,
    };
    journal_store_end(e->journal, &ended, run->canary_generation);
    fault_rule_unref(run->rule);
    pthread_mutex_unlock(&e->lock);
}

/* ---- the owner's side ---- */

struct engine *engine_new(const struct engine_options *options, struct err *err)
{
    struct engine *e = xcalloc(1, sizeof(*e));
    pthread_mutex_init(&e->lock, NULL);
    clock_init(&e->clock);
    e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const struct mock_state_options state_options = {.seeded = options->seeded,
                                                     .seed = options->seed};
    e->state = e->wake_fd >= 0 ? mock_state_new(&e->clock, &state_options, err) : NULL;
    if (e->state == NULL) {
        if (e->wake_fd < 0) {
            err_errno(err, "cannot make an event descriptor");
        }
        engine_free(e);
        return NULL;
    }
    struct rng ids;
    if (options->seeded) {
        rng_init_seeded(&ids, options->seed);
    } else {
        rng_init_system(&ids);
    }
    e->id_base = rng_uint64(&ids);
    e->router = routes_router_new();
    e->journal = journal_store_new(&e->clock, options->journal_max_bytes);
    e->faults = fault_rules_new(&e->clock);
    return e;
}

void engine_free(struct engine *e)
{
    if (e == NULL) {
        return;
    }
    fault_rules_free(e->faults);
    journal_store_free(e->journal);
    router_free(e->router);
    mock_state_free(e->state);
    delay_queue_done(&e->delays);
    if (e->wake_fd >= 0) {
        (void)close(e->wake_fd);
    }
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static int faults_load(struct fault_rules *rules, const struct scenario *scenario, struct err *err)
{
    for (size_t i = 0; i < scenario->faults.count; i++) {
        const char *id = NULL;
        if (fault_rules_add(rules, SHAPE_LIST_AT(struct scenario_fault, scenario->faults, i), &id,
                            err) < 0) {
            return -1;
        }
    }
    return 0;
}

int engine_load(struct engine *e, const struct scenario *scenario, struct err *err)
{
    struct fault_rules *rules = fault_rules_new(&e->clock);
    if (faults_load(rules, scenario, err) < 0) {
        fault_rules_free(rules);
        return -1;
    }
    pthread_mutex_lock(&e->lock);
    const struct journal_canaries canaries = {.set = e->state->canaries,
                                              .generation = e->state->canary_generation};
    journal_store_freeze(e->journal, &canaries);
    int result = mock_state_load(e->state, scenario, err);
    if (result == 0) {
        fault_rules_move(e->faults, rules);
    }
    pthread_mutex_unlock(&e->lock);
    fault_rules_free(rules);
    return result;
}

struct http_server_hooks engine_hooks(struct engine *e)
{
    return (struct http_server_hooks){
        .context = e, .serve = on_serve, .serve_again = on_serve_again, .done = on_done};
}

_Atomic int64_t *engine_connection_ids(struct engine *e)
{
    return &e->connection_ids;
}

int engine_fd(const struct engine *e)
{
    return e->wake_fd;
}

void engine_tick(struct engine *e)
{
    uint64_t count;
    ssize_t ignored = read(e->wake_fd, &count, sizeof(count));
    (void)ignored;
    pthread_mutex_lock(&e->lock);
    int64_t now_ms = monotonic_ms();
    for (struct run *run = delay_queue_pop(&e->delays, now_ms); run != NULL;
         run = delay_queue_pop(&e->delays, now_ms)) {
        run->wait = WAIT_NONE;
        http_server_resume(run->later);
    }
    pthread_mutex_unlock(&e->lock);
}

int64_t engine_next_due_ms(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    int64_t due_ms = delay_queue_next_ms(&e->delays);
    pthread_mutex_unlock(&e->lock);
    return due_ms;
}

void engine_begin_shutdown(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    e->shutting_down = true;
    pthread_mutex_unlock(&e->lock);
}

const struct mock_state *engine_state(const struct engine *e)
{
    return e->state;
}

const struct router *engine_router(const struct engine *e)
{
    return e->router;
}

/* ---- for the control interface ---- */

static void backend_lock(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_lock(&e->lock);
}

static void backend_unlock(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_unlock(&e->lock);
}

static int backend_load(void *engine, const struct scenario *scenario, struct err *err)
{
    return engine_load(engine, scenario, err);
}

static int64_t backend_release(void *engine, const char *fault_id)
{
    struct engine *e = engine;
    int64_t released = 0;
    pthread_mutex_lock(&e->lock);
    for (struct run *run = e->held, *next = NULL; run != NULL; run = next) {
        next = run->next;
        if (fault_id == NULL || strcmp(run->rule->spec.id, fault_id) == 0) {
            wait_leave(e, run);
            http_server_resume(run->later);
            released++;
        }
    }
    pthread_mutex_unlock(&e->lock);
    return released;
}

static int64_t backend_failures(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_lock(&e->lock);
    int64_t failures = e->failures;
    pthread_mutex_unlock(&e->lock);
    return failures;
}

struct control_backend engine_control_backend(struct engine *e)
{
    return (struct control_backend){
        .engine = e,
        .state = e->state,
        .journal = e->journal,
        .faults = e->faults,
        .clock = &e->clock,
        .lock = backend_lock,
        .unlock = backend_unlock,
        .load = backend_load,
        .release = backend_release,
        .failures = backend_failures,
    };
}
