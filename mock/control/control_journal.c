/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"
#include "mock/state/mock_state.h"

#define EXPORT_MAX_BYTES ((size_t)1024 * 1024 * 1024)
#define WAIT_DEFAULT_MS  30000
#define WAIT_MAX_MS      600000

int control_get_journal(struct exchange *x, struct err *err)
{
    const struct control_backend *b = &control_of(x)->backend;
    int64_t after = 0;
    if (!control_query_int(x, "after", 0, &after)) {
        return 0;
    }
    AUTO_BUF struct buf out;
    buf_init(&out, EXPORT_MAX_BYTES);
    const struct journal_canaries canaries = {.set = b->state->canaries,
                                              .generation = b->state->canary_generation};
    struct err refusal = {0};
    if (journal_store_export(b->journal, &canaries, after, &out, &refusal) < 0) {
        control_refuse(x, 409, &refusal);
        return 0;
    }
    if (out.truncated) {
        return err_set(err, ERR_LIMIT,
                       "the journal is larger than %zu bytes; ask for a part with "
                       "?after=SEQ",
                       EXPORT_MAX_BYTES);
    }
    http_reply_text(x->req, x->reply, 200, "application/x-ndjson", buf_str(&out));
    return 0;
}

int control_get_journal_count(struct exchange *x, struct err *err)
{
    (void)err;
    const struct journal_store *journal = control_of(x)->backend.journal;
    struct json *o = json_object();
    json_set_int(o, "seq", journal_store_seq(journal));
    json_set_int(o, "open", journal_store_open(journal));
    json_set_int(o, "dropped", journal_store_dropped(journal));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

/* Never called: control.c answers it, because it may have to wait. */
int control_get_journal_wait(struct exchange *x, struct err *err)
{
    (void)x;
    return err_set(err, ERR_INTERNAL, "a wait has no handler");
}

bool control_wait_read(struct exchange *x, struct wait *ret)
{
    const struct url_param *route = params_get(&x->req->params, "route");
    int64_t count = 0, timeout_ms = 0;
    if (!control_query_int(x, "count", 1, &count) ||
        !control_query_int(x, "timeout_ms", WAIT_DEFAULT_MS, &timeout_ms)) {
        return false;
    }
    if (route == NULL || route->value.len == 0) {
        control_refuse_text(x, 400, "query parameter 'route' is missing",
                            "a route's name or a pattern; `assay-mock routes` lists them");
        return false;
    }
    ret->route = arena_strndup(x->req->arena, route->value.ptr, route->value.len);
    ret->count = count;
    ret->until_ms = monotonic_ms() + (timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS);
    return true;
}

int64_t control_wait_count(struct control *c, const struct wait *w)
{
    const struct control_backend *b = &c->backend;
    b->lock(b->engine);
    int64_t count = journal_store_begun(b->journal, w->route);
    b->unlock(b->engine);
    return count;
}

void control_wait_answer(struct control *c, const struct wait *w, struct http_req *req,
                         struct http_reply *reply)
{
    struct json *o = json_object();
    json_set_int(o, "count", control_wait_count(c, w));
    http_reply_json(req, reply, 200, o);
}
