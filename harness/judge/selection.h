/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_SELECTION_H
#define HARNESS_JUDGE_SELECTION_H

/* Which exchanges of a journal a check looks at: the parameters that most wire checks share. An
 * empty list selects everything. Checks begin their parameters with a struct selection and their
 * table with SELECTION_FIELDS. */

#include "base/core/arena.h"
#include "base/json/shape.h"
#include "base/wire/journal.h"

#include <stdbool.h>

struct selection {
    struct str_list routes; /* names or globs over dots: "sql.*" */
    unsigned classes;       /* bits of enum route_class */
    const char *grant;      /* token requests with this grant_type */
    struct str_list status; /* "200", "4xx" */
    unsigned credential;    /* bits of enum credential_state */
};

extern const char *const selection_class_names[ROUTE_CLASS_COUNT];
extern const char *const selection_credential_names[CREDENTIAL_STATE_COUNT];

#define SELECTION_FIELDS                                               \
    {.key = "route",                                                   \
     .type = SHAPE_STRINGS,                                            \
     .offset = offsetof(struct selection, routes),                     \
     .doc = "route names or globs",                                    \
     .example = "oidc.token"},                                         \
        {.key = "class",                                               \
         .type = SHAPE_ENUM_SET,                                       \
         .offset = offsetof(struct selection, classes),                \
         .names = {selection_class_names, ROUTE_CLASS_COUNT},          \
         .doc = "route classes",                                       \
         .example = "api"},                                            \
        {.key = "grant",                                               \
         .type = SHAPE_STRING,                                         \
         .offset = offsetof(struct selection, grant),                  \
         .doc = "only token requests with this grant_type"},           \
        {.key = "status",                                              \
         .type = SHAPE_STRINGS,                                        \
         .offset = offsetof(struct selection, status),                 \
         .doc = "only exchanges answered with these statuses",         \
         .example = "[\"200\", 4xx]"},                                 \
    {                                                                  \
        .key = "credential", .type = SHAPE_ENUM_SET,                   \
        .offset = offsetof(struct selection, credential),              \
        .names = {selection_credential_names, CREDENTIAL_STATE_COUNT}, \
        .doc = "what the mock thought of the credential"               \
    }

/* For the validate hooks of these tables: a status that no answer can have selects nothing, and a
 * check that must find nothing would then always hold. */
int selection_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                       struct err *err);

bool selection_has(const struct selection *s, const struct journal_record *r);
size_t selection_count(const struct selection *s, const struct journal *j);
/* "requests to oidc.token answered 4xx", for sentences; begins with "requests". */
const char *selection_text(struct arena *a, const struct selection *s);
/* The chosen exchanges as lines for an excerpt, at most `most`. */
const char *selection_excerpt(struct arena *a, const struct selection *s, const struct journal *j,
                              size_t most);

#endif
