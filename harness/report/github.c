/* SPDX-License-Identifier: Apache-2.0 */
/* For GitHub Actions: workflow commands that become annotations, and the job's step summary.
 * Annotations are put at the connector's manifest: the file that the author of the connector has in
 * the repository, unlike the case's. */
#include "harness/report/markdown.h"
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

/* GitHub shows ten of each kind and takes summaries of up to 1 MiB. */
enum { MOST_ROWS = 100 };

/* '%' and line ends in data; ':' and ',' as well in properties. */
static void add_escaped(struct buf *out, const char *text, bool property)
{
    for (const char *p = text ? text : ""; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool escaped = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (escaped) {
            buf_printf(out, "%%%02X", c);
        } else {
            buf_add_char(out, *p);
        }
    }
}

static void add_command(struct buf *out, const char *kind, const char *file, const char *title,
                        const char *text)
{
    buf_printf(out, "::%s ", kind);
    if (file && file[0]) {
        buf_add_z(out, "file=");
        add_escaped(out, file, true);
        buf_add_z(out, ",line=1,");
    }
    buf_add_z(out, "title=");
    add_escaped(out, title, true);
    buf_add_z(out, "::");
    add_escaped(out, text, false);
    buf_add_char(out, '\n');
}

static const char *manifest_of(const struct run_record *run, const char *connector)
{
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        if (str_eq_z(str_of(c->name), connector)) {
            return c->manifest_path;
        }
    }
    return NULL;
}

static bool is_told(enum verdict v)
{
    return v != VERDICT_PASS && v != VERDICT_NOT_APPLICABLE;
}

static const char *kind_of(enum verdict v)
{
    return v == VERDICT_WARN ? "warning" : v == VERDICT_XFAIL ? "notice" : "error";
}

static void annotate(struct arena *a, struct buf *out, const struct run_record *run,
                     const struct run_result *r)
{
    const char *file = manifest_of(run, r->connector);
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (is_told(c->verdict)) {
            add_command(out, kind_of(c->verdict), file,
                        arena_printf(a, "%s: %s (%s)", verdict_name(c->verdict), c->check, r->mode),
                        arena_printf(a, "%s, cases/%s.yaml:%d\nexpected: %s\nseen: %s\nfix: %s",
                                     r->case_id, r->case_id, c->line,
                                     c->expected ? c->expected : "", c->seen ? c->seen : "",
                                     c->fix ? c->fix : ""));
        }
    }
    if (r->check_count == 0 && is_told(r->verdict)) {
        add_command(out, kind_of(r->verdict), file,
                    arena_printf(a, "%s: %s (%s)", verdict_name(r->verdict), r->case_id, r->mode),
                    r->reason ? r->reason : "");
    }
}

void github_write(struct buf *out, const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t reds = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        annotate(a, out, run, r);
        reds += !verdict_is_green(r->verdict);
    }
    struct str_list troubles = run_troubles(a, run, reds);
    for (size_t i = 0; i < troubles.count; i++) {
        add_command(out, "error", NULL, "assay", troubles.items[i]);
    }
}

static void add_row(struct buf *out, const struct run_result *r, const char *check,
                    enum verdict verdict, const char *seen)
{
    buf_printf(out, "| %s | ", verdict_badge(verdict));
    markdown_text(out, r->connector);
    buf_add_z(out, " | ");
    markdown_text(out, r->mode);
    buf_add_z(out, " | ");
    markdown_text(out, r->case_id);
    buf_add_z(out, " | ");
    markdown_text(out, check);
    buf_add_z(out, " | ");
    markdown_text(out, seen ? seen : "");
    buf_add_z(out, " |\n");
}

static void add_rows(struct buf *out, const struct run_result *r, size_t *rows)
{
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (is_told(c->verdict) && (*rows)++ < MOST_ROWS) {
            add_row(out, r, c->check, c->verdict, c->seen);
        }
    }
    if (r->check_count == 0 && is_told(r->verdict) && (*rows)++ < MOST_ROWS) {
        add_row(out, r, "", r->verdict, r->reason);
    }
}

void step_summary_write(struct buf *out, const struct run_record *run)
{
    AUTO_BUF struct buf table = {0};
    size_t rows = 0;
    buf_printf(out, "### assay: %s\n\n", run_verdict_word(run));
    for (size_t i = 0; i < run->problems.count; i++) {
        buf_add_z(out, "- **Problem:** ");
        markdown_text(out, run->problems.items[i]);
        buf_add_char(out, '\n');
    }
    buf_printf(out, "%s%zu case runs, suite `%.12s`, requirement set ",
               run->problems.count ? "\n" : "", run->results.count, run->suite_digest);
    markdown_code(out, run->requirement_set);
    buf_add_z(out, "\n\n");
    VEC_FOREACH(const struct run_result, r, &run->results) {
        add_rows(&table, r, &rows);
    }
    if (rows > 0) {
        buf_add_z(out, "| verdict | connector | mode | case | check | seen |\n"
                       "|---|---|---|---|---|---|\n");
        buf_add_str(out, buf_str(&table));
    }
    if (rows > MOST_ROWS) {
        buf_printf(out, "\n%zu more are in build_report.md.\n", rows - MOST_ROWS);
    }
}
