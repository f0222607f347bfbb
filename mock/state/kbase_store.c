/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/kbase_store.h"

#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/secret/secret.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"

#include <stdlib.h>

enum { TOKEN_CHARS = 32, BASE32_MASK = 31 };

struct kbase_store {
    struct arena *arena;
    struct map by_value; /* to struct kbase_token */
    struct {
        const struct kbase_token **items;
        size_t count, capacity;
    } of_scenario;
};

struct kbase_store *kbase_store_new(void)
{
    struct kbase_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    return s;
}

void kbase_store_free(struct kbase_store *s)
{
    if (s == NULL) {
        return;
    }
    map_done(&s->by_value);
    arena_free(s->arena);
    free(s);
}

static const char *copied(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static struct str_list copied_list(struct arena *a, const struct str_list *from)
{
    struct str_list list = {0};
    for (size_t i = 0; i < from->count; i++) {
        *VEC_PUSH(a, &list) = arena_strdup(a, from->items[i]);
    }
    return list;
}

static void value_make(struct mock_state *s, char out[TOKEN_CHARS + 1])
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char bytes[TOKEN_CHARS];
    rng_bytes(&s->rng, bytes, sizeof(bytes));
    for (int i = 0; i < TOKEN_CHARS; i++) {
        out[i] = chars[bytes[i] & BASE32_MASK];
    }
    out[TOKEN_CHARS] = '\0';
}

static const char *uuid_in(struct mock_state *s, struct arena *a)
{
    char uuid[37];
    return arena_strdup(a, rng_uuid(&s->rng, uuid));
}

static struct kbase_token *token_put(struct mock_state *s, const struct kbase_token *from,
                                     const char *value)
{
    struct kbase_store *store = s->services->kbase;
    char made[TOKEN_CHARS + 1];
    if (value == NULL) {
        value_make(s, made);
        value = made;
    }
    struct kbase_token *t = ARENA_NEW(store->arena, struct kbase_token);
    *t = *from;
    t->id = uuid_in(s, store->arena);
    const char *name = store->by_value.count == 0 ? "kbase_token"
                                                  : arena_printf(store->arena, "kbase_token_%zu",
                                                                 store->by_value.count + 1);
    t->canary = service_canary_add(s, name, SECRET_PAT, str_of(value));
    (void)map_put(&store->by_value, str_of(value), t);
    return t;
}

void kbase_store_add(struct mock_state *s, const struct scenario_kbase_user *from)
{
    struct kbase_store *store = s->services->kbase;
    struct arena *a = store->arena;
    int64_t now_ms = mock_state_now_ms(s);
    struct kbase_account *account = ARENA_NEW(a, struct kbase_account);
    *account = (struct kbase_account){
        .user = copied(a, from->user),
        .display = copied(a, from->display),
        .email = copied(a, from->email),
        .local_id = uuid_in(s, a),
        .anonymous_id = uuid_in(s, a),
        .custom_roles = copied_list(a, &from->custom_roles),
        .roles = copied_list(a, &from->roles),
        .created_ms = now_ms,
        .disabled = from->disabled,
    };
    const struct kbase_token token = {
        .account = account,
        .type = copied(a, from->token_type),
        .name = copied(a, from->token_name),
        .custom = "{}",
        .created_ms = from->token_expired ? now_ms - from->token_lifetime_ms : now_ms,
        .expires_ms = from->token_expired ? now_ms : now_ms + from->token_lifetime_ms,
    };
    *VEC_PUSH(a, &store->of_scenario) = token_put(s, &token, from->token);
}

const struct kbase_token *kbase_token_make(struct mock_state *s, const struct kbase_token *from,
                                           int64_t lifetime_ms, struct err *err)
{
    struct kbase_store *store = s->services->kbase;
    if (store->by_value.count >= KBASE_TOKENS_MAX) {
        (void)err_set(err, ERR_LIMIT, "%zu KBase tokens were made", KBASE_TOKENS_MAX);
        err_hint(err, "load the scenario again");
        return NULL;
    }
    struct kbase_token token = *from;
    token.name = copied(store->arena, from->name);
    token.custom = copied(store->arena, from->custom);
    token.created_ms = mock_state_now_ms(s);
    token.expires_ms = token.created_ms + lifetime_ms;
    return token_put(s, &token, NULL);
}

const struct kbase_token *kbase_token_find(const struct kbase_store *s, struct str value)
{
    return map_get(&s->by_value, value);
}

struct json *kbase_store_credentials(const struct kbase_store *s)
{
    struct json *list = json_array();
    VEC_FOREACH(const struct kbase_token *const, t, &s->of_scenario) {
        struct json *o = json_object();
        json_set_string(o, "user", (*t)->account->user);
        json_set_string(o, "token", secret_reveal((*t)->canary->value).ptr);
        json_push(list, o);
    }
    return list;
}
