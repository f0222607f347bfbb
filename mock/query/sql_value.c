/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_value.h"

#include "base/text/number.h"

#include <stdio.h>

enum { DECIMAL_MAX_DIGITS = 38, DECIMAL_DEFAULT_DIGITS = 10, SHOWN_MAX = 64, TYPE_MAX = 32 };

#define SQL_TYPE_ROW(name, text_, api_, number_, bytes_) [name] = {text_, api_, number_, bytes_},
static const struct {
    const char *text, *api;
    bool number;
    int64_t bytes;
} types[] = {SQL_TYPE_TABLE(SQL_TYPE_ROW)};

static const struct {
    const char *name;
    enum sql_kind kind;
} aliases[] = {{"INTEGER", SQL_INT},    {"LONG", SQL_LONG},  {"BYTE", SQL_BYTE},
               {"SHORT", SQL_SHORT},    {"REAL", SQL_FLOAT}, {"DEC", SQL_DECIMAL},
               {"NUMERIC", SQL_DECIMAL}};

const char *sql_type_name(struct sql_type t)
{
    return types[t.kind].api;
}

const char *sql_type_text(struct arena *a, struct sql_type t)
{
    return t.kind == SQL_DECIMAL ? arena_printf(a, "DECIMAL(%d,%d)", t.precision, t.scale)
                                 : types[t.kind].text;
}

int64_t sql_type_bytes(struct sql_type t)
{
    return types[t.kind].bytes;
}

bool sql_type_takes_numbers(struct sql_type t)
{
    return types[t.kind].number;
}

static bool kind_read(struct str name, enum sql_kind *ret)
{
    for (int i = SQL_VOID + 1; i < SQL_KIND_COUNT; i++) {
        if (str_eq_nocase(name, str_of(types[i].text))) {
            *ret = (enum sql_kind)i;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        if (str_eq_nocase(name, str_of(aliases[i].name))) {
            *ret = aliases[i].kind;
            return true;
        }
    }
    return false;
}

bool sql_type_read(struct str text, struct sql_type *ret)
{
    struct err ignored = {0};
    int64_t precision = DECIMAL_DEFAULT_DIGITS, scale = 0;
    struct sql_type t = {0};
    text = str_trim(text);
    long open = str_find(text, STR("("), 0);
    if (!kind_read(str_trim(str_slice(text, 0, open < 0 ? text.len : (size_t)open)), &t.kind)) {
        return false;
    }
    if (open >= 0) {
        struct str inside = str_slice(text, (size_t)open + 1, text.len - 1), part;
        if (t.kind != SQL_DECIMAL || !str_ends(text, STR(")")) || !str_split(&inside, ',', &part) ||
            parse_int64(str_trim(part), 1, DECIMAL_MAX_DIGITS, &precision, &ignored) < 0 ||
            (inside.ptr != NULL &&
             parse_int64(str_trim(inside), 0, precision, &scale, &ignored) < 0)) {
            return false;
        }
    }
    t.precision = t.kind == SQL_DECIMAL ? (int)precision : 0;
    t.scale = (int)scale;
    *ret = t;
    return true;
}

static const struct {
    enum sql_kind kind;
    int64_t min, max;
} whole_bounds[] = {{SQL_BYTE, INT8_MIN, INT8_MAX},
                    {SQL_SHORT, INT16_MIN, INT16_MAX},
                    {SQL_INT, INT32_MIN, INT32_MAX},
                    {SQL_LONG, INT64_MIN, INT64_MAX}};

static bool is_whole(struct sql_type t, int64_t *min, int64_t *max)
{
    for (size_t i = 0; i < ARRAY_LEN(whole_bounds); i++) {
        if (whole_bounds[i].kind == t.kind) {
            *min = whole_bounds[i].min;
            *max = whole_bounds[i].max;
            return true;
        }
    }
    return false;
}

bool sql_type_is_whole(struct sql_type t)
{
    int64_t min, max;
    return is_whole(t, &min, &max);
}

struct str sql_timestamp_text(const char *value, char out[64])
{
    enum { DATE_CHARS = 10 };
    struct str s = str_of(value);
    if (str_ends(s, STR("Z"))) {
        s.len--;
    }
    int len = s.len > DATE_CHARS ? snprintf(out, 64, "%.*s %.*s", DATE_CHARS, s.ptr,
                                            (int)(s.len - DATE_CHARS - 1), s.ptr + DATE_CHARS + 1)
                                 : snprintf(out, 64, "%.*s 00:00:00", (int)s.len, s.ptr);
    return str_n(out, len < 64 ? (size_t)len : 63);
}

static int digits_of(int64_t number)
{
    int digits = 1;
    for (int64_t n = number / 10; n != 0; n /= 10) {
        digits++;
    }
    return digits;
}

bool sql_number_fits(int64_t number, struct sql_type t)
{
    int64_t min, max;
    if (is_whole(t, &min, &max)) {
        return number >= min && number <= max;
    }
    return t.kind != SQL_DECIMAL || digits_of(number) <= t.precision - t.scale;
}

static size_t digits_count(uint64_t n)
{
    size_t count = 1;
    for (; n >= 10000; n /= 10000) {
        count += 4;
    }
    return count + (n >= 10) + (n >= 100) + (n >= 1000);
}

/* Results are millions of these: two digits at a time, each in its place at once. */
size_t sql_number_digits(int64_t number, char *out)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    size_t len = digits_count(left) + (number < 0 ? 1 : 0);
    char *at = out + len;
    for (; left >= 100; left /= 100) {
        at -= 2;
        memcpy(at, pairs + 2 * (left % 100), 2);
    }
    if (left >= 10) {
        memcpy(at - 2, pairs + 2 * left, 2);
    } else {
        at[-1] = (char)('0' + left);
    }
    if (number < 0) {
        out[0] = '-';
    }
    return len;
}

