/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/core/xalloc.h"
#include "base/secret/secret.h"
#include "mock/azure/entra.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"

/* The authorize endpoint: no page is shown, the user consents at once. Who signs in is told by
 * login_hint, else it is the scenario's first user. */

enum { CODE_BYTES = 64 };
#define CODE_LIFETIME_MS ((int64_t)10 * 60 * 1000)

/* http://localhost and http://127.0.0.1 match with any port (Microsoft identity platform, redirect
 * URI restrictions); all else is compared whole. */
static bool redirect_matches(struct arena *a, const char *known, const char *asked)
{
    if (strcmp(known, asked) == 0) {
        return true;
    }
    struct url k, u;
    struct err ignored = {0};
    if (url_parse(a, str_of(known), &k, &ignored) < 0 ||
        url_parse(a, str_of(asked), &u, &ignored) < 0) {
        return false;
    }
    bool loopback = str_eq_z(k.host, "localhost") || str_eq_z(k.host, "127.0.0.1");
    return loopback && str_eq_z(k.scheme, "http") && str_eq(k.scheme, u.scheme) &&
           str_eq(k.host, u.host) && str_eq(k.path, u.path) && str_eq(k.query, u.query) &&
           u.fragment.len == 0;
}

static bool redirect_is_registered(const struct entra_call *call, const char *asked)
{
    const struct str_list *known = &call->app->spec.redirect_uris;
    for (size_t i = 0; i < known->count; i++) {
        if (redirect_matches(call->x->req->arena, known->items[i], asked)) {
            return true;
        }
    }
    return false;
}

static const struct principal *user_of(const struct entra_call *call)
{
    const char *hint = entra_param(call, "login_hint");
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(call->state->principals, i)) != NULL; i++) {
        if (p->kind == PRINCIPAL_USER && !p->blocked &&
            (hint[0] == '\0' || strcmp(hint, p->name) == 0)) {
            return p;
        }
    }
    return NULL;
}

static void add_param(struct buf *out, const char *name, const char *value)
{
    if (value[0] != '\0') {
        buf_add_z(out, out->len > 0 ? "&" : "");
        buf_printf(out, "%s=", name);
        form_encode(out, str_of(value));
    }
}

