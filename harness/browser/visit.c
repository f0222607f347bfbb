/* SPDX-License-Identifier: Apache-2.0 */
/* A visit, but for what the engine does: what the address says, when the connector is ready, what
 * others send to its listener, what is written down. */
#include "harness/browser/browser.h"

#include "base/net/http_client.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/text/url.h"
#include "harness/browser/html.h"
#include "harness/browser/listeners.h"

#include <unistd.h>

enum {
    READY_MS = 3000,  /* some connectors listen only once the opener has come back */
    CLOSED_MS = 1500, /* for the listener to close after its answer */
    STEP_MS = 5,
    CALLBACK_MS = 5000,
    BODY_SHOWN = 32 * 1024
};

static void record_write(const char *kind, struct json *record_take)
{
    AUTO_JSON struct json *line = json_object();
    AUTO_BUF struct buf text = {0};
    struct err ignored = {0};
    json_set(line, kind, record_take);
    json_write(&text, line);
    buf_add_char(&text, '\n');
    if (fd_write_all(STDOUT_FILENO, buf_str(&text), &ignored) < 0) {
        ignored = (struct err){0}; /* nobody reads any more: the world is being taken down */
    }
}

void browser_tell_ready(const char *problem)
{
    record_write("ready", json_string(problem != NULL ? problem : ""));
}

static void set_text(struct json *o, const char *key, const char *value)
{
    if (value != NULL) {
        json_set_string(o, key, value);
    }
}

static bool is_loopback_host(struct str host)
{
    return str_eq_z(host, "localhost") || str_starts(host, STR("127.")) || str_eq_z(host, "::1");
}

static int loopback_port(struct arena *a, const char *url)
{
    struct url u;
    struct err ignored = {0};
    bool ok = url != NULL && url_parse(a, str_of(url), &u, &ignored) == 0;
    return ok && is_loopback_host(u.host) ? u.port : 0;
}

bool visit_is_callback(const struct visit *v, const char *url)
{
    return v->redirect_port != 0 && loopback_port(v->arena, url) == v->redirect_port;
}

const char *url_resolve(struct arena *a, const char *base, struct str ref)
{
    struct str whole = str_of(base);
    long scheme = str_find(whole, STR("://"), 0);
    size_t path = scheme < 0 ? 0 : (size_t)scheme + 3;
    while (path < whole.len && whole.ptr[path] != '/' && whole.ptr[path] != '?') {
        path++;
    }
    long query = str_find(whole, STR("?"), path);
    size_t keep = ref.len > 0 && ref.ptr[0] == '/' ? path : query < 0 ? whole.len : (size_t)query;
    if (ref.len == 0) {
        return base;
    }
    if (str_find(ref, STR("://"), 0) > 0) {
        return arena_strndup(a, ref.ptr, ref.len);
    }
    return arena_printf(a, "%.*s%.*s", (int)keep, whole.ptr, STR_ARG(ref));
}

/* The redirect URI that the authorization request names. */
static void request_read(struct visit *v)
{
    struct url u;
    struct url_params params = {0};
    struct err ignored = {0};
    if (url_parse(v->arena, str_of(v->url), &u, &ignored) < 0 ||
        form_parse(v->arena, u.query, &params, &ignored) < 0) {
        return;
    }
    const struct url_param *uri = params_get(&params, "redirect_uri");
    if (uri != NULL) {
        v->redirect_uri = arena_strndup(v->arena, uri->value.ptr, uri->value.len);
        v->redirect_port = loopback_port(v->arena, v->redirect_uri);
    }
}

static void listener_await(const struct visit *v)
{
    int64_t deadline = monotonic_ms() + READY_MS;
    while (v->redirect_port != 0 && monotonic_ms() < deadline && !browser_should_end()) {
        AUTO_ARENA struct arena *a = arena_new();
        if (listeners_of(a, v->redirect_port)[0] != '\0') {
            return;
        }
        browser_pause(STEP_MS);
    }
}

static int64_t closing_await(const struct visit *v)
{
    int64_t began = monotonic_ms();
    for (;;) {
        AUTO_ARENA struct arena *a = arena_new();
        if (listeners_of(a, v->redirect_port)[0] == '\0') {
            return monotonic_ms() - began;
        }
        if (browser_should_end() || monotonic_ms() - began >= CLOSED_MS) {
            return -1;
        }
        browser_pause(STEP_MS);
    }
}

static const char *loads_text(struct arena *a, const char *body)
{
    AUTO_BUF struct buf out = {0};
    struct str_list urls = {0};
    html_loads(a, str_of(body), &urls);
    for (size_t i = 0; i < urls.count; i++) {
        buf_printf(&out, "%s%s", i > 0 ? " " : "", urls.items[i]);
    }
    return arena_strdup(a, buf_z(&out));
}

static bool has_stray(const struct visit *v, enum browser_stray kind)
{
    return v->redirect_port != 0 && (v->browser->config->play.stray >> kind & 1U) != 0;
}

static void stray_send(struct visit *v, enum browser_stray kind, const char *url, const char *host);

