/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/webdriver.h"

#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/net/http_client.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"
#include "base/text/base64.h"
#include "base/text/number.h"

#include <signal.h>
#include <stdlib.h>

enum { START_MS = 60000, CALL_MS = 60000, END_MS = 3000, ANSWER_MAX = 64 * 1024 * 1024 };
enum { HTTP_OK = 200, OUTPUT_MAX = 64 * 1024 };

/* The key by which the protocol marks an element (W3C WebDriver section 11). */
#define ELEMENT_KEY "element-6066-11e4-a52e-4f735466cecf"

struct webdriver {
    struct process process;
    struct http_client *client;
    int out_fd; /* the driver's output */
    int64_t port;
    char *session; /* NULL until there is one */
};

/* ret_value, the answer's `value`, is the document's; it may be NULL. */
static int call(struct webdriver *w, const char *method, const char *path, const struct json *body,
                struct json_doc *ret_doc, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    AUTO_HTTP_RESPONSE struct http_response answer = {0};
    static const struct http_header headers[] = {{"Content-Type", "application/json"}};
    if (body != NULL) {
        json_write(&text, body);
    }
    const struct http_request request = {
        .method = method,
        .url = arena_printf(a, "http://127.0.0.1:%lld%s", (long long)w->port, path),
        .headers = headers,
        .header_count = body != NULL ? 1 : 0,
        .body = buf_str(&text),
        .max_body_bytes = ANSWER_MAX};
    const struct json_limits limits = {.max_bytes = ANSWER_MAX};
    if (http_send(w->client, &request, &answer, err) < 0 ||
        json_read(buf_str(&answer.body), "the driver's answer", &limits, ret_doc, err) < 0) {
        return -1;
    }
    if (answer.status == HTTP_OK) {
        return 0;
    }
    const struct json *value = json_get(ret_doc->root, "value");
    const char *error = json_get_string(value, "error", "unknown error");
    bool absent = strcmp(error, "no such element") == 0;
    return err_set(err, absent ? ERR_NOT_FOUND : ERR_PROTOCOL, "the browser says: %s: %.300s",
                   error, json_get_string(value, "message", ""));
}

/* A call about the session; suffix "/url". */
static int session_call(struct webdriver *w, const char *method, const char *suffix,
                        const struct json *body, struct json_doc *ret_doc, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    return call(w, method, arena_printf(a, "/session/%s%s", w->session, suffix), body, ret_doc,
                err);
}

/* "ChromeDriver was started successfully on port 41013." */
static int port_await(struct webdriver *w, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    int64_t deadline = monotonic_ms() + START_MS;
    buf_init(&text, OUTPUT_MAX);
    while (monotonic_ms() < deadline && !text.truncated) {
        struct poll_item item = {.fd = w->out_fd, .want_read = true};
        long at = str_find(buf_str(&text), STR("successfully on port "), 0);
        struct str rest =
            at < 0
                ? STR("")
                : str_slice(buf_str(&text), (size_t)at + strlen("successfully on port "), text.len);
        size_t digits = 0;
        while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9') {
            digits++;
        }
        if (digits > 0 && digits < rest.len) {
            return parse_int64(str_slice(rest, 0, digits), 1, 65535, &w->port, err);
        }
        if (poll_wait(&item, 1, deadline - monotonic_ms(), err) < 0) {
            return -1;
        }
        if (item.ready_read && fd_read_available(w->out_fd, &text, err) <= 0) {
            return err_set(err, ERR_UNAVAILABLE, "the browser's driver ended at its start");
        }
    }
    return err_set(err, ERR_TIMEOUT, "the browser's driver does not tell its port");
}

static int driver_start(struct webdriver *w, const struct webdriver_options *o, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *const argv[] = {o->driver, "--port=0", NULL};
    const char *const envp[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                "LANG=C.UTF-8",
                                o->mark,
                                arena_printf(a, "HOME=%s", o->dir),
                                arena_printf(a, "TMPDIR=%s", o->dir),
                                NULL};
    int fds[2];
    if (fd_pipe(fds, err) < 0) {
        return -1;
    }
    AUTO_FD int write_end = fds[1];
    w->out_fd = fds[0];
    const struct process_options options = {.argv = argv,
                                            .envp = envp,
                                            .cwd = o->dir,
                                            .stdin_fd = -1,
                                            .stdout_fd = write_end,
                                            .stderr_fd = -1};
    if (fd_set_nonblocking(w->out_fd, true, err) < 0) {
        return -1;
    }
    return process_start(&options, &w->process, err);
}

