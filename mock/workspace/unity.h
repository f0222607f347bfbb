/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_UNITY_H
#define MOCK_WORKSPACE_UNITY_H

/* What catalogs, schemas, tables and volumes have in common: names without case, pages, and how
 * what is missing or forbidden is told.
 *
 * Sources: databricks-sdk-py service/catalog.py (max_results, empty pages); the wording of
 * PERMISSION_DENIED and its details: a recorded answer in Azure/spark-cdm-connector#149; the
 * wording of what does not exist: `Table 'c.s.t' does not exist.`, the others alike [assumed]. */

#include "mock/access/api.h"

/* The stored object of that name, or NULL. */
struct json *unity_find(const struct access *a, const char *kind, struct str name);
/* Puts it under its full name. */
bool unity_put(struct exchange *x, const struct access *a, const char *kind,
               struct json *object_take);
void unity_remove(const struct access *a, const char *kind, struct str name);

/* {"KIND":[...],"next_page_token":"..."} of those that keep agrees to. */
int unity_list(struct exchange *x, const struct access *a, const char *kind, api_keep *keep,
               const void *context);

/* 404 "CODE_DOES_NOT_EXIST": what is "Table", "Schema", "Catalog", "Volume". */
int unity_missing(struct exchange *x, const struct access *a, const char *what, struct str name);
/* 403 with the details of the service: User does not have SELECT on Table 'c.s.t'. */
int unity_denied(struct exchange *x, const struct access *a, const char *privilege,
                 const char *what, struct str name);
/* The name has so many parts, none of them empty, or refuses with 400. */
bool unity_name_check(struct exchange *x, const struct access *a, const char *what, struct str name,
                      size_t parts);
/* A new object's name: letters, digits, '_', '-'; or refuses with 400. */
bool unity_part_check(struct exchange *x, const struct access *a, const char *name);

#endif
