/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/glob.h"

#include "base/text/utf8.h"

/* Both levels, characters within a component and components within an id, are matched greedily
 * with a return to the latest star only: enough for patterns of this kind, and never exponential.
 */

#define NOWHERE ((size_t)-1)

static size_t char_len(struct str s, size_t at)
{
    uint32_t cp;
    size_t n = utf8_decode(str_slice(s, at, s.len), &cp);
    return n ? n : 1;
}

static bool component_match(struct str pattern, struct str text)
{
    size_t p = 0, t = 0, star = NOWHERE, star_text = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            star_text = t;
        } else if (p < pattern.len && pattern.ptr[p] == '?') {
            p++;
            t += char_len(text, t);
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (star != NOWHERE) {
            star_text += char_len(text, star_text);
            p = star;
            t = star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

/* The component that starts at `at`; *ret_next is where the following one starts, or len + 1. */
static struct str component_at(struct str s, size_t at, size_t *ret_next)
{
    long slash = str_find(s, STR("/"), at);
    size_t end = slash < 0 ? s.len : (size_t)slash;
    *ret_next = end + 1;
    return str_slice(s, at, end);
}

bool glob_match(struct str pattern, struct str id)
{
    size_t p = 0, t = 0, star = NOWHERE, star_text = 0;
    size_t next_p, next_t;
    while (t <= id.len) {
        struct str want = {NULL, 0};
        if (p <= pattern.len) {
            want = component_at(pattern, p, &next_p);
        }
        struct str got = component_at(id, t, &next_t);
        if (p <= pattern.len && str_eq_z(want, "**")) {
            p = star = next_p;
            star_text = t;
        } else if (p <= pattern.len && component_match(want, got)) {
            p = next_p;
            t = next_t;
        } else if (star != NOWHERE) {
            (void)component_at(id, star_text, &next_t);
            star_text = next_t;
            p = star;
            t = star_text;
        } else {
            return false;
        }
    }
    while (p <= pattern.len && str_eq_z(component_at(pattern, p, &next_p), "**")) {
        p = next_p;
    }
    return p > pattern.len;
}
