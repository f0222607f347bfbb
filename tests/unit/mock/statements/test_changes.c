/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/desk.h"

#include "base/core/buf.h"

#include <criterion/criterion.h>

#include <stdio.h>

/* Statements that change the catalog or the session, one after the other in one session, and what
 * is read afterwards. */

static struct desk *d;
static char session[64];

#define PAT "Bearer " DESK_PAT

static const struct desk_reply *call(const char *method, const char *target, const char *body)
{
    return desk_send(d, &(struct desk_request){.method = method,
                                               .target = target,
                                               .authorization = PAT,
                                               .content_type = "application/json",
                                               .body = body});
}

static void set_up(void)
{
    d = desk_new();
    desk_load(d, "workspaces: [{host: ws.example.com, workspace_id: \"111\", warehouse_id: abc123, "
                 "tables: [main.default.given, main.other.far]}]\n"
                 "principals: [{name: user@example.com, pat: " DESK_PAT "}]\n"
                 "statements: [{text: 'CREATE TABLE refused AS SELECT 1', state: FAILED}]\n");
    const struct desk_reply *a =
        call("POST", "/api/2.0/sql/sessions/", "{\"warehouse_id\":\"abc123\"}");
    (void)snprintf(session, sizeof(session), "%s", json_get_string(a->json, "session_id", ""));
    cr_assert_neq(session[0], '\0', "%d %s", a->reply.status, a->body);
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(mock_changes, .init = set_up, .fini = tear_down);

/* The rows as JSON, "" without a result set; or the message of a failure. */
static const char *sql(const char *text)
{
    static char said[4096];
    AUTO_BUF struct buf body = {0};
    AUTO_JSON struct json *o = json_object();
    json_set_string(o, "warehouse_id", "abc123");
    json_set_string(o, "session_id", session);
    json_set_string(o, "statement", text);
    json_write(&body, o);
    const struct desk_reply *a = call("POST", "/api/2.0/sql/statements/", buf_z(&body));
    const struct json *status = json_get(a->json, "status");
    const struct json *rows = json_get(json_get(a->json, "result"), "data_array");
    if (strcmp(json_get_string(status, "state", ""), "SUCCEEDED") != 0) {
        (void)snprintf(said, sizeof(said), "%s",
                       json_get_string(json_get(status, "error"), "message", a->body));
        return said;
    }
    buf_reset(&body);
    if (rows != NULL) {
        json_write(&body, rows);
    } else if (json_count(json_get(json_get(json_get(a->json, "manifest"), "schema"), "columns"))) {
        buf_add_z(&body, "[]");
    }
    (void)snprintf(said, sizeof(said), "%s", buf_z(&body));
    return said;
}

struct step {
    const char *text;
    const char *said; /* "~..." = has that in it */
};

static void walk(const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *said = sql(steps[i].text);
        if (steps[i].said[0] == '~') {
            cr_expect_not_null(strstr(said, steps[i].said + 1), "%s: %s", steps[i].text, said);
        } else {
            cr_expect_str_eq(said, steps[i].said, "%s: %s", steps[i].text, said);
        }
    }
}
#define WALK(...)                                       \
    do {                                                \
        static const struct step steps[] = __VA_ARGS__; \
        walk(steps, ARRAY_LEN(steps));                  \
    } while (0)

Test(mock_changes, a_table_keeps_the_rows_it_was_made_with)
{
    WALK({
        {"CREATE TABLE t USING delta COMMENT 'c' TBLPROPERTIES ('a' = 'b(') AS SELECT id, 'x' AS x "
         "FROM range(4, 10, 2)",
         ""},
        {"SELECT * FROM main.default.t", "[[\"4\",\"x\"],[\"6\",\"x\"],[\"8\",\"x\"]]"},
        {"SELECT x, concat('n', id) FROM t LIMIT 1", "[[\"x\",\"n4\"]]"},
        {"CREATE TABLE T AS SELECT 1", "~[TABLE_OR_VIEW_ALREADY_EXISTS]"},
        {"CREATE TABLE IF NOT EXISTS t AS SELECT 1", ""},
        {"CREATE OR REPLACE TABLE t AS SELECT id FROM t WHERE id > 4", ""},
        {"SELECT id FROM t", "[[\"6\"],[\"8\"]]"},
        {"DESCRIBE t", "[[\"id\",\"bigint\",null]]"},
        {"CREATE TABLE u AS SELECT CAST(id AS STRING) AS s, id FROM t LIMIT 1", ""},
        {"SELECT s, id FROM u", "[[\"6\",\"6\"]]"},
        {"SHOW TABLES LIKE 'U*'", "[[\"default\",\"u\",\"false\"]]"},
        {"DROP TABLE u", ""},
        {"SELECT s FROM u", "~[TABLE_OR_VIEW_NOT_FOUND]"},
        {"DROP TABLE u", "~[TABLE_OR_VIEW_NOT_FOUND]"},
        {"DROP TABLE IF EXISTS u", ""},
        {"CREATE TABLE e (a INT NOT NULL COMMENT 'it', b DECIMAL(4, 2), `c d` string)", ""},
        {"SELECT * FROM e", "[]"},
        {"DESCRIBE e", "~[\"b\",\"decimal(4,2)\",null]"},
        {"CREATE TABLE nowhere.t AS SELECT 1", "~[SCHEMA_NOT_FOUND]"},
        {"CREATE TABLE refused AS SELECT 1", "The statement failed."},
        {"SELECT * FROM refused", "~[TABLE_OR_VIEW_NOT_FOUND]"},
    });
}

