/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/control/control_priv.h"

struct rounds_request {
    const char *table, *statement;
    const struct json *hold_after;
};
static const struct shape_field rounds_fields[] = {
    {.key = "table",
     .type = SHAPE_STRING,
     .offset = offsetof(struct rounds_request, table),
     .doc = "The full name of the Unity Catalog table that each round gets; absent: none."},
    {.key = "statement",
     .type = SHAPE_STRING,
     .offset = offsetof(struct rounds_request, statement),
     .doc = "The SQL text that each round runs by the Statement Execution API; absent: none."},
    {.key = "hold_after",
     .type = SHAPE_JSON,
     .offset = offsetof(struct rounds_request, hold_after),
     .doc = "Numbers of rounds, from 1, ascending: the answer that ends such a round is held."},
};
static const struct shape rounds_shape = {
    .name = "rounds",
    .doc = "What a round of a client is, and after which ones it is held.",
    .size = sizeof(struct rounds_request),
    .fields = rounds_fields,
    .field_count = ARRAY_LEN(rounds_fields),
};

static void answer(struct exchange *x)
{
    const struct rounds *r = &space_of(x)->rounds;
    struct json *o = json_object();
    json_set_int(o, "ended", rounds_ended(r));
    json_set_int(o, "held", r->held);
    http_reply_json(x->req, x->reply, 200, o);
}

int control_get_rounds(struct exchange *x, struct err *err)
{
    (void)err;
    answer(x);
    return 0;
}

static bool holds_read(const struct json *list, struct rounds *r)
{
    int64_t last = 0;
    if (list != NULL && json_type(list) != JSON_ARRAY) {
        return false;
    }
    JSON_FOREACH(item, list) {
        int64_t number = json_int_or(item, 0);
        if (number <= last || r->hold_count == ROUNDS_MAX_HOLDS) {
            return false;
        }
        r->hold_after[r->hold_count++] = last = number;
    }
    return true;
}

int control_put_rounds(struct exchange *x, struct err *err)
{
    (void)err;
    struct rounds *r = &space_of(x)->rounds;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct rounds_request request = {0};
    struct rounds holds = {0};
    if (control_body(x, &rounds_shape, &doc, &request) < 0) {
        return 0;
    }
    if (request.table == NULL && request.statement == NULL) {
        control_refuse_text(x, 400, "a round has neither 'table' nor 'statement'",
                            "name what ends it");
        return 0;
    }
    if (!holds_read(request.hold_after, &holds)) {
        control_refuse_text(x, 400, "'hold_after' is no ascending list of at most 64 numbers",
                            "for example [1, 3]");
        return 0;
    }
    if (r->held > 0) {
        control_refuse_text(x, 409, "an answer is held", "POST /rounds/release lets it go");
        return 0;
    }
    rounds_begin(r, request.table, request.statement);
    memcpy(r->hold_after, holds.hold_after, sizeof(r->hold_after));
    r->hold_count = holds.hold_count;
    answer(x);
    return 0;
}

int control_post_rounds_release(struct exchange *x, struct err *err)
{
    (void)err;
    const struct control_backend *b = &control_of(x)->backend;
    struct json *o = json_object();
    json_set_int(o, "released", b->release_rounds(b->engine, space_of(x)));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}
