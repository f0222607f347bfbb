/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the User-Agent. */
#include "sabotage/family.h"

#include "defects.h"
#include "log.h"
#include "product.h"

#include <stdlib.h>
#include <string.h>

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    static int calls;
    bool missing = defect_is(DEFECT_NO_USER_AGENT) ||
                   (defect_is(DEFECT_NO_USER_AGENT_ON_STATEMENTS) && strstr(r->url, "/sql/")) ||
                   (defect_is(DEFECT_NO_USER_AGENT_ON_TOKEN) && strstr(r->url, "/oidc/"));
    if (missing) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, NULL);
    } else if (defect_is(DEFECT_BAD_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_USER_AGENT " (test");
    } else if (defect_is(DEFECT_OTHER_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "assay_other/1.0.0");
    } else if (defect_is(DEFECT_STALE_USER_AGENT)) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_NAME "/0.9.0");
    } else if (defect_is(DEFECT_USER_AGENT_FROM_OPTION) && getenv("CONNECTOR_CLIENT_NAME")) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, getenv("CONNECTOR_CLIENT_NAME"));
    } else if (defect_is(DEFECT_USER_AGENT_FROM_APPLICATION) && getenv("CONNECTOR_APPLICATION") &&
               !getenv("CONNECTOR_CLIENT_NAME")) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, getenv("CONNECTOR_APPLICATION"));
    } else if (defect_is(DEFECT_USER_AGENT_WHEN_LOGGING) && log_is_loud()) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, PRODUCT_USER_AGENT "-debug");
    } else if (defect_is(DEFECT_COUNTING_USER_AGENT)) {
        char agent[100];
        snprintf(agent, sizeof(agent), "%s call/%d", PRODUCT_USER_AGENT, ++calls);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
    }
    return headers;
}

const struct sabotage_family sabotage_user_agent = {.request = spoil_request};
