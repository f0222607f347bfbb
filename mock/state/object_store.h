/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_OBJECT_STORE_H
#define MOCK_STATE_OBJECT_STORE_H

/* What the APIs of a workspace list, get and delete - catalogs, clusters, secrets - as JSON objects
 * by workspace, kind and key, in the order of their making. Members whose name begins with '_' are
 * the mock's own and are not answered (object_view).
 *
 * Ownership: the store owns the objects; what it returns lives until it is removed or replaced.
 * Bounded: at most OBJECT_STORE_MAX of a kind in a workspace. Lookup by key is constant in time.
 * Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/map.h"
#include "base/core/str.h"
#include "base/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OBJECT_STORE_MAX ((size_t)10000)

struct object_store;

/* The objects of one kind in one workspace; borrowed, and never NULL even when there are none. */
struct object_list;

struct object_store *object_store_new(void) NODISCARD;
void object_store_free(struct object_store *s); /* accepts NULL */

struct object_list *object_list_of(struct object_store *s, const char *workspace_id,
                                   const char *kind);
size_t object_list_count(const struct object_list *l);
/* Puts or replaces. NULL when there is no room; the object is freed then. */
struct json *object_put(struct object_list *l, struct str key, struct json *object_take);
struct json *object_get(const struct object_list *l, struct str key); /* or NULL */
bool object_remove(struct object_list *l, struct str key);
/* The next object after *pos, or NULL; start with *pos = 0. A position stays good while objects
 * are added or removed, which is what a page token has to be. */
struct json *object_next(const struct object_list *l, size_t *pos);

/* A copy without the mock's own members. */
struct json *object_view(const struct json *object) NODISCARD;
/* Things that take their time, such as a warehouse: `state` is from now on the one, and from at_ms
 * on the other; settle makes it so and returns the state of that moment. */
void object_state_begin(struct json *object, const char *state, const char *then, int64_t at_ms);
const char *object_state_settle(struct json *object, int64_t now_ms);

/* A number for ids: 1, 2, ... over everything in the store. */
int64_t object_store_number(struct object_store *s);

#endif
