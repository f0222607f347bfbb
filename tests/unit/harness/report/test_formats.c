/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"
#include "harness/report/results.h"

#include "sample_run.h"

#include "base/core/str.h"
#include "base/json/json_read.h"

#include <criterion/criterion.h>

static const char *render(struct arena *a, const char *format, const struct run_record *run)
{
    AUTO_BUF struct buf out = {0};
    const struct report_format *f = report_format_find(str_of(format));
    cr_assert_not_null(f, "%s", format);
    f->write(&out, run, NULL);
    return arena_strndup(a, buf_z(&out), out.len);
}

static size_t occurrences(const char *text, const char *needle)
{
    size_t n = 0;
    for (long at = str_find(str_of(text), str_of(needle), 0); at >= 0;
         at = str_find(str_of(text), str_of(needle), (size_t)at + 1)) {
        n++;
    }
    return n;
}

Test(formats, names_are_found_and_others_are_not)
{
    for (size_t i = 0; i < report_format_count; i++) {
        cr_expect_eq(report_format_find(str_of(report_formats[i].name)), &report_formats[i]);
    }
    cr_expect_null(report_format_find(STR("xml")));
    cr_expect_null(report_format_find(STR("")));
}

static struct results_file decode(struct arena *a, const char *text, struct json_doc *doc)
{
    struct results_file file;
    struct err err = {0};
    char message[1024];
    cr_assert_eq(json_read(str_of(text), "results.json", NULL, doc, &err), 0, "%s",
                 err_text(&err, message, sizeof(message)));
    cr_assert_eq(shape_decode(a, doc, doc->root, &results_shape, &file, &err), 0, "%s",
                 err_text(&err, message, sizeof(message)));
    return file;
}

Test(formats, results_are_what_their_table_says)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct run_record *run = sample_run_new(a);
    struct results_file file = decode(a, render(a, "json", run), &doc);
    cr_expect_eq(file.format, RESULTS_FORMAT);
    cr_expect_str_eq(file.verdict, "none");
    cr_expect_eq(file.exit_code, 70);
    cr_assert_eq(file.results.count, run->results.count);
    cr_expect_eq(file.counts[VERDICT_XFAIL], 1);
    cr_expect_eq(file.clauses.count, run->clauses.count);
    for (size_t i = 0; i < run->results.count; i++) {
        const struct results_result *r =
            SHAPE_LIST_AT(const struct results_result, file.results, i);
        cr_expect_str_eq(r->case_id, run->results.items[i].case_id);
        cr_expect_eq(r->verdict, (int)run->results.items[i].verdict);
        cr_expect_eq(r->checks.count, run->results.items[i].check_count);
    }
}

Test(formats, a_member_that_the_table_does_not_know_is_refused)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct results_file file;
    struct err err = {0};
    const char *text = render(a, "json", sample_run_new(a));
    const char *wrong = arena_printf(a, "{\"surprise\": 1, %s", strchr(text, '{') + 1);
    cr_assert_eq(json_read(str_of(wrong), "results.json", NULL, &doc, &err), 0);
    cr_expect_eq(shape_decode(a, &doc, doc.root, &results_shape, &file, &err), -1);
}

Test(formats, tap_plans_as_many_points_as_it_has)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_new(a);
    const char *text = render(a, "tap", run);
    size_t points = run->results.count + run->problems.count;
    cr_expect(str_starts(str_of(text), str_of(arena_printf(a, "TAP version 14\n1..%zu\n", points))),
              "%s", text);
    cr_expect_eq(occurrences(text, "\nok ") + occurrences(text, "\nnot ok "), points);
    /* allow: the directive that TAP has for an expected failure */
    cr_expect_eq(occurrences(text, " # TODO "), 1);
    cr_expect_eq(occurrences(text, " # SKIP "), 1);
    cr_expect_eq(occurrences(text, "- run: "), run->problems.count);
}

Test(formats, a_green_run_has_no_red_in_any_format)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    cr_expect_eq(occurrences(render(a, "tap", run), "not ok"), 0);
    cr_expect_eq(occurrences(render(a, "sarif", run), "\"ruleId\""), 0);
    cr_expect_eq(occurrences(render(a, "sarif", run), "\"executionSuccessful\": true"), 1);
    cr_expect_str_eq(render(a, "github", run), "");
    cr_expect_eq(occurrences(render(a, "step-summary", run), "### assay: pass"), 1);
    cr_expect_eq(occurrences(render(a, "json", run), "\"verdict\": \"pass\""), 3);
}

Test(formats, a_run_that_broke_off_is_red_in_all_formats)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    run->complete = false;
    run->exit_code = 2;
    cr_expect_eq(occurrences(render(a, "tap", run), "not ok 2 - run: the run broke off"), 1);
    cr_expect_eq(occurrences(render(a, "sarif", run), "\"executionSuccessful\": false"), 1);
    cr_expect_eq(occurrences(render(a, "github", run), "::error title=assay::the run broke off"),
                 1);
    cr_expect_eq(occurrences(render(a, "step-summary", run), "### assay: incomplete"), 1);
    cr_expect_eq(occurrences(render(a, "json", run), "\"complete\": false"), 1);
}

