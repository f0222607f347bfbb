/* SPDX-License-Identifier: Apache-2.0 */
#include "workspace.h"

#include "answer.h"
#include "api.h"
#include "clock.h"
#include "defects.h"
#include "log.h"
#include "sabotage.h"
#include "statement.h"

#include <curl/curl.h>

#include <stdlib.h>
#include <string.h>

enum { FIRST_POLL_MS = 100, LONGEST_POLL_MS = 2000, CANCEL_MS = 3000 };

int workspace_init(struct workspace *w, const struct config *c, struct failure *f)
{
    *w = (struct workspace){.config = c};
    if (http_init(&w->http, f) < 0) {
        return -1;
    }
    w->shared = &w->tokens;
    if (token_source_init(&w->tokens, c, FOR_WORKSPACE, f) < 0 ||
        token_source_init(&w->second, c, FOR_SECOND, f) < 0 ||
        token_source_init(&w->machine, c, FOR_MACHINE, f) < 0) {
        return -1;
    }
    if (c->auth == AUTH_GOOGLE_ID) {
        w->tokens.machine = &w->machine;
        w->second.machine = &w->machine;
    }
    return 0;
}

int workspace_init_beside(struct workspace *w, struct workspace *from, struct failure *f)
{
    int result = workspace_init(w, from->config, f);
    w->shared = &from->tokens;
    return result;
}

void workspace_done(struct workspace *w)
{
    token_source_done(&w->tokens);
    token_source_done(&w->second);
    token_source_done(&w->machine);
    free(w->sql_session_id); /* the service ends it when nobody has used it for a while */
    http_done(&w->http);
}

static int get_table(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                     struct failure *f)
{
    struct text path = {0};
    char *name = curl_easy_escape(w->http.curl, w->config->table, 0);
    text_printf(&path, "/api/2.1/unity-catalog/tables/%s", name);
    curl_free(name);
    struct api_call call = {
        .what = "get table", .method = "GET", .path = text_z(&path), .deadline_ms = deadline_ms};
    cJSON *table = NULL;
    int result = api_send(w, &call, &table, f);
    if (result == 0) {
        *ret_table_id = string_copy(answer_string(table, "table_id"));
        cJSON_Delete(table);
    }
    text_done(&path);
    return result;
}

static const char *state_of(const cJSON *statement)
{
    return answer_string(cJSON_GetObjectItemCaseSensitive(statement, "status"), "state");
}

static bool is_under_way(const cJSON *statement)
{
    return strcmp(state_of(statement), "PENDING") == 0 ||
           strcmp(state_of(statement), "RUNNING") == 0;
}

/* Not to leave the warehouse working on what nobody waits for. */
static void cancel_statement(struct workspace *w, const char *path)
{
    struct text cancel = {0};
    struct failure ignored;
    cJSON *answer = NULL;
    text_printf(&cancel, "%s/cancel", path);
    struct api_call call = {.what = "cancel statement",
                            .method = "POST",
                            .path = text_z(&cancel),
                            .body = "{}",
                            .deadline_ms = clock_now_ms() + CANCEL_MS};
    if (api_send(w, &call, &answer, &ignored) < 0) {
        log_debug("%s", ignored.text);
    }
    cJSON_Delete(answer);
    text_done(&cancel);
}

