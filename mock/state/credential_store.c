/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/crypto/digest.h"
#include "mock/state/credential_check.h"

#include <stdlib.h>

/* Values are kept as digests: the map's look-up can then not be timed for a value, and a thousand
 * long tokens cost no more than a thousand short ones. */

struct entry {
    struct credential credential;
    unsigned char digest[SHA256_SIZE];
    char texts[]; /* what it points at */
};

struct credential_store {
    struct entry **entries; /* in order of minting */
    size_t count, capacity;
    struct map by_digest, by_name; /* to struct credential */
    struct sha256_maker *maker;
};

struct credential_store *credential_store_new(void)
{
    struct credential_store *s = xcalloc(1, sizeof(*s));
    s->maker = sha256_maker_new();
    return s;
}

/* The credential and its texts in one piece: a million tokens are a million of these. */
static struct entry *entry_new(const struct credential *from)
{
    const char *const texts[] = {from->name, from->client_id, from->audience, from->scope};
    size_t lens[ARRAY_LEN(texts)], total = 0;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        lens[i] = strlen(texts[i]) + 1;
        total += lens[i];
    }
    struct entry *e = xmalloc(sizeof(*e) + total);
    e->credential = *from;
    const char **const places[] = {&e->credential.name, &e->credential.client_id,
                                   &e->credential.audience, &e->credential.scope};
    char *at = e->texts;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *places[i] = memcpy(at, texts[i], lens[i]);
        at += lens[i];
    }
    return e;
}

void credential_store_free(struct credential_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        free(s->entries[i]);
    }
    free(s->entries);
    map_done(&s->by_digest);
    map_done(&s->by_name);
    sha256_maker_free(s->maker);
    free(s);
}

static struct str digest_key(const struct entry *e)
{
    return str_n((const char *)e->digest, sizeof(e->digest));
}

struct credential *credential_store_add(struct credential_store *s, struct str value,
                                        const struct credential *from)
{
    struct entry *e = entry_new(from);
    e->credential.is_b64token = bearer_token_is_well_formed(value);
    sha256_make(s->maker, value, e->digest);
    ASSERT(map_put(&s->by_digest, digest_key(e), &e->credential) == NULL);
    ASSERT(map_put(&s->by_name, str_of(e->credential.name), &e->credential) == NULL);
    if (s->count == s->capacity) {
        s->capacity = s->capacity > 0 ? 2 * s->capacity : 16;
        s->entries = xrealloc(s->entries, s->capacity, sizeof(struct entry *));
    }
    s->entries[s->count++] = e;
    return &e->credential;
}

struct credential *credential_store_find(const struct credential_store *s, struct str value)
{
    unsigned char digest[SHA256_SIZE];
    sha256_make(s->maker, value, digest);
    return map_get(&s->by_digest, str_n((const char *)digest, sizeof(digest)));
}

struct credential *credential_store_named(const struct credential_store *s, struct str name)
{
    return map_get(&s->by_name, name);
}

size_t credential_store_count(const struct credential_store *s)
{
    return s->count;
}

struct credential *credential_store_next(const struct credential_store *s, size_t *pos)
{
    return *pos < s->count ? &s->entries[(*pos)++]->credential : NULL;
}

int64_t credential_store_revoke_of(struct credential_store *s, const struct principal *p, int kind)
{
    int64_t revoked = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct credential *c = &s->entries[i]->credential;
        if (c->principal == p && !c->revoked && (kind < 0 || (int)c->kind == kind)) {
            c->revoked = true;
            revoked++;
        }
    }
    return revoked;
}

int64_t credential_store_revoke_family(struct credential_store *s, int64_t family)
{
    int64_t revoked = 0;
    for (size_t i = 0; family != 0 && i < s->count; i++) {
        struct credential *c = &s->entries[i]->credential;
        if (c->family == family && !c->revoked) {
            c->revoked = true;
            revoked++;
        }
    }
    return revoked;
}

int64_t credential_life_left_ms(const struct credential *c, int64_t now_ms)
{
    return c->expires_ms == CREDENTIAL_NEVER_EXPIRES ? CREDENTIAL_NEVER_EXPIRES
                                                     : c->expires_ms - now_ms;
}

bool credential_is_in_force(const struct credential *c, int64_t now_ms)
{
    return !c->revoked && credential_life_left_ms(c, now_ms) > 0;
}

bool credential_has_scope(const struct credential *c, struct str scopes)
{
    if (c->kind == SECRET_PAT && c->scope[0] == '\0') {
        return true;
    }
    struct str granted = str_of(c->scope), part;
    while (str_split(&granted, ' ', &part)) {
        if (str_eq_z(part, "all-apis") || str_has_word(scopes, part)) {
            return true;
        }
    }
    return false;
}

static void forget(struct credential_store *s, struct entry *e)
{
    (void)map_remove(&s->by_digest, digest_key(e));
    (void)map_remove(&s->by_name, str_of(e->credential.name));
    free(e);
}

/* Forgets what the predicate's arguments select, at most `most`, oldest first. */
static size_t forget_some(struct credential_store *s, bool dead_only, int64_t now_ms, size_t most)
{
    size_t kept = 0, forgotten = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct entry *e = s->entries[i];
        const struct credential *c = &e->credential;
        bool chosen =
            dead_only ? !credential_is_in_force(c, now_ms) : c->kind == SECRET_ACCESS_TOKEN;
        if (chosen && forgotten < most) {
            forget(s, e);
            forgotten++;
        } else {
            s->entries[kept++] = e;
        }
    }
    s->count = kept;
    return forgotten;
}

size_t credential_store_compact(struct credential_store *s, int64_t now_ms, size_t keep)
{
    size_t forgotten = forget_some(s, true, now_ms, SIZE_MAX);
    if (s->count > keep) {
        forgotten += forget_some(s, false, now_ms, s->count - keep);
    }
    return forgotten;
}
