/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include "base/cli/exit_code.h"
#include "base/core/str.h"
#include "base/text/number.h"
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

struct tally {
    size_t count[VERDICT_COUNT];
};

static struct tally tally_of(const struct run_record *run)
{
    struct tally t = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        t.count[r->verdict]++;
    }
    return t;
}

static const char *failed_sentence(const struct tally *t, bool differs)
{
    if (t->count[VERDICT_FAIL] > 0) {
        return "❌ **FAIL**: a must did not hold";
    }
    if (t->count[VERDICT_XPASS] > 0) {
        return "❌ **FAIL**: what the manifest lists as an expected failure does not fail";
    }
    if (t->count[VERDICT_FLAKY] > 0) {
        return "❌ **FAIL**: a case passed only on a repeat";
    }
    if (differs) {
        return "❌ **FAIL**: a connector does not name itself by one product token";
    }
    return "❌ **FAIL**: a should did not hold, and warnings count as failures in this run";
}

/* In a self-check nearly all case runs fail, as they are meant to: its own gate counts. */
static const char *proof_sentence(const struct run_record *run)
{
    switch (run->exit_code) {
    case EXIT_OK:
        return "✅ **PASS**: every check and every case has a mutant that it sees, every mutant is "
               "seen as meant and by nothing else, and the clean connectors are green";
    case EXIT_FAILED:
        return "❌ **FAIL**: the gate is shut, for the problems listed";
    default:
        return "🚫 **INCOMPLETE**: only a part of the mutants or cases was run, so this is not a "
               "pass";
    }
}

static const char *verdict_sentence(const struct run_record *run, const struct tally *t)
{
    if (run->proof && run->complete) {
        return proof_sentence(run);
    }
    AUTO_ARENA struct arena *a = arena_new();
    switch (run->exit_code) {
    case EXIT_OK:
        return t->count[VERDICT_XFAIL] > 0
                   ? "✅ **PASS**: every must that was judged held, or failed as the manifest says"
                   : "✅ **PASS**: every must that was judged held";
    case EXIT_FAILED:
        return failed_sentence(t, run_product_troubles(a, run).count > 0);
    case EXIT_INCOMPLETE:
        return "🚫 **INCOMPLETE**: something could not be judged, so this is not a pass";
    case EXIT_INTERRUPTED:
    case EXIT_TERMINATED:
        return "🚫 **INTERRUPTED**: the run was stopped, so this is not a pass";
    default:
        return "💥 **NO VERDICT**: assay itself failed";
    }
}

static void write_counts(struct buf *out, const struct run_record *run, const struct tally *t)
{
    if (run->results.count == 0) {
        buf_add_z(out, "No case was run.\n\n");
        return;
    }
    buf_add_z(out, "| case runs | | meaning |\n|---:|---|---|\n");
    for (int rank = VERDICT_COUNT; rank > 0; rank--) {
        for (int v = 0; v < VERDICT_COUNT; v++) {
            if (t->count[v] > 0 && verdict_rank((enum verdict)v) == rank) {
                buf_printf(out, "| %zu | %s | %s |\n", t->count[v], verdict_badge((enum verdict)v),
                           verdict_doc((enum verdict)v));
            }
        }
    }
    buf_printf(out, "| %zu | in all | |\n\n", run->results.count);
}

static void write_by_connector(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "| connector | verdict | case runs |\n|---|---|---:|\n");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        enum verdict worst = VERDICT_NOT_APPLICABLE;
        size_t n = 0;
        VEC_FOREACH(const struct run_result, r, &run->results) {
            if (str_eq_z(str_of(r->connector), c->name)) {
                worst = verdict_rank(r->verdict) > verdict_rank(worst) ? r->verdict : worst;
                n++;
            }
        }
        buf_add_z(out, "| ");
        markdown_code(out, c->name);
        buf_printf(out, " | %s | %zu |\n", n ? verdict_badge(worst) : "not run", n);
    }
    buf_add_char(out, '\n');
}

static void write_verdict(struct buf *out, const struct run_record *run)
{
    struct tally t = tally_of(run);
    buf_add_z(out, "## Verdict\n\n");
    if (!run->complete) {
        buf_add_z(out,
                  "> **This report is of a run that broke off.** What is missing is unknown.\n\n");
    }
    if (run->selection.count > 0) {
        buf_add_z(out, "> **Partial:** only what was selected was run (see the sufficiency "
                       "assessment).\n\n");
    }
    if (run->part.total > 1) {
        buf_printf(out, "> **Partial:** this is shard %lld of %lld; `assay merge` joins them.\n\n",
                   (long long)run->part.index, (long long)run->part.total);
    }
    buf_printf(out, "%s.\n\n", verdict_sentence(run, &t));
    for (size_t i = 0; i < run->problems.count; i++) {
        buf_add_z(out, "- **Problem:** ");
        markdown_text(out, run->problems.items[i]);
        buf_add_char(out, '\n');
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list products = run_product_troubles(a, run);
    for (size_t i = 0; i < products.count && !run->proof; i++) {
        buf_add_z(out, "- **Problem:** ");
        markdown_text(out, products.items[i]);
        buf_add_char(out, '\n');
    }
    buf_add_z(out, run->problems.count + products.count ? "\n" : "");
    write_counts(out, run, &t);
    if (run->connectors.count > 1) {
        write_by_connector(out, run);
    }
}

static void write_header(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "# Build report\n\nHow ");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        bool first = c == run->connectors.items;
        bool last = c + 1 == run->connectors.items + run->connectors.count;
        buf_add_z(out, first ? "" : last ? " and " : ", ");
        markdown_code(out, c->name);
    }
    buf_add_z(out, run->connectors.count == 1 ? " authenticates" : " authenticate");
    buf_add_z(out, " to Databricks, judged by assay from what was seen on the wire, in the process "
                   "tree and on disk. Names in «angle quotes» stand for credentials of the run; "
                   "their values are nowhere in this report.\n\nIsolation: **");
    markdown_text(out, run->world.isolation);
    buf_add_z(out, "**, clock: **");
    markdown_text(out, run->world.clock);
    buf_add_z(out, "**.");
    if (run->world.unproven.count > 0) {
        buf_add_z(out, " What that leaves unproven is listed under "
                       "[Sufficiency assessment](#sufficiency-assessment).");
    }
    buf_add_z(out, "\n\n");
}

