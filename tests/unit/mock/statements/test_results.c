/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"
#include "base/text/base64.h"
#include "mock/query/link.h"
#include "mock/query/timeline.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct desk *d;

static void load(const char *sql, const char *statements)
{
    char yaml[1024];
    (void)snprintf(yaml, sizeof(yaml),
                   "workspaces:\n"
                   "  - {host: ws.example.com, workspace_id: \"111\", warehouse_id: abc123,\n"
                   "     tables: [main.default.trips, main.default.hidden], sql: {%s},\n"
                   "     catalog: {denied_tables: [main.default.hidden]}}\n"
                   "  - {host: other.example.com, workspace_id: \"222\", warehouse_id: abc123}\n"
                   "principals: [{name: user@example.com, pat: " DESK_PAT "}]\n"
                   "statements: [%s]\n",
                   sql, statements);
    desk_load(d, yaml);
}

static void set_up(void)
{
    d = desk_new();
    load("chunk_rows: 10", "");
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(statement_results, .init = set_up, .fini = tear_down);

#define STATEMENTS "/api/2.0/sql/statements"
#define LINKS      "\"disposition\":\"EXTERNAL_LINKS\""

static const struct desk_reply *call(const char *method, const char *target, const char *body)
{
    return desk_send(d, &(struct desk_request){.method = method,
                                               .target = target,
                                               .authorization = "Bearer " DESK_PAT,
                                               .body = body});
}

static const struct desk_reply *run(const char *sql, const char *more)
{
    char body[1024];
    (void)snprintf(body, sizeof(body), "{\"warehouse_id\":\"abc123\",\"statement\":\"%s\"%s%s}",
                   sql, more[0] != '\0' ? "," : "", more);
    return call("POST", STATEMENTS, body);
}

static const char *state_of(const struct desk_reply *a)
{
    return json_get_string(json_get(a->json, "status"), "state", "");
}

/* Kept over further requests. */
static const char *path_of(const struct desk_reply *a, const char *more)
{
    static char paths[4][256];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, 256, STATEMENTS "/%s%s", json_get_string(a->json, "statement_id", "-"),
                   more);
    return path;
}

static const char *cell(const struct json *result, size_t row, size_t column)
{
    return json_string_or(json_at(json_at(json_get(result, "data_array"), row), column), "(null)");
}

static void advance(int64_t ms)
{
    clock_advance_ms(&d->clock, ms);
}

Test(statement_results, chunks_name_the_next_one_until_the_last)
{
    const struct desk_reply *a = run("SELECT id FROM range(25)", "");
    const struct json *manifest = json_get(a->json, "manifest");
    const char *chunk = path_of(a, "/result/chunks/2"), *bad = path_of(a, "/result/chunks/3");
    const char *first = path_of(a, "/result/chunks/1?row_offset=10");
    cr_expect_eq(json_get_int(manifest, "total_chunk_count", 0), 3);
    cr_expect_eq(json_get_int(manifest, "total_row_count", 0), 25);
    cr_expect_eq(json_get_int(json_at(json_get(manifest, "chunks"), 2), "row_count", 0), 5);
    cr_expect_eq(json_get_int(json_at(json_get(manifest, "chunks"), 2), "row_offset", 0), 20);
    const struct json *result = json_get(a->json, "result");
    cr_expect_str_eq(cell(result, 9, 0), "9");
    cr_expect_eq(json_get_int(result, "next_chunk_index", 0), 1);
    cr_expect_str_eq(json_get_string(result, "next_chunk_internal_link", ""), first);
    a = call("GET", first, NULL);
    cr_expect_str_eq(cell(a->json, 0, 0), "10");
    a = call("GET", chunk, NULL);
    cr_expect_str_eq(cell(a->json, 4, 0), "24");
    cr_expect_null(json_get(a->json, "next_chunk_index"));
    a = call("GET", bad, NULL);
    cr_expect_eq(a->reply.status, 400);
}

