/* SPDX-License-Identifier: Apache-2.0 */
/* A form that parses, encoded and parsed again, is the same form. */
#include "base/core/assert.h"
#include "base/text/url.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(struct buf *out, const struct url_params *p)
{
    VEC_FOREACH(const struct url_param, it, p) {
        buf_add_z(out, out->len ? "&" : "");
        form_encode(out, it->name);
        buf_add_z(out, it->has_equals ? "=" : "");
        form_encode(out, it->value);
    }
}

static void check_duplicate(const struct url_params *p)
{
    bool found = false;
    for (size_t i = 0; i < p->count && i < 100; i++) {
        for (size_t k = 0; k < i; k++) {
            found = found || str_eq(p->items[i].name, p->items[k].name);
        }
    }
    ASSERT(p->count > 100 || found == (params_duplicate(p) != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0}, decoded = {0};
    struct url_params p, again;
    struct err err = {0};
    struct str in = str_n((const char *)data, size);
    bool decodes = percent_decode(&decoded, in, true, &err) == 0;
    if (form_parse(a, in, &p, &err) < 0) {
        ASSERT(err.code == ERR_LIMIT || !decodes);
        return 0;
    }
    ASSERT(decodes);
    check_duplicate(&p);
    encode(&text, &p);
    ASSERT(form_parse(a, buf_str(&text), &again, &err) == 0);
    ASSERT(p.count == again.count);
    for (size_t i = 0; i < p.count; i++) {
        ASSERT(str_eq(p.items[i].name, again.items[i].name));
        ASSERT(str_eq(p.items[i].value, again.items[i].value));
        ASSERT(p.items[i].has_equals == again.items[i].has_equals);
    }
    return 0;
}
