/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/pat.h"

#include "base/core/xalloc.h"
#include "base/crypto/digest.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_mint.h"
#include "mock/state/workspace_store.h"

const char *pat_id(const struct credential *c, char out[PAT_ID_CHARS + 1])
{
    AUTO_FREE char *text = xasprintf("%s %lld", c->name, (long long)c->issued_ms);
    sha256_hex(str_of(text), out);
    return out;
}

static bool is_of_workspace(const struct access *a, const struct credential *c)
{
    return c->audience[0] == '\0' || strcmp(c->audience, a->workspace->workspace_id) == 0;
}

struct credential *pat_next(const struct access *a, const struct principal *owner, size_t *pos)
{
    int64_t now_ms = mock_state_now_ms(a->state);
    for (struct credential *c; (c = credential_store_next(a->state->credentials, pos)) != NULL;) {
        if (c->kind == SECRET_PAT && (owner == NULL || c->principal == owner) &&
            is_of_workspace(a, c) && credential_is_in_force(c, now_ms)) {
            return c;
        }
    }
    return NULL;
}

struct credential *pat_find(const struct access *a, const struct principal *owner, struct str id)
{
    char known[PAT_ID_CHARS + 1];
    size_t pos = 0;
    for (struct credential *c; (c = pat_next(a, owner, &pos)) != NULL;) {
        if (str_eq_z(id, pat_id(c, known))) {
            return c;
        }
    }
    return NULL;
}

static int64_t pat_count(const struct access *a, const struct principal *owner)
{
    size_t pos = 0;
    int64_t count = 0;
    while (pat_next(a, owner, &pos) != NULL) {
        count++;
    }
    return count;
}

static bool lifetime_read(struct exchange *x, const struct access *a, const struct json *body,
                          int64_t *ret_ms)
{
    int64_t most_ms = a->workspace->behaviour->tokens.max_lifetime_ms;
    const struct json *given = json_get(body, "lifetime_seconds");
    *ret_ms = most_ms;
    if (given == NULL || json_type(given) == JSON_NULL) {
        return true;
    }
    int64_t seconds = json_int_or(given, 0);
    if (seconds > 0 && seconds <= most_ms / MS_PER_SECOND) {
        *ret_ms = seconds * MS_PER_SECOND;
        return true;
    }
    (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE",
                     "lifetime_seconds must be between 1 and %lld.",
                     (long long)(most_ms / MS_PER_SECOND));
    return false;
}

static const char *scopes_joined(struct exchange *x, const struct json *body)
{
    struct str_list scopes = {0};
    JSON_FOREACH(scope, json_get(body, "scopes")) {
        *VEC_PUSH(x->req->arena, &scopes) = json_string_or(scope, "");
    }
    return str_list_join(x->req->arena, &scopes, " ");
}

static bool note_make(struct exchange *x, const struct access *a, const struct json *body,
                      const struct credential *c)
{
    char id[PAT_ID_CHARS + 1];
    struct json *o = json_object();
    json_set_string(o, "comment", json_get_string(body, "comment", ""));
    json_set_string(o, "created_by_id", a->principal->id);
    json_set_string(o, "created_by_username", principal_user_name(a->principal));
    return api_put(x, a, PAT_NOTES, pat_id(c, id), o);
}

int pat_create(struct exchange *x, const struct access *a, const struct json *body,
               const struct principal *owner, struct credential **ret, struct err *err)
{
    int64_t lifetime_ms;
    struct str value;
    struct credential *made;
    *ret = NULL;
    if (!lifetime_read(x, a, body, &lifetime_ms)) {
        return 0;
    }
    if (pat_count(a, owner) >= a->workspace->behaviour->tokens.quota) {
        return api_refuse(x, a, 400, "QUOTA_EXCEEDED", "The quota of %lld tokens is used up.",
                          (long long)a->workspace->behaviour->tokens.quota);
    }
    const struct token_request request = {
        .kind = SECRET_PAT,
        .principal = owner,
        .client_id = "",
        .audience = a->workspace->workspace_id,
        .scope = scopes_joined(x, body),
        .lifetime_ms = lifetime_ms,
    };
    if (token_mint(a->state, &request, &made, &value, err) < 0) {
        return -1;
    }
    *VEC_PUSH(x->req->arena, &x->notes->issued) = arena_strdup(x->req->arena, made->name);
    if (note_make(x, a, body, made)) {
        *ret = made;
    }
    return 0;
}

struct json *pat_info(const struct access *a, const struct credential *c)
{
    char id[PAT_ID_CHARS + 1];
    const struct json *note = object_get(api_objects(a, PAT_NOTES), str_of(pat_id(c, id)));
    bool endless = c->expires_ms == CREDENTIAL_NEVER_EXPIRES;
    struct json *o = json_object();
    json_set_string(o, "token_id", id);
    json_set_int(o, "creation_time", c->issued_ms);
    json_set_int(o, "expiry_time", endless ? -1 : c->expires_ms);
    json_set_string(o, "comment", json_get_string(note, "comment", ""));
    return o;
}

int pat_reply_new(struct exchange *x, const struct access *a, const struct credential *c,
                  struct json *info_take)
{
    const struct canary *canary = secret_set_named(a->state->canaries, c->name);
    struct json *o = json_object();
    json_set_string(o, "token_value", secret_reveal(canary->value).ptr);
    json_set(o, "token_info", info_take);
    return api_reply(x, a, o);
}
