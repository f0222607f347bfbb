/* SPDX-License-Identifier: Apache-2.0 */
/* The report as a whole against golden files, and its structure with text that tries to break it.
 * ASSAY_REGENERATE_GOLDEN=1 rewrites the golden files; with CI set that is refused. */
#include "harness/report/report.h"
#include "sample_run.h"

#include "base/core/str.h"
#include "base/sys/env.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

#define GOLDEN(name) TEST_SOURCE_DIR "/golden/" name

static void golden_compare(const char *path, const struct buf *out)
{
    struct err err = {0};
    AUTO_BUF struct buf wanted = {0};
    if (env_get("ASSAY_REGENERATE_GOLDEN")) {
        cr_assert_null(env_get("CI"), "golden files are not made in CI");
        cr_assert_eq(fs_write_file(path, buf_str(out), 0644, &err), 0, "%s", err.msg);
    }
    cr_assert_eq(fs_read_file(path, 1 << 20, &wanted, &err), 0, "%s", err.msg);
    size_t at = 0, line = 1;
    while (at < out->len && at < wanted.len && out->ptr[at] == wanted.ptr[at]) {
        line += out->ptr[at++] == '\n';
    }
    cr_expect(out->len == wanted.len && at == out->len,
              "%s differs from line %zu on: `%.60s', wanted `%.60s'; when that is right, run with "
              "ASSAY_REGENERATE_GOLDEN=1 and look at the difference",
              path, line, buf_z(out) + at, buf_z(&wanted) + at);
}

Test(build_report, a_run_with_everything_in_it)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    build_report_write(&out, sample_run_new(a), sample_run_previous(a));
    golden_compare(GOLDEN("build_report.md"), &out);
}

Test(build_report, a_green_run)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    build_report_write(&out, sample_run_green(a), NULL);
    golden_compare(GOLDEN("build_report_green.md"), &out);
}

/* In a self-check the case runs fail as they are meant to; its own gate is the verdict. */
Test(build_report, a_self_check_is_told_by_its_gate)
{
    static const struct {
        int code;
        const char *verdict;
    } rows[] = {{0, "**PASS**: every check and every case has a mutant"},
                {1, "**FAIL**: the gate is shut"},
                {2, "**INCOMPLETE**: only a part of the mutants"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_BUF struct buf out = {0};
        struct run_record *run = sample_run_new(a);
        run->proof = "## Kill matrix\n\n| mutant |\n";
        run->exit_code = rows[i].code;
        run->complete = true;
        build_report_write(&out, run, NULL);
        cr_expect(str_find(buf_str(&out), str_of(rows[i].verdict), 0) > 0, "%s", rows[i].verdict);
        cr_expect(str_find(buf_str(&out), STR("\n## Kill matrix\n"), 0) > 0);
        run->complete = false;
        buf_reset(&out);
        build_report_write(&out, run, NULL);
        cr_expect(str_find(buf_str(&out), str_of(rows[i].verdict), 0) < 0, "it broke off");
    }
}

static void products_set(struct arena *a, struct run_record *run, size_t nth, const char *token)
{
    *VEC_PUSH(a, &run->results.items[nth].products) = token;
}

/* One connector in two modes: the same token in both, then another in one of them. */
Test(build_report, product_tokens_are_compared_over_modes_and_runs)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = ARENA_NEW(a, struct run_record);
    *VEC_PUSH(a, &run->connectors) = (struct run_connector){.name = "acme"};
    *VEC_PUSH(a, &run->connectors) = (struct run_connector){.name = "other"};
    static const struct run_result rows[] = {
        {.connector = "acme", .mode = "pat", .case_id = "a/b"},
        {.connector = "acme", .mode = "m2m", .case_id = "c/d"},
        {.connector = "other", .mode = "pat", .case_id = "a/b"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *VEC_PUSH(a, &run->results) = rows[i];
    }
    run->complete = true;
    products_set(a, run, 0, "acme_lake/1.0");
    products_set(a, run, 1, "acme_lake/1.0");
    products_set(a, run, 2, "other_tool/2.0");
    cr_expect_eq(run_product_troubles(a, run).count, 0);
    cr_expect_eq(run_exit_code(run, false), 0);
    products_set(a, run, 1, "acme_lake/1.1");
    struct str_list troubles = run_product_troubles(a, run);
    cr_assert_eq(troubles.count, 1);
    cr_expect_str_eq(troubles.items[0],
                     "`acme' does not name itself by one product token in all runs and modes "
                     "(PWAF-UA-3): acme_lake/1.0 from pat a/b on, acme_lake/1.1 from m2m c/d on");
    run->exit_code = run_exit_code(run, false);
    cr_expect_eq(run->exit_code, 1);
    AUTO_BUF struct buf out = {0};
    build_report_write(&out, run, NULL);
    static const char *const said[] = {
        "**FAIL**: a connector does not name itself by one product token",
        "does not name itself by one product token in all runs and modes (PWAF-UA-3)",
        "| `acme` | `acme_lake/1.0` | pat, m2m | 2 |", "| `acme` | `acme_lake/1.1` | m2m | 1 |",
        "| `other` | `other_tool/2.0` | pat | 1 |"};
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        cr_expect(str_find(buf_str(&out), str_of(said[i]), 0) > 0, "%s", said[i]);
    }
    buf_reset(&out);
    summary_write(&out, run);
    cr_expect(str_find(buf_str(&out), STR("problem         `acme' does not name itself"), 0) >= 0);
}

