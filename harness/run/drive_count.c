/* SPDX-License-Identifier: Apache-2.0 */
/* One process that performs all operations by itself (their number is ${operations}) and exits. Its
 * exit status answers for each of them. */
#include "base/sys/clock.h"
#include "harness/run/drive_priv.h"

struct count_state {
    bool has_run;
    struct raw_operation result;
};

static int count_begin(struct session *s, struct err *err)
{
    (void)err;
    s->drive_state = ARENA_NEW(s->arena, struct count_state);
    return 0;
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

static int count_run(struct session *s, struct err *err)
{
    struct count_state *c = s->drive_state;
    const struct manifest_limits *limits = &s->job->manifest->limits;
    int64_t rounds = world_validate_count(s->job->spec);
    int64_t allowed_ms = limits->start_ms + limits->operation_ms * rounds;
    c->has_run = true;
    if (session_start(s, s->world->start.argv, false, err) < 0) {
        return -1;
    }
    if (!s->child.started) {
        c->result.record.answer = ANSWER_NOT_ASKED;
        return 0;
    }
    enum wait_end end = session_wait(s, NULL, NULL, session_deadline(s, allowed_ms), err);
    if (end == WAIT_HARNESS) {
        return -1;
    }
    /* Reaped first: what it wrote last belongs to it, what strays write does not. */
    child_drain(&s->child);
    result_fill(s, &c->result, end);
    return session_finish(s, err);
}

static int count_operate(struct session *s, struct raw_operation *op, struct err *err)
{
    struct count_state *c = s->drive_state;
    if (!str_eq_z(str_of(op->record.verb), "validate")) {
        op->record.answer = ANSWER_UNSUPPORTED;
        return 0;
    }
    if (!c->has_run) {
        if (count_run(s, err) < 0) {
            return -1;
        }
    }
    op->record.answer = c->result.record.answer;
    op->record.error = c->result.record.error;
    op->source = c->result.source;
    op->out = c->result.out;
    op->err_out = c->result.err_out;
    return 0;
}

static int count_end(struct session *s, struct err *err)
{
    (void)err;
    /* It ran as a whole: each operation's time and exchanges are those of the run. */
    const struct operation_record *first = NULL;
    VEC_FOREACH(struct raw_operation, op, &s->operations) {
        if (!str_eq_z(str_of(op->record.verb), "validate")) {
            continue;
        }
        if (first == NULL) {
            first = &op->record;
            continue;
        }
        op->record.began_ms = first->began_ms;
        op->record.ended_ms = first->ended_ms;
        op->record.first_seq = first->first_seq;
        op->record.last_seq = first->last_seq;
    }
    return 0;
}

const struct driver drive_count = {count_begin, count_operate, count_end};
