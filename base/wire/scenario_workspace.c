/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_workspace.h"

#include "base/text/cidr.h"
#include "base/wire/scenario_priv.h"

#define MAX_PAGE           1000
#define MAX_LINK_MS        ((int64_t)15 * 60 * 1000)
#define MAX_INLINE_BYTES   ((int64_t)25 * 1024 * 1024)
#define MAX_ATTACHED_BYTES ((int64_t)5 * 1024 * 1024)

enum { SECRET_MIN_BYTES = 8, SECRET_NAME_MAX = 128, SECRET_VALUE_MAX = 128 * 1024 };

static const char *const unknown_token_names[] = {"403", "401"};
static const char *const direct_names[] = {"complete", "status-only", "none"};
static const char *const results_names[] = {"as-asked", "arrow", "columns"};
static const char *const warehouse_state_names[] = {"RUNNING", "STOPPED"};

static int door_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                         struct err *err)
{
    const struct scenario_door *d = decoded;
    for (size_t i = 0; i < d->allowed_sources.count; i++) {
        if (!cidr_is_valid(str_of(d->allowed_sources.items[i]))) {
            return scenario_complain(doc, scenario_element(node, "allowed_sources", i), err,
                                     "this is neither an address nor a range of addresses",
                                     "write it as 192.0.2.7 or 10.0.0.0/8");
        }
    }
    return 0;
}

static const struct shape_field door_fields[] = {
    {.key = "assigned",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_door, assigned),
     .doc = "Names of the principals who are assigned to the workspace; empty: all of them."},
    {.key = "admins",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_door, admins),
     .doc = "Names of the principals who administer the workspace.",
     .example = "[user@example.com]"},
    {.key = "allowed_sources",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_door, allowed_sources),
     .doc = "The addresses and ranges of addresses that its IP access list lets in; empty: any.",
     .example = "[127.0.0.0/8]"},
    {.key = "blocked",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_door, blocked),
     .doc = "Refuse every request because of the address it comes from."},
    {.key = "request_ids",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_door, request_ids),
     .doc = "Append the request's id to the gateway's messages, as newer builds of it do."},
    {.key = "unknown_token",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_door, unknown_token),
     .dflt = "\"403\"",
     .names = {unknown_token_names, ARRAY_LEN(unknown_token_names)},
     .doc = "The status for a token that was never issued: the service was seen to answer both."},
};
const struct shape scenario_door_shape = {
    .name = "door",
    .doc = "Who may come into a workspace, from where, and how others are told.",
    .size = sizeof(struct scenario_door),
    .fields = door_fields,
    .field_count = ARRAY_LEN(door_fields),
    .validate = door_validate,
};

const char *scenario_column_type(const char *text)
{
    static const struct {
        const char *sql, *api;
    } types[] = {{"boolean", "BOOLEAN"}, {"tinyint", "BYTE"},       {"smallint", "SHORT"},
                 {"int", "INT"},         {"bigint", "LONG"},        {"float", "FLOAT"},
                 {"double", "DOUBLE"},   {"decimal", "DECIMAL"},    {"string", "STRING"},
                 {"date", "DATE"},       {"timestamp", "TIMESTAMP"}};
    size_t len = strcspn(text, "(");
    if (text[len] == '(' && (!str_starts(str_of(text), STR("decimal(")) ||
                             text[len + 1 + strspn(text + len + 1, "0123456789,")] != ')')) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_eq_z(str_n(text, len), types[i].sql)) {
            return types[i].api;
        }
    }
    return NULL;
}

static int catalog_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                            struct err *err)
{
    const struct scenario_catalog *c = decoded;
    for (size_t i = 0; i < c->denied_tables.count; i++) {
        if (!text_is_table_name(c->denied_tables.items[i])) {
            return scenario_complain(doc, scenario_element(node, "denied_tables", i), err,
                                     "a table's full name has three parts",
                                     "write it as catalog.schema.table");
        }
    }
    for (size_t i = 0; i < c->columns.count; i++) {
        const char *type = strchr(c->columns.items[i], ' ');
        if (type == NULL || type == c->columns.items[i] || scenario_column_type(type + 1) == NULL) {
            return scenario_complain(doc, scenario_element(node, "columns", i), err,
                                     "this is not a name and a type",
                                     "write it as \"price decimal(10,2)\", the type in lower case");
        }
    }
    return 0;
}

static const struct shape_field catalog_fields[] = {
    {.key = "page_size",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_catalog, page_size),
     .max = MAX_PAGE,
     .doc = "The most that a page of a list holds; 0: 100."},
    {.key = "empty_pages",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_catalog, empty_pages),
     .doc = "Let every other page be empty and still have a next_page_token, which the service is "
            "documented to do."},
    {.key = "denied_tables",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_catalog, denied_tables),
     .doc = "Full names of tables that exist and that nobody may read."},
    {.key = "columns",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_catalog, columns),
     .doc = "The columns of all tables, each as \"name type\"; empty: id bigint, name string.",
     .example = "[\"id bigint\", \"price decimal(10,2)\", \"day date\"]"},
};
const struct shape scenario_catalog_shape = {
    .name = "catalog",
    .doc = "How Unity Catalog answers.",
    .size = sizeof(struct scenario_catalog),
    .fields = catalog_fields,
    .field_count = ARRAY_LEN(catalog_fields),
    .validate = catalog_validate,
};

