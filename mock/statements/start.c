/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/start.h"

#include "base/crypto/random.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/statements/run.h"
#include "mock/statements/session.h"
#include "mock/statements/timeline.h"
#include "mock/statements/warehouse.h"

enum { LINK_KEY_BYTES = 32 };

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

static void end_with(struct statement *st, const struct access *a,
                     const struct statement_request *q, const struct sql_result *result)
{
    struct sql_result *kept = arena_memdup(st->arena, result, sizeof(*result));
    int64_t limit = a->workspace->behaviour->sql.inline_limit_bytes;
    sql_result_limit(kept, q->row_limit, q->byte_limit);
    st->state = statement_succeeded;
    st->output.rows = kept;
    if (q->disposition == RESULT_INLINE && sql_result_bytes(kept, kept->rows) > limit) {
        end_as_too_large(st, limit);
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

/* Looks like the service's: time-ordered UUIDs, 01ef... */
static void id_make(struct mock_state *s, char out[37])
{
    (void)rng_uuid(&s->rng, out);
    struct str prefix = STR("01ef");
    memcpy(out, prefix.ptr, prefix.len);
}

static int run(struct statement *st, const struct access *a, const struct statement_request *q,
               const struct json *session, struct err *err)
{
    struct arena *arena = st->arena;
    struct sql_parameters cast = {0};
    struct sql_query query;
    struct sql_result result;
    const char *catalog =
        q->catalog != NULL ? q->catalog : json_get_string(session, "catalog", NULL);
    const char *schema = q->schema != NULL ? q->schema : json_get_string(session, "schema", NULL);
    const struct sql_context context = {
        .user = principal_user_name(a->principal),
        .catalog = arena_strdup(arena, catalog != NULL ? catalog : "main"),
        .schema = arena_strdup(arena, schema != NULL ? schema : "default"),
        .parameters = &cast,
    };
    VEC_FOREACH(const struct sql_parameter, p, &q->parameters) {
        struct sql_parameter copy = {.name = arena_strdup(arena, p->name), .type = p->type};
        const char *value = p->value != NULL ? arena_strdup(arena, p->value) : NULL;
        if (sql_cast(arena, value, p->type, &copy.value, err) < 0) {
            return -1;
        }
        *VEC_PUSH(arena, &cast) = copy;
    }
    const char *text = arena_strdup(arena, q->statement);
    if (sql_read(arena, str_of(text), &context, &query, err) < 0 ||
        run_query(arena, a, &context, &query, &result, err) < 0) {
        return -1;
    }
    end_with(st, a, q, &result);
    return 0;
}

/* Everything the statement will ever be. */
static void decide(struct statement *st, const struct access *a, const struct statement_request *q,
                   const struct json *session)
{
    static const struct sql_result nothing = {0};
    struct err bad = {0};
    const struct scenario_statement *rule =
        statement_store_rule(a->state->statements, str_of(q->statement));
    if (run(st, a, q, session, &bad) < 0) {
        struct str state = sql_state_of(str_of(bad.msg));
        if (rule != NULL) {
            end_with(st, a, q, &nothing);
        } else {
            end_as_failed(st, "BAD_REQUEST", bad.msg,
                          arena_strndup(st->arena, state.ptr, state.len));
        }
    }
    if (rule != NULL) {
        end_by_rule(st, rule);
    }
}

struct statement *statement_start(struct exchange *x, const struct access *a,
                                  const struct statement_request *q)
{
    AUTO_BUF struct buf key = {0};
    const struct json *session = NULL;
    struct json *warehouse = warehouse_wanted(x, a, q->warehouse_id);
    if (warehouse == NULL ||
        (q->session_id != NULL &&
         (session = session_wanted(x, a, q->session_id, q->warehouse_id)) == NULL)) {
        return NULL;
    }
    int64_t now_ms = mock_state_now_ms(a->state);
    struct statement st = {
        .workspace_id = a->workspace->workspace_id,
        .principal = a->principal,
        .times = {.created_ms = now_ms,
                  .ready_ms = warehouse_ready_ms(a, warehouse),
                  .polled_ms = now_ms},
        .output = {.disposition = (int)q->disposition, .format = (int)q->format},
        .arena = arena_new(),
    };
    id_make(a->state, st.id);
    rng_hex(&a->state->rng, &key, LINK_KEY_BYTES);
    st.output.link_key = arena_strdup(st.arena, buf_z(&key));
    decide(&st, a, q, session);
    return statement_store_add(a->state->statements, &st);
}
