/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/reply_memo.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

#define ENTRIES_MAX ((size_t)256)
#define BYTES_MAX   ((size_t)512 * 1024)

struct body {
    size_t len;
    char bytes[];
};

struct reply_memo {
    struct map bodies; /* to struct body */
    size_t bytes;
};

struct reply_memo *reply_memo_new(void)
{
    return xcalloc(1, sizeof(struct reply_memo));
}

void reply_memo_clear(struct reply_memo *m)
{
    size_t pos = 0;
    if (m->bodies.count == 0) {
        return;
    }
    for (const struct map_entry *e; (e = map_next(&m->bodies, &pos)) != NULL;) {
        free(e->value);
    }
    map_done(&m->bodies);
    m->bytes = 0;
}

void reply_memo_free(struct reply_memo *m)
{
    if (m != NULL) {
        reply_memo_clear(m);
        free(m);
    }
}

bool reply_memo_find(const struct reply_memo *m, struct str key, struct str *ret_body)
{
    const struct body *body = map_get(&m->bodies, key);
    if (body == NULL) {
        return false;
    }
    *ret_body = str_n(body->bytes, body->len);
    return true;
}

void reply_memo_put(struct reply_memo *m, struct str key, struct str body)
{
    size_t bytes = key.len + body.len;
    if (bytes > BYTES_MAX / 8) {
        return;
    }
    if (m->bodies.count == ENTRIES_MAX || m->bytes + bytes > BYTES_MAX) {
        reply_memo_clear(m);
    }
    struct body *made = xmalloc(sizeof(*made) + body.len);
    made->len = body.len;
    if (body.len > 0) {
        memcpy(made->bytes, body.ptr, body.len);
    }
    free(map_put(&m->bodies, key, made));
    m->bytes += bytes;
}
