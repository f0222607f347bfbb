/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_FAULT_RULES_H
#define MOCK_FAULT_FAULT_RULES_H

/* The fault rules in force: match x window x phase x effect (base/wire/scenario.h).
 *
 * Every rule counts every request that it matches, when the request is taken up, whatever other
 * rules do: so what a rule will do can be read from the rule alone. The first rule, in the order in
 * which they were added, whose window is open acts; the turn of a later one is spent then.
 *
 * Ownership: rules are copied and counted by reference: one that acts on a held request stays until
 * that is over, even when it was removed. Threads: one at a time. */

#include "base/core/err.h"
#include "base/wire/journal.h"
#include "base/wire/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct http_reply;
struct http_req;

#define FAULT_RULES_MAX ((size_t)1000)

struct fault_rule {
    struct scenario_fault spec; /* spec.id is never NULL */
    int64_t matched, acted;
    int refs;
    struct arena *arena;
};

struct fault_subject {
    const char *route; /* "" for an unknown one */
    enum route_class class;
    const char *grant; /* "" when there is none */
};

struct fault_rules;

struct fault_rules *fault_rules_new(void) NODISCARD;
void fault_rules_free(struct fault_rules *r);
/* ERR_INVALID for an id that is taken or an error name that is not known; ERR_LIMIT. ret_id is
 * borrowed from the rule. */
int fault_rules_add(struct fault_rules *r, const struct scenario_fault *from, const char **ret_id,
                    struct err *err) NODISCARD;
bool fault_rules_remove(struct fault_rules *r, const char *id);
void fault_rules_clear(struct fault_rules *r);
/* `to` has the rules of `from` instead of its own; `from` is empty then. */
void fault_rules_move(struct fault_rules *to, struct fault_rules *from);
const struct fault_rule *fault_rules_at(const struct fault_rules *r, size_t index); /* or NULL */

/* Counts, and returns the rule that acts (a reference: fault_rule_unref) or NULL. */
struct fault_rule *fault_rules_match(struct fault_rules *r, const struct fault_subject *subject);
void fault_rule_unref(struct fault_rule *rule); /* accepts NULL */

/* The answer is the rule's alone: the handler is not asked. */
bool fault_replaces_handler(const struct fault_rule *rule);
/* Changes status, body and content type as the rule says; then, when the headers that every answer
 * has are there, the headers. */
void fault_apply_answer(const struct fault_rule *rule, struct http_req *req,
                        struct http_reply *reply);
void fault_apply_headers(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply);

#endif
