/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/sql/driver.h"

#include "mock/sql/tcli.h"

#include <criterion/criterion.h>

static struct driver *d;

static void set_up(void)
{
    d = driver_new();
}

static void tear_down(void)
{
    driver_free(d);
}

TestSuite(mock_sql_sessions, .init = set_up, .fini = tear_down);

static void version_fill(struct buf *b, const void *context)
{
    const int64_t *version = context;
    thrift_put_i64(b, 0x502, *version);
}

Test(mock_sql_sessions, the_lower_protocol_version_is_agreed_on)
{
    static const struct {
        int64_t asked, got;
        const char *sql;
    } cases[] = {
        {0xA508, 0xA508, ""},
        {0xA507, 0xA507, ""},
        {0xA509, 0xA508, ""},
        {-7, 0xA508, ""},
        {0xA508, 0xA503, "thrift: {protocol_version: 3}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        driver_load(d, cases[i].sql, "");
        const struct thrift_value *r = driver_call(d, "OpenSession", version_fill, &cases[i].asked);
        cr_assert_not_null(r);
        cr_expect_eq(thrift_number(r, 2, THRIFT_I32, 0), cases[i].got);
        bool catalogs = cases[i].got >= 0xA504;
        cr_expect_eq(thrift_bool(r, 0x505, false), catalogs);
        cr_expect_eq(thrift_get(r, 0x504, THRIFT_STRUCT) != NULL, catalogs);
    }
}

Test(mock_sql_sessions, handles_have_what_the_strictest_driver_asks_of_them)
{
    const struct thrift_value *id = DOWN(driver_open(d), 1);
    struct str guid = thrift_get(id, 1, THRIFT_STRING)->text;
    cr_expect_eq(guid.len, 16);
    cr_expect_eq(thrift_get(id, 2, THRIFT_STRING)->text.len, 16);
    cr_expect_eq((unsigned char)guid.ptr[6] >> 4, 4, "a version of RFC 9562");
    cr_expect_eq((unsigned char)guid.ptr[8] >> 6, 2, "its variant");
}

Test(mock_sql_sessions, every_call_is_refused_at_the_door_without_a_credential)
{
    static const char *const bearers[] = {"Bearer dapi0123456789", "Basic eDp5"};
    static const int statuses[] = {403, 401};
    for (size_t i = 0; i < ARRAY_LEN(bearers); i++) {
        d->authorization = bearers[i];
        cr_expect_null(driver_call(d, "OpenSession", NULL, NULL));
        cr_expect_eq(d->reply->reply.status, statuses[i]);
        cr_expect_str_eq(d->reply->route->name, "sql.thrift.OpenSession");
    }
}

Test(mock_sql_sessions, a_closed_session_is_an_invalid_handle)
{
    const struct thrift_value *s = driver_open(d);
    const struct thrift_value *r = driver_about(d, "CloseSession", s);
    cr_expect_eq(driver_status(r), TCLI_SUCCESS);
    r = driver_execute(d, &(struct driver_statement){.session = s, .text = "SELECT 1"});
    cr_expect_eq(driver_status(r), TCLI_INVALID_HANDLE);
    cr_expect_not_null(strstr(driver_message(d, r), "Invalid SessionHandle"));
}

Test(mock_sql_sessions, a_session_ends_when_it_was_not_used_for_long)
{
    driver_load(d, "thrift: {session_lifetime: 1h}", "");
    const struct thrift_value *s = driver_open(d);
    const struct driver_statement one = {.session = s, .text = "SELECT 1"};
    clock_advance_ms(&d->desk->clock, 3000 * 1000);
    cr_expect_eq(driver_status(driver_execute(d, &one)), TCLI_SUCCESS);
    clock_advance_ms(&d->desk->clock, 3000 * 1000);
    cr_expect_eq(driver_status(driver_execute(d, &one)), TCLI_SUCCESS, "it was used meanwhile");
    clock_advance_ms(&d->desk->clock, 3600 * 1000);
    cr_expect_eq(driver_status(driver_execute(d, &one)), TCLI_INVALID_HANDLE);
}

Test(mock_sql_sessions, a_session_is_its_owners_alone)
{
    const struct thrift_value *s = driver_open(d);
    d->authorization =
        desk_bearer(d->desk, &(struct mock_mint){.principal = "robot", .kind = "access-token"});
    const struct thrift_value *r = driver_about(d, "CloseSession", s);
    cr_expect_eq(driver_status(r), TCLI_INVALID_HANDLE);
    d->authorization = NULL;
    d->target = "/sql/protocolv1/o/111/0123-456789-abcd";
    r = driver_about(d, "CloseSession", s);
    cr_expect_eq(driver_status(r), TCLI_INVALID_HANDLE, "another compute");
}

Test(mock_sql_sessions, paths_name_warehouses_and_clusters)
{
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        {"/sql/1.0/warehouses/abc123", 200},
        {"/sql/1.0/warehouses/abc123?o=111", 200},
        {"/sql/1.0/endpoints/abc123", 200},
        {"/sql/1.0/warehouses/elsewhere", 404},
        {"/sql/protocolv1/o/111/0123-456789-abcd", 200},
        {"/sql/protocolv1/o/0/0123-456789-abcd", 200},
        {"/sql/protocolv1/o/222/0123-456789-abcd", 404},
        {"/sql/protocolv1/o/111/NO%20CLUSTER", 404},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        d->target = cases[i].target;
        (void)driver_call(d, "OpenSession", NULL, NULL);
        cr_expect_eq(d->reply->reply.status, cases[i].status, "%s: %d", cases[i].target,
                     d->reply->reply.status);
    }
}

