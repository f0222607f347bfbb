/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/sql_literal.h"

#include "base/core/buf.h"
#include "base/text/number.h"

#include <stdbool.h>
#include <stdint.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_QUOTED_NAME,
    TOKEN_SIGN
};

struct token {
    enum token_kind kind;
    struct str text; /* as written; without quotes, escapes undone, for strings and quoted names */
    size_t at;
};

struct reader {
    struct arena *arena;
    struct str text;
    size_t at; /* where the next token is looked for */
    struct token token;
    const char *current_user;
};

enum { SHOWN_MAX = 40, DECIMAL_MAX_DIGITS = 38 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char char_at(const struct reader *r, size_t at)
{
    return at < r->text.len ? r->text.ptr[at] : '\0';
}

/* Spark counts lines from 1 and positions from 0. */
static int syntax_error(const struct reader *r, struct err *err)
{
    size_t at = r->token.at, line = 1, line_start = 0;
    for (size_t i = 0; i < at && i < r->text.len; i++) {
        if (r->text.ptr[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    struct str shown = str_slice(r->text, at, at + 1);
    if (r->token.kind == TOKEN_WORD || r->token.kind == TOKEN_NUMBER) {
        shown = str_slice(r->token.text, 0, SHOWN_MAX);
    }
    bool at_end = r->token.kind == TOKEN_END && at >= r->text.len;
    bool printable =
        shown.len > 0 && (unsigned char)shown.ptr[0] > ' ' && (unsigned char)shown.ptr[0] < 0x7f;
    if (at_end || !printable) {
        shown = at_end ? STR("end of input") : STR("?");
    }
    return err_set(err, ERR_INVALID,
                   "[PARSE_SYNTAX_ERROR] Syntax error at or near %s%.*s%s. SQLSTATE: 42601 (line "
                   "%zu, pos %zu)",
                   at_end ? "" : "'", STR_ARG(shown), at_end ? "" : "'", line, at - line_start);
}

/* A string or quoted name. A doubled quote stands for one; in strings a backslash takes the next
 * character literally, or as n, t, r, 0. false = not closed. */
static bool quoted_read(struct reader *r, char quote)
{
    AUTO_BUF struct buf out = {0};
    size_t at = r->at + 1;
    for (; at < r->text.len; at++) {
        char c = r->text.ptr[at];
        if (c == quote && char_at(r, at + 1) == quote) {
            at++;
        } else if (c == quote) {
            break;
        } else if (c == '\\' && quote != '`' && at + 1 < r->text.len) {
            c = r->text.ptr[++at];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        buf_add_char(&out, c);
    }
    if (at >= r->text.len) {
        return false;
    }
    r->token.kind = quote == '`' ? TOKEN_QUOTED_NAME : TOKEN_STRING;
    r->token.text = str_n(arena_strndup(r->arena, buf_z(&out), out.len), out.len);
    r->at = at + 1;
    return true;
}

static size_t digits_from(const struct reader *r, size_t at)
{
    while (is_digit(char_at(r, at))) {
        at++;
    }
    return at;
}

/* 1, 1.5, .5, 1., 1e3, 1.5E-3 */
static void number_read(struct reader *r)
{
    size_t start = r->at, at = digits_from(r, start);
    if (char_at(r, at) == '.') {
        at = digits_from(r, at + 1);
    }
    if (char_at(r, at) == 'e' || char_at(r, at) == 'E') {
        size_t power = at + 1;
        power += char_at(r, power) == '-' || char_at(r, power) == '+' ? 1 : 0;
        if (is_digit(char_at(r, power))) {
            at = digits_from(r, power);
        }
    }
    r->token.kind = TOKEN_NUMBER;
    r->token.text = str_slice(r->text, start, at);
    r->at = at;
}

static bool number_starts(const struct reader *r)
{
    char c = char_at(r, r->at);
    return is_digit(c) || (c == '.' && is_digit(char_at(r, r->at + 1)));
}

static void word_read(struct reader *r)
{
    size_t start = r->at;
    while (is_word_char(char_at(r, r->at))) {
        r->at++;
    }
    r->token.kind = TOKEN_WORD;
    r->token.text = str_slice(r->text, start, r->at);
}

static int next(struct reader *r, struct err *err)
{
    while (is_space(char_at(r, r->at)) && r->at < r->text.len) {
        r->at++;
    }
    r->token = (struct token){.kind = TOKEN_END, .at = r->at};
    if (r->at >= r->text.len) {
        return 0;
    }
    char c = r->text.ptr[r->at];
    if (number_starts(r)) {
        number_read(r);
    } else if (is_word_char(c)) {
        word_read(r);
    } else if (c == '\'' || c == '"' || c == '`') {
        return quoted_read(r, c) ? 0 : syntax_error(r, err);
    } else {
        r->token.kind = TOKEN_SIGN;
        r->token.text = str_slice(r->text, r->at, r->at + 1);
        r->at++;
    }
    return 0;
}

static bool is_word(const struct reader *r, struct str word)
{
    return r->token.kind == TOKEN_WORD && str_eq_nocase(r->token.text, word);
}

static bool is_sign(const struct reader *r, char sign)
{
    return r->token.kind == TOKEN_SIGN && r->token.text.ptr[0] == sign;
}

static const char *copy(const struct reader *r, struct str s)
{
    return arena_strndup(r->arena, s.len > 0 ? s.ptr : "", s.len);
}

/* DECIMAL(precision, scale) of a literal with a point. */
static int decimal_type(const struct reader *r, struct str digits, struct sql_column *c,
                        struct err *err)
{
    long point = str_find(digits, STR("."), 0);
    size_t scale = digits.len - (size_t)point - 1;
    size_t precision = digits.len - 1, leading = 0;
    while (leading < (size_t)point && digits.ptr[leading] == '0') {
        leading++;
    }
    precision -= leading;
    precision = precision < scale ? scale : precision;
    if (precision == 0 || precision > DECIMAL_MAX_DIGITS) {
        return syntax_error(r, err);
    }
    c->type_name = "DECIMAL";
    c->type_text = arena_printf(r->arena, "DECIMAL(%zu,%zu)", precision, scale);
    return 0;
}

static int whole_type(const struct reader *r, const char *value, struct sql_column *c,
                      struct err *err)
{
    struct err ignored = {0};
    int64_t n;
    if (parse_int64(str_of(value), INT32_MIN, INT32_MAX, &n, &ignored) == 0) {
        c->type_name = c->type_text = "INT";
    } else if (parse_int64(str_of(value), INT64_MIN, INT64_MAX, &n, &ignored) == 0) {
        c->type_name = "LONG";
        c->type_text = "BIGINT";
    } else {
        return syntax_error(r, err);
    }
    c->value = arena_printf(r->arena, "%lld", (long long)n);
    return 0;
}

static int number_item(struct reader *r, bool negative, struct sql_column *c, struct err *err)
{
    struct str digits = r->token.text;
    c->value = arena_printf(r->arena, "%s%.*s", negative ? "-" : "", STR_ARG(digits));
    c->name = c->value;
    if (memchr(digits.ptr, 'e', digits.len) != NULL ||
        memchr(digits.ptr, 'E', digits.len) != NULL) {
        c->type_name = c->type_text = "DOUBLE";
        return 0;
    }
    if (memchr(digits.ptr, '.', digits.len) != NULL) {
        return decimal_type(r, digits, c, err);
    }
    return whole_type(r, c->value, c, err);
}

static struct sql_column column_of(const char *name, const char *type, const char *value)
{
    return (struct sql_column){.name = name, .type_name = type, .type_text = type, .value = value};
}

static int current_user_item(struct reader *r, struct sql_column *c, struct err *err)
{
    const char *name = arena_printf(r->arena, "%.*s()", STR_ARG(r->token.text));
    if (next(r, err) < 0) {
        return -1;
    }
    if (!is_sign(r, '(')) {
        return syntax_error(r, err);
    }
    if (next(r, err) < 0) {
        return -1;
    }
    *c = column_of(name, "STRING", r->current_user);
    return is_sign(r, ')') ? 0 : syntax_error(r, err);
}

static int word_item(struct reader *r, struct sql_column *c, struct err *err)
{
    if (is_word(r, STR("NULL"))) {
        *c = column_of("NULL", "NULL", NULL);
        c->type_text = "VOID";
        return 0;
    }
    if (is_word(r, STR("TRUE"))) {
        *c = column_of("true", "BOOLEAN", "true");
        return 0;
    }
    if (is_word(r, STR("FALSE"))) {
        *c = column_of("false", "BOOLEAN", "false");
        return 0;
    }
    if (is_word(r, STR("current_user"))) {
        return current_user_item(r, c, err);
    }
    return syntax_error(r, err);
}

/* The current token becomes the last one of the item. */
static int item_read(struct reader *r, struct sql_column *c, struct err *err)
{
    if (is_sign(r, '-') || is_sign(r, '+')) {
        bool negative = is_sign(r, '-');
        if (next(r, err) < 0) {
            return -1;
        }
        return r->token.kind == TOKEN_NUMBER ? number_item(r, negative, c, err)
                                             : syntax_error(r, err);
    }
    if (r->token.kind == TOKEN_NUMBER) {
        return number_item(r, false, c, err);
    }
    if (r->token.kind == TOKEN_STRING) {
        const char *value = copy(r, r->token.text);
        *c = column_of(value, "STRING", value);
        return 0;
    }
    return r->token.kind == TOKEN_WORD ? word_item(r, c, err) : syntax_error(r, err);
}

static bool is_reserved(const struct reader *r)
{
    static const char *const words[] = {"FROM",  "WHERE", "GROUP", "ORDER", "HAVING",
                                        "LIMIT", "UNION", "JOIN",  "AS",    "SELECT"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (is_word(r, str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* Leaves the token after the alias, if there is one, current. */
static int alias_read(struct reader *r, struct sql_column *c, struct err *err)
{
    if (next(r, err) < 0) {
        return -1;
    }
    bool as = is_word(r, STR("AS"));
    if (as && next(r, err) < 0) {
        return -1;
    }
    bool name =
        (r->token.kind == TOKEN_WORD && !is_reserved(r)) || r->token.kind == TOKEN_QUOTED_NAME;
    if (!name) {
        return as ? syntax_error(r, err) : 0;
    }
    c->name = copy(r, r->token.text);
    return next(r, err);
}

static int items_read(struct reader *r, struct sql_row *row, struct err *err)
{
    do {
        struct sql_column c = {0};
        if (row->count == SQL_MAX_COLUMNS) {
            return syntax_error(r, err);
        }
        if (next(r, err) < 0 || item_read(r, &c, err) < 0 || alias_read(r, &c, err) < 0) {
            return -1;
        }
        *VEC_PUSH(r->arena, row) = c;
    } while (is_sign(r, ','));
    return 0;
}

int sql_literal_read(struct arena *a, struct str text, const char *current_user,
                     struct sql_row *ret_row, struct err *err)
{
    struct reader r = {.arena = a, .text = text, .current_user = current_user};
    struct sql_row row = {0};
    if (next(&r, err) < 0) {
        return -1;
    }
    if (!is_word(&r, STR("SELECT"))) {
        return syntax_error(&r, err);
    }
    if (items_read(&r, &row, err) < 0) {
        return -1;
    }
    while (is_sign(&r, ';')) {
        if (next(&r, err) < 0) {
            return -1;
        }
    }
    if (r.token.kind != TOKEN_END) {
        return syntax_error(&r, err);
    }
    *ret_row = row;
    return 0;
}
