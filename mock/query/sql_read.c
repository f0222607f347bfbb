/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_read.h"

#include "base/text/number.h"
#include "mock/query/sql_change.h"
#include "mock/query/sql_expr.h"
#include "mock/query/sql_item.h"

enum { NAME_MAX_PARTS = 3, RANGE_MAX_ARGUMENTS = 3 };

struct str sql_state_of(struct str message)
{
    static const char mark[] = "SQLSTATE: ";
    long at = str_find(message, STR("SQLSTATE: "), 0);
    size_t from = (size_t)at + sizeof(mark) - 1;
    return at >= 0 && from + 5 <= message.len ? str_slice(message, from, from + 5) : STR("42601");
}

static bool is_word(const struct sql_reader *r, const char *word)
{
    return sql_token_is_word(&r->tokens, word);
}

static bool is_reserved(const struct sql_reader *r)
{
    static const char *const words[] = {"FROM",  "WHERE", "GROUP", "ORDER", "HAVING",
                                        "LIMIT", "UNION", "JOIN",  "AS",    "SELECT"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (is_word(r, words[i])) {
            return true;
        }
    }
    return false;
}

bool sql_is_name(const struct sql_reader *r)
{
    return (r->tokens.token.kind == SQL_TOKEN_WORD && !is_reserved(r)) ||
           r->tokens.token.kind == SQL_TOKEN_QUOTED_NAME;
}

/* Leaves the token after the alias, if there is one, current. */
static int alias_read(struct sql_reader *r, struct sql_column *c, struct err *err)
{
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    bool as = is_word(r, "AS");
    if (as && sql_advance(r, err) < 0) {
        return -1;
    }
    if (!sql_is_name(r)) {
        return as ? sql_unexpected(r, err) : 0;
    }
    c->name = sql_token_text(&r->tokens);
    return sql_advance(r, err);
}

static int items_read(struct sql_reader *r, struct sql_columns *columns, struct err *err)
{
    do {
        struct sql_column c = {0};
        if (columns->count == SQL_MAX_COLUMNS || sql_advance(r, err) < 0 || is_reserved(r)) {
            return err->code != ERR_NONE ? -1 : sql_unexpected(r, err);
        }
        if (sql_item_read(r, &c, err) < 0 || alias_read(r, &c, err) < 0) {
            return -1;
        }
        *VEC_PUSH(r->tokens.arena, columns) = c;
    } while (sql_token_is_sign(&r->tokens, ','));
    return 0;
}

/* A whole number, or a parameter that is one; leaves the next token current. */
static int number_read(struct sql_reader *r, int64_t *ret, struct err *err)
{
    struct err bad = {0};
    const char *text = NULL;
    const struct sql_token start = r->tokens.token;
    if (sql_token_is_sign(&r->tokens, ':')) {
        const struct sql_parameter *p;
        if (sql_parameter_read(r, &p, err) < 0) {
            return -1;
        }
        text = p->value;
    } else {
        bool negative = sql_token_is_sign(&r->tokens, '-');
        if (negative && sql_advance(r, err) < 0) {
            return -1;
        }
        text =
            arena_printf(r->tokens.arena, "%s%s", negative ? "-" : "", sql_token_text(&r->tokens));
    }
    if (text == NULL || parse_int64(str_of(text), INT64_MIN, INT64_MAX, ret, &bad) < 0) {
        return sql_syntax_error(&r->tokens, &start, err);
    }
    return sql_advance(r, err);
}

/* range ( n [, n [, n]] ); the current token is the parenthesis. */
static int range_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    int64_t n[RANGE_MAX_ARGUMENTS];
    size_t count = 0;
    const struct sql_token start = r->tokens.token;
    do {
        if (count == RANGE_MAX_ARGUMENTS) {
            return sql_unexpected(r, err);
        }
        if (sql_advance(r, err) < 0 || number_read(r, &n[count++], err) < 0) {
            return -1;
        }
    } while (sql_token_is_sign(&r->tokens, ','));
    q->has_range = true;
    q->range = (struct sql_range){count > 1 ? n[0] : 0, n[count > 1 ? 1 : 0], count > 2 ? n[2] : 1};
    if (q->range.step == 0) {
        return sql_syntax_error(&r->tokens, &start, err);
    }
    return sql_expect_sign(r, ')', err);
}

int sql_name_read(struct sql_reader *r, const char **ret, struct err *err)
{
    const char *name = "";
    for (int parts = 0;; parts++) {
        if (!sql_is_name(r) || parts == NAME_MAX_PARTS) {
            return sql_unexpected(r, err);
        }
        name = arena_printf(r->tokens.arena, "%s%s%s", name, parts > 0 ? "." : "",
                            sql_token_text(&r->tokens));
        if (sql_advance(r, err) < 0) {
            return -1;
        }
        if (!sql_token_is_sign(&r->tokens, '.')) {
            *ret = name;
            return 0;
        }
        if (sql_advance(r, err) < 0) {
            return -1;
        }
    }
}

/* ( SELECT ... ) [[AS] alias], the parenthesis being current. */
static int nested_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool as;
    struct sql_query *of = ARENA_NEW(r->tokens.arena, struct sql_query);
    if (sql_select_read(r, of, err) < 0 || sql_take_word(r, "AS", &as, err) < 0) {
        return -1;
    }
    q->of = of;
    if (sql_is_name(r)) {
        return sql_advance(r, err);
    }
    return as ? sql_unexpected(r, err) : 0;
}

