/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/unserved.h"

#include "mock/access/access.h"
#include "mock/http/recorded_error.h"

void unserved_reply(struct exchange *x)
{
    recorded_error_reply(x->req, x->reply, "endpoint-not-found",
                         arena_printf(x->req->arena, "No API found for '%.*s %.*s'",
                                      STR_ARG(x->req->method),
                                      STR_ARG(str_slice(x->req->path, 0, 256))));
    access_service_headers(x);
}
