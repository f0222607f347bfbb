/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_rules.h"

#include "base/core/xalloc.h"
#include "base/text/glob.h"
#include "base/text/suggest.h"
#include "mock/http/recorded_error.h"

#include <stdio.h>
#include <stdlib.h>

struct fault_rules {
    struct fault_rule *items[FAULT_RULES_MAX];
    size_t count;
    int64_t last_number; /* of "fault-N" */
};

struct fault_rules *fault_rules_new(void)
{
    return xcalloc(1, sizeof(struct fault_rules));
}

void fault_rules_free(struct fault_rules *r)
{
    if (r != NULL) {
        fault_rules_clear(r);
        free(r);
    }
}

void fault_rules_clear(struct fault_rules *r)
{
    for (size_t i = 0; i < r->count; i++) {
        fault_rule_unref(r->items[i]);
    }
    r->count = 0;
}

void fault_rules_move(struct fault_rules *to, struct fault_rules *from)
{
    fault_rules_clear(to);
    *to = *from;
    from->count = 0;
}

void fault_rule_unref(struct fault_rule *rule)
{
    if (rule != NULL && --rule->refs == 0) {
        arena_free(rule->arena);
    }
}

const struct fault_rule *fault_rules_at(const struct fault_rules *r, size_t index)
{
    return index < r->count ? r->items[index] : NULL;
}

static size_t rule_find(const struct fault_rules *r, const char *id)
{
    size_t i = 0;
    while (i < r->count && strcmp(r->items[i]->spec.id, id) != 0) {
        i++;
    }
    return i;
}

static const char *copy_text(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static struct str_list copy_list(struct arena *a, const struct str_list *from)
{
    struct str_list list = {0};
    VEC_FOREACH(const char *, item, from) {
        *VEC_PUSH(a, &list) = arena_strdup(a, *item);
    }
    return list;
}

static struct fault_rule *rule_copy(const struct scenario_fault *from, const char *id)
{
    struct arena *a = arena_new();
    struct fault_rule *rule = ARENA_NEW(a, struct fault_rule);
    rule->arena = a;
    rule->refs = 1;
    rule->spec = *from;
    rule->spec.id = arena_strdup(a, id);
    rule->spec.routes = copy_list(a, &from->routes);
    rule->spec.classes = copy_list(a, &from->classes);
    rule->spec.grant = copy_text(a, from->grant);
    rule->spec.body = copy_text(a, from->body);
    rule->spec.error = copy_text(a, from->error);
    rule->spec.content_type = copy_text(a, from->content_type);
    rule->spec.headers = (struct shape_pairs){0};
    VEC_FOREACH(const struct shape_pair, pair, &from->headers) {
        *VEC_PUSH(a, &rule->spec.headers) =
            (struct shape_pair){arena_strdup(a, pair->key), arena_strdup(a, pair->value), {0, 0}};
    }
    return rule;
}

static int error_check(const char *name, struct err *err)
{
    if (name == NULL || recorded_error_find(name) != NULL) {
        return 0;
    }
    const char *known[128];
    size_t count = 0;
    while (count < ARRAY_LEN(known) && recorded_error_at(count) != NULL) {
        known[count] = recorded_error_at(count)->name;
        count++;
    }
    err_set(err, ERR_INVALID, "unknown recorded error '%s'", name);
    suggest_hint(err, str_of(name), known, count);
    return -1;
}

int fault_rules_add(struct fault_rules *r, const struct scenario_fault *from, const char **ret_id,
                    struct err *err)
{
    if (error_check(from->error, err) < 0) {
        return -1;
    }
    if (r->count == FAULT_RULES_MAX) {
        return err_set(err, ERR_LIMIT, "there are %zu fault rules already", r->count);
    }
    char made[32];
    const char *id = from->id;
    if (id == NULL) {
        do {
            (void)snprintf(made, sizeof(made), "fault-%lld", (long long)++r->last_number);
        } while (rule_find(r, made) < r->count);
        id = made;
    }
    if (rule_find(r, id) < r->count) {
        return err_set(err, ERR_INVALID, "there is a fault with the id '%s' already", id);
    }
    r->items[r->count] = rule_copy(from, id);
    *ret_id = r->items[r->count++]->spec.id;
    return 0;
}

bool fault_rules_remove(struct fault_rules *r, const char *id)
{
    size_t index = rule_find(r, id);
    if (index == r->count) {
        return false;
    }
    fault_rule_unref(r->items[index]);
    r->count--;
    memmove(&r->items[index], &r->items[index + 1], (r->count - index) * sizeof(r->items[0]));
    return true;
}

static bool list_has(const struct str_list *patterns, const char *text)
{
    VEC_FOREACH(const char *, pattern, patterns) {
        if (glob_match(str_of(*pattern), str_of(text))) {
            return true;
        }
    }
    return patterns->count == 0;
}

static bool rule_matches(const struct scenario_fault *f, const struct fault_subject *subject)
{
    return list_has(&f->routes, subject->route) &&
           list_has(&f->classes, route_class_name(subject->class)) &&
           (f->grant == NULL || strcmp(f->grant, subject->grant) == 0);
}

static bool window_is_open(const struct fault_rule *rule)
{
    int64_t past = rule->matched - 1 - rule->spec.skip;
    return past >= 0 && (rule->spec.times == 0 || past < rule->spec.times);
}

struct fault_rule *fault_rules_match(struct fault_rules *r, const struct fault_subject *subject)
{
    struct fault_rule *acting = NULL;
    for (size_t i = 0; i < r->count; i++) {
        struct fault_rule *rule = r->items[i];
        if (!rule_matches(&rule->spec, subject)) {
            continue;
        }
        rule->matched++;
        if (acting == NULL && window_is_open(rule)) {
            rule->acted++;
            rule->refs++;
            acting = rule;
        }
    }
    return acting;
}
