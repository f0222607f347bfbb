/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/principal_store.h"

#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/secret/secret.h"

#include <stdlib.h>

/* What the service's metadata advertises, and so what an ordinary principal may ask for. */
static const char *const default_scopes[] = {"all-apis", "sql",     "offline_access",
                                             "openid",   "profile", "email"};

enum { LABEL_MAX = 24 };
#define FIRST_SCIM_ID 4000000000001LL

struct principal_store {
    struct arena *arena;
    struct map by_name, by_client, by_label; /* to struct principal */
};

struct principal_store *principal_store_new(void)
{
    struct principal_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    return s;
}

void principal_store_free(struct principal_store *s)
{
    if (s == NULL) {
        return;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->by_name, &pos)) != NULL;) {
        secret_free(((struct principal *)e->value)->client_secret);
        secret_free(((struct principal *)e->value)->password);
    }
    map_done(&s->by_name);
    map_done(&s->by_client);
    map_done(&s->by_label);
    arena_free(s->arena);
    free(s);
}

/* "Jane.Doe@example.com" becomes "jane_doe"; a number follows when that is taken. */
static const char *label_make(struct principal_store *s, const char *name)
{
    char base[LABEL_MAX + 1] = "";
    size_t len = 0;
    for (const char *p = name; *p != '\0' && *p != '@' && len < LABEL_MAX; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        base[len++] = plain ? c : '_';
    }
    const char *label = arena_strdup(s->arena, len > 0 ? base : "principal");
    const char *first = label;
    for (int n = 2; map_get(&s->by_label, str_of(label)) != NULL; n++) {
        label = arena_printf(s->arena, "%s_%d", first, n);
    }
    return label;
}

static struct str_list scopes_copy(struct arena *a, const struct str_list *from)
{
    struct str_list scopes = {0};
    size_t count = from->count > 0 ? from->count : ARRAY_LEN(default_scopes);
    for (size_t i = 0; i < count; i++) {
        const char *scope = from->count > 0 ? from->items[i] : default_scopes[i];
        *VEC_PUSH(a, &scopes) = arena_strdup(a, scope);
    }
    return scopes;
}

struct principal *principal_store_add(struct principal_store *s,
                                      const struct scenario_principal *from, const char *client_id,
                                      const char *client_secret)
{
    struct arena *a = s->arena;
    struct principal *p = ARENA_NEW(a, struct principal);
    *p = (struct principal){
        .name = arena_strdup(a, from->name),
        .label = label_make(s, from->name),
        .kind = from->kind,
        .id = arena_printf(a, "%lld", FIRST_SCIM_ID + (long long)s->by_name.count),
        .client_id = arena_strdup(a, client_id != NULL ? client_id : ""),
        .client_secret = client_secret != NULL ? secret_new_z(client_secret) : NULL,
        .password = from->password != NULL ? secret_new_z(from->password) : NULL,
        .access_token_lifetime_ms = from->access_token_lifetime_ms,
        .refresh_token_lifetime_ms = from->refresh_token_lifetime_ms,
        .scopes = scopes_copy(a, &from->scopes),
        .blocked = from->blocked,
        .account_admin = from->account_admin,
    };
    ASSERT(map_put(&s->by_name, str_of(p->name), p) == NULL);
    (void)map_put(&s->by_label, str_of(p->label), p);
    if (p->client_id[0] != '\0') {
        ASSERT(map_put(&s->by_client, str_of(p->client_id), p) == NULL);
    }
    return p;
}

void principal_store_set_canaries(struct principal_store *s, struct principal *p,
                                  const char *client_secret_name, const char *pat_name)
{
    if (client_secret_name != NULL) {
        p->client_secret_name = arena_strdup(s->arena, client_secret_name);
    }
    if (pat_name != NULL) {
        p->pat_name = arena_strdup(s->arena, pat_name);
    }
}

struct principal *principal_store_named(const struct principal_store *s, struct str name)
{
    return map_get(&s->by_name, name);
}

struct principal *principal_store_client(const struct principal_store *s, struct str client_id)
{
    return map_get(&s->by_client, client_id);
}

struct principal *principal_store_at(const struct principal_store *s, size_t index)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&s->by_name, &pos)) != NULL; index--) {
        if (index == 0) {
            return e->value;
        }
    }
    return NULL;
}

const char *principal_user_name(const struct principal *p)
{
    return p->kind == PRINCIPAL_SERVICE ? p->client_id : p->name;
}

bool principal_may_have_scope(const struct principal *p, struct str scope)
{
    for (size_t i = 0; i < p->scopes.count; i++) {
        if (str_eq_z(scope, p->scopes.items[i])) {
            return true;
        }
    }
    return false;
}
