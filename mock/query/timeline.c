/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/timeline.h"

const char statement_succeeded[] = "SUCCEEDED";
const char statement_failed[] = "FAILED";
const char statement_canceled[] = "CANCELED";
const char statement_closed[] = "CLOSED";
const char statement_pending[] = "PENDING";
const char statement_running[] = "RUNNING";

void timeline_end(struct statement *st, const char *state, int64_t now_ms)
{
    st->state = state;
    st->ended = true;
    st->times.ended_ms = now_ms;
    st->pending_polls = st->running_polls = 0;
    st->error = (struct statement_error){0};
    st->output.rows = NULL;
}

static bool has_polls_left(const struct statement *st)
{
    return st->pending_polls > 0 || st->running_polls > 0;
}

/* What takes time ends by itself; what takes none ends when somebody looks, and can be canceled
 * until then. */
void timeline_settle(struct statement *st, int64_t now_ms)
{
    int64_t idle_ms = st->times.polled_ms + STATEMENT_IDLE_MS, ready_ms = st->times.ready_ms;
    if (st->ended) {
        return;
    }
    bool timed = ready_ms > st->times.created_ms && !has_polls_left(st);
    if (timed && ready_ms <= now_ms && ready_ms <= idle_ms) {
        st->ended = true;
        st->times.ended_ms = ready_ms;
    } else if (idle_ms < now_ms) {
        timeline_end(st, statement_canceled, idle_ms);
    }
}

bool timeline_is_gone(const struct statement *st, int64_t now_ms)
{
    return st->ended && now_ms - st->times.ended_ms >= STATEMENT_KEPT_MS;
}

const char *timeline_poll(struct statement *st, int64_t now_ms)
{
    timeline_settle(st, now_ms);
    st->times.polled_ms = now_ms;
    if (st->ended) {
        return st->state;
    }
    if (st->pending_polls > 0) {
        st->pending_polls--;
        return statement_pending;
    }
    if (st->running_polls > 0) {
        st->running_polls--;
        return statement_running;
    }
    if (st->times.ready_ms > now_ms) {
        return statement_running;
    }
    st->ended = true;
    st->times.ended_ms = now_ms;
    return st->state;
}

const char *timeline_wait(struct statement *st, int64_t wait_ms, bool cancel, int64_t now_ms)
{
    if (wait_ms == 0) {
        st->pending_polls += st->pending_polls == 0 ? 1 : 0;
        return timeline_poll(st, now_ms);
    }
    if (!has_polls_left(st) && st->times.ready_ms - now_ms <= wait_ms) {
        st->ended = true;
        st->times.ended_ms = now_ms;
        return st->state;
    }
    if (cancel && !st->cancel_ignored) {
        timeline_end(st, statement_canceled, now_ms);
        return st->state;
    }
    return timeline_poll(st, now_ms);
}
