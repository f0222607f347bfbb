/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/text/url.h"

/* Percent-encoding and forms. Bodies hold secrets, so no message quotes their bytes. */

enum { MAX_PARAMS = 1000 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes into out, which has room for text.len bytes. Returns the length, or -1 with
 * *ret_bad set to the offset of the broken "%". */
static long decode_into(char *out, struct str text, bool plus_is_space, size_t *ret_bad)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) {
                *ret_bad = i;
                return -1;
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out[n++] = c;
    }
    return (long)n;
}

int percent_decode(struct buf *out, struct str text, bool plus_is_space, struct err *err)
{
    size_t bad;
    AUTO_BUF struct buf decoded;
    buf_init(&decoded, text.len + 1);
    buf_reserve(&decoded, text.len);
    long n = decode_into(decoded.ptr, text, plus_is_space, &bad);
    if (n < 0) {
        return err_set(err, ERR_INVALID, "broken percent-encoding at byte %zu", bad + 1);
    }
    buf_add(out, decoded.ptr, (size_t)n);
    return 0;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void encode(struct buf *out, struct str bytes, bool space_is_plus)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (is_unreserved(c)) {
            buf_add_char(out, c);
        } else if (c == ' ' && space_is_plus) {
            buf_add_char(out, '+');
        } else {
            unsigned char u = (unsigned char)c;
            char three[3] = {'%', digits[u >> 4], digits[u & 15]};
            buf_add(out, three, sizeof(three));
        }
    }
}

void percent_encode(struct buf *out, struct str bytes)
{
    encode(out, bytes, false);
}

void form_encode(struct buf *out, struct str bytes)
{
    encode(out, bytes, true);
}

static int decode_part(struct arena *a, struct str raw, struct str *ret, struct err *err)
{
    size_t bad;
    char *out = arena_alloc(a, raw.len + 1);
    long n = decode_into(out, raw, true, &bad);
    if (n < 0) {
        return err_set(err, ERR_INVALID, "broken percent-encoding");
    }
    *ret = str_n(out, (size_t)n);
    return 0;
}

static int param_read(struct arena *a, struct str piece, struct url_param *ret, struct err *err)
{
    long equals = str_find(piece, STR("="), 0);
    size_t name_len = equals < 0 ? piece.len : (size_t)equals;
    ret->has_equals = equals >= 0;
    if (decode_part(a, str_slice(piece, 0, name_len), &ret->name, err) < 0) {
        return err_wrap(err, "a parameter's name");
    }
    if (decode_part(a, str_slice(piece, name_len + 1, piece.len), &ret->value, err) < 0) {
        return err_wrap(err, "a parameter's value");
    }
    return 0;
}

int form_parse(struct arena *a, struct str text, struct url_params *ret, struct err *err)
{
    struct url_params params = {0};
    struct str rest = text, piece;
    while (str_split(&rest, '&', &piece)) {
        struct url_param param;
        if (piece.len == 0) {
            continue;
        }
        if (params.count == MAX_PARAMS) {
            return err_set(err, ERR_LIMIT, "more than %d parameters", MAX_PARAMS);
        }
        if (param_read(a, piece, &param, err) < 0) {
            return err_wrap(err, "parameter %zu", params.count + 1);
        }
        *VEC_PUSH(a, &params) = param;
    }
    *ret = params;
    return 0;
}

const struct url_param *params_get(const struct url_params *p, const char *name)
{
    VEC_FOREACH(struct url_param, it, p) {
        if (str_eq_z(it->name, name)) {
            return it;
        }
    }
    return NULL;
}

struct str params_value(const struct url_params *p, const char *name)
{
    const struct url_param *first = params_get(p, name);
    return first != NULL ? first->value : STR("");
}

size_t params_count(const struct url_params *p, const char *name)
{
    size_t count = 0;
    VEC_FOREACH(struct url_param, it, p) {
        count += str_eq_z(it->name, name) ? 1 : 0;
    }
    return count;
}

const struct url_param *params_duplicate(const struct url_params *p)
{
    AUTO_MAP struct map seen = {0};
    VEC_FOREACH(struct url_param, it, p) {
        const struct url_param *before = map_put(&seen, it->name, it);
        if (before) {
            return before;
        }
    }
    return NULL;
}
