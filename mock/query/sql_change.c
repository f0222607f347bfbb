/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_change.h"

#include "mock/query/sql_item.h"

/* [IF [NOT] EXISTS] */
static int only_if_read(struct sql_reader *r, bool not_there, struct sql_query *q, struct err *err)
{
    if (sql_take_word(r, "IF", &q->only_if, err) < 0 || !q->only_if) {
        return err->code != ERR_NONE ? -1 : 0;
    }
    if (not_there && sql_expect_word(r, "NOT", err) < 0) {
        return -1;
    }
    return sql_expect_word(r, "EXISTS", err);
}

static int text_read(struct sql_reader *r, const char **ret, struct err *err)
{
    if (r->tokens.token.kind != SQL_TOKEN_STRING) {
        return sql_unexpected(r, err);
    }
    *ret = sql_token_text(&r->tokens);
    return sql_advance(r, err);
}

/* ( ... ), the parenthesis being current: properties, which nothing here looks at. */
static int parentheses_skip(struct sql_reader *r, struct err *err)
{
    int open = 0;
    do {
        open += sql_token_is_sign(&r->tokens, '(')   ? 1
                : sql_token_is_sign(&r->tokens, ')') ? -1
                                                     : 0;
        if (r->tokens.token.kind == SQL_TOKEN_END) {
            return sql_unexpected(r, err);
        }
        if (sql_advance(r, err) < 0) {
            return -1;
        }
    } while (open > 0);
    return 0;
}

/* ---- USE and SET ---- */

static int use_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool catalog, schema = false;
    if (sql_take_word(r, "CATALOG", &catalog, err) < 0 ||
        (!catalog && sql_take_word(r, "SCHEMA", &schema, err) < 0) ||
        (!catalog && !schema && sql_take_word(r, "DATABASE", &schema, err) < 0)) {
        return -1;
    }
    q->verb = catalog ? SQL_USE_CATALOG : SQL_USE_SCHEMA;
    return sql_name_read(r, &q->object, err);
}

/* spark.sql.ansi.enabled: words with points between them. */
static int key_read(struct sql_reader *r, const char **ret, struct err *err)
{
    const char *key = "";
    for (;;) {
        if (!sql_is_name(r)) {
            return sql_unexpected(r, err);
        }
        key = arena_printf(r->tokens.arena, "%s%s", key, sql_token_text(&r->tokens));
        if (sql_advance(r, err) < 0) {
            return -1;
        }
        if (!sql_token_is_sign(&r->tokens, '.')) {
            *ret = key;
            return 0;
        }
        key = arena_printf(r->tokens.arena, "%s.", key);
        if (sql_advance(r, err) < 0) {
            return -1;
        }
    }
}

/* The rest of the text as it stands, as Spark takes it; quotes around it are not part of it. */
static int value_read(struct sql_reader *r, const char **ret, struct err *err)
{
    if (r->tokens.token.kind == SQL_TOKEN_STRING) {
        return text_read(r, ret, err);
    }
    size_t from = r->tokens.token.at, to = from;
    while (r->tokens.token.kind != SQL_TOKEN_END && !sql_token_is_sign(&r->tokens, ';')) {
        to = r->tokens.at;
        if (sql_advance(r, err) < 0) {
            return -1;
        }
    }
    if (to == from) {
        return sql_unexpected(r, err);
    }
    struct str value = str_slice(r->tokens.text, from, to);
    *ret = arena_strndup(r->tokens.arena, value.ptr, value.len);
    return 0;
}

static int set_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    q->verb = SQL_SET;
    if (r->tokens.token.kind == SQL_TOKEN_END || sql_token_is_sign(&r->tokens, ';')) {
        return 0;
    }
    if (key_read(r, &q->key, err) < 0) {
        return -1;
    }
    if (!sql_token_is_sign(&r->tokens, '=')) {
        return 0;
    }
    return sql_advance(r, err) < 0 ? -1 : value_read(r, &q->value, err);
}

/* ---- CREATE ---- */

/* The words of a type, up to what may follow it. */
static int column_type_read(struct sql_reader *r, struct sql_type *ret, struct err *err)
{
    const struct sql_token start = r->tokens.token;
    const char *text = sql_token_text(&r->tokens);
    if (!sql_is_name(r) || sql_advance(r, err) < 0) {
        return err->code != ERR_NONE ? -1 : sql_unexpected(r, err);
    }
    if (sql_token_is_sign(&r->tokens, '(')) {
        size_t from = r->tokens.token.at;
        if (parentheses_skip(r, err) < 0) {
            return -1;
        }
        struct str written = str_trim(str_slice(r->tokens.text, from, r->tokens.token.at));
        text = arena_printf(r->tokens.arena, "%s%.*s", text, STR_ARG(written));
    }
    return sql_type_read(str_of(text), ret) ? 0 : sql_syntax_error(&r->tokens, &start, err);
}

/* name type [NOT NULL] [COMMENT 'text'] */
static int column_read(struct sql_reader *r, struct sql_columns *into, struct err *err)
{
    bool not_null, comment;
    const char *ignored;
    struct sql_column c = {.name = sql_token_text(&r->tokens), .source = SQL_CONSTANT};
    if (!sql_is_name(r) || into->count == SQL_MAX_COLUMNS) {
        return sql_unexpected(r, err);
    }
    if (sql_advance(r, err) < 0 || column_type_read(r, &c.type, err) < 0 ||
        sql_take_word(r, "NOT", &not_null, err) < 0 ||
        (not_null && sql_expect_word(r, "NULL", err) < 0) ||
        sql_take_word(r, "COMMENT", &comment, err) < 0 ||
        (comment && text_read(r, &ignored, err) < 0)) {
        return -1;
    }
    *VEC_PUSH(r->tokens.arena, into) = c;
    return 0;
}

