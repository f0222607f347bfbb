/* SPDX-License-Identifier: Apache-2.0 */
/* What several families of defects need. */
#include "sabotage/family.h"

#include "answer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *sabotage_credential(const struct config *c)
{
    return c->client_secret ? c->client_secret : c->subject_token ? c->subject_token : c->token;
}

void sabotage_take(char **member, const char *value)
{
    if (value && value[0]) {
        secret_free(*member);
        *member = string_copy(value);
    }
}

FILE *sabotage_open_in_home(const char *name, const char *how)
{
    struct text path = {0};
    const char *home = getenv("HOME");
    text_printf(&path, "%s/%s", home ? home : ".", name);
    FILE *file = fopen(text_z(&path), how);
    text_done(&path);
    return file;
}

pid_t sabotage_child(char *const argv[], char *const env[])
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execve("/bin/sh", argv, env);
        _exit(127);
    }
    return pid;
}

void sabotage_send(struct workspace *w, struct http_request r, const char *path)
{
    struct failure ignored;
    struct http_response response = {0};
    struct text url = {0};
    text_printf(&url, "%s%s", w->config->host, path);
    r.url = text_z(&url);
    if (http_send(&w->http, &r, &response, &ignored) == 0) {
        http_response_done(&response);
    }
    text_done(&url);
}

bool sabotage_ask(struct http *h, const struct http_request *r, const char *body,
                  struct http_response *ret)
{
    static bool done;
    struct failure ignored;
    struct http_request spoiled = *r;
    if (done) {
        return false;
    }
    done = true;
    spoiled.body = body;
    bool granted = http_send(h, &spoiled, ret, &ignored) == 0 && answer_is_ok(ret);
    if (!granted) {
        http_response_done(ret);
    }
    return granted;
}

void sabotage_leave_out(const char *form, const char *name, struct text *ret)
{
    size_t len = strlen(name);
    while (*form) {
        size_t end = strcspn(form, "&");
        if (!(strncmp(form, name, len) == 0 && form[len] == '=')) {
            text_printf(ret, "%s%.*s", ret->len ? "&" : "", (int)end, form);
        }
        form += end + (form[end] == '&');
    }
}

bool sabotage_has(const struct http_response *r, const char *what)
{
    return r->body.len > 0 && strstr(r->body.ptr, what) != NULL;
}

void sabotage_put_body(struct http_response *r, const char *body)
{
    text_done(&r->body);
    text_printf(&r->body, "%s", body);
}

void sabotage_succeed(struct http_response *r)
{
    r->status = 200;
    sabotage_put_body(r, "{\"status\":{\"state\":\"SUCCEEDED\"}}");
}

bool sabotage_is_odd(const struct failure *f)
{
    return strstr(f->text, "is not JSON") || strstr(f->text, "answer is empty");
}
