/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/explain_json.h"

#include "base/core/str.h"

static struct json *strings_json(const struct str_list *list)
{
    struct json *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_push(array, json_string(list->items[i]));
    }
    return array;
}

static struct json *bits_json(unsigned bits, const char *const *names, int count)
{
    struct json *array = json_array();
    for (int i = 0; i < count; i++) {
        if (bits >> i & 1u) {
            json_push(array, json_string(names[i]));
        }
    }
    return array;
}

static struct json *expectation_json(const struct expectation *e)
{
    struct json *o = json_object();
    json_set_string(o, "check", e->kind->name);
    json_set_string(o, "level", level_names[e->level]);
    json_set_int(o, "line", e->place.line);
    json_set(o, "clauses", strings_json(&e->clauses));
    json_set(o, "with", e->with ? json_copy(e->with) : json_object());
    json_set_string(o, "because", e->because);
    return o;
}

/* Given and steps as they stand in the file: that is the form a reader can look up. */
struct json *explain_case_json(const struct case_spec *c)
{
    struct json *o = json_object(), *expect = json_array();
    const struct json *given = json_get(c->doc->root, "given");
    json_set_string(o, "kind", "case");
    json_set_string(o, "id", c->id);
    json_set_string(o, "title", c->title);
    json_set_string(o, "why", c->why);
    json_set_string(o, "level", level_names[c->level]);
    json_set_bool(o, "probe", c->is_probe);
    json_set(o, "modes", bits_json(c->modes, mode_names, MODE_COUNT));
    json_set(o, "needs", bits_json(c->needs, capability_names, CAPABILITY_COUNT));
    json_set(o, "clauses", strings_json(&c->clauses));
    json_set(o, "history", strings_json(&c->history));
    json_set(o, "given", given ? json_copy(given) : json_object());
    json_set(o, "do", json_copy(json_get(c->doc->root, "do")));
    for (size_t i = 0; i < c->expectations.count; i++) {
        json_push(expect, expectation_json(SHAPE_LIST_AT(struct expectation, c->expectations, i)));
    }
    json_set(o, "expect", expect);
    return o;
}

static bool cites(const struct str_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq_z(str_of(list->items[i]), name)) {
            return true;
        }
    }
    return false;
}

static struct json *users_json(const struct case_set *set, const char *check, const char *clause)
{
    struct json *array = json_array();
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *c = set->cases[i];
        for (size_t k = 0; k < c->expectations.count; k++) {
            const struct expectation *e = SHAPE_LIST_AT(struct expectation, c->expectations, k);
            if (check ? str_eq_z(str_of(e->kind->name), check)
                      : cites(&e->clauses, clause) || cites(&c->clauses, clause)) {
                struct json *user = json_object();
                json_set_string(user, "case", c->id);
                json_set_string(user, "check", e->kind->name);
                json_push(array, user);
            }
        }
    }
    return array;
}

struct json *explain_check_json(const struct case_set *set, const struct check_row *row)
{
    struct json *o = json_object();
    json_set_string(o, "kind", "check");
    json_set_string(o, "name", row->kind.name);
    json_set_string(o, "doc", row->kind.doc);
    json_set_string(o, "cause", row->cause);
    json_set_string(o, "fix", row->fix);
    json_set(o, "parameters", row->kind.params ? shape_schema(row->kind.params) : json_null());
    json_set(o, "used_by", users_json(set, row->kind.name, NULL));
    return o;
}

struct json *explain_clause_json(const struct case_set *set, const struct clause *clause)
{
    struct json *o = json_object();
    json_set_string(o, "kind", "clause");
    json_set_string(o, "id", clause->id);
    json_set_string(o, "level", clause->level);
    json_set_string(o, "text", clause->text);
    json_set_string(o, "source", clause->source);
    json_set_string(o, "url", clause->url);
    json_set_string(o, "excluded", clause->excluded);
    json_set(o, "used_by", users_json(set, NULL, clause->id));
    return o;
}
