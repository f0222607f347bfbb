/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"
#include "mock/state/mock_state.h"

#include <stdlib.h>

#define WAIT_DEFAULT_MS 30000
#define WAIT_MAX_MS     600000

/* An export under way: what was written and not sent yet, and where it goes on. */
struct journal_stream {
    struct http_stream face;
    struct control *control;
    const struct http_req *req;
    struct journal_cursor cursor;
    struct buf piece;
    size_t sent; /* of the piece */
    struct journal_stream *next;
};

static int piece_write(struct journal_stream *st, struct err *err)
{
    const struct control_backend *b = &st->control->backend;
    const struct journal_canaries canaries = {
        .set = b->state->canaries,
        .generation = b->state->canary_generation,
        .unlisted = b->state->unlisted,
        .tokens = b->state->credentials,
    };
    buf_reset(&st->piece);
    st->sent = 0;
    return journal_store_export_some(b->journal, &canaries, &st->cursor, &st->piece, err);
}

static long on_read(void *context, char *out, size_t max)
{
    struct journal_stream *st = context;
    const struct control_backend *b = &st->control->backend;
    while (st->sent == st->piece.len && !st->cursor.at_end) {
        struct err err = {0};
        b->lock(b->engine);
        int result = piece_write(st, &err);
        b->unlock(b->engine);
        if (result < 0) {
            return HTTP_STREAM_RESET;
        }
    }
    struct str rest = str_slice(buf_str(&st->piece), st->sent, st->sent + max);
    if (rest.len == 0) {
        return HTTP_STREAM_END;
    }
    memcpy(out, rest.ptr, rest.len);
    st->sent += rest.len;
    return (long)rest.len;
}

static void stream_free(struct journal_stream *st)
{
    buf_done(&st->piece);
    free(st);
}

void control_stream_end(struct control *c, const struct http_req *req)
{
    for (struct journal_stream **at = &c->streams; *at != NULL; at = &(*at)->next) {
        if ((*at)->req == req) {
            struct journal_stream *ended = *at;
            *at = ended->next;
            stream_free(ended);
            return;
        }
    }
}

/* Small ones go at once, large ones piece by piece, with the lock taken for each. */
int control_get_journal(struct exchange *x, struct err *err UNUSED)
{
    struct control *c = control_of(x);
    int64_t after = 0;
    if (!control_query_int(x, "after", 0, &after)) {
        return 0;
    }
    struct journal_stream *st = xcalloc(1, sizeof(*st));
    st->control = c;
    st->req = x->req;
    st->cursor = journal_store_cursor(c->backend.journal, after);
    struct err refusal = {0};
    if (piece_write(st, &refusal) < 0) {
        stream_free(st);
        control_refuse(x, 409, &refusal);
        return 0;
    }
    bool whole = st->cursor.at_end;
    http_reply_text(x->req, x->reply, 200, "application/x-ndjson",
                    whole ? buf_str(&st->piece) : STR(""));
    if (whole) {
        stream_free(st);
        return 0;
    }
    st->face = (struct http_stream){.read = on_read, .context = st};
    x->reply->stream = &st->face;
    x->reply->framing = REPLY_CHUNKED;
    st->next = c->streams;
    c->streams = st;
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
