/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"

#include "base/core/map.h"
#include "base/text/number.h"
#include "base/text/suggest.h"
#include "base/wire/scenario_priv.h"

/* What a Databricks id looks like is checked here once, so that a typing error in a scenario does
 * not surface as a connector's failure. */

static const char hex_digits[] = "0123456789abcdefABCDEF";
static const char host_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
static const char id_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static const char *const cloud_names[] = {"AWS", "Azure", "GCP"};
static const char *const statement_states[] = {"SUCCEEDED", "FAILED", "CANCELED", "CLOSED"};

/* Some answers carry it as a JSON number, which is exact up to here. */
#define WORKSPACE_ID_MAX (((int64_t)1 << 53) - 1)

enum { UUID_CHARS = 36, TABLE_NAME_PARTS = 3 };

bool text_consists_of(const char *text, const char *chars)
{
    return text[0] != '\0' && text[strspn(text, chars)] == '\0';
}

bool text_is_uuid(const char *text)
{
    if (strlen(text) != UUID_CHARS) {
        return false;
    }
    for (int i = 0; i < UUID_CHARS; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : strchr(hex_digits, text[i]) == NULL) {
            return false;
        }
    }
    return true;
}

bool text_is_table_name(const char *text)
{
    struct str rest = str_of(text), part;
    size_t parts = 0;
    while (str_split(&rest, '.', &part)) {
        if (part.len == 0 || memchr(part.ptr, ' ', part.len) != NULL) {
            return false;
        }
        parts++;
    }
    return parts == TABLE_NAME_PARTS;
}

/* scope-token of RFC 6749 section 3.3. */
bool text_is_scope(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p == '"' || *p == '\\' || *p > '~') {
            return false;
        }
    }
    return text[0] != '\0';
}

bool text_is_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The node of list[index].key, where a complaint about it points. */
const struct json *scenario_member(const struct json *node, const char *key)
{
    const struct json *m = json_get(node, key);
    return m != NULL ? m : node;
}

const struct json *scenario_element(const struct json *node, const char *key, size_t index)
{
    const struct json *list = scenario_member(node, key);
    const struct json *e = json_at(list, index);
    return e != NULL ? e : list;
}

int scenario_complain(const struct json_doc *doc, const struct json *node, struct err *err,
                      const char *what, const char *hint)
{
    (void)json_err(doc, node, err, "%s", what);
    err_hint(err, "%s", hint);
    return -1;
}

static int workspace_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err)
{
    const struct scenario_workspace *w = decoded;
    if (strcmp(w->host, "*") != 0 && !text_consists_of(w->host, host_chars)) {
        return scenario_complain(
            doc, scenario_member(node, "host"), err, "this is not a host name",
            "write it in lower case, without scheme, port and path; \"*\" is any host");
    }
    struct err bad = {0};
    int64_t number;
    if (parse_int64(str_of(w->workspace_id), 1, WORKSPACE_ID_MAX, &number, &bad) < 0) {
        return scenario_complain(doc, scenario_member(node, "workspace_id"), err,
                                 "a workspace id is a decimal number below 2^53",
                                 "write it as a string of digits, such as \"900800700600\"");
    }
    if (!text_is_uuid(w->account_id)) {
        return scenario_complain(doc, scenario_member(node, "account_id"), err,
                                 "an account id is a UUID",
                                 "write it as 8-4-4-4-12 hexadecimal digits");
    }
    if (!text_is_one_of(w->cloud, cloud_names, ARRAY_LEN(cloud_names))) {
        (void)json_err(doc, scenario_member(node, "cloud"), err, "unknown cloud '%s'", w->cloud);
        suggest_hint(err, str_of(w->cloud), cloud_names, ARRAY_LEN(cloud_names));
        return -1;
    }
    if (!text_consists_of(w->warehouse_id, id_chars)) {
        return scenario_complain(doc, scenario_member(node, "warehouse_id"), err,
                                 "a warehouse id consists of letters and digits",
                                 "it is the last part of the HTTP path /sql/1.0/warehouses/ID");
    }
    if (w->resource_id != NULL && strncmp(w->resource_id, "/subscriptions/", 15) != 0) {
        return scenario_complain(doc, scenario_member(node, "resource_id"), err,
                                 "a resource id begins with /subscriptions/",
                                 "leave it out to have one made");
    }
    for (size_t i = 0; i < w->tables.count; i++) {
        if (!text_is_table_name(w->tables.items[i])) {
            return scenario_complain(doc, scenario_element(node, "tables", i), err,
                                     "a table's full name has three parts",
                                     "write it as catalog.schema.table");
        }
    }
    return 0;
}

