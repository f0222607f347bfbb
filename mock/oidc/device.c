/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/device.h"

#include "base/crypto/random.h"
#include "mock/access/access.h"
#include "mock/oidc/client_auth.h"
#include "mock/oidc/place.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token.h"
#include "mock/oidc/token_reply.h"
#include "mock/oidc/unserved.h"
#include "mock/state/app_store.h"
#include "mock/state/code_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

enum { MS_PER_S = 1000, USER_CODE_CHARS = 8 };

/* Letters that spell no words and look like nothing else: RFC 8628 section 6.1. */
static const char user_code_chars[] = "BCDFGHJKLMNPQRSTVWXZ";

static const char *user_code_make(struct exchange *x, struct mock_state *s)
{
    char code[USER_CODE_CHARS + 2];
    size_t n = 0;
    for (int i = 0; i < USER_CODE_CHARS; i++) {
        if (i == USER_CODE_CHARS / 2) {
            code[n++] = '-';
        }
        code[n++] = user_code_chars[rng_uint64(&s->rng) % (sizeof(user_code_chars) - 1)];
    }
    return arena_strndup(x->req->arena, code, n);
}

static void reply(struct exchange *x, struct str device_code)
{
    struct mock_state *s = x->state;
    const struct scenario_device_flow *plan = &s->oidc->knobs.device_flow;
    struct arena *a = x->req->arena;
    const char *user_code = user_code_make(x, s);
    const char *page = arena_printf(a, "%s/oidc/device", http_req_origin(x->req));
    struct json *o = json_object();
    json_set(o, "device_code", json_string_n(device_code.ptr, device_code.len));
    json_set_string(o, "user_code", user_code);
    json_set_string(o, "verification_uri", page);
    json_set_string(o, "verification_uri_complete",
                    arena_printf(a, "%s?user_code=%s", page, user_code));
    json_set_int(o, "expires_in", plan->lifetime_ms / MS_PER_S);
    json_set_int(o, "interval", plan->interval_ms / MS_PER_S);
    token_reply_json(x, 200, o);
}

/* NULL: the answer has been written. */
static const char *scope_of_request(struct exchange *x, const struct url_params *form,
                                    const struct oidc_client *client)
{
    struct mock_state *s = x->state;
    struct arena *a = x->req->arena;
    struct str asked = params_value(form, "scope");
    const char *whole = s->oidc->user != NULL ? scope_of_both(a, s->oidc->user, client->app) : "";
    if (asked.len == 0) {
        return scope_is_within(STR("all-apis"), str_of(whole)) ? "all-apis" : whole;
    }
    if (!scope_is_well_formed(asked) || !scope_is_within(asked, str_of(whole))) {
        token_reply_error(x, "invalid_scope", NULL);
        return NULL;
    }
    return arena_strndup(a, asked.ptr, asked.len);
}

static void authorize(struct exchange *x, const struct oidc_place *place)
{
    struct mock_state *s = x->state;
    struct url_params form = {0};
    struct oidc_client client;
    if (!token_form_take(x, &form) ||
        !client_authenticate(x, place, &form, CLIENT_PROVEN, &client)) {
        return;
    }
    if (client.app == NULL) {
        token_reply_error(x, "unauthorized_client", NULL);
        return;
    }
    const char *scope = scope_of_request(x, &form, &client);
    if (scope == NULL) {
        return;
    }
    const struct code code = {
        .is_for = {.client_id = client.id,
                   .audience = place->audience,
                   .scope = scope,
                   .redirect_uri = "",
                   .challenge = "",
                   .nonce = "",
                   .principal = s->oidc->user},
        .expires_ms = mock_state_now_ms(s) + s->oidc->knobs.device_flow.lifetime_ms,
        .device = true,
        .interval_ms = s->oidc->knobs.device_flow.interval_ms,
    };
    struct str value;
    const struct code *made = oidc_code_add(s, &code, &value);
    *VEC_PUSH(x->req->arena, &x->notes->issued) = arena_strdup(x->req->arena, made->name);
    reply(x, value);
}

static bool is_served(struct exchange *x)
{
    const struct mock_state *s = x->state;
    if (!s->oidc->knobs.has_device_flow) {
        unserved_reply(x);
        return false;
    }
    return true;
}

int device_authorization(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (is_served(x) && oidc_place_of_workspace(x, &place)) {
        authorize(x, &place);
    }
    return 0;
}

int device_account_authorization(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (is_served(x) && oidc_place_of_account(x, &place)) {
        authorize(x, &place);
    }
    return 0;
}

int device_user_page(struct exchange *x, struct err *err UNUSED)
{
    if (is_served(x)) {
        http_reply_text(x->req, x->reply, 200, "text/html; charset=utf-8",
                        STR("<!doctype html>\n<title>Connect a device</title>\n"
                            "<p>The scenario decides whether the device is allowed.</p>\n"));
        access_service_headers(x);
    }
    return 0;
}