static int source_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool range = is_word(r, "range");
    if (sql_token_is_sign(&r->tokens, '(')) {
        return nested_read(r, q, err);
    }
    if (sql_name_read(r, &q->object, err) < 0) {
        return -1;
    }
    if (range && sql_token_is_sign(&r->tokens, '(')) {
        q->object = NULL;
        return range_read(r, q, err);
    }
    return 0;
}

static int limit_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool given;
    const struct sql_token at = r->tokens.token;
    if (sql_take_word(r, "LIMIT", &given, err) < 0) {
        return -1;
    }
    if (!given) {
        return 0;
    }
    if (number_read(r, &q->limit, err) < 0) {
        return -1;
    }
    return q->limit >= 0 ? 0 : sql_syntax_error(&r->tokens, &at, err);
}

static int select_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool from, where;
    const struct sql_token outer = r->reference;
    r->reference.kind = SQL_TOKEN_END;
    if (items_read(r, &q->columns, err) < 0 || sql_take_word(r, "FROM", &from, err) < 0) {
        return -1;
    }
    if (!from && r->reference.kind != SQL_TOKEN_END) {
        return sql_syntax_error(&r->tokens, &r->reference, err);
    }
    r->reference = outer;
    if ((from && source_read(r, q, err) < 0) ||
        (from && sql_take_word(r, "WHERE", &where, err) < 0) ||
        (from && where && sql_expr_read(r, &q->where, err) < 0)) {
        return -1;
    }
    return limit_read(r, q, err);
}

/* ( SELECT ... ) [LIMIT n] is SELECT * FROM ( SELECT ... ) [LIMIT n]. */
static int enclosed_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    struct sql_query *of = ARENA_NEW(r->tokens.arena, struct sql_query);
    *VEC_PUSH(r->tokens.arena, &q->columns) = (struct sql_column){.name = "*", .source = SQL_ALL};
    q->of = of;
    return sql_advance(r, err) < 0 || sql_select_read(r, of, err) < 0 ||
                   sql_expect_sign(r, ')', err) < 0
               ? -1
               : limit_read(r, q, err);
}

int sql_select_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool enclosed = sql_token_is_sign(&r->tokens, '(');
    if (r->depth == SQL_MAX_DEPTH || !(enclosed || is_word(r, "SELECT"))) {
        return sql_unexpected(r, err);
    }
    r->depth++;
    q->limit = -1;
    int result = enclosed ? enclosed_read(r, q, err) : select_read(r, q, err);
    r->depth--;
    return result;
}

/* [LIKE] 'pattern' */
static int like_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool like;
    if (sql_take_word(r, "LIKE", &like, err) < 0) {
        return -1;
    }
    if (r->tokens.token.kind != SQL_TOKEN_STRING) {
        return like ? sql_unexpected(r, err) : 0;
    }
    q->like = sql_token_text(&r->tokens);
    return sql_advance(r, err);
}

static int show_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    static const struct {
        const char *word;
        enum sql_verb verb;
    } verbs[] = {{"CATALOGS", SQL_SHOW_CATALOGS},
                 {"SCHEMAS", SQL_SHOW_SCHEMAS},
                 {"DATABASES", SQL_SHOW_SCHEMAS},
                 {"TABLES", SQL_SHOW_TABLES},
                 {"VIEWS", SQL_SHOW_VIEWS}};
    size_t i = 0;
    while (i < ARRAY_LEN(verbs) && !is_word(r, verbs[i].word)) {
        i++;
    }
    if (i == ARRAY_LEN(verbs)) {
        return sql_unexpected(r, err);
    }
    q->verb = verbs[i].verb;
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    bool in = q->verb != SQL_SHOW_CATALOGS && (is_word(r, "IN") || is_word(r, "FROM"));
    if (in && (sql_advance(r, err) < 0 || sql_name_read(r, &q->object, err) < 0)) {
        return -1;
    }
    return like_read(r, q, err);
}

static int describe_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    q->verb = SQL_DESCRIBE;
    if (is_word(r, "TABLE") && sql_advance(r, err) < 0) {
        return -1;
    }
    bool extended = is_word(r, "EXTENDED");
    if ((extended && sql_advance(r, err) < 0) || sql_name_read(r, &q->object, err) < 0) {
        return -1;
    }
    q->describe = extended ? SQL_DESCRIBE_EXTENDED : SQL_DESCRIBE_COLUMNS;
    if (!extended || !is_word(r, "AS")) {
        return 0;
    }
    q->describe = SQL_DESCRIBE_JSON;
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    return is_word(r, "JSON") ? sql_advance(r, err) : sql_unexpected(r, err);
}

static int statement_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    if (is_word(r, "SELECT") || sql_token_is_sign(&r->tokens, '(')) {
        return sql_select_read(r, q, err);
    }
    bool show = is_word(r, "SHOW");
    if (!show && !is_word(r, "DESCRIBE") && !is_word(r, "DESC")) {
        return sql_change_read(r, q, err);
    }
    if (sql_advance(r, err) < 0) {
        return -1;
    }
    return show ? show_read(r, q, err) : describe_read(r, q, err);
}

int sql_read(struct arena *a, struct str text, const struct sql_context *context,
             struct sql_query *ret, struct err *err)
{
    struct sql_reader r = {.tokens = {.arena = a, .text = text}, .context = context};
    struct sql_query q = {.limit = -1};
    if (sql_advance(&r, err) < 0 || statement_read(&r, &q, err) < 0) {
        return -1;
    }
    while (sql_token_is_sign(&r.tokens, ';')) {
        if (sql_advance(&r, err) < 0) {
            return -1;
        }
    }
    if (r.tokens.token.kind != SQL_TOKEN_END) {
        return sql_unexpected(&r, err);
    }
    *ret = q;
    return 0;
}
