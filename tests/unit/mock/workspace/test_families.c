/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

/* What each API answers: the endpoint, the body sent, the status and what the answer has to hold.
 * Rows run in order within their table, on one workspace. */

static struct desk *d;

static void load(const char *knobs)
{
    char yaml[1024];
    (void)snprintf(yaml, sizeof(yaml),
                   "workspaces:\n"
                   "  - {%shost: ws.example.com, workspace_id: \"111\", warehouse_id: abc123,\n"
                   "     tables: [main.default.a, main.default.b, main.default.c, x.y.z]}\n"
                   "  - {host: other.example.com, workspace_id: \"222\"}\n"
                   "principals:\n"
                   "  - {name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID "}\n"
                   "  - {name: user@example.com, pat: " DESK_PAT "}\n",
                   knobs);
    desk_load(d, yaml);
}

static void set_up(void)
{
    d = desk_new();
    load("");
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(workspace_families, .init = set_up, .fini = tear_down);

#define UC "/api/2.1/unity-catalog"

static const struct desk_reply *ask(const char *method, const char *target, const char *body,
                                    const char *host)
{
    return desk_send(d, &(struct desk_request){.method = method,
                                               .target = target,
                                               .host = host,
                                               .authorization = "Bearer " DESK_PAT,
                                               .body = body});
}

struct row {
    const char *method, *target, *body;
    int status;
    const char *holds; /* what the body begins with, or holds when it begins with '~' */
};

static void run_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        const struct desk_reply *a = ask(r->method, r->target, r->body, NULL);
        cr_assert_not_null(a->route, "%s %s", r->method, r->target);
        cr_expect_eq(a->reply.status, r->status, "%s %s: %d %s", r->method, r->target,
                     a->reply.status, a->body);
        bool inside = r->holds[0] == '~';
        bool found = inside ? strstr(a->body, r->holds + 1) != NULL
                            : strncmp(a->body, r->holds, strlen(r->holds)) == 0;
        cr_expect(found, "%s %s: %s", r->method, r->target, a->body);
    }
}
#define RUN(rows) run_rows(rows, ARRAY_LEN(rows))

