/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_priv.h"
#include "base/text/number.h"

#include <string.h>

/* Plain scalars that mean one thing to everybody are taken; what YAML 1.1 (section 10 of its type
 * repository) and the YAML 1.2 core schema (section 10.3.2) resolve to anything but a string is
 * refused, unless it is true, false, null or a JSON number. */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How many characters from at are in set. */
static size_t span(struct str s, size_t at, const char *set)
{
    size_t n = 0;
    while (at + n < s.len && s.ptr[at + n] && strchr(set, s.ptr[at + n])) {
        n++;
    }
    return n;
}

static bool is_word_of(struct str text, const char *const *words)
{
    for (; *words; words++) {
        if (str_eq_nocase(text, str_of(*words))) {
            return true;
        }
    }
    return false;
}

/* [0-9_]*(.[0-9_]*)?([eE][-+]?[0-9]+)? with a digit somewhere before the exponent. */
static bool is_float_like(struct str s)
{
    static const char digits[] = "0123456789_";
    size_t whole = span(s, 0, digits), at = whole;
    bool has_digit = span(s, 0, "_") < whole;
    if (at < s.len && s.ptr[at] == '.') {
        size_t fraction = span(s, at + 1, digits);
        has_digit = has_digit || span(s, at + 1, "_") < fraction;
        at += 1 + fraction;
    }
    if (!has_digit || s.ptr[0] == '_') {
        return false;
    }
    if (at < s.len && (s.ptr[at] | 0x20) == 'e') {
        at++;
        at += at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-') ? 1 : 0;
        size_t exponent = span(s, at, "0123456789");
        at = exponent ? at + exponent : 0;
    }
    return at == s.len;
}

static bool is_radix_like(struct str s)
{
    static const char letters[] = {'x', 'o', 'b'};
    if (s.len < 3 || s.ptr[0] != '0' || !memchr(letters, s.ptr[1] | 0x20, sizeof(letters))) {
        return false;
    }
    return 2 + span(s, 2, "0123456789abcdefABCDEF_") == s.len;
}

/* 12:30 and 1:02:03.5 are numbers to the base of 60 in YAML 1.1. */
static bool is_sexagesimal(struct str s)
{
    size_t digits = span(s, 0, "0123456789_");
    return digits > 0 && is_digit(s.ptr[0]) && digits < s.len && s.ptr[digits] == ':' &&
           digits + span(s, digits, "0123456789:._") == s.len;
}

static bool is_timestamp(struct str s)
{
    return s.len >= 8 && span(s, 0, "0123456789") == 4 && s.ptr[4] == '-' && is_digit(s.ptr[5]) &&
           span(s, 0, "0123456789-:.+TtZz \t") == s.len;
}

enum yaml_plain yaml_plain_classify(struct str text, const char **ret_why)
{
    static const char *const switches[] = {"y", "n", "yes", "no", "on", "off", NULL};
    static const char *const words[] = {"true", "false", "null", NULL};
    static const char *const specials[] = {".inf", ".nan", NULL};
    double ignored;
    struct err unused;
    if (str_eq_z(text, "true") || str_eq_z(text, "false") || str_eq_z(text, "null")) {
        return YAML_PLAIN_WORD;
    }
    if (parse_double(text, &ignored, &unused) == 0) {
        return YAML_PLAIN_NUMBER;
    }
    if (is_word_of(text, switches) || str_eq_z(text, "=") || str_eq_z(text, "<<")) {
        *ret_why = "means different things in YAML 1.1 and 1.2; write true/false/null or quote it";
        return YAML_PLAIN_REFUSED;
    }
    if (is_word_of(text, words) || str_eq_z(text, "~")) {
        *ret_why = "is not how it is written here; write true/false/null or quote it";
        return YAML_PLAIN_REFUSED;
    }
    bool has_sign = str_starts(text, STR("-")) || str_starts(text, STR("+"));
    struct str unsigned_text = str_slice(text, has_sign ? 1 : 0, text.len);
    if (is_sexagesimal(unsigned_text) || is_timestamp(text)) {
        *ret_why = "is a number or a time in YAML 1.1 and text in 1.2; quote it";
        return YAML_PLAIN_REFUSED;
    }
    if (unsigned_text.len > 0 && (is_float_like(unsigned_text) || is_radix_like(unsigned_text) ||
                                  is_word_of(unsigned_text, specials))) {
        *ret_why = "looks like a number but is not one; quote it";
        return YAML_PLAIN_REFUSED;
    }
    return YAML_PLAIN_STRING;
}
