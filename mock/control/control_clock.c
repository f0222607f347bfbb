/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"

/* The clock of a space. It stands still on demand and moves forward; what was said to live or to
 * have ended stays so, because it never goes back. */

#define MOVE_MAX_MS ((int64_t)3660 * 24 * 60 * 60 * 1000)

int control_get_clock(struct exchange *x, struct err *err)
{
    (void)err;
    const struct clock *clock = &space_of(x)->clock;
    struct json *o = json_object();
    json_set_int(o, "wall_ms", clock_wall_ms(clock));
    json_set_int(o, "offset_ms", clock_offset_ms(clock));
    json_set_bool(o, "held", clock_is_held(clock));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

struct clock_request {
    int64_t advance_ms, set_ms;
    bool held;
    bool has_advance, has_set, has_held;
};
static const struct shape_field clock_fields[] = {
    {.key = "advance_ms",
     .type = SHAPE_INT,
     .offset = offsetof(struct clock_request, advance_ms),
     .present_offset = offsetof(struct clock_request, has_advance),
     .min = 0,
     .max = MOVE_MAX_MS,
     .doc = "How far time moves on; it never goes back."},
    {.key = "set_ms",
     .type = SHAPE_INT,
     .offset = offsetof(struct clock_request, set_ms),
     .present_offset = offsetof(struct clock_request, has_set),
     .min = 0,
     .max = INT64_C(1) << 53,
     .doc = "To which time, in milliseconds since 1970, it moves on."},
    {.key = "held",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct clock_request, held),
     .present_offset = offsetof(struct clock_request, has_held),
     .doc = "Whether it stands still but for these moves."},
};
static const struct shape clock_shape = {
    .name = "clock",
    .doc = "A move of the mock's clock.",
    .size = sizeof(struct clock_request),
    .fields = clock_fields,
    .field_count = ARRAY_LEN(clock_fields),
};

/* False: the answer has been written. */
static bool move_is_one(struct exchange *x, const struct clock_request *r,
                        const struct clock *clock)
{
    if (!r->has_advance && !r->has_set && !r->has_held) {
        control_refuse_text(x, 400, "nothing is asked of the clock",
                            "give advance_ms, set_ms or held");
        return false;
    }
    if (r->has_advance && r->has_set) {
        control_refuse_text(x, 400, "give either 'advance_ms' or 'set_ms'", "");
        return false;
    }
    int64_t now_ms = clock_wall_ms(clock);
    if (r->has_set && (r->set_ms < now_ms || r->set_ms > now_ms + MOVE_MAX_MS)) {
        control_refuse_text(x, 400, "'set_ms' is in the past, or more than ten years ahead",
                            "the clock never goes back; GET /clock tells where it is");
        return false;
    }
    return true;
}

int control_post_clock(struct exchange *x, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct clock_request r = {0};
    struct clock *clock = &space_of(x)->clock;
    if (control_body(x, &clock_shape, &doc, &r) < 0 || !move_is_one(x, &r, clock)) {
        return 0;
    }
    if (r.has_held && r.held) {
        clock_hold(clock, true); /* first, so that what is set is exact */
    }
    if (r.has_set) {
        int64_t left_ms = r.set_ms - clock_wall_ms(clock);
        clock_advance_ms(clock, left_ms > 0 ? left_ms : 0);
    }
    clock_advance_ms(clock, r.advance_ms);
    if (r.has_held && !r.held) {
        clock_hold(clock, false);
    }
    return control_get_clock(x, err);
}
