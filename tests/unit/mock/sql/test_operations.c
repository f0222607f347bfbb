/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/sql/driver.h"

#include "mock/sql/tcli.h"
#include "mock/state/mock_state.h"

#include <criterion/criterion.h>

static struct driver *d;
static const struct thrift_value *session;

static void set_up(void)
{
    d = driver_new();
    session = driver_open(d);
}

static void tear_down(void)
{
    driver_free(d);
}

TestSuite(mock_sql_operations, .init = set_up, .fini = tear_down);

static void load(const char *sql, const char *statements)
{
    driver_load(d, sql, statements);
    session = driver_open(d);
}

static const struct thrift_value *execute(const char *text, bool direct)
{
    const struct thrift_value *r = driver_execute(
        d, &(struct driver_statement){.session = session, .text = text, .direct = direct});
    cr_assert_not_null(r);
    return r;
}

static int64_t state_of(const struct thrift_value *status)
{
    return thrift_number(status, 2, THRIFT_I32, -1);
}

/* The values of the only column of a row set: its member and how many they are. */
static const struct thrift_value *column_of(const struct thrift_value *fetched, int member)
{
    const struct thrift_value *columns = thrift_get(DOWN(fetched, 3), 3, THRIFT_LIST);
    cr_assert(columns != NULL && columns->count == 1);
    return thrift_get(DOWN(&columns->items[0].value, member), 1, THRIFT_LIST);
}

struct fetch {
    const struct thrift_value *handle;
    int64_t orientation, rows, bytes;
};

static void fetch_fill(struct buf *b, const void *context)
{
    const struct fetch *f = context;
    driver_put(b, 1, f->handle);
    thrift_put_i32(b, 2, (int32_t)f->orientation);
    thrift_put_i64(b, 3, f->rows);
    thrift_put_i64(b, 0x501, f->bytes);
    thrift_put_bool(b, 0x503, true);
}

static const struct thrift_value *fetch(const struct thrift_value *handle, int64_t orientation,
                                        int64_t rows)
{
    const struct fetch f = {handle, orientation, rows, 0};
    return driver_call(d, "FetchResults", fetch_fill, &f);
}

Test(mock_sql_operations, direct_results_have_state_columns_rows_and_the_close)
{
    const struct thrift_value *direct = DOWN(execute("SELECT 1", true), 0x501);
    cr_expect_eq(state_of(DOWN(direct, 1)), TCLI_FINISHED);
    const struct thrift_value *metadata = DOWN(direct, 2);
    cr_expect_eq(driver_status(metadata), TCLI_SUCCESS);
    cr_expect_eq(thrift_number(metadata, 0x501, THRIFT_I32, -1), TCLI_COLUMN_BASED);
    const struct thrift_value *columns = thrift_get(DOWN(metadata, 2), 1, THRIFT_LIST);
    cr_expect_str_eq(thrift_text(d->arena, &columns->items[0].value, 1), "1");
    const struct thrift_value *rows = DOWN(direct, 3);
    cr_expect_not(thrift_bool(rows, 2, true));
    const struct thrift_value *values = column_of(rows, TCLI_I32_COLUMN);
    cr_expect(values->count == 1 && values->items[0].value.number == 1);
    cr_expect_eq(driver_status(DOWN(direct, 4)), TCLI_SUCCESS);
}

Test(mock_sql_operations, the_scenario_says_how_direct_results_are)
{
    load("thrift: {direct_results: status-only}", "");
    const struct thrift_value *direct = DOWN(execute("SELECT 1", true), 0x501);
    cr_expect_eq(state_of(DOWN(direct, 1)), TCLI_FINISHED);
    cr_expect_null(DOWN(direct, 2));
    cr_expect_null(DOWN(direct, 4));
    load("thrift: {direct_results: none}", "");
    cr_expect_null(DOWN(execute("SELECT 1", true), 0x501));
    load("", "");
    cr_expect_null(DOWN(execute("SELECT 1", false), 0x501), "nobody asked");
}

