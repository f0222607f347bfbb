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

static void write_check(struct arena *a, struct buf *out, const struct run_result *r,
                        const struct check_result *c)
{
    (void)a;
    buf_printf(out, "#### %s `%s` (%s) · %s · %s · %s\n\n", verdict_badge(c->verdict), c->check,
               level_names[c->level], r->connector, r->mode, r->case_id);
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
    if (r->evidence) {
        buf_printf(out, "- **Evidence:** [%s](%s)\n", r->evidence, r->evidence);
    }
    if (c->excerpt && c->excerpt[0]) {
        buf_add_char(out, '\n');
        markdown_block(out, c->excerpt, 2);
    }
    buf_add_char(out, '\n');
}

static void write_unjudged(struct buf *out, const struct run_result *r)
{
    buf_printf(out, "#### %s · %s · %s · %s\n\n", verdict_badge(r->verdict), r->connector, r->mode,
               r->case_id);
    write_field(out, "Why", r->reason);
    if (r->evidence) {
        buf_printf(out, "- **Evidence:** [%s](%s)\n", r->evidence, r->evidence);
    }
    buf_add_char(out, '\n');
}

static void write_change(struct buf *out, const struct change *c)
{
    buf_printf(out, "- %s · %s · %s", c->connector, c->mode, c->case_id);
    if (c->check[0]) {
        buf_printf(out, " · `%s`", c->check);
    }
    if (c->kind == CHANGE_NEW) {
        buf_printf(out, ": %s\n", verdict_name(c->now));
    } else {
        buf_printf(out, ": %s → %s\n", verdict_name(c->before), verdict_name(c->now));
    }
}

static void write_changes(struct arena *a, struct buf *out, const struct run_record *run,
                          const struct run_record *previous)
{
    static const char *const titles[] = {[CHANGE_FIXED] = "Fixed since",
                                         [CHANGE_BROKEN] = "Broken anew",
                                         [CHANGE_STILL] = "Not green before either",
                                         [CHANGE_NEW] = "Not green, and not judged before"};
    struct changes changes;
    if (!previous) {
        buf_add_z(out, "### Since the previous run\n\nThere is no previous run in this folder to "
                       "compare with.\n\n");
        return;
    }
    run_compare(a, previous, run, &changes);
    buf_printf(out, "### Since the previous run (%s)\n\n", previous->started);
    if (!str_eq_z(str_of(previous->suite_digest), run->suite_digest)) {
        buf_add_z(out, "The suite has changed between the two runs.\n\n");
    }
    if (changes.count == 0) {
        buf_add_z(out, "Nothing was broken, nothing was fixed.\n\n");
    }
    for (size_t k = 0; k < ARRAY_LEN(titles); k++) {
        bool any = false;
        VEC_FOREACH(const struct change, c, &changes) {
            if (c->kind == (enum change_kind)k) {
                if (!any) {
                    buf_printf(out, "**%s**\n\n", titles[k]);
                    any = true;
                }
                write_change(out, c);
            }
        }
        buf_add_z(out, any ? "\n" : "");
    }
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
            for (size_t i = 0; i < r->check_count; i++) {
                if (is_logged(r->checks[i].verdict) && verdict_rank(r->checks[i].verdict) == rank) {
                    write_check(a, out, r, &r->checks[i]);
                    any = true;
                }
            }
            if (r->check_count == 0 && is_logged(r->verdict) && verdict_rank(r->verdict) == rank) {
                write_unjudged(out, r);
                any = true;
            }
        }
    }
    if (!any) {
        buf_add_z(out, "None: every check that was judged held.\n\n");
    }
}
