/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/space/space.h"

#include "base/core/xalloc.h"
#include "base/crypto/random.h"
#include "base/json/json_read.h"
#include "base/wire/scenario.h"
#include "mock/fault/fault_rules.h"
#include "mock/http/reply_memo.h"
#include "mock/journal/journal_store.h"
#include "mock/state/mock_state.h"

#include <stdlib.h>

struct space *space_new(const char *name, const struct space_options *options, struct err *err)
{
    struct space *s = xcalloc(1, sizeof(*s));
    s->name = xstrdup(name);
    s->refs = 1;
    s->routes = options->routes;
    clock_init(&s->clock);
    const struct mock_state_options state_options = {.seeded = options->seeded,
                                                     .seed = options->seed};
    s->state = mock_state_new(&s->clock, &state_options, err);
    if (s->state == NULL) {
        space_unref(s);
        return NULL;
    }
    s->state->memo = reply_memo_new();
    if (options->max_listed > 0) {
        s->state->max_listed = options->max_listed;
    }
    struct rng ids;
    if (options->seeded) {
        rng_init_seeded(&ids, options->seed);
    } else {
        rng_init_system(&ids);
    }
    s->id_base = rng_uint64(&ids);
    s->journal = journal_store_new(&s->clock, options->journal_max_bytes);
    s->faults = fault_rules_new(&s->clock);
    return s;
}

void space_ref(struct space *s)
{
    s->refs++;
}

void space_unref(struct space *s)
{
    if (s == NULL || --s->refs > 0) {
        return;
    }
    rounds_done(&s->rounds);
    fault_rules_free(s->faults);
    journal_store_free(s->journal);
    if (s->state != NULL) {
        reply_memo_free(s->state->memo);
    }
    mock_state_free(s->state);
    route_counts_done(&s->tally);
    size_t pos = 0;
    for (const struct map_entry *e = map_next(&s->taken, &pos); e != NULL;
         e = map_next(&s->taken, &pos)) {
        struct taken *taken = e->value;
        free(taken->given);
        free(taken);
    }
    map_done(&s->taken);
    free(s->scenario);
    free(s->name);
    free(s);
}

/* It changes once a second. */
const char *space_date_at(struct space *s, int64_t now_ms)
{
    if (now_ms / 1000 != s->date_s || s->date[0] == '\0') {
        s->date_s = now_ms / 1000;
        (void)format_http_date(now_ms, s->date, sizeof(s->date));
    }
    return s->date;
}

const char *space_date(struct space *s)
{
    return space_date_at(s, clock_wall_ms(&s->clock));
}

void space_canaries(const struct space *s, struct journal_canaries *ret)
{
    *ret = (struct journal_canaries){.set = s->state->canaries,
                                     .generation = s->state->canary_generation,
                                     .unlisted = s->state->unlisted,
                                     .tokens = s->state->credentials};
}

static int faults_load(const struct router *routes, struct fault_rules *rules,
                       const struct json_doc *doc, const struct scenario *scenario, struct err *err)
{
    for (size_t i = 0; i < scenario->faults.count; i++) {
        const struct scenario_fault *f = SHAPE_LIST_AT(struct scenario_fault, scenario->faults, i);
        const struct json *at = json_at(json_get(doc->root, "faults"), i);
        const char *id = NULL;
        if (fault_rule_check(routes, doc, at, f, err) < 0 ||
            fault_rules_add(rules, f, &id, err) < 0) {
            return -1;
        }
    }
    return 0;
}

int space_load(struct space *s, const struct json_doc *doc, const struct scenario *scenario,
               struct err *err)
{
    struct fault_rules *rules = fault_rules_new(&s->clock);
    if (faults_load(s->routes, rules, doc, scenario, err) < 0) {
        fault_rules_free(rules);
        return -1;
    }
    struct journal_canaries canaries;
    space_canaries(s, &canaries);
    canaries.tokens = NULL; /* they go with the state */
    journal_store_freeze(s->journal, &canaries);
    int result = mock_state_load(s->state, scenario, err);
    if (result == 0) {
        AUTO_BUF struct buf text = {0};
        json_write(&text, doc->root);
        free(s->scenario);
        s->scenario = xstrdup(buf_z(&text));
        s->loads++;
        fault_rules_move(s->faults, rules);
    }
    fault_rules_free(rules);
    return result;
}

int space_reset(struct space *s, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    if (s->scenario == NULL) {
        return err_set(err, ERR_NOT_FOUND, "no scenario was loaded yet");
    }
    if (json_read(str_of(s->scenario), "scenario", NULL, &doc, err) < 0 ||
        scenario_decode(a, &doc, doc.root, &scenario, err) < 0) {
        return -1;
    }
    return space_load(s, &doc, &scenario, err);
}
