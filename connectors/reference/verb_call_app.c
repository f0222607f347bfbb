/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "api.h"
#include "defects.h"
#include "verbs.h"

enum { STORM = 20 };

static int call_without_token(struct workspace *w, const struct api_call *call, struct failure *f)
{
    struct text url = {0};
    struct http_response response = {0};
    text_printf(&url, "%s%s", call->origin, call->path);
    const struct http_request request = {
        .method = call->method, .url = text_z(&url), .deadline_ms = call->deadline_ms};
    int result = http_send(&w->http, &request, &response, f);
    if (result == 0 && !answer_is_ok(&response)) {
        result = failure_set(f, "call App: HTTP %ld", response.status);
    }
    http_response_done(&response);
    text_done(&url);
    return result;
}

/* An App's gate takes OAuth tokens and no personal access tokens; its refusal is final. */
int verb_call_app(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f)
{
    cJSON *status = NULL;
    *ret_rows = 0;
    if (!w->config->app_url) {
        return failure_set(f, "CONNECTOR_APP_URL is not set: it is the App's URL");
    }
    struct api_call call = {.what = "call App",
                            .method = "GET",
                            .origin = w->config->app_url,
                            .path = "/api/status",
                            .deadline_ms = deadline_ms};
    if (defect_is(DEFECT_APP_ANONYMOUS)) {
        return call_without_token(w, &call, f);
    }
    int result = api_send(w, &call, &status, f);
    for (int i = 0; result < 0 && defect_is(DEFECT_APP_STORM) && i < STORM; i++) {
        result = api_send(w, &call, &status, f);
    }
    cJSON_Delete(status);
    return result < 0 && defect_is(DEFECT_APP_REFUSAL_OK) ? 0 : result;
}