static const struct {
    const char *sql, *more, *state, *sql_state, *message;
} ends[] = {
    {"SELECT * FROM main.default.trips", "", "SUCCEEDED", NULL, NULL},
    {"SELECT name FROM trips LIMIT 2", "", "SUCCEEDED", NULL, NULL},
    {"SELECT id FROM nothing", "", "FAILED", "42P01", "[TABLE_OR_VIEW_NOT_FOUND]"},
    {"SELECT id FROM hidden", "", "FAILED", "42501", "[INSUFFICIENT_PERMISSIONS]"},
    {"SELECT other FROM trips", "", "FAILED", "42703", "[UNRESOLVED_COLUMN"},
    {"SELECT CAST(id AS TINYINT) FROM range(300)", "", "FAILED", "22003", "[CAST_OVERFLOW]"},
    {"SELECT :x", "\"parameters\":[{\"name\":\"x\",\"value\":\"a\",\"type\":\"INT\"}]", "FAILED",
     "22018", "[CAST_INVALID_INPUT]"},
    {"SHOW TABLES IN nowhere", "", "FAILED", "42704", "[SCHEMA_NOT_FOUND]"},
    {"SHOW SCHEMAS IN nowhere", "", "FAILED", "42704", "[NO_SUCH_CATALOG_EXCEPTION]"},
    {"SHOW CATALOGS", "", "SUCCEEDED", NULL, NULL},
    {"DESCRIBE TABLE trips", "", "SUCCEEDED", NULL, NULL},
    {"SELECT id FROM range(20000000)", "", "FAILED", "54000", "at most 10000000 rows"},
};

Test(statement_results, each_text_ends_in_its_state)
{
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        const struct desk_reply *a = run(ends[i].sql, ends[i].more);
        const struct json *status = json_get(a->json, "status");
        cr_expect_eq(a->reply.status, 200, "DBX-SQL-1: %s", ends[i].sql);
        cr_expect_str_eq(state_of(a), ends[i].state, "%s", ends[i].sql);
        if (ends[i].sql_state != NULL) {
            cr_expect_str_eq(json_get_string(status, "sql_state", ""), ends[i].sql_state, "%s",
                             ends[i].sql);
            const char *message = json_get_string(json_get(status, "error"), "message", "");
            cr_expect_not_null(strstr(message, ends[i].message), "%s", message);
        }
    }
}

Test(statement_results, tables_are_shown_and_described)
{
    const struct desk_reply *a = run("SHOW TABLES", "");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 1), "trips");
    a = run("DESCRIBE main.default.trips", "");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 0), "id");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 1), "bigint");
    a = run("SELECT * FROM trips", "");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 2, 0), "3");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 2, 1), "name-3");
    a = run("SELECT current_schema()", "\"catalog\":\"c\",\"schema\":\"s\"");
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 0), "s");
}

Test(statement_results, limits_truncate_and_say_so)
{
    const struct desk_reply *a = run("SELECT id FROM range(25)", "\"row_limit\":12");
    cr_expect(json_get_bool(json_get(a->json, "manifest"), "truncated", false));
    cr_expect_eq(json_get_int(json_get(a->json, "manifest"), "total_row_count", 0), 12);
    a = run("SELECT id FROM range(25)", "\"byte_limit\":80");
    cr_expect(json_get_bool(json_get(a->json, "manifest"), "truncated", false));
    cr_expect_eq(json_get_int(json_get(a->json, "manifest"), "total_row_count", 0), 10);
    a = run("SELECT id FROM range(25)", "\"row_limit\":25");
    cr_expect_not(json_get_bool(json_get(a->json, "manifest"), "truncated", true));
}

Test(statement_results, no_rows_are_no_chunks)
{
    const struct desk_reply *a = run("SELECT id FROM range(0)", "");
    cr_expect_eq(json_get_int(json_get(a->json, "manifest"), "total_chunk_count", -1), 0);
    cr_expect_eq(json_count(json_get(a->json, "result")), 0);
    a = call("GET", path_of(a, "/result/chunks/0"), NULL);
    cr_expect_eq(a->reply.status, 400);
}

/* ucx#3447 */
Test(statement_results, beyond_25_mib_inline_fails_in_the_services_words)
{
    const struct desk_reply *a = run("SELECT id FROM range(4000000)", "");
    const struct json *error = json_get(json_get(a->json, "status"), "error");
    cr_expect_str_eq(state_of(a), "FAILED");
    cr_expect_str_eq(
        json_get_string(error, "message", ""),
        "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result "
        "size of at most 26214400 bytes. Please execute the statement with "
        "disposition=EXTERNAL_LINKS if you want to download the full result.");
    load("chunk_rows: 1000000", "");
    a = run("SELECT id FROM range(4000000)", LINKS);
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
    cr_expect_eq(json_get_int(json_get(a->json, "manifest"), "total_chunk_count", 0), 4);
}

