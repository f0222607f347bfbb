/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/url.h"

#include "base/text/number.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str lower_copy(struct arena *a, struct str s)
{
    char *out = arena_strndup(a, s.ptr ? s.ptr : "", s.len);
    for (size_t i = 0; i < s.len; i++) {
        if (out[i] >= 'A' && out[i] <= 'Z') {
            out[i] = (char)(out[i] + ('a' - 'A'));
        }
    }
    return str_n(out, s.len);
}

static struct str copy(struct arena *a, struct str s)
{
    return str_n(arena_strndup(a, s.ptr ? s.ptr : "", s.len), s.len);
}

static size_t find_any(struct str s, const char *set)
{
    for (size_t i = 0; i < s.len; i++) {
        if (strchr(set, s.ptr[i])) {
            return i;
        }
    }
    return s.len;
}

static int bytes_check(struct str text, struct err *err)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            return err_set(err, ERR_INVALID, "white space in a URL at byte %zu", i + 1);
        }
        if (c < 0x20 || c == 0x7f) {
            return err_set(err, ERR_INVALID, "a control character in a URL at byte %zu", i + 1);
        }
    }
    return 0;
}

/* RFC 3986 section 3.1. Returns the scheme's length, 0 when there is none before "://". */
static size_t scheme_len(struct str text)
{
    size_t n = 0;
    while (n < text.len && (is_alpha(text.ptr[n]) ||
                            (n > 0 && (is_digit(text.ptr[n]) || strchr("+-.", text.ptr[n]))))) {
        n++;
    }
    return str_starts(str_slice(text, n, text.len), STR("://")) ? n : 0;
}

/* RFC 3986 section 3.2.2: reg-name is unreserved, percent-encoded and sub-delims. */
static bool is_reg_name(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (!is_alpha(c) && !is_digit(c) && !strchr("-._~%!$&'()*+,;=", c)) {
            return false;
        }
    }
    return true;
}

static int host_read(struct arena *a, struct str *authority, struct url *url, struct err *err)
{
    struct str host;
    if (str_starts(*authority, STR("["))) {
        struct in6_addr ignored;
        long end = str_find(*authority, STR("]"), 0);
        host = str_slice(*authority, 1, end < 0 ? 1 : (size_t)end);
        url->host = lower_copy(a, host);
        if (end < 0 || memchr(url->host.ptr, '\0', host.len) ||
            inet_pton(AF_INET6, url->host.ptr, &ignored) != 1) {
            return err_set(err, ERR_INVALID, "not an IPv6 address between the brackets");
        }
        *authority = str_slice(*authority, (size_t)end + 1, authority->len);
        return 0;
    }
    host = str_slice(*authority, 0, find_any(*authority, ":"));
    if (host.len == 0) {
        return err_set(err, ERR_INVALID, "a URL without a host");
    }
    if (!is_reg_name(host)) {
        return err_set(err, ERR_INVALID, "a character in the URL's host that cannot be there");
    }
    url->host = lower_copy(a, host);
    *authority = str_slice(*authority, host.len, authority->len);
    return 0;
}

static int port_read(struct str rest, struct url *url, struct err *err)
{
    int64_t port;
    struct err why;
    if (rest.len == 0) {
        url->port = str_eq_z(url->scheme, "https") ? 443 : str_eq_z(url->scheme, "http") ? 80 : 0;
        return 0;
    }
    if (rest.ptr[0] != ':') {
        return err_set(err, ERR_INVALID, "text between the URL's host and its port or path");
    }
    if (parse_int64(str_slice(rest, 1, rest.len), 1, 65535, &port, &why) < 0) {
        return err_set(err, ERR_INVALID, "a URL's port must be a number from 1 to 65535");
    }
    url->port = (int)port;
    url->has_port = true;
    return 0;
}

static int authority_read(struct arena *a, struct str authority, struct url *url, struct err *err)
{
    long at = str_find(authority, STR("@"), 0);
    url->userinfo = copy(a, str_slice(authority, 0, at < 0 ? 0 : (size_t)at));
    authority = str_slice(authority, (size_t)(at + 1), authority.len);
    if (str_find(authority, STR("@"), 0) >= 0) {
        return err_set(err, ERR_INVALID, "two `@' before the URL's path");
    }
    if (host_read(a, &authority, url, err) < 0) {
        return -1;
    }
    return port_read(authority, url, err);
}

int url_parse(struct arena *a, struct str text, struct url *ret_url, struct err *err)
{
    struct url url = {0};
    if (bytes_check(text, err) < 0) {
        return -1;
    }
    size_t n = scheme_len(text);
    if (n == 0) {
        err_set(err, ERR_INVALID, "not an absolute URL");
        err_hint(err, "it must start with a scheme such as https://");
        return -1;
    }
    url.scheme = lower_copy(a, str_slice(text, 0, n));
    struct str rest = str_slice(text, n + 3, text.len);
    size_t end = find_any(rest, "/?#");
    if (authority_read(a, str_slice(rest, 0, end), &url, err) < 0) {
        return -1;
    }
    rest = str_slice(rest, end, rest.len);
    size_t hash = find_any(rest, "#");
    url.fragment = copy(a, str_slice(rest, hash + 1, rest.len));
    rest = str_slice(rest, 0, hash);
    size_t question = find_any(rest, "?");
    url.query = copy(a, str_slice(rest, question + 1, rest.len));
    url.path = copy(a, str_slice(rest, 0, question));
    if (url.path.len == 0 && (str_eq_z(url.scheme, "http") || str_eq_z(url.scheme, "https"))) {
        url.path = STR("/");
    }
    *ret_url = url;
    return 0;
}
