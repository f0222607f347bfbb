/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control.h"
#include "mock/fault/fault_rules.h"
#include "mock/journal/journal_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/web/web_priv.h"

/* A page shows no more of them; the newest are the interesting ones. */
#define TOKENS_SHOWN ((size_t)50)

static struct json *tokens_json(const struct mock_state *state)
{
    struct json *list = json_array();
    size_t count = credential_store_count(state->credentials), pos = 0, index = 0;
    for (const struct credential *c = credential_store_next(state->credentials, &pos); c != NULL;
         c = credential_store_next(state->credentials, &pos)) {
        if (++index + TOKENS_SHOWN > count) {
            json_push(list, control_token_json(c));
        }
    }
    return list;
}

static struct json *faults_json(const struct fault_rules *rules)
{
    struct json *list = json_array();
    const struct fault_rule *rule = NULL;
    for (size_t i = 0; (rule = fault_rules_at(rules, i)) != NULL; i++) {
        struct json *o = json_object();
        json_set_string(o, "id", rule->spec.id);
        json_set_int(o, "matched", rule->matched);
        json_set_int(o, "acted", rule->acted);
        json_push(list, o);
    }
    return list;
}

struct json *web_state(const struct space *s)
{
    struct json *o = json_object();
    json_set_int(o, "now_ms", clock_wall_ms(&s->clock));
    bool held = clock_is_held(&s->clock);
    json_set_bool(o, "held", held);
    /* A held clock falls behind the machine's all the time, which is no news. */
    json_set_int(o, held ? "held_ms" : "offset_ms",
                 held ? clock_wall_ms(&s->clock) : clock_offset_ms(&s->clock));
    json_set_int(o, "seq", journal_store_seq(s->journal));
    json_set_int(o, "open", journal_store_open(s->journal));
    json_set(o, "tokens", tokens_json(s->state));
    json_set(o, "faults", faults_json(s->faults));
    return o;
}

void web_records(const struct space *s, int64_t after, int64_t most, struct buf *out)
{
    struct journal_canaries canaries;
    struct err ignored = {0};
    int64_t from = journal_store_seq(s->journal) - most;
    space_canaries(s, &canaries);
    if (journal_store_export(s->journal, &canaries, after > from ? after : from, out, &ignored) <
        0) {
        buf_reset(out);
    }
}
