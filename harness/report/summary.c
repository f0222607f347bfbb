/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include "base/cli/exit_code.h"
#include "base/core/str.h"
#include "base/text/number.h"
#include "base/text/utf8.h"

/* Text of a connector for a terminal: one line, and no byte that could steer it (C0, DEL, and C1 as
 * U+0080..U+009F). */
static void add_plain(struct buf *out, const char *text)
{
    AUTO_BUF struct buf whole = {0};
    utf8_repair(&whole, str_of(text));
    struct str s = buf_str(&whole);
    for (size_t i = 0; i < s.len;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(str_slice(s, i, s.len), &cp);
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
            buf_add_char(out, ' ');
        } else {
            buf_add(out, s.ptr + i, n);
        }
        i += n;
    }
}

/* One failed probe makes a whole mode could-not-run; the reason is told once, not for every case.
 */
static bool repeats(const struct run_result *r, const struct run_result *before)
{
    return before && r->check_count == 0 && before->check_count == 0 &&
           r->verdict == before->verdict && r->reason && before->reason &&
           str_eq_z(str_of(r->reason), before->reason) &&
           str_eq_z(str_of(r->connector), before->connector) &&
           str_eq_z(str_of(r->mode), before->mode);
}

static void write_repeats(struct buf *out, size_t count)
{
    if (count > 0) {
        buf_printf(out, "%18sand %zu more case%s for the same reason\n", "", count,
                   count == 1 ? "" : "s");
    }
}

/* Which verdicts are told, of cases and of checks. */
static bool is_told(enum verdict v, bool unexpected_only)
{
    return v != VERDICT_PASS && v != VERDICT_NOT_APPLICABLE &&
           !(unexpected_only && v == VERDICT_XFAIL);
}

static void write_finding(struct buf *out, const struct run_result *r, bool unexpected_only)
{
    buf_printf(out, "  %-15s %s %s %s\n", verdict_name(r->verdict), r->connector, r->mode,
               r->case_id);
    if (r->reason) {
        buf_printf(out, "%18s", "");
        add_plain(out, r->reason);
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (is_told(c->verdict, unexpected_only)) {
            buf_printf(out, "%18s%s%s%s%s: ", "", c->check, c->verdict == r->verdict ? "" : " (",
                       c->verdict == r->verdict ? "" : verdict_name(c->verdict),
                       c->verdict == r->verdict ? "" : ")");
            add_plain(out, c->seen);
            buf_add_char(out, '\n');
        }
    }
}

static const char *verdict_word(const struct run_record *run)
{
    switch (run->exit_code) {
    case EXIT_OK:
        return "pass";
    case EXIT_FAILED:
        return "fail";
    case EXIT_INCOMPLETE:
        return run->complete ? "incomplete" : "incomplete: the run broke off";
    case EXIT_INTERRUPTED:
    case EXIT_TERMINATED:
        return "none: the run was stopped";
    default:
        return "none: assay itself failed";
    }
}

static void write_findings(struct buf *out, const struct run_record *run, bool unexpected_only)
{
    const struct run_result *before = NULL;
    size_t repeated = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!is_told(r->verdict, unexpected_only)) {
            continue;
        }
        if (repeats(r, before)) {
            repeated++;
            continue;
        }
        write_repeats(out, repeated);
        write_finding(out, r, unexpected_only);
        repeated = 0;
        before = r;
    }
    write_repeats(out, repeated);
}

static void write_product_troubles(struct buf *out, const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list troubles = run_product_troubles(a, run);
    for (size_t i = 0; i < troubles.count && !run->proof; i++) {
        buf_add_z(out, "  problem         ");
        add_plain(out, troubles.items[i]);
        buf_add_char(out, '\n');
    }
}

static void write_summary(struct buf *out, const struct run_record *run, bool unexpected_only)
{
    size_t count[VERDICT_COUNT] = {0};
    char took[32];
    bool any = false;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        count[r->verdict]++;
    }
    write_findings(out, run, unexpected_only);
    for (size_t i = 0; i < run->problems.count; i++) {
        buf_add_z(out, "  problem         ");
        add_plain(out, run->problems.items[i]);
        buf_add_char(out, '\n');
    }
    write_product_troubles(out, run);
    buf_printf(out, "%zu case run%s", run->results.count, run->results.count == 1 ? "" : "s");
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (count[v] > 0) {
            buf_printf(out, "%s%zu %s", any ? ", " : ": ", count[v], verdict_name((enum verdict)v));
            any = true;
        }
    }
    buf_printf(out, " in %s\n", format_duration_ms(run->duration_ms, took, (int)sizeof(took)));
    buf_printf(out, "verdict: %s\n", verdict_word(run));
}

void summary_write(struct buf *out, const struct run_record *run)
{
    write_summary(out, run, false);
}

void summary_write_unexpected(struct buf *out, const struct run_record *run)
{
    write_summary(out, run, true);
}