static int session_new(struct webdriver *w, const struct webdriver_options *o, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct json *args = json_array(), *chrome = json_object(), *always = json_object(),
                *capabilities = json_object();
    for (size_t i = 0; o->args[i] != NULL; i++) {
        json_push(args, json_string(o->args[i]));
    }
    json_set_string(chrome, "binary", o->browser);
    json_set(chrome, "args", args);
    json_set_string(always, "browserName", "chrome");
    json_set(always, "goog:chromeOptions", chrome);
    json_set(capabilities, "alwaysMatch", always);
    json_set(body, "capabilities", capabilities);
    if (call(w, "POST", "/session", body, &doc, err) < 0) {
        return err_wrap(err, "opening the browser");
    }
    const char *id = json_get_string(json_get(doc.root, "value"), "sessionId", NULL);
    if (id == NULL) {
        return err_set(err, ERR_PROTOCOL, "the browser's driver names no session");
    }
    w->session = xstrdup(id);
    return 0;
}

int webdriver_open(const struct webdriver_options *options, struct webdriver **ret, struct err *err)
{
    const struct http_client_options client = {.timeout_ms = CALL_MS};
    struct webdriver *w = xcalloc(1, sizeof(*w));
    w->out_fd = -1;
    w->process.pidfd = -1;
    w->client = http_client_new(&client, err);
    if (w->client == NULL || driver_start(w, options, err) < 0 || port_await(w, err) < 0 ||
        session_new(w, options, err) < 0) {
        webdriver_close(w);
        return -1;
    }
    *ret = w;
    return 0;
}

void webdriver_close(struct webdriver *w)
{
    struct err ignored = {0};
    struct process_status status;
    if (w == NULL) {
        return;
    }
    if (w->process.pid > 0) {
        /* Nothing of it is to be kept, and a browser takes its time to end; what it started goes
         * with the world. */
        process_signal_group(&w->process, SIGKILL);
        if (process_wait(&w->process, END_MS, &status, &ignored) < 0) {
            ignored = (struct err){0};
        }
    }
    fd_close(&w->out_fd);
    http_client_free(w->client);
    free(w->session);
    free(w);
}

int webdriver_visit(struct webdriver *w, const char *url, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    AUTO_JSON_DOC struct json_doc doc = {0};
    json_set_string(body, "url", url);
    return session_call(w, "POST", "/url", body, &doc, err);
}

int webdriver_url(struct webdriver *w, struct arena *a, const char **ret, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (session_call(w, "GET", "/url", NULL, &doc, err) < 0) {
        return -1;
    }
    *ret = arena_strdup(a, json_get_string(doc.root, "value", ""));
    return 0;
}

static int element_find(struct webdriver *w, struct arena *a, const char *selector,
                        const char **ret_id, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    AUTO_JSON_DOC struct json_doc doc = {0};
    json_set_string(body, "using", "css selector");
    json_set_string(body, "value", selector);
    if (session_call(w, "POST", "/element", body, &doc, err) < 0) {
        return -1;
    }
    const char *id = json_get_string(json_get(doc.root, "value"), ELEMENT_KEY, NULL);
    if (id == NULL) {
        return err_set(err, ERR_PROTOCOL, "the browser's driver names no element");
    }
    *ret_id = arena_strdup(a, id);
    return 0;
}

bool webdriver_has(struct webdriver *w, const char *selector)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err ignored = {0};
    const char *id = NULL;
    return element_find(w, a, selector, &id, &ignored) == 0;
}

/* body is taken. */
static int element_do(struct webdriver *w, const char *selector, const char *what,
                      struct json *body_take, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON struct json *body = body_take;
    AUTO_JSON_DOC struct json_doc doc = {0};
    const char *id = NULL;
    if (element_find(w, a, selector, &id, err) < 0) {
        return err_wrap(err, "%s", selector);
    }
    return session_call(w, "POST", arena_printf(a, "/element/%s/%s", id, what), body, &doc, err);
}

int webdriver_type(struct webdriver *w, const char *selector, const char *text, struct err *err)
{
    if (element_do(w, selector, "clear", json_object(), err) < 0) {
        return -1;
    }
    struct json *body = json_object();
    json_set_string(body, "text", text);
    return element_do(w, selector, "value", body, err);
}

int webdriver_click(struct webdriver *w, const char *selector, struct err *err)
{
    return element_do(w, selector, "click", json_object(), err);
}

int webdriver_script(struct webdriver *w, const char *script, struct json_doc *ret_doc,
                     struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    json_set_string(body, "script", script);
    json_set(body, "args", json_array());
    return session_call(w, "POST", "/execute/sync", body, ret_doc, err);
}

int webdriver_screenshot(struct webdriver *w, const char *path, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_BUF struct buf picture = {0};
    if (session_call(w, "GET", "/screenshot", NULL, &doc, err) < 0 ||
        base64_decode(&picture, str_of(json_get_string(doc.root, "value", "")), BASE64_STANDARD,
                      err) < 0) {
        return -1;
    }
    return fs_write_file(path, buf_str(&picture), 0644, err);
}
