/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_expr.h"

#include "base/core/buf.h"
#include "base/text/number.h"
#include "mock/query/sql_item.h"
#include "mock/query/sql_result.h"

#include <ctype.h>

enum { SHOWN_MAX = 128 };

/* ---- reading ---- */

static struct sql_expr *expr_new(const struct sql_reader *r, enum sql_expr_kind kind,
                                 struct sql_expr *first, struct sql_expr *second)
{
    struct sql_expr *e = ARENA_NEW(r->tokens.arena, struct sql_expr);
    e->kind = kind;
    e->type.kind = SQL_BOOLEAN;
    if (first != NULL) {
        *VEC_PUSH(r->tokens.arena, &e->of) = first;
    }
    if (second != NULL) {
        *VEC_PUSH(r->tokens.arena, &e->of) = second;
    }
    return e;
}

/* ( expression [, expression] ... ), the parenthesis being current; leaves the last one current. */
static int list_read(struct sql_reader *r, struct sql_exprs *into, struct err *err)
{
    if (!sql_token_is_sign(&r->tokens, '(')) {
        return sql_unexpected(r, err);
    }
    do {
        struct sql_expr *e = NULL;
        if (into->count == SQL_MAX_COLUMNS || sql_advance(r, err) < 0) {
            return err->code != ERR_NONE ? -1 : sql_unexpected(r, err);
        }
        if (sql_expr_read(r, &e, err) < 0) {
            return -1;
        }
        *VEC_PUSH(r->tokens.arena, into) = e;
    } while (sql_token_is_sign(&r->tokens, ','));
    return sql_token_is_sign(&r->tokens, ')') ? 0 : sql_unexpected(r, err);
}

int sql_call_read(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    static const struct {
        const char *word;
        enum sql_expr_kind kind;
        size_t least, most;
    } calls[] = {{"lower", SQL_EXPR_LOWER, 1, 1},
                 {"upper", SQL_EXPR_UPPER, 1, 1},
                 {"if", SQL_EXPR_IF, 3, 3},
                 {"coalesce", SQL_EXPR_COALESCE, 1, SQL_MAX_COLUMNS}};
    const struct sql_token start = r->tokens.token;
    struct sql_tokens ahead = r->tokens;
    size_t i = 0;
    while (i < ARRAY_LEN(calls) && !sql_token_is_word(&r->tokens, calls[i].word)) {
        i++;
    }
    *ret = NULL;
    if (i == ARRAY_LEN(calls)) {
        return 0;
    }
    if (sql_token_next(&ahead, err) < 0) {
        return -1;
    }
    if (!sql_token_is_sign(&ahead, '(')) {
        return 0; /* a column of that name */
    }
    struct sql_expr *e = expr_new(r, calls[i].kind, NULL, NULL);
    r->tokens = ahead;
    if (list_read(r, &e->of, err) < 0) {
        return -1;
    }
    if (e->of.count < calls[i].least || e->of.count > calls[i].most) {
        return sql_syntax_error(&r->tokens, &start, err);
    }
    *ret = e;
    return 0;
}

static int item_read(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    struct sql_column c = {0};
    const struct sql_token start = r->tokens.token;
    if (sql_item_read(r, &c, err) < 0) {
        return -1;
    }
    bool plain = c.source == SQL_COLUMN && c.value == NULL && !c.typed;
    if (c.source == SQL_ALL || (c.source == SQL_COLUMN && !plain)) {
        return sql_syntax_error(&r->tokens, &start, err);
    }
    if (c.source == SQL_COMPUTED) {
        *ret = c.computed;
        return sql_advance(r, err);
    }
    *ret = expr_new(r, plain ? SQL_EXPR_COLUMN : SQL_EXPR_CONSTANT, NULL, NULL);
    (*ret)->type = c.type;
    (*ret)->value = plain ? c.reference : c.value;
    return sql_advance(r, err);
}

static int term_read(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    if (!sql_token_is_sign(&r->tokens, '(')) {
        return item_read(r, ret, err);
    }
    return sql_advance(r, err) < 0 || sql_expr_read(r, ret, err) < 0 ? -1
                                                                     : sql_expect_sign(r, ')', err);
}

