/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static struct journal_record *token_request(struct bench *b)
{
    return bench_record(b, "oidc.token", 0);
}

static void wider_scope(struct bench *b)
{
    record_form_set(b, token_request(b), "scope", "all-apis offline_access");
}

static void no_scope(struct bench *b)
{
    for (size_t i = 0; i < token_request(b)->request.form.count; i++) {
        token_request(b)->request.form.items[i].name = "other";
    }
}

static void no_token_requests(struct bench *b)
{
    token_request(b)->class = ROUTE_OTHER;
}

static void statement_body(struct bench *b, const char *body)
{
    for (size_t i = 0; i < b->evidence.journal.count; i++) {
        struct journal_record *r = &b->evidence.journal.items[i];
        if (str_eq_z(str_of(r->route), "sql.statement.execute")) {
            r->request.body = body;
        }
    }
}

static void right_warehouse(struct bench *b)
{
    b->evidence.identity.warehouse_id = "abc123";
    statement_body(b, "{\"warehouse_id\":\"abc123\",\"byte_limit\":10}");
}

static void other_warehouse(struct bench *b)
{
    right_warehouse(b);
    statement_body(b, "{\"warehouse_id\":\"abc124\"}");
}

static void no_json(struct bench *b)
{
    right_warehouse(b);
    statement_body(b, "warehouse_id=abc123");
}

#define TOKEN(with) "{check: request.parameter, with: {class: token, name: scope, " with "}}"
#define STATEMENT(with) \
    "{check: request.parameter, with: {route: sql.statement.execute, in: json, " with "}}"

Test(request, parameter)
{
    static const struct row rows[] = {
        {"as it should be", NULL, MODE_M2M, TOKEN("equals: all-apis"), VERDICT_PASS, "all 1 do",
         NULL, NULL},
        {"it ends so", NULL, MODE_M2M, TOKEN("ends: apis"), VERDICT_PASS, "all 1 do", NULL, NULL},
        {"it ends otherwise", NULL, MODE_M2M, TOKEN("ends: /.default"), VERDICT_FAIL,
         "has scope=all-apis", NULL, NULL},
        {"another value", wider_scope, MODE_M2M, TOKEN("equals: all-apis"), VERDICT_FAIL,
         "has scope=all-apis offline_access", NULL, NULL},
        {"absent", no_scope, MODE_M2M, TOKEN("equals: all-apis"), VERDICT_FAIL,
         "has no scope in its form", NULL, NULL},
        {"absent, as it should be", no_scope, MODE_M2M, TOKEN("absent: true"), VERDICT_PASS,
         "all 1 do", NULL, NULL},
        {"there, and should not be", NULL, MODE_M2M, TOKEN("absent: true"), VERDICT_FAIL,
         "has scope=all-apis", NULL, NULL},
        {"not in the query", NULL, MODE_M2M, TOKEN("in: query"), VERDICT_FAIL,
         "has no scope in its query", NULL, NULL},
        {"no such request", no_token_requests, MODE_M2M, TOKEN("equals: all-apis"), VERDICT_FAIL,
         "there were no requests", NULL, NULL},
        {"a member of JSON", right_warehouse, MODE_PAT,
         STATEMENT("name: warehouse_id, equals: \"${warehouse_id}\""), VERDICT_PASS, "all 2 do",
         NULL, NULL},
        {"a number of JSON", right_warehouse, MODE_PAT, STATEMENT("name: byte_limit, equals: '10'"),
         VERDICT_PASS, "all 2 do", NULL, NULL},
        {"another member of JSON", other_warehouse, MODE_PAT,
         STATEMENT("name: warehouse_id, equals: \"${warehouse_id}\""), VERDICT_FAIL,
         "has warehouse_id=abc124", NULL, NULL},
        {"no JSON", no_json, MODE_PAT, STATEMENT("name: warehouse_id"), VERDICT_FAIL,
         "has no warehouse_id in its json", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void in_the_url(struct bench *b)
{
    struct journal_record *r = bench_record(b, "uc.table.get", 0);
    record_secret_add(b, r, r->credential.name, "target");
}

static void in_a_header(struct bench *b)
{
    struct journal_record *r = bench_record(b, "uc.table.get", 1);
    record_secret_add(b, r, r->credential.name, "header:X-Token");
}

static void another_secret(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 0), "other", "target");
}

static void no_calls(struct bench *b)
{
    for (size_t i = 0; i < b->evidence.journal.count; i++) {
        b->evidence.journal.items[i].class = ROUTE_OTHER;
    }
}

#define ONE "{check: request.one_token}"

Test(request, one_token)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, ONE, VERDICT_PASS, "all 4 do", NULL, NULL},
        {"in the URL", in_the_url, MODE_PAT, ONE, VERDICT_FAIL, "has it in its URL as well", NULL,
         NULL},
        {"in a header", in_a_header, MODE_PAT, ONE, VERDICT_FAIL,
         "has it in header:X-Token as well", NULL, NULL},
        {"another secret", another_secret, MODE_PAT, ONE, VERDICT_PASS, "all 4 do", NULL, NULL},
        {"no call", no_calls, MODE_PAT, ONE, VERDICT_FAIL, "there was no API call", NULL, NULL},
    };
    ROWS_RUN(rows);
}
