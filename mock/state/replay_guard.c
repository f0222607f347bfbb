/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/replay_guard.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/digest.h"

#include <stdlib.h>

/* Keys are kept as digests: a jti may be as long as its sender likes. */

struct seen {
    int64_t expires_ms;
};

struct replay_guard {
    struct map seen; /* digest -> struct seen */
};

struct replay_guard *replay_guard_new(void)
{
    return xcalloc(1, sizeof(struct replay_guard));
}

/* With now_ms INT64_MAX: all of them. */
static void forget_expired(struct replay_guard *g, int64_t now_ms)
{
    struct map kept = {0};
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&g->seen, &pos)) != NULL;) {
        struct seen *seen = e->value;
        if (seen->expires_ms > now_ms) {
            (void)map_put(&kept, e->key, seen);
        } else {
            free(seen);
        }
    }
    map_done(&g->seen);
    g->seen = kept;
}

void replay_guard_free(struct replay_guard *g)
{
    if (g != NULL) {
        forget_expired(g, INT64_MAX);
        map_done(&g->seen);
        free(g);
    }
}

bool replay_guard_take(struct replay_guard *g, struct str key, int64_t expires_ms, int64_t now_ms)
{
    unsigned char digest[SHA256_SIZE];
    sha256(key, digest);
    struct str name = str_n((const char *)digest, sizeof(digest));
    if (map_get(&g->seen, name) != NULL) {
        return false;
    }
    if (g->seen.count >= REPLAY_MAX) {
        forget_expired(g, now_ms);
    }
    if (g->seen.count >= REPLAY_MAX) {
        return false;
    }
    struct seen *seen = xcalloc(1, sizeof(*seen));
    seen->expires_ms = expires_ms < INT64_MAX ? expires_ms : INT64_MAX - 1;
    (void)map_put(&g->seen, name, seen);
    return true;
}
