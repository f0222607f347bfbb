/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"

#include "clock.h"
#include "defects.h"
#include "log.h"
#include "product.h"
#include "sabotage.h"

#include <curl/curl.h>

#include <stdio.h>
#include <string.h>

enum {
    TRIES = 3,
    PATIENT_TRIES = 5,
    CONNECT_MS = 5000,
    FIRST_PAUSE_MS = 500,
    BODY_LIMIT = 16 << 20
};

int http_init(struct http *h, struct failure *f)
{
    h->curl = curl_easy_init();
    return h->curl ? 0 : failure_set(f, "libcurl cannot be started");
}

void http_done(struct http *h)
{
    curl_easy_cleanup(h->curl);
    h->curl = NULL;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct text *body = context;
    size_t len = size * count;
    if (body->len + len > BODY_LIMIT) {
        return 0; /* ends the transfer */
    }
    text_add(body, bytes, len);
    return len;
}

struct upload {
    const char *at;
    size_t left;
};

static size_t give_body(char *room, size_t size, size_t count, void *context)
{
    struct upload *upload = context;
    size_t len = size * count < upload->left ? size * count : upload->left;
    memcpy(room, upload->at, len);
    upload->at += len;
    upload->left -= len;
    return len;
}

/* Given as a string, libcurl would send the body a second time, on its own account, when a
 * connection that it used again breaks. It cannot rewind this one, so it fails instead. */
static void prepare_body(CURL *curl, struct upload *upload)
{
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)upload->left);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, upload);
}

/* Everything is set anew for each request; only connections live on. */
static void prepare(CURL *curl, const struct http_request *r, struct http_response *response,
                    int64_t left_ms)
{
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, r->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_USER_AGENT);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response->body);
    if (r->bearer) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, r->bearer);
    } else if (r->username) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, r->username);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, r->password);
    }
}

static struct curl_slist *own_headers(const struct http_request *r)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    if (r->content_type) {
        struct text line = {0};
        text_printf(&line, "Content-Type: %s", r->content_type);
        headers = curl_slist_append(headers, text_z(&line));
        text_done(&line);
    }
    for (size_t i = 0; r->headers && r->headers[i]; i++) {
        headers = curl_slist_append(headers, r->headers[i]);
    }
    return headers;
}

static void copy_header(CURL *curl, const char *name, char *ret, size_t size)
{
    struct curl_header *header = NULL;
    ret[0] = '\0';
    if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
        snprintf(ret, size, "%s", header->value);
    }
}

static void read_head(CURL *curl, struct http_response *response)
{
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    response->retry_after_ms = (int64_t)retry_after_s * 1000;
    copy_header(curl, "content-type", response->content_type, sizeof(response->content_type));
    copy_header(curl, "x-request-id", response->request_id, sizeof(response->request_id));
}

static const char *reason(CURLcode code)
{
    return code == CURLE_SEND_FAIL_REWIND ? "the connection broke before an answer came"
                                          : curl_easy_strerror(code);
}

static const char *name_of(const struct http_request *r)
{
    return r->is_secret_url ? "(a presigned URL)" : r->url;
}

static int exchange(struct http *h, const struct http_request *r, struct http_response *response,
                    struct failure *f)
{
    int64_t began_ms = clock_now_ms();
    if (began_ms >= r->deadline_ms) {
        return failure_set(f, "no time was left for %s %s", r->method, name_of(r));
    }
    *response = (struct http_response){0};
    struct upload upload = {.at = r->body, .left = r->body ? strlen(r->body) : 0};
    prepare(h->curl, r, response, r->deadline_ms - began_ms);
    if (r->body) {
        prepare_body(h->curl, &upload);
    }
    struct curl_slist *headers = own_headers(r);
    if (defects_on()) {
        headers = sabotage_request(h->curl, r, headers);
    }
    curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(h->curl);
    curl_slist_free_all(headers);
    if (defects_on()) {
        code = (CURLcode)sabotage_code((int)code, response);
    }
    if (code != CURLE_OK) {
        log_debug("%s %s -> %s", r->method, name_of(r), reason(code));
        text_done(&response->body);
        return failure_set(f, "%s %s: %s", r->method, name_of(r), reason(code));
    }
    read_head(h->curl, response);
    if (defects_on()) {
        sabotage_answer(h->curl, r, response);
    }
    log_debug("%s %s -> %ld, %zu bytes, %lld ms, request id %s", r->method, name_of(r),
              response->status, response->body.len, (long long)(clock_now_ms() - began_ms),
              response->request_id);
    return 0;
}

static bool may_pass(long status)
{
    return status == 404 || status == 410 || status >= 500;
}

/* How long to wait before the same request is sent again, or -1: not at all. */
static int64_t pause_before_retry(const struct http_request *r,
                                  const struct http_response *response, bool answered, int tried)
{
    bool is_get = strcmp(r->method, "GET") == 0;
    bool asked_to_wait = answered && (response->status == 429 || response->status == 503);
    bool broken = !answered || response->status == 502 || response->status == 504 ||
                  (r->is_patient && may_pass(response->status));
    if (tried >= (r->is_patient ? PATIENT_TRIES : TRIES) ||
        !(asked_to_wait || (is_get && broken))) {
        return -1;
    }
    int64_t pause_ms = (int64_t)FIRST_PAUSE_MS << (tried - 1);
    return response->retry_after_ms > 0 ? response->retry_after_ms : pause_ms;
}

int http_send(struct http *h, const struct http_request *request, struct http_response *ret,
              struct failure *f)
{
    for (int tried = 1;; tried++) {
        struct http_response response = {0};
        bool answered = exchange(h, request, &response, f) == 0;
        int64_t pause_ms = pause_before_retry(request, &response, answered, tried);
        if (defects_on()) {
            pause_ms = sabotage_pause(request, answered ? response.status : 0, tried, pause_ms);
        }
        if (pause_ms < 0 || clock_now_ms() + pause_ms >= request->deadline_ms) {
            *ret = response;
            return answered ? 0 : -1;
        }
        http_response_done(&response);
        clock_sleep_ms(pause_ms);
    }
}

void http_response_done(struct http_response *r)
{
    text_done(&r->body);
}
