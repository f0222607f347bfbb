/* SPDX-License-Identifier: Apache-2.0 */
/* Several validations at a time, and connections. */
#include "sabotage/family.h"

#include "clock.h"
#include "defects.h"

static const char lost_table[] = "main.default.assay_lost";

void sabotage_beside(struct workspace *w, int number)
{
    bool is_over = w->shared->token != NULL && clock_now_ms() >= w->shared->renew_at_ms;
    if (defect_is(DEFECT_TOKEN_PER_THREAD) || (defect_is(DEFECT_STAMPEDE_AT_EXPIRY) && is_over)) {
        w->shared = &w->tokens;
    } else if (defect_is(DEFECT_LOSES_ONE) && number == 0) {
        static struct config wrong; /* lives as long as the process */
        wrong = *w->config;
        wrong.table = (char *)(uintptr_t)lost_table;
        w->config = &wrong;
    }
}

bool sabotage_one_by_one(void)
{
    return defect_is(DEFECT_ONE_BY_ONE);
}

bool sabotage_loses(int number)
{
    return defect_is(DEFECT_LOSES_ONE) && number == 0;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    if (defect_is(DEFECT_CONNECTION_PER_CALL) && r->bearer) {
        curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    }
    return headers;
}

const struct sabotage_family sabotage_concurrency = {.request = spoil_request};