const char *sql_number_text(int64_t number, struct sql_type t, char out[64])
{
    if (t.kind == SQL_BOOLEAN) {
        return number != 0 ? "true" : "false";
    }
    size_t len = sql_number_digits(number, out);
    int zeros = t.kind == SQL_DECIMAL ? t.scale : t.kind == SQL_FLOAT || t.kind == SQL_DOUBLE;
    if (zeros > 0) {
        out[len++] = '.';
        memset(out + len, '0', (size_t)zeros);
        len += (size_t)zeros;
    }
    out[len] = '\0';
    return out;
}

static const char *whole_cast(struct arena *a, struct str text, int64_t min, int64_t max)
{
    struct err ignored = {0};
    int64_t n;
    bool plus = text.len > 1 && text.ptr[0] == '+';
    if (parse_int64(str_slice(text, plus ? 1 : 0, text.len), min, max, &n, &ignored) < 0) {
        return NULL;
    }
    return arena_printf(a, "%lld", (long long)n);
}

static const char *boolean_cast(struct str text)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "1"};
    static const char *const no[] = {"false", "f", "no", "n", "0"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (str_eq_nocase(text, str_of(yes[i]))) {
            return "true";
        }
        if (str_eq_nocase(text, str_of(no[i]))) {
            return "false";
        }
    }
    return NULL;
}

static const char *real_cast(struct arena *a, struct str text)
{
    struct err ignored = {0};
    double value;
    char out[64];
    if (parse_double(text, &value, &ignored) < 0) {
        return NULL;
    }
    const char *shortest = format_double(value, out, sizeof(out));
    bool plain = shortest[strspn(shortest, "-0123456789")] == '\0';
    return arena_printf(a, "%s%s", shortest, plain ? ".0" : "");
}

static size_t digits_at(struct str text, size_t at)
{
    size_t n = 0;
    while (at + n < text.len && text.ptr[at + n] >= '0' && text.ptr[at + n] <= '9') {
        n++;
    }
    return n;
}

/* Without exponents; digits beyond the scale are refused rather than rounded. */
static const char *decimal_cast(struct arena *a, struct str text, struct sql_type to)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = negative ? 1 : 0, whole = digits_at(text, at), fraction = 0;
    size_t point = at + whole;
    if (point < text.len && text.ptr[point] == '.') {
        fraction = digits_at(text, point + 1);
        if (point + 1 + fraction != text.len) {
            return NULL;
        }
    } else if (point != text.len) {
        return NULL;
    }
    size_t zeros = 0;
    while (zeros < whole && text.ptr[at + zeros] == '0') {
        zeros++;
    }
    size_t significant = whole - zeros;
    if (whole + fraction == 0 || fraction > (size_t)to.scale ||
        significant > (size_t)(to.precision - to.scale)) {
        return NULL;
    }
    int pad = to.scale - (int)fraction;
    return arena_printf(
        a, "%s%.*s%s%.*s%.*s", negative ? "-" : "", significant > 0 ? (int)significant : 1,
        significant > 0 ? text.ptr + at + zeros : "0", to.scale > 0 ? "." : "", (int)fraction,
        fraction > 0 ? text.ptr + point + 1 : "", pad, "00000000000000000000000000000000000000");
}

/* "2020-01-31", and behind it for a timestamp "T12:00:00" or " 12:00:00.5". */
static const char *time_cast(struct arena *a, struct str text, bool timestamp)
{
    static const char form[] = "0000-00-00";
    struct err ignored = {0};
    int64_t month, day;
    if (text.len < sizeof(form) - 1 || (!timestamp && text.len != sizeof(form) - 1)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(form) - 1; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (form[i] == '-' ? text.ptr[i] != '-' : !digit) {
            return NULL;
        }
    }
    if (parse_int64(str_slice(text, 5, 7), 1, 12, &month, &ignored) < 0 ||
        parse_int64(str_slice(text, 8, 10), 1, 31, &day, &ignored) < 0) {
        return NULL;
    }
    for (size_t i = sizeof(form) - 1; i < text.len; i++) {
        if (strchr("0123456789:.TZ +-", text.ptr[i]) == NULL) {
            return NULL;
        }
    }
    return arena_strndup(a, text.ptr, text.len);
}

static const char *converted(struct arena *a, struct str text, struct sql_type to)
{
    int64_t min, max;
    if (is_whole(to, &min, &max)) {
        return whole_cast(a, text, min, max);
    }
    if (to.kind == SQL_BOOLEAN) {
        return boolean_cast(text);
    }
    if (to.kind == SQL_FLOAT || to.kind == SQL_DOUBLE) {
        return real_cast(a, text);
    }
    if (to.kind == SQL_DECIMAL) {
        return decimal_cast(a, text, to);
    }
    return time_cast(a, text, to.kind == SQL_TIMESTAMP);
}

int sql_cast(struct arena *a, const char *value, struct sql_type to, const char **ret,
             struct err *err)
{
    const char *made = value;
    if (value != NULL && to.kind != SQL_STRING) {
        made = converted(a, str_trim(str_of(value)), to);
    }
    if (made == NULL && value != NULL) {
        return err_set(err, ERR_INVALID,
                       "[CAST_INVALID_INPUT] The value '%.*s' of the type \"STRING\" cannot be "
                       "cast to \"%s\" because it is malformed. Correct the value as per the "
                       "syntax, or change its target type. Use `try_cast` to tolerate malformed "
                       "input and return NULL instead. SQLSTATE: 22018",
                       SHOWN_MAX, value, sql_type_text(a, to));
    }
    *ret = made;
    return 0;
}
