/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"
#include "base/text/base64.h"
#include "mock/azure/entra.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"
#include "mock/state/token_mint.h"

enum { MS_PER_S = 1000 };

static const struct {
    const char *grant_type;
    entra_grant *handle;
} grants[] = {
    {"client_credentials", entra_grant_client_credentials},
    {"urn:ietf:params:oauth:grant-type:jwt-bearer", entra_grant_on_behalf_of},
    {"authorization_code", entra_grant_code},
    {"refresh_token", entra_grant_refresh},
};

/* ---- answering ---- */

static void set_number(struct entra_call *call, struct json *o, const char *key, int64_t number)
{
    if (call->v1) {
        json_set_string(o, key, arena_printf(call->x->req->arena, "%lld", (long long)number));
    } else {
        json_set_int(o, key, number);
    }
}

static void note_issued(struct entra_call *call, const char *name)
{
    struct arena *a = call->x->req->arena;
    *VEC_PUSH(a, &call->x->notes->issued) = arena_strdup(a, name);
}

/* Whose account it is, for clients that ask (MSAL). */
static void set_client_info(struct entra_call *call, struct json *o, const struct principal *user)
{
    struct arena *a = call->x->req->arena;
    if (strcmp(entra_param(call, "client_info"), "1") != 0) {
        return;
    }
    AUTO_BUF struct buf out = {0};
    const char *text = arena_printf(a, "{\"uid\":\"%s\",\"utid\":\"%s\"}",
                                    entra_object_id(a, call->tenant, user->name), call->tenant->id);
    base64_encode(&out, str_of(text), BASE64_URL);
    json_set_string(o, "client_info", buf_z(&out));
}

/* What was granted, and with it "/.default" where that was asked for: clients find a token in their
 * cache by the scope they asked with. */
static const char *scope_granted(struct entra_call *call, const struct entra_wish *wish)
{
    struct arena *a = call->x->req->arena;
    const char *audience = wish->resource.audience;
    if (call->v1) {
        return wish->scope;
    }
    bool by_default = strstr(entra_param(call, "scope"), "/.default") != NULL;
    return by_default ? arena_printf(a, "%s/%s %s/.default", audience, wish->scope, audience)
                      : arena_printf(a, "%s/%s", audience, wish->scope);
}

static int set_user_tokens(struct entra_call *call, const struct entra_issue *what,
                           const struct entra_request *r, struct json *o, struct err *err)
{
    const struct entra_wish *wish = &what->wish;
    struct str value;
    json_set_string(o, "scope", scope_granted(call, wish));
    if (wish->offline) {
        const struct credential *c;
        if (entra_refresh_token_mint(call->state, r, &c, &value, err) < 0) {
            return -1;
        }
        json_set_string(o, "refresh_token", value.ptr);
        note_issued(call, c->name);
    }
    if (wish->openid) {
        const char *name;
        if (entra_id_token_mint(call->state, r, what->nonce != NULL ? what->nonce : "", &name,
                                &value, err) < 0) {
            return -1;
        }
        json_set_string(o, "id_token", value.ptr);
        note_issued(call, name);
    }
    set_client_info(call, o, what->user);
    return 0;
}

int entra_issue(struct entra_call *call, const struct entra_issue *what, struct err *err)
{
    const struct credential *c;
    struct str value;
    struct entra_request r = {
        .app = call->app,
        .user = what->user,
        .resource = what->wish.resource,
        .scope = what->wish.scope,
        .cloud = call->cloud,
        .family =
            what->family != 0 || !what->wish.offline ? what->family : token_family_new(call->state),
    };
    if (entra_token_mint(call->state, &r, &c, &value, err) < 0) {
        return -1;
    }
    note_issued(call, c->name);
    AUTO_JSON struct json *o = json_object();
    json_set_string(o, "token_type", "Bearer");
    /* The service tells one second less than the token lives. */
    int64_t life_s = (c->expires_ms - c->issued_ms) / MS_PER_S;
    set_number(call, o, "expires_in", life_s > 1 ? life_s - 1 : life_s);
    set_number(call, o, "ext_expires_in", life_s > 1 ? life_s - 1 : life_s);
    if (call->v1) {
        set_number(call, o, "expires_on", c->expires_ms / MS_PER_S);
        set_number(call, o, "not_before", c->issued_ms / MS_PER_S);
        json_set_string(o, "resource", entra_param(call, "resource"));
    }
    json_set_string(o, "access_token", value.ptr);
    if (what->user != NULL && set_user_tokens(call, what, &r, o, err) < 0) {
        return -1;
    }
    http_reply_json(call->x->req, call->x->reply, 200, TAKE_PTR(o));
    http_reply_header(call->x->req, call->x->reply, "content-type",
                      "application/json; charset=utf-8");
    aadsts_headers(call->x);
    return 0;
}

/* ---- reading ---- */

static bool form_take(struct entra_call *call)
{
    struct err ignored = {0};
    const struct http_field *type = http_req_header(call->x->req, "Content-Type");
    struct str rest = type != NULL ? type->value : STR(""), media = {0};
    bool form = str_split(&rest, ';', &media) && str_eq_nocase(str_trim(media), STR(ENTRA_FORM));
    if (form && form_parse(call->x->req->arena, call->x->req->body, &call->form, &ignored) < 0) {
        entra_refuse(call, 9002313, "body");
        return false;
    }
    const struct url_param *twice = params_duplicate(&call->form);
    if (twice != NULL) {
        entra_refuse(call, 9000411,
                     arena_strndup(call->x->req->arena, twice->name.ptr, twice->name.len));
        return false;
    }
    return true;
}

static int answer(struct exchange *x, bool v1, struct err *err)
{
    struct entra_call call;
    x->notes->credential.scheme = "";
    if (!entra_tenant_take(x, v1, &call) || !form_take(&call)) {
        return 0;
    }
    const char *type = entra_param(&call, "grant_type");
    if (type[0] == '\0') {
        entra_refuse(&call, 900144, "grant_type");
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (strcmp(type, grants[i].grant_type) == 0) {
            return grants[i].handle(&call, err);
        }
    }
    entra_refuse(&call, 70003, type);
    return 0;
}

int entra_token_v1(struct exchange *x, struct err *err)
{
    return answer(x, true, err);
}

int entra_token_v2(struct exchange *x, struct err *err)
{
    return answer(x, false, err);
}

int entra_token_wrong_method(struct exchange *x, struct err *err UNUSED)
{
    struct aadsts_subject subject = {
        .value = arena_strndup(x->req->arena, x->req->method.ptr, x->req->method.len)};
    aadsts_reply(x, 900561, &subject);
    http_reply_header(x->req, x->reply, "allow", "POST");
    return 0;
}
