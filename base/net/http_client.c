/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net/http_client.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/net/http_client_priv.h"
#include "base/text/number.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT_MS INT64_C(30000)

struct http_client {
    CURL *easy;
    char *unix_socket, *ca_file;
    bool cookies;
    int64_t timeout_ms;
    char curl_text[CURL_ERROR_SIZE];
};

static void global_init(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* its failure shows in curl_easy_init */
}

static size_t on_header(char *bytes, size_t size, size_t count, void *collector)
{
    size_t len = size * count;
    return http_collector_header(collector, str_n(bytes, len)) ? len : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *collector)
{
    size_t len = size * count;
    return http_collector_body(collector, str_n(bytes, len)) ? len : 0;
}

/* Sets one option; the first refusal sticks in rc. */
#define SET(option, value) \
    (rc = rc != CURLE_OK ? rc : curl_easy_setopt(c->easy, CURLOPT_##option, (value)))

/* Once and not before each request after a curl_easy_reset, which would lose the memory of
 * COOKIEFILE in libcurl 7.88. */
static CURLcode set_up_client(struct http_client *c)
{
    CURLcode rc = CURLE_OK;
    SET(ERRORBUFFER, c->curl_text);
    SET(NOSIGNAL, 1L);
    SET(PROXY, ""); /* not even from the environment */
    SET(NETRC, (long)CURL_NETRC_IGNORED);
    SET(PROTOCOLS_STR, "http,https");
    SET(REDIR_PROTOCOLS_STR, "http,https");
    SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(HEADERFUNCTION, on_header);
    SET(WRITEFUNCTION, on_body);
    SET(TIMEOUT_MS, (long)c->timeout_ms);
    SET(CONNECTTIMEOUT_MS, (long)c->timeout_ms);
    if (c->unix_socket) {
        SET(UNIX_SOCKET_PATH, c->unix_socket);
    }
    if (c->ca_file) {
        SET(CAINFO, c->ca_file);
        SET(CAPATH, NULL); /* the system's folder would be trusted beside it */
    }
    if (c->cookies) {
        SET(COOKIEFILE, "");
    }
    return rc;
}

struct http_client *http_client_new(const struct http_client_options *options, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, global_init);
    CURL *easy = curl_easy_init();
    if (!easy) {
        (void)err_set(err, ERR_INTERNAL, "libcurl cannot be initialised");
        return NULL;
    }
    struct http_client *c = xcalloc(1, sizeof(*c));
    c->easy = easy;
    c->unix_socket = options->unix_socket ? xstrdup(options->unix_socket) : NULL;
    c->ca_file = options->ca_file ? xstrdup(options->ca_file) : NULL;
    c->cookies = options->cookies;
    c->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    CURLcode rc = set_up_client(c);
    if (rc != CURLE_OK) {
        (void)err_set(err, ERR_INTERNAL, "libcurl refuses an option: %s", curl_easy_strerror(rc));
        http_client_free(c);
        return NULL;
    }
    return c;
}

void http_client_free(struct http_client *c)
{
    if (c) {
        curl_easy_cleanup(c->easy);
        free(c->unix_socket);
        free(c->ca_file);
        free(c);
    }
}

void http_client_free_ptr(struct http_client **c)
{
    http_client_free(*c);
    *c = NULL;
}

/* The URL for messages: without user information, query and fragment, which may hold secrets. */
static const char *public_url(struct arena *a, const char *url)
{
    struct str text = str_n(url, strcspn(url, "?#"));
    long scheme_end = str_find(text, STR("://"), 0);
    if (scheme_end < 0) {
        return "(no URL)";
    }
    size_t host = (size_t)scheme_end + 3;
    size_t end = host + strcspn(url + host, "/?#");
    for (size_t i = host; i < end; i++) {
        if (url[i] == '@') {
            host = i + 1;
        }
    }
    return arena_printf(a, "%.*s://%s", (int)scheme_end, url,
                        arena_strndup(a, url + host, text.len - host));
}

static bool is_token(const char *s)
{
    static const char allowed[] = "!#$%&'*+-.^_`|~0123456789" /* RFC 9110 section 5.6.2 */
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return s[0] && s[strspn(s, allowed)] == '\0';
}

/* What libcurl would pass on to the wire as it is. */
static int check_request(const struct http_request *request, const char *url, struct err *err)
{
    struct str scheme = str_n(request->url, strcspn(request->url, ":"));
    if (!str_eq_nocase(scheme, STR("http")) && !str_eq_nocase(scheme, STR("https"))) {
        return err_set(err, ERR_INVALID, "the URL %s is neither http nor https", url);
    }
    if (!is_token(request->method)) {
        return err_set(err, ERR_INVALID, "'%s' is not an HTTP method", request->method);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *h = &request->headers[i];
        if (!is_token(h->name)) {
            return err_set(err, ERR_INVALID, "request to %s: '%s' is not a header name", url,
                           h->name);
        }
        if (strpbrk(h->value, "\r\n")) {
            return err_set(err, ERR_INVALID, "request to %s: the header %s has a line break", url,
                           h->name);
        }
    }
    return 0;
}

static void add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    ASSERT(longer);
    *list = longer;
}

