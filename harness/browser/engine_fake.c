/* SPDX-License-Identifier: Apache-2.0 */
/* The small browser of ours: follows redirects with cookies, fills in forms. */
#include "harness/browser/browser.h"

#include "base/net/http_client.h"
#include "base/sys/clock.h"
#include "base/text/url.h"
#include "harness/browser/html.h"
#include "harness/browser/listeners.h"

enum { HOPS = 20, PAGE_MS = 20000, PAGE_BYTES = 1024 * 1024, DETAIL_BYTES = 400 };

/* Where the user is, and what is to be fetched next. */
struct step {
    const char *url;
    const char *form; /* a body to post, or NULL */
};

static struct http_client *web_of(struct browser *b, struct err *err)
{
    const struct http_client_options options = {.cookies = true, .timeout_ms = PAGE_MS};
    if (b->web == NULL) {
        b->web = http_client_new(&options, err);
    }
    return b->web;
}

void engine_fake_close(struct browser *b)
{
    http_client_free(b->web);
    b->web = NULL;
}

static int fetch(struct http_client *client, const struct step *step, struct http_response *ret,
                 struct err *err)
{
    const struct http_header headers[] = {
        {"User-Agent", BROWSER_USER_AGENT},
        {"Accept", "text/html,application/xhtml+xml"},
        {"Content-Type", "application/x-www-form-urlencoded"},
    };
    const struct http_request request = {.method = step->form != NULL ? "POST" : "GET",
                                         .url = step->url,
                                         .headers = headers,
                                         .header_count = step->form != NULL ? 3 : 2,
                                         .body = str_of(step->form),
                                         .max_body_bytes = PAGE_BYTES};
    return http_send(client, &request, ret, err);
}

static const char *header_copy(struct arena *a, const struct http_response *r, const char *name)
{
    const char *value = http_response_header(r, name);
    return value != NULL ? arena_strdup(a, value) : NULL;
}

/* On a connection of its own, which ends with the answer: a listener that serves one connection at
 * a time is not held up. */
static void callback_carry(struct visit *v, const struct step *step)
{
    struct arena *a = v->arena;
    const struct http_client_options options = {.timeout_ms = PAGE_MS};
    struct callback c = {.kind = "user",
                         .method = step->form != NULL ? "POST" : "GET",
                         .url = step->url,
                         .at_ms = monotonic_ms(),
                         .listeners = listeners_of(a, v->redirect_port),
                         .closed_after_ms = -1};
    struct err err = {0};
    struct http_client *client = http_client_new(&options, &err);
    struct http_response answer = {0};
    v->end = "callback";
    if (client == NULL || fetch(client, step, &answer, &err) < 0) {
        c.problem = arena_strdup(a, err.msg);
        v->end = "no-answer";
        v->detail = c.problem;
    } else {
        c.status = answer.status;
        c.content_type = header_copy(a, &answer, "Content-Type");
        c.referrer_policy = header_copy(a, &answer, "Referrer-Policy");
        c.body = arena_strndup(a, buf_z(&answer.body), answer.body.len);
    }
    http_response_done(&answer);
    http_client_free(client);
    visit_callback_write(v, &c);
}

static bool is_like(struct str s, const char *word)
{
    return str_find(s, str_of(word), 0) >= 0;
}

static struct str value_of(const struct visit *v, const struct html_field *f)
{
    const struct browser_config *c = v->browser->config;
    if (str_eq_z(f->type, "password")) {
        return str_of(c->password);
    }
    bool text = str_eq_z(f->type, "text") || str_eq_z(f->type, "email");
    return text && (is_like(f->name, "user") || is_like(f->name, "login") ||
                    is_like(f->name, "email"))
               ? str_of(c->user)
               : f->value;
}

/* The button of a form that the user presses: the one that fits, else the first. */
static const struct html_field *button_of(const struct visit *v, const struct html_form *form)
{
    const char *word = v->browser->config->play.act == BROWSER_DENIES ? "deny" : "allow";
    const struct html_field *first = NULL;
    VEC_FOREACH(struct html_field, f, &form->fields) {
        bool button = str_eq_z(f->type, "submit");
        if (button && (is_like(f->value, word) || is_like(f->id, word))) {
            return f;
        }
        first = button && first == NULL ? f : first;
    }
    return first;
}

static void pair_add(struct buf *out, struct str name, struct str value)
{
    if (name.len > 0) {
        buf_add_z(out, out->len > 0 ? "&" : "");
        form_encode(out, name);
        buf_add_char(out, '=');
        form_encode(out, value);
    }
}

/* What follows from a page: its form, filled in. false: there is none, the user is left there. */
static bool form_follow(struct visit *v, struct str page, struct step *step)
{
    AUTO_BUF struct buf body = {0};
    struct html_form form;
    html_first_form(v->arena, page, &form);
    if (!form.found) {
        return false;
    }
    VEC_FOREACH(struct html_field, f, &form.fields) {
        if (!str_eq_z(f->type, "submit")) {
            pair_add(&body, f->name, value_of(v, f));
        }
    }
    const struct html_field *button = button_of(v, &form);
    if (button != NULL) {
        pair_add(&body, button->name, button->value);
    }
    const char *url = url_resolve(v->arena, step->url, form.action);
    if (!form.is_post) {
        url = arena_printf(v->arena, "%s%s%s", url_resolve(v->arena, url, STR("?")), "",
                           buf_z(&body));
    }
    *step = (struct step){.url = url,
                          .form = form.is_post ? arena_strdup(v->arena, buf_z(&body)) : NULL};
    return true;
}

/* One page. true: there is a next one. */
static bool page_take(struct visit *v, struct http_client *client, struct step *step)
{
    AUTO_HTTP_RESPONSE struct http_response answer = {0};
    struct err err = {0};
    if (fetch(client, step, &answer, &err) < 0) {
        v->end = "no-answer";
        v->detail = arena_strdup(v->arena, err.msg);
        return false;
    }
    v->pages++;
    v->status = answer.status;
    const char *location = http_response_header(&answer, "Location");
    if (answer.status >= 300 && answer.status < 400 && location != NULL) {
        *step = (struct step){.url = url_resolve(v->arena, step->url, str_of(location))};
        return true;
    }
    if (v->browser->config->play.act == BROWSER_LEAVES) {
        v->end = "left";
        return false;
    }
    struct str page = buf_str(&answer.body);
    if (form_follow(v, page, step)) {
        return true;
    }
    struct str shown = str_slice(page, 0, DETAIL_BYTES);
    v->end = "page";
    v->detail = arena_strndup(v->arena, shown.len > 0 ? shown.ptr : "", shown.len);
    return false;
}

void engine_fake_run(struct visit *v)
{
    struct err err = {0};
    struct http_client *client = web_of(v->browser, &err);
    struct step step = {.url = v->url};
    if (client == NULL) {
        v->end = "no-answer";
        v->detail = arena_strdup(v->arena, err.msg);
        return;
    }
    for (int hop = 0; hop < HOPS && !browser_should_end(); hop++) {
        if (visit_is_callback(v, step.url)) {
            callback_carry(v, &step);
            return;
        }
        if (!page_take(v, client, &step)) {
            return;
        }
    }
    v->end = "no-answer";
    v->detail = "the pages led nowhere";
}
