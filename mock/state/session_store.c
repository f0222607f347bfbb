/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/session_store.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/random.h"

#include <stdlib.h>

enum { ID_BYTES = 16 };

struct session_store {
    struct map by_id; /* struct session, in the order in which they began */
};

struct session_store *session_store_new(void)
{
    return xcalloc(1, sizeof(struct session_store));
}

void session_store_free(struct session_store *s)
{
    if (s == NULL) {
        return;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->by_id, &pos)) != NULL;) {
        free(e->value);
    }
    map_done(&s->by_id);
    free(s);
}

static void oldest_remove(struct session_store *s)
{
    size_t pos = 0;
    const struct map_entry *oldest = map_next(&s->by_id, &pos);
    if (oldest != NULL) {
        struct session *session = oldest->value;
        (void)map_remove(&s->by_id, str_of(session->id));
        free(session);
    }
}

static void random_text(struct rng *rng, char out[33])
{
    AUTO_BUF struct buf text = {0};
    rng_hex(rng, &text, ID_BYTES);
    memcpy(out, buf_z(&text), (size_t)2 * ID_BYTES + 1);
}

const struct session *session_store_add(struct session_store *s, struct rng *rng,
                                        const struct principal *user)
{
    struct session *session = xcalloc(1, sizeof(*session));
    if (s->by_id.count >= SESSIONS_MAX) {
        oldest_remove(s);
    }
    random_text(rng, session->id);
    random_text(rng, session->form_token);
    session->user = user;
    (void)map_put(&s->by_id, str_of(session->id), session);
    return session;
}

const struct session *session_store_find(const struct session_store *s, struct str id)
{
    return map_get(&s->by_id, id);
}

void session_store_remove(struct session_store *s, struct str id)
{
    free(map_remove(&s->by_id, id));
}

size_t session_store_count(const struct session_store *s)
{
    return s->by_id.count;
}
