/* SPDX-License-Identifier: Apache-2.0 */
/* results.json (results.h). */
#include "harness/report/results.h"

#include "base/json/json.h"
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

static void set_text(struct json *o, const char *key, const char *text)
{
    if (text) {
        json_set_string(o, key, text);
    }
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void set_list(struct json *o, const char *key, const struct str_list *list)
{
    struct json *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_push(array, json_string(list->items[i]));
    }
    json_set(o, key, array);
}

static struct json *check_json(const struct check_result *c)
{
    struct json *o = json_object();
    json_set_string(o, "check", c->check);
    json_set_string(o, "level", level_names[c->level]);
    json_set_string(o, "verdict", verdict_name(c->verdict));
    set_list(o, "clauses", &c->clauses);
    json_set_int(o, "line", c->line);
    json_set_bool(o, "outside", c->outside);
    set_text(o, "because", c->because);
    set_text(o, "expected", c->expected);
    set_text(o, "seen", c->seen);
    set_text(o, "excerpt", c->excerpt);
    set_text(o, "cause", c->cause);
    set_text(o, "fix", c->fix);
    set_text(o, "xfail_reason", c->xfail_reason);
    return o;
}

static struct json *result_json(const struct run_record *run, const struct run_result *r)
{
    struct json *o = json_object();
    struct json *checks = json_array();
    const struct run_case *c = run_case_find(run, r->case_id);
    json_set_string(o, "connector", r->connector);
    json_set_string(o, "mode", r->mode);
    json_set_string(o, "case", r->case_id);
    set_text(o, "title", c ? c->title : NULL);
    json_set_string(o, "verdict", verdict_name(r->verdict));
    set_text(o, "reason", r->reason);
    json_set_int(o, "duration_ms", r->duration_ms);
    json_set_int(o, "attempts", r->attempts);
    json_set_bool(o, "outside", r->outside);
    set_text(o, "evidence", r->evidence);
    for (size_t i = 0; i < r->check_count; i++) {
        json_push(checks, check_json(&r->checks[i]));
    }
    json_set(o, "checks", checks);
    return o;
}

static struct json *connectors_json(const struct run_record *run)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        struct json *o = json_object();
        json_set_string(o, "name", c->name);
        json_set_string(o, "title", c->title);
        json_set_string(o, "version", c->version);
        json_set_string(o, "language", c->language);
        json_set_string(o, "product", c->product);
        json_set_string(o, "drive", c->drive);
        set_list(o, "modes", &c->modes);
        set_list(o, "skipped_modes", &c->skipped_modes);
        json_push(array, o);
    }
    return array;
}

static struct json *clauses_json(const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct json *array = json_array();
    struct clause_standings all;
    clause_standings_of(a, run, &all);
    VEC_FOREACH(const struct clause_standing, s, &all) {
        struct json *o = json_object();
        json_set_string(o, "id", s->clause->id);
        json_set_string(o, "level", s->clause->level);
        json_set_string(o, "standing",
                        s->judged             ? verdict_name(s->worst)
                        : s->clause->excluded ? "excluded"
                                              : "not-judged");
        json_push(array, o);
    }
    return array;
}

static struct json *run_json(const struct run_record *run)
{
    struct json *o = json_object();
    json_set_string(o, "run_id", run->run_id);
    json_set_string(o, "started", run->started);
    json_set_string(o, "seed", text_or_empty(run->seed));
    json_set_int(o, "duration_ms", run->duration_ms);
    json_set_int(o, "jobs", run->world.jobs);
    json_set_string(o, "assay_version", run->world.assay_version);
    json_set_string(o, "isolation", run->world.isolation);
    json_set_string(o, "clock", run->world.clock);
    json_set_string(o, "system", run->world.system);
    return o;
}

static struct json *gate_json(const struct run_gate *gate)
{
    struct json *o = json_object();
    json_set_string(o, "level", text_or_empty(gate->level));
    json_set_bool(o, "strict", gate->strict);
    json_set_int(o, "repeat", gate->repeat);
    json_set_string(o, "requirements_digest", text_or_empty(gate->requirements_digest));
    json_set_string(o, "baseline_digest", text_or_empty(gate->baseline_digest));
    return o;
}

static struct json *part_json(const struct run_part *part)
{
    struct json *o = json_object();
    json_set_string(o, "plan_digest", text_or_empty(part->plan_digest));
    json_set_int(o, "plan_jobs", part->plan_jobs);
    json_set_int(o, "index", part->index);
    json_set_int(o, "total", part->total);
    return o;
}

static struct json *counts_json(const struct run_record *run)
{
    struct json *o = json_object();
    int64_t count[VERDICT_COUNT] = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        count[r->verdict]++;
    }
    for (int v = 0; v < VERDICT_COUNT; v++) {
        json_set_int(o, verdict_name((enum verdict)v), count[v]);
    }
    return o;
}

void results_json_write(struct buf *out, const struct run_record *run)
{
    AUTO_JSON struct json *root = json_object();
    struct json *suite = json_object(), *results = json_array();
    json_set_int(root, "format", RESULTS_FORMAT);
    json_set_string(root, "verdict", run_verdict_word(run));
    json_set_int(root, "exit_code", run->exit_code);
    json_set_bool(root, "complete", run->complete);
    json_set(root, "run", run_json(run));
    json_set_string(suite, "digest", run->suite_digest);
    json_set_string(suite, "requirement_set", run->requirement_set);
    json_set_int(suite, "cases", (int64_t)run->cases.count);
    json_set(root, "suite", suite);
    json_set(root, "gate", gate_json(&run->gate));
    json_set(root, "part", part_json(&run->part));
    json_set(root, "counts", counts_json(run));
    set_list(root, "problems", &run->problems);
    set_list(root, "selection", &run->selection);
    json_set(root, "connectors", connectors_json(run));
    VEC_FOREACH(const struct run_result, r, &run->results) {
        json_push(results, result_json(run, r));
    }
    json_set(root, "results", results);
    json_set(root, "clauses", clauses_json(run));
    json_write_pretty(out, root);
    buf_add_char(out, '\n');
}