Test(workspace_families, unity_catalog)
{
    static const struct row rows[] = {
        {"GET", UC "/catalogs", NULL, 200, "{\"catalogs\":[{\"name\":\"main\""},
        {"GET", UC "/catalogs?max_results=-1", NULL, 400,
         "{\"error_code\":\"INVALID_PARAMETER_VALUE\""},
        {"GET", UC "/catalogs?max_results=x", NULL, 400,
         "{\"error_code\":\"INVALID_PARAMETER_VALUE\""},
        {"GET", UC "/catalogs?page_token=none", NULL, 400, "~Invalid page token: none"},
        {"GET", UC "/catalogs/MAIN", NULL, 200, "{\"name\":\"main\""},
        {"GET", UC "/catalogs/nope", NULL, 404,
         "{\"error_code\":\"CATALOG_DOES_NOT_EXIST\",\"message\":\"Catalog 'nope' does not "
         "exist.\""},
        {"GET", UC "/schemas", NULL, 400, "~catalog_name"},
        {"GET", UC "/schemas?catalog_name=nope", NULL, 404, "~CATALOG_DOES_NOT_EXIST"},
        {"GET", UC "/schemas?catalog_name=main", NULL, 200, "~\"full_name\":\"main.default\""},
        {"GET", UC "/schemas/main.nope", NULL, 404, "~SCHEMA_DOES_NOT_EXIST"},
        {"GET", UC "/schemas/main", NULL, 400, "~INVALID_PARAMETER_VALUE"},
        {"GET", UC "/tables?catalog_name=main&schema_name=nope", NULL, 404,
         "~SCHEMA_DOES_NOT_EXIST"},
        {"GET", UC "/tables?catalog_name=main&schema_name=default", NULL, 200,
         "~\"full_name\":\"main.default.c\""},
        {"GET", UC "/tables/main.default.a/exists", NULL, 200, "{\"table_exists\":true}"},
        {"GET", UC "/tables/main.default.q/exists", NULL, 200, "{\"table_exists\":false}"},
        {"GET", UC "/volumes?catalog_name=main&schema_name=default", NULL, 200, "{\"volumes\":[]}"},
        {"POST", UC "/catalogs", "{\"name\":\"a b\"}", 400, "~not a valid name"},
        {"POST", UC "/catalogs", "{\"name\":1}", 400, "~MALFORMED_REQUEST"},
        {"POST", UC "/catalogs", "[]", 400, "~MALFORMED_REQUEST"},
        {"POST", UC "/catalogs", "{\"name\":\"Main\"}", 400, "~CATALOG_ALREADY_EXISTS"},
        {"POST", UC "/catalogs", "{\"name\":\"new\"}", 200, "~\"owner\":\"user@example.com\""},
        {"POST", UC "/schemas", "{\"name\":\"s\",\"catalog_name\":\"nope\"}", 404,
         "~CATALOG_DOES_NOT_EXIST"},
        {"POST", UC "/schemas", "{\"name\":\"s\",\"catalog_name\":\"new\"}", 200,
         "~\"full_name\":\"new.s\""},
        {"POST", UC "/tables",
         "{\"name\":\"t\",\"catalog_name\":\"new\",\"schema_name\":\"s\",\"columns\":[{\"name\":"
         "\"c\"}]}",
         200, "~\"full_name\":\"new.s.t\""},
        {"GET", UC "/tables/New.S.T", NULL, 200, "~\"position\":0"},
        {"DELETE", UC "/schemas/new.s", NULL, 400, "~not empty"},
        {"DELETE", UC "/tables/new.s.t", NULL, 200, "{}"},
        {"DELETE", UC "/tables/new.s.t", NULL, 404, "~TABLE_DOES_NOT_EXIST"},
        {"DELETE", UC "/schemas/new.s", NULL, 200, "{}"},
        {"DELETE", UC "/catalogs/new", NULL, 200, "{}"},
        {"DELETE", UC "/catalogs/new", NULL, 404, "~CATALOG_DOES_NOT_EXIST"},
        {"GET", UC "/current-metastore-assignment", NULL, 200, "~\"workspace_id\":111"},
        {"GET", UC "/metastore_summary", NULL, 200, "~\"cloud\":\"AWS\""},
    };
    RUN(rows);
}

/* Azure/spark-cdm-connector#149 has the whole body. */
Test(workspace_families, a_denied_table_is_told_with_the_details_of_the_service)
{
    load("catalog: {denied_tables: [main.default.b]}, ");
    const struct desk_reply *a = ask("GET", UC "/tables/main.default.b", NULL, NULL);
    cr_expect_eq(a->reply.status, 403);
    cr_expect_str_eq(
        a->body,
        "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"User does not have SELECT on Table "
        "'main.default.b'.\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
        "\"reason\":\"PERMISSION_DENIED\",\"domain\":\"unity-catalog.databricks.com\",\"metadata\":"
        "{\"principalName\":\"User\",\"msg\":\"SELECT\",\"resourceType\":\"Table\","
        "\"resourceName\":\"main.default.b\"}},{\"@type\":\"type.googleapis.com/google.rpc."
        "RequestInfo\",\"request_id\":\"" DESK_REQUEST "\",\"serving_data\":\"\"}]}");
}

