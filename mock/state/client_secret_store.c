/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/client_secret_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/digest.h"
#include "base/secret/secret.h"

#include <stdlib.h>

struct secrets_of_one {
    struct client_secret *items[CLIENT_SECRETS_PER_PRINCIPAL];
    size_t count;
};

struct client_secret_store {
    struct map by_principal; /* the pointer's bytes -> struct secrets_of_one */
};

struct client_secret_store *client_secret_store_new(void)
{
    return xcalloc(1, sizeof(struct client_secret_store));
}

static void item_free(struct client_secret *c)
{
    secret_free(c->value);
    free(c);
}

void client_secret_store_free(struct client_secret_store *s)
{
    if (s == NULL) {
        return;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->by_principal, &pos)) != NULL;) {
        struct secrets_of_one *of = e->value;
        for (size_t i = 0; i < of->count; i++) {
            item_free(of->items[i]);
        }
        free(of);
    }
    map_done(&s->by_principal);
    free(s);
}

static struct str key_of(const struct principal *const *p)
{
    return str_n((const char *)p, sizeof(*p));
}

static struct secrets_of_one *secrets_of(const struct client_secret_store *s,
                                         const struct principal *p)
{
    return map_get(&s->by_principal, key_of(&p));
}

struct client_secret *client_secret_store_add(struct client_secret_store *s,
                                              const struct client_secret *from, struct str value)
{
    struct secrets_of_one *of = secrets_of(s, from->principal);
    if (of == NULL) {
        of = xcalloc(1, sizeof(*of));
        (void)map_put(&s->by_principal, key_of(&from->principal), of);
    }
    ASSERT(of->count < CLIENT_SECRETS_PER_PRINCIPAL);
    struct client_secret *c = xcalloc(1, sizeof(*c));
    *c = *from;
    c->value = secret_new(value);
    sha256_hex(value, c->hash);
    of->items[of->count++] = c;
    return c;
}

struct client_secret *client_secret_store_at(const struct client_secret_store *s,
                                             const struct principal *p, size_t index)
{
    const struct secrets_of_one *of = secrets_of(s, p);
    return of != NULL && index < of->count ? of->items[index] : NULL;
}

bool client_secret_store_remove(struct client_secret_store *s, const struct principal *p,
                                struct str id)
{
    struct secrets_of_one *of = secrets_of(s, p);
    for (size_t i = 0; of != NULL && i < of->count; i++) {
        if (str_eq_z(id, of->items[i]->id)) {
            item_free(of->items[i]);
            of->count--;
            memmove(&of->items[i], &of->items[i + 1], (of->count - i) * sizeof(of->items[0]));
            return true;
        }
    }
    return false;
}

enum client_secret_state client_secret_check(const struct client_secret_store *s,
                                             const struct principal *p, struct str value,
                                             int64_t now_ms)
{
    enum client_secret_state state = CLIENT_SECRET_WRONG;
    const struct client_secret *c;
    for (size_t i = 0; (c = client_secret_store_at(s, p, i)) != NULL; i++) {
        if (secret_equal(c->value, value)) {
            state = now_ms < c->expires_ms ? CLIENT_SECRET_LIVE : CLIENT_SECRET_EXPIRED;
        }
    }
    return state;
}
