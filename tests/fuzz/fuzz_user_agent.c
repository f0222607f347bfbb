/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a User-Agent: a refusal points into the field; what is accepted is products,
 * comments and white space from its first byte to its last, and scanning finds the same names. */
#include "harness/judge/user_agent_grammar.h"

#include "base/core/assert.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t product_end(const struct user_agent_product *p)
{
    return p->offset + p->name.len + (p->version.len ? 1 + p->version.len : 0);
}

/* What stands between two products outside comments: white space and whole comments. */
static void gap_check(struct str gap)
{
    int depth = 0;
    for (size_t i = 0; i < gap.len; i++) {
        if (depth > 0 && gap.ptr[i] == '\\') {
            i++;
        } else if (gap.ptr[i] == '(') {
            depth++;
        } else if (gap.ptr[i] == ')') {
            depth--;
        } else {
            ASSERT(depth > 0 || gap.ptr[i] == ' ' || gap.ptr[i] == '\t');
        }
        ASSERT(depth >= 0);
    }
    ASSERT(depth == 0);
}

static void product_check(struct str field, const struct user_agent_product *p)
{
    ASSERT(is_token(p->name) && p->name.ptr == field.ptr + p->offset);
    ASSERT(product_end(p) <= field.len);
    ASSERT(p->version.len == 0 || is_token(p->version));
}

static void tiles_check(struct str field, const struct user_agent *ua)
{
    size_t at = 0, reached = 0;
    VEC_FOREACH(const struct user_agent_product, p, ua) {
        product_check(field, p);
        ASSERT(p->offset >= reached);
        reached = product_end(p);
        if (!p->in_comment) {
            gap_check(str_slice(field, at, p->offset));
            at = reached;
        }
    }
    gap_check(str_slice(field, at, field.len));
}

static void scan_check(struct arena *a, struct str field, const struct user_agent *parsed)
{
    struct user_agent scanned;
    user_agent_scan(a, field, &scanned);
    VEC_FOREACH(const struct user_agent_product, p, &scanned) {
        product_check(field, p);
    }
    VEC_FOREACH(const struct user_agent_product, p, parsed) {
        bool found = false;
        VEC_FOREACH(const struct user_agent_product, s, &scanned) {
            found = found || (s->offset == p->offset && str_eq(s->name, p->name));
        }
        ASSERT(found);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096) {
        return 0; /* the checks are quadratic, the parser is not */
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct str field = str_n((const char *)data, size);
    struct user_agent ua = {0};
    size_t bad = SIZE_MAX;
    const char *problem = NULL;
    if (user_agent_parse(a, field, &ua, &bad, &problem) < 0) {
        ASSERT(bad <= size && problem != NULL && ua.count == 0);
    } else {
        ASSERT(ua.count > 0 && problem == NULL);
        ASSERT(!ua.items[0].in_comment);
        tiles_check(field, &ua);
    }
    scan_check(a, field, &ua);
    return 0;
}