static void write_connector_row(struct buf *out, const struct run_connector *c)
{
    buf_add_z(out, "| ");
    markdown_code(out, c->name);
    buf_add_z(out, ": ");
    markdown_text(out, c->title);
    buf_add_z(out, " | ");
    markdown_text(out, c->version);
    buf_add_z(out, " | ");
    markdown_text(out, c->language);
    buf_add_z(out, " | ");
    markdown_code(out, c->product);
    buf_add_z(out, " | ");
    markdown_text(out, c->drive);
    buf_add_z(out, " | ");
    for (size_t m = 0; m < c->modes.count; m++) {
        buf_add_z(out, m ? ", " : "");
        markdown_text(out, c->modes.items[m]);
    }
    buf_add_z(out, " |\n");
}

/* What was timed can be wrong by the jitter; who judges times allows for it, or does not judge. */
static void write_timing(struct buf *out, const struct run_record *run)
{
    int64_t worst_ms = -1;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        worst_ms = r->evidence && r->jitter_ms > worst_ms ? r->jitter_ms : worst_ms;
    }
    if (worst_ms >= 0) {
        buf_printf(
            out,
            "timing | sleepers were woken up to %lld ms late; checks of pauses for which that "
            "is too much are inconclusive |\n| ",
            (long long)worst_ms);
    }
}

static void write_what_was_run(struct buf *out, const struct run_record *run)
{
    char took[32];
    buf_add_z(out, "## What was run\n\n| connector | version | language | User-Agent product | "
                   "drive | modes |\n|---|---|---|---|---|---|\n");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        write_connector_row(out, c);
    }
    buf_add_z(out, "\n| | |\n|---|---|\n| run | ");
    markdown_code(out, run->run_id);
    buf_add_z(out, ", started ");
    markdown_text(out, run->started);
    buf_printf(out, ", took %s, %lld in parallel |\n| suite | ",
               format_duration_ms(run->duration_ms, took, (int)sizeof(took)),
               (long long)run->world.jobs);
    markdown_code(out, run->suite_digest);
    buf_printf(out, " (%zu case%s) |\n| requirement set | ", run->cases.count,
               run->cases.count == 1 ? "" : "s");
    markdown_code(out, run->requirement_set);
    if (run->seed && run->seed[0]) {
        buf_add_z(out, " |\n| seed | ");
        markdown_code(out, run->seed);
    }
    buf_add_z(out, " |\n| ");
    write_timing(out, run);
    buf_add_z(out, "assay | ");
    markdown_text(out, run->world.assay_version);
    buf_add_z(out, " on ");
    markdown_text(out, run->world.system);
    buf_add_z(out, " |\n\n");
}

static void write_result_row(struct buf *out, const struct run_result *r)
{
    buf_add_z(out, "| ");
    markdown_text(out, r->connector);
    buf_add_z(out, " | ");
    markdown_text(out, r->mode);
    buf_add_z(out, " | ");
    markdown_link(out, r->case_id, r->evidence);
    buf_printf(out, " | %s | ", verdict_badge(r->verdict));
    for (size_t i = 0; i < r->check_count; i++) {
        buf_add_z(out, i ? ", " : "");
        markdown_text(out, r->checks[i].check);
        if (r->checks[i].verdict != VERDICT_PASS) {
            buf_printf(out, " (%s)", verdict_name(r->checks[i].verdict));
        }
    }
    buf_printf(out, " | %lld |\n", (long long)r->duration_ms);
}

static void write_all_results(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "## All case runs\n\n<details><summary>Every case run with its checks"
                   "</summary>\n\n| connector | mode | case | verdict | checks | ms |\n"
                   "|---|---|---|---|---|---:|\n");
    VEC_FOREACH(const struct run_result, r, &run->results) {
        write_result_row(out, r);
    }
    buf_add_z(out, "\n</details>\n");
}

void build_report_write(struct buf *out, const struct run_record *run,
                        const struct run_record *previous)
{
    AUTO_ARENA struct arena *a = arena_new();
    write_header(out, run);
    write_verdict(out, run);
    write_what_was_run(out, run);
    report_products(a, out, run);
    report_matrix(a, out, run);
    report_traceability(a, out, run);
    report_sufficiency(a, out, run);
    report_log(a, out, run, previous);
    if (run->proof) {
        buf_add_z(out, run->proof);
        buf_add_char(out, '\n');
    }
    write_all_results(out, run);
}