/* The URL of the first link of the last answer, without its origin. */
static const char *link_of(const struct desk_reply *a)
{
    static char target[1024];
    const struct json *link = json_at(json_get(json_get(a->json, "result"), "external_links"), 0);
    const char *url = json_get_string(link, "external_link", "");
    const char *path = strstr(url, LINK_FOLDER);
    (void)snprintf(target, sizeof(target), "%s", path != NULL ? path : "/none");
    return target;
}

static const struct desk_reply *fetch(const char *target, const char *authorization)
{
    return desk_send(d, &(struct desk_request){.target = target, .authorization = authorization});
}

Test(statement_results, links_lead_to_the_chunk_without_a_credential)
{
    const struct desk_reply *a =
        run("SELECT id, NULL AS n, 'a,\\\"b' AS s FROM range(2)", LINKS ",\"format\":\"CSV\"");
    cr_expect_str_eq(json_get_string(json_get(a->json, "manifest"), "format", ""), "CSV");
    const char *target = link_of(a);
    cr_expect_eq(a->notes.issued.count, 1);
    const struct canary *c = secret_set_named(d->state->canaries, a->notes.issued.items[0]);
    cr_expect_eq(c->kind, SECRET_URL);
    cr_expect_not_null(strstr(target, secret_reveal(c->value).ptr), "the URL holds the canary");
    a = fetch(target, NULL);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_eq(a->route->class, ROUTE_OTHER);
    cr_expect_str_eq(a->body, "id,n,s\n0,null,\"a,\"\"b\"\n1,null,\"a,\"\"b\"\n");
    a = run("SELECT id FROM range(2)", LINKS);
    a = fetch(link_of(a), NULL);
    cr_expect_str_eq(a->body, "[[\"0\"],[\"1\"]]");
}

Test(statement_results, links_are_refused_with_a_credential_when_forged_and_when_late)
{
    const struct desk_reply *a = run("SELECT 1", LINKS);
    const char *target = link_of(a);
    char forged[1024];
    a = fetch(target, "Bearer " DESK_PAT);
    cr_expect_eq(a->reply.status, 403, "DBX-SQL-3");
    cr_expect_not_null(strstr(a->body, "<Code>AuthenticationFailed</Code>"));
    cr_expect_str_eq(a->notes.credential.name, "pat");
    cr_expect_str_eq(desk_header(d, "server"), "", "storage is not the workspace");
    (void)snprintf(forged, sizeof(forged), "%s", target);
    char *last = forged + strlen(forged) - 1;
    *last = *last == '0' ? '1' : '0';
    cr_expect_eq(fetch(forged, NULL)->reply.status, 403);
    (void)snprintf(forged, sizeof(forged), "%s", target);
    memcpy(strstr(forged, "se=2") + 3, "9", 1);
    cr_expect_eq(fetch(forged, NULL)->reply.status, 403, "the expiry is signed");
    cr_expect_eq(fetch(target, NULL)->reply.status, 200);
    advance((int64_t)15 * 60 * 1000);
    cr_expect_eq(fetch(target, NULL)->reply.status, 403, "at most 15 minutes");
}

Test(statement_results, a_late_link_can_be_had_anew)
{
    load("link_lifetime: 10s", "");
    const struct desk_reply *a = run("SELECT 1", LINKS);
    const char *chunk = path_of(a, "/result/chunks/0");
    char old[1024];
    (void)snprintf(old, sizeof(old), "%s", link_of(a));
    cr_expect_eq(fetch(old, NULL)->reply.status, 200);
    advance(10000);
    cr_expect_eq(fetch(old, NULL)->reply.status, 403);
    a = call("GET", chunk, NULL);
    const struct json *link = json_at(json_get(a->json, "external_links"), 0);
    const char *target = strstr(json_get_string(link, "external_link", ""), LINK_FOLDER);
    char fresh[1024];
    (void)snprintf(fresh, sizeof(fresh), "%s", target);
    cr_expect_str_neq(fresh, old);
    cr_expect_eq(fetch(fresh, NULL)->reply.status, 200);
}

