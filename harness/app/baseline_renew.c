/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/baseline_renew.h"

#include "base/core/str.h"
#include "base/text/glob.h"

enum { SHORTEST_SIGNATURE = 8 };

/* A check that fails, and what excuses it. */
struct failing {
    const struct run_result *result;
    const struct check_result *check;
    int mode;
    bool excused;
};
struct failings {
    struct failing *items;
    size_t count, capacity;
};

const char *baseline_signature(struct arena *a, const char *seen)
{
    struct str text = str_of(seen), best = {0};
    for (size_t from = 0, i = 0; i <= text.len; i++) {
        bool ends = i == text.len || (text.ptr[i] >= '0' && text.ptr[i] <= '9');
        struct str part = str_trim(str_slice(text, from, i));
        if (ends && part.len > best.len) {
            best = part;
        }
        from = ends ? i + 1 : from;
    }
    return best.len >= SHORTEST_SIGNATURE ? arena_strndup(a, best.ptr, best.len) : NULL;
}

static int mode_of(const char *name)
{
    for (int m = 0; m < MODE_COUNT; m++) {
        if (str_eq_z(str_of(mode_names[m]), name)) {
            return m;
        }
    }
    return -1;
}

static bool has_failed(const struct run_record *run, const struct check_result *c)
{
    return c->verdict == VERDICT_FAIL || c->verdict == VERDICT_XFAIL ||
           (run->gate.strict && c->verdict == VERDICT_WARN && !c->outside);
}

static void failings_find(struct arena *a, const struct run_record *run, struct failings *ret)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        int mode = mode_of(r->mode);
        for (size_t i = 0; i < r->check_count && mode >= 0; i++) {
            if (has_failed(run, &r->checks[i])) {
                *VEC_PUSH(a, ret) = (struct failing){r, &r->checks[i], mode, false};
            }
        }
    }
}

static bool is_for_result(const struct baseline_entry *e, const struct run_result *r, int mode)
{
    const struct manifest_expected_failure *f = &e->failure;
    return str_eq_z(str_of(e->connector), r->connector) &&
           glob_match(str_of(f->case_id), str_of(r->case_id)) &&
           (f->modes == 0 || (mode >= 0 && (f->modes >> mode & 1u)));
}

static bool occurs(const char *in, const char *signature)
{
    return str_find(str_of(in ? in : ""), str_of(signature), 0) >= 0;
}

static bool excuses(const struct baseline_entry *e, const struct failing *f)
{
    const struct manifest_expected_failure *x = &e->failure;
    bool check = !x->check || !x->check[0] || str_eq_z(str_of(x->check), f->check->check);
    bool signature = !x->signature || !x->signature[0] || occurs(f->check->seen, x->signature) ||
                     occurs(f->check->excerpt, x->signature);
    return check && signature && is_for_result(e, f->result, f->mode);
}

/* Bits of the modes in which the run judged what the entry is for. */
static unsigned modes_judged(const struct baseline_entry *e, const struct run_record *run)
{
    unsigned modes = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        int mode = mode_of(r->mode);
        if (mode >= 0 && r->check_count > 0 && is_for_result(e, r, mode)) {
            modes |= 1u << mode;
        }
    }
    return modes;
}

static void note(struct arena *a, struct baseline_changes *changes, char sign,
                 const struct baseline_entry *e)
{
    struct baseline_entry *copy = ARENA_NEW(a, struct baseline_entry);
    *copy = *e;
    *VEC_PUSH(a, changes) = (struct baseline_change){sign, copy};
}

static bool is_of_run(const struct baseline_entry *e)
{
    return str_eq_z(str_of(e->failure.case_id), EXPECTED_ONE_PRODUCT);
}

/* How the connectors of the run named themselves, and whether an entry excuses it. */
struct naming {
    const struct run_connector *connector;
    struct product_standing standing;
    bool excused;
};
struct namings {
    struct naming *items;
    size_t count, capacity;
};

static void namings_find(struct arena *a, const struct run_record *run, struct namings *ret)
{
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        *VEC_PUSH(a, ret) = (struct naming){c, run_product_standing(a, run, c), false};
    }
}

/* Something of the whole run: it goes when the run shows that it is not so, or otherwise so. */
static void naming_renew(struct arena *a, const struct baseline_entry *e, struct namings *namings,
                         struct baseline *ret, struct baseline_changes *changes)
{
    VEC_FOREACH(struct naming, n, namings) {
        const struct product_standing *s = &n->standing;
        if (!str_eq_z(str_of(e->connector), n->connector->name)) {
            continue;
        }
        bool several = s->tokens.count > 1;
        bool fits = several && (!e->failure.signature || occurs(s->seen, e->failure.signature));
        n->excused = n->excused || fits;
        if ((several && !fits) || (s->tokens.count == 1 && s->whole)) {
            note(a, changes, '-', e);
            return;
        }
    }
    *VEC_PUSH(a, ret) = *e;
    note(a, changes, '=', e);
}

