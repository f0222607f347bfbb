/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"
#include "base/text/number.h"
#include "mock/oidc/account/account_priv.h"
#include "mock/state/client_secret_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"

/* servicePrincipals/ID/credentials/secrets: at most five, for at most two years. */

#define LONGEST_S ((int64_t)63072000)

enum { MS_PER_S = 1000 };

/* "63072000s"; absent: the longest. false: answered. */
static bool lifetime_take(struct account_call *c, const struct json *body, int64_t *ret_s)
{
    struct err ignored = {0};
    struct str text = str_of(json_get_string(body, "lifetime", "63072000s"));
    if (!str_ends(text, STR("s")) ||
        parse_int64(str_slice(text, 0, text.len - 1), 1, LONGEST_S, ret_s, &ignored) < 0) {
        account_refuse(c, "invalid-parameter", "lifetime is a number of seconds up to 63072000s");
        return false;
    }
    return true;
}

static struct json *secret_json(const struct mock_state *s, const struct client_secret *secret)
{
    struct json *o = json_object();
    bool live = mock_state_now_ms(s) < secret->expires_ms;
    json_set_string(o, "id", secret->id);
    json_set_string(o, "secret_hash", secret->hash);
    json_set_string(o, "status", live ? "ACTIVE" : "EXPIRED");
    account_set_time(o, "create_time", secret->created_ms);
    account_set_time(o, "update_time", secret->created_ms);
    if (secret->expires_ms != CREDENTIAL_NEVER_EXPIRES) {
        account_set_time(o, "expire_time", secret->expires_ms);
    }
    return o;
}

int service_secret_create(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    AUTO_JSON_DOC struct json_doc doc = {0};
    int64_t life_s;
    const struct principal *p = account_enter(x, &c) ? account_service_principal(&c, 1) : NULL;
    if (p == NULL || (x->req->body.len > 0 && !account_body(&c, &doc)) ||
        !lifetime_take(&c, doc.root, &life_s)) {
        return 0;
    }
    if (client_secret_store_at(c.state->oidc->secrets, p, CLIENT_SECRETS_PER_PRINCIPAL - 1) !=
        NULL) {
        account_refuse(&c, "bad-request", "The service principal has five secrets already");
        return 0;
    }
    int64_t end_ms = mock_state_now_ms(c.state) + life_s * MS_PER_S;
    const struct client_secret *made = oidc_secret_add(c.state, p, NULL, end_ms);
    struct json *o = secret_json(c.state, made);
    json_set_string(o, "secret", secret_reveal(made->value).ptr);
    account_reply(&c, o);
    return 0;
}

int service_secret_list(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    const struct client_secret *secret;
    const struct principal *p = account_enter(x, &c) ? account_service_principal(&c, 1) : NULL;
    if (p == NULL) {
        return 0;
    }
    struct json *list = json_array(), *o = json_object();
    for (size_t i = 0; (secret = client_secret_store_at(c.state->oidc->secrets, p, i)) != NULL;
         i++) {
        json_push(list, secret_json(c.state, secret));
    }
    json_set(o, "secrets", list);
    account_reply(&c, o);
    return 0;
}

int service_secret_delete(struct exchange *x, struct err *err UNUSED)
{
    struct account_call c;
    const struct principal *p = account_enter(x, &c) ? account_service_principal(&c, 1) : NULL;
    if (p == NULL) {
        return 0;
    }
    if (!client_secret_store_remove(c.state->oidc->secrets, p, x->req->captures[2])) {
        account_refuse(&c, "resource-does-not-exist", "There is no such secret");
        return 0;
    }
    account_reply(&c, json_object());
    return 0;
}
