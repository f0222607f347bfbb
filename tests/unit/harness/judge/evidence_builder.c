/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

#include "base/core/str.h"

#include <string.h>

#define AGENT "acme_lake/1.4.2 databricks-sdk-py/0.133.0 python/3.11.7 os/linux auth/pat"

static struct journal_record record_blank(struct bench *b, struct journal *j)
{
    int64_t seq = (int64_t)j->count + 1;
    struct journal_record r = {.seq = seq,
                               .real_ms = 10 * seq,
                               .time_ms = 1700000000000 + 10 * seq,
                               .took_ms = 2,
                               .answered_ms = 1,
                               .connection = 1,
                               .connection_request = seq,
                               .route = "",
                               .nearest = "",
                               .grant = "",
                               .principal = "",
                               .fault = ""};
    r.request = (struct journal_request){.method = "GET",
                                         .host = b->evidence.identity.host,
                                         .target = "/",
                                         .path = "/",
                                         .framing = "none",
                                         .body = ""};
    r.credential = (struct journal_credential){
        .scheme = "", .name = "", .kind = "", .state = CREDENTIAL_ABSENT};
    r.response = (struct journal_response){.status = 200, .body = "{}", .end = "sent"};
    return r;
}

static void credential_give(struct bench *b, struct journal_record *r)
{
    bool pat = b->mode == MODE_PAT;
    r->credential = (struct journal_credential){.scheme = "Bearer",
                                                .name = pat ? "pat" : "access_token_1",
                                                .kind = pat ? "pat" : "access-token",
                                                .state = CREDENTIAL_LIVE};
    r->principal = b->evidence.identity.principal;
    record_header_add(b, r, "Authorization", pat ? "Bearer «pat»" : "Bearer «access_token_1»");
}

static void token_request_fill(struct bench *b, struct journal_record *r)
{
    r->class = ROUTE_TOKEN;
    r->grant = "client_credentials";
    r->request.method = "POST";
    r->request.target = r->request.path = "/oidc/v1/token";
    r->credential = (struct journal_credential){.scheme = "Basic",
                                                .name = "client_secret",
                                                .kind = "client-secret",
                                                .state = CREDENTIAL_LIVE};
    record_header_add(b, r, "Content-Type", "application/x-www-form-urlencoded");
    record_form_add(b, r, "grant_type", "client_credentials");
    record_form_add(b, r, "scope", "all-apis");
}

struct journal_record *bench_add_record(struct bench *b, const char *route, int status)
{
    struct journal_record r = record_blank(b, &b->evidence.journal);
    r.route = route;
    r.response.status = status;
    record_header_add(b, &r, "User-Agent", AGENT);
    if (str_eq_z(str_of(route), "oidc.token")) {
        token_request_fill(b, &r);
    } else if (str_eq_z(str_of(route), "oidc.discovery")) {
        r.class = ROUTE_DISCOVERY;
        r.request.target = r.request.path = "/oidc/.well-known/oauth-authorization-server";
    } else if (str_starts(str_of(route), STR("uc."))) {
        r.class = ROUTE_API;
        r.request.target = r.request.path = "/api/2.1/unity-catalog/tables/main.default.t";
        credential_give(b, &r);
    } else if (str_starts(str_of(route), STR("sql."))) {
        r.class = ROUTE_API;
        r.request.method = "POST";
        r.request.target = r.request.path = "/api/2.0/sql/statements/";
        credential_give(b, &r);
    } else {
        r.class = ROUTE_UNKNOWN;
        r.response.status = 404;
    }
    struct journal_record *added = VEC_PUSH(b->arena, &b->evidence.journal);
    *added = r;
    return added;
}

struct journal_record *bench_add_decoy(struct bench *b)
{
    struct journal_record r = record_blank(b, &b->evidence.decoy);
    r.class = ROUTE_API;
    r.request.target = r.request.path = "/api/2.0/preview/scim/v2/Me";
    struct journal_record *added = VEC_PUSH(b->arena, &b->evidence.decoy);
    *added = r;
    return added;
}

