/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"

#include "mock/access/door.h"
#include "mock/access/note.h"
#include "mock/http/recorded_error.h"
#include "mock/http/reply_memo.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

void access_service_headers(struct exchange *x)
{
    http_reply_header(x->req, x->reply, "x-request-id", x->req->request_id);
    http_reply_header(x->req, x->reply, "server", "databricks");
    http_reply_header(x->req, x->reply, "x-content-type-options", "nosniff");
    http_reply_header(x->req, x->reply, "vary", "Accept-Encoding");
    http_reply_header(x->req, x->reply, "strict-transport-security",
                      "max-age=31536000; includeSubDomains; preload");
}

const struct workspace *access_workspace(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct workspace *w = workspace_store_find(s->workspaces, x->req->host);
    if (w == NULL) {
        recorded_error_reply(x->req, x->reply, "endpoint-not-found",
                             "No workspace answers at this host");
        access_service_headers(x);
    }
    return w;
}

static struct str header_value(const struct exchange *x, const char *name)
{
    const struct http_field *header = http_req_header(x->req, name);
    return header != NULL ? header->value : STR("");
}

static void check(struct exchange *x, const struct workspace *w, const char *scope,
                  struct credential_answer *ret)
{
    struct credential_question q = {
        .authorization = header_value(x, "Authorization"),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
        .workspace = w,
        .host = x->req->host,
        .management_token = header_value(x, "X-Databricks-Azure-SP-Management-Token"),
        .resource_id = header_value(x, "X-Databricks-Azure-Workspace-Resource-Id"),
        .scope = scope,
    };
    credential_check(x->state, &q, ret);
    note_credential(x, ret);
}

void access_look(struct exchange *x)
{
    const struct mock_state *s = x->state;
    struct credential_answer answer;
    check(x, workspace_store_find(s->workspaces, x->req->host), NULL, &answer);
}

bool access_enter(struct exchange *x, const char *scope, struct access *ret)
{
    struct credential_answer answer;
    const struct workspace *w = access_workspace(x);
    check(x, w, scope, &answer);
    if (w == NULL) {
        return false;
    }
    if (answer.error != NULL) {
        bool unknown =
            answer.state == CREDENTIAL_UNKNOWN && strcmp(answer.error, "invalid-access-token") == 0;
        door_refuse(x, w, unknown ? door_unknown_error(w) : answer.error,
                    answer.message[0] != '\0' ? answer.message : NULL);
        access_service_headers(x);
        return false;
    }
    *ret = (struct access){
        .state = x->state,
        .workspace = w,
        .principal = answer.credential->principal,
        .credential = answer.credential,
    };
    return door_enter(x, ret);
}

void access_reply(struct exchange *x, const struct access *a, int status, struct json *body_take)
{
    http_reply_json(x->req, x->reply, status, body_take);
    http_reply_header(x->req, x->reply, "x-databricks-org-id", a->workspace->workspace_id);
    access_service_headers(x);
}

static struct str memo_key(struct exchange *x, const struct access *a)
{
    const struct str parts[] = {STR("api"), str_of(a->workspace->workspace_id),
                                str_of(a->principal->name), x->req->target};
    size_t len = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        len += parts[i].len + 1;
    }
    char *key = arena_alloc(x->req->arena, len), *at = key;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
        *at++ = '\n'; /* in none of them */
    }
    return str_n(key, len);
}

bool access_reply_again(struct exchange *x, const struct access *a)
{
    return reply_memo_answer(a->state->memo, memo_key(x, a), x->req, x->reply) || x->kept_only;
}

void access_reply_keep(struct exchange *x, const struct access *a, struct json *body_take)
{
    access_reply(x, a, 200, body_take);
    x->reply->keep_key = memo_key(x, a);
}

void access_refuse(struct exchange *x, const struct access *a, const char *error,
                   const char *message)
{
    recorded_error_reply(x->req, x->reply, error, message);
    http_reply_header(x->req, x->reply, "x-databricks-org-id", a->workspace->workspace_id);
    access_service_headers(x);
}
