/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_VALUE_H
#define MOCK_QUERY_SQL_VALUE_H

/* Types and values of results: which types there are, how a value of each is written as text, and
 * what CAST makes of a text (Databricks SQL language reference, data types and cast). Values are
 * text, as the Statement Execution API has them; NULL is NULL. Pure; texts live in the arena. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Spark's name, the API's type_name, whether numbers are of it, the size the service counts for a
 * value (0 = its length). */
#define SQL_TYPE_TABLE(X)                          \
    X(SQL_VOID, "VOID", "NULL", false, 1)          \
    X(SQL_BOOLEAN, "BOOLEAN", "BOOLEAN", true, 1)  \
    X(SQL_BYTE, "TINYINT", "BYTE", true, 1)        \
    X(SQL_SHORT, "SMALLINT", "SHORT", true, 2)     \
    X(SQL_INT, "INT", "INT", true, 4)              \
    X(SQL_LONG, "BIGINT", "LONG", true, 8)         \
    X(SQL_FLOAT, "FLOAT", "FLOAT", true, 4)        \
    X(SQL_DOUBLE, "DOUBLE", "DOUBLE", true, 8)     \
    X(SQL_DECIMAL, "DECIMAL", "DECIMAL", true, 16) \
    X(SQL_STRING, "STRING", "STRING", true, 0)     \
    X(SQL_DATE, "DATE", "DATE", false, 4)          \
    X(SQL_TIMESTAMP, "TIMESTAMP", "TIMESTAMP", false, 8)
#define SQL_TYPE_ENUM(name, text, api, number, bytes) name,
enum sql_kind { SQL_TYPE_TABLE(SQL_TYPE_ENUM) SQL_KIND_COUNT };
#undef SQL_TYPE_ENUM

struct sql_type {
    enum sql_kind kind;
    int precision, scale; /* of DECIMAL */
};

const char *sql_type_name(struct sql_type t);                  /* "LONG" */
const char *sql_type_text(struct arena *a, struct sql_type t); /* "BIGINT", "DECIMAL(10,2)" */
int64_t sql_type_bytes(struct sql_type t);                     /* 0 = the value's length */
bool sql_type_takes_numbers(struct sql_type t);
bool sql_type_is_whole(struct sql_type t); /* TINYINT to BIGINT */
/* "INT", "integer", "DECIMAL(10,2)" ...; false = no type of these. */
bool sql_type_read(struct str text, struct sql_type *ret);

/* value as that type; NULL stays NULL. Fails in the service's words, [CAST_INVALID_INPUT] SQLSTATE
 * 22018. */
int sql_cast(struct arena *a, const char *value, struct sql_type to, const char **ret,
             struct err *err) NODISCARD;
/* A whole number as text of that type; out has room for 64 bytes. */
const char *sql_number_text(int64_t number, struct sql_type t, char out[64]);
/* Its decimal digits, without a NUL; how many characters. At most 20. */
size_t sql_number_digits(int64_t number, char *out);
/* A TIMESTAMP as Spark casts it to a string: "2020-01-31 12:00:00.5", in UTC. */
struct str sql_timestamp_text(const char *value, char out[64]);
/* Whether a whole number has a place in that type. */
bool sql_number_fits(int64_t number, struct sql_type t);

#endif
