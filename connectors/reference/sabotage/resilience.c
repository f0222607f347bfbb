/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with trying again. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

/* Of the answer that was seen last, or of why there was none. */
static _Thread_local bool named_no_time, not_connected;

static int64_t spoil_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    bool is_busy = status == 429 || status == 503;
    bool is_statement = strstr(r->url, "/sql/statements") != NULL && r->body;
    if ((defect_is(DEFECT_REFUSED_IS_FINAL) && status == 0 && not_connected) ||
        (defect_is(DEFECT_RETRY_AFTER_NEEDED) && status == 429 && named_no_time) ||
        (defect_is(DEFECT_NO_RETRY) && status == 503 && r->bearer) ||
        (defect_is(DEFECT_NO_TOKEN_RETRY) && is_busy && !r->bearer) ||
        (defect_is(DEFECT_GET_NOT_REPEATED) && status == 0)) {
        return -1;
    }
    if ((defect_is(DEFECT_RETRY_AT_ONCE) && pause_ms >= 0) ||
        (defect_is(DEFECT_RETRY_FOREVER) && is_busy && tried < SABOTAGE_STORM) ||
        (defect_is(DEFECT_RESET_STORM) && status == 0 && tried < SABOTAGE_STORM) ||
        (defect_is(DEFECT_POST_REPEATED) && is_statement && status == 0 && tried < 2)) {
        return 0;
    }
    return pause_ms;
}

static int spoil_code(int code, struct http_response *response)
{
    not_connected = code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR;
    if (code == CURLE_PARTIAL_FILE && defect_is(DEFECT_CUT_BODY_OK)) {
        sabotage_put_body(response, "{}");
        return CURLE_OK;
    }
    return code;
}

static void spoil_answer(CURL *curl, const struct http_request *r, struct http_response *response)
{
    struct curl_header *header = NULL;
    (void)r;
    named_no_time = response->retry_after_ms == 0;
    if (defect_is(DEFECT_RETRY_DATE_IGNORED) &&
        curl_easy_header(curl, "retry-after", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strchr(header->value, ':')) {
        response->retry_after_ms = 0;
    }
}

const struct sabotage_family sabotage_resilience = {
    .code = spoil_code, .answer = spoil_answer, .pause = spoil_pause};
