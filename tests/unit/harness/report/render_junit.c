/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the JUnit XML of a sample run to standard output, for readers other than ours:
 * render_junit sample|green|odd|broken|empty|strict. */
#include "harness/report/report.h"
#include "sample_run.h"

#include "base/core/str.h"

#include <stdio.h>

static void make_odd(struct arena *a, struct run_record *run)
{
    struct run_result *r = &run->results.items[3];
    r->check_count = 0;
    check_add(
        a, r,
        (struct check_result){.check = "outcome.message",
                              .level = LEVEL_MUST,
                              .verdict = VERDICT_FAIL,
                              .expected = sample_odd_text,
                              .seen = sample_odd_text,
                              .excerpt = "bad \xff\xfe utf-8 \xed\xa0\x80 ]]> <!-- \xef\xbf\xbf"});
    r->case_id = sample_odd_text;
    run->results.items[6].reason = sample_odd_text;
    run->results.items[8].reason = "\x08\x0b\x0c control bytes \xc3";
    run->results.items[0].duration_ms = -5;
    run->problems = strings(a, 1, sample_odd_text);
}

static struct run_record *run_named(struct arena *a, const char *name)
{
    struct str s = str_of(name);
    bool is_green = str_eq_z(s, "green") || str_eq_z(s, "broken") || str_eq_z(s, "strict");
    struct run_record *run = is_green ? sample_run_green(a) : sample_run_new(a);
    if (str_eq_z(s, "odd")) {
        make_odd(a, run);
    } else if (str_eq_z(s, "broken")) {
        run->complete = false;
        run->exit_code = 2;
    } else if (str_eq_z(s, "strict")) {
        run->exit_code = 1;
    } else if (str_eq_z(s, "empty")) {
        run->results.count = run->problems.count = 0;
        run->exit_code = 2;
        run->started = "";
    }
    return run;
}

int main(int argc, char **argv)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    junit_write(&out, run_named(a, argc > 1 ? argv[1] : "sample"));
    return fwrite(buf_z(&out), 1, out.len, stdout) == out.len ? 0 : 1;
}
