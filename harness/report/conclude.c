/* SPDX-License-Identifier: Apache-2.0 */
/* What a run comes to: its exit code, and the digest of what it was to run. */
#include "harness/report/events.h"

#include "base/cli/exit_code.h"
#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/crypto/digest.h"
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

/* A warning counts under --strict when one of the checks behind it is inside the requirement set.
 */
static bool warns_inside(const struct run_result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        if (r->checks[i].verdict == VERDICT_WARN && !r->checks[i].outside) {
            return true;
        }
    }
    return r->check_count == 0;
}

static bool holds_up(enum verdict v)
{
    return v == VERDICT_COULD_NOT_RUN || v == VERDICT_INCONCLUSIVE;
}

int run_exit_code(const struct run_record *run, bool strict)
{
    bool seen[VERDICT_COUNT] = {false};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        bool counts = r->verdict == VERDICT_WARN ? warns_inside(r)
                      : holds_up(r->verdict)     ? !r->outside
                                                 : true;
        seen[r->verdict] = seen[r->verdict] || counts;
        seen[VERDICT_PASS] = seen[VERDICT_PASS] || r->verdict == VERDICT_WARN;
    }
    if (seen[VERDICT_HARNESS_ERROR]) {
        return EXIT_BUG;
    }
    AUTO_ARENA struct arena *a = arena_new();
    if (run_product_troubles(a, run).count > 0 || seen[VERDICT_FAIL] || seen[VERDICT_XPASS] ||
        seen[VERDICT_FLAKY] || (strict && seen[VERDICT_WARN])) {
        return EXIT_FAILED;
    }
    bool judged = seen[VERDICT_PASS] || seen[VERDICT_XFAIL];
    if (!run->complete || !judged || run->problems.count > 0 || seen[VERDICT_COULD_NOT_RUN] ||
        seen[VERDICT_INCONCLUSIVE]) {
        return EXIT_INCOMPLETE;
    }
    return EXIT_OK;
}

const char *run_plan_digest(struct arena *a, const struct run_job_name *jobs, size_t count)
{
    AUTO_BUF struct buf text = {0};
    char *hex = arena_alloc(a, 2 * SHA256_SIZE + 1);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&text, "%s\n%s\n%s\n", jobs[i].connector, jobs[i].mode, jobs[i].case_id);
    }
    sha256_hex(buf_str(&text), hex);
    return hex;
}

struct str_list run_troubles(struct arena *a, const struct run_record *run, size_t reds)
{
    struct str_list troubles = {0};
    if (!run->complete) {
        *VEC_PUSH(a, &troubles) = "the run broke off: results are missing";
    }
    for (size_t i = 0; i < run->problems.count; i++) {
        *VEC_PUSH(a, &troubles) = run->problems.items[i];
    }
    struct str_list products = run_product_troubles(a, run);
    for (size_t i = 0; i < products.count && !run->proof; i++) {
        *VEC_PUSH(a, &troubles) = products.items[i];
    }
    if (run->exit_code != 0 && troubles.count + reds == 0) {
        *VEC_PUSH(a, &troubles) =
            arena_printf(a, "the run is not a pass: its exit code is %d", run->exit_code);
    }
    return troubles;
}

const char *run_verdict_word(const struct run_record *run)
{
    switch (run->exit_code) {
    case EXIT_OK:
        return "pass";
    case EXIT_FAILED:
        return "fail";
    case EXIT_INCOMPLETE:
        return "incomplete";
    case EXIT_INTERRUPTED:
    case EXIT_TERMINATED:
        return "stopped";
    default:
        return "none";
    }
}
