/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_item.h"

#include "base/text/number.h"
#include "mock/query/sql_expr.h"

enum { DECIMAL_MAX_DIGITS = 38, TYPE_MAX_TOKENS = 6 };

int sql_unexpected(const struct sql_reader *r, struct err *err)
{
    return sql_syntax_error(&r->tokens, &r->tokens.token, err);
}

int sql_advance(struct sql_reader *r, struct err *err)
{
    return sql_token_next(&r->tokens, err);
}

int sql_take_word(struct sql_reader *r, const char *word, bool *ret, struct err *err)
{
    *ret = sql_token_is_word(&r->tokens, word);
    return *ret ? sql_advance(r, err) : 0;
}

int sql_expect_word(struct sql_reader *r, const char *word, struct err *err)
{
    return sql_token_is_word(&r->tokens, word) ? sql_advance(r, err) : sql_unexpected(r, err);
}

int sql_expect_sign(struct sql_reader *r, char sign, struct err *err)
{
    return sql_token_is_sign(&r->tokens, sign) ? sql_advance(r, err) : sql_unexpected(r, err);
}

/* DECIMAL(precision, scale) of a literal with a point. */
static int decimal_type(const struct sql_reader *r, struct str digits, struct sql_type *ret,
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
        return sql_unexpected(r, err);
    }
    *ret = (struct sql_type){.kind = SQL_DECIMAL, .precision = (int)precision, .scale = (int)scale};
    return 0;
}

static int whole_type(const struct sql_reader *r, struct sql_column *c, struct err *err)
{
    struct err ignored = {0};
    int64_t n;
    if (parse_int64(str_of(c->value), INT64_MIN, INT64_MAX, &n, &ignored) < 0) {
        return sql_unexpected(r, err);
    }
    c->type.kind = n >= INT32_MIN && n <= INT32_MAX ? SQL_INT : SQL_LONG;
    c->value = arena_printf(r->tokens.arena, "%lld", (long long)n);
    return 0;
}

static int number_item(struct sql_reader *r, bool negative, struct sql_column *c, struct err *err)
{
    struct str digits = r->tokens.token.text;
    c->value = arena_printf(r->tokens.arena, "%s%.*s", negative ? "-" : "", STR_ARG(digits));
    c->name = c->value;
    if (memchr(digits.ptr, 'e', digits.len) != NULL ||
        memchr(digits.ptr, 'E', digits.len) != NULL) {
        c->type.kind = SQL_DOUBLE;
        return 0;
    }
    if (memchr(digits.ptr, '.', digits.len) != NULL) {
        return decimal_type(r, digits, &c->type, err);
    }
    return whole_type(r, c, err);
}

static struct sql_column constant(const char *name, enum sql_kind kind, const char *value)
{
    return (struct sql_column){
        .name = name, .type = {.kind = kind}, .value = value, .source = SQL_CONSTANT};
}

int sql_parameter_read(struct sql_reader *r, const struct sql_parameter **ret, struct err *err)
{
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    if (r->tokens.token.kind != SQL_TOKEN_WORD) {
        return sql_unexpected(r, err);
    }
    const struct sql_parameters *known = r->context->parameters;
    for (size_t i = 0; known != NULL && i < known->count; i++) {
        if (str_eq_z(r->tokens.token.text, known->items[i].name)) {
            *ret = &known->items[i];
            return 0;
        }
    }
    return err_set(err, ERR_INVALID,
                   "[UNBOUND_SQL_PARAMETER] Found the unbound parameter: %.*s. Please, fix `args` "
                   "and provide a mapping of the parameter to either a SQL literal or collection "
                   "constructor functions such as `map()`, `array()`, `struct()`. SQLSTATE: 42P02",
                   STR_ARG(str_slice(r->tokens.token.text, 0, 64)));
}

static int parameter_item(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    const struct sql_parameter *p;
    if (sql_parameter_read(r, &p, err) < 0) {
        return -1;
    }
    *c = constant(p->value != NULL ? p->value : "NULL", p->type.kind, p->value);
    c->type = p->type;
    return 0;
}

