/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/engine.h"

#include "base/cli/term.h"
#include "base/text/url.h"
#include "mock/app/engine_priv.h"
#include "mock/app/routes.h"
#include "mock/app/who.h"
#include "mock/http/kept_reply.h"
#include "mock/http/recorded_error.h"
#include "mock/http/reply_memo.h"
#include "mock/http/thrift_call.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
    if (run->route != NULL &&
        (run->route->class == ROUTE_OTHER || router_is_elsewhere(e->router, run->route))) {
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
    *reply = (struct http_reply){.held = reply->held};
    recorded_error_reply(req, reply, "internal-error", NULL);
}

static void answer_by_handler(struct engine *e, struct run *run, struct http_req *req,
                              struct http_reply *reply)
{
    struct exchange x = {.req = req,
                         .reply = reply,
                         .notes = &run->notes,
                         .state = run->space->state,
                         .fault = run->rule != NULL ? &run->rule->spec : NULL};
    if (run->route == NULL) {
        const char *allowed = NULL;
        (void)router_find(e->router, req, &allowed);
        answer_unknown(e, run, req, reply, allowed);
        who_look(&x, NULL); /* a credential was shown there all the same */
        return;
    }
    struct err err = {0};
    engine_handler_begin(e, run);
    int result = run->route->handler(&x, &err);
    engine_handler_end(e, run);
    if (result < 0) {
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
    } else if (run->misplaced != NULL) {
        recorded_error_reply(req, reply, "bad-request", run->misplaced);
    } else if (run->rule == NULL || !fault_replaces_handler(run->rule)) {
        answer_by_handler(e, run, req, reply);
    }
    if (reply->kept != NULL && run->rule == NULL) {
        return; /* all of it was kept */
    }
    if (run->rule != NULL) {
        struct kept_reply *held = reply->held;
        reply->kept = NULL;
        fault_apply_answer(run->rule, req, reply);
        reply->held = held;
    }
    if (thrift_call_name(req).len > 0) {
        thrift_call_refused(req, reply);
    }
    front_headers(e, run, req, reply);
    if (run->rule != NULL) {
        fault_apply_headers(run->rule, req, reply, clock_wall_ms(&run->space->clock));
    } else if (reply->keep_key.len > 0 && reply->status == 200) {
        reply_memo_put(run->space->state->memo, reply->keep_key, reply);
    }
}

/* ---- waiting ---- */

static void engine_wake(const struct engine *e)
{
    uint64_t one = 1;
    ssize_t ignored = write(e->wake_fd, &one, sizeof(one));
    (void)ignored; /* full = awake already */
}

void engine_held_add(struct engine *e, struct run *run)
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

