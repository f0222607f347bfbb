/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include "base/cli/exit_code.h"
#include "base/core/str.h"
#include "base/text/number.h"
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

static const char *verdict_sentence(const struct run_record *run)
{
    switch (run->exit_code) {
    case EXIT_OK:
        return "✅ **PASS** — every must that was judged held";
    case EXIT_FAILED:
        return "❌ **FAIL** — a must did not hold";
    case EXIT_INCOMPLETE:
        return "🚫 **INCOMPLETE** — something could not be judged, so this is not a pass";
    case EXIT_INTERRUPTED:
    case EXIT_TERMINATED:
        return "🚫 **INTERRUPTED** — the run was stopped, so this is not a pass";
    default:
        return "💥 **NO VERDICT** — assay itself failed";
    }
}

static void write_counts(struct buf *out, const struct run_record *run)
{
    size_t count[VERDICT_COUNT] = {0};
    bool any = false;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        count[r->verdict]++;
    }
    buf_printf(out, "%zu case runs: ", run->results.count);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (count[v] > 0) {
            buf_printf(out, "%s%zu %s", any ? ", " : "", count[v], verdict_name((enum verdict)v));
            any = true;
        }
    }
    buf_add_z(out, any ? ".\n" : "none.\n");
}

static void write_verdict(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "## Verdict\n\n");
    if (!run->complete) {
        buf_add_z(out,
                  "> **This report is of a run that broke off.** What is missing is unknown.\n\n");
    }
    if (run->selection.count > 0) {
        buf_add_z(out, "> **Partial:** only what was selected was run (see the sufficiency "
                       "assessment).\n\n");
    }
    buf_printf(out, "%s.\n\n", verdict_sentence(run));
    write_counts(out, run);
    buf_add_char(out, '\n');
    if (run->connectors.count > 1) {
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
            buf_printf(out, "| `%s` | %s | %zu |\n", c->name, verdict_badge(worst), n);
        }
        buf_add_char(out, '\n');
    }
}

static void write_header(struct buf *out, const struct run_record *run)
{
    char took[32];
    buf_add_z(out, "# Build report\n\nHow ");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        bool first = c == run->connectors.items;
        bool last = c + 1 == run->connectors.items + run->connectors.count;
        buf_add_z(out, first ? "" : last ? " and " : ", ");
        buf_printf(out, "`%s`", c->name);
    }
    buf_add_z(out, run->connectors.count == 1 ? " authenticates" : " authenticate");
    buf_add_z(out, " to Databricks, judged by assay from what was seen on the wire, in the process "
                   "tree and on disk. Names in «angle quotes» stand for credentials of the run; "
                   "their values are nowhere in this report.\n\n");
    buf_add_z(out, "| connector | version | language | User-Agent product | drive | modes |\n"
                   "|---|---|---|---|---|---|\n");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        buf_printf(out, "| `%s`: ", c->name);
        markdown_text(out, c->title);
        buf_printf(out, " | %s | %s | `%s` | %s | ", c->version, c->language, c->product, c->drive);
        for (size_t m = 0; m < c->modes.count; m++) {
            buf_printf(out, "%s%s", m ? ", " : "", c->modes.items[m]);
        }
        buf_add_z(out, " |\n");
    }
    buf_printf(
        out,
        "\n| | |\n|---|---|\n| run | `%s`, started %s, took %s, %lld in parallel |\n"
        "| suite | `%s` (%zu cases) |\n| requirement set | `%s` |\n"
        "| isolation | %s |\n| clock | %s |\n| assay | %s on %s |\n\n",
        run->run_id, run->started, format_duration_ms(run->duration_ms, took, (int)sizeof(took)),
        (long long)run->world.jobs, run->suite_digest, run->cases.count, run->requirement_set,
        run->world.isolation, run->world.clock, run->world.assay_version, run->world.system);
    if (run->world.unproven.count > 0) {
        buf_printf(out,
                   "This isolation and clock leave %zu things unproven; they are listed under "
                   "[Sufficiency assessment](#sufficiency-assessment).\n\n",
                   run->world.unproven.count);
    }
}

static void write_all_results(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "## All case runs\n\n<details><summary>Every case run with its checks"
                   "</summary>\n\n| connector | mode | case | verdict | checks | ms |\n"
                   "|---|---|---|---|---|---:|\n");
    VEC_FOREACH(const struct run_result, r, &run->results) {
        buf_printf(out, "| %s | %s | ", r->connector, r->mode);
        if (r->evidence) {
            buf_printf(out, "[%s](%s)", r->case_id, r->evidence);
        } else {
            buf_add_z(out, r->case_id);
        }
        buf_printf(out, " | %s | ", verdict_badge(r->verdict));
        for (size_t i = 0; i < r->check_count; i++) {
            buf_printf(out, "%s%s", i ? ", " : "", r->checks[i].check);
            if (r->checks[i].verdict != VERDICT_PASS) {
                buf_printf(out, " (%s)", verdict_name(r->checks[i].verdict));
            }
        }
        buf_printf(out, " | %lld |\n", (long long)r->duration_ms);
    }
    buf_add_z(out, "\n</details>\n");
}

void build_report_write(struct buf *out, const struct run_record *run,
                        const struct run_record *previous)
{
    AUTO_ARENA struct arena *a = arena_new();
    write_header(out, run);
    write_verdict(out, run);
    report_matrix(a, out, run);
    report_traceability(a, out, run);
    report_sufficiency(a, out, run);
    report_log(a, out, run, previous);
    write_all_results(out, run);
}