/* DBX-PAGE-1 */
Test(workspace_families, an_empty_page_may_have_a_next_one)
{
    static const size_t sizes[] = {0, 2, 0, 1};
    char target[512] = UC "/tables?catalog_name=main&schema_name=default&max_results=0";
    load("catalog: {page_size: 2, empty_pages: true}, ");
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        const struct desk_reply *a = ask("GET", target, NULL, NULL);
        const char *next = json_get_string(a->json, "next_page_token", NULL);
        cr_expect_eq(json_count(json_get(a->json, "tables")), sizes[i], "page %zu", i);
        cr_expect_eq(next == NULL, i + 1 == ARRAY_LEN(sizes), "page %zu", i);
        (void)snprintf(target, sizeof(target),
                       UC
                       "/tables?catalog_name=main&schema_name=default&max_results=0&page_token=%s",
                       next != NULL ? next : "");
    }
    const struct desk_reply *a =
        ask("GET", UC "/tables?catalog_name=main&schema_name=default", NULL, NULL);
    cr_expect_eq(json_count(json_get(a->json, "tables")), 3, "without max_results: all at once");
}

Test(workspace_families, tokens)
{
    static const struct row rows[] = {
        {"POST", "/api/2.0/token/create", "{\"lifetime_seconds\":0}", 400, "~lifetime_seconds"},
        {"POST", "/api/2.0/token/create", "{\"lifetime_seconds\":63072001}", 400,
         "~between 1 and 63072000"},
        {"POST", "/api/2.0/token/create", "{\"lifetime_seconds\":60,\"comment\":\"c\"}", 200,
         "{\"token_value\":\"dapi"},
        {"POST", "/api/2.0/token/create", "{}", 400, "{\"error_code\":\"QUOTA_EXCEEDED\""},
        {"GET", "/api/2.0/token/list", NULL, 200, "~\"comment\":\"c\""},
        {"POST", "/api/2.0/token/delete", "{\"token_id\":\"x\"}", 404,
         "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\""},
        {"POST", "/api/2.0/token/delete", "{}", 400, "~token_id"},
        {"POST", "/api/2.0/token-management/on-behalf-of/tokens",
         "{\"application_id\":\"" DESK_CLIENT_ID "\"}", 200, "~\"workspace_id\":111"},
        {"POST", "/api/2.0/token-management/on-behalf-of/tokens", "{\"application_id\":\"x\"}", 404,
         "~RESOURCE_DOES_NOT_EXIST"},
        {"GET", "/api/2.0/token-management/tokens?created_by_username=nobody", NULL, 200,
         "{\"token_infos\":[]}"},
        {"GET", "/api/2.0/token-management/tokens", NULL, 200,
         "~\"created_by_username\":\"user@example.com\""},
        {"GET", "/api/2.0/token-management/tokens/x", NULL, 404, "~RESOURCE_DOES_NOT_EXIST"},
    };
    load("door: {admins: [user@example.com]}, tokens: {quota: 2}, ");
    RUN(rows);
    const struct desk_reply *a = ask("GET", "/api/2.0/token/list", NULL, NULL);
    cr_expect_null(strstr(a->body, "dapi"), "values are shown once");
    cr_expect_eq(json_count(json_get(a->json, "token_infos")), 2);
}

Test(workspace_families, a_token_is_a_canary_of_one_workspace_and_dies)
{
    char header[64];
    const struct desk_reply *a =
        ask("POST", "/api/2.0/token/create", "{\"lifetime_seconds\":60}", NULL);
    const char *value = json_get_string(a->json, "token_value", "");
    (void)snprintf(header, sizeof(header), "Bearer %s", value);
    cr_expect_eq(strlen(value), 36, "dapi and 32 digits");
    cr_assert_eq(a->notes.issued.count, 1);
    cr_expect_not_null(secret_set_find(d->state->canaries, str_of(header + 7)));
    cr_expect_eq(strlen(json_get_string(json_get(a->json, "token_info"), "token_id", "")), 64);
    struct desk_request me = {.target = "/api/2.0/preview/scim/v2/Me", .authorization = header};
    cr_expect_eq(desk_send(d, &me)->reply.status, 200);
    me.host = "other.example.com";
    a = desk_send(d, &me);
    cr_expect_str_eq(json_get_string(a->json, "message", ""), "Invalid access to Org: 222");
    me.host = NULL;
    clock_advance_ms(&d->clock, 60000);
    cr_expect_eq(desk_send(d, &me)->reply.status, 403);
}

