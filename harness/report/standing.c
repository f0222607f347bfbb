/* SPDX-License-Identifier: Apache-2.0 */
/* What the sections of the report share: how clauses fared, and how verdicts are shown. */
#include "harness/report/sections_priv.h"

#include "base/core/map.h"
#include "base/core/str.h"

static const enum verdict worst_first[] = {
    VERDICT_HARNESS_ERROR, VERDICT_FAIL, VERDICT_XPASS, VERDICT_FLAKY, VERDICT_COULD_NOT_RUN,
    VERDICT_INCONCLUSIVE,  VERDICT_WARN, VERDICT_XFAIL, VERDICT_PASS,  VERDICT_NOT_APPLICABLE};

int verdict_rank(enum verdict v)
{
    for (size_t i = 0; i < ARRAY_LEN(worst_first); i++) {
        if (worst_first[i] == v) {
            return (int)(ARRAY_LEN(worst_first) - i);
        }
    }
    return 0;
}

const char *verdict_badge(enum verdict v)
{
    switch (v) {
    case VERDICT_PASS:
        return "✅ pass";
    case VERDICT_WARN:
        return "⚠️ warn";
    case VERDICT_FAIL:
        return "❌ **fail**";
    case VERDICT_NOT_APPLICABLE:
        return "➖ not applicable";
    case VERDICT_COULD_NOT_RUN:
        return "🚫 **could not run**";
    case VERDICT_INCONCLUSIVE:
        return "❔ **inconclusive**";
    case VERDICT_HARNESS_ERROR:
        return "💥 **harness error**";
    case VERDICT_XFAIL:
        return "🔶 expected failure";
    case VERDICT_XPASS:
        return "❌ **unexpected pass**";
    case VERDICT_FLAKY:
        return "❌ **flaky**";
    case VERDICT_COUNT:
        break;
    }
    return "?";
}

const struct run_case *run_case_find(const struct run_record *run, const char *id)
{
    VEC_FOREACH(const struct run_case, c, &run->cases) {
        if (str_eq_z(str_of(c->id), id)) {
            return c;
        }
    }
    return NULL;
}

static void note_check(struct clause_standing *s, enum verdict v)
{
    if (v == VERDICT_NOT_APPLICABLE) {
        s->not_applicable = true;
        return;
    }
    if (!s->judged || verdict_rank(v) > verdict_rank(s->worst)) {
        s->worst = v;
    }
    s->judged = true;
    s->decided = s->decided || (v != VERDICT_INCONCLUSIVE && v != VERDICT_HARNESS_ERROR &&
                                v != VERDICT_COULD_NOT_RUN);
}

static void note_result(const struct run_record *run, const struct run_result *r,
                        const struct map *by_id)
{
    for (size_t i = 0; i < r->check_count; i++) {
        for (size_t c = 0; c < r->checks[i].clauses.count; c++) {
            struct clause_standing *s = map_get(by_id, str_of(r->checks[i].clauses.items[c]));
            if (s) {
                note_check(s, r->checks[i].verdict);
            }
        }
    }
    const struct run_case *spec = r->check_count == 0 ? run_case_find(run, r->case_id) : NULL;
    for (size_t c = 0; spec && c < spec->clauses.count; c++) {
        struct clause_standing *s = map_get(by_id, str_of(spec->clauses.items[c]));
        if (s && r->verdict == VERDICT_NOT_APPLICABLE) {
            s->not_applicable = true;
        } else if (s) {
            s->could_not_run = true;
        }
    }
}

void clause_standings_of(struct arena *a, const struct run_record *run,
                         struct clause_standings *ret)
{
    AUTO_MAP struct map by_id = {0};
    *ret = (struct clause_standings){0};
    VEC_FOREACH(const struct run_clause, c, &run->clauses) {
        *VEC_PUSH(a, ret) = (struct clause_standing){.clause = c};
    }
    VEC_FOREACH(struct clause_standing, s, ret) {
        map_put(&by_id, str_of(s->clause->id), s);
    }
    VEC_FOREACH(const struct run_case, c, &run->cases) {
        for (size_t i = 0; i < c->clauses.count; i++) {
            struct clause_standing *s = map_get(&by_id, str_of(c->clauses.items[i]));
            if (s) {
                s->cited = true;
            }
        }
    }
    VEC_FOREACH(const struct run_result, r, &run->results) {
        note_result(run, r, &by_id);
    }
}
