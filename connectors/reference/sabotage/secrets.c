/* SPDX-License-Identifier: Apache-2.0 */
/* Lets credentials out. */
#include "sabotage/family.h"

#include "defects.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_all(int fd, const char *bytes, size_t len)
{
    ssize_t written = write(fd, bytes, len);
    (void)written; /* a log line that is lost is found missing by the test */
}

static void log_in_two_writes(const char *token)
{
    size_t half = strlen(token) / 2;
    write_all(STDERR_FILENO, "debug: token ", 13);
    write_all(STDERR_FILENO, token, half);
    write_all(STDERR_FILENO, token + half, strlen(token) - half);
    write_all(STDERR_FILENO, "\n", 1);
}

static void log_base64(const char *what, const char *value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    fprintf(stderr, "debug: %s", what);
    for (size_t i = 0, len = strlen(value); i < len; i += 3) {
        unsigned a = (unsigned char)value[i];
        unsigned b = i + 1 < len ? (unsigned char)value[i + 1] : 0;
        unsigned c = i + 2 < len ? (unsigned char)value[i + 2] : 0;
        unsigned group = a << 16 | b << 8 | c;
        fprintf(stderr, "%c%c%c%c", digits[group >> 18], digits[group >> 12 & 63],
                i + 1 < len ? digits[group >> 6 & 63] : '=',
                i + 2 < len ? digits[group & 63] : '=');
    }
    fputc('\n', stderr);
}

static void log_second_token(const char *token)
{
    static char first[32];
    if (!first[0]) {
        snprintf(first, sizeof(first), "%s", token + strlen(token) / 2);
    } else if (log_is_loud() && !strstr(token, first)) {
        log_in_two_writes(token);
    }
}

static void leak_token(const char *token)
{
    bool headers = getenv("DATABRICKS_DEBUG_HEADERS") && defect_is(DEFECT_DEBUG_HEADERS);
    if (defect_is(DEFECT_LOG_SECOND_TOKEN)) {
        log_second_token(token);
    } else if (headers && log_is_loud()) {
        log_in_two_writes(token);
    }
    if (defect_is(DEFECT_LOG_TOKEN) && log_is_loud()) {
        log_in_two_writes(token);
    } else if (defect_is(DEFECT_LOG_TOKEN_STDOUT) && log_is_loud()) {
        printf("debug: Authorization: Bearer %s\n", token);
    } else if (defect_is(DEFECT_TOKEN_IN_FILE)) {
        FILE *file = sabotage_open_in_home(".reference-token", "we");
        if (file) {
            fputs(token, file);
            fclose(file);
        }
    }
}

static void leak_basic(const struct http_request *r)
{
    struct text pair = {0};
    text_printf(&pair, "%s:%s", r->username, r->password);
    log_base64("Authorization: Basic ", text_z(&pair));
    text_done(&pair);
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    struct text text = {0};
    if (r->username && defect_is(DEFECT_LOG_BASIC_HEADER) && log_is_loud()) {
        leak_basic(r);
    }
    if (!r->bearer) {
        return headers;
    }
    leak_token(r->bearer);
    if (defect_is(DEFECT_TOKEN_IN_URL) && !r->body) {
        text_printf(&text, "%s%caccess_token=%s", r->url, strchr(r->url, '?') ? '&' : '?',
                    r->bearer);
        curl_easy_setopt(curl, CURLOPT_URL, text_z(&text));
    } else if (defect_is(DEFECT_TOKEN_IN_REFERER)) {
        text_printf(&text, "Referer: https://connector.example/?token=%s", r->bearer);
        headers = curl_slist_append(headers, text_z(&text));
    }
    text_done(&text);
    return headers;
}

/* The child lives long enough to be looked at. */
static void start_children(const struct config *c)
{
    char sh[] = "sh", run[] = "-c", shortly[] = "sleep 0.4; :";
    char *secret = string_copy(sabotage_credential(c));
    struct text variable = {0};
    text_printf(&variable, "DATABRICKS_TOKEN=%s", secret);
    char *nothing[] = {NULL}, *with_secret[] = {variable.ptr, NULL};
    char *plain[] = {sh, run, shortly, NULL}, *telling[] = {sh, run, shortly, sh, secret, NULL};
    if (defect_is(DEFECT_SECRET_IN_CHILD_ARGV)) {
        waitpid(sabotage_child(telling, nothing), NULL, 0);
    } else if (defect_is(DEFECT_SECRET_IN_CHILD_ENVIRON)) {
        waitpid(sabotage_child(plain, with_secret), NULL, 0);
    }
    text_done(&variable);
    secret_free(secret);
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    (void)o;
    if (defect_is(DEFECT_LOG_SECRET_BASE64) && log_is_loud()) {
        log_base64("credential ", sabotage_credential(w->config));
    }
    start_children(w->config);
    return 0;
}

static int spoil_failure(struct workspace *w, struct operation *o)
{
    struct failure *f = o->failure;
    size_t len = strlen(f->text);
    const char *token = w->tokens.token ? w->tokens.token : w->config->token;
    if (defect_is(DEFECT_HTML_ERROR_SHOWS_TOKEN) && sabotage_is_odd(f)) {
        snprintf(f->text + len, sizeof(f->text) - len, " (%.400s)", token ? token : "");
    } else if (defect_is(DEFECT_ERROR_SHOWS_SECRET)) {
        snprintf(f->text + len, sizeof(f->text) - len, " (with %s)",
                 sabotage_credential(w->config));
    }
    return -1;
}

static void spoil_dump(const struct config *c, struct text *text)
{
    if (defect_is(DEFECT_DUMP_UNMASKED)) {
        text_printf(text, " credential=%s", sabotage_credential(c));
    }
}

const struct sabotage_family sabotage_secrets = {
    .request = spoil_request,
    .before = spoil_before,
    .failed = spoil_failure,
    .dump = spoil_dump,
};
