/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/google_token.h"

#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"
#include "mock/state/token_mint.h"
#include "mock/state/workspace_store.h"

enum { MS_PER_S = 1000, OPAQUE_BYTES = 120 };

static int id_token_write(struct mock_state *s, const struct google_request *r, int64_t lifetime_ms,
                          struct buf *out, struct err *err)
{
    const struct google_account *account = r->account;
    int64_t now_ms = mock_state_now_ms(s);
    AUTO_JSON struct json *c = json_object();
    json_set_string(c, "iss", GOOGLE_ISSUER);
    json_set_string(c, "sub", account->unique_id);
    json_set_string(c, "azp", r->with_email ? account->spec.email : account->unique_id);
    json_set(c, "aud", json_string_n(r->audience.ptr, r->audience.len));
    if (r->with_email) {
        json_set_string(c, "email", account->spec.email);
        json_set_bool(c, "email_verified", true);
    }
    json_set_int(c, "iat", now_ms / MS_PER_S);
    json_set_int(c, "exp", (now_ms + lifetime_ms) / MS_PER_S);
    return jwt_sign(service_key_issuer(s->service_keys), "JWT", c, out, err);
}

int google_token_mint(struct mock_state *s, const struct google_request *r,
                      const struct credential **ret_credential, struct str *ret_value,
                      struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf value = {0};
    int64_t lifetime_ms = r->lifetime_ms > 0 ? r->lifetime_ms : r->account->spec.token_lifetime_ms;
    const char *name = NULL;
    do {
        name = arena_printf(a, "google_%s_%lld", r->id ? "id_token" : "token",
                            (long long)++s->services->named);
    } while (secret_set_named(s->canaries, name) != NULL);
    if (service_count_one(s, err) < 0) {
        return -1;
    }
    if (!r->id) {
        buf_add_z(&value, "ya29.c.c0A");
        rng_base64url(&s->rng, &value, OPAQUE_BYTES);
    } else if (id_token_write(s, r, lifetime_ms, &value, err) < 0) {
        return err_wrap(err, "signing a token of %s", r->account->spec.name);
    }
    struct credential *made = credential_store_find(s->credentials, buf_str(&value));
    if (made != NULL) { /* the same claims in the same second: the same signature */
        *ret_credential = made;
        *ret_value = secret_reveal(secret_set_named(s->canaries, made->name)->value);
        return 0;
    }
    const struct token_request t = {
        .kind = SECRET_ACCESS_TOKEN,
        .principal = r->account->principal,
        .client_id = r->account->spec.email,
        .audience = r->id ? arena_strndup(a, r->audience.ptr, r->audience.len) : "",
        .scope = r->id ? "" : r->scope,
        .lifetime_ms = lifetime_ms,
        .name = name,
        .value = buf_z(&value)};
    if (token_mint(s, &t, &made, ret_value, err) < 0) {
        return -1;
    }
    made->google = r->account;
    made->is_google_id = r->id;
    made->says_email = r->id && r->with_email;
    *ret_credential = made;
    return 0;
}

static void refuse(struct credential_answer *a, enum credential_state state, const char *error)
{
    a->state = state;
    a->error = error;
}

/* "https://" and the workspace's host. A workspace at every host is taken to be the one that was
 * called, which may be without TLS and at any port. */
static bool is_for_workspace(const struct credential_question *q, const char *audience)
{
    struct str aud = str_of(audience), name = {0};
    bool anywhere = strcmp(q->workspace->host, "*") == 0;
    struct str host = anywhere ? q->host : str_of(q->workspace->host);
    if (str_ends(aud, STR("/"))) {
        aud.len--;
    }
    size_t scheme = str_starts(aud, STR("https://"))              ? 8
                    : anywhere && str_starts(aud, STR("http://")) ? 7
                                                                  : 0;
    aud = str_slice(aud, scheme, aud.len);
    if (anywhere && str_split(&aud, ':', &name)) {
        aud = name;
    }
    return scheme > 0 && str_eq_nocase(aud, host);
}

void google_check(const struct mock_state *s, const struct credential_question *q,
                  const struct credential *c, struct credential_answer *ret)
{
    int64_t left_ms = credential_life_left_ms(c, mock_state_now_ms(s));
    const struct workspace *w = q->workspace;
    bool opens = w == NULL || (c->is_google_id && c->says_email && c->google->member &&
                               strcmp(w->cloud, "GCP") == 0 && is_for_workspace(q, c->audience));
    if (c->revoked || c->principal->blocked) {
        refuse(ret, CREDENTIAL_REVOKED, "invalid-access-token");
    } else if (!opens) {
        refuse(ret, CREDENTIAL_WRONG, "invalid-access-token");
    } else if (left_ms <= 0) {
        refuse(ret, CREDENTIAL_EXPIRED, "token-expired");
    }
}