static void operation_add(struct bench *b)
{
    struct evidence *e = &b->evidence;
    struct operation_record *op = &e->operations[e->operation_count];
    *op = (struct operation_record){.index = (int64_t)e->operation_count,
                                    .verb = "validate",
                                    .answer = ANSWER_OK,
                                    .exit_code = -1,
                                    .began_ms = 10,
                                    .ended_ms = 52,
                                    .first_seq = (int64_t)e->journal.count + 1};
    if (b->mode == MODE_M2M && e->operation_count == 0) {
        bench_add_record(b, "oidc.discovery", 200);
        bench_add_record(b, "oidc.token", 200);
    }
    bench_add_record(b, "uc.table.get", 200);
    bench_add_record(b, "sql.statement.execute", 200);
    op->last_seq = (int64_t)e->journal.count;
    operation_reply_set(b, op, e->identity.table_id);
    e->operation_count++;
}

static const struct manifest clean_manifest = {
    .path = "connector.yaml",
    .dir = ".",
    .name = "acme",
    .title = "Acme Lake",
    .version = "1.4.2",
    .language = "python",
    .product = "acme_lake",
    .drive = DRIVE_LINES,
    .capabilities = 1u << CAN_UNITY_CATALOG | 1u << CAN_STATEMENTS | 1u << CAN_SESSION |
                    1u << CAN_DUMP | 1u << CAN_OPERATIONS | 1u << CAN_SQL};

static const struct evidence clean_evidence = {
    .connector = "acme",
    .case_id = "unit/case",
    .product = "acme_lake",
    .version = "1.4.2",
    .isolation = "env",
    .clock = "real",
    .drive = "lines",
    .identity = {.principal = "sp-1",
                 .client_id = "00000000-0000-4000-8000-000000000001",
                 .credential = "client_secret",
                 .warehouse_id = "w1",
                 .table = "main.default.t",
                 .table_id = "nonce-7f3a",
                 .host = "127.0.0.1:4711"},
    .process = {.started = true, .end = "exited", .code = 0, .killed_for = "", .ended_ms = 80},
    .stdout_text = {.name = "stdout", .text = ""},
    .stderr_text = {.name = "stderr", .text = ""},
    .duration_ms = 123};

struct bench *bench_new(enum mode mode, size_t operations)
{
    struct arena *a = arena_new();
    struct bench *b = ARENA_NEW(a, struct bench);
    *b = (struct bench){.arena = a,
                        .mode = mode,
                        .manifest = clean_manifest,
                        .evidence = clean_evidence,
                        .today = "2026-06-15"};
    b->evidence.mode = mode_name(mode);
    b->evidence.operations = ARENA_ARRAY(a, struct operation_record, operations + 8);
    for (size_t i = 0; i < operations; i++) {
        operation_add(b);
    }
    return b;
}

void bench_free(struct bench *b)
{
    VEC_FOREACH(struct json *, reply, &b->replies) {
        json_free(*reply);
    }
    arena_free(b->arena);
}

struct journal_record *bench_record(struct bench *b, const char *route, size_t nth)
{
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        if (str_eq_z(str_of(r->route), route) && nth-- == 0) {
            return r;
        }
    }
    cr_assert(false, "no such record: %s", route);
    return NULL;
}

void record_header_add(struct bench *b, struct journal_record *r, const char *name,
                       const char *value)
{
    *VEC_PUSH(b->arena, &r->request.headers) = (struct journal_pair){name, value};
}

static void pair_set(struct bench *b, struct journal_pairs *pairs, const char *name,
                     const char *value)
{
    struct journal_pairs kept = {0};
    VEC_FOREACH(struct journal_pair, p, pairs) {
        if (!str_eq_nocase(str_of(p->name), str_of(name))) {
            *VEC_PUSH(b->arena, &kept) = *p;
        }
    }
    if (value) {
        *VEC_PUSH(b->arena, &kept) = (struct journal_pair){name, value};
    }
    *pairs = kept;
}

void record_header_set(struct bench *b, struct journal_record *r, const char *name,
                       const char *value)
{
    pair_set(b, &r->request.headers, name, value);
}

void record_form_set(struct bench *b, struct journal_record *r, const char *name, const char *value)
{
    pair_set(b, &r->request.form, name, value);
}

void record_form_add(struct bench *b, struct journal_record *r, const char *name, const char *value)
{
    *VEC_PUSH(b->arena, &r->request.form) = (struct journal_pair){name, value};
}

void record_secret_add(struct bench *b, struct journal_record *r, const char *name,
                       const char *where)
{
    *VEC_PUSH(b->arena, &r->secrets) =
        (struct journal_secret){.name = name, .encoding = "raw", .where = where, .offset = 3};
}