void run_wait_leave(struct engine *e, struct run *run)
{
    if (run->wait == WAIT_HOLD) {
        held_remove(e, run);
        run->space->rounds.held -= run->round.wait == ROUND_WAITS;
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
    engine_lock(e);
    if (ms < 0) {
        run->wait = WAIT_HANG;
    } else {
        wait_delay(e, run, ms);
    }
    engine_unlock(e);
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
    bool hang = f->end == FAULT_END_HANG && !scenario_fault_cuts(&f->wire);
    if (hang || (f->end == FAULT_END_HOLD && !run->held)) {
        run->wait = hang ? WAIT_HANG : WAIT_HOLD;
        run->held = true;
        if (run->wait == WAIT_HOLD) {
            engine_held_add(e, run);
        }
        engine_wake(e);
        return true;
    }
    return false;
}

/* A head that comes byte by byte: these bytes make the answer's own status line, which follows at
 * once, the end of a header's value. */
static bool wait_for_head(struct engine *e, struct run *run, const struct http_req *req,
                          const struct http_reply *reply)
{
    int64_t pause_ms = run->rule->spec.wire.head_drip_ms;
    if (pause_ms == 0) {
        return false;
    }
    if (run->head == NULL) {
        run->head = arena_printf(req->arena, "HTTP/1.1 %d %s\r\nX-Slow: ", reply->status,
                                 http_status_text(reply->status));
    }
    if (run->head[run->head_sent] == '\0' ||
        !http_server_send_early(run->later, str_n(&run->head[run->head_sent], 1))) {
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
        if ((f->end == FAULT_END_RESET || f->end == FAULT_END_CLOSE) &&
            !scenario_fault_cuts(&f->wire)) {
            return run_ended_by(run, f->end);
        }
    }
    if (!run->answered) {
        answer(e, run, req, reply);
    }
    engine_round_count(run, reply);
    if (run->rule != NULL && wait_for_head(e, run, req, reply)) {
        return SERVE_LATER;
    }
    if (reply->kept != NULL) {
        kept_reply_date(req, reply, space_date(run->space));
        journal_store_learn(run->space->journal, reply->kept);
    } else {
        header_default(req, reply, "date", space_date(run->space));
    }
    run->end = "sent";
    run->answered_at_ms = journal_store_real_ms(run->space->journal);
    if (run->rule != NULL) {
        run_send(run, req, reply);
    }
    engine_round_hold(run, reply);
    return SERVE_REPLY;
}

/* Known before the handler runs, so that fault rules can ask for it. */
static const char *grant_of(struct http_req *req, const struct route *route)
{
    if (route == NULL || route->class != ROUTE_TOKEN || http_req_form(req) == NULL) {
        return "";
    }
    const struct url_param *grant = params_get(http_req_form(req), "grant_type");
    return grant != NULL ? arena_strndup(req->arena, grant->value.ptr, grant->value.len) : "";
}

static void hex_write(char *out, size_t digits, uint64_t value)
{
    static const char hex[] = "0123456789abcdef";
    while (digits > 0) {
        out[--digits] = hex[value & 15];
        value >>= 4;
    }
}

/* A version 4 UUID made of the process's random bits and the exchange's number. */
const char *engine_request_id(const struct space *s, struct http_req *req)
{
    uint64_t r = s->id_base ^ ((uint64_t)req->seq * UINT64_C(0x9E3779B97F4A7C15));
    char *id = arena_strdup(req->arena, "01234567-0123-4012-8012-0123456789ab");
    hex_write(id, 8, r >> 32);
    hex_write(id + 9, 4, r >> 16);
    hex_write(id + 15, 3, r);
    hex_write(id + 20, 3, s->id_base >> 52);
    hex_write(id + 24, 12, (uint64_t)req->seq);
    return id;
}

static void run_match(struct run *run, struct http_req *req, struct http_reply *reply)
{
    struct exchange x = {
        .req = req, .reply = reply, .notes = &run->notes, .state = run->space->state};
    struct fault_subject subject = {
        .route = run->route != NULL ? run->route->name : "",
        .class = run->route != NULL ? run->route->class : ROUTE_UNKNOWN,
        .grant = run->notes.grant,
        .req = req,
    };
    bool asked = fault_rules_ask_who(run->space->faults);
    if (asked) {
        who_tell(&x, run->route, &subject);
    }
    run->rule = fault_rules_match(run->space->faults, &subject);
    if (run->rule == NULL) {
        return;
    }
    run->delay_ms = fault_delay_ms(run->rule);
    if (run->rule->spec.wire.refuse_ms > 0) {
        atomic_store(&run->engine->refuse_until_ms,
                     monotonic_ms() + run->rule->spec.wire.refuse_ms);
    }
    if (!asked && !run->rule->spec.after_handler) {
        who_look(&x, run->route); /* no handler may come to note it */
    }
}

static void run_place(struct engine *e, struct run *run, const struct http_req *req)
{
    struct err err = {0};
    run->space = space_set_pick(e->spaces, req, &err);
    if (run->space == NULL) {
        run->space = space_set_default(e->spaces);
        run->misplaced = arena_printf(req->arena, "%s: %s", SPACE_HEADER, err.msg);
    }
    space_ref(run->space);
}

void engine_learn_head(const struct run *run, const struct http_req *req)
{
    if (req->head != NULL) {
        journal_store_learn_head(run->space->journal, req->head);
    }
}

static void run_begin(struct engine *e, struct run *run, struct http_req *req)
{
    run_place(e, run, req);
    run->begun = journal_store_begin(run->space->journal, run->route);
    engine_learn_head(run, req);
    run->canary_generation = run->space->state->canary_generation;
    req->seq = run->begun.seq;
    req->request_id = engine_request_id(run->space, req);
}

static bool serve_kept(struct engine *e, struct run *run, struct http_req *req,
                       struct http_reply *reply)
{
    if (!engine_keeps_route(e, run->route)) {
        return false;
    }
    struct engine_gate *gate = engine_enter(e);
    bool kept = engine_serve_kept(e, run, req, reply);
    engine_leave(e, gate);
    return kept;
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
    if (serve_kept(e, run, req, reply)) {
        return SERVE_REPLY;
    }
    engine_lock(e);
    if (run->space == NULL) {
        run_begin(e, run, req);
    }
    if (!req->body_cut && run->misplaced == NULL) {
        run_match(run, req, reply);
    }
    enum serve_result result = run_step(e, run, req, reply);
    engine_unlock(e);
    return result;
}

static enum serve_result on_serve_again(void *context, struct http_req *req,
                                        struct http_reply *reply, void *exchange_data)
{
    struct engine *e = context;
    engine_lock(e);
    enum serve_result result = run_step(e, exchange_data, req, reply);
    engine_unlock(e);
    return result;
}

static bool run_answered(const struct run *run)
{
    return run->end != NULL && strcmp(run->end, "sent") == 0;
}

/* How it ended; under the lock while nothing was decided. */
static const char *run_end(const struct engine *e, const struct run *run, bool completed)
{
    if (run->end == NULL) {
        return run->wait != WAIT_NONE && e->shutting_down ? "held" : "aborted";
    }
    return run_answered(run) && !completed ? "aborted" : run->end;
}

static struct str run_pack(const struct run *run, const struct http_req *req,
                           const struct journal_ended *how)
{
    struct journal_ended ended = *how;
    ended.begun = run->begun;
    ended.req = req;
    ended.notes = &run->notes;
    ended.route = run->route;
    ended.nearest = run->nearest;
    ended.answered_ms =
        ended.reply != NULL ? run->answered_at_ms - run->begun.real_ms : JOURNAL_NOT_ANSWERED;
    ended.moved_ms = run->round.moved_ms;
    ended.fault = run->rule != NULL ? run->rule->spec.id : "";
    return journal_store_pack(run->space->journal, &ended, req->arena);
}

/* Under the lock, or the journal's. */
static void run_end_record(struct run *run, struct str packed, int status)
{
    journal_store_put(run->space->journal, run->begun.seq, packed, run->canary_generation);
    route_counts_add(&run->space->tally, run->route, status);
    space_unref(run->space);
}

/* Nothing but the record is left to be done. */
static void done_simply(struct engine *e, struct run *run, struct str packed, int status)
{
    pthread_mutex_lock(&e->journal_lock);
    run_end_record(run, packed, status);
    pthread_mutex_unlock(&e->journal_lock);
}

static void on_done(void *context, struct http_req *req, const struct http_reply *reply,
                    bool completed, void *exchange_data)
{
    struct engine *e = context;
    struct run *run = exchange_data;
    struct str packed = STR("");
    struct journal_ended how = {.reply = run_answered(run) || run->partial ? reply : NULL};
    int status = how.reply != NULL ? reply->status : 0;
    bool decided = run->end != NULL;
    if (decided) { /* what is written then is ours alone: no need for the lock yet */
        how.end = run_end(e, run, completed);
        packed = run_pack(run, req, &how);
    }
    if (decided && run->rule == NULL && !run->round.holds) {
        done_simply(e, run, packed, status);
        return;
    }
    engine_lock(e);
    if (!decided) {
        how.end = run_end(e, run, completed);
        packed = run_pack(run, req, &how);
    }
    run_wait_leave(e, run);
    fault_rule_unref(run->rule);
    run_end_record(run, packed, status);
    engine_unlock(e);
}

/* A connection belongs to no space before its first request: what one of them asks for is done to
 * all. */
static bool on_connection(void *context)
{
    struct engine *e = context;
    int64_t until_ms = atomic_load(&e->refuse_until_ms);
    return until_ms != 0 && monotonic_ms() < until_ms;
}

struct http_server_hooks engine_hooks(struct engine *e)
{
    return (struct http_server_hooks){.context = e,
                                      .serve = on_serve,
                                      .serve_again = on_serve_again,
                                      .refuses = on_connection,
                                      .done = on_done};
}