Test(mock_changes, what_was_read_of_a_table_outlives_it)
{
    WALK({{"CREATE TABLE t AS SELECT 'kept' AS k, lower('A') AS l", ""}});
    const struct desk_reply *a = call(
        "POST", "/api/2.0/sql/statements/",
        "{\"warehouse_id\":\"abc123\",\"statement\":\"SELECT * FROM t\",\"wait_timeout\":\"0s\"}");
    char path[128];
    (void)snprintf(path, sizeof(path), "/api/2.0/sql/statements/%s",
                   json_get_string(a->json, "statement_id", ""));
    WALK({{"DROP TABLE t", ""}});
    a = call("GET", path, NULL);
    cr_expect_not_null(strstr(a->body, "[[\"kept\",\"a\"]]"), "%s", a->body);
}

Test(mock_changes, a_view_is_read_where_it_was_made)
{
    WALK({
        {"CREATE TABLE t AS SELECT id FROM range(3)", ""},
        {"CREATE OR REPLACE VIEW v COMMENT 'c' AS ( SELECT id FROM t LIMIT 2 )", ""},
        {"USE other", ""},
        {"SELECT current_schema()", "[[\"other\"]]"},
        {"SELECT * FROM main.default.v", "[[\"0\"],[\"1\"]]"},
        {"SELECT * FROM t", "~[TABLE_OR_VIEW_NOT_FOUND]"},
        {"USE SCHEMA main.default", ""},
        {"CREATE OR REPLACE TABLE t AS SELECT 7 AS id", ""},
        {"(SELECT id FROM v) LIMIT 5", "[[\"7\"]]"},
        {"SHOW VIEWS", "[[\"default\",\"v\",\"false\",\"false\"]]"},
        {"SELECT view_definition FROM main.information_schema.views",
         "[[\"( SELECT id FROM t LIMIT 2 )\"]]"},
        {"DESCRIBE EXTENDED v", "~[\"Type\",\"VIEW\",\"\"]"},
        {"DROP TABLE v", "~[WRONG_COMMAND_FOR_OBJECT_TYPE]"},
        {"CREATE OR REPLACE VIEW v AS SELECT * FROM v", ""},
        {"SELECT * FROM v", "~[VIEW_EXCEED_MAX_NESTED_DEPTH]"},
        {"DROP VIEW v", ""},
        {"CREATE VIEW w AS SELECT nothing FROM t", "~[UNRESOLVED_COLUMN"},
        {"CREATE VIEW w AS SELECT 1 FROM", "~[PARSE_SYNTAX_ERROR]"},
    });
}

Test(mock_changes, schemas_come_and_go)
{
    WALK({
        {"CREATE SCHEMA IF NOT EXISTS main.fresh COMMENT 'c'", ""},
        {"CREATE SCHEMA main.fresh", "~[SCHEMA_ALREADY_EXISTS]"},
        {"CREATE SCHEMA nowhere.fresh", "~[NO_SUCH_CATALOG_EXCEPTION]"},
        {"CREATE SCHEMA main.a.b", "~[REQUIRES_SINGLE_PART_NAMESPACE]"},
        {"SHOW SCHEMAS IN `main` LIKE 'fre*'", "[[\"fresh\"]]"},
        {"SHOW SCHEMAS IN `main` LIKE 'fres_'", "[]"},
        {"CREATE TABLE main.fresh.t AS SELECT 1", ""},
        {"DROP SCHEMA main.fresh", "~[SCHEMA_NOT_EMPTY]"},
        {"DROP SCHEMA main.fresh CASCADE", ""},
        {"SELECT * FROM main.fresh.t", "~[TABLE_OR_VIEW_NOT_FOUND]"},
        {"DROP SCHEMA main.fresh", "~[SCHEMA_NOT_FOUND]"},
        {"DROP DATABASE IF EXISTS main.fresh RESTRICT", ""},
        {"USE CATALOG nowhere", "~[NO_SUCH_CATALOG_EXCEPTION]"},
        {"USE nowhere", "~[SCHEMA_NOT_FOUND]"},
    });
}