Test(mock_sql_operations, rows_are_fetched_from_where_the_last_fetch_ended)
{
    const struct thrift_value *handle = DOWN(execute("SELECT id FROM range(10)", false), 2);
    static const struct {
        int64_t orientation, rows, first, count;
        bool more;
    } steps[] = {
        {TCLI_FETCH_FIRST, 4, 0, 4, true},     {TCLI_FETCH_NEXT, 4, 4, 4, true},
        {TCLI_FETCH_NEXT, 4, 8, 2, false},     {TCLI_FETCH_NEXT, 4, 10, 0, false},
        {TCLI_FETCH_FIRST, 100, 0, 10, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        const struct thrift_value *r = fetch(handle, steps[i].orientation, steps[i].rows);
        cr_assert_eq(driver_status(r), TCLI_SUCCESS);
        cr_expect_eq(thrift_bool(r, 2, !steps[i].more), steps[i].more, "step %zu", i);
        cr_expect_eq(thrift_number(DOWN(r, 3), 1, THRIFT_I64, -1), steps[i].first);
        const struct thrift_value *values = column_of(r, TCLI_I64_COLUMN);
        cr_assert_eq((int64_t)values->count, steps[i].count, "step %zu", i);
        cr_expect(values->count == 0 || values->items[0].value.number == steps[i].first);
        cr_expect_not_null(DOWN(r, 0x501), "the columns were asked for");
    }
}

Test(mock_sql_operations, large_direct_results_go_on_with_fetches)
{
    const struct driver_statement s = {
        .session = session, .text = "SELECT id FROM range(10)", .direct = true, .max_rows = 6};
    const struct thrift_value *r = driver_execute(d, &s), *direct = DOWN(r, 0x501);
    cr_expect(thrift_bool(DOWN(direct, 3), 2, false), "there are more");
    cr_expect_null(DOWN(direct, 4), "not closed yet");
    r = fetch(DOWN(r, 2), TCLI_FETCH_NEXT, 100);
    cr_expect_eq(column_of(r, TCLI_I64_COLUMN)->count, 4);
    cr_expect_eq(thrift_number(DOWN(r, 3), 1, THRIFT_I64, -1), 6);
}

Test(mock_sql_operations, values_and_nulls_are_where_they_belong)
{
    static const struct {
        const char *text;
        int member;
        const char *value; /* NULL = NULL */
    } cases[] = {
        {"SELECT 'x'", TCLI_STRING_COLUMN, "x"},
        {"SELECT NULL", TCLI_STRING_COLUMN, NULL},
        {"SELECT 1.25", TCLI_STRING_COLUMN, "1.25"},
        {"SELECT CAST('2020-01-31' AS DATE)", TCLI_STRING_COLUMN, "2020-01-31"},
        {"SELECT CAST('2020-01-31T12:00:00.5Z' AS TIMESTAMP)", TCLI_STRING_COLUMN,
         "2020-01-31 12:00:00.5"},
        {"SELECT CAST('2020-01-31' AS TIMESTAMP)", TCLI_STRING_COLUMN, "2020-01-31 00:00:00"},
        {"SELECT CAST(NULL AS BIGINT)", TCLI_I64_COLUMN, NULL},
        {"SELECT CAST(NULL AS DOUBLE)", TCLI_DOUBLE_COLUMN, NULL},
        {"SELECT CAST(NULL AS BOOLEAN)", TCLI_BOOL_COLUMN, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct thrift_value *rows = DOWN(execute(cases[i].text, true), 0x501, 3);
        const struct thrift_value *values = column_of(rows, cases[i].member);
        cr_assert(values != NULL && values->count == 1, "%s", cases[i].text);
        const struct thrift_value *columns = thrift_get(DOWN(rows, 3), 3, THRIFT_LIST);
        struct str nulls =
            thrift_get(DOWN(&columns->items[0].value, cases[i].member), 2, THRIFT_STRING)->text;
        cr_expect(nulls.len == 1 && nulls.ptr[0] == (cases[i].value == NULL ? 1 : 0), "%s",
                  cases[i].text);
        cr_expect(cases[i].value == NULL || str_eq_z(values->items[0].value.text, cases[i].value),
                  "%s: %.*s", cases[i].text, STR_ARG(values->items[0].value.text));
    }
}

Test(mock_sql_operations, arrow_goes_to_those_who_can_read_it)
{
    const struct driver_statement s = {
        .session = session, .text = "SELECT 1", .direct = true, .arrow = true};
    const struct thrift_value *direct = DOWN(driver_execute(d, &s), 0x501);
    cr_expect_eq(thrift_number(DOWN(direct, 2), 0x501, THRIFT_I32, -1), TCLI_ARROW_BASED);
    struct str schema = thrift_get(DOWN(direct, 2), 0x503, THRIFT_STRING)->text;
    cr_expect(schema.len > 8 && memcmp(schema.ptr, "\xff\xff\xff\xff", 4) == 0);
    const struct thrift_value *batches = thrift_get(DOWN(direct, 3, 3), 0x501, THRIFT_LIST);
    cr_assert(batches != NULL && batches->count == 1);
    cr_expect_eq(thrift_number(&batches->items[0].value, 2, THRIFT_I64, 0), 1);
    load("thrift: {results: columns}", "");
    const struct driver_statement again = {
        .session = session, .text = "SELECT 1", .direct = true, .arrow = true};
    direct = DOWN(driver_execute(d, &again), 0x501);
    cr_expect_eq(thrift_number(DOWN(direct, 2), 0x501, THRIFT_I32, -1), TCLI_COLUMN_BASED);
}

static const struct thrift_value *links_of(const struct thrift_value *fetched)
{
    return thrift_get(DOWN(fetched, 3), 0x502, THRIFT_LIST);
}

/* Path and query of a link. */
static const char *target_of(const struct thrift_value *links, size_t index)
{
    const char *url = thrift_text(d->arena, &links->items[index].value, 1);
    return strchr(strstr(url, "://") + 3, '/');
}

static int status_of(const char *target, const char *authorization)
{
    const struct desk_request get = {.target = target, .authorization = authorization};
    return desk_send(d->desk, &get)->reply.status;
}

static const struct driver_statement large = {
    .text = "SELECT id FROM range(1000000)", .direct = true, .arrow = true, .links = true};

Test(mock_sql_operations, large_results_are_links_to_files_for_those_who_can_fetch)
{
    struct driver_statement s = large;
    s.session = session;
    const struct thrift_value *r = driver_execute(d, &s), *direct = DOWN(r, 0x501);
    cr_expect_eq(thrift_number(DOWN(direct, 2), 0x501, THRIFT_I32, -1), TCLI_URL_BASED);
    cr_expect_not(thrift_bool(DOWN(direct, 3), 2, true), "all links are there");
    cr_expect_null(DOWN(direct, 4), "the files are still wanted");
    const struct thrift_value *links = links_of(DOWN(direct, 3));
    int64_t rows = 0;
    for (size_t i = 0; i < links->count; i++) {
        const struct thrift_value *link = &links->items[i].value;
        cr_expect_eq(thrift_number(link, 3, THRIFT_I64, -1), rows);
        rows += thrift_number(link, 4, THRIFT_I64, 0);
        cr_expect_gt(thrift_number(link, 2, THRIFT_I64, 0), mock_state_now_ms(d->desk->state));
        cr_expect_eq(status_of(target_of(links, i), NULL), 200);
    }
    cr_expect(links->count > 1 && rows == 1000000);
    cr_expect_eq(status_of(target_of(links, 0), "Bearer " DESK_PAT), 403, "with a credential");
    clock_advance_ms(&d->desk->clock, (int64_t)15 * 60 * 1000);
    cr_expect_eq(status_of(target_of(links, 0), NULL), 403, "expired");
    r = fetch(DOWN(r, 2), TCLI_FETCH_FIRST, 10);
    cr_expect_eq(status_of(target_of(links_of(r), 0), NULL), 200, "links are made anew");
}

Test(mock_sql_operations, links_are_for_large_results_and_willing_drivers)
{
    struct driver_statement s = large;
    s.session = session;
    s.text = "SELECT id FROM range(10)";
    const struct thrift_value *metadata = DOWN(driver_execute(d, &s), 0x501, 2);
    cr_expect_eq(thrift_number(metadata, 0x501, THRIFT_I32, -1), TCLI_ARROW_BASED);
    s.text = large.text;
    s.links = false;
    metadata = DOWN(driver_execute(d, &s), 0x501, 2);
    cr_expect_eq(thrift_number(metadata, 0x501, THRIFT_I32, -1), TCLI_ARROW_BASED);
    load("thrift: {results: arrow}", "");
    s.session = session;
    s.links = true;
    metadata = DOWN(driver_execute(d, &s), 0x501, 2);
    cr_expect_eq(thrift_number(metadata, 0x501, THRIFT_I32, -1), TCLI_ARROW_BASED);
}

Test(mock_sql_operations, a_failure_is_a_state_with_its_sqlstate)
{
    const struct thrift_value *status = DOWN(execute("SELEC 1", true), 0x501, 1);
    cr_expect_eq(driver_status(status), TCLI_SUCCESS);
    cr_expect_eq(state_of(status), TCLI_FAILED);
    cr_expect_str_eq(thrift_text(d->arena, status, 3), "42601");
    cr_expect_not_null(strstr(thrift_text(d->arena, status, 5), "[PARSE_SYNTAX_ERROR]"));
    cr_expect_not_null(strstr(thrift_text(d->arena, status, 0x501), "[PARSE_SYNTAX_ERROR]"));
    const struct driver_statement waits = {.session = session, .text = "SELEC 1", .wait = true};
    const struct thrift_value *r = driver_execute(d, &waits);
    cr_expect_eq(driver_status(r), TCLI_ERROR, "who waits is told by the status");
    r = fetch(DOWN(execute("SELEC 1", false), 2), TCLI_FETCH_NEXT, 1);
    cr_expect_eq(driver_status(r), TCLI_ERROR, "there are no rows");
}

Test(mock_sql_operations, the_scenario_makes_statements_wait_and_fail)
{
    load("", "{text: \"SELECT 1\", running_polls: 2}, {text: \"SELECT 2\", pending_polls: 1}, "
             "{text: \"SELECT 3\", state: FAILED, sql_state: \"57014\", error_message: stop}");
    const struct thrift_value *r = execute("SELECT 1", true);
    cr_expect_eq(state_of(DOWN(r, 0x501, 1)), TCLI_RUNNING);
    cr_expect_null(DOWN(r, 0x501, 2));
    const struct thrift_value *handle = DOWN(r, 2);
    cr_expect_eq(driver_status(fetch(handle, 0, 1)), TCLI_ERROR, "not yet");
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_RUNNING);
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_FINISHED);
    cr_expect_eq(column_of(fetch(handle, 0, 1), TCLI_I32_COLUMN)->count, 1);
    cr_expect_eq(state_of(DOWN(execute("SELECT 2", true), 0x501, 1)), TCLI_PENDING);
    const struct thrift_value *failed = DOWN(execute("SELECT 3", true), 0x501, 1);
    cr_expect_eq(state_of(failed), TCLI_FAILED);
    cr_expect_str_eq(thrift_text(d->arena, failed, 3), "57014");
}