Test(workspace_families, a_scoped_token_opens_its_scopes_only)
{
    char header[64];
    const struct desk_reply *a =
        ask("POST", "/api/2.0/token/create", "{\"scopes\":[\"sql\"]}", NULL);
    (void)snprintf(header, sizeof(header), "Bearer %s",
                   json_get_string(a->json, "token_value", ""));
    a = desk_send(
        d, &(struct desk_request){.target = "/api/2.0/sql/warehouses", .authorization = header});
    cr_expect_eq(a->reply.status, 200);
    a = desk_send(
        d, &(struct desk_request){.target = "/api/2.1/clusters/list", .authorization = header});
    cr_expect_eq(a->reply.status, 403);
}

Test(workspace_families, the_service_says_when_tokens_are_off)
{
    load("tokens: {disabled: true}, door: {admins: [robot]}, ");
    const struct mock_mint robot = {.kind = "access-token", .principal = "robot"};
    const char *header = desk_bearer(d, &robot);
    const struct desk_reply *a = desk_send(
        d, &(struct desk_request){.target = "/api/2.0/token/list", .authorization = header});
    cr_expect_str_eq(json_get_string(a->json, "message", ""),
                     "User does not have permission to use tokens.");
    a = desk_send(d,
                  &(struct desk_request){.method = "POST",
                                         .target = "/api/2.0/token-management/on-behalf-of/tokens",
                                         .authorization = header,
                                         .body = "{\"application_id\":\"" DESK_CLIENT_ID "\"}"});
    cr_expect_str_eq(json_get_string(a->json, "message", ""),
                     "On-behalf-of token creation for service principals is not enabled for this "
                     "workspace");
}

/* "assay-value" is YXNzYXktdmFsdWU=: what a scenario puts into a scope is answered like what a user
 * put there, and looked for like any secret. */
Test(workspace_families, secrets_of_the_scenario)
{
    static const struct row rows[] = {
        {"GET", "/api/2.0/secrets/scopes/list", NULL, 200, "{\"scopes\":[{\"name\":\"s\""},
        {"GET", "/api/2.0/secrets/list?scope=s", NULL, 200, "{\"secrets\":[{\"key\":\"k\",\"last"},
        {"GET", "/api/2.0/secrets/get?scope=s&key=k", NULL, 200,
         "{\"key\":\"k\",\"value\":\"YXNzYXktdmFsdWU=\"}"},
        {"GET", "/api/2.0/secrets/get?scope=s&key=l", NULL, 200, "~b3RoZXItdmFsdWU="},
    };
    load("secrets: [{scope: s, key: k, value: assay-value}, {scope: s, key: l, value: "
         "other-value}],\n"
         "     ");
    RUN(rows);
    cr_expect_not_null(secret_set_find(d->state->canaries, STR("assay-value")));
    cr_expect_not_null(secret_set_find(d->state->canaries, STR("other-value")));
}

