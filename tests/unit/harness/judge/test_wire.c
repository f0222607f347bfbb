/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void refused_call(struct bench *b)
{
    bench_record(b, "uc.table.get", 1)->response.status = 403;
}

static void no_requests(struct bench *b)
{
    b->evidence.journal.count = 0;
}

static void unanswered(struct bench *b)
{
    bench_record(b, "uc.table.get", 1)->response.status = 0;
    bench_record(b, "uc.table.get", 1)->response.end = "reset";
}

static void no_operations(struct bench *b)
{
    no_requests(b);
    b->evidence.operation_count = 0;
}

static void second_scope(struct bench *b)
{
    struct journal_record *r = bench_add_record(b, "oidc.token", 200);
    record_form_set(b, r, "scope", "other");
}

/* The token request once more, in that grant. */
static void again(struct bench *b, const char *grant)
{
    struct journal_request request = {0};
    VEC_FOREACH(const struct journal_record, one, &b->evidence.journal) {
        request = one->class == ROUTE_TOKEN ? one->request : request;
    }
    struct journal_record *r = bench_add_record(b, "oidc.token", 200);
    r->request = request;
    r->grant = grant;
}

static void again_as_before(struct bench *b)
{
    again(b, "client_credentials");
}

static void again_another_way(struct bench *b)
{
    again(b, "refresh_token");
}

#define COUNT(with) "{check: wire.count, with: {" with "}}"

static void token_for_azure_manager(struct bench *b)
{
    struct journal_record *r = bench_add_record(b, "entra.token", 200);
    r->class = ROUTE_TOKEN;
    record_form_set(b, r, "resource", "https://management.core.windows.net/");
}