/* The sign of a comparison, of one or two characters, in terms of those that are computed. */
struct comparison {
    enum sql_expr_kind kind;
    bool swapped, negated;
};

static bool comparison_read(struct sql_reader *r, struct comparison *ret, struct err *err)
{
    static const struct {
        char first, second;
        struct comparison is;
    } signs[] = {{'<', '=', {SQL_EXPR_LESS_OR_EQUAL, false, false}},
                 {'<', '>', {SQL_EXPR_EQUAL, false, true}},
                 {'>', '=', {SQL_EXPR_LESS_OR_EQUAL, true, false}},
                 {'!', '=', {SQL_EXPR_EQUAL, false, true}},
                 {'=', '=', {SQL_EXPR_EQUAL, false, false}},
                 {'=', '\0', {SQL_EXPR_EQUAL, false, false}},
                 {'<', '\0', {SQL_EXPR_LESS, false, false}},
                 {'>', '\0', {SQL_EXPR_LESS, true, false}}};
    struct str rest = str_slice(r->tokens.text, r->tokens.at, r->tokens.text.len);
    for (size_t i = 0; r->tokens.token.kind == SQL_TOKEN_SIGN && i < ARRAY_LEN(signs); i++) {
        bool second = signs[i].second != '\0';
        if (sql_token_is_sign(&r->tokens, signs[i].first) &&
            (!second || (rest.len > 0 && rest.ptr[0] == signs[i].second))) {
            *ret = signs[i].is;
            return (!second || sql_advance(r, err) == 0) && sql_advance(r, err) == 0;
        }
    }
    return false;
}

static struct sql_expr *negated_if(const struct sql_reader *r, bool negated, struct sql_expr *e)
{
    return negated ? expr_new(r, SQL_EXPR_NOT, e, NULL) : e;
}

/* [NOT] IN (...); *ret is left as it is when there is none. */
static int in_read(struct sql_reader *r, struct sql_expr *left, struct sql_expr **ret,
                   struct err *err)
{
    bool negated;
    if (sql_take_word(r, "NOT", &negated, err) < 0) {
        return -1;
    }
    if (!sql_token_is_word(&r->tokens, "IN")) {
        return negated ? sql_unexpected(r, err) : 0;
    }
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    struct sql_expr *e = expr_new(r, SQL_EXPR_IN, left, NULL);
    *ret = negated_if(r, negated, e);
    return list_read(r, &e->of, err) < 0 ? -1 : sql_advance(r, err);
}

static int is_null_read(struct sql_reader *r, struct sql_expr *left, struct sql_expr **ret,
                        struct err *err)
{
    bool negated;
    if (sql_take_word(r, "NOT", &negated, err) < 0) {
        return -1;
    }
    *ret = negated_if(r, negated, expr_new(r, SQL_EXPR_IS_NULL, left, NULL));
    return sql_expect_word(r, "NULL", err);
}

static int comparison_of(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    struct comparison c;
    struct sql_expr *left = NULL, *right = NULL;
    bool is = false;
    if (term_read(r, &left, err) < 0) {
        return -1;
    }
    *ret = left;
    if (comparison_read(r, &c, err)) {
        if (term_read(r, &right, err) < 0) {
            return -1;
        }
        *ret = negated_if(r, c.negated,
                          expr_new(r, c.kind, c.swapped ? right : left, c.swapped ? left : right));
        return 0;
    }
    if (err->code != ERR_NONE || sql_take_word(r, "IS", &is, err) < 0) {
        return -1;
    }
    return is ? is_null_read(r, left, ret, err) : in_read(r, left, ret, err);
}

static int not_read(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    bool negated = false;
    if (sql_take_word(r, "NOT", &negated, err) < 0 || comparison_of(r, ret, err) < 0) {
        return -1;
    }
    *ret = negated_if(r, negated, *ret);
    return 0;
}

