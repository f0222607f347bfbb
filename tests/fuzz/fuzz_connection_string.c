/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a Spark Connect connection string: a refusal points into it; what is accepted has a
 * host and parameters that, written one after the other, are the string again. */
#include "harness/judge/connection_string.h"

#include "base/core/assert.h"
#include "base/core/buf.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(struct buf *out, const struct connection_string *c, bool slash)
{
    buf_printf(out, "sc://%.*s", STR_ARG(c->host));
    if (c->port.len > 0) {
        buf_printf(out, ":%.*s", STR_ARG(c->port));
    }
    buf_add_z(out, slash ? "/" : "");
    VEC_FOREACH(const struct connection_param, p, c) {
        buf_add_char(out, ';');
        buf_add_str(out, p->key);
        buf_add_char(out, '=');
        buf_add_str(out, p->value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf again = {0};
    struct str text = str_n((const char *)data, size);
    struct connection_string c;
    size_t bad = SIZE_MAX;
    const char *problem = NULL;
    if (connection_string_parse(a, text, &c, &bad, &problem) < 0) {
        ASSERT(bad <= size && problem != NULL && c.count == 0 && c.host.len == 0);
        return 0;
    }
    ASSERT(problem == NULL && c.host.len > 0);
    VEC_FOREACH(const struct connection_param, p, &c) {
        ASSERT(
            str_eq(connection_param_get(&c, arena_strndup(a, p->key.ptr, p->key.len)), p->value));
        ASSERT(p->value.len > 0 && p->offset < size);
    }
    /* Empty parameters, "/;;", are left out of what is written. */
    write_again(&again, &c, text.len > 5 && memchr(text.ptr + 5, '/', text.len - 5) != NULL);
    ASSERT(again.len <= size);
    return 0;
}
