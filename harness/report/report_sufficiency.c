/* SPDX-License-Identifier: Apache-2.0 */
/* Sufficiency assessment: what this run is enough for, and what it cannot prove. */
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

enum coverage { COVERED, UNABLE, INAPPLICABLE, UNCOVERED, EXCLUDED, COVERAGE_COUNT };

static const char *const coverage_text[COVERAGE_COUNT] = {
    "judged by at least one check in this run",
    "a case cites it, but could not run or came to no result",
    "a case cites it, but it does not apply to these connectors",
    "no case that was run cites it",
    "left out of the suite, with a reason",
};
static const char *const coverage_title[COVERAGE_COUNT] = {
    "covered", "could not run", "not applicable", "not covered", "excluded"};

static enum coverage coverage_of(const struct clause_standing *s)
{
    if (s->decided) {
        return COVERED;
    }
    if (s->could_not_run || s->judged) {
        return UNABLE;
    }
    if (s->not_applicable) {
        return INAPPLICABLE;
    }
    return s->clause->excluded ? EXCLUDED : UNCOVERED;
}

static void write_list(struct buf *out, const struct clause_standings *all, enum coverage wanted)
{
    size_t n = 0;
    VEC_FOREACH(const struct clause_standing, s, all) {
        n += coverage_of(s) == wanted;
    }
    if (n == 0 || wanted == COVERED) {
        return;
    }
    buf_printf(out, "<details><summary>%zu %s: %s</summary>\n\n", n, coverage_title[wanted],
               coverage_text[wanted]);
    VEC_FOREACH(const struct clause_standing, s, all) {
        if (coverage_of(s) == wanted) {
            buf_add_z(out, "- ");
            markdown_code(out, s->clause->id);
            buf_add_z(out, " (");
            markdown_text(out, s->clause->level);
            buf_add_z(out, ") ");
            markdown_text(out, s->clause->excluded ? s->clause->excluded : s->clause->text);
            buf_add_z(out, wanted == UNCOVERED && s->cited ? " (its cases were not run)\n" : "\n");
        }
    }
    buf_add_z(out, "\n</details>\n\n");
}

static void write_modes(struct buf *out, const struct run_connector *c, bool skipped)
{
    bool any = false;
    for (int m = 0; m < MODE_COUNT; m++) {
        const char *name = mode_name((enum mode)m);
        if (!skipped && !mode_is_expected((enum mode)m)) {
            continue;
        }
        if (skipped ? !str_list_has(&c->skipped_modes, str_of(name))
                    : str_list_has(&c->modes, str_of(name))) {
            continue;
        }
        if (!any) {
            buf_add_z(out, "- ");
            markdown_code(out, c->name);
            buf_add_z(out, skipped ? " was not run in " : " does not declare ");
            any = true;
        } else {
            buf_add_z(out, ", ");
        }
        buf_printf(out, "`%s`", name);
    }
    buf_add_z(out, any ? ": nothing is known of it there\n" : "");
}

static void write_unproven(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "### What this run cannot prove\n\n");
    for (size_t i = 0; i < run->selection.count; i++) {
        buf_add_z(out, "- Only a part of the suite was selected: ");
        markdown_code(out, run->selection.items[i]);
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < run->world.unproven.count; i++) {
        buf_add_z(out, "- ");
        markdown_text(out, run->world.unproven.items[i]);
        buf_add_char(out, '\n');
    }
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        write_modes(out, c, true);
        write_modes(out, c, false);
    }
    buf_add_char(out, '\n');
}

static bool is_unjudged(const struct run_result *r)
{
    return r->check_count == 0 && r->reason &&
           (r->verdict == VERDICT_NOT_APPLICABLE || r->verdict == VERDICT_COULD_NOT_RUN ||
            r->verdict == VERDICT_HARNESS_ERROR || r->verdict == VERDICT_INCONCLUSIVE);
}

static void write_not_run(struct buf *out, const struct run_record *run)
{
    bool any = false;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!is_unjudged(r)) {
            continue;
        }
        buf_add_z(out, any ? ""
                           : "### Case runs without a judgement\n\n"
                             "| connector | mode | case | verdict | why |\n"
                             "|---|---|---|---|---|\n");
        any = true;
        buf_add_z(out, "| ");
        markdown_text(out, r->connector);
        buf_add_z(out, " | ");
        markdown_text(out, r->mode);
        buf_add_z(out, " | ");
        markdown_text(out, r->case_id);
        buf_printf(out, " | %s | ", verdict_badge(r->verdict));
        markdown_text(out, r->reason);
        buf_add_z(out, " |\n");
    }
    buf_add_z(out, any ? "\n" : "");
}

/* Whether the run is enough to go by, and if not why; judged here is only how much was judged. */
static void write_conclusion(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct str_list gaps = {0};
    size_t open = 0, skipped = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        open += r->verdict == VERDICT_COULD_NOT_RUN || r->verdict == VERDICT_INCONCLUSIVE ||
                r->verdict == VERDICT_HARNESS_ERROR;
    }
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        skipped += c->skipped_modes.count;
    }
    if (!run->complete) {
        *VEC_PUSH(a, &gaps) = "the run broke off";
    }
    if (run->results.count == 0) {
        *VEC_PUSH(a, &gaps) = "no case was run";
    }
    if (run->selection.count > 0) {
        *VEC_PUSH(a, &gaps) = "only a part of the suite was selected";
    }
    if (run->part.total > 1) {
        *VEC_PUSH(a, &gaps) = "this is one shard of several";
    }
    if (skipped > 0) {
        *VEC_PUSH(a, &gaps) = arena_printf(a, "%zu declared mode%s not run", skipped,
                                           skipped == 1 ? " was" : "s were");
    }
    if (open > 0) {
        *VEC_PUSH(a, &gaps) =
            arena_printf(a, "%zu case run%s could not be judged", open, open == 1 ? "" : "s");
    }
    if (gaps.count == 0) {
        buf_add_z(out,
                  "**Sufficient** for the modes that the connectors declare, within the limits "
                  "below.\n\n");
        return;
    }
    buf_add_z(out, "**Not sufficient:** ");
    for (size_t i = 0; i < gaps.count; i++) {
        buf_printf(out, "%s%s", i ? "; " : "", gaps.items[i]);
    }
    buf_add_z(out, ".\n\n");
}

void report_sufficiency(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct clause_standings all;
    size_t count[COVERAGE_COUNT] = {0};
    clause_standings_of(a, run, &all);
    VEC_FOREACH(const struct clause_standing, s, &all) {
        count[coverage_of(s)]++;
    }
    buf_add_z(out, "## Sufficiency assessment\n\n");
    write_conclusion(a, out, run);
    buf_printf(out, "%zu of the %zu clauses of the catalogue were judged:\n\n", count[COVERED],
               all.count);
    buf_add_z(out, "| | clauses | meaning |\n|---|---:|---|\n");
    for (int c = 0; c < COVERAGE_COUNT; c++) {
        buf_printf(out, "| %s | %zu | %s |\n", coverage_title[c], count[c], coverage_text[c]);
    }
    buf_add_char(out, '\n');
    for (int c = 0; c < COVERAGE_COUNT; c++) {
        write_list(out, &all, (enum coverage)c);
    }
    write_not_run(out, run);
    write_unproven(out, run);
}
