/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_USER_AGENT_GRAMMAR_H
#define HARNESS_JUDGE_USER_AGENT_GRAMMAR_H

/* The User-Agent field as a grammar (RFC 9110 section 10.1.5):
 *     User-Agent = product *( RWS ( product / comment ) )      product = token ["/" token]
 * Comments nest and may hold quoted pairs (section 5.6.5). White space around the field is no part
 * of it (section 5.5). */

#include "base/core/arena.h"
#include "base/core/str.h"

#include <stdbool.h>

struct user_agent_product {
    struct str name, version; /* version is empty when absent */
    size_t offset;            /* of the name in the field */
    bool in_comment;          /* drivers put the partner's product into a comment */
};

struct user_agent {
    struct user_agent_product *items;
    size_t count, capacity;
};

/* Returns 0, or -1 with the byte offset and a sentence about what is wrong there. */
int user_agent_parse(struct arena *a, struct str field, struct user_agent *ret,
                     size_t *ret_bad_offset, const char **ret_problem);

/* The products of a field that user_agent_parse refuses: every token with what follows its slash,
 * wherever it stands. */
void user_agent_scan(struct arena *a, struct str field, struct user_agent *ret);

/* RFC 9110 section 5.6.2. */
bool is_token(struct str s);

#endif
