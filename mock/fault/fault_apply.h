/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_FAULT_APPLY_H
#define MOCK_FAULT_FAULT_APPLY_H

/* What a rule that acts does to an answer, in the order in which the engine asks:
 *
 *     fault_replaces_handler   is the handler asked at all?
 *     fault_apply_answer       status, body, redirect, content type
 *     fault_apply_headers      when the headers that every answer has are there
 *     fault_apply_sending      framing, pieces, cut
 *
 * Ownership: everything goes into the request's arena. Threads: as the rules. */

#include "base/core/attrs.h"
#include "mock/fault/fault_rules.h"
#include "mock/http/request.h"

#include <stdbool.h>
#include <stdint.h>

/* The answer is the rule's alone. */
bool fault_replaces_handler(const struct fault_rule *rule);
void fault_apply_answer(const struct fault_rule *rule, struct http_req *req,
                        struct http_reply *reply);
void fault_apply_headers(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply, int64_t now_ms);

/* How long the answer waits: drawn for the request that was counted last. */
int64_t fault_delay_ms(const struct fault_rule *rule);

/* Who has the body asked for again: http_server_resume() in so many milliseconds; -1 = never. */
struct fault_pace {
    void (*again_in)(void *context, int64_t ms);
    void *context;
};
/* True: only a part of the answer will be sent. `pace` has to last as long as the exchange. */
bool fault_apply_sending(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply, const struct fault_pace *pace);

#endif
