/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WEB_WEB_PRIV_H
#define MOCK_WEB_WEB_PRIV_H

/* What the files of the page share. */

#include "base/core/buf.h"
#include "base/json/json.h"
#include "mock/space/space_set.h"
#include "mock/web/web.h"

struct web_watcher;

struct web {
    struct control_backend backend;
    struct buf form_token; /* proves that a form is of a page of ours */
    struct web_watcher *watchers;
};

/* The space a request names, or NULL; with the lock. */
struct space *web_space(const struct web *w, const struct http_req *req);

/* web_view.c; with the lock. */

/* {"now_ms","offset_ms","seq","open","tokens":[..],"faults":[..]}: no secret in it. */
struct json *web_state(const struct space *s);
/* The records above `after`, one NDJSON line each; at most about `most` of the newest. */
void web_records(const struct space *s, int64_t after, int64_t most, struct buf *out);

/* web_page.c: the whole page; with the lock. */
void web_page_write(const struct web *w, const struct space *s, struct http_req *req,
                    struct http_reply *reply);

/* web_action.c: POST /do; with the lock. */
void web_action(const struct web *w, struct http_req *req, struct http_reply *reply);
/* The choices of faults the page offers, as options of a select. */
void web_action_options(struct buf *out);

/* web_events.c */
void web_events_begin(struct web *w, struct space *s, struct http_req *req,
                      struct http_reply *reply, struct http_suspended *later);
void web_events_end(struct web *w, const struct http_req *req);

#endif
