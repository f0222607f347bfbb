/* SPDX-License-Identifier: Apache-2.0 */
/* results.json (results.h). */
#include "harness/report/results.h"

#include "base/json/json.h"
#include "harness/report/record_json_priv.h"
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

static struct json *result_json(const struct run_record *run, const struct run_result *r)
{
    struct json *o = json_object();
    const struct run_case *c = run_case_find(run, r->case_id);
    record_set_result(o, r);
    if (c) {
        json_set_string(o, "title", c->title);
    }
    return o;
}

static struct json *connectors_json(const struct run_record *run)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        json_push(array, record_connector_json(c));
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
    json_set_string(o, "seed", run->seed ? run->seed : "");
    json_set_int(o, "duration_ms", run->duration_ms);
    json_set_int(o, "jobs", run->world.jobs);
    json_set_string(o, "assay_version", run->world.assay_version);
    json_set_string(o, "isolation", run->world.isolation);
    json_set_string(o, "clock", run->world.clock);
    json_set_string(o, "system", run->world.system);
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
    json_set(root, "gate", record_gate_json(&run->gate));
    json_set(root, "part", record_part_json(&run->part));
    json_set(root, "counts", record_counts_json(run));
    record_set_strings(root, "problems", &run->problems);
    record_set_strings(root, "selection", &run->selection);
    json_set(root, "connectors", connectors_json(run));
    VEC_FOREACH(const struct run_result, r, &run->results) {
        json_push(results, result_json(run, r));
    }
    json_set(root, "results", results);
    json_set(root, "clauses", clauses_json(run));
    json_write_pretty(out, root);
    buf_add_char(out, '\n');
}
