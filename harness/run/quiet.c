/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/quiet_priv.h"

#include "base/sys/clock.h"
#include "harness/world/world_clock.h"

enum {
    QUIET_MS = 25, /* without a request */
    QUIET_TRIES = 40,
    REST_LOOKS = 4,
    REST_PAUSE_MS = 2,
    REST_MAX_MS = 100
};

static int wait_for_rest(struct session *s, bool *ret_rests, struct err *err)
{
    int64_t deadline = monotonic_ms() + REST_MAX_MS, before = -1, now = 0;
    int looks = 0;
    do {
        bool rests = false;
        if ((before >= 0 && session_pause(s, REST_PAUSE_MS, err) < 0) ||
            mock_journal_seq(&s->world->mock, &now, err) < 0 ||
            world_rests(s->world, &rests, err) < 0) {
            return -1;
        }
        looks = rests && now == before ? looks + 1 : 0;
        before = now;
    } while (looks < REST_LOOKS && monotonic_ms() < deadline);
    *ret_rests = looks == REST_LOOKS;
    return 0;
}

static int wait_for_silence(struct session *s, struct err *err)
{
    int64_t before = 0;
    int64_t now = 0;
    if (mock_journal_seq(&s->world->mock, &now, err) < 0) {
        return -1;
    }
    for (int i = 0; i < QUIET_TRIES && before != now; i++) {
        before = now;
        if (session_pause(s, QUIET_MS, err) < 0 ||
            mock_journal_seq(&s->world->mock, &now, err) < 0) {
            return -1;
        }
    }
    return 0;
}

int quiet_await(struct session *s, struct err *err)
{
    bool rests = false;
    if (world_follows(s->world) && wait_for_rest(s, &rests, err) < 0) {
        return -1;
    }
    return rests ? 0 : wait_for_silence(s, err);
}
