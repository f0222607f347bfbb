/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/journal/journal_store.h"
#include "mock/web/web_priv.h"

#include <stdlib.h>

/* https://html.spec.whatwg.org/multipage/server-sent-events.html */

#define RECORDS_AT_ONCE 200

struct web_watcher {
    struct web *web;
    struct space *space;
    const struct http_req *req;
    struct http_suspended *later;
    struct http_stream face;
    struct buf pending;
    struct buf state; /* what was told last */
    size_t sent;
    int64_t after;      /* records up to here were told */
    int64_t seen, open; /* of the journal when it was looked at last */
    bool asleep;
    struct web_watcher *next;
};

static void event_add(struct buf *out, const char *name, struct str data)
{
    buf_printf(out, "event: %s\ndata: ", name);
    buf_add_str(out, data);
    buf_add_z(out, "\n\n");
}

static void records_add(struct web_watcher *watcher)
{
    const struct journal_store *journal = watcher->space->journal;
    AUTO_BUF struct buf lines = {0};
    web_records(watcher->space, watcher->after, RECORDS_AT_ONCE, &lines);
    struct str line, rest = buf_str(&lines);
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("{\"seq\":"))) {
            event_add(&watcher->pending, "exchange", line);
        }
    }
    /* One that is still open is told when it is over, and those after it once more. */
    watcher->seen = journal_store_seq(journal);
    watcher->open = journal_store_open(journal);
    watcher->after = watcher->open == 0 ? watcher->seen : watcher->after;
}

static void state_add(struct web_watcher *watcher)
{
    AUTO_JSON struct json *state = web_state(watcher->space);
    AUTO_BUF struct buf text = {0}, key = {0};
    json_write(&text, state);
    (void)json_remove(state, "now_ms"); /* always changes */
    json_write(&key, state);
    if (!str_eq(buf_str(&key), buf_str(&watcher->state))) {
        buf_reset(&watcher->state);
        buf_add_str(&watcher->state, buf_str(&key));
        event_add(&watcher->pending, "state", buf_str(&text));
    }
}

/* With the lock. */
static void news_add(struct web_watcher *watcher)
{
    const struct journal_store *journal = watcher->space->journal;
    if (watcher->seen != journal_store_seq(journal) ||
        watcher->open != journal_store_open(journal)) {
        records_add(watcher);
    }
    state_add(watcher);
}

static long on_read(void *context, char *out, size_t max)
{
    struct web_watcher *watcher = context;
    struct str rest = str_slice(buf_str(&watcher->pending), watcher->sent, watcher->sent + max);
    if (rest.len == 0) {
        buf_reset(&watcher->pending);
        watcher->sent = 0;
        watcher->asleep = true;
        return HTTP_STREAM_LATER;
    }
    memcpy(out, rest.ptr, rest.len);
    watcher->sent += rest.len;
    return (long)rest.len;
}

void web_events_begin(struct web *w, struct space *s, struct http_req *req,
                      struct http_reply *reply, struct http_suspended *later)
{
    struct web_watcher *watcher = xcalloc(1, sizeof(*watcher));
    watcher->web = w;
    watcher->space = s;
    watcher->req = req;
    watcher->later = later;
    watcher->after = journal_store_seq(s->journal) - RECORDS_AT_ONCE;
    watcher->after = watcher->after > 0 ? watcher->after : 0;
    watcher->seen = -1;
    space_ref(s);
    buf_add_z(&watcher->pending, "retry: 1000\n\n");
    news_add(watcher);
    watcher->face = (struct http_stream){.read = on_read, .context = watcher};
    http_reply_text(req, reply, 200, "text/event-stream", STR(""));
    reply->stream = &watcher->face;
    reply->framing = REPLY_CHUNKED;
    watcher->next = w->watchers;
    w->watchers = watcher;
}

void web_events_end(struct web *w, const struct http_req *req)
{
    for (struct web_watcher **at = &w->watchers; *at != NULL; at = &(*at)->next) {
        if ((*at)->req == req) {
            struct web_watcher *gone = *at;
            *at = gone->next;
            w->backend.lock(w->backend.engine);
            space_unref(gone->space);
            w->backend.unlock(w->backend.engine);
            buf_done(&gone->pending);
            buf_done(&gone->state);
            free(gone);
            return;
        }
    }
}

void web_tick(struct web *w)
{
    if (w == NULL || w->watchers == NULL) {
        return;
    }
    w->backend.lock(w->backend.engine);
    for (struct web_watcher *watcher = w->watchers; watcher != NULL; watcher = watcher->next) {
        if (!watcher->asleep) {
            continue;
        }
        news_add(watcher);
        if (watcher->pending.len > 0) {
            watcher->asleep = false;
            http_server_resume(watcher->later);
        }
    }
    w->backend.unlock(w->backend.engine);
}

bool web_is_watched(const struct web *w)
{
    return w != NULL && w->watchers != NULL;
}
