/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/workspace/handlers_priv.h"

/* What a client gets that was aimed at the user interface instead of the API: a page, with status
 * 200 (databricks/cli#1411, databricks-sdk-go#903). */

int page_login(struct exchange *x, struct err *err UNUSED)
{
    access_look(x);
    recorded_error_reply(x->req, x->reply, "html-login", NULL);
    access_service_headers(x);
    return 0;
}

/* Browsers ask for it on their own, beside the page that they were sent to: nobody's token is
 * looked at. */
int page_icon(struct exchange *x, struct err *err UNUSED)
{
    http_reply_text(x->req, x->reply, 200, "image/svg+xml",
                    STR("<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"));
    return 0;
}