Test(mock_sql_operations, a_statement_that_runs_can_be_canceled)
{
    load("", "{text: \"SELECT 1\", running_polls: 5}");
    const struct thrift_value *handle = DOWN(execute("SELECT 1", true), 2);
    cr_expect_eq(driver_status(driver_about(d, "CancelOperation", handle)), TCLI_SUCCESS);
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_CANCELED);
}

Test(mock_sql_operations, a_cancellation_may_be_ignored)
{
    load("", "{text: \"SELECT 1\", running_polls: 2, cancel_ignored: true}");
    const struct thrift_value *handle = DOWN(execute("SELECT 1", true), 2);
    cr_expect_eq(driver_status(driver_about(d, "CancelOperation", handle)), TCLI_SUCCESS);
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_RUNNING);
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_FINISHED);
    cr_expect_eq(driver_status(fetch(handle, 0, 1)), TCLI_SUCCESS);
}

Test(mock_sql_operations, a_closed_operation_has_no_rows_and_may_be_closed_again)
{
    const struct thrift_value *handle = DOWN(execute("SELECT 1", false), 2);
    cr_expect_eq(driver_status(driver_about(d, "CloseOperation", handle)), TCLI_SUCCESS);
    cr_expect_eq(driver_status(fetch(handle, 0, 1)), TCLI_ERROR);
    cr_expect_eq(state_of(driver_about(d, "GetOperationStatus", handle)), TCLI_CLOSED);
    cr_expect_eq(driver_status(driver_about(d, "CloseOperation", handle)), TCLI_SUCCESS);
    clock_advance_ms(&d->desk->clock, (int64_t)2 * 3600 * 1000);
    cr_expect_eq(driver_status(driver_about(d, "CloseOperation", handle)), TCLI_INVALID_HANDLE);
}

