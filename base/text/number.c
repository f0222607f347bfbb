/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"

#include "base/core/attrs.h"
#include "base/core/xalloc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* What a message quotes of a text that is not a number. */
enum { QUOTED = 40 };

#define QUOTED_ARG(s) STR_ARG(str_slice((s), 0, QUOTED))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits at *at into *ret, moving *at behind them. False without a digit or on overflow. */
static bool digits_read(struct str text, size_t *at, int64_t *ret)
{
    int64_t value = 0;
    size_t start = *at;
    for (; *at < text.len && is_digit(text.ptr[*at]); (*at)++) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text.ptr[*at] - '0', &value)) {
            return false;
        }
    }
    *ret = value;
    return *at > start;
}

int parse_int64(struct str text, int64_t min, int64_t max, int64_t *ret, struct err *err)
{
    bool negative = str_starts(text, STR("-"));
    size_t digits = text.len - (negative ? 1 : 0);
    int64_t value = 0;
    bool fits = true;
    for (size_t i = text.len - digits; i < text.len; i++) {
        if (!is_digit(text.ptr[i])) {
            digits = 0;
            break;
        }
        int digit = negative ? -(text.ptr[i] - '0') : text.ptr[i] - '0';
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, digit, &value);
    }
    if (digits == 0) {
        return err_set(err, ERR_INVALID, "`%.*s' is not a whole number", QUOTED_ARG(text));
    }
    if (!fits || value < min || value > max) {
        return err_set(err, ERR_INVALID, "%.*s is not between %lld and %lld", QUOTED_ARG(text),
                       (long long)min, (long long)max);
    }
    *ret = value;
    return 0;
}

