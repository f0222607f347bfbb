/* SPDX-License-Identifier: Apache-2.0 */
/* Holding a client at the end of a round (mock/space/rounds.h). The head and nearly all of the body
 * are on their way by then: some clients count the wait for a head by the wall clock, which jumps
 * meanwhile. */
#include "mock/app/engine_priv.h"

void engine_round_count(struct run *run, const struct http_reply *reply)
{
    if (run->round.counted || !rounds_are_watched(&run->space->rounds)) {
        return;
    }
    run->round.counted = true;
    run->round.holds = reply->status == 200 && rounds_take(&run->space->rounds, &run->notes);
}

/* Moves it on by one; called on the listener's thread, without the lock. */
static void wait_step(struct run *run)
{
    struct engine *e = run->engine;
    struct run_round *r = &run->round;
    engine_lock(e);
    int64_t offset_ms = clock_offset_ms(&run->space->clock);
    if (r->wait == ROUND_NOT_YET) {
        r->offset_ms = offset_ms;
        r->wait = ROUND_WAITS;
        run->wait = WAIT_HOLD;
        run->space->rounds.held++;
        engine_held_add(e, run);
    } else {
        r->moved_ms = offset_ms - r->offset_ms;
        r->wait = ROUND_GOES_ON;
    }
    engine_unlock(e);
}

static long held_read(void *context, char *out, size_t max)
{
    struct run *run = context;
    struct run_round *r = &run->round;
    size_t left = r->body.len - r->at;
    if (r->wait != ROUND_GOES_ON && (r->inner != NULL || left == 1)) {
        wait_step(run);
        if (r->wait == ROUND_WAITS) {
            return HTTP_STREAM_LATER;
        }
    }
    if (r->inner != NULL) {
        return r->inner->read(r->inner->context, out, max);
    }
    if (left == 0) {
        return HTTP_STREAM_END;
    }
    size_t len = left > 1 ? left - 1 : left;
    len = len < max ? len : max;
    memcpy(out, r->body.ptr + r->at, len);
    r->at += len;
    return (long)len;
}

void engine_round_hold(struct run *run, struct http_reply *reply)
{
    struct run_round *r = &run->round;
    if (!r->holds || reply->body.len == 0) {
        return;
    }
    r->inner = reply->stream;
    r->body = reply->body;
    r->stream = (struct http_stream){.read = held_read, .context = run};
    reply->stream = &r->stream;
}
