/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_CONNECTION_STRING_H
#define HARNESS_JUDGE_CONNECTION_STRING_H

/* Spark Connect's connection string as a grammar (apache/spark, client-connection-string.md, and
 * its Python client's ChannelBuilder):
 *     sc://host[:port][/[;key=value]*]
 * The scheme is lower case, the path empty or "/", and keys are told apart by case; a value has
 * everything but unreserved characters percent-encoded. Markers of canaries («token») stand for the
 * values they took the place of. Pure. */

#include "base/core/arena.h"
#include "base/core/str.h"

#include <stdbool.h>

struct connection_param {
    struct str key, value; /* the value as it is written */
    size_t offset;         /* of the key */
};

struct connection_string {
    struct str host, port; /* the port is empty when absent */
    struct connection_param *items;
    size_t count, capacity;
};

/* Returns 0, or -1 with the byte offset and a sentence about what is wrong there. */
int connection_string_parse(struct arena *a, struct str text, struct connection_string *ret,
                            size_t *ret_bad_offset, const char **ret_problem);
/* "" when absent. */
struct str connection_param_get(const struct connection_string *c, const char *key);

#endif