Test(statement_results, links_may_lead_to_another_host)
{
    load("storage_host: storage.example.com", "");
    const struct desk_reply *a = run("SELECT 1", LINKS);
    const struct json *link = json_at(json_get(json_get(a->json, "result"), "external_links"), 0);
    cr_expect_eq(strncmp(json_get_string(link, "external_link", ""),
                         "http://storage.example.com/assay-storage/111/", 45),
                 0);
}

/* Digests of streams that pyarrow 26.0.1 read, validated in full and gave the right values of. */
static const struct {
    const char *sql, *digest;
} streams[] = {
    {"SELECT 1", "daab311182f55766539cd2b5eb9c45890b5e2b3732af4285972756d6a261ae0c"},
    {"SELECT id, CAST(id AS DOUBLE) d, CAST(id AS DECIMAL(10,2)) e, concat('\xc3\xa9-', id) s, "
     "CAST(id AS BOOLEAN) b, NULL n, CAST('2024-02-29' AS DATE) t, CAST('2024-02-29 12:34:56.789' "
     "AS TIMESTAMP) ts, CAST(NULL AS INT) ni, -1.50 neg FROM range(-3, 6)",
     "d800ca6da24f7ec54548ecc9afc804632f5c0fbee1bbc3c22870e49728656549"},
};

Test(statement_results, arrow_streams_are_those_that_another_reader_understood)
{
    const char *either = "\"disposition\":\"INLINE_OR_EXTERNAL_LINKS\",\"format\":\"ARROW_STREAM\"";
    for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
        AUTO_BUF struct buf bytes = {0};
        struct err err = {0};
        char digest[2 * SHA256_SIZE + 1];
        const struct desk_reply *a = run(streams[i].sql, either);
        const char *text = json_get_string(json_get(a->json, "result"), "attachment", "");
        cr_assert_eq(base64_decode(&bytes, str_of(text), BASE64_STANDARD, &err), 0);
        sha256_hex(buf_str(&bytes), digest);
        cr_expect_str_eq(digest, streams[i].digest, "%s", streams[i].sql);
    }
}

Test(statement_results, compressed_results_are_lz4_frames)
{
    static const char frame[] = {0x04, 0x22, 0x4d, 0x18};
    AUTO_BUF struct buf bytes = {0};
    struct err err = {0};
    const char *either = "\"disposition\":\"INLINE_OR_EXTERNAL_LINKS\",\"format\":\"ARROW_STREAM\","
                         "\"result_compression\":\"LZ4_FRAME\"";
    const struct desk_reply *a = run("SELECT 1", either);
    cr_expect_str_eq(json_get_string(json_get(a->json, "manifest"), "result_compression", ""),
                     "LZ4_FRAME");
    const char *text = json_get_string(json_get(a->json, "result"), "attachment", "");
    cr_assert_eq(base64_decode(&bytes, str_of(text), BASE64_STANDARD, &err), 0);
    cr_expect(bytes.len > 4 && memcmp(bytes.ptr, frame, 4) == 0);
    a = run("SELECT id FROM range(25)",
            "\"disposition\":\"EXTERNAL_LINKS\",\"format\":\"CSV\",\"result_compression\":"
            "\"LZ4_FRAME\"");
    a = fetch(link_of(a), NULL);
    cr_expect(a->reply.body.len > 4 && memcmp(a->reply.body.ptr, frame, 4) == 0);
    a = run("SELECT 1", "\"result_compression\":\"LZ4_FRAME\"");
    cr_expect_null(json_get(json_get(a->json, "manifest"), "result_compression"),
                   "rows inside the answer are not compressed");
    a = run("SELECT 1", "\"result_compression\":\"ZIP\"");
    cr_expect_eq(a->reply.status, 400);
}

