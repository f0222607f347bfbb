/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_REPLY_MEMO_H
#define MOCK_HTTP_REPLY_MEMO_H

/* Answers that were made before: those that depend on nothing but their key and on state that did
 * not change since. Who changes state empties the memo.
 *
 * A handler asks first whether there is one (reply_memo_answer), makes it otherwise and says under
 * which key it may be kept (http_reply.keep_key); the engine keeps it once the front has added its
 * headers, unless a fault had a hand in it.
 *
 * Ownership: keys and answers are copied; an exchange holds the one it sends. Bounded: when it is
 * full it is emptied, as keys hold what clients send. Threads: as the state; a kept answer may be
 * held and let go by any thread. */

#include "base/core/attrs.h"
#include "mock/http/request.h"

struct reply_memo;

struct reply_memo *reply_memo_new(void) NODISCARD;
void reply_memo_free(struct reply_memo *m); /* accepts NULL */
void reply_memo_clear(struct reply_memo *m);
/* Makes *reply that answer, with this request's own id. false: there is none (or no memo). */
bool reply_memo_answer(struct reply_memo *m, struct str key, struct http_req *req,
                       struct http_reply *reply);
void reply_memo_put(struct reply_memo *m, struct str key, const struct http_reply *reply);

#endif