static void token_for_databricks(struct bench *b)
{
    struct journal_record *r = bench_add_record(b, "entra.token", 200);
    r->class = ROUTE_TOKEN;
    record_form_set(b, r, "resource", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d");
}

Test(wire, count)
{
    static const struct row rows[] = {
        {"at most", NULL, MODE_PAT, COUNT("class: api, max: 4"), VERDICT_PASS,
         "4 requests of class api", "at most 4 requests of class api", NULL},
        {"another service's token", token_for_azure_manager, MODE_M2M,
         COUNT("class: token, max: 1"), VERDICT_PASS, "1 request of class token",
         "at most 1 request of class token", NULL},
        {"a second token", token_for_databricks, MODE_M2M, COUNT("class: token, max: 1"),
         VERDICT_FAIL, "2 requests of class token", "at most 1 request of class token", NULL},
        {"too many", NULL, MODE_PAT, COUNT("class: api, max: 3"), VERDICT_FAIL,
         "4 requests of class api", "at most 3 requests of class api", "#4 "},
        {"at least", NULL, MODE_PAT, COUNT("route: 'uc.*', min: 2"), VERDICT_PASS,
         "2 requests to uc.*", "at least 2 requests to uc.*", NULL},
        {"too few", NULL, MODE_PAT, COUNT("route: [uc.table.get], min: 3"), VERDICT_FAIL,
         "2 requests to uc.table.get", NULL, "#3 "},
        {"at least one", NULL, MODE_PAT, COUNT("class: api, min: 1"), VERDICT_PASS, "4 requests",
         "at least 1 request of class api", NULL},
        {"exactly", NULL, MODE_PAT, COUNT("route: uc.table.get, min: 2, max: 2"), VERDICT_PASS,
         "2 requests", "exactly 2 requests to uc.table.get", NULL},
        {"between", NULL, MODE_PAT, COUNT("class: api, min: 1, max: 9"), VERDICT_PASS, "4 requests",
         "1 to 9 requests of class api", NULL},
        {"none", NULL, MODE_PAT, COUNT("class: api, status: [4xx, 5xx], max: 0"), VERDICT_PASS,
         "no requests of class api answered 4xx or 5xx",
         "no requests of class api answered 4xx or 5xx", NULL},
        {"one too many", refused_call, MODE_PAT, COUNT("class: api, status: [4xx, 5xx], max: 0"),
         VERDICT_FAIL, "1 request of class api answered 4xx or 5xx", NULL, "-> 403"},
        {"one status", refused_call, MODE_PAT, COUNT("status: '403', min: 1"), VERDICT_PASS,
         "1 request answered 403", NULL, NULL},
        {"another status", refused_call, MODE_PAT, COUNT("status: '404', max: 0"), VERDICT_PASS,
         "no requests answered 404", NULL, NULL},
        {"no answer is no status", unanswered, MODE_PAT, COUNT("status: xxx, min: 4"), VERDICT_PASS,
         "4 requests", NULL, NULL},
        {"by grant", NULL, MODE_M2M, COUNT("grant: client_credentials, max: 1"), VERDICT_PASS,
         "1 request with grant_type client_credentials", NULL, NULL},
        {"per scope, which is the same", NULL, MODE_M2M, COUNT("class: token, per: scope, max: 0"),
         VERDICT_FAIL, "1 request of class token with one and the same scope", NULL, NULL},
        {"per scope, which differs", second_scope, MODE_M2M,
         COUNT("class: token, per: scope, max: 1"), VERDICT_PASS,
         "1 request of class token with one and the same scope", NULL, NULL},
        {"per scope, twice", again_as_before, MODE_M2M, COUNT("class: token, per: scope, max: 1"),
         VERDICT_FAIL, "2 requests of class token with one and the same scope", NULL, NULL},
        {"per scope, in another way", again_another_way, MODE_M2M,
         COUNT("class: token, per: scope, max: 1"), VERDICT_PASS,
         "1 request of class token with one and the same scope", NULL, NULL},
        {"by another grant", NULL, MODE_M2M, COUNT("grant: refresh_token, min: 1"), VERDICT_FAIL,
         "no requests with grant_type refresh_token", NULL, "/oidc/v1/token"},
        {"by credential", NULL, MODE_PAT, COUNT("credential: live, min: 4"), VERDICT_PASS,
         "4 requests with a credential that was live", NULL, NULL},
        {"by another credential", NULL, MODE_PAT, COUNT("credential: [absent, wrong], max: 0"),
         VERDICT_PASS, "no requests with a credential that was absent or wrong", NULL, NULL},
        {"nothing came", no_requests, MODE_PAT, COUNT("class: api, min: 1"), VERDICT_FAIL,
         "no requests of class api", NULL, NULL},
        {"nothing was asked", no_operations, MODE_PAT, COUNT("class: api, max: 3"),
         VERDICT_INCONCLUSIVE, "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

#define SPACING(with) "{check: wire.spacing, with: {" with "}}"

static void second_get_late(struct bench *b)
{
    struct journal_record *first = bench_record(b, "uc.table.get", 0);
    bench_record(b, "uc.table.get", 1)->real_ms = first->real_ms + 1000;
}

static void second_get_early(struct bench *b)
{
    struct journal_record *first = bench_record(b, "uc.table.get", 0);
    bench_record(b, "uc.table.get", 1)->real_ms = first->real_ms + 999;
}

static void third_get_hasty(struct bench *b)
{
    second_get_late(b);
    int64_t at_ms = bench_record(b, "uc.table.get", 1)->real_ms;
    struct journal_record *third = bench_add_record(b, "uc.table.get", 200);
    third->real_ms = at_ms + 500;
}

static void late_enough_by_a_busy_machine(struct bench *b)
{
    second_get_late(b);
    b->evidence.jitter_ms = 501;
}

static void late_enough_within_the_tolerance(struct bench *b)
{
    second_get_late(b);
    b->evidence.jitter_ms = 500;
}

static void late_by_more_than_the_jitter(struct bench *b)
{
    second_get_late(b);
    bench_record(b, "uc.table.get", 1)->real_ms += 600;
    b->evidence.jitter_ms = 600;
}

static void late_by_less_than_the_jitter(struct bench *b)
{
    late_by_more_than_the_jitter(b);
    b->evidence.jitter_ms = 601;
}

static void early_by_no_more_than_the_jitter(struct bench *b)
{
    second_get_early(b);
    b->evidence.jitter_ms = 1;
}

static void early_by_more_than_the_jitter(struct bench *b)
{
    third_get_hasty(b);
    b->evidence.jitter_ms = 499;
}

static void early_by_just_the_jitter(struct bench *b)
{
    third_get_hasty(b);
    b->evidence.jitter_ms = 500;
}

static void hasty_whatever_the_jitter(struct bench *b)
{
    second_get_late(b);
    bench_record(b, "uc.table.get", 1)->real_ms = bench_record(b, "uc.table.get", 0)->real_ms + 10;
    b->evidence.jitter_ms = 900;
}

static void one_get(struct bench *b)
{
    b->evidence.journal.count = 2;
}

Test(wire, spacing)
{
    static const struct row rows[] = {
        {"late enough", second_get_late, MODE_PAT, SPACING("route: uc.table.get, min: 1s"),
         VERDICT_PASS, "1000 ms or more",
         "at least 1000 ms from each of the requests to uc.table.get to the next", NULL},
        {"a millisecond early", second_get_early, MODE_PAT, SPACING("route: uc.table.get, min: 1s"),
         VERDICT_FAIL, "999 ms before request #3", NULL, "#1 "},
        {"the third too early", third_get_hasty, MODE_PAT, SPACING("route: uc.table.get, min: 1s"),
         VERDICT_FAIL, "500 ms before request #5", NULL, "#5 "},
        {"the third is not looked at", third_get_hasty, MODE_PAT,
         SPACING("route: uc.table.get, min: 1s, first: 2"), VERDICT_PASS, "1000 ms or more", NULL,
         NULL},
        {"the second is", second_get_early, MODE_PAT,
         SPACING("route: uc.table.get, min: 1s, first: 2"), VERDICT_FAIL, "999 ms", NULL, NULL},
        {"only one", one_get, MODE_PAT, SPACING("route: uc.table.get, min: 1s"), VERDICT_FAIL,
         "only one of the requests to uc.table.get, so there was no pause", NULL, "#1 "},
        {"none", NULL, MODE_PAT, SPACING("class: token, min: 1s"), VERDICT_FAIL,
         "no requests of class token, so there was no pause", NULL, NULL},
        {"nothing came", no_requests, MODE_PAT, SPACING("class: api, min: 1s"), VERDICT_FAIL,
         "no requests of class api, so there was no pause", NULL, NULL},
    };
    ROWS_RUN(rows);
}

/* A pause can seem longer and shorter than it was, by the jitter of the machine. */
Test(wire, spacing_on_a_busy_machine)
{
#define SECOND "route: uc.table.get, min: 1s"
    static const struct row rows[] = {
        {"a pass within the tolerance", late_enough_within_the_tolerance, MODE_PAT, SPACING(SECOND),
         VERDICT_PASS, "1000 ms or more", NULL, NULL},
        {"no pass beyond it", late_enough_by_a_busy_machine, MODE_PAT, SPACING(SECOND),
         VERDICT_INCONCLUSIVE, "up to 501 ms late, where 500 ms are tolerated", NULL, NULL},
        {"no pass beyond one's own", late_enough_within_the_tolerance, MODE_PAT,
         SPACING(SECOND ", tolerance: 499ms"), VERDICT_INCONCLUSIVE, "499 ms are tolerated", NULL,
         NULL},
        {"a pass within one's own", late_enough_by_a_busy_machine, MODE_PAT,
         SPACING(SECOND ", tolerance: 501ms"), VERDICT_PASS, "1000 ms or more", NULL, NULL},
        {"a pass that no jitter explains", late_by_more_than_the_jitter, MODE_PAT, SPACING(SECOND),
         VERDICT_PASS, "1600 ms or more", NULL, NULL},
        {"no pass that jitter could explain", late_by_less_than_the_jitter, MODE_PAT,
         SPACING(SECOND), VERDICT_INCONCLUSIVE, "up to 601 ms late", NULL, NULL},
        {"no failure within the jitter", early_by_no_more_than_the_jitter, MODE_PAT,
         SPACING(SECOND), VERDICT_INCONCLUSIVE, "999 ms before request #3, but", NULL, NULL},
        {"no failure by just the jitter", early_by_just_the_jitter, MODE_PAT, SPACING(SECOND),
         VERDICT_INCONCLUSIVE, "500 ms before request #5, but", NULL, NULL},
        {"a failure by more", early_by_more_than_the_jitter, MODE_PAT, SPACING(SECOND),
         VERDICT_FAIL, "500 ms before request #5", NULL, NULL},
        {"a failure that no jitter explains", hasty_whatever_the_jitter, MODE_PAT, SPACING(SECOND),
         VERDICT_FAIL, "10 ms before request #3", NULL, NULL},
    };
    ROWS_RUN(rows);
#undef SECOND
}

Test(wire, only_the_machine_makes_a_result_noisy)
{
    static const struct {
        void (*spoil)(struct bench *b);
        bool noisy;
    } rows[] = {{late_enough_by_a_busy_machine, true},
                {early_by_no_more_than_the_jitter, true},
                {late_enough_within_the_tolerance, false},
                {hasty_whatever_the_jitter, false},
                {no_operations, false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench *b = bench_new(MODE_PAT, 2);
        rows[i].spoil(b);
        const struct case_result *r =
            bench_judge(b, "[" SPACING("route: uc.table.get, min: 1s") "]");
        cr_expect_eq(r->checks[0].noisy, rows[i].noisy, "row %zu", i);
        bench_free(b);
    }
}

Test(wire, parameters_that_could_not_fail_are_refused)
{
    static const struct {
        const char *check, *message;
    } rows[] = {
        {"{check: wire.count}", "needs `min' or `max', or it cannot fail"},
        {COUNT("class: api"), "needs `min' or `max', or it cannot fail"},
        {COUNT("class: api, min: 0"), "needs `min' or `max', or it cannot fail"},
        {COUNT("class: api, min: 3, max: 2"), "`max' is smaller than `min'"},
        {COUNT("status: 4XX, max: 0"), "`4XX' is no status: three digits, each of which may be x"},
        {COUNT("status: '40', max: 0"), "`40' is no status"},
        {COUNT("status: '4011', max: 0"), "`4011' is no status"},
        {COUNT("status: '600', max: 0"), "`600' is no status"},
        {COUNT("status: ['200', ''], max: 0"), "`' is no status"},
        {COUNT("clas: api, max: 0"), "unknown key `clas'"},
        {COUNT("class: apis, max: 0"), "apis"},
        {"{check: wire.header, with: {class: api}}", "name"},
        {"{check: wire.header, with: {name: X, absent: true, equals: v}}",
         "a header cannot be `absent' and have a value"},
        {"{check: wire.header, with: {name: X, absent: true, values: 2}}",
         "a header cannot be `absent' and have a value"},
        {"{check: wire.header, with: {name: X, equals: v, values: 2}}", "has no other"},
        {"{check: wire.header, with: {name: X, values: 1}}", "values"},
        {"{check: wire.header, with: {name: X, status: ok}}", "`ok' is no status"},
        {SPACING("class: api"), "min"},
        {SPACING("class: api, min: 0s"), "min"},
        {SPACING("class: api, min: 1s, status: ok"), "`ok' is no status"},
        {"{check: user_agent.present, with: {status: 2XX}}", "`2XX' is no status"},
        {"{check: secrets.absent}", "in"},
        {"{check: secrets.absent, with: {in: [std]}}", "std"},
        {"{check: token.never}", "states"},
        {"{check: token.cached, with: {max: 0}}", "max"},
        {"{check: token.renewed, with: {min: 1}}", "min"},
        {"{check: outcome.ok, with: {which: some}}", "some"},
        {"{check: outcome.clean, with: {which: all}}", "takes no parameters"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench *b = bench_new(MODE_PAT, 1);
        struct err err = {0};
        cr_expect_not(bench_accepts(b, rows[i].check, &err), "%s", rows[i].check);
        cr_expect_not_null(strstr(err.msg, rows[i].message), "%s: %s", rows[i].check, err.msg);
        bench_free(b);
    }
}

static struct journal_record *second_get(struct bench *b)
{
    return bench_record(b, "uc.table.get", 1);
}

static void without_authorization(struct bench *b)
{
    record_header_set(b, second_get(b), "Authorization", NULL);
}

static void lower_case_scheme(struct bench *b)
{
    record_header_set(b, second_get(b), "authorization", "bearer «pat»");
}

static void two_values(struct bench *b)
{
    record_header_add(b, second_get(b), "Authorization", "Bearer other");
}

static void traced(struct bench *b)
{
    record_header_add(b, second_get(b), "X-Trace", "");
}

#define HEADER(with) "{check: wire.header, with: {class: api, " with "}}"
#define BEARER       HEADER("name: Authorization, equals: 'Bearer «pat»'")

Test(wire, header)
{
    static const struct row rows[] = {
        {"there", NULL, MODE_PAT, HEADER("name: authorization"), VERDICT_PASS, "all 4 do",
         "requests of class api carry the header authorization", NULL},
        {"there with its value", NULL, MODE_PAT, BEARER, VERDICT_PASS, "all 4 do",
         "requests of class api carry `Authorization: Bearer «pat»'", NULL},
        {"not there", without_authorization, MODE_PAT, BEARER, VERDICT_FAIL,
         "request #3 does not have the header Authorization", NULL, NULL},
        {"another value", lower_case_scheme, MODE_PAT, BEARER, VERDICT_FAIL,
         "request #3 has `authorization: bearer «pat»'", NULL, NULL},
        {"a second value", two_values, MODE_PAT, BEARER, VERDICT_FAIL,
         "request #3 has `Authorization: Bearer other'", NULL, NULL},
        {"absent", NULL, MODE_PAT, HEADER("name: X-Trace, absent: true"), VERDICT_PASS, "all 4 do",
         "requests of class api do not carry the header X-Trace", NULL},
        {"not absent", traced, MODE_PAT, HEADER("name: x-trace, absent: true"), VERDICT_FAIL,
         "request #3 has `X-Trace: '", NULL, NULL},
        {"one value", NULL, MODE_PAT, HEADER("name: Authorization, values: 2"), VERDICT_FAIL,
         "1 different over 4 requests",
         "requests of class api carry the header Authorization, with 2 or more different values",
         NULL},
        {"several values", lower_case_scheme, MODE_PAT, HEADER("name: Authorization, values: 2"),
         VERDICT_PASS, "all 4 do", NULL, NULL},
        {"several values, but missing once", without_authorization, MODE_PAT,
         HEADER("name: Authorization, values: 2"), VERDICT_FAIL,
         "request #3 does not have the header Authorization", NULL, NULL},
        {"no requests", no_requests, MODE_PAT, HEADER("name: X-Trace, absent: true"), VERDICT_FAIL,
         "there were no requests of class api", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void unknown_route(struct bench *b)
{
    struct journal_record *r = bench_add_record(b, "", 404);
    r->request.target = "/api/2.0/clusters/lists";
    r->nearest = "GET /api/2.0/clusters/list";
}

static void unknown_route_far_off(struct bench *b)
{
    bench_add_record(b, "", 404)->request.target = "/nowhere";
}

Test(wire, known_routes)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: wire.known_routes}", VERDICT_PASS, "all 4 do",
         "every request goes to a route that the mock knows", NULL},
        {"one unknown", unknown_route, MODE_PAT, "{check: wire.known_routes}", VERDICT_INCONCLUSIVE,
         "1 of 5 did not, first GET /api/2.0/clusters/lists; the nearest known is GET "
         "/api/2.0/clusters/list",
         NULL, NULL},
        {"nothing near", unknown_route_far_off, MODE_PAT, "{check: wire.known_routes}",
         VERDICT_INCONCLUSIVE, "1 of 5 did not, first GET /nowhere", NULL, NULL},
        {"no requests", no_requests, MODE_PAT, "{check: wire.known_routes}", VERDICT_INCONCLUSIVE,
         "there was no request", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void no_statement(struct bench *b)
{
    bench_record(b, "sql.statement.execute", 1)->route = "sql.statement.get";
}

static void no_table(struct bench *b)
{
    bench_record(b, "uc.table.get", 0)->route = "uc.catalog.get";
}

static void statement_refused(struct bench *b)
{
    bench_record(b, "sql.statement.execute", 0)->response.status = 403;
}

static void statement_only(struct bench *b)
{
    no_table(b);
    b->manifest.capabilities = 1u << CAN_STATEMENTS | 1u << CAN_SQL;
}

static void thrift_only(struct bench *b)
{
    b->manifest.capabilities = 1u << CAN_THRIFT | 1u << CAN_SQL;
}

static void thrift_done(struct bench *b)
{
    thrift_only(b);
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        if (str_eq_z(str_of(r->route), "sql.statement.execute")) {
            r->route = "sql.thrift.ExecuteStatement";
        }
    }
}

static void table_only(struct bench *b)
{
    no_statement(b);
    b->manifest.capabilities = 1u << CAN_UNITY_CATALOG;
}

static void speaks_neither(struct bench *b)
{
    b->manifest.capabilities = 1u << CAN_SESSION;
}

static void outside_its_range(struct bench *b)
{
    b->evidence.operations[1].last_seq = b->evidence.operations[1].first_seq;
}

static void one_range(struct bench *b)
{
    for (size_t i = 0; i < b->evidence.operation_count; i++) {
        b->evidence.operations[i].first_seq = 1;
        b->evidence.operations[i].last_seq = (int64_t)b->evidence.journal.count;
    }
}

static void one_range_one_call(struct bench *b)
{
    one_range(b);
    no_statement(b);
}

static void none_succeeds(struct bench *b)
{
    b->evidence.operations[0].answer = b->evidence.operations[1].answer = ANSWER_ERROR;
}

#define CALLS "{check: wire.validation_calls}"

Test(wire, validation_calls)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, CALLS, VERDICT_PASS, "all 2 did",
         "each successful `validate' gets the Unity Catalog table and runs the statement, both "
         "answered 2xx",
         NULL},
        {"no statement", no_statement, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 1 was ok without a statement of its own", NULL, "#4 "},
        {"no table get", no_table, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 0 was ok without a table get of its own", NULL, NULL},
        {"ok though refused", statement_refused, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 0 was ok without a statement of its own", NULL, NULL},
        {"before its time", outside_its_range, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 1 was ok without a statement of its own", NULL, NULL},
        {"statements only", statement_only, MODE_PAT, CALLS, VERDICT_PASS, "all 2 did",
         "each successful `validate' runs the statement, answered 2xx", NULL},
        {"Thrift asked for, REST done", thrift_only, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 0 was ok without a statement of its own", NULL, NULL},
        {"Thrift", thrift_done, MODE_PAT, CALLS, VERDICT_PASS, "all 2 did",
         "each successful `validate' runs the statement, answered 2xx", NULL},
        {"tables only", table_only, MODE_PAT, CALLS, VERDICT_PASS, "all 2 did",
         "each successful `validate' gets the Unity Catalog table, answered 2xx", NULL},
        {"neither", speaks_neither, MODE_PAT, CALLS, VERDICT_NOT_APPLICABLE,
         "speaks neither unity-catalog nor SQL", NULL, NULL},
        {"one range for all", one_range, MODE_PAT, CALLS, VERDICT_PASS, "all 2 did", NULL, NULL},
        {"one range and a call too few", one_range_one_call, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 0 was ok without a statement of its own", NULL, NULL},
        {"none succeeds", none_succeeds, MODE_PAT, CALLS, VERDICT_FAIL, "no `validate' succeeded",
         NULL, NULL},
        {"nothing came", no_requests, MODE_PAT, CALLS, VERDICT_FAIL,
         "validate 0 was ok without a table get", NULL, NULL},
    };
    ROWS_RUN(rows);
}