Test(formats, annotations_stay_one_line_each)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    struct run_result *r = result_add(a, run,
                                      (struct run_result){.connector = "acme",
                                                          .mode = "pat",
                                                          .case_id = "secrets/dump",
                                                          .verdict = VERDICT_FAIL});
    check_add(a, r,
              (struct check_result){.check = "c,d:e",
                                    .verdict = VERDICT_FAIL,
                                    .seen = "50% of\nit\r::error::forged",
                                    .line = 9});
    const char *text = render(a, "github", run);
    cr_expect_eq(occurrences(text, "\n"), 1, "%s", text);
    cr_expect_eq(occurrences(text, "file=acme/connector.yaml,line=1,title=fail%3A c%2Cd%3Ae (pat)"),
                 1, "%s", text);
    cr_expect_eq(occurrences(text, "50%25 of%0Ait%0D::error"), 1, "%s", text);
    cr_expect_eq(occurrences(text, "cases/secrets/dump.yaml:9"), 1, "%s", text);
}

Test(formats, sarif_places_each_check_and_suppresses_expected_failures)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    const char *text = render(a, "sarif", sample_run_new(a));
    cr_assert_eq(json_read(str_of(text), "sarif", NULL, &doc, &err), 0);
    const struct json *run = json_at(json_get(doc.root, "runs"), 0);
    size_t suppressed = 0, open = 0;
    JSON_FOREACH(result, json_get(run, "results")) {
        const struct json *physical =
            json_get(json_at(json_get(result, "locations"), 0), "physicalLocation");
        cr_expect_geq(json_get_int(json_get(physical, "region"), "startLine", 0), 1);
        suppressed += json_get(result, "suppressions") != NULL;
        open += str_eq_z(str_of(json_get_string(result, "kind", "")), "open");
    }
    cr_expect_eq(suppressed, 1);
    cr_expect_eq(open, 1);
    cr_expect_eq(occurrences(text, "\"id\": \"KIT-AUTH-3/outcome.ok\""), 1);
}

Test(formats, odd_texts_do_not_leave_their_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    struct run_result *r = result_add(a, run,
                                      (struct run_result){.connector = "acme",
                                                          .mode = "pat",
                                                          .case_id = "secrets/dump",
                                                          .verdict = VERDICT_FAIL});
    check_add(a, r,
              (struct check_result){.check = "secrets.absent",
                                    .verdict = VERDICT_FAIL,
                                    .seen = sample_odd_text,
                                    .expected = sample_odd_text});
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct results_file file = decode(a, render(a, "json", run), &doc);
    const struct results_result *last =
        SHAPE_LIST_AT(const struct results_result, file.results, file.results.count - 1);
    cr_expect_str_eq(SHAPE_LIST_AT(const struct results_check, last->checks, 0)->seen,
                     sample_odd_text);
    cr_expect_eq(occurrences(render(a, "tap", run), "\n# heading"), 0);
    cr_expect_eq(occurrences(render(a, "github", run), "\n"), 1);
}

Test(conclude, what_is_outside_the_requirement_set_fails_nothing)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    struct run_result *r = result_add(a, run,
                                      (struct run_result){.connector = "acme",
                                                          .mode = "pat",
                                                          .case_id = "secrets/dump",
                                                          .verdict = VERDICT_WARN});
    struct check_result *c = check_add(
        a, r, (struct check_result){.check = "x", .verdict = VERDICT_WARN, .outside = true});
    cr_expect_eq(run_exit_code(run, true), 0);
    c->outside = false;
    cr_expect_eq(run_exit_code(run, true), 1);
    cr_expect_eq(run_exit_code(run, false), 0);
    r->verdict = VERDICT_COULD_NOT_RUN;
    r->check_count = 0;
    r->outside = true;
    cr_expect_eq(run_exit_code(run, false), 0);
    r->outside = false;
    cr_expect_eq(run_exit_code(run, false), 2);
    r->verdict = VERDICT_HARNESS_ERROR;
    r->outside = true;
    cr_expect_eq(run_exit_code(run, false), 70);
}

Test(conclude, the_plan_digest_depends_on_every_name_and_on_the_order)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct run_job_name jobs[] = {{"a", "pat", "x"}, {"a", "pat", "y"}, {"a", "m2m", "x"}};
    const struct run_job_name other[] = {{"a", "pat", "y"}, {"a", "pat", "x"}, {"a", "m2m", "x"}};
    const char *digest = run_plan_digest(a, jobs, 3);
    cr_expect_str_eq(run_plan_digest(a, jobs, 3), digest);
    cr_expect_str_neq(run_plan_digest(a, jobs, 2), digest);
    cr_expect_str_neq(run_plan_digest(a, other, 3), digest);
}
