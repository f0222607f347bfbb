/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_REPLY_MEMO_H
#define MOCK_HTTP_REPLY_MEMO_H

/* Bodies that were made before: of answers that depend on nothing but their key and on state that
 * did not change since. Who changes state empties the memo.
 *
 * Ownership: keys and bodies are copied. Bounded: when it is full it is emptied, as keys hold what
 * clients send. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/core/str.h"

#include <stdbool.h>

struct reply_memo;

struct reply_memo *reply_memo_new(void) NODISCARD;
void reply_memo_free(struct reply_memo *m); /* accepts NULL */
/* *ret_body is valid until the next call. */
bool reply_memo_find(const struct reply_memo *m, struct str key, struct str *ret_body);
void reply_memo_put(struct reply_memo *m, struct str key, struct str body);
void reply_memo_clear(struct reply_memo *m);

#endif
