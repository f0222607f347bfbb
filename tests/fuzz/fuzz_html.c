/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that the browser is shown: every input yields tags, a form, a list of addresses. */
#include "harness/browser/html.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str page = str_n((const char *)data, size), rest = page;
    struct html_form form;
    struct html_tag tag;
    struct str_list loads = {0};
    while (html_next_tag(a, &rest, &tag)) {
        if (tag.name.len == 0 || rest.len > size) {
            __builtin_trap();
        }
    }
    html_first_form(a, page, &form);
    html_loads(a, page, &loads);
    return 0;
}
