/* SPDX-License-Identifier: Apache-2.0 */
/* Takes what a token endpoint answers, or does not answer, for something else. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

enum { ONE_SECOND_MS = 1000 };

/* Of the answer that came last, or of why none did. */
static _Thread_local bool challenged, typed, cut;

static bool is_for_token(const struct http_request *r)
{
    return strstr(r->url, "/v1/token") && r->body && !r->bearer;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    if (defect_is(DEFECT_IMPATIENT) && is_for_token(r)) {
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ONE_SECOND_MS);
    }
    return headers;
}

static int spoil_code(int code, struct http_response *response)
{
    cut = code == CURLE_PARTIAL_FILE;
    if (cut && defect_is(DEFECT_CUT_TOKEN_USED)) {
        sabotage_put_body(response, "{\"access_token\":\"eyJhbGci\",\"token_type\":\"Bearer\"}");
        return CURLE_OK;
    }
    return code;
}

static void spoil_answer(CURL *curl, const struct http_request *r, struct http_response *response)
{
    struct curl_header *header = NULL;
    challenged =
        curl_easy_header(curl, "www-authenticate", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
    typed = response->content_type[0] != '\0';
    if (defect_is(DEFECT_BARE_REFUSAL_USED) && is_for_token(r) && response->status >= 400 &&
        response->body.len == 0) {
        response->status = 200;
        sabotage_put_body(response, "{\"access_token\":\"none\",\"token_type\":\"Bearer\"}");
    }
}

static int64_t spoil_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    bool is_refused = status == 401;
    bool storm = (defect_is(DEFECT_CHALLENGE_ANSWERED) && is_refused && challenged) ||
                 (defect_is(DEFECT_CHALLENGE_NEEDED) && is_refused && !challenged) ||
                 (defect_is(DEFECT_UNTYPED_REPEATED) && is_refused && !typed) ||
                 (defect_is(DEFECT_LOST_TOKEN_STORM) && status == 0 && !cut);
    return storm && is_for_token(r) && tried < SABOTAGE_STORM ? 0 : pause_ms;
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    (void)c;
    for (int i = 0; defect_is(DEFECT_ONE_SECOND_LOOP); i++) {
        struct failure ignored;
        *ret = (struct http_response){0};
        if (http_send(h, r, ret, &ignored) < 0) {
            return false;
        }
        if (i == SABOTAGE_STORM ||
            !(sabotage_has(ret, "\"expires_in\":1,") || sabotage_has(ret, "\"expires_in\":1}"))) {
            return true;
        }
        http_response_done(ret);
    }
    return false;
}

const struct sabotage_family sabotage_token_answers = {.request = spoil_request,
                                                       .code = spoil_code,
                                                       .answer = spoil_answer,
                                                       .pause = spoil_pause,
                                                       .token_request = spoil_token_request};
