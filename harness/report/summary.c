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

static void write_finding(struct buf *out, const struct run_result *r)
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
        if (c->verdict != VERDICT_PASS && c->verdict != VERDICT_NOT_APPLICABLE) {
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

void summary_write(struct buf *out, const struct run_record *run)
{
    size_t count[VERDICT_COUNT] = {0};
    char took[32];
    bool any = false;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        count[r->verdict]++;
        if (r->verdict != VERDICT_PASS && r->verdict != VERDICT_NOT_APPLICABLE) {
            write_finding(out, r);
        }
    }
    for (size_t i = 0; i < run->problems.count; i++) {
        buf_add_z(out, "  problem         ");
        add_plain(out, run->problems.items[i]);
        buf_add_char(out, '\n');
    }
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
