/* SPDX-License-Identifier: Apache-2.0 */
/* The two pages as HTML. Whatever comes from outside passes through add_text. */
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/sign_in.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/app_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;font:100%/1.5 system-ui,sans-serif}\n"
    "body{margin:0;display:grid;min-height:100vh;place-items:center;background:Canvas;"
    "color:CanvasText}\n"
    "main{box-sizing:border-box;width:min(26rem,100vw - 2rem);padding:2rem;border:1px solid "
    "GrayText;border-radius:.75rem}\n"
    "h1{font-size:1.4rem;margin:0 0 1rem}\n"
    "label{display:block;margin:1rem 0 .25rem;font-weight:600}\n"
    "input{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;border:1px solid "
    "GrayText;border-radius:.4rem}\n"
    "button{margin:1.25rem .5rem 0 0;padding:.6rem 1.4rem;font:inherit;font-weight:600;"
    "border:1px solid GrayText;border-radius:.4rem;cursor:pointer}\n"
    "button.main{background:#0b57d0;border-color:#0b57d0;color:#fff}\n"
    "button.link{display:block;border:0;padding:0;background:none;color:LinkText;"
    "font-weight:400;text-decoration:underline}\n"
    ":focus-visible{outline:3px solid #1a73e8;outline-offset:2px}\n"
    ".bad{padding:.6rem .8rem;border-left:4px solid #b3261e}\n"
    "code{overflow-wrap:anywhere}\n"
    "</style>\n";

static void add_text(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("&<>\"'", *text) != NULL) {
            buf_printf(out, "&#%d;", *text);
        } else {
            buf_add_char(out, *text);
        }
    }
}

static void page_begin(struct buf *out, const char *title)
{
    buf_printf(out,
               "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>%s</title>\n%s</head>\n<body>\n<main>\n<h1>%s</h1>\n",
               title, style, title);
}

/* Nothing is loaded, nothing runs, nobody frames it, and the address is told to no one. */
static void page_send(struct exchange *x, int status, struct buf *page)
{
    buf_add_z(page, "</main>\n</body>\n</html>\n");
    http_reply_text(x->req, x->reply, status, "text/html; charset=utf-8", buf_str(page));
    http_reply_header(x->req, x->reply, "content-security-policy",
                      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                      "frame-ancestors 'none'");
    http_reply_header(x->req, x->reply, "x-frame-options", "DENY");
    http_reply_header(x->req, x->reply, "referrer-policy", "no-referrer");
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    access_service_headers(x);
}

void sign_in_page(const struct authorization_request *r, const struct sign_in_view *view)
{
    AUTO_BUF struct buf page = {0};
    page_begin(&page, "Sign in");
    if (view->complaint != NULL) {
        buf_printf(&page, "<p class=\"bad\" role=\"alert\" id=\"complaint\">%s</p>\n",
                   view->complaint);
    }
    buf_add_z(&page, "<p>to continue to <strong>");
    add_text(&page, r->app->name);
    buf_add_z(&page, "</strong></p>\n<form method=\"post\">\n"
                     "<input type=\"hidden\" name=\"step\" value=\"sign-in\">\n"
                     "<label for=\"username\">User name</label>\n"
                     "<input id=\"username\" name=\"username\" type=\"text\" inputmode=\"email\" "
                     "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" "
                     "required autofocus");
    buf_add_z(&page,
              view->complaint != NULL ? " aria-describedby=\"complaint\" value=\"" : " value=\"");
    add_text(&page, view->user_name);
    buf_add_z(&page, "\">\n");
    if (view->asks_password) {
        buf_add_z(&page, "<label for=\"password\">Password</label>\n"
                         "<input id=\"password\" name=\"password\" type=\"password\" "
                         "autocomplete=\"current-password\">\n");
    }
    buf_add_z(&page, "<button class=\"main\" id=\"sign-in\">Sign in</button>\n</form>\n");
    page_send(r->x, view->complaint != NULL ? 401 : 200, &page);
}

static void add_scopes(struct buf *page, const struct authorization_request *r)
{
    struct str asked = params_value(r->params, "scope"), scope;
    if (asked.len == 0) {
        buf_add_z(page, "<p>It asks for all that you may do.</p>\n");
        return;
    }
    buf_add_z(page, "<p>It asks for:</p>\n<ul>\n");
    while (str_split(&asked, ' ', &scope)) {
        if (scope.len > 0) {
            buf_add_z(page, "<li><code>");
            add_text(page, arena_strndup(r->x->req->arena, scope.ptr, scope.len));
            buf_add_z(page, "</code></li>\n");
        }
    }
    buf_add_z(page, "</ul>\n");
}

void consent_page(const struct authorization_request *r, const struct principal *user,
                  const char *form_token)
{
    AUTO_BUF struct buf page = {0};
    page_begin(&page, "Allow access?");
    buf_add_z(&page, "<p><strong>");
    add_text(&page, r->app->name);
    buf_add_z(&page, "</strong> wants to act for <strong>");
    add_text(&page, user->name);
    bool account = strcmp(r->place->audience, r->place->workspace->account_id) == 0;
    buf_printf(&page, "</strong> in this %s.</p>\n", account ? "account" : "workspace");
    add_scopes(&page, r);
    buf_add_z(&page, "<p>You will be sent to <code>");
    add_text(&page, r->redirect_uri);
    buf_printf(&page,
               "</code>.</p>\n<form method=\"post\">\n"
               "<input type=\"hidden\" name=\"form_token\" value=\"%s\">\n"
               "<button class=\"main\" id=\"allow\" name=\"step\" value=\"allow\">Allow</button>\n"
               "<button id=\"deny\" name=\"step\" value=\"deny\">Deny</button>\n"
               "<button class=\"link\" id=\"sign-out\" name=\"step\" value=\"sign-out\">"
               "Use another account</button>\n</form>\n",
               form_token);
    page_send(r->x, 200, &page);
}