Test(mock_changes, what_is_set_stays_in_the_session)
{
    WALK({
        {"SET spark.sql.ansi.enabled", "[[\"spark.sql.ansi.enabled\",\"<undefined>\"]]"},
        {"SET spark.sql.ansi.enabled = true", "[[\"spark.sql.ansi.enabled\",\"true\"]]"},
        {"SET TIMEZONE = 'Europe/Paris';", "[[\"TIMEZONE\",\"Europe/Paris\"]]"},
        {"SET spark.sql.ansi.enabled", "[[\"spark.sql.ansi.enabled\",\"true\"]]"},
        {"SET", "[[\"spark.sql.ansi.enabled\",\"true\"],[\"TIMEZONE\",\"Europe/Paris\"]]"},
        {"SET a =", "~[PARSE_SYNTAX_ERROR]"},
        {"SET = b", "~[PARSE_SYNTAX_ERROR]"},
    });
}

/* As dbt asks which relations there are (dbt-databricks, macros/adapters/metadata.sql). */
Test(mock_changes, the_information_schema_is_asked_as_dbt_does)
{
    WALK({
        {"CREATE VIEW v AS SELECT 1 AS one", ""},
        {"SELECT table_name, if(table_type IN ('EXTERNAL', 'MANAGED'), 'table', lower(table_type)) "
         "AS table_type, lower(data_source_format) AS file_format, if(table_type IN ('MANAGED'), "
         "lower(table_type), NULL) AS kind FROM `system`.`information_schema`.`tables` WHERE "
         "table_catalog = 'main' AND table_schema = 'default'",
         "[[\"given\",\"table\",\"delta\",\"managed\"],[\"v\",\"view\",null,null]]"},
        {"SELECT column_name, ordinal_position FROM main.information_schema.columns WHERE "
         "table_name = 'given' AND (ordinal_position >= 2 OR ordinal_position < 1)",
         "[[\"name\",\"2\"]]"},
        {"SELECT tag_name FROM system.information_schema.table_tags", "[]"},
        {"SELECT schema_name FROM information_schema.schemata WHERE schema_name <> 'default'",
         "[[\"other\"]]"},
        {"SELECT 1 FROM main.information_schema.nothing", "~[TABLE_OR_VIEW_NOT_FOUND]"},
        {"SELECT nothing FROM main.information_schema.tables", "~[UNRESOLVED_COLUMN"},
        {"SELECT 1 FROM main.information_schema.tables WHERE nothing = 1", "~[UNRESOLVED_COLUMN"},
    });
}

Test(mock_changes, null_is_neither_true_nor_false)
{
    WALK({
        {"CREATE TABLE n AS SELECT NULL AS n, id FROM range(2)", ""},
        {"SELECT id FROM n WHERE n = 1", "[]"},
        {"SELECT id FROM n WHERE NOT n = 1", "[]"},
        {"SELECT id FROM n WHERE n IN (1, 2)", "[]"},
        {"SELECT id FROM n WHERE n NOT IN (1, 2)", "[]"},
        {"SELECT id FROM n WHERE id NOT IN (1, n)", "[]"},
        {"SELECT id FROM n WHERE id IN (1, n)", "[[\"1\"]]"},
        {"SELECT id FROM n WHERE n IS NULL AND id IS NOT NULL AND id != 0", "[[\"1\"]]"},
        {"SELECT id FROM n WHERE n = 1 OR id <= 0", "[[\"0\"]]"},
        {"SELECT coalesce(n, upper('a'), 'b') c, if(n = 1, 'y', 'z') z FROM n LIMIT 1",
         "[[\"A\",\"z\"]]"},
        {"SELECT id FROM n WHERE id", "[]"},
        {"SELECT id FROM range(100000000) WHERE id = 1", "~at most"},
        {"SELECT id FROM n WHERE lower(", "~[PARSE_SYNTAX_ERROR]"},
        {"SELECT id FROM n WHERE if(1, 2)", "~[PARSE_SYNTAX_ERROR]"},
        {"SELECT id FROM n WHERE ((((((((((((((((id = 1))))))))))))))))", "~[PARSE_SYNTAX_ERROR]"},
    });
}
