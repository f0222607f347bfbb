/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/authorize_priv.h"
#include "mock/oidc/token_reply.h"

/* A browser keeps nothing of this, and the application's page does not tell others where its user
 * came from (RFC 9700 section 4.2.4). */
static void finish(struct exchange *x)
{
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    http_reply_header(x->req, x->reply, "pragma", "no-cache");
    http_reply_header(x->req, x->reply, "referrer-policy", "no-referrer");
    access_service_headers(x);
}

static void add_pair(struct buf *out, const char *name, struct str value)
{
    if (out->len > 0) {
        buf_add_char(out, '&');
    }
    buf_add_z(out, name);
    buf_add_char(out, '=');
    percent_encode(out, value);
}

static void add_input(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (strchr("&<>\"'", c) != NULL) { /* NUL as well */
            buf_printf(out, "&#%d;", c);
        } else {
            buf_add_char(out, c);
        }
    }
    buf_add_z(out, "\">\n");
}

/* What a fault rule makes of the callback. */
static enum fault_callback change_of(const struct exchange *x)
{
    return x->fault != NULL ? (enum fault_callback)x->fault->answer.callback : FAULT_CALLBACK_REAL;
}

typedef void adder(struct buf *out, const char *name, struct str value);

/* A code that nobody issued has the form of one that was. */
static void add_given(const struct callback_param *params, enum fault_callback change,
                      struct buf *out, adder *add)
{
    for (; params->name != NULL; params++) {
        bool code = strcmp(params->name, "code") == 0;
        if (code && change == FAULT_CALLBACK_ERROR) {
            add(out, "error", STR("server_error"));
            add(out, "error_description", STR("The authorization server met a fault"));
        } else if (code && change == FAULT_CALLBACK_CODE_WRONG) {
            add(out, "code", STR("bm90LWEtY29kZS1hdC1hbGwtMDAwMDAw"));
        } else if (!code || change != FAULT_CALLBACK_CODE_ABSENT) {
            add(out, params->name, params->value);
        }
    }
}

static void add_state(const struct authorization_request *r, enum fault_callback change,
                      struct buf *out, adder *add)
{
    const struct url_param *state = params_get(r->params, "state");
    bool wrong = change == FAULT_CALLBACK_STATE_WRONG || change == FAULT_CALLBACK_STATE_TWICE;
    if (wrong) {
        add(out, "state", STR("c3RhdGUtb2YtYW5vdGhlci1yZXF1ZXN0"));
    }
    if (state != NULL && change != FAULT_CALLBACK_STATE_WRONG &&
        change != FAULT_CALLBACK_STATE_ABSENT) {
        add(out, "state", state->value);
    }
}

/* In this order: what is given, state, iss. */
static void each_param(const struct authorization_request *r, const struct callback_param *params,
                       struct buf *out, adder *add)
{
    enum fault_callback change = change_of(r->x);
    add_given(params, change, out, add);
    add_state(r, change, out, add);
    if (change == FAULT_CALLBACK_EXTRA) {
        add(out, "session_state", STR("7c1e"));
        add(out, "x_unknown", STR("a=b&c <d>"));
    }
    if (change == FAULT_CALLBACK_ISS_FOREIGN) {
        add(out, "iss", STR("https://attacker.example/oidc"));
    } else if (r->with_iss || change == FAULT_CALLBACK_ISS_RIGHT) {
        add(out, "iss", str_of(r->place->issuer));
    }
}

/* The same listener by its other name. */
static const char *other_host(struct arena *a, const char *uri)
{
    static const char *const names[] = {"http://localhost", "http://127.0.0.1"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_starts(str_of(uri), str_of(names[i]))) {
            return arena_printf(a, "%s%s", names[1 - i], uri + strlen(names[i]));
        }
    }
    return uri;
}

/* OAuth 2.0 Form Post Response Mode, section 2: the browser posts it. */
static void reply_form(const struct authorization_request *r, const struct callback_param *params)
{
    struct exchange *x = r->x;
    AUTO_BUF struct buf page = {0};
    buf_add_z(&page,
              "<!doctype html>\n<html><head><title>Submit This Form</title></head>\n"
              "<body onload=\"document.forms[0].submit()\">\n<form method=\"post\" action=\"");
    for (const char *p = r->redirect_uri; *p != '\0'; p++) {
        if (strchr("&<>\"'", *p) != NULL) {
            buf_printf(&page, "&#%d;", *p);
        } else {
            buf_add_char(&page, *p);
        }
    }
    buf_add_z(&page, "\">\n");
    each_param(r, params, &page, add_input);
    buf_add_z(&page, "<noscript><button>Continue</button></noscript>\n</form></body></html>\n");
    http_reply_text(x->req, x->reply, 200, "text/html; charset=utf-8", buf_str(&page));
    finish(x);
}

void authorize_callback(const struct authorization_request *r, const struct callback_param *params)
{
    struct exchange *x = r->x;
    AUTO_BUF struct buf query = {0};
    if (r->mode == RESPONSE_FORM_POST) {
        reply_form(r, params);
        return;
    }
    each_param(r, params, &query, add_pair);
    const char *sep = query.len == 0                         ? ""
                      : r->mode == RESPONSE_FRAGMENT         ? "#"
                      : strchr(r->redirect_uri, '?') != NULL ? "&"
                                                             : "?";
    const char *to = change_of(x) == FAULT_CALLBACK_OTHER_HOST
                         ? other_host(x->req->arena, r->redirect_uri)
                         : r->redirect_uri;
    x->reply->status = str_eq_z(x->req->method, "POST") ? 303 : 302;
    x->reply->body = STR("");
    http_reply_header(x->req, x->reply, "location",
                      arena_printf(x->req->arena, "%s%s%s", to, sep, buf_z(&query)));
    finish(x);
}

void authorize_callback_error(const struct authorization_request *r, const char *error,
                              const char *description)
{
    const struct callback_param params[] = {
        {"error", str_of(error)},
        {description != NULL ? "error_description" : NULL, str_of(description)},
        {0},
    };
    authorize_callback(r, params);
}

void authorize_page_error(struct exchange *x, const char *description)
{
    recorded_error_reply(x->req, x->reply, "authorize-refused", description);
    finish(x);
}