/* A chunk's data of a whole table, column by column. */
Test(statement_results, tables_have_the_columns_of_the_scenario)
{
    desk_load(d,
              "workspaces: [{host: ws.example.com, workspace_id: \"111\", warehouse_id: abc123,\n"
              "  tables: [main.default.trips], catalog: {columns: [\"id bigint\", \"price "
              "decimal(10,2)\", \"day date\", \"at timestamp\", \"ok boolean\"]}}]\n"
              "principals: [{name: user@example.com, pat: " DESK_PAT "}]\n");
    const struct desk_reply *a = run("SELECT * FROM main.default.trips", "\"row_limit\":1");
    const struct json *row = json_at(json_get(json_get(a->json, "result"), "data_array"), 0);
    static const char *const values[] = {"1", "1.00", "2024-01-31", "2024-01-31T12:00:00", "true"};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        cr_expect_str_eq(json_string_or(json_at(row, i), ""), values[i]);
    }
    a = run("DESCRIBE TABLE EXTENDED trips AS JSON", "\"row_limit\":9");
    row = json_at(json_get(json_get(a->json, "result"), "data_array"), 0);
    cr_expect_str_eq(
        json_string_or(json_at(row, 0), ""),
        "{\"table_name\":\"trips\",\"catalog_name\":\"main\",\"namespace\":[\"default\"],"
        "\"schema_name\":\"default\",\"columns\":[{\"name\":\"id\",\"type\":{\"name\":"
        "\"bigint\"},\"nullable\":true},{\"name\":\"price\",\"type\":{\"name\":\"decimal\","
        "\"precision\":10,\"scale\":2},\"nullable\":true},{\"name\":\"day\",\"type\":{"
        "\"name\":\"date\"},\"nullable\":true},{\"name\":\"at\",\"type\":{\"name\":"
        "\"timestamp_ltz\"},\"nullable\":true},{\"name\":\"ok\",\"type\":{\"name\":"
        "\"boolean\"},\"nullable\":true}],\"owner\":\"account users\",\"type\":\"MANAGED\","
        "\"provider\":\"delta\"}");
    a = run("DESCRIBE EXTENDED trips", "\"row_limit\":100");
    const struct json *data = json_get(json_get(a->json, "result"), "data_array");
    cr_expect_eq(json_count(data), 5 + 2 + 6);
    cr_expect_str_eq(json_string_or(json_at(json_at(data, 6), 0), ""),
                     "# Detailed Table Information");
}

Test(statement_results, small_arrow_results_are_attached_and_large_ones_linked)
{
    AUTO_BUF struct buf bytes = {0};
    struct err err = {0};
    const char *either = "\"disposition\":\"INLINE_OR_EXTERNAL_LINKS\",\"format\":\"ARROW_STREAM\"";
    const struct desk_reply *a = run("SELECT 1", either);
    const struct json *result = json_get(a->json, "result");
    const char *attachment = json_get_string(result, "attachment", "");
    cr_assert_eq(base64_decode(&bytes, str_of(attachment), BASE64_STANDARD, &err), 0);
    cr_expect_eq(bytes.len, 312);
    cr_expect_eq(memcmp(bytes.ptr, "\xff\xff\xff\xff", 4), 0, "a message begins");
    cr_expect_eq(memcmp(bytes.ptr + bytes.len - 8, "\xff\xff\xff\xff\0\0\0\0", 8), 0, "the end");
    cr_expect_eq(json_get_int(result, "row_count", 0), 1);
    load("attachment_limit: 100, chunk_rows: 10", "");
    a = run("SELECT id FROM range(25)", either);
    cr_expect_null(json_get(json_get(a->json, "result"), "attachment"));
    a = fetch(link_of(a), NULL);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_eq(memcmp(a->reply.body.ptr, "\xff\xff\xff\xff", 4), 0);
}

Test(statement_results, pending_comes_before_running)
{
    load("", "{text: SLOW, pending_polls: 1, running_polls: 2}");
    static const char *const states[] = {"RUNNING", "RUNNING", "SUCCEEDED", "SUCCEEDED"};
    const struct desk_reply *a = run("SLOW", "");
    cr_expect_str_eq(state_of(a), "PENDING");
    const char *path = path_of(a, "");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        cr_expect_str_eq(state_of(call("GET", path, NULL)), states[i], "%zu", i);
    }
}

