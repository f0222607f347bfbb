/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include "answer.h"
#include "defects.h"
#include "log.h"
#include "sabotage.h"

/* Of an application that is no user of the workspace, but may manage it on Azure: a second token
 * and the workspace's id go along, to the workspace only. Likewise Google's access token, for what
 * the workspace does in the account's name. */
struct second_headers {
    struct text token, resource;
    const char *lines[3];
};

static int add_second(struct workspace *w, int64_t deadline_ms, struct second_headers *h,
                      struct failure *f)
{
    char *token = NULL;
    bool is_google = config_is_google(w->config);
    if (is_google ? !w->config->google_access : !w->config->resource_id) {
        return 0;
    }
    if (token_source_get(&w->second, deadline_ms, &token, f) < 0) {
        return -1;
    }
    text_printf(&h->token, "%s: %s",
                is_google ? "X-Databricks-GCP-SA-Access-Token"
                          : "X-Databricks-Azure-SP-Management-Token",
                token);
    h->lines[0] = text_z(&h->token);
    if (!is_google) {
        text_printf(&h->resource, "X-Databricks-Azure-Workspace-Resource-Id: %s",
                    w->config->resource_id);
        h->lines[1] = text_z(&h->resource);
    }
    secret_free(token);
    return 0;
}

static int call_with_token(struct workspace *w, const struct api_call *call, const char *token,
                           struct http_response *ret, struct failure *f)
{
    struct text url = {0};
    struct second_headers second = {0};
    text_printf(&url, "%s%s", call->origin ? call->origin : w->config->host, call->path);
    struct http_request request = {.method = call->method,
                                   .url = text_z(&url),
                                   .bearer = token,
                                   .content_type = call->body ? "application/json" : NULL,
                                   .body = call->body,
                                   .headers = second.lines,
                                   .deadline_ms = call->deadline_ms};
    int result = !call->origin && add_second(w, call->deadline_ms, &second, f) < 0
                     ? -1
                     : http_send(&w->http, &request, ret, f);
    text_done(&second.token);
    text_done(&second.resource);
    text_done(&url);
    return result;
}

/* One call, with at most one other token. A server may quote what it was sent, so the token is
 * masked in what it says. */
static int call_once_or_twice(struct workspace *w, const struct api_call *call,
                              struct http_response *ret, struct failure *f)
{
    for (bool renewed = false;; renewed = true) {
        char *token = NULL;
        if (token_source_get(w->shared, call->deadline_ms, &token, f) < 0) {
            return -1;
        }
        struct http_response response = {0};
        int result = call_with_token(w, call, token, &response, f);
        bool refused = result == 0 && answer_is_token_error(&response);
        if (defects_on() && result == 0) {
            refused = sabotage_is_token_error(&response, refused);
        }
        bool retry = refused && !renewed && token_source_reject(w->shared, token);
        if (result == 0) {
            text_mask(&response.body, token);
        }
        secret_free(token);
        if (!retry) {
            *ret = response;
            return result;
        }
        log_debug("%s: HTTP %ld, once more with another token", call->what, response.status);
        http_response_done(&response);
    }
}

int api_send(struct workspace *w, const struct api_call *call, cJSON **ret, struct failure *f)
{
    struct http_response response = {0};
    if (call_once_or_twice(w, call, &response, f) < 0) {
        return -1;
    }
    cJSON *json = answer_is_ok(&response) ? answer_json(&response) : NULL;
    if (json) {
        *ret = json;
    } else {
        struct text reason = {0};
        answer_reason(&response, &reason);
        config_mask(w->config, &reason);
        failure_set(f, "%s: %s", call->what, text_z(&reason));
        text_done(&reason);
    }
    http_response_done(&response);
    return json ? 0 : -1;
}
