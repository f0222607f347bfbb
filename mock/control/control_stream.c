/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"

#include <stdlib.h>

/* An export under way: what was written and not sent yet, and where it goes on. */
struct journal_stream {
    struct http_stream face;
    struct control *control;
    struct space *space;
    const struct http_req *req;
    struct journal_cursor cursor;
    struct buf piece;
    size_t sent; /* of the piece */
    struct journal_stream *next;
};

static int piece_write(struct journal_stream *st, struct err *err)
{
    struct journal_canaries canaries;
    space_canaries(st->space, &canaries);
    buf_reset(&st->piece);
    st->sent = 0;
    return journal_store_export_some(st->space->journal, &canaries, &st->cursor, &st->piece, err);
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

/* With the lock. */
static void stream_free(struct journal_stream *st)
{
    space_unref(st->space);
    buf_done(&st->piece);
    free(st);
}

void control_stream_end(struct control *c, const struct http_req *req)
{
    for (struct journal_stream **at = &c->streams; *at != NULL; at = &(*at)->next) {
        if ((*at)->req == req) {
            struct journal_stream *ended = *at;
            *at = ended->next;
            c->backend.lock(c->backend.engine);
            stream_free(ended);
            c->backend.unlock(c->backend.engine);
            return;
        }
    }
}

/* Small ones go at once, large ones piece by piece, with the lock taken for each. */
void control_stream_begin(struct exchange *x, int64_t after)
{
    struct control *c = control_of(x);
    struct journal_stream *st = xcalloc(1, sizeof(*st));
    st->control = c;
    st->req = x->req;
    st->space = space_of(x);
    space_ref(st->space);
    st->cursor = journal_store_cursor(st->space->journal, after);
    struct err refusal = {0};
    if (piece_write(st, &refusal) < 0) {
        stream_free(st);
        control_refuse(x, 409, &refusal);
        return;
    }
    bool whole = st->cursor.at_end;
    http_reply_text(x->req, x->reply, 200, "application/x-ndjson",
                    whole ? buf_str(&st->piece) : STR(""));
    if (whole) {
        stream_free(st);
        return;
    }
    st->face = (struct http_stream){.read = on_read, .context = st};
    x->reply->stream = &st->face;
    x->reply->framing = REPLY_CHUNKED;
    st->next = c->streams;
    c->streams = st;
}
