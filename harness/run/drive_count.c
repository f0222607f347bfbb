/* SPDX-License-Identifier: Apache-2.0 */
/* One process that performs all operations by itself (their number is ${operations}) and exits. Its
 * exit status answers for each of them.
 *
 * Between two operations that have a step between them the mock holds the answer that ends the
 * first one's round: the connector stands until the second is asked for. */
#include "base/sys/clock.h"
#include "harness/run/drive_priv.h"

enum { LOOK_MS = 5, MOST_HOLDS = 64 };

struct count_state {
    int64_t holds[MOST_HOLDS]; /* after so many rounds it is held, ascending */
    size_t hold_count, held;   /* so many of them are behind it, or it stands there */
    int64_t rounds, asked;     /* all of the case; asked for so far */
    int64_t deadline_ms;
    bool stands, has_ended;
    size_t first_operation; /* of this process; the case may have started others before */
    struct raw_operation result;
};

static bool is_validate(const char *verb)
{
    return str_eq_z(str_of(verb), "validate");
}

static void holds_find(const struct case_spec *spec, struct count_state *c)
{
    int64_t rounds = 0;
    bool is_between = false;
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        if (step->kind != STEP_OPERATION) {
            is_between = rounds > 0;
            continue;
        }
        if (!is_validate(step->operation)) {
            continue;
        }
        if (is_between && c->hold_count < MOST_HOLDS) {
            c->holds[c->hold_count++] = rounds;
        }
        is_between = false;
        rounds += step->times;
    }
    c->rounds = rounds;
}

static int count_begin(struct session *s, struct err *err)
{
    struct count_state *c = ARENA_NEW(s->arena, struct count_state);
    s->drive_state = c;
    c->first_operation = s->operations.count;
    holds_find(s->job->spec, c);
    return c->hold_count > 0 ? world_rounds_watch(s->world, c->holds, c->hold_count, err) : 0;
}

static void result_fill(struct session *s, struct raw_operation *r, enum wait_end end)
{
    const struct process_status *status = &s->child.status;
    r->out.end = s->output.out.text.len;
    r->err_out.end = s->output.err_out.text.len;
    if (end == WAIT_TIME) {
        r->record.answer = ANSWER_TIMEOUT;
        r->record.error = "it did not end within the time allowed";
    } else if (end == WAIT_OUTPUT || status->end == PROCESS_SIGNALED) {
        r->record.answer = ANSWER_ENDED;
        r->record.error = session_end_text(s);
    } else if (status->code == 0) {
        r->record.answer = ANSWER_OK;
    } else {
        r->record.answer = ANSWER_ERROR;
        r->source = RAW_OUTPUT;
    }
}

/* It says that all went well: then its rounds must have been where they were looked for, or what
 * was done between them was done at some other time. */
static int rounds_check(struct session *s, const struct count_state *c, struct err *err)
{
    int64_t ended = 0;
    bool held = false;
    if (c->hold_count == 0 || c->result.record.answer != ANSWER_OK ||
        s->evidence->could_not_run != NULL) {
        return 0;
    }
    if (mock_rounds_look(&s->world->mock, &ended, &held, err) < 0) {
        return -1;
    }
    if (c->held < c->hold_count || ended > c->rounds) {
        s->evidence->could_not_run = arena_printf(
            s->arena,
            "where the connector's rounds end was not seen: it performed %lld, and %lld times the "
            "server told the table and the result of the statement that end one",
            (long long)c->rounds, (long long)ended);
    }
    return 0;
}

static int run_to_end(struct session *s, struct count_state *c, struct err *err)
{
    enum wait_end end = session_wait(s, NULL, NULL, c->deadline_ms, err);
    if (end == WAIT_HARNESS) {
        return -1;
    }
    c->has_ended = true;
    /* Reaped first: what it wrote last belongs to it, what strays write does not. */
    child_drain(&s->child);
    result_fill(s, &c->result, end);
    return session_finish(s, err) < 0 ? -1 : rounds_check(s, c, err);
}

/* Until it stands at the next place where it is held, or has ended, or its time is over. */
static int run_to_hold(struct session *s, struct count_state *c, struct err *err)
{
    int64_t ended = 0;
    enum wait_end end = WAIT_TIME;
    watch_hurry(&s->watch);
    while (end == WAIT_TIME && monotonic_ms() < c->deadline_ms) {
        if (mock_rounds_look(&s->world->mock, &ended, &c->stands, err) < 0) {
            return -1;
        }
        if (c->stands) {
            c->held++;
            return 0;
        }
        end = child_wait(&s->child, &s->watch, NULL, NULL, monotonic_ms() + LOOK_MS, err);
    }
    return end == WAIT_HARNESS ? -1 : run_to_end(s, c, err);
}

static int count_start(struct session *s, struct count_state *c, struct err *err)
{
    const struct manifest_limits *limits = &s->job->manifest->limits;
    if (session_start(s, s->world->start.argv, false, err) < 0) {
        return -1;
    }
    c->deadline_ms = session_deadline(s, limits->start_ms + limits->operation_ms * c->rounds);
    if (!s->child.started) {
        c->has_ended = true;
        c->result.record.answer = ANSWER_NOT_ASKED;
    }
    return 0;
}

static int go_on(struct session *s, struct count_state *c, struct err *err)
{
    if (c->stands) {
        c->stands = false;
        if (mock_rounds_release(&s->world->mock, err) < 0) {
            return -1;
        }
    }
    return c->held < c->hold_count ? run_to_hold(s, c, err) : run_to_end(s, c, err);
}

static int count_operate(struct session *s, struct raw_operation *op, struct err *err)
{
    struct count_state *c = s->drive_state;
    if (!is_validate(op->record.verb)) {
        op->record.answer = ANSWER_UNSUPPORTED;
        return 0;
    }
    if (c->asked == 0 && count_start(s, c, err) < 0) {
        return -1;
    }
    c->asked++;
    bool is_behind = c->stands && c->asked <= c->holds[c->held - 1];
    if (!c->has_ended && !is_behind && go_on(s, c, err) < 0) {
        return -1;
    }
    s->lost = s->lost || (c->has_ended && c->held < c->hold_count);
    return 0;
}

/* It ran as a whole: each operation's answer, time and exchanges are those of the run. */
static void operations_fill(struct session *s, const struct count_state *c)
{
    const struct raw_operation *result = &c->result;
    const struct raw_operation *first = NULL;
    struct operation_record whole = {0};
    for (size_t i = c->first_operation; i < s->operations.count; i++) {
        const struct raw_operation *op = &s->operations.items[i];
        if (is_validate(op->record.verb)) {
            first = first == NULL ? op : first;
            whole = op->record;
        }
    }
    for (size_t i = c->first_operation; i < s->operations.count; i++) {
        struct raw_operation *op = &s->operations.items[i];
        if (!is_validate(op->record.verb)) {
            continue;
        }
        op->record.answer = result->record.answer;
        op->record.error = result->record.error;
        op->record.began_ms = first->record.began_ms;
        op->record.first_seq = first->record.first_seq;
        op->record.ended_ms = whole.ended_ms;
        op->record.last_seq = whole.last_seq;
        op->source = result->source;
        op->out = result->out;
        op->err_out = result->err_out;
    }
}

static int count_end(struct session *s, struct err *err)
{
    struct count_state *c = s->drive_state;
    while (c->asked > 0 && !c->has_ended) { /* nothing more is asked for, but it does not know */
        if (go_on(s, c, err) < 0) {
            return -1;
        }
    }
    operations_fill(s, c);
    return 0;
}

const struct driver drive_count = {count_begin, count_operate, count_end};
