/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_MANIFEST_PRIV_H
#define HARNESS_SPEC_MANIFEST_PRIV_H

/* What the descriptor table of connector.yaml decodes into; manifest.c makes a struct manifest of
 * it. */

#include "harness/spec/manifest.h"
#include "base/json/shape.h"

struct manifest_file {
    struct manifest manifest;
    int64_t format; /* `assay:` */
    unsigned speaks;
    bool has_run, dump, rows, parallel;
    const struct json *operations; /* name -> list of argv; borrowed from the document */
};

/* The rows of an expected failure, for the manifest and for a baseline: `member` leads to the
 * struct manifest_expected_failure inside struct_type ("failure."), and is empty when it is that
 * struct.
 */
enum { FAILURE_MAX_WORD = 200, FAILURE_MAX_SENTENCE = 2000 };
#define EXPECTED_FAILURE_FIELDS(struct_type, member)                                               \
    {.key = "case",                                                                                \
     .type = SHAPE_STRING,                                                                         \
     .required = true,                                                                             \
     .min = 1,                                                                                     \
     .max = FAILURE_MAX_WORD,                                                                      \
     .offset = offsetof(struct_type, member case_id),                                              \
     .doc = "a case id or a glob; `run/one-product`: that the product token differs between "      \
            "runs or modes, which no single case shows",                                           \
     .example = "m2m/token-cached"},                                                               \
        {.key = "check",                                                                           \
         .type = SHAPE_STRING,                                                                     \
         .dflt = "\"\"",                                                                           \
         .offset = offsetof(struct_type, member check),                                            \
         .doc = "name of the check that fails; empty is any of the case's",                        \
         .example = "wire.count"},                                                                 \
        {.key = "modes",                                                                           \
         .type = SHAPE_ENUM_SET,                                                                   \
         .names = {mode_names, MODE_COUNT},                                                        \
         .offset = offsetof(struct_type, member modes),                                            \
         .doc = "only in these modes; empty is all"},                                              \
        {.key = "reason",                                                                          \
         .type = SHAPE_STRING,                                                                     \
         .required = true,                                                                         \
         .min = 1,                                                                                 \
         .max = FAILURE_MAX_SENTENCE,                                                              \
         .offset = offsetof(struct_type, member reason),                                           \
         .doc = "why it fails, for the report"},                                                   \
        {.key = "owner",                                                                           \
         .type = SHAPE_STRING,                                                                     \
         .required = true,                                                                         \
         .min = 1,                                                                                 \
         .max = FAILURE_MAX_WORD,                                                                  \
         .offset = offsetof(struct_type, member owner),                                            \
         .doc = "who will mend it"},                                                               \
        {.key = "expires",                                                                         \
         .type = SHAPE_STRING,                                                                     \
         .required = true,                                                                         \
         .min = 1,                                                                                 \
         .max = FAILURE_MAX_WORD,                                                                  \
         .offset = offsetof(struct_type, member expires),                                          \
         .doc = "last day on which it is excused, YYYY-MM-DD in quotes",                           \
         .example = "\"2027-06-30\""},                                                             \
    {                                                                                              \
        .key = "signature", .type = SHAPE_STRING, .min = 1, .max = FAILURE_MAX_SENTENCE,           \
        .offset = offsetof(struct_type, member signature),                                         \
        .doc = "text that must occur in what was seen, so that another failure is not excused too" \
    }
int expected_failure_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err);

/* The rules over the whole file; the validate hook of its shape. */
int manifest_rules(const struct json_doc *doc, const struct json *node, void *decoded,
                   struct err *err);

#endif
