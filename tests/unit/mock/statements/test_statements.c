/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(mock_statements, .init = set_up, .fini = tear_down);

#define STATEMENTS "/api/2.0/sql/statements"
#define PAT        "Bearer " DESK_PAT

static const struct desk_reply *call(const char *method, const char *target, const char *body)
{
    return desk_send(d, &(struct desk_request){.method = method,
                                               .target = target,
                                               .authorization = PAT,
                                               .content_type = "application/json",
                                               .body = body});
}

#define SELECT_1   "{\"warehouse_id\":\"abc123\",\"statement\":\"SELECT 1\"}"
#define WITH(more) "{\"warehouse_id\":\"abc123\",\"statement\":\"SELECT 1\"," more "}"

static const char *state_of(const struct desk_reply *a)
{
    return json_get_string(json_get(a->json, "status"), "state", "");
}

/* The path of the statement in the last answer, with something after it. */
static const char *path_of(const struct desk_reply *a, const char *more)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), STATEMENTS "/%s%s",
                   json_get_string(a->json, "statement_id", "-"), more);
    return path;
}

static void load(const char *statements)
{
    char yaml[1024];
    (void)snprintf(yaml, sizeof(yaml),
                   "workspaces: [{host: ws.example.com, workspace_id: \"111\", warehouse_id: "
                   "abc123}]\n"
                   "principals: [{name: user@example.com, pat: " DESK_PAT "}]\n"
                   "statements: [%s]\n",
                   statements);
    desk_load(d, yaml);
}

Test(mock_statements, select_one_succeeds_with_manifest_and_rows)
{
    const struct desk_reply *a = call("POST", STATEMENTS "/", SELECT_1);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
    cr_expect_eq(strncmp(json_get_string(a->json, "statement_id", ""), "01ef", 4), 0);
    const struct json *manifest = json_get(a->json, "manifest");
    const struct json *schema = json_get(manifest, "schema");
    cr_expect_str_eq(json_get_string(manifest, "format", ""), "JSON_ARRAY");
    cr_expect_eq(json_get_int(schema, "column_count", 0), 1);
    const struct json *column = json_at(json_get(schema, "columns"), 0);
    cr_expect_str_eq(json_get_string(column, "type_name", ""), "INT");
    cr_expect_eq(json_get_int(column, "position", -1), 0);
    cr_expect_eq(json_get_int(manifest, "total_chunk_count", 0), 1);
    cr_expect_eq(json_get_int(manifest, "total_row_count", 0), 1);
    const struct json *row = json_at(json_get(json_get(a->json, "result"), "data_array"), 0);
    cr_expect_str_eq(json_string_or(json_at(row, 0), ""), "1", "values are strings");
}

Test(mock_statements, null_is_null_and_the_user_is_the_caller)
{
    const struct desk_reply *a =
        call("POST", STATEMENTS,
             "{\"warehouse_id\":\"abc123\",\"statement\":\"SELECT NULL, current_user()\"}");
    const struct json *row = json_at(json_get(json_get(a->json, "result"), "data_array"), 0);
    cr_expect_eq(json_type(json_at(row, 0)), JSON_NULL);
    cr_expect_str_eq(json_string_or(json_at(row, 1), ""), "user@example.com");
}

Test(mock_statements, what_cannot_be_read_fails_inside_a_200)
{
    const struct desk_reply *a =
        call("POST", STATEMENTS, "{\"warehouse_id\":\"abc123\",\"statement\":\"SELEC 1\"}");
    const struct json *status = json_get(a->json, "status");
    const struct json *error = json_get(status, "error");
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(state_of(a), "FAILED");
    cr_expect_str_eq(json_get_string(error, "error_code", ""), "BAD_REQUEST");
    cr_expect_eq(strncmp(json_get_string(error, "message", ""), "[PARSE_SYNTAX_ERROR]", 20), 0);
    cr_expect_str_eq(json_get_string(status, "sql_state", ""), "42601");
    cr_expect_null(json_get(a->json, "result"));
}

