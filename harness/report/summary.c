/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include "base/cli/exit_code.h"
#include "base/text/number.h"

static void write_finding(struct buf *out, const struct run_result *r)
{
    buf_printf(out, "  %-15s %s %s %s\n", verdict_name(r->verdict), r->connector, r->mode,
               r->case_id);
    if (r->reason) {
        buf_printf(out, "                  %s\n", r->reason);
    }
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (c->verdict != VERDICT_PASS && c->verdict != VERDICT_NOT_APPLICABLE) {
            buf_printf(out, "                  %s: %s\n", c->check, c->seen ? c->seen : "");
        }
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
        buf_printf(out, "  problem         %s\n", run->problems.items[i]);
    }
    buf_printf(out, "%zu case runs", run->results.count);
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (count[v] > 0) {
            buf_printf(out, "%s%zu %s", any ? ", " : ": ", count[v], verdict_name((enum verdict)v));
            any = true;
        }
    }
    buf_printf(out, " in %s\n", format_duration_ms(run->duration_ms, took, (int)sizeof(took)));
    buf_printf(out, "verdict: %s\n",
               run->exit_code == EXIT_OK           ? "pass"
               : run->exit_code == EXIT_FAILED     ? "fail"
               : run->exit_code == EXIT_INCOMPLETE ? "incomplete"
                                                   : "none (see above)");
}
