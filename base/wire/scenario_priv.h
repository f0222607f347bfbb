/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_PRIV_H
#define BASE_WIRE_SCENARIO_PRIV_H

/* What the two halves of the scenario's validation share. */

#include "base/wire/scenario.h"

#define SCENARIO_DAY_MS ((int64_t)24 * 60 * 60 * 1000)

bool text_consists_of(const char *text, const char *chars); /* and is not empty */
bool text_is_uuid(const char *text);
bool text_is_one_of(const char *text, const char *const *names, size_t count);

extern const struct shape scenario_principal_shape;

bool text_is_table_name(const char *text); /* catalog.schema.table */

/* The nodes a complaint points at; node itself when there is no such member. */
const struct json *scenario_member(const struct json *node, const char *key);
const struct json *scenario_element(const struct json *node, const char *key, size_t index);
/* Returns -1. */
int scenario_complain(const struct json_doc *doc, const struct json *node, struct err *err,
                      const char *what, const char *hint);
/* The member "jwks" is a set of at least one key, or absent. */
int scenario_jwks_validate(const struct json_doc *doc, const struct json *node,
                           const struct json *jwks, struct err *err);

#endif
