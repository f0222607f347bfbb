/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/statement_store.h"

#include "base/core/arena.h"
#include "base/core/assert.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

struct rules {
    struct scenario_statement *items;
    size_t count, capacity;
};

struct statement_store {
    struct arena *arena; /* of the rules */
    struct rules rules;
    struct map by_id;                            /* to struct statement */
    struct statement *ring[STATEMENT_STORE_MAX]; /* the oldest at `next` once it is full */
    size_t next;
};

struct statement_store *statement_store_new(void)
{
    struct statement_store *s = xcalloc(1, sizeof(*s));
    s->arena = arena_new();
    return s;
}

static void statement_free(struct statement *st)
{
    if (st == NULL) {
        return;
    }
    arena_free(st->arena);
    free(st);
}

static void statement_free_unread(struct statement *st)
{
    if (st->forgotten && st->readers == 0) {
        statement_free(st);
    }
}

void statement_store_hold(struct statement *st)
{
    st->readers++;
}

void statement_store_release(struct statement *st)
{
    st->readers--;
    statement_free_unread(st);
}

void statement_store_free(struct statement_store *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < STATEMENT_STORE_MAX; i++) {
        statement_free(s->ring[i]);
    }
    map_done(&s->by_id);
    arena_free(s->arena);
    free(s);
}

static const char *copy_or_null(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

void statement_store_add_rule(struct statement_store *s, const struct scenario_statement *rule)
{
    *VEC_PUSH(s->arena, &s->rules) = (struct scenario_statement){
        .text = copy_or_null(s->arena, rule->text),
        .state = copy_or_null(s->arena, rule->state),
        .error_code = copy_or_null(s->arena, rule->error_code),
        .error_message = copy_or_null(s->arena, rule->error_message),
        .sql_state = copy_or_null(s->arena, rule->sql_state),
        .pending_polls = rule->pending_polls,
        .running_polls = rule->running_polls,
        .run_time_ms = rule->run_time_ms,
        .cancel_ignored = rule->cancel_ignored,
    };
}

static struct str statement_core(struct str text)
{
    text = str_trim(text);
    if (str_ends(text, STR(";"))) {
        text = str_trim(str_slice(text, 0, text.len - 1));
    }
    return text;
}

const struct scenario_statement *statement_store_rule(const struct statement_store *s,
                                                      struct str text)
{
    struct str core = statement_core(text);
    VEC_FOREACH(struct scenario_statement, rule, &s->rules) {
        if (rule->text == NULL || str_eq(statement_core(str_of(rule->text)), core)) {
            return rule;
        }
    }
    return NULL;
}

struct statement *statement_store_add(struct statement_store *s, const struct statement *from)
{
    struct statement *oldest = s->ring[s->next];
    if (oldest != NULL) {
        (void)map_remove(&s->by_id, str_of(oldest->id));
        oldest->forgotten = true;
        statement_free_unread(oldest);
    }
    struct statement *st = xmalloc(sizeof(*st));
    *st = *from;
    ASSERT(map_put(&s->by_id, str_of(st->id), st) == NULL);
    s->ring[s->next] = st;
    s->next = (s->next + 1) % STATEMENT_STORE_MAX;
    return st;
}

struct statement *statement_store_find(const struct statement_store *s, struct str id)
{
    return map_get(&s->by_id, id);
}