/* Terms with AND between them, or with OR; binding in that order. */
static int chain_read(struct sql_reader *r, enum sql_expr_kind kind, struct sql_expr **ret,
                      struct err *err)
{
    bool more;
    struct sql_expr *all = NULL;
    do {
        struct sql_expr *e = NULL;
        int result =
            kind == SQL_EXPR_OR ? chain_read(r, SQL_EXPR_AND, &e, err) : not_read(r, &e, err);
        if (result < 0 || sql_take_word(r, kind == SQL_EXPR_OR ? "OR" : "AND", &more, err) < 0) {
            return -1;
        }
        if (all == NULL && !more) {
            *ret = e;
            return 0;
        }
        all = all != NULL ? all : expr_new(r, kind, NULL, NULL);
        if (all->of.count == SQL_MAX_COLUMNS) {
            return sql_unexpected(r, err);
        }
        *VEC_PUSH(r->tokens.arena, &all->of) = e;
    } while (more);
    *ret = all;
    return 0;
}

int sql_expr_read(struct sql_reader *r, struct sql_expr **ret, struct err *err)
{
    if (r->depth == SQL_MAX_DEPTH) {
        return sql_unexpected(r, err);
    }
    r->depth++;
    int result = chain_read(r, SQL_EXPR_OR, ret, err);
    r->depth--;
    return result;
}

/* ---- binding ---- */

int sql_unresolved(const char *name, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function "
                   "parameter with name `%.*s` cannot be resolved. SQLSTATE: 42703",
                   SHOWN_MAX, name);
}

static int bind_column(struct sql_expr *e, const struct sql_result *source, struct err *err)
{
    for (size_t i = 0; i < source->column_count; i++) {
        if (str_eq_nocase(str_of(source->columns[i].name), str_of(e->value))) {
            e->column = i;
            e->type = source->columns[i].type;
            return 0;
        }
    }
    return sql_unresolved(e->value, err);
}

/* Of several values the type of the first that is not NULL by itself. */
static struct sql_type type_of_first(const struct sql_exprs *of, size_t from)
{
    for (size_t i = from; i < of->count; i++) {
        if (of->items[i]->type.kind != SQL_VOID) {
            return of->items[i]->type;
        }
    }
    return (struct sql_type){.kind = SQL_VOID};
}

int sql_expr_bind(struct sql_expr *e, const struct sql_result *source, struct err *err)
{
    if (e->kind == SQL_EXPR_COLUMN) {
        return bind_column(e, source, err);
    }
    for (size_t i = 0; i < e->of.count; i++) {
        if (sql_expr_bind(e->of.items[i], source, err) < 0) {
            return -1;
        }
    }
    if (e->kind == SQL_EXPR_LOWER || e->kind == SQL_EXPR_UPPER) {
        e->type.kind = SQL_STRING;
    } else if (e->kind == SQL_EXPR_IF || e->kind == SQL_EXPR_COALESCE) {
        e->type = type_of_first(&e->of, e->kind == SQL_EXPR_IF ? 1 : 0);
    }
    return 0;
}

/* ---- computing ---- */

struct place {
    struct arena *arena;
    const struct sql_result *source;
    int64_t row;
};

static const char *value_of(const struct place *p, const struct sql_expr *e)
{
    return sql_expr_value(p->arena, e, p->source, p->row);
}

static const char *in_case(const struct place *p, const struct sql_expr *e)
{
    const char *value = value_of(p, e->of.items[0]);
    char *copy = value != NULL ? arena_strdup(p->arena, value) : NULL;
    for (char *c = copy; c != NULL && *c != '\0'; c++) {
        unsigned char u = (unsigned char)*c;
        *c = (char)(e->kind == SQL_EXPR_LOWER ? tolower(u) : toupper(u));
    }
    return copy;
}

static bool is_true(const char *value)
{
    return value != NULL && strcmp(value, "true") == 0;
}

static const char *truth(bool is)
{
    return is ? "true" : "false";
}

/* AND is false as soon as one is, OR true; else NULL if one is NULL. */
static const char *chain_value(const struct place *p, const struct sql_expr *e)
{
    bool any = e->kind == SQL_EXPR_OR, unknown = false;
    for (size_t i = 0; i < e->of.count; i++) {
        const char *value = value_of(p, e->of.items[i]);
        unknown = unknown || value == NULL;
        if (value != NULL && is_true(value) == any) {
            return truth(any);
        }
    }
    return unknown ? NULL : truth(!any);
}

