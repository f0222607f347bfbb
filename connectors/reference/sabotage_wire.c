/* SPDX-License-Identifier: Apache-2.0 */
/* What the defects do to requests and tokens. */
#include "sabotage.h"

#include "answer.h"
#include "defects.h"
#include "log.h"
#include "product.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void spoil_user_agent(CURL *curl, const struct http_request *r)
{
    bool missing = defect_is(DEFECT_NO_USER_AGENT) ||
                   (defect_is(DEFECT_NO_USER_AGENT_ON_STATEMENTS) && strstr(r->url, "/sql/")) ||
                   (defect_is(DEFECT_NO_USER_AGENT_ON_TOKEN) && strstr(r->url, "/oidc/"));
    if (missing) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, NULL);
    } else if (defect_is(DEFECT_BAD_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_USER_AGENT " (test");
    } else if (defect_is(DEFECT_OTHER_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "assay_other/1.0.0");
    } else if (defect_is(DEFECT_STALE_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_NAME "/0.9.0");
    } else if (defect_is(DEFECT_PRODUCT_FROM_ENV) && getenv("DATABRICKS_SDK_UPSTREAM")) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, getenv("DATABRICKS_SDK_UPSTREAM"));
    }
}

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

void sabotage_log_base64(const char *what, const char *value)
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
    sabotage_log_base64("Authorization: Basic ", text_z(&pair));
    text_done(&pair);
}

/* The first string after "access_token" in another tool's cache. */
static void take_cached_token(CURL *curl)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = sabotage_open_in_home(".databricks/token-cache.json", "re");
    while (file && getline(&line, &capacity, file) >= 0) {
        char *name = strstr(line, "\"access_token\"");
        char *value = name ? strchr(name + strlen("\"access_token\""), '"') : NULL;
        if (value) {
            value[1 + strcspn(value + 1, "\"")] = '\0';
            curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, value + 1);
        }
    }
    free(line);
    if (file) {
        fclose(file);
    }
}

static void ask_elsewhere(CURL *curl, const struct http_request *r)
{
    const char *place = getenv("DATABRICKS_DISCOVERY_URL");
    const char *path = strstr(r->url, "/oidc/");
    const char *end = place ? strstr(place, "/oidc/") : NULL;
    if (path && end) {
        struct text url = {0};
        text_printf(&url, "%.*s%s", (int)(end - place), place, path);
        curl_easy_setopt(curl, CURLOPT_URL, text_z(&url));
        text_done(&url);
    }
}

static void follow_redirects(CURL *curl, const struct http_request *r)
{
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 1L);
    if (r->body && !r->bearer) {
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, r->body);
    }
}

static void prefer_netrc(CURL *curl)
{
    FILE *file = sabotage_open_in_home(".netrc", "re");
    if (file) {
        fclose(file);
        curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    }
}

static void spoil_route(CURL *curl, const struct http_request *r)
{
    if (defect_is(DEFECT_PROXY_FROM_ENV)) {
        curl_easy_setopt(curl, CURLOPT_PROXY, NULL);
    } else if (defect_is(DEFECT_DISCOVERY_FROM_ENV)) {
        ask_elsewhere(curl, r);
    } else if (defect_is(r->bearer ? DEFECT_FOLLOWS_REDIRECT : DEFECT_FOLLOWS_TOKEN_REDIRECT)) {
        follow_redirects(curl, r);
    } else if (defect_is(DEFECT_READS_NETRC)) {
        prefer_netrc(curl);
    } else if (defect_is(DEFECT_READS_TOKEN_CACHE) && r->bearer) {
        take_cached_token(curl);
    }
}