static const struct shape_field thrift_fields[] = {
    {.key = "protocol_version",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_thrift, protocol_version),
     .max = 9,
     .doc = "The newest SPARK_CLI_SERVICE_PROTOCOL that the server speaks, 1 to 9; 0: 8."},
    {.key = "direct_results",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_thrift, direct_results),
     .dflt = "complete",
     .names = {direct_names, ARRAY_LEN(direct_names)},
     .doc = "What the answer to ExecuteStatement has with it for drivers that ask: state, columns "
            "and first rows, only the state, or nothing."},
    {.key = "results",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_thrift, results),
     .dflt = "as-asked",
     .names = {results_names, ARRAY_LEN(results_names)},
     .doc = "The form of rows: as-asked: links to files when a result is larger than "
            "attachment_limit, and Arrow batches, for drivers that can read them; arrow: no links; "
            "columns: neither."},
    {.key = "session_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_thrift, session_lifetime_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "A session that was not used for so long has ended: INVALID_HANDLE; 0: never."},
};
const struct shape scenario_thrift_shape = {
    .name = "thrift",
    .doc = "How SQL drivers are answered that speak Thrift.",
    .size = sizeof(struct scenario_thrift),
    .fields = thrift_fields,
    .field_count = ARRAY_LEN(thrift_fields),
};

static const struct shape_field sql_fields[] = {
    {.key = "warehouse_state",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_sql, warehouse_state),
     .dflt = "RUNNING",
     .names = {warehouse_state_names, ARRAY_LEN(warehouse_state_names)},
     .doc = "What the warehouse does at first; a statement starts one that is stopped."},
    {.key = "warehouse_start_time",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_sql, warehouse_start_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "How long it takes to start or stop, by the mock's clock."},
    {.key = "chunk_rows",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_sql, chunk_rows),
     .max = 1000000,
     .doc = "How many rows a chunk of a result has; 0: 1000."},
    {.key = "link_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_sql, link_lifetime_ms),
     .max = MAX_LINK_MS,
     .doc = "How long a presigned URL can be used; 0 and at most: 15 minutes."},
    {.key = "inline_limit",
     .type = SHAPE_SIZE_BYTES,
     .offset = offsetof(struct scenario_sql, inline_limit_bytes),
     .max = MAX_INLINE_BYTES,
     .doc = "The largest result with the disposition INLINE; 0 and at most: 25 MiB."},
    {.key = "attachment_limit",
     .type = SHAPE_SIZE_BYTES,
     .offset = offsetof(struct scenario_sql, attachment_limit_bytes),
     .max = MAX_ATTACHED_BYTES,
     .doc = "The largest Arrow result that INLINE_OR_EXTERNAL_LINKS attaches instead of linking; 0 "
            "and at most: 5 MiB."},
    {.key = "storage_host",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_sql, storage_host),
     .doc = "The host name in presigned URLs, which has to lead to this mock; absent: the one that "
            "the request was sent to.",
     .example = "storage.example.com"},
    {.key = "thrift",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_sql, thrift),
     .dflt = "{}",
     .shape = &scenario_thrift_shape,
     .doc = "How SQL drivers are answered that speak Thrift."},
};
const struct shape scenario_sql_shape = {
    .name = "sql",
    .doc = "How the SQL warehouse and its results behave.",
    .size = sizeof(struct scenario_sql),
    .fields = sql_fields,
    .field_count = ARRAY_LEN(sql_fields),
};

static int workspace_secret_validate(const struct json_doc *doc, const struct json *node,
                                     void *decoded, struct err *err)
{
    const struct scenario_secret *s = decoded;
    if (strlen(s->value) >= SECRET_MIN_BYTES) {
        return 0;
    }
    return scenario_complain(doc, scenario_member(node, "value"), err,
                             "a secret has at least 8 characters",
                             "shorter ones cannot be told from other text in the journal");
}

static const struct shape_field secret_fields[] = {
    {.key = "scope",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = SECRET_NAME_MAX,
     .offset = offsetof(struct scenario_secret, scope),
     .doc = "The name of its scope.",
     .example = "connector"},
    {.key = "key",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = SECRET_NAME_MAX,
     .offset = offsetof(struct scenario_secret, key),
     .doc = "Its name in the scope.",
     .example = "api-key"},
    {.key = "value",
     .type = SHAPE_STRING,
     .is_secret = true,
     .required = true,
     .min = 1,
     .max = SECRET_VALUE_MAX,
     .offset = offsetof(struct scenario_secret, value),
     .doc = "Its value, as a user wrote it; the API answers it in base64."},
};
const struct shape scenario_secret_shape = {
    .name = "workspace_secret",
    .doc = "A secret in a scope of the workspace.",
    .size = sizeof(struct scenario_secret),
    .fields = secret_fields,
    .field_count = ARRAY_LEN(secret_fields),
    .validate = workspace_secret_validate,
};

static const struct shape_field tokens_fields[] = {
    {.key = "disabled",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_tokens, disabled),
     .doc = "Nobody may make or use personal access tokens."},
    {.key = "on_behalf_of_disabled",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_tokens, on_behalf_of_disabled),
     .doc = "Admins cannot make tokens for service principals."},
    {.key = "quota",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_tokens, quota),
     .max = 600,
     .doc = "So many tokens may a principal have in the workspace; 0: 600."},
    {.key = "max_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_tokens, max_lifetime_ms),
     .max = 730 * SCENARIO_DAY_MS,
     .doc = "The longest life of a token; 0 and at most: 730 days."},
};
const struct shape scenario_tokens_shape = {
    .name = "tokens",
    .doc = "Which personal access tokens may be made.",
    .size = sizeof(struct scenario_tokens),
    .fields = tokens_fields,
    .field_count = ARRAY_LEN(tokens_fields),
};
