/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/basic.h"

#include "base/text/base64.h"
#include "base/text/url.h"

struct str basic_scheme(struct str header)
{
    long space = str_find(header, STR(" "), 0);
    return str_slice(header, 0, space < 0 ? header.len : (size_t)space);
}

bool basic_read(struct arena *a, struct str header, struct basic_pair *ret)
{
    struct err ignored = {0};
    AUTO_BUF struct buf pair = {0};
    struct str scheme = basic_scheme(header);
    if (scheme.len == header.len || !str_eq_nocase(scheme, STR("Basic")) ||
        base64_decode(&pair, str_slice(header, scheme.len + 1, header.len), BASE64_STANDARD,
                      &ignored) < 0) {
        return false;
    }
    long colon = str_find(buf_str(&pair), STR(":"), 0);
    if (colon < 0) {
        return false;
    }
    struct str copy = str_n(arena_strndup(a, buf_z(&pair), pair.len), pair.len);
    ret->id = str_slice(copy, 0, (size_t)colon);
    ret->secret = str_slice(copy, (size_t)colon + 1, copy.len);
    return true;
}

struct str basic_half(struct arena *a, struct str half)
{
    struct err ignored = {0};
    AUTO_BUF struct buf out = {0};
    if (percent_decode(&out, half, true, &ignored) < 0) {
        return str_n(arena_strndup(a, half.len > 0 ? half.ptr : "", half.len), half.len);
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}