static int columns_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    if (q->verb != SQL_CREATE_TABLE || !sql_token_is_sign(&r->tokens, '(')) {
        return 0;
    }
    do {
        if (sql_advance(r, err) < 0 || column_read(r, &q->columns, err) < 0) {
            return -1;
        }
    } while (sql_token_is_sign(&r->tokens, ','));
    return sql_expect_sign(r, ')', err);
}

/* What stands between the name and AS, in any order. */
static int clauses_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool using, comment, properties;
    do {
        if (sql_take_word(r, "USING", &using, err) < 0 ||
            (using && sql_expect_word(r, "DELTA", err) < 0) ||
            sql_take_word(r, "COMMENT", &comment, err) < 0 ||
            (comment && text_read(r, &q->comment, err) < 0) ||
            sql_take_word(r, "TBLPROPERTIES", &properties, err) < 0) {
            return -1;
        }
        if (properties && !sql_token_is_sign(&r->tokens, '(')) {
            return sql_unexpected(r, err);
        }
        if (properties && parentheses_skip(r, err) < 0) {
            return -1;
        }
    } while (using || comment || properties);
    return 0;
}

static int definition_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool as;
    if (sql_take_word(r, "AS", &as, err) < 0) {
        return -1;
    }
    if (!as) {
        bool enough = q->verb == SQL_CREATE_TABLE && q->columns.count > 0;
        return enough ? 0 : sql_unexpected(r, err);
    }
    size_t from = r->tokens.token.at;
    struct sql_query *of = ARENA_NEW(r->tokens.arena, struct sql_query);
    if (q->columns.count > 0 || sql_select_read(r, of, err) < 0) {
        return err->code != ERR_NONE ? -1 : sql_unexpected(r, err);
    }
    struct str text = str_trim(str_slice(r->tokens.text, from, r->tokens.token.at));
    q->definition = arena_strndup(r->tokens.arena, text.ptr, text.len);
    q->of = of;
    return 0;
}

static int create_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    bool schema, table;
    if (sql_take_word(r, "OR", &q->replace, err) < 0 ||
        (q->replace && sql_expect_word(r, "REPLACE", err) < 0) ||
        sql_take_word(r, "SCHEMA", &schema, err) < 0 ||
        (!schema && sql_take_word(r, "DATABASE", &schema, err) < 0) ||
        sql_take_word(r, "TABLE", &table, err) < 0) {
        return -1;
    }
    q->verb = schema ? SQL_CREATE_SCHEMA : table ? SQL_CREATE_TABLE : SQL_CREATE_VIEW;
    if ((schema && (q->replace || table)) ||
        (!schema && !table && !sql_token_is_word(&r->tokens, "VIEW"))) {
        return sql_unexpected(r, err);
    }
    if ((!schema && !table && sql_advance(r, err) < 0) || only_if_read(r, true, q, err) < 0 ||
        sql_name_read(r, &q->object, err) < 0) {
        return -1;
    }
    if (columns_read(r, q, err) < 0 || clauses_read(r, q, err) < 0) {
        return -1;
    }
    return schema ? 0 : definition_read(r, q, err);
}

/* ---- DROP ---- */

static int drop_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    static const struct {
        const char *word;
        enum sql_verb verb;
    } kinds[] = {{"SCHEMA", SQL_DROP_SCHEMA},
                 {"DATABASE", SQL_DROP_SCHEMA},
                 {"TABLE", SQL_DROP_TABLE},
                 {"VIEW", SQL_DROP_VIEW}};
    size_t i = 0;
    bool restricted = false;
    while (i < ARRAY_LEN(kinds) && !sql_token_is_word(&r->tokens, kinds[i].word)) {
        i++;
    }
    if (i == ARRAY_LEN(kinds)) {
        return sql_unexpected(r, err);
    }
    q->verb = kinds[i].verb;
    if (sql_advance(r, err) < 0 || only_if_read(r, false, q, err) < 0 ||
        sql_name_read(r, &q->object, err) < 0) {
        return -1;
    }
    if (q->verb != SQL_DROP_SCHEMA) {
        return 0;
    }
    return sql_take_word(r, "CASCADE", &q->cascade, err) < 0 || q->cascade
               ? (err->code != ERR_NONE ? -1 : 0)
               : sql_take_word(r, "RESTRICT", &restricted, err);
}

int sql_change_read(struct sql_reader *r, struct sql_query *q, struct err *err)
{
    static const struct {
        const char *word;
        int (*read)(struct sql_reader *r, struct sql_query *q, struct err *err);
    } verbs[] = {
        {"USE", use_read}, {"SET", set_read}, {"CREATE", create_read}, {"DROP", drop_read}};
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (sql_token_is_word(&r->tokens, verbs[i].word)) {
            return sql_advance(r, err) < 0 ? -1 : verbs[i].read(r, q, err);
        }
    }
    return sql_unexpected(r, err);
}