static void named_fill(struct buf *b, const void *context)
{
    driver_put(b, 1, session);
    thrift_put_text(b, 4, str_of(context));
    thrift_begin(b, 0x501);
    thrift_put_i64(b, 1, 1000);
    thrift_end(b);
}

Test(mock_sql_operations, metadata_calls_have_result_sets)
{
    static const struct {
        const char *call, *name;
        size_t columns, rows;
    } cases[] = {
        {"GetCatalogs", "", 1, 1},        {"GetSchemas", "", 2, 1},
        {"GetTables", "", 10, 1},         {"GetTables", "tr%", 10, 1},
        {"GetTables", "x%", 10, 0},       {"GetColumns", "trips", 23, 2},
        {"GetTypeInfo", "", 18, 12},      {"GetTableTypes", "", 1, 2},
        {"GetFunctions", "f", 6, 0},      {"GetPrimaryKeys", "trips", 6, 0},
        {"GetCrossReference", "", 14, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct thrift_value *r = driver_call(d, cases[i].call, named_fill, cases[i].name);
        cr_assert_eq(driver_status(r), TCLI_SUCCESS, "%s", cases[i].call);
        const struct thrift_value *schema = thrift_get(DOWN(r, 0x501, 2, 2), 1, THRIFT_LIST);
        cr_expect_eq(schema->count, cases[i].columns, "%s", cases[i].call);
        const struct thrift_value *columns = thrift_get(DOWN(r, 0x501, 3, 3), 3, THRIFT_LIST);
        cr_assert_eq(columns->count, cases[i].columns);
        const struct thrift_value *first = DOWN(&columns->items[0].value, TCLI_STRING_COLUMN);
        cr_expect_eq(thrift_get(first, 1, THRIFT_LIST)->count, cases[i].rows, "%s %s",
                     cases[i].call, cases[i].name);
    }
}
