/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_FAULT_RULES_H
#define MOCK_FAULT_FAULT_RULES_H

/* The fault rules in force: match x window x phase x effect (base/wire/scenario_fault.h).
 *
 * Every rule counts every request that it matches, when the request is taken up, whatever other
 * rules do: so what a rule will do can be read from the rule alone. The first rule, in the order in
 * which they were added, whose window is open acts; the turn of a later one is spent then. Chance
 * is drawn from the rule's seed and the count: the same run gives the same draws.
 *
 * Ownership: rules are copied and counted by reference: one that acts on a held request stays until
 * that is over, even when it was removed. Threads: one at a time. */

#include "base/core/err.h"
#include "base/wire/journal.h"
#include "base/wire/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct http_reply;
struct json_doc;
struct router;
struct http_req;

#define FAULT_RULES_MAX ((size_t)1000)

struct fault_rule {
    struct scenario_fault spec; /* spec.id is never NULL */
    int64_t matched, acted;
    int64_t opened; /* how often its window was open */
    int64_t added_ms;
    int64_t quota_used, quota_ends_ms; /* of the window that is running */
    int refs;
    struct arena *arena;
    struct json *patch; /* owned; spec.answer.patch */
};

struct fault_subject {
    const char *route; /* "" for an unknown one */
    enum route_class class;
    const char *grant; /* "" when there is none */
    const struct http_req *req;
    /* Filled when fault_rules_ask_who(): "" when unknown. */
    const char *client, *principal, *token;
};

struct fault_rules;

/* The clock is the mock's; NULL = it stands at zero. */
struct fault_rules *fault_rules_new(const struct clock *clock) NODISCARD;
void fault_rules_free(struct fault_rules *r);
/* ERR_INVALID for an id that is taken or an error name that is not known; ERR_LIMIT. ret_id is
 * borrowed from the rule. */
int fault_rules_add(struct fault_rules *r, const struct scenario_fault *from, const char **ret_id,
                    struct err *err) NODISCARD;
/* fault_check.c: what a rule names has to be there. Complaints say the place in doc, where node is
 * the rule; routes may be NULL: then their names are not looked at. */
int fault_rule_check(const struct router *routes, const struct json_doc *doc,
                     const struct json *node, const struct scenario_fault *f,
                     struct err *err) NODISCARD;
int fault_error_check(const char *name,
                      struct err *err) NODISCARD; /* of a recorded error; NULL: none */
/* The name of a route or a pattern that some name fits. */
int fault_route_check(const struct router *routes, struct str pattern, struct err *err) NODISCARD;
bool fault_rules_remove(struct fault_rules *r, const char *id);
void fault_rules_clear(struct fault_rules *r);
/* `to` has the rules of `from` instead of its own; `from` is empty then. */
void fault_rules_move(struct fault_rules *to, struct fault_rules *from);
const struct fault_rule *fault_rules_at(const struct fault_rules *r, size_t index); /* or NULL */

/* A rule asks for the client or the credential. */
bool fault_rules_ask_who(const struct fault_rules *r);
/* Counts, and returns the rule that acts (a reference: fault_rule_unref) or NULL. */
struct fault_rule *fault_rules_match(struct fault_rules *r, const struct fault_subject *subject);
void fault_rule_unref(struct fault_rule *rule); /* accepts NULL */

#endif