void bench_add_find(struct bench *b, struct secret_find find)
{
    struct {
        struct secret_find *items;
        size_t count, capacity;
    } finds = {b->evidence.finds, b->evidence.find_count, b->evidence.find_count};
    find.encoding = find.encoding ? find.encoding : "raw";
    find.kind = find.kind ? find.kind : "client-secret";
    find.name = find.name ? find.name : "client_secret";
    find.excerpt = find.excerpt ? find.excerpt : "secret=«client_secret»";
    *VEC_PUSH(b->arena, &finds) = find;
    b->evidence.finds = finds.items;
    b->evidence.find_count = finds.count;
}

void bench_add_expected_failure(struct bench *b, struct manifest_expected_failure entry)
{
    struct {
        struct manifest_expected_failure *items;
        size_t count, capacity;
    } list = {b->manifest.expected_failures.items, b->manifest.expected_failures.count,
              b->manifest.expected_failures.count};
    *VEC_PUSH(b->arena, &list) = entry;
    b->manifest.expected_failures.items = list.items;
    b->manifest.expected_failures.count = list.count;
}

void operation_reply_set(struct bench *b, struct operation_record *op, const char *table_id)
{
    struct json *reply = json_object();
    json_set_bool(reply, "ok", true);
    if (table_id) {
        json_set_string(reply, "table_id", table_id);
    }
    *VEC_PUSH(b->arena, &b->replies) = reply;
    op->reply = reply;
}

static int case_of(struct bench *b, const char *expectations, struct case_spec **ret,
                   struct err *err)
{
    const char *text = arena_printf(b->arena,
                                    "id: unit/case\ntitle: A case\nwhy: To test the judge.\n"
                                    "clauses: [UNIT-1]\ngiven: %s\n"
                                    "do:\n  - {operation: validate}\nexpect: %s\n",
                                    b->given ? b->given : "{}", expectations);
    struct case_source source = {str_of(text), "unit/case.yaml", "unit/case"};
    struct case_list list = {0};
    if (case_read(b->arena, &source, judge_catalog_new(b->arena), NULL, &list, err) < 0) {
        return -1;
    }
    *ret = list.items[0];
    return 0;
}

bool bench_accepts(struct bench *b, const char *expectation, struct err *err)
{
    struct case_spec *spec = NULL;
    if (case_of(b, arena_printf(b->arena, "[%s]", expectation), &spec, err) < 0) {
        return false;
    }
    case_done(spec);
    return true;
}

struct case_result *bench_judge(struct bench *b, const char *expectations)
{
    struct case_spec *spec = NULL;
    struct err err = {0};
    char message[1024];
    int rc = case_of(b, expectations, &spec, &err);
    cr_assert_eq(rc, 0, "%s", err_text(&err, message, sizeof(message)));
    struct case_result *r =
        judge_case(b->arena, spec, b->mode, &b->manifest, &b->evidence, b->today);
    case_done(spec);
    return r;
}

static void row_run(const struct row *row)
{
    struct bench *b = bench_new(row->mode, 2);
    if (row->spoil) {
        row->spoil(b);
    }
    struct case_result *result = bench_judge(b, arena_printf(b->arena, "[%s]", row->check));
    cr_assert_eq(result->check_count, 1, "row `%s'", row->what);
    const struct check_result *c = &result->checks[0];
    cr_expect_eq(c->verdict, row->verdict, "row `%s': %s, wanted %s (seen: %s)", row->what,
                 verdict_name(c->verdict), verdict_name(row->verdict), c->seen);
    cr_assert_not_null(c->seen, "row `%s'", row->what);
    cr_expect_not_null(strstr(c->seen, row->seen), "row `%s': seen `%s', wanted `%s'", row->what,
                       c->seen, row->seen);
    if (row->expected) {
        cr_expect_str_eq(c->expected, row->expected, "row `%s': expected `%s'", row->what,
                         c->expected);
    }
    if (row->excerpt) {
        cr_expect(c->excerpt && strstr(c->excerpt, row->excerpt), "row `%s': excerpt `%s'",
                  row->what, c->excerpt ? c->excerpt : "(none)");
    }
    bool silent = row->verdict == VERDICT_PASS || row->verdict == VERDICT_NOT_APPLICABLE;
    cr_expect_eq(c->cause == NULL, silent, "row `%s': cause", row->what);
    cr_expect_eq(c->fix == NULL, silent, "row `%s': fix", row->what);
    bench_free(b);
}

void rows_run(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row_run(&rows[i]);
    }
}