/* An expected failure is strict both ways; what it cannot know of a part of a run, it does not say.
 */
Test(build_report, several_product_tokens_can_be_expected)
{
    AUTO_ARENA struct arena *a = arena_new();
    static const struct {
        const char *second; /* token of the second run */
        struct product_excuse excuse;
        bool part;
        const char *trouble; /* NULL = none */
    } rows[] = {
        {"acme/1.1", {"by design", "acme/1.1", ""}, false, NULL},
        {"acme/1.1", {"by design", "", ""}, true, NULL},
        {"acme/1.1", {"by design", "", "2020-01-01"}, false, "ended on 2020-01-01)"},
        {"acme/1.1", {"by design", "acme/2", ""}, false, "`acme/2' does not occur"},
        {"acme/1.0", {"by design", "", ""}, false, "although the manifest expects a failure (by"},
        {"acme/1.0", {"by design", "", "2020-01-01"}, false, "remove the entry"},
        {"acme/1.0", {"by design", "", ""}, true, NULL},
        {NULL, {"by design", "", ""}, false, "remove the entry"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run_record *run = ARENA_NEW(a, struct run_record);
        static const struct run_result one = {.connector = "acme", .mode = "pat", .case_id = "a/b"};
        *VEC_PUSH(a, &run->connectors) =
            (struct run_connector){.name = "acme", .excuse = rows[i].excuse};
        *VEC_PUSH(a, &run->results) = one;
        *VEC_PUSH(a, &run->results) = one;
        run->complete = true;
        run->part.total = rows[i].part ? 2 : 0;
        products_set(a, run, 0, "acme/1.0");
        if (rows[i].second) {
            products_set(a, run, 1, rows[i].second);
        }
        struct str_list troubles = run_product_troubles(a, run);
        cr_expect_eq(troubles.count, rows[i].trouble ? 1 : 0, "row %zu", i);
        cr_expect_eq(run_exit_code(run, false), rows[i].trouble ? 1 : 0, "row %zu", i);
        cr_expect(!rows[i].trouble ||
                      str_find(str_of(troubles.items[0]), str_of(rows[i].trouble), 0) >= 0,
                  "row %zu: %s", i, rows[i].trouble ? troubles.items[0] : "");
        AUTO_BUF struct buf out = {0};
        build_report_write(&out, run, NULL);
        bool told = str_find(buf_str(&out), STR("is an expected failure: by design"), 0) >= 0;
        cr_expect_eq(told, i < 2, "row %zu", i);
    }
}

Test(build_report, junit)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    junit_write(&out, sample_run_new(a));
    golden_compare(GOLDEN("junit.xml"), &out);
}

Test(build_report, summary)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    summary_write(&out, sample_run_new(a));
    golden_compare(GOLDEN("summary.txt"), &out);
}

