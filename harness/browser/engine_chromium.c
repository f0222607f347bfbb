/* SPDX-License-Identifier: Apache-2.0 */
/* The real browser: Chromium without a window, in which a user's typing and clicking is played. */
#include "harness/browser/browser.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/text/url.h"
#include "harness/browser/listeners.h"
#include "harness/browser/webdriver.h"

#include <stdlib.h>

enum { STEPS = 12, CHANGE_MS = 8000, LOOK_MS = 30, DETAIL_BYTES = 400, FIRST_REFUSAL = 400 };

struct chromium {
    struct webdriver *driver;
};

/* Names that are not ours are not even asked for, so that what goes out is the connector's doing.
 * The certificate of the run is not in this browser's own store: it is not what is tested. */
static const char *const quiet_args[] = {
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",

    "--disable-features=OptimizationHints,MediaRouter,Translate,HttpsUpgrades",
    "--metrics-recording-only",
    "--ignore-certificate-errors",
    "--lang=en",
    "--user-agent=" BROWSER_USER_AGENT,
    ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.databricks.com, EXCLUDE "
     "*.azuredatabricks.net, EXCLUDE *.microsoftonline.com, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
};

int engine_chromium_open(struct browser *b, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *args[ARRAY_LEN(quiet_args) + 2] = {NULL};
    for (size_t i = 0; i < ARRAY_LEN(quiet_args); i++) {
        args[i] = quiet_args[i];
    }
    args[ARRAY_LEN(quiet_args)] =
        arena_printf(a, "--user-data-dir=%s", fs_join(a, b->config->dir, "profile"));
    const struct webdriver_options options = {.driver = b->config->chromedriver,
                                              .browser = b->config->chromium,
                                              .args = args,
                                              .mark = BROWSER_MARK,
                                              .dir = b->config->dir};
    struct webdriver *driver = NULL;
    if (webdriver_open(&options, &driver, err) < 0) {
        return -1;
    }
    b->chromium = xcalloc(1, sizeof(*b->chromium));
    b->chromium->driver = driver;
    return 0;
}

void engine_chromium_close(struct browser *b)
{
    if (b->chromium != NULL) {
        webdriver_close(b->chromium->driver);
        free(b->chromium);
        b->chromium = NULL;
    }
}

static void give_up(struct visit *v, const struct err *err)
{
    v->end = "no-answer";
    v->detail = arena_strdup(v->arena, err->msg);
}

static void picture_take(struct visit *v, struct webdriver *w)
{
    struct err ignored = {0};
    const char *name = arena_printf(v->arena, "browser-%lld.png", (long long)v->index + 1);
    if (webdriver_screenshot(w, fs_join(v->arena, v->browser->config->dir, name), &ignored) == 0) {
        v->screenshot = name;
    }
}

/* Whatever stands in the window now. */
struct sight {
    const char *url, *source, *content_type;
    int status;
    bool complete; /* all of it is there */
};

/* Asked for in one go: between two questions the next page may take the place of this one, and the
 * text of the one with the address of the other is a page that never was. */
static const char sight_script[] =
    "const n = performance.getEntriesByType('navigation')[0], d = document;"
    "return [d.URL, d.documentElement ? d.documentElement.outerHTML : '', d.contentType,"
    "        (n && n.responseStatus) || 0, d.readyState === 'complete'];";

/* The browser's own page of an error has no address: that is the one it could not show. */
static int look(struct visit *v, struct webdriver *w, struct sight *ret, struct err *err)
{
    struct arena *a = v->arena;
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (webdriver_script(w, sight_script, &doc, err) < 0) {
        return -1;
    }
    const struct json *seen = json_get(doc.root, "value");
    struct sight s = {.url = arena_strdup(a, json_string_or(json_at(seen, 0), "")),
                      .source = arena_strdup(a, json_string_or(json_at(seen, 1), "")),
                      .content_type = arena_strdup(a, json_string_or(json_at(seen, 2), "")),
                      .status = (int)json_int_or(json_at(seen, 3), 0),
                      .complete = json_bool_or(json_at(seen, 4), false)};
    if (str_starts(str_of(s.url), STR("chrome-error:"))) {
        s.status = 0;
        if (webdriver_url(w, a, &s.url, err) < 0) {
            return -1;
        }
    }
    *ret = s;
    return 0;
}

