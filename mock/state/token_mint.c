/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/token_mint.h"

#include "base/core/arena.h"
#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state_priv.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_jwt_priv.h"

#include <stdlib.h>

enum { SECRET_HEX_BYTES = 16 };

static void prefixed_hex(struct mock_state *s, const char *prefix, struct buf *out)
{
    buf_add_z(out, prefix);
    rng_hex(&s->rng, out, SECRET_HEX_BYTES);
}

void secret_value_make(struct mock_state *s, enum secret_kind kind, struct buf *out)
{
    if (kind == SECRET_PAT) {
        prefixed_hex(s, "dapi", out);
    } else if (kind == SECRET_CLIENT_SECRET) {
        prefixed_hex(s, "dose", out);
    } else {
        ASSERT(kind == SECRET_REFRESH_TOKEN);
        prefixed_hex(s, "doau", out);
    }
}

static bool is_text_token(const struct token_request *r)
{
    return r->kind == SECRET_ACCESS_TOKEN || r->kind == SECRET_ASSERTION;
}

static int value_make(struct mock_state *s, const struct token_request *r, struct token_life *life,
                      struct buf *out, struct err *err)
{
    if (r->value != NULL) {
        buf_add_z(out, r->value);
        return 0;
    }
    if (is_text_token(r)) {
        return token_text_make(s, r, life, out, err);
    }
    secret_value_make(s, r->kind, out);
    return 0;
}

static bool name_is_free(const struct mock_state *s, const char *name)
{
    return secret_set_named(s->canaries, name) == NULL;
}

/* "pat" for the first, "jane_pat", "jane_pat_2" ... for others. */
static char *pat_name(struct mock_state *s, const struct principal *p)
{
    if (name_is_free(s, "pat")) {
        return xstrdup("pat");
    }
    char *name = xasprintf("%s_pat", p->label);
    while (!name_is_free(s, name)) {
        free(name);
        name = xasprintf("%s_pat_%lld", p->label, (long long)++s->counters->pat + 1);
    }
    return name;
}

static char *counted_name(struct mock_state *s, const char *prefix, int64_t *counter)
{
    char *name = xasprintf("%s_%lld", prefix, (long long)++*counter);
    while (!name_is_free(s, name)) {
        free(name);
        name = xasprintf("%s_%lld", prefix, (long long)++*counter);
    }
    return name;
}

static char *name_make(struct mock_state *s, const struct token_request *r)
{
    if (r->name != NULL) {
        return xstrdup(r->name);
    }
    if (r->kind == SECRET_PAT) {
        return pat_name(s, r->principal);
    }
    if (r->kind == SECRET_REFRESH_TOKEN) {
        return counted_name(s, "refresh_token", &s->counters->refresh_token);
    }
    if (r->kind == SECRET_ASSERTION) {
        return counted_name(s, "id_token", &s->counters->id_token);
    }
    ASSERT(r->kind == SECRET_ACCESS_TOKEN);
    return counted_name(s, "access_token", &s->counters->access_token);
}

static bool is_listed(const struct mock_state *s, const struct token_request *r,
                      const struct token_life *life)
{
    return r->arena == NULL || r->kind != SECRET_ACCESS_TOKEN || r->name != NULL || life->forged ||
           secret_set_count(s->canaries) < s->max_listed;
}

static struct str value_keep(struct mock_state *s, const struct token_request *r, const char *name,
                             struct str value, bool listed)
{
    if (listed) {
        return secret_reveal(secret_set_add(s->canaries, name, r->kind, value)->value);
    }
    s->unlisted++;
    return str_n(arena_strndup(r->arena, value.ptr, value.len), value.len);
}

int token_mint(struct mock_state *s, const struct token_request *request,
               struct credential **ret_credential, struct str *ret_value, struct err *err)
{
    if (mock_state_make_room(s, err) < 0) {
        return -1;
    }
    AUTO(token_life_done) struct token_life life = {.issued_ms = mock_state_now_ms(s)};
    life.expires_ms = request->lifetime_ms == CREDENTIAL_NEVER_EXPIRES
                          ? CREDENTIAL_NEVER_EXPIRES
                          : life.issued_ms + request->lifetime_ms;
    AUTO_BUF struct buf value = {0};
    if (value_make(s, request, &life, &value, err) < 0) {
        return -1;
    }
    if (credential_store_find(s->credentials, buf_str(&value)) != NULL) {
        (void)err_set(err, ERR_INVALID, "this very token exists already");
        err_hint(err, "leave its jti in");
        return -1;
    }
    AUTO_FREE char *name = name_make(s, request);
    struct credential c = {
        .name = name,
        .kind = life.forged ? SECRET_ASSERTION : request->kind,
        .principal = request->principal,
        .client_id = request->client_id,
        .audience = life.audience != NULL ? life.audience : request->audience,
        .scope = life.scope != NULL ? life.scope : request->scope,
        .issued_ms = life.issued_ms,
        .expires_ms = life.expires_ms,
        .family = request->family,
        .session = {.end_ms = request->session_end_ms},
    };
    *ret_value = value_keep(s, request, name, buf_str(&value), is_listed(s, request, &life));
    *ret_credential = credential_store_add(s->credentials, buf_str(&value), &c);
    return 0;
}

int64_t token_family_new(struct mock_state *s)
{
    return ++s->counters->family;
}