static void add_input(struct buf *page, const char *name, const char *value)
{
    if (value[0] == '\0') {
        return;
    }
    buf_printf(page, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    for (const char *p = value; *p != '\0'; p++) {
        switch (*p) {
        case '"':
            buf_add_z(page, "&quot;");
            break;
        case '&':
            buf_add_z(page, "&amp;");
            break;
        case '<':
            buf_add_z(page, "&lt;");
            break;
        default:
            buf_add_char(page, *p);
        }
    }
    buf_add_z(page, "\"/>");
}

/* The answer to the client: three parameters at most, by one of the response modes. */
static void send_back(struct entra_call *call, const char *const (*params)[2], size_t count)
{
    struct exchange *x = call->x;
    const char *mode = entra_param(call, "response_mode");
    const char *uri = entra_param(call, "redirect_uri");
    AUTO_BUF struct buf out = {0}, page = {0};
    if (strcmp(mode, "form_post") == 0) {
        /* OAuth 2.0 Form Post Response Mode, section 2 */
        buf_add_z(&page, "<html><head><title>Working...</title></head><body><form method=\"POST\" "
                         "name=\"hiddenform\" action=\"");
        buf_printf(&page, "%s\">", uri); /* registered, so without quotes */
        for (size_t i = 0; i < count; i++) {
            add_input(&page, params[i][0], params[i][1]);
        }
        buf_add_z(&page, "<noscript><input type=\"submit\"/></noscript></form><script>"
                         "document.forms[0].submit();</script></body></html>\n");
        http_reply_text(x->req, x->reply, 200, "text/html; charset=utf-8", buf_str(&page));
        aadsts_headers(x);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        add_param(&out, params[i][0], params[i][1]);
    }
    const char *mark = strcmp(mode, "fragment") == 0 ? "#" : strchr(uri, '?') != NULL ? "&" : "?";
    http_reply_text(x->req, x->reply, 302, "text/html; charset=utf-8", STR(""));
    http_reply_header(x->req, x->reply, "location",
                      arena_printf(x->req->arena, "%s%s%s", uri, mark, buf_z(&out)));
    aadsts_headers(x);
}

static void refuse_by_redirect(struct entra_call *call, int code, const char *value)
{
    const struct aadsts_subject subject = {.app = call->app->spec.client_id, .value = value};
    const char *const params[][2] = {
        {"error", aadsts_find(code)->error},
        {"error_description", aadsts_description(call->x, code, &subject)},
        {"state", entra_param(call, "state")},
    };
    send_back(call, params, ARRAY_LEN(params));
}

static const char *code_make(struct entra_call *call, const struct entra_code *from,
                             struct err *err)
{
    struct mock_state *s = call->state;
    struct service_store *store = s->services;
    if (service_count_one(s, err) < 0) {
        return NULL;
    }
    AUTO_BUF struct buf value = {0};
    buf_add_z(&value, "1.AR");
    rng_base64url(&s->rng, &value, CODE_BYTES);
    struct entra_code *code = ARENA_NEW(store->arena, struct entra_code);
    *code = *from;
    code->redirect_uri = arena_strdup(store->arena, from->redirect_uri);
    code->scope = arena_strdup(store->arena, from->scope);
    code->nonce = arena_strdup(store->arena, from->nonce);
    code->challenge = arena_strdup(store->arena, from->challenge);
    (void)map_put(store->codes, buf_str(&value), code);
    const struct canary *c = service_canary_add(
        s, arena_printf(call->x->req->arena, "entra_code_%lld", (long long)store->minted),
        SECRET_CODE, buf_str(&value));
    struct arena *a = call->x->req->arena;
    *VEC_PUSH(a, &call->x->notes->issued) = arena_strdup(a, c->name);
    return secret_reveal(c->value).ptr;
}

/* What is told to the client, once it is known where it lives. 0 = nothing. */
static int client_fault(struct entra_call *call, const char **ret_value)
{
    const char *type = entra_param(call, "response_type");
    const char *method = entra_param(call, "code_challenge_method");
    bool challenge = entra_param(call, "code_challenge")[0] != '\0';
    const char *mode = entra_param(call, "response_mode");
    bool mode_known = mode[0] == '\0' || strcmp(mode, "query") == 0 ||
                      strcmp(mode, "fragment") == 0 || strcmp(mode, "form_post") == 0;
    *ret_value = strcmp(type, "code") != 0 ? "response_type" : "response_mode";
    if (strcmp(type, "code") != 0 || !mode_known) {
        return 9002313;
    }
    *ret_value = "code_challenge_method";
    if (challenge && strcmp(method, "S256") != 0) {
        return 9002313;
    }
    if (!challenge && call->app->spec.kind == ENTRA_SPA) {
        return 9002325;
    }
    *ret_value = "scope";
    return !call->v1 && entra_param(call, "scope")[0] == '\0' ? 900144 : 0;
}

static int consent(struct entra_call *call, struct err *err)
{
    const char *value = NULL;
    int fault = client_fault(call, &value);
    const struct principal *user = user_of(call);
    if (fault != 0 || user == NULL) {
        refuse_by_redirect(call, fault != 0 ? fault : 50058, value);
        return 0;
    }
    const struct entra_code code = {
        .app = call->app,
        .user = user,
        .redirect_uri = entra_param(call, "redirect_uri"),
        .scope = entra_param(call, "scope"),
        .nonce = entra_param(call, "nonce"),
        .challenge = entra_param(call, "code_challenge"),
        .expires_ms = mock_state_now_ms(call->state) + CODE_LIFETIME_MS,
    };
    const char *made = code_make(call, &code, err);
    if (made == NULL) {
        return -1;
    }
    call->x->notes->principal = arena_strdup(call->x->req->arena, user->name);
    const char *const params[][2] = {
        {"code", made},
        {"state", entra_param(call, "state")},
        {"session_state", entra_object_id(call->x->req->arena, call->tenant, made)},
    };
    send_back(call, params, ARRAY_LEN(params));
    return 0;
}

static int authorize(struct exchange *x, bool v1, struct err *err)
{
    struct entra_call call;
    if (!entra_tenant_take(x, v1, &call)) {
        return 0;
    }
    call.form = x->req->params;
    const char *id = entra_param(&call, "client_id");
    const char *uri = entra_param(&call, "redirect_uri");
    const struct url_param *twice = params_duplicate(&call.form);
    struct aadsts_subject subject = {.app = id, .tenant = call.tenant_name, .value = uri};
    call.app = service_entra_app(call.state->services, str_of(id));
    if (twice != NULL || id[0] == '\0') {
        subject.value = twice != NULL
                            ? arena_strndup(x->req->arena, twice->name.ptr, twice->name.len)
                            : "client_id";
        aadsts_page(x, twice != NULL ? 9000411 : 900144, &subject);
    } else if (call.app == NULL || call.app->tenant != call.tenant) {
        aadsts_page(x, 700016, &subject);
    } else if (!redirect_is_registered(&call, uri)) {
        aadsts_page(x, 50011, &subject);
    } else {
        return consent(&call, err);
    }
    return 0;
}

int entra_authorize_v1(struct exchange *x, struct err *err)
{
    return authorize(x, true, err);
}

int entra_authorize_v2(struct exchange *x, struct err *err)
{
    return authorize(x, false, err);
}