Test(statement_results, run_time_passes_by_the_clock_and_waiting_covers_it)
{
    load("", "{text: LONG, run_time: 20s}");
    cr_expect_str_eq(state_of(run("LONG", "\"wait_timeout\":\"20s\"")), "SUCCEEDED");
    const struct desk_reply *a = run("LONG", "\"wait_timeout\":\"10s\"");
    cr_expect_str_eq(state_of(a), "RUNNING");
    const char *path = path_of(a, "");
    advance(19000);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "RUNNING");
    advance(1001);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "SUCCEEDED");
    a = run("LONG", "\"wait_timeout\":\"10s\",\"on_wait_timeout\":\"CANCEL\"");
    cr_expect_str_eq(state_of(a), "CANCELED");
}

Test(statement_results, a_cancellation_may_be_ignored)
{
    load("", "{text: STUBBORN, running_polls: 2, cancel_ignored: true}");
    const struct desk_reply *a = run("STUBBORN", "\"wait_timeout\":\"0s\"");
    const char *path = path_of(a, ""), *cancel = path_of(a, "/cancel");
    cr_expect_eq(call("POST", cancel, "{}")->reply.status, 200);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "RUNNING");
}

Test(statement_results, who_does_not_ask_for_15_minutes_loses_the_statement)
{
    load("", "{pending_polls: 5}");
    const struct desk_reply *a = run("SELECT 1", "");
    const char *path = path_of(a, "");
    advance(STATEMENT_IDLE_MS - 1000);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "PENDING");
    advance(STATEMENT_IDLE_MS + 1000);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "CANCELED");
}

Test(statement_results, results_are_kept_for_an_hour)
{
    const struct desk_reply *a = run("SELECT 1", LINKS);
    const char *path = path_of(a, ""), *chunk = path_of(a, "/result/chunks/0");
    advance(STATEMENT_KEPT_MS - 1000);
    cr_expect_eq(call("GET", chunk, NULL)->reply.status, 200);
    a = call("GET", path, NULL);
    cr_expect_str_eq(state_of(a), "SUCCEEDED", "polling does not extend it");
    char link[1024];
    (void)snprintf(link, sizeof(link), "%s", link_of(a));
    advance(1000);
    cr_expect_eq(call("GET", path, NULL)->reply.status, 404);
    cr_expect_eq(call("GET", chunk, NULL)->reply.status, 404);
    cr_expect_eq(fetch(link, NULL)->reply.status, 404);
}

Test(statement_results, what_has_not_succeeded_has_no_chunks)
{
    const struct desk_reply *a = run("SELECT 1", "\"wait_timeout\":\"0s\"");
    cr_expect_eq(call("GET", path_of(a, "/result/chunks/0"), NULL)->reply.status, 404);
    a = run("SELEC", "");
    cr_expect_eq(call("GET", path_of(a, "/result/chunks/0"), NULL)->reply.status, 404);
}

Test(statement_results, a_stopped_warehouse_is_started_and_waited_for)
{
    load("warehouse_state: STOPPED, warehouse_start_time: 30s", "");
    const struct desk_reply *a = run("SELECT 1", "");
    const char *path = path_of(a, "");
    cr_expect_str_eq(state_of(a), "RUNNING");
    a = call("GET", "/api/2.0/sql/warehouses/abc123", NULL);
    cr_expect_str_eq(json_get_string(a->json, "state", ""), "STARTING");
    cr_expect_str_eq(json_get_string(json_get(a->json, "odbc_params"), "path", ""),
                     "/sql/1.0/warehouses/abc123");
    advance(30001);
    cr_expect_str_eq(state_of(call("GET", path, NULL)), "SUCCEEDED");
    a = call("GET", "/api/2.0/sql/warehouses/abc123", NULL);
    cr_expect_str_eq(json_get_string(a->json, "state", ""), "RUNNING");
    cr_expect_eq(call("POST", "/api/2.0/sql/warehouses/abc123/stop", "{}")->reply.status, 200);
    a = call("GET", "/api/2.0/sql/warehouses", NULL);
    const struct json *listed = json_at(json_get(a->json, "warehouses"), 0);
    cr_expect_str_eq(json_get_string(listed, "state", ""), "STOPPING");
    cr_expect_eq(call("GET", "/api/2.0/sql/warehouses/none", NULL)->reply.status, 404);
}

