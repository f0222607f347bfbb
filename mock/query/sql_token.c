/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_token.h"

#include "base/core/buf.h"

enum { SHOWN_MAX = 40 };

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

static char char_at(const struct sql_tokens *t, size_t at)
{
    return at < t->text.len ? t->text.ptr[at] : '\0';
}

/* Spark counts lines from 1 and positions from 0. */
int sql_syntax_error(const struct sql_tokens *t, const struct sql_token *token, struct err *err)
{
    size_t at = token->at, line = 1, line_start = 0;
    for (size_t i = 0; i < at && i < t->text.len; i++) {
        if (t->text.ptr[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    struct str shown = str_slice(t->text, at, at + 1);
    if (token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NUMBER) {
        shown = str_slice(token->text, 0, SHOWN_MAX);
    }
    bool at_end = token->kind == SQL_TOKEN_END && at >= t->text.len;
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
static bool quoted_read(struct sql_tokens *t, char quote)
{
    AUTO_BUF struct buf out = {0};
    size_t at = t->at + 1;
    for (; at < t->text.len; at++) {
        char c = t->text.ptr[at];
        if (c == quote && char_at(t, at + 1) == quote) {
            at++;
        } else if (c == quote) {
            break;
        } else if (c == '\\' && quote != '`' && at + 1 < t->text.len) {
            c = t->text.ptr[++at];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        buf_add_char(&out, c);
    }
    if (at >= t->text.len) {
        return false;
    }
    t->token.kind = quote == '`' ? SQL_TOKEN_QUOTED_NAME : SQL_TOKEN_STRING;
    t->token.text = str_n(arena_strndup(t->arena, buf_z(&out), out.len), out.len);
    t->at = at + 1;
    return true;
}

static size_t digits_from(const struct sql_tokens *t, size_t at)
{
    while (is_digit(char_at(t, at))) {
        at++;
    }
    return at;
}

/* 1, 1.5, .5, 1., 1e3, 1.5E-3 */
static void number_read(struct sql_tokens *t)
{
    size_t start = t->at, at = digits_from(t, start);
    if (char_at(t, at) == '.') {
        at = digits_from(t, at + 1);
    }
    if (char_at(t, at) == 'e' || char_at(t, at) == 'E') {
        size_t power = at + 1;
        power += char_at(t, power) == '-' || char_at(t, power) == '+' ? 1 : 0;
        if (is_digit(char_at(t, power))) {
            at = digits_from(t, power);
        }
    }
    t->token.kind = SQL_TOKEN_NUMBER;
    t->token.text = str_slice(t->text, start, at);
    t->at = at;
}

static bool number_starts(const struct sql_tokens *t)
{
    char c = char_at(t, t->at);
    return is_digit(c) || (c == '.' && is_digit(char_at(t, t->at + 1)));
}

static void word_read(struct sql_tokens *t)
{
    size_t start = t->at;
    while (is_word_char(char_at(t, t->at))) {
        t->at++;
    }
    t->token.kind = SQL_TOKEN_WORD;
    t->token.text = str_slice(t->text, start, t->at);
}

/* Blanks and comments: from -- to the end of the line, and from slash-star to star-slash. One that
 * is not closed is left for the reader to stumble over. */
static void blanks_skip(struct sql_tokens *t)
{
    for (;;) {
        while (t->at < t->text.len && is_space(char_at(t, t->at))) {
            t->at++;
        }
        struct str rest = str_slice(t->text, t->at, t->text.len);
        bool line = str_starts(rest, STR("--")), block = str_starts(rest, STR("/*"));
        long end = line ? str_find(rest, STR("\n"), 2) : block ? str_find(rest, STR("*/"), 2) : -1;
        if (end < 0 && !line) {
            return;
        }
        t->at = end < 0 ? t->text.len : t->at + (size_t)end + (line ? 1 : 2);
    }
}

int sql_token_next(struct sql_tokens *t, struct err *err)
{
    blanks_skip(t);
    t->token = (struct sql_token){.kind = SQL_TOKEN_END, .at = t->at};
    if (t->at >= t->text.len) {
        return 0;
    }
    char c = t->text.ptr[t->at];
    if (number_starts(t)) {
        number_read(t);
    } else if (is_word_char(c)) {
        word_read(t);
    } else if (c == '\'' || c == '"' || c == '`') {
        return quoted_read(t, c) ? 0 : sql_syntax_error(t, &t->token, err);
    } else {
        t->token.kind = SQL_TOKEN_SIGN;
        t->token.text = str_slice(t->text, t->at, t->at + 1);
        t->at++;
    }
    return 0;
}

bool sql_token_is_word(const struct sql_tokens *t, const char *word)
{
    return t->token.kind == SQL_TOKEN_WORD && str_eq_nocase(t->token.text, str_of(word));
}

bool sql_token_is_sign(const struct sql_tokens *t, char sign)
{
    return t->token.kind == SQL_TOKEN_SIGN && t->token.text.ptr[0] == sign;
}

const char *sql_token_text(const struct sql_tokens *t)
{
    struct str s = t->token.text;
    return arena_strndup(t->arena, s.len > 0 ? s.ptr : "", s.len);
}
