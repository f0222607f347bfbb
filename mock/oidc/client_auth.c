/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_auth.h"

#include "base/secret/secret.h"
#include "mock/http/basic.h"
#include "mock/oidc/client_assertion.h"
#include "mock/oidc/token_reply.h"
#include "mock/access/note.h"
#include "mock/state/app_store.h"
#include "mock/state/client_secret_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

/* What a request says about its client. Encoded halves are kept both ways, for a secret may look
 * like an encoding without being one. */
struct claim {
    struct str scheme; /* of the Authorization header, "" without one */
    bool has_header, readable;
    struct str id[2], secret[2]; /* raw, decoded */
    bool has_secret;
};

static void claim_from_basic(struct arena *a, struct str header, struct claim *c)
{
    struct basic_pair pair;
    c->has_header = true;
    c->scheme = basic_scheme(header);
    if (!basic_read(a, header, &pair)) {
        return;
    }
    c->id[0] = pair.id;
    c->secret[0] = pair.secret;
    c->id[1] = basic_half(a, pair.id);
    c->secret[1] = basic_half(a, pair.secret);
    c->has_secret = pair.secret.len > 0;
    c->readable = true;
}

static void claim_from_body(const struct url_params *form, struct claim *c)
{
    struct str id = params_value(form, "client_id");
    struct str secret = params_value(form, "client_secret");
    c->id[0] = c->id[1] = id;
    c->secret[0] = c->secret[1] = secret;
    c->has_secret = secret.len > 0;
    c->readable = true;
}

/* Whom the id names; false when nobody. */
static bool client_named(const struct mock_state *s, const struct str id[2],
                         struct oidc_client *ret)
{
    for (int i = 0; i < 2; i++) {
        const struct principal *p = principal_store_client(s->principals, id[i]);
        const struct oauth_app *app = app_store_client(s->oidc->apps, id[i]);
        if (p != NULL || app != NULL) {
            *ret = (struct oidc_client){
                .id = p != NULL ? p->client_id : app->client_id, .principal = p, .app = app};
            return true;
        }
    }
    return false;
}