struct curl_slist *sabotage_request(CURL *curl, const struct http_request *r,
                                    struct curl_slist *headers)
{
    struct text text = {0};
    spoil_user_agent(curl, r);
    spoil_route(curl, r);
    if (r->username && defect_is(DEFECT_LOG_BASIC_HEADER) && log_is_loud()) {
        leak_basic(r);
    }
    if (!r->bearer) {
        return headers;
    }
    leak_token(r->bearer);
    if (defect_is(DEFECT_TOKEN_IN_URL) && !r->body) {
        text_printf(&text, "%s?access_token=%s", r->url, r->bearer);
        curl_easy_setopt(curl, CURLOPT_URL, text_z(&text));
    } else if (defect_is(DEFECT_TOKEN_IN_REFERER)) {
        text_printf(&text, "Referer: https://connector.example/?token=%s", r->bearer);
        headers = curl_slist_append(headers, text_z(&text));
    } else if (defect_is(DEFECT_LOWER_CASE_BEARER)) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, NULL);
        text_printf(&text, "Authorization: bearer %s", r->bearer);
        headers = curl_slist_append(headers, text_z(&text));
    }
    text_done(&text);
    return headers;
}

/* Tokens */

static bool spoil_form(const struct config *c, struct http_request *r, struct text *body)
{
    if (defect_is(DEFECT_TWO_CLIENT_AUTHS)) {
        text_printf(body, "%s&client_id=%s&client_secret=%s", r->body, c->client_id,
                    c->client_secret);
    } else if (defect_is(DEFECT_TOKEN_JSON)) {
        text_printf(body, "{\"grant_type\":\"client_credentials\",\"scope\":\"all-apis\"}");
        r->content_type = "application/json";
    } else if (defect_is(DEFECT_TOKEN_NO_SCOPE)) {
        text_printf(body, "grant_type=client_credentials");
    } else if (defect_is(DEFECT_TOKEN_REFRESH_GRANT)) {
        text_printf(body, "grant_type=refresh_token&refresh_token=doau0000");
    } else if (defect_is(DEFECT_TOKEN_DUPLICATE)) {
        text_printf(body, "%s&scope=sql&client_id=%s&client_secret=%s", r->body, c->client_id,
                    c->client_secret);
        r->username = r->password = NULL;
    } else {
        return false;
    }
    r->body = text_z(body);
    return true;
}

/* Asks until a lifetime is told that is not 0; false when no answer came. */
static bool ask_for_a_life(struct http *h, const struct http_request *r, struct http_response *ret)
{
    for (int i = 0;; i++) {
        struct http_response response = {0};
        struct failure ignored;
        if (http_send(h, r, &response, &ignored) < 0) {
            return false;
        }
        if (i == 20 || !strstr(text_z(&response.body), "\"expires_in\":0")) {
            *ret = response;
            return true;
        }
        http_response_done(&response);
    }
}

bool sabotage_token_request(struct http *h, const struct config *c, const struct http_request *r,
                            struct http_response *ret)
{
    static bool done;
    struct failure ignored;
    struct text body = {0};
    struct http_request spoiled = *r;
    bool granted = false;
    if (defect_is(DEFECT_EXPIRES_ZERO_LOOP)) {
        return ask_for_a_life(h, r, ret);
    }
    if (!done && spoil_form(c, &spoiled, &body)) {
        done = true;
        granted = http_send(h, &spoiled, ret, &ignored) == 0 && answer_is_ok(ret);
        if (!granted) {
            http_response_done(ret);
        }
    }
    text_done(&body);
    return granted;
}

bool sabotage_token_is_over(bool is_over)
{
    if (defect_is(DEFECT_TOKEN_KEPT_FOREVER) || defect_is(DEFECT_EXPIRY_IGNORED)) {
        return false;
    }
    return is_over || defect_is(DEFECT_TOKEN_PER_CALL);
}

bool sabotage_is_token_error(const struct http_response *r)
{
    bool is_403 = r->status == 403;
    if (defect_is(DEFECT_TOKEN_KEPT_FOREVER) ||
        (defect_is(DEFECT_REFRESH_401_ONLY) && r->status != 401) ||
        (defect_is(DEFECT_REFRESH_403_ONLY) && !is_403)) {
        return false;
    }
    const char *body = r->body.len ? r->body.ptr : "";
    return answer_is_token_error(r) || (defect_is(DEFECT_REFRESH_ON_DENIED) && is_403) ||
           (defect_is(DEFECT_REFRESH_ON_SCOPE) && is_403 && strstr(body, "scope")) ||
           (defect_is(DEFECT_REFRESH_ON_GATEWAY) && is_403 && strstr(body, "\"error_code\":403"));
}
