/* SPDX-License-Identifier: Apache-2.0 */
/* Checking and expanding agree; a text with every '$' doubled expands to itself. */
#include "base/core/assert.h"
#include "base/core/buf.h"
#include "base/text/template.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"host", "token", "n1_x"};

static void check_escaped(struct arena *a, struct str text, const struct template_vars *vars)
{
    AUTO_BUF struct buf escaped = {0};
    struct err err = {0};
    const char *out;
    for (size_t i = 0; i < text.len; i++) {
        buf_add_z(&escaped, text.ptr[i] == '$' ? "$" : "");
        buf_add_char(&escaped, text.ptr[i]);
    }
    ASSERT(template_expand(a, buf_str(&escaped), vars, &out, &err) == 0);
    ASSERT(text.len == 0 || memcmp(out, text.ptr, text.len) == 0);
    ASSERT(out[text.len] == '\0');
    ASSERT(!template_uses(buf_str(&escaped), "host"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct template_var items[] = {{"host", "h"}, {"token", ""}, {"n1_x", "${host}"}};
    const struct template_vars vars = {.items = items, .count = 3};
    struct str text = str_n((const char *)data, size);
    struct err err = {0}, check_err = {0};
    const char *out = NULL;
    int expanded = template_expand(a, text, &vars, &out, &err);
    int checked = template_check(text, names, 3, &check_err);
    ASSERT(expanded == checked);
    ASSERT(expanded == 0 || strcmp(err.msg, check_err.msg) == 0);
    check_escaped(a, text, &vars);
    return 0;
}