static int statement_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err)
{
    const struct scenario_statement *s = decoded;
    if (!text_is_one_of(s->state, statement_states, ARRAY_LEN(statement_states))) {
        (void)json_err(doc, scenario_member(node, "state"), err, "unknown statement state '%s'",
                       s->state);
        suggest_hint(err, str_of(s->state), statement_states, ARRAY_LEN(statement_states));
        return -1;
    }
    bool failed = strcmp(s->state, "FAILED") == 0;
    const char *const keys[] = {"error_code", "error_message", "sql_state"};
    for (size_t i = 0; i < ARRAY_LEN(keys) && !failed; i++) {
        const struct json *given = json_get(node, keys[i]);
        if (given != NULL) {
            return scenario_complain(doc, given, err, "only a statement that fails has an error",
                                     "add state: FAILED");
        }
    }
    return 0;
}

/* Remembers values and finds the one that occurs twice. */
static int once(const struct json_doc *doc, const struct json *node, struct map *seen,
                const char *value, struct err *err)
{
    if (value == NULL) {
        return 0;
    }
    if (map_put(seen, str_of(value), seen) != NULL) {
        return json_err(doc, node, err, "this was given before, and it has to be unique");
    }
    return 0;
}

static int workspaces_validate(const struct json_doc *doc, const struct json *node,
                               const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map hosts = {0}, ids = {0};
    if (s->workspaces.count == 0) {
        return scenario_complain(doc, scenario_member(node, "workspaces"), err,
                                 "there is no workspace", "add workspaces: [{host: \"*\"}]");
    }
    for (size_t i = 0; i < s->workspaces.count; i++) {
        const struct scenario_workspace *w =
            SHAPE_LIST_AT(struct scenario_workspace, s->workspaces, i);
        const struct json *at = scenario_element(node, "workspaces", i);
        if (once(doc, scenario_member(at, "host"), &hosts, w->host, err) < 0 ||
            once(doc, scenario_member(at, "workspace_id"), &ids, w->workspace_id, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int principals_validate(const struct json_doc *doc, const struct json *node,
                               const struct scenario *s, struct err *err)
{
    AUTO_MAP struct map names = {0}, values = {0};
    for (size_t i = 0; i < s->principals.count; i++) {
        const struct scenario_principal *p =
            SHAPE_LIST_AT(struct scenario_principal, s->principals, i);
        const struct json *at = scenario_element(node, "principals", i);
        if (once(doc, scenario_member(at, "name"), &names, p->name, err) < 0 ||
            once(doc, scenario_member(at, "client_id"), &values, p->client_id, err) < 0 ||
            once(doc, scenario_member(at, "client_secret"), &values, p->client_secret, err) < 0 ||
            once(doc, scenario_member(at, "pat"), &values, p->pat, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int scenario_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                             struct err *err)
{
    const struct scenario *s = decoded;
    if (workspaces_validate(doc, node, s, err) < 0 || principals_validate(doc, node, s, err) < 0 ||
        scenario_references_validate(doc, node, s, err) < 0 ||
        scenario_oauth_validate(doc, node, s, err) < 0) {
        return -1;
    }
    AUTO_MAP struct map ids = {0};
    for (size_t i = 0; i < s->faults.count; i++) {
        const struct scenario_fault *f = SHAPE_LIST_AT(struct scenario_fault, s->faults, i);
        if (once(doc, scenario_member(scenario_element(node, "faults", i), "id"), &ids, f->id,
                 err) < 0) {
            return -1;
        }
    }
    return 0;
}

static const struct shape_field workspace_fields[] = {
    {.key = "host",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, host),
     .dflt = "\"*\"",
     .doc = "The host name clients address, in lower case and without port; \"*\" is any that no "
            "other workspace claims.",
     .example = "dbc-a1b2c3d4-e5f6.cloud.databricks.com"},
    {.key = "workspace_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, workspace_id),
     .dflt = "\"900800700600\"",
     .doc = "The workspace's decimal id: the audience of its access tokens and the value of "
            "X-Databricks-Org-Id.",
     .example = "\"900800700600\""},
    {.key = "account_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, account_id),
     .dflt = "11111111-2222-4333-8444-555555555555",
     .doc = "The UUID of the account it belongs to."},
    {.key = "cloud",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, cloud),
     .dflt = "AWS",
     .doc = "AWS, Azure or GCP, as /.well-known/databricks-config tells it."},
    {.key = "warehouse_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, warehouse_id),
     .dflt = "abc123def4567890",
     .doc = "The id of its one SQL warehouse."},
    {.key = "tenant_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, tenant_id),
     .doc = "An Azure workspace's directory, one of services.tenants: its tokens are taken."},
    {.key = "resource_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_workspace, resource_id),
     .doc = "Its id in Azure Resource Manager, beginning with /subscriptions/; made when absent."},
    {.key = "tables",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_workspace, tables),
     .doc = "Full names of the tables in its Unity Catalog.",
     .example = "[main.default.trips]"},
    {.key = "door",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_workspace, door),
     .dflt = "{}",
     .shape = &scenario_door_shape,
     .doc = "Who may come in and from where."},
    {.key = "catalog",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_workspace, catalog),
     .dflt = "{}",
     .shape = &scenario_catalog_shape,
     .doc = "How Unity Catalog answers."},
    {.key = "sql",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_workspace, sql),
     .dflt = "{}",
     .shape = &scenario_sql_shape,
     .doc = "How the SQL warehouse and its results behave."},
    {.key = "tokens",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario_workspace, tokens),
     .dflt = "{}",
     .shape = &scenario_tokens_shape,
     .doc = "Which personal access tokens may be made."},
    {.key = "secrets",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario_workspace, secrets),
     .shape = &scenario_secret_shape,
     .doc = "What is in its secret scopes."},
};
static const struct shape workspace_shape = {
    .name = "workspace",
    .doc = "A Databricks workspace.",
    .size = sizeof(struct scenario_workspace),
    .fields = workspace_fields,
    .field_count = ARRAY_LEN(workspace_fields),
    .validate = workspace_validate,
};

