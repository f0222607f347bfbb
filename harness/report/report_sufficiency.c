/* SPDX-License-Identifier: Apache-2.0 */
/* Sufficiency assessment: what this run is enough for, and what it cannot prove. */
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

enum coverage { COVERED, UNABLE, INAPPLICABLE, UNCOVERED, EXCLUDED, COVERAGE_COUNT };

static const char *const coverage_text[COVERAGE_COUNT] = {
    "judged by at least one check in this run",
    "a case cites it, but it could not run",
    "a case cites it, but it does not apply to these connectors",
    "no case that was run cites it",
    "left out of the suite, with a reason",
};
static const char *const coverage_title[COVERAGE_COUNT] = {
    "covered", "could not run", "not applicable", "not covered", "excluded"};

static enum coverage coverage_of(const struct clause_standing *s)
{
    if (s->judged) {
        return COVERED;
    }
    if (s->could_not_run) {
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
            buf_printf(out, " (%s) ", s->clause->level);
            markdown_text(out, s->clause->excluded ? s->clause->excluded : s->clause->text);
            buf_add_char(out, '\n');
        }
    }
    buf_add_z(out, "\n</details>\n\n");
}

static void write_unproven(struct buf *out, const struct run_record *run)
{
    buf_add_z(out, "### What this run cannot prove\n\n");
    if (!run->complete) {
        buf_add_z(out, "- The run broke off: its event stream has no footer.\n");
    }
    for (size_t i = 0; i < run->selection.count; i++) {
        buf_add_z(out, "- Only a part of the suite was selected: ");
        markdown_code(out, run->selection.items[i]);
        buf_add_z(out, ".\n");
    }
    for (size_t i = 0; i < run->world.unproven.count; i++) {
        buf_add_z(out, "- ");
        markdown_text(out, run->world.unproven.items[i]);
        buf_add_char(out, '\n');
    }
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        for (int m = 0; m < MODE_COUNT; m++) {
            const char *name = mode_name((enum mode)m);
            if (!list_has(&c->modes, name)) {
                buf_printf(out,
                           "- `%s` does not declare the mode `%s` (%s), so nothing is known of "
                           "it there.\n",
                           c->name, name, mode_title((enum mode)m));
            } else if (list_has(&c->skipped_modes, name)) {
                buf_printf(out, "- The mode `%s` of `%s` was not selected.\n", name, c->name);
            }
        }
    }
    for (size_t i = 0; i < run->problems.count; i++) {
        buf_add_z(out, "- **Problem:** ");
        markdown_text(out, run->problems.items[i]);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

static void write_not_run(struct buf *out, const struct run_record *run)
{
    bool any = false;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (r->check_count == 0 && r->reason) {
            buf_add_z(out, any ? ""
                               : "### Case runs without a judgement\n\n"
                                 "| connector | mode | case | verdict | why |\n"
                                 "|---|---|---|---|---|\n");
            any = true;
            buf_printf(out, "| %s | %s | %s | %s | ", r->connector, r->mode, r->case_id,
                       verdict_badge(r->verdict));
            markdown_text(out, r->reason);
            buf_add_z(out, " |\n");
        }
    }
    buf_add_z(out, any ? "\n" : "");
}

void report_sufficiency(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct clause_standings all;
    size_t count[COVERAGE_COUNT] = {0};
    clause_standings_of(a, run, &all);
    VEC_FOREACH(const struct clause_standing, s, &all) {
        count[coverage_of(s)]++;
    }
    buf_printf(out,
               "## Sufficiency assessment\n\nOf the %zu clauses of the catalogue:\n\n"
               "| | clauses | meaning |\n|---|---:|---|\n",
               all.count);
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
