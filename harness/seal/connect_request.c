/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/connect_request.h"

#include "base/text/number.h"

#include <ctype.h>
#include <string.h>

enum { HTTP_PORT = 80, PORT_MAX = 65535 };

static bool host_copy(struct str host, bool is_ipv6, char out[CONNECT_HOST_SIZE])
{
    if (!is_ipv6 && str_ends(host, STR("."))) {
        host.len--;
    }
    if (host.len == 0 || host.len >= CONNECT_HOST_SIZE) {
        return false;
    }
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];
        bool fits = is_ipv6 ? isxdigit(c) || c == ':' || c == '.'
                            : isalnum(c) || c == '-' || c == '.' || c == '_';
        if (!fits) {
            return false;
        }
        out[i] = (char)tolower(c);
    }
    out[host.len] = '\0';
    return true;
}

/* host:port or [address]:port; without a port, `dflt` if that is not 0. */
static bool authority_read(struct str text, int dflt, struct connect_request *r)
{
    struct err ignored = {0};
    bool is_ipv6 = str_starts(text, STR("["));
    long end = is_ipv6 ? str_find(text, STR("]"), 0) : str_find(text, STR(":"), 0);
    int64_t port = dflt;
    if (is_ipv6 && end < 0) {
        return false;
    }
    size_t host_end = end < 0 ? text.len : (size_t)end;
    struct str rest = str_slice(text, host_end + (is_ipv6 ? 1 : 0), text.len);
    if (rest.len > 0 &&
        (!str_starts(rest, STR(":")) ||
         parse_int64(str_slice(rest, 1, rest.len), 1, PORT_MAX, &port, &ignored) < 0)) {
        return false;
    }
    r->port = (int)port;
    return port > 0 && host_copy(str_slice(text, is_ipv6 ? 1 : 0, host_end), is_ipv6, r->host);
}

/* http://[user@]host[:port][/...] */
static bool uri_read(struct str target, struct connect_request *r)
{
    static const char scheme[] = "http://";
    size_t skip = sizeof(scheme) - 1;
    if (target.len <= skip || !str_eq_nocase(str_slice(target, 0, skip), STR("http://"))) {
        return false;
    }
    struct str rest = str_slice(target, skip, target.len);
    size_t len = 0;
    while (len < rest.len && memchr("/?#", rest.ptr[len], 3) == NULL) {
        len++;
    }
    struct str authority = str_slice(rest, 0, len);
    long at = str_find(authority, STR("@"), 0);
    return authority_read(str_slice(authority, (size_t)(at + 1), authority.len), HTTP_PORT, r);
}

enum connect_found connect_read(struct str bytes, struct connect_request *ret)
{
    struct connect_request r = {0};
    long end = str_find(bytes, STR("\r\n\r\n"), 0);
    if (end < 0) {
        return CONNECT_MORE;
    }
    r.head_len = (size_t)end + strlen("\r\n\r\n");
    struct str line = str_slice(bytes, 0, (size_t)str_find(bytes, STR("\r\n"), 0));
    struct str method = {0}, target = {0}, version = {0};
    if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &target) ||
        !str_split(&line, ' ', &version) || line.ptr != NULL || method.len == 0 ||
        !str_starts(version, STR("HTTP/1."))) {
        return CONNECT_BAD;
    }
    bool is_tunnel = str_eq_z(method, "CONNECT");
    if (is_tunnel ? !authority_read(target, 0, &r) : !uri_read(target, &r)) {
        return CONNECT_BAD;
    }
    *ret = r;
    return is_tunnel ? CONNECT_TO : CONNECT_PLAIN;
}
