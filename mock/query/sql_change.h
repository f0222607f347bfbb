/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_SQL_CHANGE_H
#define MOCK_QUERY_SQL_CHANGE_H

/* Reads the statements that change a session or the catalog:
 *
 *     USE [CATALOG | SCHEMA | DATABASE] name     SET [key [= value]]
 *     CREATE SCHEMA | DATABASE [IF NOT EXISTS] name [COMMENT 'text']
 *     DROP SCHEMA | DATABASE [IF EXISTS] name [RESTRICT | CASCADE]
 *     CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(column type [NOT NULL] [COMMENT 'text'],
 * ...)] [USING DELTA] [COMMENT 'text'] [TBLPROPERTIES (...)] [AS SELECT ...] CREATE [OR REPLACE]
 * VIEW [IF NOT EXISTS] name [COMMENT 'text'] [TBLPROPERTIES (...)] AS SELECT ... DROP TABLE | VIEW
 * [IF EXISTS] name
 *
 * (Databricks SQL language reference.) What SELECT may be is told in sql_read.h. */

#include "base/core/attrs.h"
#include "base/core/err.h"

struct sql_query;
struct sql_reader;

/* The statement that begins with the current token; leaves the token after it current. */
int sql_change_read(struct sql_reader *r, struct sql_query *q, struct err *err) NODISCARD;

#endif