Test(statement_results, sessions_belong_to_a_warehouse_and_carry_names)
{
    const struct desk_reply *a = call("POST", "/api/2.0/sql/sessions/",
                                      "{\"warehouse_id\":\"abc123\",\"catalog\":\"samples\"}");
    char id[64], more[128], path[256];
    (void)snprintf(id, sizeof(id), "%s", json_get_string(a->json, "session_id", ""));
    (void)snprintf(more, sizeof(more), "\"session_id\":\"%s\"", id);
    a = run("SELECT current_catalog()", more);
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 0), "samples");
    (void)snprintf(path, sizeof(path), "/api/2.0/sql/sessions/%s", id);
    cr_expect_eq(call("DELETE", path, NULL)->reply.status, 400, "without the warehouse");
    cr_expect_eq(call("DELETE", path, "{\"warehouse_id\":\"elsewhere\"}")->reply.status, 400);
    cr_expect_eq(call("DELETE", path, "{\"warehouse_id\":\"abc123\"}")->reply.status, 200);
    a = call("POST", "/api/2.0/sql/sessions/", "{\"warehouse_id\":\"abc123\"}");
    (void)snprintf(id, sizeof(id), "%s", json_get_string(a->json, "session_id", ""));
    (void)snprintf(path, sizeof(path), "/api/2.0/sql/sessions/%s?warehouse_id=abc123", id);
    a = call("DELETE", path, NULL);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(a->body, "{}");
    cr_expect_eq(run("SELECT 1", more)->reply.status, 404);
}

#define WAREHOUSE_SESSIONS "/api/2.0/sql/warehouses/abc123/sessions"

Test(statement_results, a_session_below_its_warehouse_has_its_statements_below_it)
{
    const struct desk_reply *a = call("POST", WAREHOUSE_SESSIONS, "{\"schema\":\"silver\"}");
    char session[64], one[128], statements[256], statement[320], more[400];
    (void)snprintf(session, sizeof(session), "%s", json_get_string(a->json, "session_id", ""));
    (void)snprintf(one, sizeof(one), WAREHOUSE_SESSIONS "/%s", session);
    (void)snprintf(statements, sizeof(statements), "%s/statements", one);
    a = call("POST", statements,
             "{\"statement\":\"SELECT current_schema()\",\"wait_timeout\":\"0s\"}");
    (void)snprintf(statement, sizeof(statement), "%s/%s", statements,
                   json_get_string(a->json, "statement_id", ""));
    (void)snprintf(more, sizeof(more), "%s/status", statement);
    a = call("GET", more, NULL);
    cr_expect_str_eq(state_of(a), "SUCCEEDED");
    cr_expect_null(json_get(a->json, "result"));
    a = call("GET", statement, NULL);
    cr_expect_str_eq(cell(json_get(a->json, "result"), 0, 0), "silver");
    (void)snprintf(more, sizeof(more), "%s/result/chunks/0", statement);
    cr_expect_str_eq(cell(call("GET", more, NULL)->json, 0, 0), "silver");
    (void)snprintf(more, sizeof(more), "%s/cancel", statement);
    cr_expect_eq(call("POST", more, NULL)->reply.status, 200);
    cr_expect_eq(call("DELETE", one, NULL)->reply.status, 200);
    cr_expect_eq(call("GET", statement, NULL)->reply.status, 404, "the session is closed");
}

Test(statement_results, a_session_is_not_found_below_another_warehouse)
{
    const struct desk_reply *a = call("POST", WAREHOUSE_SESSIONS, "{}");
    char path[256];
    (void)snprintf(path, sizeof(path), "/api/2.0/sql/warehouses/elsewhere/sessions/%s/statements",
                   json_get_string(a->json, "session_id", ""));
    cr_expect_eq(call("POST", path, "{\"statement\":\"SELECT 1\"}")->reply.status, 404);
}

Test(statement_results, workspaces_do_not_see_each_others_statements)
{
    const struct desk_reply *a = run("SELECT 1", "");
    const char *path = path_of(a, "");
    cr_expect_eq(call("GET", path, NULL)->reply.status, 200);
    a = desk_send(d, &(struct desk_request){.target = path,
                                            .host = "other.example.com",
                                            .authorization = "Bearer " DESK_PAT});
    cr_expect_eq(a->reply.status, 404);
    cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "222");
}
