/* SPDX-License-Identifier: Apache-2.0 */
/* Test error/fix log: every failure with what to do about it, and what changed since the run
 * before. */
#include "harness/report/compare.h"
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

static bool is_logged(enum verdict v)
{
    return v != VERDICT_PASS && v != VERDICT_NOT_APPLICABLE;
}

static void write_field(struct buf *out, const char *title, const char *text)
{
    if (text && text[0]) {
        buf_printf(out, "- **%s:** ", title);
        markdown_text(out, text);
        buf_add_char(out, '\n');
    }
}

/* connector · mode · case */
static void write_where(struct buf *out, const char *connector, const char *mode,
                        const char *case_id)
{
    markdown_text(out, connector);
    buf_add_z(out, " · ");
    markdown_text(out, mode);
    buf_add_z(out, " · ");
    markdown_text(out, case_id);
}

/* Where to look, and how to run that alone. */
static void write_pointers(struct arena *a, struct buf *out, const struct run_record *run,
                           const struct run_result *r)
{
    if (r->evidence) {
        buf_add_z(out, "- **Evidence:** ");
        markdown_link(out, r->evidence, r->evidence);
        buf_add_char(out, '\n');
    }
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        if (str_eq_z(str_of(c->name), r->connector) && c->manifest_path && c->manifest_path[0]) {
            buf_add_z(out, "- **Run it alone:** ");
            markdown_code(out, arena_printf(a, "assay run -c %s --auth %s --case %s%s%s",
                                            c->manifest_path, r->mode, r->case_id,
                                            run->seed && run->seed[0] ? " --seed " : "",
                                            run->seed ? run->seed : ""));
            buf_add_char(out, '\n');
        }
    }
}

static void write_check(struct arena *a, struct buf *out, const struct run_record *run,
                        const struct run_result *r, const struct check_result *c)
{
    buf_printf(out, "#### %s ", verdict_badge(c->verdict));
    markdown_code(out, c->check);
    buf_printf(out, " (%s) · ", level_names[c->level]);
    write_where(out, r->connector, r->mode, r->case_id);
    buf_add_z(out, "\n\n");
    write_field(out, "Expected", c->expected);
    write_field(out, "Seen", c->seen);
    write_field(out, "Why it matters", c->because);
    write_field(out, "Expected failure", c->xfail_reason);
    write_field(out, "Likely cause", c->cause);
    write_field(out, "Fix", c->fix);
    if (c->clauses.count > 0) {
        buf_add_z(out, "- **Clauses:** ");
        for (size_t i = 0; i < c->clauses.count; i++) {
            buf_add_z(out, i ? ", " : "");
            markdown_code(out, c->clauses.items[i]);
        }
        buf_add_char(out, '\n');
    }
    write_pointers(a, out, run, r);
    if (c->excerpt && c->excerpt[0]) {
        buf_add_char(out, '\n');
        markdown_block(out, c->excerpt, 2);
    }
    buf_add_char(out, '\n');
}

static void write_unjudged(struct arena *a, struct buf *out, const struct run_record *run,
                           const struct run_result *r)
{
    buf_printf(out, "#### %s · ", verdict_badge(r->verdict));
    write_where(out, r->connector, r->mode, r->case_id);
    buf_add_z(out, "\n\n");
    write_field(out, "Why", r->reason);
    write_pointers(a, out, run, r);
    buf_add_char(out, '\n');
}

static void write_change(struct buf *out, const struct change *c)
{
    buf_add_z(out, "- ");
    write_where(out, c->connector, c->mode, c->case_id);
    if (c->check[0]) {
        buf_add_z(out, " · ");
        markdown_code(out, c->check);
    }
    if (c->kind == CHANGE_NEW) {
        buf_printf(out, ": %s\n", verdict_name(c->now));
    } else {
        buf_printf(out, ": %s → %s\n", verdict_name(c->before), verdict_name(c->now));
    }
}

static void write_changes_of(struct buf *out, const struct changes *changes, enum change_kind kind,
                             const char *title)
{
    bool any = false;
    VEC_FOREACH(const struct change, c, changes) {
        if (c->kind != kind) {
            continue;
        }
        if (!any) {
            buf_printf(out, "**%s**\n\n", title);
            any = true;
        }
        write_change(out, c);
    }
    buf_add_z(out, any ? "\n" : "");
}

static void write_changes(struct arena *a, struct buf *out, const struct run_record *run,
                          const struct run_record *previous)
{
    static const char *const titles[] = {[CHANGE_FIXED] = "Fixed since",
                                         [CHANGE_BROKEN] = "Broken since",
                                         [CHANGE_STILL] = "Not green, as before",
                                         [CHANGE_NEW] = "Not green, and not judged before"};
    struct changes changes;
    if (!previous) {
        buf_add_z(out, "### Since the previous run\n\nThere is no previous run in this folder to "
                       "compare with.\n\n");
        return;
    }
    run_compare(a, previous, run, &changes);
    buf_add_z(out, "### Since the previous run (");
    markdown_text(out, previous->started);
    buf_add_z(out, ")\n\n");
    if (!previous->complete) {
        buf_add_z(out,
                  "The previous run broke off: what it did not reach counts as not judged.\n\n");
    }
    if (!str_eq_z(str_of(previous->suite_digest), run->suite_digest)) {
        buf_add_z(out, "The suite has changed between the two runs.\n\n");
    }
    if (changes.count == 0) {
        buf_add_z(out, "Nothing was broken, nothing was fixed.\n\n");
    }
    for (size_t k = 0; k < ARRAY_LEN(titles); k++) {
        write_changes_of(out, &changes, (enum change_kind)k, titles[k]);
    }
}

/* Those of one result that have this rank; false when there are none. */
static bool write_findings(struct arena *a, struct buf *out, const struct run_record *run,
                           const struct run_result *r, int rank)
{
    bool any = false;
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (is_logged(c->verdict) && verdict_rank(c->verdict) == rank) {
            write_check(a, out, run, r, c);
            any = true;
        }
    }
    if (r->check_count == 0 && is_logged(r->verdict) && verdict_rank(r->verdict) == rank) {
        write_unjudged(a, out, run, r);
        any = true;
    }
    return any;
}

void report_log(struct arena *a, struct buf *out, const struct run_record *run,
                const struct run_record *previous)
{
    bool any = false;
    buf_add_z(out, "## Test error/fix log\n\n");
    write_changes(a, out, run, previous);
    buf_add_z(out, "### Findings of this run\n\n");
    for (int rank = VERDICT_COUNT; rank > 0; rank--) {
        VEC_FOREACH(const struct run_result, r, &run->results) {
            any = write_findings(a, out, run, r, rank) || any;
        }
    }
    if (!any) {
        buf_add_z(out, run->results.count ? "None: every check that was judged held.\n\n"
                                          : "None: nothing was judged.\n\n");
    }
}
