/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/nearest.h"

#include "evidence_builder.h"

#include "base/core/str.h"
#include "harness/judge/selection.h"

static struct selection token_selection(struct arena *a)
{
    struct selection s = {.grant = "refresh_token"};
    *VEC_PUSH(a, &s.routes) = "oidc.token";
    *VEC_PUSH(a, &s.status) = "200";
    return s;
}

static bool says(const char *text, const char *part)
{
    return text && str_find(str_of(text), str_of(part), 0) >= 0;
}

Test(nearest, the_closest_exchange_is_shown_field_by_field)
{
    struct bench *b = bench_new(MODE_M2M, 2);
    struct selection s = token_selection(b->arena);
    const char *text = nearest_text(b->arena, &s, &b->evidence.journal);
    cr_expect(says(text, "nearest miss: #"), "%s", text ? text : "(none)");
    cr_expect(says(text, "POST /oidc/v1/token"), "%s", text);
    cr_expect(says(text, "route      oidc.token: as wanted"), "%s", text);
    cr_expect(says(text, "grant      client_credentials: wanted were requests with grant_type "
                         "refresh_token"),
              "%s", text);
    cr_expect(says(text, "status     200: as wanted"), "%s", text);
    cr_expect_not(says(text, "\n  credential"), "%s", text);
    bench_free(b);
}

Test(nearest, there_is_none_for_what_was_met_or_asks_for_nothing_or_is_quite_another)
{
    struct bench *b = bench_new(MODE_M2M, 2);
    struct selection met = token_selection(b->arena), all = {0}, far = {0};
    struct journal none = {0};
    met.grant = "client_credentials";
    *VEC_PUSH(b->arena, &far.routes) = "no.such";
    cr_expect_null(nearest_text(b->arena, &met, &b->evidence.journal));
    cr_expect_null(nearest_text(b->arena, &all, &b->evidence.journal));
    cr_expect_null(nearest_text(b->arena, &far, &b->evidence.journal));
    cr_expect_null(nearest_text(b->arena, &met, &none));
    bench_free(b);
}

Test(nearest, values_are_compared_byte_by_byte)
{
    struct bench *b = bench_new(MODE_PAT, 1);
    struct journal_record *r = bench_record(b, "uc.table.get", 0);
    record_header_set(b, r, "User-Agent", "acme_lake/1.4.2\tpython");
    const char *text = nearest_header_text(b->arena, "User-Agent", "acme_lake/1.4.3 python", r);
    cr_expect(says(text, "the values part at byte 14: wanted `3 python', seen `2\\x09python'"),
              "%s", text);
    cr_expect_not(says(nearest_header_text(b->arena, "User-Agent", NULL, r), "part at byte"));
    record_header_set(b, r, "User-Agent", "acme");
    text = nearest_header_text(b->arena, "User-Agent", "acme_lake", r);
    cr_expect(says(text, "at byte 4: wanted `_lake', seen `'"), "%s", text);
    bench_free(b);
}

Test(nearest, a_header_of_a_similar_name_is_named)
{
    struct bench *b = bench_new(MODE_PAT, 1);
    struct journal_record *r = bench_record(b, "uc.table.get", 0);
    record_header_set(b, r, "User-Agent", NULL);
    record_header_add(b, r, "UserAgent", "acme");
    const char *text = nearest_header_text(b->arena, "User-Agent", NULL, r);
    cr_expect(says(text, "nearest header: UserAgent: acme"), "%s", text);
    text = nearest_header_text(b->arena, "X-Quite-Another-One", NULL, r);
    cr_expect(says(text, "headers there were:"), "%s", text);
    cr_expect(says(text, "UserAgent"), "%s", text);
    bench_free(b);
}

Test(nearest, unmet_counts_and_headers_show_it)
{
    struct bench *b = bench_new(MODE_M2M, 2);
    struct case_result *r = bench_judge(
        b, "[{check: wire.count, with: {route: oidc.token, grant: refresh_token, min: 1}}]");
    cr_assert_eq(r->verdict, VERDICT_FAIL);
    cr_expect(says(r->checks[0].excerpt, "nearest miss: "), "%s", r->checks[0].excerpt);
    r = bench_judge(b, "[{check: wire.count, with: {route: oidc.token, max: 0}}]");
    cr_assert_eq(r->verdict, VERDICT_FAIL);
    cr_expect_not(says(r->checks[0].excerpt, "nearest miss: "), "%s", r->checks[0].excerpt);
    r = bench_judge(b, "[{check: wire.header, with: {route: oidc.token, name: User-Agents}}]");
    cr_assert_eq(r->verdict, VERDICT_FAIL);
    cr_expect(says(r->checks[0].excerpt, "nearest header: User-Agent: "), "%s",
              r->checks[0].excerpt);
    bench_free(b);
}

Test(nearest, a_parameter_of_another_name_or_elsewhere_is_named)
{
    struct bench *b = bench_new(MODE_M2M, 1);
    struct journal_record *r = bench_record(b, "oidc.token", 0);
    struct nearest_parameter p = {.name = "scopes", .part = "form"};
    const char *text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "POST /oidc/v1/token"), "%s", text);
    cr_expect(says(text, "nearest parameter in its form: scope\n"), "%s", text);
    p = (struct nearest_parameter){.name = "scope", .part = "query"};
    text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "scope stands in its form instead"), "%s", text);
    p = (struct nearest_parameter){.name = "code_challenge", .part = "form"};
    text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "in its form there were: grant_type, scope\n"), "%s", text);
    p.part = "json";
    text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "in its json there were: none"), "%s", text);
    r->request.body = "{\"warehouse\":\"w\",\"wait_timeout\":\"3s\"}";
    p.name = "warehouse_id";
    text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "in its json there were: warehouse, wait_timeout") ||
                  says(text, "nearest parameter in its json: warehouse"),
              "%s", text);
    p = (struct nearest_parameter){"scope", "all-apis sql", "form", "all-apis"};
    text = nearest_parameter_text(b->arena, &p, r);
    cr_expect(says(text, "the values part at byte 8: wanted ` sql', seen `'"), "%s", text);
    bench_free(b);
}

Test(nearest, unmet_parameters_show_it)
{
    struct bench *b = bench_new(MODE_M2M, 1);
    struct case_result *r = bench_judge(
        b, "[{check: request.parameter, with: {class: token, name: scope, equals: all-api}}]");
    cr_assert_eq(r->verdict, VERDICT_FAIL);
    cr_expect(says(r->checks[0].excerpt, "the values part at byte 7: wanted `', seen `s'"), "%s",
              r->checks[0].excerpt);
    r = bench_judge(b, "[{check: request.parameter, with: {class: token, name: scop}}]");
    cr_assert_eq(r->verdict, VERDICT_FAIL);
    cr_expect(says(r->checks[0].excerpt, "nearest parameter in its form: scope"), "%s",
              r->checks[0].excerpt);
    bench_free(b);
}
