/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_ITEM_H
#define MOCK_QUERY_SQL_ITEM_H

/* One item of a select list; see sql_read.h for the grammar. Pure. */

#include "mock/query/sql_read.h"
#include "mock/query/sql_token.h"

struct sql_reader {
    struct sql_tokens tokens;
    const struct sql_context *context;
    struct sql_token reference; /* the first column that was named; its kind is END while none */
    int depth;                  /* of items, expressions and SELECTs in each other */
};

/* Reads the item that begins with the current token; its last token is then the current one. */
int sql_item_read(struct sql_reader *r, struct sql_column *ret, struct err *err) NODISCARD;
/* The parameter after a ':' sign, which is the current token. */
int sql_parameter_read(struct sql_reader *r, const struct sql_parameter **ret,
                       struct err *err) NODISCARD;
/* a, a.b, a.b.c; leaves the token after it current. */
int sql_name_read(struct sql_reader *r, const char **ret, struct err *err) NODISCARD;
bool sql_is_name(const struct sql_reader *r); /* a word that is not reserved, or a quoted name */
/* If the current token is that word, makes the next one current and says so. */
int sql_take_word(struct sql_reader *r, const char *word, bool *ret, struct err *err) NODISCARD;
/* The current token has to be that word; makes the next one current. */
int sql_expect_word(struct sql_reader *r, const char *word, struct err *err) NODISCARD;
/* SELECT, which is the current token, or one in parentheses, and all that belongs to it; leaves
 * what follows current. */
int sql_select_read(struct sql_reader *r, struct sql_query *q, struct err *err) NODISCARD;
int sql_unexpected(const struct sql_reader *r, struct err *err); /* -1: syntax error here */
int sql_advance(struct sql_reader *r, struct err *err) NODISCARD;
/* The current token has to be that sign; makes the next one current. */
int sql_expect_sign(struct sql_reader *r, char sign, struct err *err) NODISCARD;

#endif
