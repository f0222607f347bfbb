/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/token_reply.h"

#include "mock/access/access.h"
#include "mock/http/recorded_error.h"

enum { MS_PER_S = 1000 };

struct str form_value(const struct url_params *form, const char *name)
{
    const struct url_param *p = params_get(form, name);
    return p != NULL ? p->value : STR("");
}

static void finish(struct exchange *x)
{
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    http_reply_header(x->req, x->reply, "pragma", "no-cache");
    access_service_headers(x);
}

void token_reply(struct exchange *x, const struct token_answer *answer)
{
    struct json *o = json_object();
    json_set(o, "access_token", json_string_n(answer->access_token.ptr, answer->access_token.len));
    if (answer->refresh_token.len > 0) {
        json_set(o, "refresh_token",
                 json_string_n(answer->refresh_token.ptr, answer->refresh_token.len));
    }
    json_set_string(o, "scope", answer->scope);
    json_set_string(o, "token_type", "Bearer");
    json_set_int(o, "expires_in", answer->lifetime_ms / MS_PER_S);
    http_reply_json(x->req, x->reply, 200, o);
    finish(x);
}

void token_reply_error(struct exchange *x, const char *error, const char *message)
{
    recorded_error_reply(x->req, x->reply, error, message);
    finish(x);
}