Test(mock_sql_sessions, drivers_are_told_to_come_again_while_a_warehouse_starts)
{
    driver_load(d, "warehouse_state: STOPPED, warehouse_start_time: 4s", "");
    cr_expect_null(driver_call(d, "OpenSession", NULL, NULL));
    cr_expect_eq(d->reply->reply.status, 503);
    cr_expect_str_eq(desk_header(d->desk, "retry-after"), "4");
    clock_advance_ms(&d->desk->clock, 4000);
    cr_expect_not_null(driver_call(d, "OpenSession", NULL, NULL));
}

Test(mock_sql_sessions, calls_that_are_none_of_ours_are_told_so)
{
    cr_expect_null(driver_call(d, "GetDelegationToken", NULL, NULL));
    cr_expect_eq(d->last.kind, THRIFT_EXCEPTION);
    cr_expect_eq(thrift_number(&d->last.arguments, 2, THRIFT_I32, 0), TCLI_UNKNOWN_METHOD);
    cr_expect_str_eq(d->reply->route->name, "sql.thrift");
    cr_expect_null(driver_call(d, "CloseSession", NULL, NULL));
    cr_expect_eq(thrift_number(&d->last.arguments, 2, THRIFT_I32, 0), TCLI_PROTOCOL_ERROR);
    cr_expect_str_eq(thrift_text(d->arena, &d->last.arguments, 1),
                     "Required field 'sessionHandle' was not present!");
    const struct desk_reply *a =
        desk_send(d->desk, &(struct desk_request){.method = "POST",
                                                  .target = DRIVER_PATH,
                                                  .authorization = "Bearer " DESK_PAT,
                                                  .body = "{}"});
    cr_expect_eq(a->reply.status, 400);
}

static void info_fill(struct buf *b, const void *context)
{
    driver_put(b, 1, context);
    thrift_put_i32(b, 2, 17);
}

Test(mock_sql_sessions, the_server_tells_its_name)
{
    const struct thrift_value *r = driver_call(d, "GetInfo", info_fill, driver_open(d));
    cr_expect_eq(driver_status(r), TCLI_SUCCESS);
    cr_expect_str_eq(thrift_text(d->arena, DOWN(r, 2), 1), "Spark SQL");
}
