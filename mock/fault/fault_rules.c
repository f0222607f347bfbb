/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_rules.h"

#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/sys/clock.h"
#include "mock/fault/fault_match_priv.h"

#include <stdio.h>
#include <stdlib.h>

struct fault_rules {
    struct fault_rule *items[FAULT_RULES_MAX];
    size_t count;
    int64_t last_number; /* of "fault-N" */
    const struct clock *clock;
};

struct fault_rules *fault_rules_new(const struct clock *clock)
{
    struct fault_rules *r = xcalloc(1, sizeof(*r));
    r->clock = clock;
    return r;
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
        json_free(rule->patch);
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

static struct shape_pairs copy_pairs(struct arena *a, const struct shape_pairs *from)
{
    struct shape_pairs pairs = {0};
    VEC_FOREACH(const struct shape_pair, pair, from) {
        *VEC_PUSH(a, &pairs) =
            (struct shape_pair){arena_strdup(a, pair->key), arena_strdup(a, pair->value), {0, 0}};
    }
    return pairs;
}

static struct fault_rule *rule_copy(const struct scenario_fault *from, const char *id)
{
    struct arena *a = arena_new();
    struct fault_rule *rule = ARENA_NEW(a, struct fault_rule);
    rule->arena = a;
    rule->refs = 1;
    rule->patch = from->answer.patch != NULL ? json_copy(from->answer.patch) : NULL;
    struct scenario_fault *f = &rule->spec;
    *f = *from;
    f->id = arena_strdup(a, id);
    f->routes = copy_list(a, &from->routes);
    f->classes = copy_list(a, &from->classes);
    f->grant = copy_text(a, from->grant);
    f->body = copy_text(a, from->body);
    f->error = copy_text(a, from->error);
    f->content_type = copy_text(a, from->content_type);
    f->headers = copy_pairs(a, &from->headers);
    f->match.hosts = copy_list(a, &from->match.hosts);
    f->match.method = copy_text(a, from->match.method);
    f->match.client = copy_text(a, from->match.client);
    f->match.token = copy_text(a, from->match.token);
    f->match.request_headers = copy_pairs(a, &from->match.request_headers);
    f->answer.redirect = copy_text(a, from->answer.redirect);
    f->answer.patch = rule->patch;
    return rule;
}

static int64_t now_ms(const struct fault_rules *r)
{
    return r->clock != NULL ? clock_wall_ms(r->clock) : 0;
}

int fault_rules_add(struct fault_rules *r, const struct scenario_fault *from, const char **ret_id,
                    struct err *err)
{
    if (fault_error_check(from->error, err) < 0) {
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
    r->items[r->count]->added_ms = now_ms(r);
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

bool fault_rules_ask_who(const struct fault_rules *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct scenario_fault_match *m = &r->items[i]->spec.match;
        if (m->client != NULL || m->token != NULL) {
            return true;
        }
    }
    return false;
}

struct fault_rule *fault_rules_match(struct fault_rules *r, const struct fault_subject *subject)
{
    struct fault_rule *acting = NULL;
    for (size_t i = 0; i < r->count; i++) {
        struct fault_rule *rule = r->items[i];
        if (!fault_match(&rule->spec, subject)) {
            continue;
        }
        rule->matched++;
        if (fault_window_take(rule, now_ms(r)) && acting == NULL) {
            rule->acted++;
            rule->refs++;
            acting = rule;
        }
    }
    return acting;
}