static const struct {
    const char *what, *body;
    int status;
    const char *code;
} requests[] = {
    {"no json", "{", 400, "MALFORMED_REQUEST"},
    {"an array", "[]", 400, "MALFORMED_REQUEST"},
    {"nothing", "", 400, "MALFORMED_REQUEST"},
    {"a number as statement", "{\"warehouse_id\":\"abc123\",\"statement\":1}", 400,
     "MALFORMED_REQUEST"},
    {"no statement", "{\"warehouse_id\":\"abc123\"}", 400, "INVALID_PARAMETER_VALUE"},
    {"a blank statement", "{\"warehouse_id\":\"abc123\",\"statement\":\" \"}", 400,
     "INVALID_PARAMETER_VALUE"},
    {"no warehouse", "{\"statement\":\"SELECT 1\"}", 400, "INVALID_PARAMETER_VALUE"},
    {"an unknown warehouse", "{\"warehouse_id\":\"x\",\"statement\":\"SELECT 1\"}", 404,
     "RESOURCE_DOES_NOT_EXIST"},
    {"another workspace's warehouse", "{\"warehouse_id\":\"def456\",\"statement\":\"SELECT 1\"}",
     404, "RESOURCE_DOES_NOT_EXIST"},
    {"1s", WITH("\"wait_timeout\":\"1s\""), 400, "INVALID_PARAMETER_VALUE"},
    {"4s", WITH("\"wait_timeout\":\"4s\""), 400, "INVALID_PARAMETER_VALUE"},
    {"5s", WITH("\"wait_timeout\":\"5s\""), 200, NULL},
    {"50s", WITH("\"wait_timeout\":\"50s\""), 200, NULL},
    {"51s", WITH("\"wait_timeout\":\"51s\""), 400, "INVALID_PARAMETER_VALUE"},
    {"0s", WITH("\"wait_timeout\":\"0s\""), 200, NULL},
    {"10", WITH("\"wait_timeout\":\"10\""), 400, "INVALID_PARAMETER_VALUE"},
    {"a number as timeout", WITH("\"wait_timeout\":10"), 400, "MALFORMED_REQUEST"},
    {"an unknown on_wait_timeout", WITH("\"on_wait_timeout\":\"STOP\""), 400,
     "INVALID_PARAMETER_VALUE"},
    {"arrow inline", WITH("\"format\":\"ARROW_STREAM\""), 400, "INVALID_PARAMETER_VALUE"},
    {"inline json spelled out", WITH("\"disposition\":\"INLINE\",\"format\":\"JSON_ARRAY\""), 200,
     NULL},
    {"csv inline", WITH("\"format\":\"CSV\""), 400, "INVALID_PARAMETER_VALUE"},
    {"external links", WITH("\"disposition\":\"EXTERNAL_LINKS\""), 200, NULL},
    {"csv by links", WITH("\"disposition\":\"EXTERNAL_LINKS\",\"format\":\"CSV\""), 200, NULL},
    {"arrow by links", WITH("\"disposition\":\"EXTERNAL_LINKS\",\"format\":\"ARROW_STREAM\""), 200,
     NULL},
    {"row_limit 0", WITH("\"row_limit\":0"), 400, "INVALID_PARAMETER_VALUE"},
    {"a text as row_limit", WITH("\"row_limit\":\"1\""), 400, "MALFORMED_REQUEST"},
    {"parameters that are no list", WITH("\"parameters\":{}"), 400, "MALFORMED_REQUEST"},
    {"a parameter without a name", WITH("\"parameters\":[{\"value\":\"1\"}]"), 400,
     "INVALID_PARAMETER_VALUE"},
    {"a parameter twice", WITH("\"parameters\":[{\"name\":\"a\"},{\"name\":\"a\"}]"), 400,
     "INVALID_PARAMETER_VALUE"},
    {"a parameter of an odd type", WITH("\"parameters\":[{\"name\":\"a\",\"type\":\"MAP\"}]"), 400,
     "INVALID_PARAMETER_VALUE"},
    {"an unknown session", WITH("\"session_id\":\"x\""), 404, "RESOURCE_DOES_NOT_EXIST"},
    {"an unknown format", WITH("\"format\":\"XML\""), 400, "INVALID_PARAMETER_VALUE"},
    {"unknown members", WITH("\"catalog\":\"main\",\"novelty\":{\"a\":[1]}"), 200, NULL},
};

Test(mock_statements, each_request_is_judged_by_the_reference)
{
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        const struct desk_reply *a = call("POST", STATEMENTS, requests[i].body);
        cr_expect_eq(a->reply.status, requests[i].status, "%s: %d", requests[i].what,
                     a->reply.status);
        if (requests[i].code != NULL) {
            cr_expect_str_eq(json_get_string(a->json, "error_code", ""), requests[i].code, "%s",
                             requests[i].what);
        }
    }
}

Test(mock_statements, without_waiting_it_is_pending_first)
{
    const struct desk_reply *a = call("POST", STATEMENTS, WITH("\"wait_timeout\":\"0s\""));
    cr_expect_str_eq(state_of(a), "PENDING", "DBX-SQL-4");
    cr_expect_null(json_get(a->json, "manifest"));
    a = call("GET", path_of(a, ""), NULL);
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
    cr_expect_not_null(json_get(a->json, "result"));
}

Test(mock_statements, a_scenario_can_keep_it_pending)
{
    load("{pending_polls: 3}");
    const struct desk_reply *a = call("POST", STATEMENTS, SELECT_1);
    cr_expect_str_eq(state_of(a), "PENDING");
    for (int i = 0; i < 2; i++) {
        a = call("GET", path_of(a, ""), NULL);
        cr_expect_str_eq(state_of(a), "PENDING");
    }
    a = call("GET", path_of(a, "/"), NULL);
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
}

