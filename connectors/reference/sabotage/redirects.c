/* SPDX-License-Identifier: Apache-2.0 */
/* Follows where it is sent, with what it has. */
#include "sabotage/family.h"

#include "defects.h"

static void follow_redirects(CURL *curl, const struct http_request *r)
{
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 1L);
    if (r->body && !r->bearer) {
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, r->body);
    }
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    if (defect_is(r->bearer ? DEFECT_FOLLOWS_REDIRECT : DEFECT_FOLLOWS_TOKEN_REDIRECT)) {
        follow_redirects(curl, r);
    }
    return headers;
}

const struct sabotage_family sabotage_redirects = {.request = spoil_request};