static void slist_free(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

/* In libcurl's notation: "Name;" sends an empty value, "Name:" keeps a default from being sent. */
static struct curl_slist *header_list(struct arena *a, const struct http_request *request)
{
    struct curl_slist *list = NULL;
    bool has_content_type = false;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *h = &request->headers[i];
        add_line(&list, h->value[0] ? arena_printf(a, "%s: %s", h->name, h->value)
                                    : arena_printf(a, "%s;", h->name));
        has_content_type |= str_eq_nocase(str_of(h->name), STR("Content-Type"));
    }
    add_line(&list, "Expect:");
    if (request->body.len == 0 && !has_content_type) {
        add_line(&list, "Content-Type:");
    }
    return list;
}

static CURLcode set_up_method(struct http_client *c, const struct http_request *request)
{
    CURLcode rc = CURLE_OK;
    bool has_body = request->body.len > 0;
    SET(CUSTOMREQUEST, NULL); /* forget the request before; HTTPGET undoes POST and NOBODY */
    SET(POSTFIELDS, NULL);
    SET(POSTFIELDSIZE_LARGE, (curl_off_t)-1);
    SET(HTTPGET, 1L);
    if (strcmp(request->method, "HEAD") == 0 && !has_body) {
        return SET(NOBODY, 1L);
    }
    if (strcmp(request->method, "GET") == 0 && !has_body) {
        return rc;
    }
    bool is_post = strcmp(request->method, "POST") == 0;
    if (has_body || is_post) {
        SET(POST, 1L);
        SET(POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        SET(POSTFIELDS, has_body ? request->body.ptr : "");
    }
    if (!is_post) {
        SET(CUSTOMREQUEST, request->method);
    }
    return rc;
}

static CURLcode set_up_request(struct http_client *c, const struct http_request *request,
                               struct curl_slist *headers, struct http_collector *collector)
{
    CURLcode rc = CURLE_OK;
    c->curl_text[0] = '\0';
    SET(URL, request->url);
    SET(HTTPHEADER, headers);
    SET(FOLLOWLOCATION, request->max_redirects > 0 ? 1L : 0L);
    SET(MAXREDIRS, (long)request->max_redirects);
    SET(HEADERDATA, collector);
    SET(WRITEDATA, collector);
    return rc != CURLE_OK ? rc : set_up_method(c, request);
}
#undef SET

struct failed_transfer {
    CURLcode rc;
    const char *url;
    const struct http_request *request;
    const struct http_collector *collector;
};

static int fail_limit(const struct failed_transfer *f, struct err *err)
{
    if (f->collector->body_too_large) {
        return err_set(err, ERR_LIMIT, "the answer of %s is larger than %zu bytes", f->url,
                       f->collector->body.cap);
    }
    if (f->collector->too_many_headers) {
        return err_set(err, ERR_LIMIT, "the headers of the answer of %s are larger than %zu bytes",
                       f->url, HEADERS_MAX_BYTES);
    }
    return err_set(err, ERR_LIMIT, "%s redirects more than %d times", f->url,
                   f->request->max_redirects);
}

static int fail_transfer(struct http_client *c, const struct failed_transfer *f, struct err *err)
{
    char duration[32];
    const char *why = c->curl_text[0] ? c->curl_text : curl_easy_strerror(f->rc);
    if (f->collector->body_too_large || f->collector->too_many_headers ||
        f->rc == CURLE_TOO_MANY_REDIRECTS) {
        return fail_limit(f, err);
    }
    if (f->rc == CURLE_OPERATION_TIMEDOUT) {
        return err_set(err, ERR_TIMEOUT, "no complete answer from %s within %s", f->url,
                       format_duration_ms(c->timeout_ms, duration, sizeof(duration)));
    }
    if (f->rc == CURLE_URL_MALFORMAT) {
        return err_set(err, ERR_INVALID, "'%s' is not a URL", f->url);
    }
    long os_errno = 0;
    (void)curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &os_errno);
    (void)err_set(err, ERR_IO, "cannot get an answer from %s%s%s: %s", f->url,
                  c->unix_socket ? " through " : "", c->unix_socket ? c->unix_socket : "", why);
    err->sys_errno = (int)os_errno;
    return -1;
}

int http_send(struct http_client *c, const struct http_request *request,
              struct http_response *ret_response, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *url = public_url(a, request->url);
    if (check_request(request, url, err) < 0) {
        return -1;
    }
    AUTO(slist_free) struct curl_slist *headers = header_list(a, request);
    AUTO(http_collector_done) struct http_collector collector;
    http_collector_init(&collector, request->max_body_bytes);
    CURLcode rc = set_up_request(c, request, headers, &collector);
    if (rc != CURLE_OK) {
        return err_set(err, ERR_INTERNAL, "libcurl refuses an option for %s: %s", url,
                       curl_easy_strerror(rc));
    }
    rc = curl_easy_perform(c->easy);
    if (rc != CURLE_OK) {
        struct failed_transfer f = {
            .rc = rc, .url = url, .request = request, .collector = &collector};
        return fail_transfer(c, &f, err);
    }
    long status = 0;
    char *final_url = NULL;
    (void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(c->easy, CURLINFO_EFFECTIVE_URL, &final_url);
    http_collector_finish(&collector, (int)status, final_url ? final_url : request->url,
                          ret_response);
    return 0;
}