Test(workspace_families, secrets)
{
    static const struct row rows[] = {
        {"POST", "/api/2.0/secrets/put", "{\"scope\":\"s\",\"key\":\"k\",\"string_value\":\"v\"}",
         404,
         "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"Scope s does not exist!\""},
        {"POST", "/api/2.0/secrets/scopes/create", "{\"scope\":\"s\"}", 200, "{}"},
        {"POST", "/api/2.0/secrets/scopes/create", "{\"scope\":\"s\"}", 400,
         "{\"error_code\":\"RESOURCE_ALREADY_EXISTS\""},
        {"POST", "/api/2.0/secrets/scopes/create", "{\"scope\":\"a*b\"}", 400,
         "~INVALID_PARAMETER"},
        {"POST", "/api/2.0/secrets/put", "{\"scope\":\"s\",\"key\":\"k\"}", 400, "~Exactly one"},
        {"POST", "/api/2.0/secrets/put",
         "{\"scope\":\"s\",\"key\":\"k\",\"string_value\":\"v\",\"bytes_value\":\"dg==\"}", 400,
         "~Exactly one"},
        {"POST", "/api/2.0/secrets/put", "{\"scope\":\"s\",\"key\":\"k\",\"bytes_value\":\"!\"}",
         400, "~Exactly one"},
        {"POST", "/api/2.0/secrets/put",
         "{\"scope\":\"s\",\"key\":\"k\",\"string_value\":\"value\"}", 200, "{}"},
        {"GET", "/api/2.0/secrets/get?scope=s&key=k", NULL, 200,
         "{\"key\":\"k\",\"value\":\"dmFsdWU=\"}"},
        {"GET", "/api/2.0/secrets/get?scope=s&key=q", NULL, 404, "~RESOURCE_DOES_NOT_EXIST"},
        {"GET", "/api/2.0/secrets/get?scope=s", NULL, 400, "~key"},
        {"GET", "/api/2.0/secrets/list?scope=s", NULL, 200, "{\"secrets\":[{\"key\":\"k\",\"last"},
        {"GET", "/api/2.0/secrets/scopes/list", NULL, 200, "{\"scopes\":[{\"name\":\"s\""},
        {"POST", "/api/2.0/secrets/delete", "{\"scope\":\"s\",\"key\":\"k\"}", 200, "{}"},
        {"POST", "/api/2.0/secrets/delete", "{\"scope\":\"s\",\"key\":\"k\"}", 404, "~key: k"},
        {"POST", "/api/2.0/secrets/scopes/delete", "{\"scope\":\"s\"}", 200, "{}"},
        {"GET", "/api/2.0/secrets/scopes/list", NULL, 200, "{\"scopes\":[]}"},
    };
    RUN(rows);
}

Test(workspace_families, compute_and_jobs)
{
    static const struct row rows[] = {
        {"GET", "/api/2.1/clusters/list", NULL, 200,
         "{\"clusters\":[],\"next_page_token\":\"\",\"prev_page_token\":\"\"}"},
        {"GET", "/api/2.1/clusters/get?cluster_id=x", NULL, 400,
         "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"Cluster x does not exist\""},
        {"POST", "/api/2.1/clusters/create", "{}", 400, "~spark_version"},
        {"GET", "/api/2.2/jobs/list", NULL, 200, "{\"has_more\":false}"},
        {"GET", "/api/2.2/jobs/list?limit=0", NULL, 400, "~limit"},
        {"GET", "/api/2.2/jobs/list?limit=101", NULL, 400, "~limit"},
        {"GET", "/api/2.2/jobs/get?job_id=9", NULL, 400,
         "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"Job 9 does not exist.\""},
        {"GET", "/api/2.2/jobs/get?job_id=x", NULL, 400, "~job_id"},
        {"POST", "/api/2.2/jobs/create", "{\"name\":\"one\"}", 200, "{\"job_id\":"},
        {"GET", "/api/2.2/jobs/list?limit=1", NULL, 200, "~\"has_more\":false"},
        {"POST", "/api/2.2/jobs/run-now", "{\"job_id\":0}", 400, "~job_id"},
        {"GET", "/api/2.2/jobs/runs/get?run_id=7777", NULL, 400, "~Run 7777 does not exist."},
    };
    RUN(rows);
}

/* The newest cluster's field, as the list has it; "" without one. */
static const char *listed(const char *key)
{
    const struct desk_reply *r = ask("GET", "/api/2.1/clusters/list", NULL, NULL);
    const char *value = "";
    JSON_FOREACH(c, json_get(r->json, "clusters")) {
        value = json_get_string(c, key, "");
    }
    return value;
}

