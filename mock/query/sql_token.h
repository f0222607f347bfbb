/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_TOKEN_H
#define MOCK_QUERY_SQL_TOKEN_H

/* Words, numbers, strings and signs of SQL (Databricks SQL language reference, literals and
 * identifiers). Pure; tokens borrow the text or live in the arena. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>

enum sql_token_kind {
    SQL_TOKEN_END,
    SQL_TOKEN_WORD,
    SQL_TOKEN_NUMBER,
    SQL_TOKEN_STRING,
    SQL_TOKEN_QUOTED_NAME,
    SQL_TOKEN_SIGN
};

struct sql_token {
    enum sql_token_kind kind;
    struct str text; /* as written; without quotes, escapes undone, for strings and quoted names */
    size_t at;
};

struct sql_tokens {
    struct arena *arena;
    struct str text;
    size_t at; /* where the next token is looked for */
    struct sql_token token;
};

/* Makes the next token current. Fails at a quote that is not closed. */
int sql_token_next(struct sql_tokens *t, struct err *err) NODISCARD;
bool sql_token_is_word(const struct sql_tokens *t, const char *word); /* whatever the case */
bool sql_token_is_sign(const struct sql_tokens *t, char sign);
/* "[PARSE_SYNTAX_ERROR] ... SQLSTATE: 42601 (line 1, pos 7)" about that token; returns -1. */
int sql_syntax_error(const struct sql_tokens *t, const struct sql_token *at, struct err *err);
/* A copy of the current token's text. */
const char *sql_token_text(const struct sql_tokens *t);

#endif