void visit_callback_write(struct visit *v, struct callback *c)
{
    bool user = strcmp(c->kind, "user") == 0;
    if (user) {
        v->callback_url = c->url;
        if (has_stray(v, BROWSER_STRAY_REPLAY)) {
            stray_send(v, BROWSER_STRAY_REPLAY, c->url, NULL); /* at once, while it may listen */
        }
        c->closed_after_ms = closing_await(v);
    }
    struct json *o = json_object();
    json_set_int(o, "visit", v->index);
    json_set_string(o, "kind", c->kind);
    json_set_string(o, "method", c->method);
    json_set_string(o, "url", c->url);
    json_set_int(o, "at_ms", c->at_ms);
    json_set_int(o, "status", c->status);
    set_text(o, "listeners", c->listeners);
    set_text(o, "content_type", c->content_type);
    set_text(o, "referrer_policy", c->referrer_policy);
    if (c->body != NULL) {
        struct str body = str_slice(str_of(c->body), 0, BODY_SHOWN);
        json_set(o, "body", json_string_n(body.ptr, body.len));
        json_set_string(o, "loads", loads_text(v->arena, c->body));
    }
    set_text(o, "problem", c->problem);
    json_set_int(o, "closed_after_ms", c->closed_after_ms);
    record_write("callback", o);
}

/* What does not come from the user's browser: no cookies, a connection of its own. */
static void stray_send(struct visit *v, enum browser_stray kind, const char *url, const char *host)
{
    const struct http_header headers[] = {{"User-Agent", BROWSER_USER_AGENT}, {"Host", host}};
    const struct http_client_options options = {.timeout_ms = CALLBACK_MS};
    const struct http_request request = {
        .method = "GET", .url = url, .headers = headers, .header_count = host != NULL ? 2 : 1};
    struct callback c = {.kind = browser_stray_names[kind],
                         .method = "GET",
                         .url = url,
                         .at_ms = monotonic_ms(),
                         .listeners = listeners_of(v->arena, v->redirect_port),
                         .closed_after_ms = -1};
    struct err err = {0};
    AUTO(http_client_free_ptr) struct http_client *client = http_client_new(&options, &err);
    AUTO_HTTP_RESPONSE struct http_response answer = {0};
    if (client == NULL || http_send(client, &request, &answer, &err) < 0) {
        c.problem = arena_strdup(v->arena, err.msg);
    } else {
        c.status = answer.status;
        c.content_type = arena_strdup(v->arena, http_response_header(&answer, "Content-Type")
                                                    ? http_response_header(&answer, "Content-Type")
                                                    : "");
        c.body = arena_strndup(v->arena, buf_z(&answer.body), answer.body.len);
    }
    visit_callback_write(v, &c);
}

/* A code and a state that this server never gave to this connector. */
static const char *forged_answer(const struct visit *v)
{
    const char *sep = strchr(v->redirect_uri, '?') != NULL ? "&" : "?";
    return arena_printf(v->arena, "%s%scode=%s&state=%s", v->redirect_uri, sep,
                        "Zm9yZ2VkLWNvZGUtb2YtYW4tYXR0YWNrZXI", "Zm9yZ2VkLXN0YXRlLW9mLWF0dGFja2Vy");
}

static void strays_before(struct visit *v)
{
    if (has_stray(v, BROWSER_STRAY_FAVICON)) {
        stray_send(v, BROWSER_STRAY_FAVICON,
                   url_resolve(v->arena, v->redirect_uri, STR("/favicon.ico")), NULL);
    }
    if (has_stray(v, BROWSER_STRAY_EARLY)) {
        stray_send(v, BROWSER_STRAY_EARLY, forged_answer(v), NULL);
    }
    if (has_stray(v, BROWSER_STRAY_OTHER_HOST)) {
        stray_send(v, BROWSER_STRAY_OTHER_HOST, forged_answer(v), "rebound.attacker.example");
    }
}

static void visit_write(const struct visit *v)
{
    struct json *o = json_object();
    json_set_int(o, "index", v->index);
    json_set_int(o, "at_ms", v->at_ms);
    json_set_int(o, "pages", v->pages);
    json_set_int(o, "status", v->status);
    json_set_string(o, "opener", v->opener);
    json_set_string(o, "url", v->url);
    json_set_string(o, "agent", browser_engine_names[v->browser->config->engine]);
    set_text(o, "end", v->end);
    set_text(o, "detail", v->detail);
    set_text(o, "screenshot", v->screenshot);
    record_write("visit", o);
}

void visit_carry_out(struct arena *a, struct browser *b, int64_t index, struct str line)
{
    struct str opener, url = line;
    if (!str_split(&url, '\t', &opener)) {
        return;
    }
    struct visit v = {.arena = a,
                      .browser = b,
                      .index = index,
                      .at_ms = monotonic_ms(),
                      .opener = arena_strndup(a, opener.ptr, opener.len),
                      .url = arena_strndup(a, url.len > 0 ? url.ptr : "", url.len)};
    request_read(&v);
    listener_await(&v);
    v.listeners = listeners_of(a, v.redirect_port);
    strays_before(&v);
    if (b->config->engine == BROWSER_CHROMIUM) {
        engine_chromium_run(&v);
    } else {
        engine_fake_run(&v);
    }
    visit_write(&v);
}