static void note(struct exchange *x, const struct claim *c, enum credential_state state)
{
    const struct mock_state *s = x->state;
    const struct canary *sent = NULL;
    if (c->has_secret) {
        sent = secret_set_find(s->canaries, c->secret[0]);
        sent = sent != NULL ? sent : secret_set_find(s->canaries, c->secret[1]);
    }
    note_secret(x, c->scheme, sent, state);
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

/* More than one mechanism, or more than one client: the request is wrong, whoever sent it (RFC 6749
 * sections 2.3 and 5.2). */
static bool refuse_two(struct exchange *x, const struct claim *c)
{
    note(x, c, CREDENTIAL_WRONG);
    token_reply_error(x, "invalid_request",
                      "More than one way of client authentication was used in the request");
    return false;
}

/* Of the two forms a secret has, the better verdict. */
static enum credential_state secret_check(const struct mock_state *s, const struct oidc_client *who,
                                          const struct claim *c)
{
    if (who->app != NULL) {
        bool right = secret_equal(who->app->client_secret, c->secret[0]) ||
                     secret_equal(who->app->client_secret, c->secret[1]);
        return right ? CREDENTIAL_LIVE : CREDENTIAL_WRONG;
    }
    enum credential_state state = CREDENTIAL_WRONG;
    for (int i = 0; i < 2; i++) {
        switch (client_secret_check(s->oidc->secrets, who->principal, c->secret[i],
                                    mock_state_now_ms(s))) {
        case CLIENT_SECRET_LIVE:
            return CREDENTIAL_LIVE;
        case CLIENT_SECRET_EXPIRED:
            state = CREDENTIAL_EXPIRED;
            break;
        case CLIENT_SECRET_WRONG:
            break;
        }
    }
    return state;
}

static bool confidential(struct exchange *x, const struct claim *c, struct oidc_client *who)
{
    if (!c->has_secret) {
        return refuse(x, c, CREDENTIAL_ABSENT);
    }
    enum credential_state state = secret_check(x->state, who, c);
    if (state != CREDENTIAL_LIVE) {
        return refuse(x, c, state);
    }
    if (who->principal != NULL && who->principal->blocked) {
        return refuse(x, c, CREDENTIAL_REVOKED);
    }
    note(x, c, CREDENTIAL_LIVE);
    who->proven = true;
    return true;
}

static bool is_public(const struct oidc_client *who)
{
    return who->app != NULL && who->app->client_secret == NULL && who->app->keys.count == 0;
}

/* One way only: RFC 6749 section 2.3. */
static bool claim_take(struct exchange *x, const struct url_params *form, struct claim *c)
{
    const struct http_field *header = http_req_header(x->req, "Authorization");
    if (header == NULL) {
        claim_from_body(form, c);
        return true;
    }
    const struct mock_state *s = x->state;
    claim_from_basic(x->req->arena, header->value, c);
    if (s->oidc->knobs.strict_basic) {
        c->id[0] = c->id[1];
        c->secret[0] = c->secret[1];
    }
    if (!c->readable || http_req_header_count(x->req, "Authorization") > 1) {
        return refuse(x, c, CREDENTIAL_MALFORMED);
    }
    struct str id = params_value(form, "client_id");
    if (params_value(form, "client_secret").len > 0 ||
        (id.len > 0 && !str_eq(id, c->id[0]) && !str_eq(id, c->id[1]))) {
        return refuse_two(x, c);
    }
    return true;
}

static bool by_assertion(struct exchange *x, const struct oidc_place *place,
                         const struct url_params *form, struct claim *c, struct oidc_client *ret)
{
    struct client_assertion assertion;
    if (c->has_header || c->has_secret) {
        return refuse_two(x, c);
    }
    client_assertion_check(x, place, form, &assertion);
    struct str id[2] = {str_of(assertion.client_id), str_of(assertion.client_id)};
    if (assertion.state != CREDENTIAL_LIVE) {
        return refuse(x, c, assertion.state);
    }
    if (!client_named(x->state, id, ret)) {
        return refuse(x, c, CREDENTIAL_UNKNOWN);
    }
    if (ret->principal != NULL && ret->principal->blocked) {
        return refuse(x, c, CREDENTIAL_REVOKED);
    }
    note(x, c, CREDENTIAL_LIVE);
    x->notes->credential.kind = secret_kind_name(SECRET_ASSERTION);
    ret->proven = true;
    return true;
}

static bool by_name_or_secret(struct exchange *x, const struct claim *c, enum client_need need,
                              struct oidc_client *ret)
{
    bool anonymous = need == CLIENT_NAMED && c->id[0].len == 0 && !c->has_secret && !c->has_header;
    if (anonymous) {
        note(x, c, CREDENTIAL_ABSENT);
        *ret = (struct oidc_client){.id = ""};
        return true;
    }
    if (!client_named(x->state, c->id, ret)) {
        return refuse(x, c, c->has_secret ? CREDENTIAL_UNKNOWN : CREDENTIAL_ABSENT);
    }
    if (ret->principal != NULL) {
        x->notes->principal = arena_strdup(x->req->arena, ret->principal->name);
    }
    bool by_name = is_public(ret) || (need == CLIENT_NAMED && ret->principal != NULL);
    if (by_name && !c->has_secret) {
        note(x, c, CREDENTIAL_ABSENT);
        return true;
    }
    if (is_public(ret)) {
        return refuse(x, c, CREDENTIAL_UNKNOWN);
    }
    if (ret->app != NULL && ret->app->client_secret == NULL) {
        return refuse(x, c, CREDENTIAL_ABSENT); /* it has keys, and has to use them */
    }
    return confidential(x, c, ret);
}

bool client_authenticate(struct exchange *x, const struct oidc_place *place,
                         const struct url_params *form, enum client_need need,
                         struct oidc_client *ret)
{
    struct claim c = {.scheme = STR("")};
    struct oidc_client who = {.id = ""};
    if (!claim_take(x, form, &c)) {
        return false;
    }
    bool ok = params_value(form, "client_assertion").len > 0
                  ? by_assertion(x, place, form, &c, &who)
                  : by_name_or_secret(x, &c, need, &who);
    if (ok) {
        *ret = who;
    }
    return ok;
}
