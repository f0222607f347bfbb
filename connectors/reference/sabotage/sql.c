/* SPDX-License-Identifier: Apache-2.0 */
/* Misreads what became of a statement. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    if (!strstr(request->url, "/sql/")) {
        return;
    }
    bool is_poll = strcmp(request->method, "GET") == 0;
    if ((defect_is(DEFECT_CANCELED_OK) && sabotage_has(r, "CANCELED")) ||
        (defect_is(DEFECT_FAILED_LATER_OK) && is_poll && sabotage_has(r, "FAILED"))) {
        sabotage_succeed(r);
    } else if (defect_is(DEFECT_CLOSED_FAILS) && sabotage_has(r, "\"CLOSED\"")) {
        sabotage_put_body(r, "{\"status\":{\"state\":\"FAILED\"}}");
    }
}

const struct sabotage_family sabotage_sql = {.answer = spoil_answer};