/* The tokens differ in their versions: the one that is not the connector's own is the failure. */
static const char *odd_token(const struct naming *n)
{
    for (size_t i = 0; i < n->standing.tokens.count; i++) {
        struct str version = str_of(n->standing.tokens.items[i]), name = {0};
        (void)str_split(&version, '/', &name);
        if (!str_eq_z(version, n->connector->version)) {
            return n->standing.tokens.items[i];
        }
    }
    return NULL;
}

static void namings_add(struct arena *a, const struct namings *namings,
                        const struct baseline_words *words, bool manifest_excuses,
                        struct baseline *added)
{
    VEC_FOREACH(const struct naming, n, namings) {
        bool known = n->excused || (n->standing.excused && manifest_excuses);
        if (n->standing.tokens.count > 1 && !known) {
            *VEC_PUSH(a, added) =
                (struct baseline_entry){.connector = n->connector->name,
                                        .failure = {.case_id = EXPECTED_ONE_PRODUCT,
                                                    .reason = words->reason,
                                                    .owner = words->owner,
                                                    .expires = words->expires,
                                                    .signature = odd_token(n)}};
        }
    }
}

static void entry_renew(struct arena *a, const struct baseline_entry *e,
                        const struct run_record *run, struct failings *failings,
                        struct baseline *ret, struct baseline_changes *changes)
{
    struct baseline_entry kept = *e;
    unsigned failing = 0, judged = modes_judged(e, run);
    VEC_FOREACH(struct failing, f, failings) {
        if (!f->excused && excuses(e, f)) {
            f->excused = true;
            failing |= 1u << f->mode;
        }
    }
    unsigned paid = judged & ~failing;
    if (judged != 0 && failing == 0) {
        note(a, changes, '-', e);
        return;
    }
    if (paid != 0) {
        kept.failure.modes = e->failure.modes ? e->failure.modes & ~paid : failing;
    }
    *VEC_PUSH(a, ret) = kept;
    note(a, changes, paid != 0 ? '~' : '=', &kept);
}

static bool is_like(const struct baseline_entry *e, const struct baseline_entry *other)
{
    const struct manifest_expected_failure *x = &e->failure, *y = &other->failure;
    return str_eq_z(str_of(e->connector), other->connector) &&
           str_eq_z(str_of(x->case_id), y->case_id) && str_eq_z(str_of(x->check), y->check) &&
           str_eq(str_of(x->signature), str_of(y->signature));
}

/* New ones; modes that fail alike share one. */
static void entries_add(struct arena *a, const struct failings *failings,
                        const struct baseline_words *words, bool manifest_excuses,
                        struct baseline *added)
{
    VEC_FOREACH(const struct failing, f, failings) {
        if (f->excused || (manifest_excuses && f->check->verdict == VERDICT_XFAIL)) {
            continue;
        }
        struct baseline_entry e = {.connector = f->result->connector,
                                   .failure = {.case_id = f->result->case_id,
                                               .check = f->check->check,
                                               .modes = 1u << f->mode,
                                               .reason = words->reason,
                                               .owner = words->owner,
                                               .expires = words->expires,
                                               .signature = baseline_signature(a, f->check->seen)}};
        struct baseline_entry *same = NULL;
        VEC_FOREACH(struct baseline_entry, other, added) {
            same = is_like(&e, other) ? other : same;
        }
        if (same) {
            same->failure.modes |= e.failure.modes;
        } else {
            *VEC_PUSH(a, added) = e;
        }
    }
}

/* Without another baseline in the run, what is excused by no entry of this one is excused by a
 * manifest. */
static bool is_manifests(const struct baseline *old, const struct run_record *run)
{
    const char *digest = run->gate.baseline_digest;
    return !digest || !digest[0] || str_eq_z(str_of(digest), old->digest);
}

void baseline_renew(struct arena *a, const struct baseline *old, const struct run_record *run,
                    const struct baseline_words *words, struct baseline *ret,
                    struct baseline_changes *ret_changes)
{
    struct failings failings = {0};
    struct namings namings = {0};
    struct baseline renewed = {0}, added = {0};
    failings_find(a, run, &failings);
    namings_find(a, run, &namings);
    VEC_FOREACH(const struct baseline_entry, e, old) {
        if (is_of_run(e)) {
            naming_renew(a, e, &namings, &renewed, ret_changes);
        } else {
            entry_renew(a, e, run, &failings, &renewed, ret_changes);
        }
    }
    entries_add(a, &failings, words, is_manifests(old, run), &added);
    namings_add(a, &namings, words, is_manifests(old, run), &added);
    VEC_FOREACH(struct baseline_entry, e, &added) {
        if (!is_of_run(e) && e->failure.modes == modes_judged(e, run)) {
            struct baseline_entry any = *e;
            any.failure.modes = 0;
            e->failure.modes = modes_judged(&any, run) == e->failure.modes ? 0 : e->failure.modes;
        }
        *VEC_PUSH(a, &renewed) = *e;
        note(a, ret_changes, '+', e);
    }
    *ret = renewed;
}
