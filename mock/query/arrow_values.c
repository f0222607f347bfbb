/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/query/arrow_values_priv.h"
#include "mock/query/sql_result.h"

#include <stdbool.h>
#include <string.h>

enum { BITS_PER_BYTE = 8 };

static void put(struct buf *out, uint64_t value, size_t bytes)
{
    char little[sizeof(value)];
    for (size_t i = 0; i < bytes; i++) {
        little[i] = (char)(value >> (BITS_PER_BYTE * i));
    }
    buf_add(out, little, bytes);
}

static void bit_add(struct buf *out, int64_t index, bool set)
{
    if (index % BITS_PER_BYTE == 0) {
        buf_add_char(out, '\0');
    }
    if (set) {
        out->ptr[out->len - 1] =
            (char)((unsigned char)out->ptr[out->len - 1] | 1U << (index % BITS_PER_BYTE));
    }
}

/* The digits as a whole number of 128 bits, in two's complement. */
static void put_decimal(struct buf *out, const char *text)
{
    uint32_t words[4] = {0};
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9') {
            continue;
        }
        uint64_t carry = (uint64_t)(*p - '0');
        for (int i = 0; i < 4; i++) {
            carry += (uint64_t)words[i] * 10;
            words[i] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    uint64_t carry = 1;
    for (int i = 0; i < 4; i++) {
        if (text[0] == '-') {
            carry += (uint32_t)~words[i];
            words[i] = (uint32_t)carry;
            carry >>= 32;
        }
        put(out, words[i], 4);
    }
}

static int number_in(struct str text, size_t from, size_t to, int64_t *ret, struct err *err)
{
    return parse_int64(str_slice(text, from, to), 0, INT32_MAX, ret, err);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; March is the first month of a year. */
static int days_of(struct str text, int64_t *ret, struct err *err)
{
    int64_t year, month, day;
    if (number_in(text, 0, 4, &year, err) < 0 || number_in(text, 5, 7, &month, err) < 0 ||
        number_in(text, 8, 10, &day, err) < 0) {
        return -1;
    }
    year -= month <= 2 ? 1 : 0;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *ret = year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
    return 0;
}

/* "2020-01-31[T12:00:00[.5]]" as microseconds since 1970, in UTC. */
static int micros_of(struct str text, int64_t *ret, struct err *err)
{
    int64_t days, hours = 0, minutes = 0, seconds = 0, micros = 0;
    if (days_of(text, &days, err) < 0) {
        return -1;
    }
    if (text.len >= 19 &&
        (number_in(text, 11, 13, &hours, err) < 0 || number_in(text, 14, 16, &minutes, err) < 0 ||
         number_in(text, 17, 19, &seconds, err) < 0)) {
        return -1;
    }
    int64_t unit = 100000;
    for (size_t i = 20;
         i < text.len && text.ptr[19] == '.' && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
        micros += unit * (text.ptr[i] - '0');
        unit /= 10;
    }
    *ret = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000000 + micros;
    return 0;
}

static int put_real(struct buf *out, const char *text, bool single, struct err *err)
{
    double value;
    if (parse_double(str_of(text), &value, err) < 0) {
        return -1;
    }
    float narrow = (float)value;
    buf_add(out, single ? (const void *)&narrow : (const void *)&value,
            single ? sizeof(narrow) : sizeof(value));
    return 0;
}

static int put_whole(struct buf *out, const char *text, struct sql_type t, struct err *err)
{
    int64_t n = 0;
    struct str s = str_of(text);
    int result = t.kind == SQL_DATE        ? days_of(s, &n, err)
                 : t.kind == SQL_TIMESTAMP ? micros_of(s, &n, err)
                                           : parse_int64(s, INT64_MIN, INT64_MAX, &n, err);
    if (result == 0) {
        put(out, (uint64_t)n, (size_t)sql_type_bytes(t));
    }
    return result;
}

/* A value that is not NULL. */
static int value_add(struct arrow_column *c, struct sql_type t, int64_t index, const char *text,
                     struct err *err)
{
    switch (t.kind) {
    case SQL_BOOLEAN:
        bit_add(c->data, index, strcmp(text, "true") == 0);
        return 0;
    case SQL_FLOAT:
    case SQL_DOUBLE:
        return put_real(c->data, text, t.kind == SQL_FLOAT, err);
    case SQL_DECIMAL:
        put_decimal(c->data, text);
        return 0;
    case SQL_STRING:
        buf_add_str(c->data, str_of(text));
        return 0;
    case SQL_BYTE:
    case SQL_SHORT:
    case SQL_INT:
    case SQL_LONG:
    case SQL_DATE:
    case SQL_TIMESTAMP:
        return put_whole(c->data, text, t, err);
    case SQL_VOID:
    case SQL_KIND_COUNT:
    default:
        return 0;
    }
}

static void null_add(struct arrow_column *c, struct sql_type t, int64_t index)
{
    c->nulls++;
    if (t.kind == SQL_BOOLEAN) {
        bit_add(c->data, index, false);
    } else if (t.kind != SQL_VOID) {
        for (int64_t i = 0; i < sql_type_bytes(t); i++) {
            buf_add_char(c->data, '\0');
        }
    }
}

int arrow_column_write(const struct sql_result *r, const struct arrow_rows *rows,
                       struct arrow_column *ret, struct err *err)
{
    AUTO_BUF struct buf scratch = {0};
    struct sql_type t = r->columns[rows->column].type;
    bool time_text = r->columns[rows->column].text_of.kind == SQL_TIMESTAMP;
    char spark[64];
    put(ret->offsets, 0, 4);
    for (int64_t i = 0; i < rows->count; i++) {
        const char *text = sql_result_value(r, rows->first + i, rows->column, &scratch);
        if (time_text && text != NULL) {
            text = sql_timestamp_text(text, spark).ptr;
        }
        bit_add(ret->valid, i, text != NULL);
        if (text == NULL) {
            null_add(ret, t, i);
        } else if (value_add(ret, t, i, text, err) < 0) {
            return -1;
        }
        put(ret->offsets, ret->data->len, 4);
    }
    return 0;
}
