/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/expected_failure.h"

#include "base/core/str.h"
#include "base/text/glob.h"

struct checks {
    struct check_result *items;
    size_t count;
};

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

/* Why the entry does not excuse this failure, or NULL when it does. */
static const char *excuse_missing(struct arena *a, const struct manifest_expected_failure *e,
                                  const char *today, const struct check_result *r)
{
    if (e->expires && str_cmp(str_of(today), str_of(e->expires)) > 0) {
        return arena_printf(a, "the expected failure listed for it ended on %s", e->expires);
    }
    if (!signature_occurs(e, r)) {
        return arena_printf(a, "another failure than the one listed: `%s' does not occur",
                            e->signature);
    }
    return NULL;
}

/* `notes` has one place per check, for what is said once all entries were looked at: added to
 * `seen` at once, it would give the next entry a signature to find. */
static void apply_to_failures(struct arena *a, const struct manifest_expected_failure *e,
                              const char *today, const struct checks *c, const char **notes)
{
    for (size_t i = 0; i < c->count; i++) {
        struct check_result *r = &c->items[i];
        if (!entry_is_for_check(e, r->check) || !has_failed(r) || r->verdict == VERDICT_XFAIL) {
            continue;
        }
        const char *missing = excuse_missing(a, e, today, r);
        if (missing) {
            notes[i] = notes[i] ? notes[i] : missing;
        } else {
            r->verdict = VERDICT_XFAIL;
            r->xfail_reason = e->reason;
        }
    }
}

static bool any_failed(const struct manifest_expected_failure *e, const struct checks *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (entry_is_for_check(e, c->items[i].check) && has_failed(&c->items[i])) {
            return true;
        }
    }
    return false;
}

/* Nothing that the entry names has failed: the first that passed says so. */
static void apply_to_passes(struct arena *a, const struct manifest_expected_failure *e,
                            const struct checks *c)
{
    for (size_t i = 0; i < c->count && !any_failed(e, c); i++) {
        struct check_result *r = &c->items[i];
        if (entry_is_for_check(e, r->check) && r->verdict == VERDICT_PASS) {
            r->verdict = VERDICT_XPASS;
            r->xfail_reason = e->reason;
            r->seen = arena_printf(a, "%s, although the manifest expects a failure: %s", r->seen,
                                   e->reason);
            r->fix = "remove the entry from the manifest's expected_failures";
            return;
        }
    }
}

void expected_failures_apply(const struct check_context *x, const char *today,
                             struct check_result *checks, size_t count)
{
    struct arena *a = x->arena;
    struct checks c = {checks, count};
    const char **notes = ARENA_ARRAY(a, const char *, count + 1);
    for (size_t i = 0; i < x->manifest->expected_failures.count; i++) {
        const struct manifest_expected_failure *e = entry_at(x->manifest, i);
        if (entry_is_for_case(e, x->spec->id, x->mode)) {
            apply_to_failures(a, e, today, &c, notes);
            apply_to_passes(a, e, &c);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (notes[i] && checks[i].verdict != VERDICT_XFAIL) {
            checks[i].seen = arena_printf(a, "%s (%s)", checks[i].seen, notes[i]);
        }
    }
}

/* Whether the entry has, or could have had, something to do with the result. */
static bool result_matches(const struct case_result *r, const struct manifest_expected_failure *e)
{
    bool unknown = r->check_count == 0 && r->verdict != VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < r->check_count && !unknown; i++) {
        if (entry_is_for_check(e, r->checks[i].check)) {
            return true;
        }
    }
    return unknown;
}

static bool entry_is_for_result(const struct manifest *m, const struct manifest_expected_failure *e,
                                const struct case_result *r)
{
    if (!str_eq_z(str_of(r->connector), m->name)) {
        return false;
    }
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        if (str_eq_z(str_of(r->mode), mode_name((enum mode)mode)) &&
            entry_is_for_case(e, r->case_id, (enum mode)mode)) {
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
            ret_matched[i] =
                entry_is_for_result(manifest, e, results[r]) && result_matches(results[r], e);
        }
    }
}
