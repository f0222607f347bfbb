/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "api.h"
#include "defects.h"
#include "statement.h"
#include "verbs.h"

#include <stdlib.h>
#include <string.h>

static bool has_succeeded(const cJSON *statement)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(statement, "status");
    return strcmp(answer_string(status, "state"), "SUCCEEDED") == 0;
}

/* The URL carries its own authorization: a token would be told to somebody else's storage. What
 * failed is told without the URL. */
static int follow_link(struct workspace *w, const cJSON *link, int64_t deadline_ms, int64_t *count,
                       struct failure *f)
{
    const char *url = answer_string(link, "external_link");
    struct failure unnamed;
    struct http_response response = {0};
    char *token = NULL;
    if (defect_is(DEFECT_TOKEN_TO_STORAGE) &&
        token_source_get(&w->tokens, deadline_ms, &token, f) < 0) {
        return -1;
    }
    const struct http_request request = {.method = "GET",
                                         .url = url,
                                         .bearer = token,
                                         .is_secret_url = !defect_is(DEFECT_LINK_LOGGED),
                                         .deadline_ms = deadline_ms};
    int result = http_send(&w->http, &request, &response, &unnamed);
    cJSON *rows = result == 0 && answer_is_ok(&response)
                      ? cJSON_ParseWithLength(text_z(&response.body), response.body.len)
                      : NULL;
    secret_free(token);
    if (!cJSON_IsArray(rows)) {
        result = failure_set(f, "fetch result: the storage answered HTTP %ld", response.status);
    } else {
        *count += cJSON_GetArraySize(rows);
    }
    cJSON_Delete(rows);
    http_response_done(&response);
    return result;
}

/* The links of one chunk; *next_path becomes where those of the next are, or NULL. */
static int follow_links(struct workspace *w, const cJSON *part, int64_t deadline_ms, int64_t *count,
                        char **next_path, struct failure *f)
{
    const cJSON *links = cJSON_GetObjectItemCaseSensitive(part, "external_links"), *link;
    int result = 0;
    free(*next_path);
    *next_path = NULL;
    cJSON_ArrayForEach(link, links)
    {
        const char *next = answer_string(link, "next_chunk_internal_link");
        if (result == 0) {
            result = follow_link(w, link, deadline_ms, count, f);
        }
        free(*next_path);
        *next_path = next[0] == '/' ? string_copy(next) : NULL;
    }
    return result;
}

int verb_fetch(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f)
{
    cJSON *statement = NULL, *chunk = NULL;
    char *next = NULL;
    const struct statement_request request = {.wait_timeout = "30s",
                                              .on_wait_timeout = "CANCEL",
                                              .disposition = "EXTERNAL_LINKS",
                                              .deadline_ms = deadline_ms};
    *ret_rows = 0;
    if (statement_post(w, &request, &statement, f) < 0) {
        return -1;
    }
    int result = has_succeeded(statement)
                     ? follow_links(w, cJSON_GetObjectItemCaseSensitive(statement, "result"),
                                    deadline_ms, ret_rows, &next, f)
                     : failure_set(f, "run statement: it has not succeeded");
    cJSON_Delete(statement);
    while (result == 0 && next) {
        struct api_call call = {
            .what = "get links", .method = "GET", .path = next, .deadline_ms = deadline_ms};
        result = api_send(w, &call, &chunk, f);
        if (result == 0) {
            result = follow_links(w, chunk, deadline_ms, ret_rows, &next, f);
            cJSON_Delete(chunk);
        }
    }
    free(next);
    return result;
}