/* What stands in front of "()". */
static int call_item(struct sql_reader *r, const char *value, struct sql_column *c, struct err *err)
{
    const char *name = arena_printf(r->tokens.arena, "%s()", sql_token_text(&r->tokens));
    if (sql_advance(r, err) < 0 || sql_expect_sign(r, '(', err) < 0) {
        return -1;
    }
    *c = constant(name, SQL_STRING, value);
    return sql_token_is_sign(&r->tokens, ')') ? 0 : sql_unexpected(r, err);
}

/* The tokens up to the closing parenthesis, as a type. */
static int type_read(struct sql_reader *r, struct sql_type *ret, struct err *err)
{
    const char *text = "";
    const struct sql_token first = r->tokens.token;
    int open = 0;
    for (int i = 0; !(open == 0 && sql_token_is_sign(&r->tokens, ')')); i++) {
        if (i == TYPE_MAX_TOKENS || r->tokens.token.kind == SQL_TOKEN_END) {
            return sql_unexpected(r, err);
        }
        open += sql_token_is_sign(&r->tokens, '(') ? 1 : 0;
        open -= sql_token_is_sign(&r->tokens, ')') ? 1 : 0;
        text = arena_printf(r->tokens.arena, "%s%s", text, sql_token_text(&r->tokens));
        if (sql_advance(r, err) < 0) {
            return -1;
        }
    }
    return sql_type_read(str_of(text), ret) ? 0 : sql_syntax_error(&r->tokens, &first, err);
}

static int cast_to(struct sql_reader *r, struct sql_type to, struct sql_column *c, struct err *err)
{
    struct arena *a = r->tokens.arena;
    c->name = arena_printf(a, "CAST(%s AS %s)", c->name, sql_type_text(a, to));
    if (c->source == SQL_CONSTANT) {
        c->type = to;
        return sql_cast(a, c->value, to, &c->value, err);
    }
    if (!sql_type_takes_numbers(to)) {
        return err_set(err, ERR_INVALID,
                       "[DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION] Cannot resolve \"%s\" due to "
                       "data type mismatch: cannot cast \"BIGINT\" to \"%s\". SQLSTATE: 42K09",
                       c->name, sql_type_text(a, to));
    }
    c->typed = true;
    c->type = to;
    return 0;
}

/* CAST ( item AS type ) */
static int cast_item(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    struct sql_type to = {0};
    if (sql_advance(r, err) < 0 || sql_expect_sign(r, '(', err) < 0 ||
        sql_item_read(r, c, err) < 0 || sql_advance(r, err) < 0) {
        return -1;
    }
    if (!sql_token_is_word(&r->tokens, "AS") || c->typed || c->source == SQL_ALL ||
        c->source == SQL_COMPUTED || (c->source == SQL_COLUMN && c->value != NULL)) {
        return sql_unexpected(r, err);
    }
    if (sql_advance(r, err) < 0 || type_read(r, &to, err) < 0) {
        return -1;
    }
    return cast_to(r, to, c, err);
}

/* concat ( 'text' , column ) */
static int concat_item(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    struct sql_column front = {0}, back = {0};
    if (sql_advance(r, err) < 0 || sql_expect_sign(r, '(', err) < 0 ||
        sql_item_read(r, &front, err) < 0 || sql_advance(r, err) < 0 ||
        sql_expect_sign(r, ',', err) < 0 || sql_item_read(r, &back, err) < 0 ||
        sql_advance(r, err) < 0) {
        return -1;
    }
    bool plain = front.source == SQL_CONSTANT && front.type.kind == SQL_STRING &&
                 front.value != NULL && back.source == SQL_COLUMN && !back.typed &&
                 back.value == NULL;
    if (!plain || !sql_token_is_sign(&r->tokens, ')')) {
        return sql_unexpected(r, err);
    }
    *c = back;
    c->name = arena_printf(r->tokens.arena, "concat(%s, %s)", front.name, back.name);
    c->value = front.value;
    c->type.kind = SQL_STRING;
    c->typed = true;
    return 0;
}

