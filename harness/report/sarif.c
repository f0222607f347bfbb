/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF 2.1.0 (OASIS): a rule per clause and check, a result per check that did not hold, placed at
 * the line of the case that asks for it. An expected failure is suppressed with its reason; what
 * could not be judged is `open`, and makes the invocation unsuccessful. */
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

#include "base/cli/exit_code.h"
#include "base/core/map.h"
#include "base/core/str.h"
#include "base/json/json.h"

struct sarif {
    struct arena *arena;
    const struct run_record *run;
    struct json *rules, *results, *notes;
    struct map rule_ids;
};

static struct json *message(const char *text)
{
    struct json *o = json_object();
    json_set_string(o, "text", text);
    return o;
}

static const struct run_clause *clause_find(const struct run_record *run, const char *id)
{
    VEC_FOREACH(const struct run_clause, c, &run->clauses) {
        if (str_eq_z(str_of(c->id), id)) {
            return c;
        }
    }
    return NULL;
}

/* "RFC6749-3.2-post/oauth.method": which sentence, and how it was looked at. */
static const char *rule_of(struct sarif *s, const struct check_result *c)
{
    const char *clause = c->clauses.count > 0 ? c->clauses.items[0] : NULL;
    const char *id = clause ? arena_printf(s->arena, "%s/%s", clause, c->check) : c->check;
    const struct run_clause *known = clause ? clause_find(s->run, clause) : NULL;
    if (map_get(&s->rule_ids, str_of(id))) {
        return id;
    }
    struct json *rule = json_object();
    json_set_string(rule, "id", id);
    json_set(rule, "shortDescription", message(known ? known->text : c->check));
    json_set(rule, "help", message(c->fix ? c->fix : "see the result's message"));
    if (known && known->url) {
        json_set_string(rule, "helpUri", known->url);
    }
    map_put(&s->rule_ids, str_of(id), rule);
    json_push(s->rules, rule);
    return id;
}

static struct json *location_of(struct sarif *s, const struct run_result *r, int line)
{
    struct json *location = json_object(), *physical = json_object();
    struct json *artifact = json_object(), *region = json_object();
    json_set_string(artifact, "uri", arena_printf(s->arena, "cases/%s.yaml", r->case_id));
    json_set_string(artifact, "uriBaseId", "SUITE");
    json_set(physical, "artifactLocation", artifact);
    json_set_int(region, "startLine", line > 0 ? line : 1);
    json_set(physical, "region", region);
    json_set(location, "physicalLocation", physical);
    return location;
}

static const char *level_of(enum verdict v)
{
    return v == VERDICT_WARN ? "warning" : v == VERDICT_INCONCLUSIVE ? "none" : "error";
}

static const char *text_of(struct sarif *s, const struct run_result *r,
                           const struct check_result *c)
{
    return arena_printf(s->arena, "%s in mode %s: expected %s; seen: %s%s%s", r->connector, r->mode,
                        c->expected ? c->expected : "something else", c->seen ? c->seen : "nothing",
                        c->cause ? ". Likely cause: " : "", c->cause ? c->cause : "");
}

static void add_check(struct sarif *s, const struct run_result *r, const struct check_result *c)
{
    struct json *o = json_object(), *locations = json_array(), *prints = json_object();
    bool open = c->verdict == VERDICT_INCONCLUSIVE;
    json_set_string(o, "ruleId", rule_of(s, c));
    json_set_string(o, "kind", open ? "open" : "fail");
    json_set_string(o, "level", level_of(c->verdict));
    json_set(o, "message", message(text_of(s, r, c)));
    json_push(locations, location_of(s, r, c->line));
    json_set(o, "locations", locations);
    json_set_string(prints, "assay/v1",
                    arena_printf(s->arena, "%s/%s/%s/%s/%d", r->connector, r->mode, r->case_id,
                                 c->check, c->line));
    json_set(o, "partialFingerprints", prints);
    if (c->verdict == VERDICT_XFAIL) {
        struct json *suppressions = json_array(), *suppression = json_object();
        json_set_string(suppression, "kind", "external");
        json_set_string(suppression, "justification", c->xfail_reason ? c->xfail_reason : "");
        json_push(suppressions, suppression);
        json_set(o, "suppressions", suppressions);
    }
    json_push(s->results, o);
}

static void add_note(struct sarif *s, const char *text)
{
    struct json *o = json_object();
    json_set_string(o, "level", "error");
    json_set(o, "message", message(text));
    json_push(s->notes, o);
}

static void add_result(struct sarif *s, const struct run_result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        enum verdict v = r->checks[i].verdict;
        if (v != VERDICT_PASS && v != VERDICT_NOT_APPLICABLE) {
            add_check(s, r, &r->checks[i]);
        }
    }
    if (r->check_count == 0 && !verdict_is_green(r->verdict)) {
        add_note(s, arena_printf(s->arena, "%s %s %s: %s: %s", r->connector, r->mode, r->case_id,
                                 verdict_name(r->verdict), r->reason ? r->reason : ""));
    }
}

static struct json *tool_json(struct sarif *s)
{
    struct json *tool = json_object(), *driver = json_object();
    json_set_string(driver, "name", "assay");
    json_set_string(driver, "version", s->run->world.assay_version);
    json_set(driver, "rules", s->rules);
    json_set(tool, "driver", driver);
    return tool;
}

static struct json *invocations_json(struct sarif *s)
{
    struct json *array = json_array(), *o = json_object();
    bool done = s->run->exit_code == EXIT_OK || s->run->exit_code == EXIT_FAILED;
    json_set_bool(o, "executionSuccessful", s->run->complete && done);
    json_set_int(o, "exitCode", s->run->exit_code);
    json_set(o, "toolExecutionNotifications", s->notes);
    json_push(array, o);
    return array;
}

void sarif_write(struct buf *out, const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON struct json *root = json_object();
    struct sarif s = {.arena = a,
                      .run = run,
                      .rules = json_array(),
                      .results = json_array(),
                      .notes = json_array()};
    struct json *runs = json_array(), *o = json_object();
    struct json *bases = json_object(), *suite = json_object();
    VEC_FOREACH(const struct run_result, r, &run->results) {
        add_result(&s, r);
    }
    struct str_list troubles = run_troubles(a, run, json_count(s.results) + json_count(s.notes));
    for (size_t i = 0; i < troubles.count; i++) {
        add_note(&s, troubles.items[i]);
    }
    json_set_string(root, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_set_string(root, "version", "2.1.0");
    json_set(o, "tool", tool_json(&s));
    json_set(o, "invocations", invocations_json(&s));
    json_set(suite, "description", message("where the suite's folder `cases' stands"));
    json_set(bases, "SUITE", suite);
    json_set(o, "originalUriBaseIds", bases);
    json_set(o, "results", s.results);
    json_push(runs, o);
    json_set(root, "runs", runs);
    json_write_pretty(out, root);
    buf_add_char(out, '\n');
    map_done(&s.rule_ids);
}