static int compare(const struct sql_expr *left, const char *a, const struct sql_expr *right,
                   const char *b)
{
    struct err ignored = {0};
    int64_t m, n;
    double x, y;
    bool text = left->type.kind == SQL_STRING && right->type.kind == SQL_STRING;
    if (!text && parse_int64(str_of(a), INT64_MIN, INT64_MAX, &m, &ignored) == 0 &&
        parse_int64(str_of(b), INT64_MIN, INT64_MAX, &n, &ignored) == 0) {
        return (m > n) - (m < n);
    }
    if (!text && parse_double(str_of(a), &x, &ignored) == 0 &&
        parse_double(str_of(b), &y, &ignored) == 0) {
        return (x > y) - (x < y);
    }
    return strcmp(a, b);
}

static const char *comparison_value(const struct place *p, const struct sql_expr *e)
{
    const struct sql_expr *left = e->of.items[0], *right = e->of.items[1];
    const char *a = value_of(p, left), *b = value_of(p, right);
    if (a == NULL || b == NULL) {
        return NULL;
    }
    int order = compare(left, a, right, b);
    return truth(e->kind == SQL_EXPR_EQUAL ? order == 0
                                           : order < 0 || (order == 0 && e->kind != SQL_EXPR_LESS));
}

static const char *in_value(const struct place *p, const struct sql_expr *e)
{
    const char *wanted = value_of(p, e->of.items[0]);
    bool unknown = wanted == NULL;
    for (size_t i = 1; wanted != NULL && i < e->of.count; i++) {
        const char *value = value_of(p, e->of.items[i]);
        unknown = unknown || value == NULL;
        if (value != NULL && compare(e->of.items[0], wanted, e->of.items[i], value) == 0) {
            return "true";
        }
    }
    return unknown ? NULL : "false";
}

static const char *first_value(const struct place *p, const struct sql_expr *e)
{
    const char *value = NULL;
    for (size_t i = 0; value == NULL && i < e->of.count; i++) {
        value = value_of(p, e->of.items[i]);
    }
    return value;
}

static const char *column_value(const struct place *p, const struct sql_expr *e)
{
    AUTO_BUF struct buf scratch = {0};
    const char *value = sql_result_value(p->source, p->row, e->column, &scratch);
    return value != NULL ? arena_strdup(p->arena, value) : NULL;
}

static const char *computed_value(const struct place *p, const struct sql_expr *e)
{
    const char *first = value_of(p, e->of.items[0]);
    if (e->kind == SQL_EXPR_IS_NULL) {
        return truth(first == NULL);
    }
    if (e->kind == SQL_EXPR_NOT) {
        return first != NULL ? truth(!is_true(first)) : NULL;
    }
    return value_of(p, e->of.items[is_true(first) ? 1 : 2]); /* IF */
}

const char *sql_expr_value(struct arena *a, const struct sql_expr *e,
                           const struct sql_result *source, int64_t row)
{
    const struct place p = {a, source, row};
    switch (e->kind) {
    case SQL_EXPR_CONSTANT:
        return e->value;
    case SQL_EXPR_COLUMN:
        return column_value(&p, e);
    case SQL_EXPR_LOWER:
    case SQL_EXPR_UPPER:
        return in_case(&p, e);
    case SQL_EXPR_COALESCE:
        return first_value(&p, e);
    case SQL_EXPR_AND:
    case SQL_EXPR_OR:
        return chain_value(&p, e);
    case SQL_EXPR_IN:
        return in_value(&p, e);
    case SQL_EXPR_EQUAL:
    case SQL_EXPR_LESS:
    case SQL_EXPR_LESS_OR_EQUAL:
        return comparison_value(&p, e);
    case SQL_EXPR_IF:
    case SQL_EXPR_NOT:
    case SQL_EXPR_IS_NULL:
    default:
        return computed_value(&p, e);
    }
}
