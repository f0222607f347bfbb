/* SPDX-License-Identifier: Apache-2.0 */
/* A URL that parses, put together again from its parts, parses to the same parts. */
#include "base/core/assert.h"
#include "base/text/url.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compose(struct buf *out, const struct url *u)
{
    bool is_ipv6 = str_find(u->host, STR(":"), 0) >= 0;
    buf_add_str(out, u->scheme);
    buf_add_z(out, "://");
    buf_add_str(out, u->userinfo);
    buf_add_z(out, u->userinfo.len ? "@" : "");
    buf_add_z(out, is_ipv6 ? "[" : "");
    buf_add_str(out, u->host);
    buf_add_z(out, is_ipv6 ? "]" : "");
    if (u->has_port) {
        buf_printf(out, ":%d", u->port);
    }
    buf_add_str(out, u->path);
    buf_add_z(out, u->query.len ? "?" : "");
    buf_add_str(out, u->query);
    buf_add_z(out, u->fragment.len ? "#" : "");
    buf_add_str(out, u->fragment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct url u, again;
    struct err err = {0};
    if (url_parse(a, str_n((const char *)data, size), &u, &err) < 0) {
        ASSERT(err.code == ERR_INVALID && err.msg[0] != '\0');
        return 0;
    }
    ASSERT(u.scheme.len > 0 && u.host.len > 0 && u.port >= 0 && u.port <= 65535);
    ASSERT(strlen(u.host.ptr) == u.host.len);
    compose(&text, &u);
    ASSERT(url_parse(a, buf_str(&text), &again, &err) == 0);
    ASSERT(str_eq(u.scheme, again.scheme) && str_eq(u.userinfo, again.userinfo));
    ASSERT(str_eq(u.host, again.host) && u.port == again.port && u.has_port == again.has_port);
    ASSERT(str_eq(u.path, again.path) && str_eq(u.query, again.query));
    ASSERT(str_eq(u.fragment, again.fragment));
    return 0;
}
