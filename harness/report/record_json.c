/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/record_json_priv.h"

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

void record_set_strings(struct json *object, const char *key, const struct str_list *list)
{
    struct json *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_push(array, json_string(list->items[i]));
    }
    json_set(object, key, array);
}

struct json *record_connector_json(const struct run_connector *c)
{
    struct json *o = json_object();
    json_set_string(o, "name", c->name);
    json_set_string(o, "title", c->title);
    json_set_string(o, "version", c->version);
    json_set_string(o, "language", c->language);
    json_set_string(o, "product", c->product);
    json_set_string(o, "drive", c->drive);
    record_set_strings(o, "modes", &c->modes);
    record_set_strings(o, "skipped_modes", &c->skipped_modes);
    return o;
}

struct json *record_gate_json(const struct run_gate *gate)
{
    struct json *o = json_object();
    json_set_string(o, "level", text_or_empty(gate->level));
    json_set_bool(o, "strict", gate->strict);
    json_set_int(o, "repeat", gate->repeat);
    json_set_string(o, "requirements_digest", text_or_empty(gate->requirements_digest));
    json_set_string(o, "baseline_digest", text_or_empty(gate->baseline_digest));
    return o;
}

struct json *record_part_json(const struct run_part *part)
{
    struct json *o = json_object();
    json_set_string(o, "plan_digest", text_or_empty(part->plan_digest));
    json_set_int(o, "plan_jobs", part->plan_jobs);
    json_set_int(o, "index", part->index);
    json_set_int(o, "total", part->total);
    return o;
}

struct json *record_counts_json(const struct run_record *run)
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

static struct json *check_json(const struct check_result *c)
{
    struct json *o = json_object();
    json_set_string(o, "check", c->check);
    json_set_string(o, "level", level_names[c->level]);
    json_set_string(o, "verdict", verdict_name(c->verdict));
    record_set_strings(o, "clauses", &c->clauses);
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

void record_set_result(struct json *object, const struct run_result *r)
{
    struct json *checks = json_array();
    json_set_string(object, "connector", r->connector);
    json_set_string(object, "mode", r->mode);
    json_set_string(object, "case", r->case_id);
    json_set_string(object, "verdict", verdict_name(r->verdict));
    set_text(object, "reason", r->reason);
    json_set_int(object, "duration_ms", r->duration_ms);
    json_set_int(object, "jitter_ms", r->jitter_ms);
    json_set_int(object, "attempts", r->attempts);
    record_set_strings(object, "products", &r->products);
    json_set_bool(object, "outside", r->outside);
    set_text(object, "evidence", r->evidence);
    for (size_t i = 0; i < r->check_count; i++) {
        json_push(checks, check_json(&r->checks[i]));
    }
    json_set(object, "checks", checks);
}
