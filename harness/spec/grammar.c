/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/grammar_priv.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_alpha(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

bool grammar_is_slug(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_lower(s.ptr[i]) && !is_digit(s.ptr[i]) && (i == 0 || s.ptr[i] != '-')) {
            return false;
        }
    }
    return s.len > 0;
}

bool grammar_is_case_id(struct str s)
{
    struct str part;
    size_t parts = 0;
    while (str_split(&s, '/', &part)) {
        if (!grammar_is_slug(part)) {
            return false;
        }
        parts++;
    }
    return parts >= 2;
}

bool grammar_is_case_glob(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_lower(s.ptr[i]) && !is_digit(s.ptr[i]) && !is_one_of(s.ptr[i], "-/*?")) {
            return false;
        }
    }
    return s.len > 0;
}

bool grammar_is_env_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alpha(s.ptr[i]) && s.ptr[i] != '_' && (i == 0 || !is_digit(s.ptr[i]))) {
            return false;
        }
    }
    return s.len > 0;
}

bool grammar_is_product(struct str s)
{
    long bar = str_find(s, STR("_"), 0);
    if (bar <= 0 || (size_t)bar + 1 == s.len) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alpha(s.ptr[i]) && !is_digit(s.ptr[i]) && !is_one_of(s.ptr[i], "._-")) {
            return false;
        }
    }
    return true;
}

bool grammar_is_version(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]) &&
            (i == 0 || (!is_alpha(s.ptr[i]) && !is_one_of(s.ptr[i], ".+-")))) {
            return false;
        }
    }
    return s.len > 0 && str_find(s, STR(".."), 0) < 0 && s.ptr[s.len - 1] != '.';
}

static int digits_value(struct str s)
{
    int value = 0;
    for (size_t i = 0; i < s.len; i++) {
        value = value * 10 + (s.ptr[i] - '0');
    }
    return value;
}

bool grammar_is_date(struct str s)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (s.len != 10) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        bool is_dash_place = i == 4 || i == 7;
        if (is_dash_place ? s.ptr[i] != '-' : !is_digit(s.ptr[i])) {
            return false;
        }
    }
    int year = digits_value(str_slice(s, 0, 4)), month = digits_value(str_slice(s, 5, 7));
    int day = digits_value(str_slice(s, 8, 10));
    if (month < 1 || month > 12 || day < 1) {
        return false;
    }
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= month_days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}
