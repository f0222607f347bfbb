/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/federation_store.h"

#include "base/core/xalloc.h"

#include <stdlib.h>

enum { POLICIES_MAX = 500 };

struct policy_entry {
    struct federation_policy policy; /* first: a policy is its entry */
    struct arena *arena;
};

struct federation_store {
    struct policy_entry *items[POLICIES_MAX];
    size_t count;
    long long last_number; /* of "policy-N" */
};

struct federation_store *federation_store_new(void)
{
    return xcalloc(1, sizeof(struct federation_store));
}

static void entry_free(struct policy_entry *e)
{
    public_keys_done(&e->policy.keys);
    arena_free(e->arena);
    free(e);
}

void federation_store_free(struct federation_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        entry_free(s->items[i]);
    }
    free(s);
}

static const char *copy(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static struct policy_entry *entry_new(struct federation_store *s, const struct federation_new *n,
                                      struct err *err)
{
    struct policy_entry *e = xcalloc(1, sizeof(*e));
    struct federation_policy *p = &e->policy;
    struct arena *a = e->arena = arena_new();
    if (public_keys_read(n->from->jwks, &p->keys, err) < 0) {
        entry_free(e);
        return NULL;
    }
    p->id = n->from->name != NULL ? arena_strdup(a, n->from->name)
                                  : arena_printf(a, "policy-%lld", ++s->last_number);
    p->uid = arena_strdup(a, n->uid);
    p->principal = n->principal;
    p->issuer = arena_strdup(a, n->from->issuer);
    p->subject = copy(a, n->from->subject);
    p->subject_claim =
        arena_strdup(a, n->from->subject_claim != NULL ? n->from->subject_claim : "sub");
    p->description = arena_strdup(a, n->description != NULL ? n->description : "");
    VEC_FOREACH(const char *, audience, &n->from->audiences) {
        *VEC_PUSH(a, &p->audiences) = arena_strdup(a, *audience);
    }
    p->created_ms = p->updated_ms = n->now_ms;
    return e;
}

static size_t index_of(const struct federation_store *s, const struct principal *principal,
                       struct str id)
{
    size_t i = 0;
    while (i < s->count &&
           (s->items[i]->policy.principal != principal || !str_eq_z(id, s->items[i]->policy.id))) {
        i++;
    }
    return i;
}

struct federation_policy *federation_store_put(struct federation_store *s,
                                               const struct federation_new *policy, bool replace,
                                               struct err *err)
{
    size_t at = policy->from->name != NULL
                    ? index_of(s, policy->principal, str_of(policy->from->name))
                    : s->count;
    if (at < s->count && !replace) {
        (void)err_set(err, ERR_INVALID, "there is a federation policy '%s' already",
                      policy->from->name);
        return NULL;
    }
    if (at == POLICIES_MAX) {
        (void)err_set(err, ERR_LIMIT, "there are %d federation policies already", POLICIES_MAX);
        return NULL;
    }
    struct policy_entry *e = entry_new(s, policy, err);
    if (e == NULL) {
        return NULL;
    }
    if (at < s->count) {
        struct federation_policy *old = &s->items[at]->policy;
        e->policy.created_ms = old->created_ms;
        if (policy->from->jwks == NULL) {
            e->policy.keys = old->keys;
            old->keys = (struct public_keys){0};
        }
        entry_free(s->items[at]);
    } else {
        s->count++;
    }
    s->items[at] = e;
    return &e->policy;
}

struct federation_policy *federation_store_find(const struct federation_store *s,
                                                const struct principal *principal, struct str id)
{
    size_t at = index_of(s, principal, id);
    return at < s->count ? &s->items[at]->policy : NULL;
}

void federation_store_remove(struct federation_store *s, struct federation_policy *policy)
{
    size_t at = index_of(s, policy->principal, str_of(policy->id));
    struct policy_entry *e = s->items[at];
    s->count--;
    memmove(&s->items[at], &s->items[at + 1], (s->count - at) * sizeof(s->items[0]));
    entry_free(e);
}

struct federation_policy *federation_store_at(const struct federation_store *s,
                                              const struct principal *principal, size_t index)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->items[i]->policy.principal == principal && index-- == 0) {
            return &s->items[i]->policy;
        }
    }
    return NULL;
}
