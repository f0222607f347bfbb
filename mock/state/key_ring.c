/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/key_ring.h"

#include "base/core/xalloc.h"
#include "base/crypto/test_keys.h"

#include <stdlib.h>

enum { KEYS_MAX = 64, ALG_COUNT = 2 };

struct ring_key {
    struct crypto_key *key;
    bool published;
};

struct key_ring {
    bool fresh;
    struct ring_key keys[KEYS_MAX]; /* in order of making */
    size_t count;
    struct crypto_key *current[ALG_COUNT]; /* by enum key_alg; NULL = none yet */
};

static int ring_add(struct key_ring *ring, enum key_alg alg, bool generate, struct err *err)
{
    if (ring->count == KEYS_MAX) {
        return err_set(err, ERR_LIMIT, "there are %d keys already", KEYS_MAX);
    }
    struct crypto_key *key = generate ? crypto_key_generate(alg, err)
                                      : crypto_key_from_pem(crypto_test_key_pem(alg), err);
    if (key == NULL) {
        return err_wrap(err, "making a signing key");
    }
    ring->keys[ring->count++] = (struct ring_key){.key = key, .published = true};
    ring->current[alg] = key;
    return 0;
}

struct key_ring *key_ring_new(bool fresh, struct err *err)
{
    struct key_ring *ring = xcalloc(1, sizeof(*ring));
    ring->fresh = fresh;
    if (ring_add(ring, KEY_RS256, fresh, err) < 0) {
        key_ring_free(ring);
        return NULL;
    }
    return ring;
}

void key_ring_free(struct key_ring *ring)
{
    if (ring == NULL) {
        return;
    }
    for (size_t i = 0; i < ring->count; i++) {
        crypto_key_free(ring->keys[i].key);
    }
    free(ring);
}

const struct crypto_key *key_ring_current(struct key_ring *ring, enum key_alg alg, struct err *err)
{
    if (ring->current[alg] == NULL && ring_add(ring, alg, ring->fresh, err) < 0) {
        return NULL;
    }
    return ring->current[alg];
}

static bool is_current(const struct key_ring *ring, const struct crypto_key *key)
{
    return ring->current[crypto_key_alg(key)] == key;
}

/* The index of a published key, or the count. */
static size_t ring_find(const struct key_ring *ring, struct str kid)
{
    size_t i = 0;
    while (i < ring->count &&
           (!ring->keys[i].published || !str_eq_z(kid, crypto_key_id(ring->keys[i].key)))) {
        i++;
    }
    return i;
}

const struct crypto_key *key_ring_find(const struct key_ring *ring, struct str kid)
{
    size_t i = ring_find(ring, kid);
    return i < ring->count ? ring->keys[i].key : NULL;
}

struct json *key_ring_jwks(const struct key_ring *ring)
{
    struct json *keys = json_array();
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ring->count; i++) {
            const struct ring_key *k = &ring->keys[pass == 0 ? i : ring->count - 1 - i];
            if (k->published && is_current(ring, k->key) == (pass == 0)) {
                json_push(keys, crypto_key_jwk(k->key));
            }
        }
    }
    struct json *o = json_object();
    json_set(o, "keys", keys);
    return o;
}

struct json *key_ring_list(const struct key_ring *ring)
{
    struct json *list = json_array();
    for (size_t i = 0; i < ring->count; i++) {
        const struct ring_key *k = &ring->keys[i];
        struct json *o = json_object();
        json_set_string(o, "kid", crypto_key_id(k->key));
        json_set_string(o, "alg", crypto_key_alg(k->key) == KEY_RS256 ? "RS256" : "ES256");
        json_set_bool(o, "current", is_current(ring, k->key));
        json_set_bool(o, "published", k->published);
        json_push(list, o);
    }
    return list;
}

const char *key_ring_rotate(struct key_ring *ring, enum key_alg alg, struct err *err)
{
    return ring_add(ring, alg, true, err) < 0 ? NULL : crypto_key_id(ring->current[alg]);
}

int key_ring_retire(struct key_ring *ring, const char *kid, struct err *err)
{
    size_t i = ring_find(ring, str_of(kid));
    if (i == ring->count) {
        return err_set(err, ERR_NOT_FOUND, "no published key has this id");
    }
    if (is_current(ring, ring->keys[i].key)) {
        (void)err_set(err, ERR_INVALID, "this key still signs");
        err_hint(err, "rotate the keys first");
        return -1;
    }
    ring->keys[i].published = false;
    return 0;
}