static const struct {
    const char *name;
    int64_t ms;
} DURATION_UNITS[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

static int duration_unit(struct str text, size_t *at)
{
    size_t end = *at;
    while (end < text.len && text.ptr[end] >= 'a' && text.ptr[end] <= 'z') {
        end++;
    }
    for (size_t i = 0; i < ARRAY_LEN(DURATION_UNITS); i++) {
        if (str_eq_z(str_slice(text, *at, end), DURATION_UNITS[i].name)) {
            *at = end;
            return (int)i;
        }
    }
    return -1;
}

/* ".5" of a unit of unit_ms; at most three digits, which must come to whole milliseconds. */
static bool fraction_read(struct str text, size_t *at, int64_t *ret_thousandths)
{
    size_t start = ++*at;
    int64_t value;
    if (!digits_read(text, at, &value) || *at - start > 3) {
        return false;
    }
    for (size_t i = *at - start; i < 3; i++) {
        value *= 10;
    }
    *ret_thousandths = value;
    return true;
}

/* One "30s" at *at, with a smaller unit than last_unit; its milliseconds are added to *total. */
static bool duration_term(struct str text, size_t *at, int *last_unit, int64_t *total)
{
    int64_t whole, thousandths = 0, part;
    if (!digits_read(text, at, &whole)) {
        return false;
    }
    if (*at < text.len && text.ptr[*at] == '.' && !fraction_read(text, at, &thousandths)) {
        return false;
    }
    int unit = duration_unit(text, at);
    if (unit < 0 || unit <= *last_unit) {
        return false;
    }
    int64_t unit_ms = DURATION_UNITS[unit].ms;
    *last_unit = unit;
    if (thousandths * unit_ms % 1000 != 0) {
        return false;
    }
    return !__builtin_mul_overflow(whole, unit_ms, &part) &&
           !__builtin_add_overflow(part, thousandths * unit_ms / 1000, &part) &&
           !__builtin_add_overflow(*total, part, total);
}

int parse_duration_ms(struct str text, int64_t *ret_ms, struct err *err)
{
    int64_t total = 0;
    int last_unit = -1;
    size_t at = 0;
    bool ok = text.len > 0;
    while (ok && at < text.len) {
        ok = duration_term(text, &at, &last_unit, &total);
    }
    if (!ok) {
        err_set(err, ERR_INVALID, "`%.*s' is not a duration", QUOTED_ARG(text));
        err_hint(err, "write a number with a unit: 250ms, 30s, 10m, 1h, 7d or 1h30m");
        return -1;
    }
    *ret_ms = total;
    return 0;
}

int parse_size_bytes(struct str text, int64_t *ret_bytes, struct err *err)
{
    static const struct {
        const char *name;
        int64_t bytes;
    } units[] = {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    int64_t value;
    size_t at = 0;
    if (digits_read(text, &at, &value)) {
        struct str unit = str_slice(text, at, text.len);
        for (size_t i = 0; i < ARRAY_LEN(units); i++) {
            if (str_eq_z(unit, units[i].name) &&
                !__builtin_mul_overflow(value, units[i].bytes, &value)) {
                *ret_bytes = value;
                return 0;
            }
        }
    }
    err_set(err, ERR_INVALID, "`%.*s' is not a size", QUOTED_ARG(text));
    err_hint(err, "write bytes, or a number with a unit: 512, 16KiB, 4MiB, 1GiB");
    return -1;
}

const char *format_duration_ms(int64_t ms, char *out, int out_size)
{
    uint64_t left = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
    size_t size = (size_t)out_size, len = 0;
    if (left < 1000) {
        snprintf(out, size, "%lld%s", (long long)ms, left == 0 ? "s" : "ms");
        return out;
    }
    if (ms < 0) {
        len += (size_t)snprintf(out, size, "-");
    }
    for (size_t i = 0; i < 3; i++) {
        uint64_t unit_ms = (uint64_t)DURATION_UNITS[i].ms;
        if (left >= unit_ms && len < size) {
            len += (size_t)snprintf(out + len, size - len, "%llu%s",
                                    (unsigned long long)(left / unit_ms), DURATION_UNITS[i].name);
        }
        left %= unit_ms;
    }
    if (left > 0 && len < size) {
        char fraction[8] = "";
        snprintf(fraction, sizeof(fraction), ".%03u", (unsigned)(left % 1000));
        for (int i = 3; i >= 0 && (fraction[i] == '0' || fraction[i] == '.'); i--) {
            bool dot = fraction[i] == '.';
            fraction[i] = '\0';
            if (dot) {
                break;
            }
        }
        snprintf(out + len, size - len, "%llu%ss", (unsigned long long)(left / 1000), fraction);
    }
    return out;
}

/* RFC 8259 section 6. */
static bool is_json_number(struct str text)
{
    size_t i = str_starts(text, STR("-")) ? 1 : 0;
    size_t start = i;
    while (i < text.len && is_digit(text.ptr[i])) {
        i++;
    }
    if (i == start || (text.ptr[start] == '0' && i - start > 1)) {
        return false;
    }
    if (i < text.len && text.ptr[i] == '.') {
        start = ++i;
        while (i < text.len && is_digit(text.ptr[i])) {
            i++;
        }
        if (i == start) {
            return false;
        }
    }
    if (i < text.len && (text.ptr[i] == 'e' || text.ptr[i] == 'E')) {
        i++;
        i += i < text.len && (text.ptr[i] == '+' || text.ptr[i] == '-') ? 1 : 0;
        start = i;
        while (i < text.len && is_digit(text.ptr[i])) {
            i++;
        }
        if (i == start) {
            return false;
        }
    }
    return i == text.len;
}

int parse_double(struct str text, double *ret, struct err *err)
{
    if (!is_json_number(text)) {
        return err_set(err, ERR_INVALID, "`%.*s' is not a number", QUOTED_ARG(text));
    }
    AUTO_FREE char *z = xstrndup(text.ptr, text.len);
    double value = strtod(z, NULL); /* the one place: the grammar was checked above */
    if (!(value >= -1.7976931348623157e308 && value <= 1.7976931348623157e308)) {
        return err_set(err, ERR_INVALID, "`%.*s' is beyond what a number can hold",
                       QUOTED_ARG(text));
    }
    *ret = value;
    return 0;
}

/* Nearly every number of a JSON text: printf() takes ten times as long. */
static void whole_write(int64_t value, char *out, size_t out_size)
{
    char digits[20];
    size_t n = 0, at = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0 && at + 1 < out_size) {
        out[at++] = '-';
    }
    while (n > 0 && at + 1 < out_size) {
        out[at++] = digits[--n];
    }
    out[at] = '\0';
}

const char *format_double(double value, char *out, int out_size)
{
    if (value > -9007199254740992.0 && value < 9007199254740992.0 &&
        value == (double)(int64_t)value) {
        whole_write((int64_t)value, out, (size_t)out_size);
        return out;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(out, (size_t)out_size, "%.*g", precision, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    return out;
}
