/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/base/json/sample_shape.h"

#include "base/core/attrs.h"

static const char *const mode_names[] = {"pat", "m2m", "u2m"};
static const char *const speaks_names[] = {"unity-catalog", "statements", "thrift"};

static int limits_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct sample_limits *l = decoded;
    (void)doc;
    (void)node;
    if (l->label && l->start_ms > 60000) {
        return err_set(err, ERR_INVALID, "a label needs a start of at most 1m");
    }
    return 0;
}

static const struct shape_field limits_fields[] = {
    {.key = "start",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct sample_limits, start_ms),
     .dflt = "10s",
     .min = 1,
     .max = 600000,
     .doc = "how long the start may take"},
    {.key = "output",
     .type = SHAPE_SIZE_BYTES,
     .offset = offsetof(struct sample_limits, output_bytes),
     .dflt = "16KiB",
     .min = 1024,
     .max = 1048576,
     .doc = "how much may be written"},
    {.key = "label",
     .type = SHAPE_STRING,
     .offset = offsetof(struct sample_limits, label),
     .doc = "a|b"},
};

const struct shape sample_limits_shape = {.name = "limits",
                                          .doc = "What a run may take.",
                                          .size = sizeof(struct sample_limits),
                                          .fields = limits_fields,
                                          .field_count = ARRAY_LEN(limits_fields),
                                          .validate = limits_validate};

static const struct shape_field mode_fields[] = {
    {.key = "wait", .type = SHAPE_DURATION_MS, .offset = offsetof(struct sample_mode, wait_ms)},
};

static const struct shape mode_shape = {.name = "mode",
                                        .size = sizeof(struct sample_mode),
                                        .fields = mode_fields,
                                        .field_count = ARRAY_LEN(mode_fields)};

static const struct shape_field sample_fields[] = {
    {.key = "id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct sample, id),
     .required = true,
     .min = 1,
     .max = 8,
     .doc = "who it is",
     .example = "abc"},
    {.key = "name", .type = SHAPE_STRING, .offset = offsetof(struct sample, name), .dflt = "none"},
    {.key = "count",
     .type = SHAPE_INT,
     .offset = offsetof(struct sample, count),
     .dflt = "3",
     .min = 1,
     .max = 10,
     .present_offset = offsetof(struct sample, has_count),
     .place_offset = offsetof(struct sample, count_place)},
    {.key = "strict",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct sample, strict),
     .dflt = "true"},
    {.key = "mode",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct sample, mode),
     .names = {mode_names, ARRAY_LEN(mode_names)},
     .dflt = "m2m"},
    {.key = "speaks",
     .type = SHAPE_ENUM_SET,
     .offset = offsetof(struct sample, speaks),
     .names = {speaks_names, ARRAY_LEN(speaks_names)},
     .dflt = "[unity-catalog, statements]"},
    {.key = "command", .type = SHAPE_STRINGS, .offset = offsetof(struct sample, command)},
    {.key = "env",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct sample, env),
     .dflt = "{A: b}"},
    {.key = "limits",
     .type = SHAPE_OBJECT,
     .offset = offsetof(struct sample, limits),
     .shape = &sample_limits_shape,
     .dflt = "{}"},
    {.key = "rules",
     .type = SHAPE_OBJECTS,
     .offset = offsetof(struct sample, rules),
     .shape = &sample_limits_shape},
    {.key = "modes",
     .type = SHAPE_OBJECT_MAP,
     .offset = offsetof(struct sample, modes),
     .shape = &mode_shape,
     .key_offset = offsetof(struct sample_mode, key)},
    {.key = "extra", .type = SHAPE_JSON, .offset = offsetof(struct sample, extra)},
};

const struct shape sample_shape = {.name = "sample",
                                   .doc = "All there is.",
                                   .size = sizeof(struct sample),
                                   .fields = sample_fields,
                                   .field_count = ARRAY_LEN(sample_fields)};
