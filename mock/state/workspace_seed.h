/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_WORKSPACE_SEED_H
#define MOCK_STATE_WORKSPACE_SEED_H

/* What a workspace holds before anybody has used it, in the shapes in which its APIs answer
 * (databricks-sdk-py service/catalog, sql, iam, workspace): the catalogs, schemas and tables that
 * the scenario names, one SQL warehouse, two groups and the root folders.
 *
 * The kinds of objects, and their keys. Names in Unity Catalog ignore case: keys are lower case. */

#define OBJECTS_CATALOGS   "catalogs"      /* name */
#define OBJECTS_SCHEMAS    "schemas"       /* catalog.schema */
#define OBJECTS_TABLES     "tables"        /* catalog.schema.table */
#define OBJECTS_VOLUMES    "volumes"       /* catalog.schema.volume */
#define OBJECTS_WAREHOUSES "warehouses"    /* id */
#define OBJECTS_SESSIONS   "sessions"      /* id */
#define OBJECTS_GROUPS     "groups"        /* id */
#define OBJECTS_FOLDERS    "folders"       /* path: what the workspace API calls objects */
#define OBJECTS_SCOPES     "scopes"        /* name */
#define OBJECTS_SECRETS_OF "secrets of %s" /* key; of a scope */

/* The mock's own members. A secret's value in base64. */
#define OBJECT_VALUE "_value"
/* A table nobody may read has this one, true. */
#define OBJECT_DENIED "_denied"
/* What was made by a statement has the catalog and schema that were current then. */
#define OBJECT_NAMESPACE "_namespace"

#include <stdint.h>

struct json;
struct object_store;
struct scenario_workspace;
struct workspace;

/* The secrets are the scenario's, and not kept in the workspace. */
void workspace_seed(struct object_store *objects, const struct workspace *w,
                    const struct scenario_workspace *from);

/* A scope, and a secret in it, as lists of them show them. */
struct json *secret_scope_make(const char *name);
struct json *secret_make(const char *key, const char *base64, int64_t now_ms);

/* A catalog, a schema, with what all objects of Unity Catalog have. Names as given. */
struct json *catalog_make(const struct workspace *w, const char *name, const char *owner,
                          int64_t now_ms);
struct json *schema_make(const struct workspace *w, const char *catalog, const char *name,
                         const char *owner, int64_t now_ms);

#endif