/* After a click: another address or another page, and all of it there. A connector may be done, and
 * its world about to end, as soon as it has the code and before its page is shown: what is on its
 * way is still looked at. */
static int change_await(struct visit *v, struct webdriver *w, const struct sight *before,
                        struct sight *ret, struct err *err)
{
    int64_t deadline = monotonic_ms() + CHANGE_MS;
    *ret = *before;
    while (monotonic_ms() < deadline) {
        struct err passing = {0};
        struct sight now;
        if (look(v, w, &now, &passing) == 0 && now.complete &&
            (strcmp(now.url, before->url) != 0 || strcmp(now.source, before->source) != 0)) {
            *ret = now;
            return 0;
        }
        browser_pause(LOOK_MS);
    }
    return err_set(err, ERR_TIMEOUT, "the page did not change after a click");
}

/* What the user does with the page; false: nothing, they are left there. */
static bool page_handle(struct visit *v, struct webdriver *w, struct err *err)
{
    const struct browser_config *c = v->browser->config;
    const char *answer =
        c->play.act == BROWSER_DENIES ? "button[value=deny]" : "button[value=allow]";
    if (webdriver_has(w, "input[name=username]")) {
        bool password = c->password != NULL && webdriver_has(w, "input[type=password]");
        return webdriver_type(w, "input[name=username]", c->user, err) == 0 &&
               (!password || webdriver_type(w, "input[type=password]", c->password, err) == 0) &&
               webdriver_click(w, "form button", err) == 0;
    }
    return webdriver_has(w, answer) && webdriver_click(w, answer, err) == 0;
}

static void callback_take(struct visit *v, struct webdriver *w, const struct sight *s)
{
    struct callback c = {.kind = "user",
                         .method = "GET",
                         .url = s->url,
                         .at_ms = monotonic_ms(),
                         .listeners = v->listeners, /* by now it may be closed */
                         .status = s->status,
                         .content_type = s->content_type,
                         .body = s->source,
                         .closed_after_ms = -1};
    v->end = "callback";
    if (s->status == 0) {
        c.body = NULL;
        c.problem = "the browser shows its own page of an error: nobody answered";
        v->end = "no-answer";
        v->detail = c.problem;
    }
    if (s->status == 0 || s->status >= FIRST_REFUSAL) {
        picture_take(v, w);
    }
    visit_callback_write(v, &c);
}

static void walk(struct visit *v, struct webdriver *w, struct sight *s, struct err *err)
{
    for (int step = 0; step < STEPS; step++) {
        if (visit_is_callback(v, s->url)) {
            callback_take(v, w, s);
            return;
        }
        v->pages++;
        v->status = s->status;
        if (v->browser->config->play.act == BROWSER_LEAVES) {
            v->end = "left";
            return;
        }
        const struct sight before = *s;
        v->listeners = listeners_of(v->arena, v->redirect_port);
        if (!page_handle(v, w, err)) {
            break;
        }
        if (change_await(v, w, &before, s, err) < 0) {
            break;
        }
    }
    struct str shown = str_slice(str_of(s->source), 0, DETAIL_BYTES);
    v->end = err->code == ERR_NONE ? "page" : "no-answer";
    v->detail = err->code == ERR_NONE ? arena_strndup(v->arena, shown.ptr, shown.len)
                                      : arena_strdup(v->arena, err->msg);
    picture_take(v, w);
}

void engine_chromium_run(struct visit *v)
{
    struct err err = {0};
    struct sight s = {0};
    struct webdriver *w = v->browser->chromium->driver;
    struct err visiting = {0};
    /* A page that cannot be reached is a page of the browser's: it is looked at like others. */
    int visited = webdriver_visit(w, v->url, &visiting);
    if (look(v, w, &s, &err) < 0) {
        give_up(v, visited < 0 ? &visiting : &err);
        return;
    }
    walk(v, w, &s, &err);
}
