/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_WORKSPACE_STORE_H
#define MOCK_STATE_WORKSPACE_STORE_H

/* The workspaces of the scenario, found by the Host a client addressed.
 *
 * Ownership: the store owns everything; what it returns lives as long as the store. Lookup by host
 * is constant in time. Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/str.h"
#include "base/wire/scenario.h"

struct object_store;
struct rng;

/* A Unity Catalog table. Its id is a UUID made at load: an answer that carries it was really read.
 */
struct workspace_table {
    const char *catalog, *schema, *name, *full_name;
    const char *table_id;
};

/* The scenario's wishes, with the service's own values where it has none. */
struct workspace_behaviour {
    struct scenario_door door;
    struct scenario_catalog catalog;
    struct scenario_sql sql;
    struct scenario_tokens tokens;
};

struct workspace {
    const char *host; /* lower case; "*" = any that no other workspace claims */
    const char *workspace_id, *account_id, *cloud, *warehouse_id;
    struct workspace_table *tables;
    size_t table_count;
    const char *metastore_id;
    int64_t created_ms;
    const struct workspace_behaviour *behaviour;
    const char *tenant_id;   /* Azure: its directory; "" = none */
    const char *resource_id; /* Azure Resource Manager's; "" without a tenant */
};

struct workspace_store;

struct workspace_store *workspace_store_new(void) NODISCARD;
void workspace_store_free(struct workspace_store *s); /* accepts NULL */
/* Copies the scenario's workspace; table ids come from rng. The host must be new. */
const struct workspace *workspace_store_add(struct workspace_store *s,
                                            const struct scenario_workspace *from, struct rng *rng,
                                            int64_t now_ms);
/* The workspace of that host, else the "*" one, else NULL. The host is lower case. */
const struct workspace *workspace_store_find(const struct workspace_store *s, struct str host);
/* A workspace with that account, or NULL. */
const struct workspace *workspace_store_account(const struct workspace_store *s,
                                                struct str account_id);
const struct workspace_table *workspace_table_find(const struct workspace *w, struct str full_name);
/* What was made in the workspaces through their APIs, and what was there before. */
struct object_store *workspace_store_objects(const struct workspace_store *s);
/* The lower-case form that names in Unity Catalog are compared in; free() it. */
char *workspace_name_key(struct str name) NODISCARD;
const struct workspace *workspace_store_at(const struct workspace_store *s, size_t index);

#endif