Test(mock_statements, a_scenario_can_make_it_fail)
{
    load("{text: SELECT 1, state: FAILED, error_code: X, error_message: m, sql_state: \"42501\"}");
    const struct desk_reply *a = call("POST", STATEMENTS, SELECT_1);
    const struct json *status = json_get(a->json, "status");
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(state_of(a), "FAILED", "DBX-SQL-1");
    cr_expect_str_eq(json_get_string(json_get(status, "error"), "error_code", ""), "X");
    cr_expect_str_eq(json_get_string(json_get(status, "error"), "message", ""), "m");
    cr_expect_str_eq(json_get_string(status, "sql_state", ""), "42501");
}

Test(mock_statements, closed_has_succeeded_without_rows)
{
    load("{state: CLOSED}");
    const struct desk_reply *a = call("POST", STATEMENTS, SELECT_1);
    cr_expect_str_eq(state_of(a), "CLOSED", "DBX-SQL-2");
    cr_expect_null(json_get(a->json, "result"));
}

Test(mock_statements, a_rule_can_let_any_text_succeed)
{
    load("{text: OPTIMIZE t, state: SUCCEEDED}");
    const struct desk_reply *a =
        call("POST", STATEMENTS, "{\"warehouse_id\":\"abc123\",\"statement\":\"OPTIMIZE t\"}");
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
    const struct json *schema = json_get(json_get(a->json, "manifest"), "schema");
    cr_expect_eq(json_get_int(schema, "column_count", -1), 0);
    cr_expect_eq(json_count(json_get(a->json, "result")), 0);
}

Test(mock_statements, cancelling_ends_what_is_pending_and_nothing_else)
{
    const struct desk_reply *a = call("POST", STATEMENTS, WITH("\"wait_timeout\":\"0s\""));
    char get[256], cancel[256];
    (void)snprintf(get, sizeof(get), "%s", path_of(a, ""));
    (void)snprintf(cancel, sizeof(cancel), "%s", path_of(a, "/cancel"));
    a = call("POST", cancel, NULL);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_eq(json_count(a->json), 0);
    cr_expect_str_eq(state_of(call("GET", get, NULL)), "CANCELED");
    a = call("POST", STATEMENTS, SELECT_1);
    (void)snprintf(get, sizeof(get), "%s", path_of(a, ""));
    (void)call("POST", path_of(a, "/cancel"), NULL);
    cr_expect_str_eq(state_of(call("GET", get, NULL)), "SUCCEEDED");
}

Test(mock_statements, on_wait_timeout_cancel_cancels)
{
    load("{pending_polls: 3}");
    const struct desk_reply *a =
        call("POST", STATEMENTS, WITH("\"wait_timeout\":\"5s\",\"on_wait_timeout\":\"CANCEL\""));
    cr_expect_str_eq(state_of(a), "CANCELED");
    a = call("POST", STATEMENTS, WITH("\"wait_timeout\":\"0s\",\"on_wait_timeout\":\"CANCEL\""));
    cr_expect_str_eq(state_of(a), "PENDING", "on_wait_timeout is ignored without waiting");
}

Test(mock_statements, closing_drops_the_result)
{
    const struct desk_reply *a = call("POST", STATEMENTS, SELECT_1);
    char path[256];
    (void)snprintf(path, sizeof(path), "%s", path_of(a, ""));
    cr_expect_eq(call("DELETE", path, NULL)->reply.status, 200);
    a = call("GET", path, NULL);
    cr_expect_str_eq(state_of(a), "CLOSED");
    cr_expect_null(json_get(a->json, "result"));
}

Test(mock_statements, unknown_and_foreign_statements_are_not_found)
{
    cr_expect_eq(
        call("GET", STATEMENTS "/01ef0000-0000-4000-8000-000000000000", NULL)->reply.status, 404);
    const struct desk_reply *a = call("POST", STATEMENTS, SELECT_1);
    const struct mock_mint robot = {.kind = "access-token", .principal = "robot"};
    char path[256];
    (void)snprintf(path, sizeof(path), "%s", path_of(a, ""));
    a = desk_send(d,
                  &(struct desk_request){.target = path, .authorization = desk_bearer(d, &robot)});
    cr_expect_eq(a->reply.status, 404);
    cr_expect_str_eq(json_get_string(a->json, "error_code", ""), "NOT_FOUND");
}

Test(mock_statements, a_token_without_the_scope_is_refused)
{
    const char *scope = "openid";
    const struct mock_mint narrow = {
        .kind = "access-token", .principal = "robot", .scopes = {.items = &scope, .count = 1}};
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.method = "POST",
                                            .target = STATEMENTS,
                                            .authorization = desk_bearer(d, &narrow),
                                            .body = SELECT_1});
    cr_expect_eq(a->reply.status, 403);
    cr_expect_not_null(strstr(a->body, "does not have required scopes: sql"));
}