Test(workspace_families, a_cluster_takes_its_time_to_start_and_to_stop)
{
    load("sql: {warehouse_start_time: 30s}, ");
    const struct desk_reply *r =
        ask("POST", "/api/2.1/clusters/create",
            "{\"cluster_name\":\"one\",\"spark_version\":\"15.4\",\"num_workers\":2}", NULL);
    cr_assert_eq(r->reply.status, 200, "%s", r->body);
    char id[64], get[128], body[128];
    (void)snprintf(id, sizeof(id), "%s", json_get_string(r->json, "cluster_id", ""));
    (void)snprintf(get, sizeof(get), "/api/2.1/clusters/get?cluster_id=%s", id);
    (void)snprintf(body, sizeof(body), "{\"cluster_id\":\"%s\"}", id);
    r = ask("GET", get, NULL, NULL);
    cr_expect_str_eq(json_get_string(r->json, "state", ""), "PENDING");
    cr_expect_str_eq(json_get_string(r->json, "cluster_name", ""), "one");
    cr_expect_str_eq(json_get_string(r->json, "creator_user_name", ""), "user@example.com");
    cr_expect_eq(json_get_int(r->json, "num_workers", 0), 2);
    clock_advance_ms(&d->clock, 29000);
    cr_expect_str_eq(listed("state"), "PENDING");
    clock_advance_ms(&d->clock, 1000);
    cr_expect_str_eq(listed("state"), "RUNNING");
    cr_expect_str_eq(listed("cluster_id"), id);
    cr_expect_eq(ask("POST", "/api/2.1/clusters/delete", body, NULL)->reply.status, 200);
    cr_expect_str_eq(listed("state"), "TERMINATING");
    clock_advance_ms(&d->clock, 30000);
    cr_expect_str_eq(listed("state"), "TERMINATED"); /* it stays in the list */
    cr_expect_str_eq(json_get_string(ask("GET", get, NULL, NULL)->json, "state", ""), "TERMINATED");
}

Test(workspace_families, only_a_cluster_that_is_there_can_be_deleted)
{
    static const struct row rows[] = {
        {"POST", "/api/2.1/clusters/delete", "{}", 400, "~cluster_id"},
        {"POST", "/api/2.1/clusters/delete", "{\"cluster_id\":\"x\"}", 400,
         "~Cluster x does not exist"},
        {"GET", "/api/2.1/clusters/get", NULL, 400, "~cluster_id"},
        {"GET", "/api/2.1/clusters/list?page_size=101", NULL, 400, "~page_size"},
    };
    RUN(rows);
}

