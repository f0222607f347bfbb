/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"

#define EXPORT_MAX_BYTES ((size_t)1024 * 1024 * 1024)
#define WAIT_DEFAULT_MS  30000
#define WAIT_MAX_MS      600000

static int answer_records(struct exchange *x, const struct records_query *q, struct err *err)
{
    AUTO_BUF struct buf out;
    buf_init(&out, EXPORT_MAX_BYTES);
    struct err refusal = {0};
    if (control_records(space_of(x), q, &out, &refusal) < 0) {
        control_refuse(x, 409, &refusal);
        return 0;
    }
    if (out.truncated) {
        return err_set(err, ERR_LIMIT,
                       "the journal is larger than %zu bytes; ask for a part with ?after=SEQ",
                       EXPORT_MAX_BYTES);
    }
    http_reply_text(x->req, x->reply, 200, "application/x-ndjson", buf_str(&out));
    return 0;
}

int control_get_journal(struct exchange *x, struct err *err)
{
    struct records_query q = {.route = control_query(x, "route")};
    if (!control_query_int(x, "after", 0, &q.after)) {
        return 0;
    }
    if (q.route != NULL) {
        return answer_records(x, &q, err);
    }
    control_stream_begin(x, q.after);
    return 0;
}

int control_get_journal_last(struct exchange *x, struct err *err)
{
    struct records_query q = {.route = control_query(x, "route")};
    if (!control_query_int(x, "count", 1, &q.last)) {
        return 0;
    }
    if (q.last == 0) {
        control_refuse_text(x, 400, "'count' is zero", "ask for one at least");
        return 0;
    }
    return answer_records(x, &q, err);
}

int control_get_journal_count(struct exchange *x, struct err *err)
{
    (void)err;
    const struct journal_store *journal = space_of(x)->journal;
    const char *route = control_query(x, "route");
    struct json *o = json_object();
    json_set_int(o, "seq", journal_store_seq(journal));
    json_set_int(o, "open", journal_store_open(journal));
    json_set_int(o, "dropped", journal_store_dropped(journal));
    if (route != NULL) {
        json_set_int(o, "count", journal_store_begun(journal, route));
    }
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

/* Never called: control.c answers them, because they may have to wait. */
int control_get_journal_wait(struct exchange *x, struct err *err)
{
    (void)x;
    return err_set(err, ERR_INTERNAL, "a wait has no handler");
}

int control_post_journal_take(struct exchange *x, struct err *err)
{
    return control_get_journal_wait(x, err);
}

/* Without a timeout a take does not wait; it takes everything of every route. */
bool control_wait_read(struct exchange *x, struct wait *ret)
{
    const char *route = control_query(x, "route");
    int64_t timeout_ms = 0;
    if (!control_query_int(x, "count", ret->take ? 0 : 1, &ret->count) ||
        !control_query_int(x, "timeout_ms", ret->take ? 0 : WAIT_DEFAULT_MS, &timeout_ms)) {
        return false;
    }
    if (route == NULL && ret->take) {
        route = "**";
    }
    if (route == NULL || route[0] == '\0') {
        control_refuse_text(x, 400, "query parameter 'route' is missing",
                            "a route's name or a pattern; `assay-mock routes` lists them");
        return false;
    }
    ret->route = route;
    ret->until_ms = monotonic_ms() + (timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS);
    return true;
}

int64_t control_wait_count(struct control *c, const struct wait *w)
{
    const struct control_backend *b = &c->backend;
    b->lock(b->engine);
    const struct space *s = space_set_find(b->spaces, str_of(w->space));
    int64_t count = INT64_MAX;
    if (s != NULL) {
        count = w->take ? control_records_untaken(s, w->route)
                        : journal_store_begun(s->journal, w->route);
    }
    b->unlock(b->engine);
    return count;
}

static void take_answer(struct control *c, const struct wait *w, struct exchange *x)
{
    const struct control_backend *b = &c->backend;
    AUTO_BUF struct buf out;
    buf_init(&out, EXPORT_MAX_BYTES);
    struct err err = {0};
    b->lock(b->engine);
    struct space *s = space_set_find(b->spaces, str_of(w->space));
    int result = s != NULL ? control_records_take(s, w->route, w->count, &out, &err) : 0;
    b->unlock(b->engine);
    if (result < 0) {
        control_refuse(x, 409, &err);
    } else {
        http_reply_text(x->req, x->reply, 200, "application/x-ndjson", buf_str(&out));
    }
}

void control_wait_answer(struct control *c, const struct wait *w, struct http_req *req,
                         struct http_reply *reply)
{
    if (w->take) {
        struct exchange x = {.req = req, .reply = reply, .state = c};
        take_answer(c, w, &x);
        return;
    }
    int64_t count = control_wait_count(c, w);
    struct json *o = json_object();
    json_set_int(o, "count", count != INT64_MAX ? count : 0);
    http_reply_json(req, reply, 200, o);
}