/* What failed as it was expected to is in the counts only; a should that did not hold is told. */
Test(build_report, summary_of_what_was_not_expected)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf whole = {0};
    AUTO_BUF struct buf out = {0};
    struct run_record *run = sample_run_new(a);
    summary_write(&whole, run);
    summary_write_unexpected(&out, run);
    static const char expected[] = "  xfail           acme m2m connect/m2m\n"
                                   "                  outcome.ok: validate 0 gave no message\n";
    ssize_t at = str_find(buf_str(&whole), STR(expected), 0);
    cr_assert_geq(at, 0);
    AUTO_BUF struct buf rest = {0};
    buf_add(&rest, whole.ptr, (size_t)at);
    buf_add_z(&rest, whole.ptr + at + sizeof(expected) - 1);
    cr_expect_str_eq(buf_z(&out), buf_z(&rest));
    cr_expect_not_null(strstr(buf_z(&out), "1 xfail"));
}

struct outline {
    size_t headings, table_rows, details_open, details_close, fences;
};

static size_t unescaped_bars(struct str line)
{
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        n += line.ptr[i] == '|' && (i == 0 || line.ptr[i - 1] != '\\');
    }
    return n;
}

/* Reads the report as a Markdown reader would: fences hide what is in them; each table has rows of
 * one width. */
static struct outline outline_of(const struct buf *report)
{
    struct outline o = {0};
    struct str rest = buf_str(report), line;
    struct str fence = {0};
    size_t columns = 0;
    while (str_split(&rest, '\n', &line)) {
        struct str t = str_trim(line);
        if (fence.len > 0) {
            fence = str_eq(t, fence) ? (struct str){0} : fence;
            continue;
        }
        if (str_starts(t, STR("```"))) {
            size_t ticks = 0;
            while (ticks < t.len && t.ptr[ticks] == '`') {
                ticks++;
            }
            fence = str_slice(t, 0, ticks);
            o.fences++;
            continue;
        }
        bool is_row = str_starts(line, STR("|"));
        size_t bars = unescaped_bars(line);
        cr_expect(!is_row || columns == 0 || bars == columns || bars == 3,
                  "a row of %zu bars in a table of %zu: %.*s", bars, columns, STR_ARG(line));
        columns = !is_row ? 0 : columns ? columns : bars;
        o.table_rows += is_row;
        o.headings += str_starts(line, STR("#"));
        o.details_open += str_starts(t, STR("<details>"));
        o.details_close += str_starts(t, STR("</details>"));
        for (size_t i = 0; i < line.len; i++) {
            cr_expect_geq((unsigned char)line.ptr[i], 0x20, "a control byte: %.*s", STR_ARG(line));
        }
    }
    cr_expect_eq(fence.len, 0, "a fence is open at the end");
    return o;
}

static struct outline render_outline(struct arena *a, const char *text)
{
    AUTO_BUF struct buf out = {0};
    struct run_record *run = sample_run_new(a), *previous = sample_run_previous(a);
    run->connectors.items[0].title = text;
    run->connectors.items[0].language = text;
    run->connectors.items[0].version = text;
    run->connectors.items[0].product = text;
    run->world.system = text;
    run->world.unproven = strings(a, 1, text);
    run->selection = strings(a, 1, text);
    run->problems = strings(a, 1, text);
    run->requirement_set = run->suite_digest = run->run_id = text;
    VEC_FOREACH(struct run_clause, c, &run->clauses) {
        c->text = c->source = c->url = text;
        c->excluded = c->excluded ? text : NULL;
    }
    VEC_FOREACH(struct run_result, r, &run->results) {
        r->reason = r->check_count ? NULL : text;
        r->evidence = r->evidence ? text : NULL;
        for (size_t i = 0; i < r->check_count; i++) {
            struct check_result c = r->checks[i];
            c.expected = c.seen = c.excerpt = c.because = c.cause = c.fix = text;
            c.xfail_reason = c.xfail_reason ? text : NULL;
            ((struct check_result *)(uintptr_t)r->checks)[i] = c;
        }
    }
    build_report_write(&out, run, previous);
    return outline_of(&out);
}

