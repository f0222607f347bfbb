/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/expected_failure.h"

#include "base/core/str.h"
#include "base/text/glob.h"

static const struct manifest_expected_failure *entry_at(const struct manifest *m, size_t i)
{
    return SHAPE_LIST_AT(struct manifest_expected_failure, m->expected_failures, i);
}

static bool entry_is_for_case(const struct manifest_expected_failure *e, const char *case_id,
                              enum mode mode)
{
    return glob_match(str_of(e->case_id), str_of(case_id)) &&
           (e->modes == 0 || (e->modes >> mode & 1u));
}

static bool entry_is_for_check(const struct manifest_expected_failure *e, const char *check)
{
    return !e->check || !e->check[0] || str_eq_z(str_of(e->check), check);
}

static bool has_failed(const struct check_result *r)
{
    return r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN || r->verdict == VERDICT_XFAIL;
}

static bool signature_occurs(const struct manifest_expected_failure *e,
                             const struct check_result *r)
{
    return !e->signature || !e->signature[0] ||
           str_find(str_of(r->seen ? r->seen : ""), str_of(e->signature), 0) >= 0 ||
           str_find(str_of(r->excerpt ? r->excerpt : ""), str_of(e->signature), 0) >= 0;
}

static void excuse(struct arena *a, const struct manifest_expected_failure *e, const char *today,
                   struct check_result *r)
{
    if (e->expires && str_cmp(str_of(today), str_of(e->expires)) > 0) {
        r->seen = arena_printf(a, "%s (the expected failure listed for it ended on %s)", r->seen,
                               e->expires);
        return;
    }
    if (!signature_occurs(e, r)) {
        r->seen = arena_printf(a, "%s (another failure than the one listed: `%s' does not occur)",
                               r->seen, e->signature);
        return;
    }
    r->verdict = VERDICT_XFAIL;
    r->xfail_reason = e->reason;
}

static void apply_entry(struct arena *a, const struct manifest_expected_failure *e,
                        const char *today, struct check_result *checks, size_t count)
{
    bool any_failed = false;
    for (size_t i = 0; i < count; i++) {
        if (entry_is_for_check(e, checks[i].check) && has_failed(&checks[i])) {
            any_failed = true;
            if (checks[i].verdict != VERDICT_XFAIL) {
                excuse(a, e, today, &checks[i]);
            }
        }
    }
    for (size_t i = 0; i < count && !any_failed; i++) {
        if (entry_is_for_check(e, checks[i].check) && checks[i].verdict == VERDICT_PASS) {
            checks[i].verdict = VERDICT_XPASS;
            checks[i].xfail_reason = e->reason;
            checks[i].seen = arena_printf(a, "%s, although the manifest expects a failure: %s",
                                          checks[i].seen, e->reason);
            checks[i].fix = "remove the entry from the manifest's expected_failures";
            return;
        }
    }
}

void expected_failures_apply(struct arena *a, const struct manifest *manifest, const char *case_id,
                             enum mode mode, const char *today, struct check_result *checks,
                             size_t count)
{
    for (size_t i = 0; i < manifest->expected_failures.count; i++) {
        const struct manifest_expected_failure *e = entry_at(manifest, i);
        if (entry_is_for_case(e, case_id, mode)) {
            apply_entry(a, e, today, checks, count);
        }
    }
}

static bool result_has_check(const struct case_result *r, const struct manifest_expected_failure *e)
{
    for (size_t i = 0; i < r->check_count; i++) {
        if (entry_is_for_check(e, r->checks[i].check)) {
            return true;
        }
    }
    return false;
}

void judge_match_expected_failures(const struct manifest *manifest,
                                   const struct case_result *const *results, size_t count,
                                   bool *ret_matched)
{
    for (size_t i = 0; i < manifest->expected_failures.count; i++) {
        const struct manifest_expected_failure *e = entry_at(manifest, i);
        ret_matched[i] = false;
        for (size_t r = 0; r < count && !ret_matched[i]; r++) {
            for (int mode = 0; mode < MODE_COUNT; mode++) {
                if (str_eq_z(str_of(results[r]->mode), mode_name((enum mode)mode)) &&
                    entry_is_for_case(e, results[r]->case_id, (enum mode)mode) &&
                    result_has_check(results[r], e)) {
                    ret_matched[i] = true;
                }
            }
        }
    }
}
