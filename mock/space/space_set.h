/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SPACE_SPACE_SET_H
#define MOCK_SPACE_SPACE_SET_H

/* All spaces, and which request belongs to which:
 *
 *   1. the header "X-Assay-Space: name";
 *   2. a host name.localhost, unless the default space has a workspace of exactly that name;
 *   3. a host for which a workspace was loaded into a space of its own;
 *   4. the default space.
 *
 * A space that 1 or 2 names and that is not there is made, with the scenario that was loaded last
 * into the default one. Names: at most 64 of a-z, 0-9, '.', '_', '-'. Their number is bounded.
 *
 * Ownership: the set owns the spaces; who keeps one takes a reference. Threads: one at a time. */

#include "base/core/str.h"
#include "mock/space/space.h"

#define SPACES_MAX   ((size_t)256)
#define SPACE_HEADER "X-Assay-Space"

struct http_req;
struct space_set;

struct space_set *space_set_new(const struct space_options *options, struct err *err) NODISCARD;
void space_set_free(struct space_set *set); /* accepts NULL */
struct space *space_set_default(const struct space_set *set);
struct space *space_set_find(const struct space_set *set, struct str name); /* or NULL */
struct space *space_set_at(const struct space_set *set, size_t index);      /* NULL at the end */
/* Finds or makes. ERR_INVALID for a bad name, ERR_LIMIT when there are too many. */
struct space *space_set_make(struct space_set *set, struct str name, struct err *err) NODISCARD;
/* The space of a request; NULL: the request named one that cannot be. */
struct space *space_set_pick(struct space_set *set, const struct http_req *req,
                             struct err *err) NODISCARD;
/* The request can only be for the default space, whatever workspaces there are. */
bool space_set_is_single(const struct space_set *set, const struct http_req *req);
/* ERR_NOT_FOUND; ERR_INVALID for the default space. */
int space_set_remove(struct space_set *set, struct str name, struct err *err) NODISCARD;

#endif