Test(build_report, no_text_gets_out_of_where_it_was_put)
{
    static const char *const texts[] = {
        sample_odd_text,
        "|||||",
        "```\n````\n`````",
        "</details>\n\n# heading\n",
        "\n\n| a | b |",
        "--- \n***",
        "\\",
        "\\|",
        "<!--",
        "[x]: http:",
        "a\xff|\xc3",
        "`",
    };
    AUTO_ARENA struct arena *a = arena_new();
    const struct outline plain = render_outline(a, "plain");
    cr_expect_gt(plain.headings, 10);
    cr_expect_gt(plain.fences, 3);
    cr_expect_eq(plain.details_open, plain.details_close);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const struct outline o = render_outline(a, texts[i]);
        cr_expect_eq(o.headings, plain.headings, "text %zu", i);
        cr_expect_eq(o.table_rows, plain.table_rows, "text %zu", i);
        cr_expect_eq(o.details_open, plain.details_open, "text %zu", i);
        cr_expect_eq(o.details_close, plain.details_close, "text %zu", i);
        cr_expect_eq(o.fences, plain.fences, "text %zu", i);
    }
}

static void expect_in_order(const struct buf *out, const char *const *parts, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        long found = str_find(buf_str(out), str_of(parts[i]), at);
        cr_expect_geq(found, 0, "`%s' is not where it belongs", parts[i]);
        at = found < 0 ? at : (size_t)found;
    }
}

Test(build_report, the_parts_stand_in_their_order)
{
    static const char *const parts[] = {
        "# Build report\n",          "\n## Verdict\n",
        "\n## What was run\n",       "\n## Matrix\n",
        "\n## Skill traceability\n", "\n## Sufficiency assessment\n",
        "\n## Test error/fix log\n", "\n## All case runs\n"};
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0}, empty = {0};
    build_report_write(&out, sample_run_new(a), NULL);
    expect_in_order(&out, parts, ARRAY_LEN(parts));
    struct run_record none = {0};
    build_report_write(&empty, &none, NULL);
    expect_in_order(&empty, parts, ARRAY_LEN(parts));
    cr_expect_not_null(strstr(buf_z(&empty), "run that broke off"));
    cr_expect_not_null(strstr(buf_z(&empty), "**Not sufficient:** the run broke off"));
}

Test(build_report, the_verdict_says_what_made_it)
{
    static const struct {
        int exit_code;
        enum verdict verdict;
        const char *sentence;
    } rows[] = {
        {0, VERDICT_PASS, "✅ **PASS**: every must that was judged held."},
        {0, VERDICT_XFAIL, "or failed as the manifest says."},
        {1, VERDICT_FAIL, "❌ **FAIL**: a must did not hold."},
        {1, VERDICT_XPASS,
         "❌ **FAIL**: what the manifest lists as an expected failure does not fail."},
        {1, VERDICT_FLAKY, "❌ **FAIL**: a case passed only on a repeat."},
        {1, VERDICT_WARN, "❌ **FAIL**: a should did not hold, and warnings count as failures"},
        {2, VERDICT_COULD_NOT_RUN, "🚫 **INCOMPLETE**"},
        {130, VERDICT_PASS, "🚫 **INTERRUPTED**"},
        {143, VERDICT_PASS, "🚫 **INTERRUPTED**"},
        {70, VERDICT_HARNESS_ERROR, "💥 **NO VERDICT**"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_BUF struct buf out = {0};
        struct run_record *run = sample_run_green(a);
        run->exit_code = rows[i].exit_code;
        run->results.items[0].verdict = rows[i].verdict;
        build_report_write(&out, run, NULL);
        cr_expect_not_null(strstr(buf_z(&out), rows[i].sentence), "row %zu", i);
    }
}

Test(build_report, a_summary_cannot_steer_the_terminal)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    struct run_record *run = sample_run_new(a);
    run->results.items[6].reason = "x\x1b]0;title\x07\x1b[2J\r\n\xc2\x9bm \xff";
    run->problems = strings(a, 1, sample_odd_text);
    summary_write(&out, run);
    for (size_t i = 0; i < out.len; i++) {
        unsigned char c = (unsigned char)out.ptr[i];
        cr_expect(c == '\n' || (c >= 0x20 && c != 0x7f), "byte %zu is %02x", i, c);
    }
    cr_expect_null(strstr(buf_z(&out), "\xc2\x9b"));
}