Test(workspace_families, folders)
{
    static const struct row rows[] = {
        {"GET", "/api/2.0/workspace/get-status?path=/nope", NULL, 404,
         "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"Path (/nope) doesn't exist.\""},
        {"GET", "/api/2.0/workspace/list?path=/", NULL, 200, "~\"path\":\"/Shared\""},
        {"GET", "/api/2.0/workspace/list?path=/Shared", NULL, 200, "{}"},
        {"POST", "/api/2.0/workspace/mkdirs", "{\"path\":\"Shared/a\"}", 400,
         "~doesn't start with"},
        {"POST", "/api/2.0/workspace/mkdirs", "{\"path\":\"/Shared/a/b\"}", 200, "{}"},
        {"GET", "/api/2.0/workspace/get-status?path=/Shared/a", NULL, 200, "~\"DIRECTORY\""},
        {"POST", "/api/2.0/workspace/import", "{\"path\":\"/Shared/a/f\",\"content\":\"eA==\"}",
         200, "{}"},
        {"POST", "/api/2.0/workspace/import", "{\"path\":\"/Shared/a/f\",\"content\":\"eA==\"}",
         400, "~RESOURCE_ALREADY_EXISTS"},
        {"POST", "/api/2.0/workspace/import", "{\"path\":\"/no/f\",\"content\":\"eA==\"}", 404,
         "~Path (/no) doesn't exist."},
        {"POST", "/api/2.0/workspace/import", "{\"path\":\"/Shared/g\",\"content\":\"!\"}", 400,
         "~base64"},
        {"POST", "/api/2.0/workspace/mkdirs", "{\"path\":\"/Shared/a/f/x\"}", 400,
         "~is not a directory"},
        {"GET", "/api/2.0/workspace/export?path=/Shared/a/f", NULL, 200, "{\"content\":\"eA==\"}"},
        {"GET", "/api/2.0/workspace/export?path=/Shared", NULL, 400, "~INVALID_PARAMETER_VALUE"},
        {"POST", "/api/2.0/workspace/delete", "{\"path\":\"/Shared/a\"}", 400,
         "~DIRECTORY_NOT_EMPTY"},
        {"POST", "/api/2.0/workspace/delete", "{\"path\":\"/Shared/a\",\"recursive\":true}", 200,
         "{}"},
        {"GET", "/api/2.0/workspace/list?path=/Shared", NULL, 200, "{}"},
    };
    RUN(rows);
}

/* RFC 7644 sections 3.4.2 and 3.12 */
Test(workspace_families, scim)
{
    static const struct row rows[] = {
        {"GET", "/api/2.0/preview/scim/v2/Users", NULL, 200, "~\"totalResults\":1"},
        {"GET", "/api/2.0/preview/scim/v2/Users?filter=userName+eq+%22USER@example.com%22", NULL,
         200, "~\"totalResults\":1"},
        {"GET", "/api/2.0/preview/scim/v2/Users?filter=userName+eq+other", NULL, 200,
         "~\"totalResults\":0"},
        {"GET", "/api/2.0/preview/scim/v2/Users?filter=active", NULL, 400, "~\"status\":\"400\""},
        {"GET", "/api/2.0/preview/scim/v2/Users/1", NULL, 404,
         "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"detail\":\"User with id "
         "1 "
         "not found.\",\"status\":\"404\"}"},
        {"GET", "/api/2.0/preview/scim/v2/ServicePrincipals", NULL, 200,
         "~\"applicationId\":\"" DESK_CLIENT_ID "\""},
        {"GET", "/api/2.0/preview/scim/v2/Groups?startIndex=2&count=1", NULL, 200,
         "~\"itemsPerPage\":1,\"Resources\":[{\"id\":\"2\",\"displayName\":\"admins\""},
        {"GET", "/api/2.0/preview/scim/v2/Groups/1", NULL, 200, "{\"id\":\"1\""},
        {"GET", "/api/2.0/preview/scim/v2/Groups/9", NULL, 404, "~Group with id 9 not found."},
    };
    RUN(rows);
}

Test(workspace_families, what_is_made_in_one_workspace_is_not_in_another)
{
    static const struct {
        const char *make, *body, *look;
    } things[] = {
        {UC "/catalogs", "{\"name\":\"mine\"}", UC "/catalogs/mine"},
        {"/api/2.0/secrets/scopes/create", "{\"scope\":\"mine\"}",
         "/api/2.0/secrets/list?scope=mine"},
        {"/api/2.0/workspace/mkdirs", "{\"path\":\"/mine\"}",
         "/api/2.0/workspace/get-status?path=/mine"},
    };
    for (size_t i = 0; i < ARRAY_LEN(things); i++) {
        cr_expect_eq(ask("POST", things[i].make, things[i].body, NULL)->reply.status, 200);
        cr_expect_eq(ask("GET", things[i].look, NULL, NULL)->reply.status, 200);
        cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "111");
        cr_expect_eq(ask("GET", things[i].look, NULL, "other.example.com")->reply.status, 404);
        cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "222");
    }
    cr_expect_eq(ask("GET", UC "/tables/main.default.a", NULL, "other.example.com")->reply.status,
                 404);
}