/* Replaces *statement by its later forms until it has ended. */
static int await_statement(struct workspace *w, int64_t deadline_ms, cJSON **statement,
                           struct failure *f)
{
    struct text path = {0};
    int result = 0;
    char *id = curl_easy_escape(w->http.curl, answer_string(*statement, "statement_id"), 0);
    text_printf(&path, "/api/2.0/sql/statements/%s", id);
    curl_free(id);
    struct api_call call = {.what = "poll statement",
                            .method = "GET",
                            .path = text_z(&path),
                            .deadline_ms = deadline_ms};
    for (int64_t pause_ms = FIRST_POLL_MS; result == 0 && is_under_way(*statement);
         pause_ms = pause_ms * 2 < LONGEST_POLL_MS ? pause_ms * 2 : LONGEST_POLL_MS) {
        if (clock_now_ms() + pause_ms >= deadline_ms) {
            cancel_statement(w, text_z(&path));
            result = failure_set(f, "run statement: it had not ended in time");
            break;
        }
        clock_sleep_ms(defect_is(DEFECT_POLLS_WITHOUT_PAUSE) ? 0 : pause_ms);
        cJSON *later = NULL;
        result = api_send(w, &call, &later, f);
        if (result == 0) {
            cJSON_Delete(*statement);
            *statement = later;
        }
    }
    text_done(&path);
    return result;
}

/* All states come with HTTP 200. CLOSED is a success whose result is gone already, unless it
 * carries an error. */
static int judge_statement(const struct workspace *w, const cJSON *statement, struct failure *f)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(statement, "status");
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(status, "error");
    const char *state = state_of(statement);
    bool closed = strcmp(state, "CLOSED") == 0 && !cJSON_IsObject(error);
    if (strcmp(state, "SUCCEEDED") == 0 || closed) {
        return 0;
    }
    struct text reason = {0};
    text_printf(&reason, "run statement: state %.40s", state[0] ? state : "not given");
    if (cJSON_IsObject(error)) {
        text_printf(&reason, ": %.100s: %.500s", answer_string(error, "error_code"),
                    answer_string(error, "message"));
    }
    config_mask(w->config, &reason);
    failure_set(f, "%s", text_z(&reason));
    text_done(&reason);
    return -1;
}

/* A result comes in chunks, each of which names the next. Rows are counted as they arrive, not as
 * they are announced. */
static int count_rows(struct workspace *w, int64_t deadline_ms, const cJSON *statement,
                      struct failure *f)
{
    const cJSON *part = cJSON_GetObjectItemCaseSensitive(statement, "result");
    cJSON *chunk = NULL;
    int result = 0;
    w->rows = 0;
    while (result == 0 && part != NULL) {
        w->rows += cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(part, "data_array"));
        const char *next = answer_string(part, "next_chunk_internal_link");
        if (!next[0] || defect_is(DEFECT_FIRST_CHUNK_ONLY)) {
            break;
        }
        struct api_call call = {
            .what = "get chunk", .method = "GET", .path = next, .deadline_ms = deadline_ms};
        cJSON *later = NULL;
        result = api_send(w, &call, &later, f);
        cJSON_Delete(chunk);
        part = chunk = later;
    }
    cJSON_Delete(chunk);
    return result;
}

static int run_statement(struct workspace *w, int64_t deadline_ms, struct failure *f)
{
    const struct statement_request request = {
        .wait_timeout = "10s", .on_wait_timeout = "CONTINUE", .deadline_ms = deadline_ms};
    cJSON *statement = NULL;
    int result = statement_post(w, &request, &statement, f);
    if (result == 0) {
        result = await_statement(w, deadline_ms, &statement, f);
    }
    if (result == 0) {
        result = judge_statement(w, statement, f);
    }
    if (result == 0) {
        result = count_rows(w, deadline_ms, statement, f);
    }
    cJSON_Delete(statement);
    return result;
}

int workspace_validate(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                       struct failure *f)
{
    char *table_id = NULL;
    if (get_table(w, deadline_ms, &table_id, f) < 0 ||
        (!defect_is(DEFECT_SKIPS_STATEMENT) && run_statement(w, deadline_ms, f) < 0)) {
        free(table_id);
        return -1;
    }
    *ret_table_id = table_id;
    return 0;
}

void workspace_text(struct workspace *w, struct text *out)
{
    text_printf(out, "workspace{");
    config_text(w->config, out);
    text_printf(out, ", ");
    token_source_text(&w->tokens, out);
    text_printf(out, "}");
}