static const struct shape_field statement_fields[] = {
    {.key = "text",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_statement, text),
     .doc = "The SQL text it is about; absent: any."},
    {.key = "state",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_statement, state),
     .dflt = "SUCCEEDED",
     .doc = "How it ends: SUCCEEDED, FAILED, CANCELED or CLOSED."},
    {.key = "error_code",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_statement, error_code),
     .doc = "With FAILED: the code; BAD_REQUEST when absent."},
    {.key = "error_message",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_statement, error_message),
     .doc = "With FAILED: the message."},
    {.key = "sql_state",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_statement, sql_state),
     .doc = "With FAILED: the SQLSTATE."},
    {.key = "pending_polls",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_statement, pending_polls),
     .max = 1000000,
     .doc = "Answer PENDING so many times before."},
    {.key = "running_polls",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_statement, running_polls),
     .max = 1000000,
     .doc = "Answer RUNNING so many times after that."},
    {.key = "run_time",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_statement, run_time_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "Do not end before so much time has passed on the mock's clock."},
    {.key = "cancel_ignored",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_statement, cancel_ignored),
     .doc = "Accept a cancellation and go on, which the service is documented to do."},
};
const struct shape scenario_statement_shape = {
    .name = "statement",
    .doc = "How a SQL statement ends; the first one whose text matches is used.",
    .size = sizeof(struct scenario_statement),
    .fields = statement_fields,
    .field_count = ARRAY_LEN(statement_fields),
    .validate = statement_validate,
};

static const struct shape_field scenario_fields[] = {
    {.key = "workspaces",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, workspaces),
     .required = true,
     .shape = &workspace_shape,
     .doc = "The workspaces; hosts and ids are unique."},
    {.key = "principals",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, principals),
     .shape = &scenario_principal_shape,
     .doc = "Who may come."},
    {.key = "statements",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, statements),
     .shape = &scenario_statement_shape,
     .doc = "SQL statements that end in a particular way; others are answered by the mock's small "
            "SQL reader."},
    {.key = "faults",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, faults),
     .shape = &scenario_fault_shape,
     .doc = "What goes wrong."},
    {.key = "tls_faults",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, tls_faults),
     .shape = &scenario_tls_fault_shape,
     .doc = "HTTPS listeners with something wrong about them."},
    {.key = "services",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario, services),
     .dflt = "{}",
     .shape = &scenario_services_shape,
     .doc = "The services around Databricks: Entra ID, KBase, Databricks Apps, token issuers."},
    {.key = "oauth_apps",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, oauth_apps),
     .shape = &scenario_oauth_app_shape,
     .doc = "OAuth applications besides the built-in public ones."},
    {.key = "federation_policies",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct scenario, federation_policies),
     .shape = &scenario_federation_policy_shape,
     .doc = "Whose JWTs are exchanged for tokens."},
    {.key = "oidc",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct scenario, oidc),
     .shape = &scenario_oidc_shape,
     .dflt = "{}",
     .doc = "The identity provider's knobs."},
    {.key = "expiring_window",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario, expiring_window_ms),
     .dflt = "30s",
     .min = 0,
     .max = SCENARIO_DAY_MS,
     .doc = "Access tokens with no more life than this are refused as expiring."},
};
const struct shape scenario_shape = {
    .name = "scenario",
    .doc = "What the mock is to be: workspaces, people, data and faults.",
    .size = sizeof(struct scenario),
    .fields = scenario_fields,
    .field_count = ARRAY_LEN(scenario_fields),
    .validate = scenario_validate,
};

int scenario_decode(struct arena *a, const struct json_doc *doc, const struct json *node,
                    struct scenario *ret, struct err *err)
{
    return shape_decode(a, doc, node, &scenario_shape, ret, err);
}
