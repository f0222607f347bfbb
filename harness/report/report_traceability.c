/* SPDX-License-Identifier: Apache-2.0 */
/* Skill traceability: clause -> checks -> verdict -> evidence. */
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

struct trace {
    struct str_list checks; /* names, each once */
    size_t by_verdict[VERDICT_COUNT];
    const struct run_result *worst; /* whose evidence is linked */
    int worst_rank;
};

static void trace_add(struct arena *a, struct trace *t, const struct run_result *r,
                      const struct check_result *c)
{
    if (!str_list_has(&t->checks, str_of(c->check))) {
        *VEC_PUSH(a, &t->checks) = c->check;
    }
    t->by_verdict[c->verdict]++;
    if (verdict_rank(c->verdict) > t->worst_rank && r->evidence) {
        t->worst_rank = verdict_rank(c->verdict);
        t->worst = r;
    }
}

static struct trace trace_of(struct arena *a, const struct run_record *run, const char *clause)
{
    struct trace t = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        for (size_t i = 0; i < r->check_count; i++) {
            if (str_list_has(&r->checks[i].clauses, str_of(clause))) {
                trace_add(a, &t, r, &r->checks[i]);
            }
        }
    }
    return t;
}

static void write_checks(struct buf *out, const struct trace *t)
{
    for (size_t i = 0; i < t->checks.count; i++) {
        buf_add_z(out, i ? ", " : "");
        markdown_code(out, t->checks.items[i]);
    }
}

static void write_row(struct arena *a, struct buf *out, const struct run_record *run,
                      const struct clause_standing *s)
{
    const struct run_clause *c = s->clause;
    struct trace t = trace_of(a, run, c->id);
    size_t all = 0;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        all += v == VERDICT_NOT_APPLICABLE ? 0 : t.by_verdict[v];
    }
    buf_add_z(out, "| ");
    markdown_code(out, c->id);
    buf_add_z(out, " | ");
    markdown_text(out, c->level);
    buf_add_z(out, " | ");
    markdown_text(out, c->text);
    buf_add_z(out, " (");
    markdown_link(out, c->source, c->url);
    buf_add_z(out, ") | ");
    write_checks(out, &t);
    buf_printf(out, " | %s (%zu of %zu) | ", verdict_badge(s->worst), t.by_verdict[s->worst], all);
    if (t.worst) {
        markdown_link(
            out,
            arena_printf(a, "%s · %s · %s", t.worst->connector, t.worst->mode, t.worst->case_id),
            t.worst->evidence);
    }
    buf_add_z(out, " |\n");
}

void report_traceability(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct clause_standings all;
    clause_standings_of(a, run, &all);
    buf_add_z(out, "## Skill traceability\n\nRequirement set ");
    markdown_code(out, run->requirement_set);
    buf_add_z(out,
              ". Every clause that this run judged: the checks that judged it, the worst "
              "verdict among them (and how many of their judgements ended so), the evidence of "
              "that one. Clauses that were not judged are under "
              "[Sufficiency assessment](#sufficiency-assessment).\n\n"
              "| clause | level | what it asks | checks | verdict | evidence |\n"
              "|---|---|---|---|---|---|\n");
    VEC_FOREACH(const struct clause_standing, s, &all) {
        if (s->judged) {
            write_row(a, out, run, s);
        }
    }
    buf_add_char(out, '\n');
}