static int column_item(struct sql_reader *r, struct sql_column *c)
{
    if (r->reference.kind == SQL_TOKEN_END) {
        r->reference = r->tokens.token;
    }
    *c = (struct sql_column){.name = sql_token_text(&r->tokens), .source = SQL_COLUMN};
    c->reference = c->name;
    return 0;
}

static int word_item(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    const struct sql_context *k = r->context;
    const struct {
        const char *word, *value;
    } calls[] = {{"current_user", k->user},
                 {"session_user", k->user},
                 {"current_catalog", k->catalog},
                 {"current_schema", k->schema},
                 {"current_database", k->schema}};
    const struct {
        const char *word, *name, *value;
        enum sql_kind kind;
    } words[] = {{"NULL", "NULL", NULL, SQL_VOID},
                 {"TRUE", "true", "true", SQL_BOOLEAN},
                 {"FALSE", "false", "false", SQL_BOOLEAN}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (sql_token_is_word(&r->tokens, words[i].word)) {
            *c = constant(words[i].name, words[i].kind, words[i].value);
            return 0;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        if (sql_token_is_word(&r->tokens, calls[i].word)) {
            return call_item(r, calls[i].value, c, err);
        }
    }
    if (sql_token_is_word(&r->tokens, "CAST")) {
        return cast_item(r, c, err);
    }
    const size_t start = r->tokens.token.at;
    if (sql_call_read(r, &c->computed, err) < 0) {
        return -1;
    }
    if (c->computed != NULL) { /* Spark would name it by the expression as it writes it anew */
        struct str written = str_slice(r->tokens.text, start, r->tokens.at);
        c->name = arena_strndup(r->tokens.arena, written.ptr, written.len);
        c->source = SQL_COMPUTED;
        return 0;
    }
    return sql_token_is_word(&r->tokens, "concat") ? concat_item(r, c, err) : column_item(r, c);
}

static int sign_item(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    bool negative = sql_token_is_sign(&r->tokens, '-');
    if (sql_token_is_sign(&r->tokens, ':')) {
        return parameter_item(r, c, err);
    }
    if (sql_token_is_sign(&r->tokens, '*')) {
        if (r->reference.kind == SQL_TOKEN_END) {
            r->reference = r->tokens.token;
        }
        *c = (struct sql_column){.name = "*", .source = SQL_ALL};
        return 0;
    }
    if (!negative && !sql_token_is_sign(&r->tokens, '+')) {
        return sql_unexpected(r, err);
    }
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    return r->tokens.token.kind == SQL_TOKEN_NUMBER ? number_item(r, negative, c, err)
                                                    : sql_unexpected(r, err);
}

static int item_read(struct sql_reader *r, struct sql_column *ret, struct err *err)
{
    switch (r->tokens.token.kind) {
    case SQL_TOKEN_SIGN:
        return sign_item(r, ret, err);
    case SQL_TOKEN_NUMBER:
        return number_item(r, false, ret, err);
    case SQL_TOKEN_STRING: {
        const char *value = sql_token_text(&r->tokens);
        *ret = constant(value, SQL_STRING, value);
        return 0;
    }
    case SQL_TOKEN_WORD:
        return word_item(r, ret, err);
    case SQL_TOKEN_QUOTED_NAME:
        return column_item(r, ret);
    case SQL_TOKEN_END:
    default:
        return sql_unexpected(r, err);
    }
}

int sql_item_read(struct sql_reader *r, struct sql_column *ret, struct err *err)
{
    struct sql_column c = {0};
    if (r->depth == SQL_MAX_DEPTH) {
        return sql_unexpected(r, err);
    }
    r->depth++;
    int result = item_read(r, &c, err);
    r->depth--;
    if (result == 0) {
        *ret = c;
    }
    return result;
}
