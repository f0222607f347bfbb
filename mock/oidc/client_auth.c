/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_auth.h"

#include "base/secret/secret.h"
#include "base/text/base64.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

/* Registered in every account (databricks/cli, and the SQL drivers' OAuth sources). */
static const char *const public_clients[] = {
    "databricks-cli",
    "databricks-sql-connector",
    "databricks-sql-jdbc",
    "dbt-databricks",
};

/* What a request says about its client. Encoded halves are kept both ways, for a secret may look
 * like an encoding without being one. */
struct claim {
    struct str scheme; /* of the Authorization header, "" without one */
    bool has_header, readable;
    struct str id[2], secret[2]; /* raw, decoded */
    bool has_secret;
};

static struct str decoded(struct arena *a, struct str half)
{
    struct err ignored = {0};
    AUTO_BUF struct buf out = {0};
    if (percent_decode(&out, half, true, &ignored) < 0) {
        return half;
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

static void claim_from_basic(struct arena *a, struct str header, struct claim *c)
{
    struct err ignored = {0};
    AUTO_BUF struct buf pair = {0};
    long space = str_find(header, STR(" "), 0);
    c->has_header = true;
    c->scheme = str_slice(header, 0, space < 0 ? header.len : (size_t)space);
    if (space < 0 || !str_eq_nocase(c->scheme, STR("Basic")) ||
        base64_decode(&pair, str_slice(header, (size_t)space + 1, header.len), BASE64_STANDARD,
                      &ignored) < 0) {
        return;
    }
    long colon = str_find(buf_str(&pair), STR(":"), 0);
    if (colon < 0) {
        return;
    }
    struct str copy = str_n(arena_strndup(a, buf_z(&pair), pair.len), pair.len);
    c->id[0] = str_slice(copy, 0, (size_t)colon);
    c->secret[0] = str_slice(copy, (size_t)colon + 1, copy.len);
    c->id[1] = decoded(a, c->id[0]);
    c->secret[1] = decoded(a, c->secret[0]);
    c->has_secret = c->secret[0].len > 0;
    c->readable = true;
}

static void claim_from_body(const struct url_params *form, struct claim *c)
{
    struct str id = form_value(form, "client_id");
    struct str secret = form_value(form, "client_secret");
    c->id[0] = c->id[1] = id;
    c->secret[0] = c->secret[1] = secret;
    c->has_secret = secret.len > 0;
    c->readable = true;
}

static const struct principal *principal_claimed(const struct mock_state *s, const struct claim *c)
{
    const struct principal *p = principal_store_client(s->principals, c->id[0]);
    return p != NULL ? p : principal_store_client(s->principals, c->id[1]);
}

static const char *public_claimed(const struct claim *c)
{
    for (size_t i = 0; i < ARRAY_LEN(public_clients); i++) {
        if (str_eq_z(c->id[0], public_clients[i])) {
            return public_clients[i];
        }
    }
    return NULL;
}

static bool secret_is_right(const struct principal *p, const struct claim *c)
{
    return secret_equal(p->client_secret, c->secret[0]) ||
           secret_equal(p->client_secret, c->secret[1]);
}

static void note(struct exchange *x, const struct claim *c, enum credential_state state)
{
    const struct mock_state *s = x->state;
    struct journal_credential *n = &x->notes->credential;
    const struct canary *sent = NULL;
    if (c->has_secret) {
        sent = secret_set_find(s->canaries, c->secret[0]);
        sent = sent != NULL ? sent : secret_set_find(s->canaries, c->secret[1]);
    }
    *n = (struct journal_credential){
        .scheme =
            arena_strndup(x->req->arena, c->scheme.len > 0 ? c->scheme.ptr : "", c->scheme.len),
        .name = sent != NULL ? arena_strdup(x->req->arena, sent->name) : "",
        .kind = sent != NULL ? secret_kind_name(sent->kind) : "",
        .state = state,
    };
}

static bool refuse(struct exchange *x, const struct claim *c, enum credential_state state)
{
    note(x, c, state);
    token_reply_error(x, "invalid_client", NULL);
    if (!c->has_header) {
        http_reply_remove_header(x->reply, "www-authenticate");
    }
    return false;
}

static bool confidential(struct exchange *x, const struct claim *c, const struct principal *p,
                         struct oidc_client *ret)
{
    x->notes->principal = arena_strdup(x->req->arena, p->name);
    if (!c->has_secret) {
        return refuse(x, c, CREDENTIAL_ABSENT);
    }
    if (!secret_is_right(p, c)) {
        return refuse(x, c, CREDENTIAL_WRONG);
    }
    if (p->blocked) {
        return refuse(x, c, CREDENTIAL_REVOKED);
    }
    note(x, c, CREDENTIAL_LIVE);
    *ret = (struct oidc_client){.id = p->client_id, .principal = p};
    return true;
}

bool client_authenticate(struct exchange *x, const struct url_params *form, struct oidc_client *ret)
{
    const struct mock_state *s = x->state;
    const struct http_field *header = http_req_header(x->req, "Authorization");
    struct claim c = {.scheme = STR("")};
    if (header != NULL) {
        claim_from_basic(x->req->arena, header->value, &c);
        if (!c.readable || http_req_header_count(x->req, "Authorization") > 1) {
            return refuse(x, &c, CREDENTIAL_MALFORMED);
        }
        if (form_value(form, "client_secret").len > 0) {
            return refuse(x, &c, CREDENTIAL_WRONG);
        }
        struct str id = form_value(form, "client_id");
        if (id.len > 0 && !str_eq(id, c.id[0]) && !str_eq(id, c.id[1])) {
            return refuse(x, &c, CREDENTIAL_WRONG);
        }
    } else {
        claim_from_body(form, &c);
    }
    const struct principal *p = principal_claimed(s, &c);
    if (p != NULL) {
        return confidential(x, &c, p, ret);
    }
    const char *public_id = public_claimed(&c);
    if (public_id == NULL || c.has_secret) {
        return refuse(x, &c, c.has_secret ? CREDENTIAL_UNKNOWN : CREDENTIAL_ABSENT);
    }
    note(x, &c, CREDENTIAL_ABSENT);
    *ret = (struct oidc_client){.id = public_id};
    return true;
}
