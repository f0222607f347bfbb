/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/begin.h"

#include "base/crypto/random.h"
#include "base/json/json.h"
#include "mock/query/run.h"
#include "mock/query/sql_result.h"
#include "mock/query/timeline.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"

enum { LINK_KEY_BYTES = 32, SETTINGS_MAX = 256 };

static void end_as_failed(struct statement *st, const char *code, const char *message,
                          const char *sql_state)
{
    st->state = statement_failed;
    st->output.rows = NULL;
    st->error = (struct statement_error){
        .code = arena_strdup(st->arena, code != NULL ? code : "BAD_REQUEST"),
        .message = arena_strdup(st->arena, message != NULL ? message : "The statement failed."),
        .sql_state = sql_state != NULL ? arena_strdup(st->arena, sql_state) : NULL,
    };
}

/* ucx#3447 has the text. */
static void end_as_too_large(struct statement *st, int64_t limit)
{
    end_as_failed(st, "BAD_REQUEST",
                  arena_printf(st->arena,
                               "Inline byte limit exceeded. Statements executed with "
                               "disposition=INLINE can have a result size of at most %lld bytes. "
                               "Please execute the statement with disposition=EXTERNAL_LINKS if "
                               "you want to download the full result.",
                               (long long)limit),
                  NULL);
}

static void end_with(struct statement *st, const struct statement_order *o,
                     const struct sql_result *result)
{
    struct sql_result *kept = arena_memdup(st->arena, result, sizeof(*result));
    sql_result_limit(kept, o->row_limit, o->byte_limit);
    st->state = statement_succeeded;
    st->output.rows = kept;
    if (o->whole_limit_bytes >= 0 && sql_result_bytes(kept, kept->rows) > o->whole_limit_bytes) {
        end_as_too_large(st, o->whole_limit_bytes);
    }
}

/* As the scenario's rule has it; a rule that says SUCCEEDED brings no rows for a text that only a
 * real warehouse could run. */
static void end_by_rule(struct statement *st, const struct scenario_statement *rule)
{
    st->pending_polls = rule->pending_polls;
    st->running_polls = rule->running_polls;
    st->cancel_ignored = rule->cancel_ignored;
    st->times.ready_ms += rule->run_time_ms;
    if (strcmp(rule->state, statement_failed) == 0) {
        end_as_failed(st, rule->error_code, rule->error_message, rule->sql_state);
    } else if (strcmp(rule->state, statement_canceled) == 0) {
        st->state = statement_canceled;
        st->output.rows = NULL;
    } else if (strcmp(rule->state, statement_closed) == 0) {
        st->state = statement_closed;
    }
}

static int parameters_cast(struct arena *arena, const struct sql_parameters *given,
                           struct sql_parameters *ret, struct err *err)
{
    for (size_t i = 0; given != NULL && i < given->count; i++) {
        const struct sql_parameter *p = &given->items[i];
        struct sql_parameter copy = {.name = arena_strdup(arena, p->name), .type = p->type};
        const char *value = p->value != NULL ? arena_strdup(arena, p->value) : NULL;
        if (sql_cast(arena, value, p->type, &copy.value, err) < 0) {
            return -1;
        }
        *VEC_PUSH(arena, ret) = copy;
    }
    return 0;
}

static int run(struct statement *st, const struct access *a, const struct statement_order *o,
               struct err *err)
{
    struct arena *arena = st->arena;
    struct sql_parameters cast = {0};
    struct sql_query query;
    struct sql_result result;
    const struct sql_context context = {
        .user = principal_user_name(a->principal),
        .catalog = arena_strdup(arena, o->catalog != NULL ? o->catalog : "main"),
        .schema = arena_strdup(arena, o->schema != NULL ? o->schema : "default"),
        .parameters = &cast,
        .settings = o->settings,
    };
    const struct runner runner = {arena, a, &context, &st->change, 0};
    const char *text = st->text = arena_strdup(arena, o->text);
    if (parameters_cast(arena, o->parameters, &cast, err) < 0 ||
        sql_read(arena, str_of(text), &context, &query, err) < 0 ||
        run_query(&runner, &query, &result, err) < 0) {
        return -1;
    }
    end_with(st, o, &result);
    return 0;
}

/* Everything the statement will ever be. */
static void decide(struct statement *st, const struct access *a, const struct statement_order *o)
{
    static const struct sql_result nothing = {0};
    struct err bad = {0};
    const struct scenario_statement *rule =
        statement_store_rule(a->state->statements, str_of(o->text));
    bool undone = rule != NULL && (strcmp(rule->state, statement_failed) == 0 ||
                                   strcmp(rule->state, statement_canceled) == 0);
    if (!undone && run(st, a, o, &bad) < 0) {
        struct str state = sql_state_of(str_of(bad.msg));
        if (rule != NULL) {
            end_with(st, o, &nothing);
        } else {
            end_as_failed(st, "BAD_REQUEST", bad.msg,
                          arena_strndup(st->arena, state.ptr, state.len));
        }
    }
    if (rule != NULL) {
        end_by_rule(st, rule);
    }
}

bool session_setting_put(struct json *session, const char *key, const char *value)
{
    struct json *settings = json_get_mutable(session, SESSION_SETTINGS);
    if (settings == NULL) {
        json_set(session, SESSION_SETTINGS, settings = json_object());
    }
    bool room = json_count(settings) < SETTINGS_MAX || json_get(settings, key) != NULL;
    if (room) {
        json_set_string(settings, key, value);
    }
    return room;
}

void statement_change_keep(const struct statement *st, struct json *session)
{
    const struct statement_change *c = &st->change;
    if (session == NULL || st->state != statement_succeeded) {
        return;
    }
    if (c->catalog != NULL) {
        json_set_string(session, "catalog", c->catalog);
        json_set_string(session, "schema", c->schema != NULL ? c->schema : "default");
    }
    if (c->key != NULL) {
        (void)session_setting_put(session, c->key, c->value);
    }
}

void sql_id_make(struct mock_state *s, char out[37])
{
    (void)rng_uuid(&s->rng, out);
    struct str prefix = STR("01ef");
    memcpy(out, prefix.ptr, prefix.len);
}

static struct statement statement_make(const struct access *a, struct arena *arena_take)
{
    AUTO_BUF struct buf key = {0};
    int64_t now_ms = mock_state_now_ms(a->state);
    struct statement st = {
        .workspace_id = a->workspace->workspace_id,
        .principal = a->principal,
        .times = {.created_ms = now_ms, .ready_ms = now_ms, .polled_ms = now_ms},
        .arena = arena_take,
    };
    sql_id_make(a->state, st.id);
    rng_hex(&a->state->rng, &key, LINK_KEY_BYTES);
    st.output.link_key = arena_strdup(st.arena, buf_z(&key));
    return st;
}

struct statement *statement_begin(const struct access *a, const struct statement_order *o)
{
    struct statement st = statement_make(a, arena_new());
    st.times.ready_ms = o->ready_ms;
    decide(&st, a, o);
    return statement_store_add(a->state->statements, &st);
}

struct statement *statement_begin_done(const struct access *a, struct arena *arena_take,
                                       const struct sql_result *result)
{
    struct statement st = statement_make(a, arena_take);
    st.state = statement_succeeded;
    st.output.rows = arena_memdup(st.arena, result, sizeof(*result));
    return statement_store_add(a->state->statements, &st);
}
