/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/reply_memo.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "mock/http/kept_reply.h"

#include <stdlib.h>

#define ENTRIES_MAX ((size_t)256)
#define BYTES_MAX   ((size_t)512 * 1024)

struct reply_memo {
    struct map replies; /* to struct kept_reply */
    size_t bytes;
};

struct reply_memo *reply_memo_new(void)
{
    return xcalloc(1, sizeof(struct reply_memo));
}

void reply_memo_clear(struct reply_memo *m)
{
    size_t pos = 0;
    if (m->replies.count == 0) {
        return;
    }
    for (const struct map_entry *e; (e = map_next(&m->replies, &pos)) != NULL;) {
        kept_reply_unref(e->value);
    }
    map_done(&m->replies);
    m->bytes = 0;
}

void reply_memo_free(struct reply_memo *m)
{
    if (m != NULL) {
        reply_memo_clear(m);
        free(m);
    }
}

bool reply_memo_answer(struct reply_memo *m, struct str key, struct http_req *req,
                       struct http_reply *reply)
{
    struct kept_reply *k = m != NULL ? map_get(&m->replies, key) : NULL;
    if (k != NULL) {
        kept_reply_use(k, req, reply);
    }
    return k != NULL;
}

void reply_memo_put(struct reply_memo *m, struct str key, const struct http_reply *reply)
{
    size_t bytes = key.len + reply->body.len;
    if (bytes > BYTES_MAX / 8) {
        return;
    }
    struct kept_reply *k = kept_reply_new(reply);
    if (k == NULL) {
        return;
    }
    if (m->replies.count == ENTRIES_MAX || m->bytes + bytes > BYTES_MAX) {
        reply_memo_clear(m);
    }
    kept_reply_unref(map_put(&m->replies, key, k));
    m->bytes += bytes;
}
