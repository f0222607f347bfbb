/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/access/access.h"
#include "mock/state/mock_state.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/statements/handlers_priv.h"
#include "mock/query/apart.h"
#include "mock/query/link.h"
#include "mock/statements/result_json.h"
#include "mock/statements/statement_request.h"
#include "mock/query/timeline.h"

/* Storage speaks XML, and not the language of the workspace: Azure Storage REST API, "Status and
 * error codes". It does not know the workspace's credentials, and one of them makes it refuse. */

static int refuse(struct exchange *x, int status, const char *code, const char *message)
{
    AUTO_BUF struct buf body = {0};
    buf_printf(&body,
               "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code>"
               "<Message>%s\nRequestId:%s</Message></Error>",
               code, message, x->req->request_id);
    http_reply_text(x->req, x->reply, status, "application/xml", buf_str(&body));
    http_reply_header(x->req, x->reply, "x-ms-error-code", code);
    http_reply_header(x->req, x->reply, "x-ms-request-id", x->req->request_id);
    return 0;
}

static int refuse_authentication(struct exchange *x)
{
    return refuse(x, 403, "AuthenticationFailed",
                  "Server failed to authenticate the request. Make sure the value of "
                  "Authorization header is formed correctly including the signature.");
}

static int reply_file(struct exchange *x, struct statement *st, int64_t index, struct err *err)
{
    static const char *const types[] = {
        [RESULT_JSON] = "application/json",
        [RESULT_ARROW] = "application/vnd.apache.arrow.stream",
        [RESULT_CSV] = "text/csv",
    };
    AUTO_BUF struct buf bytes = {0};
    struct statement_apart apart;
    const struct statement *seen = statement_apart_begin(x->state, st, &apart);
    int result = result_file(&bytes, seen, index, err);
    statement_apart_end(&apart);
    if (result < 0) {
        return -1;
    }
    http_reply_take(x->req, x->reply, 200, types[apart.seen.output.format], &bytes);
    http_reply_header(x->req, x->reply, "x-ms-request-id", x->req->request_id);
    http_reply_header(x->req, x->reply, "x-ms-blob-type", "BlockBlob");
    return 0;
}

static const struct workspace *workspace_of(const struct mock_state *s, struct str id)
{
    const struct workspace *w;
    for (size_t i = 0; (w = workspace_store_at(s->workspaces, i)) != NULL; i++) {
        if (str_eq_z(id, w->workspace_id)) {
            return w;
        }
    }
    return NULL;
}

int storage_get(struct exchange *x, struct err *err)
{
    struct err bad = {0};
    struct mock_state *s = x->state;
    const struct str *captures = x->req->captures;
    int64_t now_ms = mock_state_now_ms(s), index;
    access_look(x);
    const struct access a = {.state = s, .workspace = workspace_of(s, captures[0])};
    struct statement *st = statement_store_find(s->statements, captures[1]);
    if (http_req_header(x->req, "Authorization") != NULL || st == NULL || a.workspace == NULL ||
        !str_eq_z(captures[0], st->workspace_id) ||
        link_check(st, &x->req->params, now_ms) != LINK_GOOD) {
        return refuse_authentication(x);
    }
    struct result_chunks chunks = {0};
    if (st->output.rows != NULL && !timeline_is_gone(st, now_ms)) {
        chunks = result_chunks_of(st);
    }
    if (parse_int64(captures[2], 0, chunks.count - 1, &index, &bad) < 0) {
        return refuse(x, 404, "BlobNotFound", "The specified blob does not exist.");
    }
    if (index == chunks.count - 1) {
        result_told(x, st);
    }
    return reply_file(x, st, index, err);
}
