/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_checks.h"

struct count_params {
    const char *route;
    int64_t min, max;
};

static const struct shape_field count_fields[] = {
    {.key = "route",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = 50,
     .offset = offsetof(struct count_params, route),
     .doc = "name of the route"},
    {.key = "max",
     .type = SHAPE_INT,
     .dflt = "1",
     .min = 0,
     .max = 1000,
     .offset = offsetof(struct count_params, max),
     .doc = "at most"},
};
static const struct shape count_shape = {
    .name = "wire.count",
    .doc = "Counts.",
    .size = sizeof(struct count_params),
    .fields = count_fields,
    .field_count = ARRAY_LEN(count_fields),
};

static const struct shape_field margin_fields[] = {
    {.key = "margin",
     .type = SHAPE_DURATION_MS,
     .dflt = "30s",
     .offset = offsetof(struct count_params, min),
     .doc = "life left"},
};
static const struct shape margin_shape = {
    .name = "token.margin",
    .doc = "Margins.",
    .size = sizeof(struct count_params),
    .fields = margin_fields,
    .field_count = ARRAY_LEN(margin_fields),
};

static const struct check_kind ok = {"outcome.ok", "Every operation ended well.", NULL};
static const struct check_kind count = {"wire.count", "So many requests were seen.", &count_shape};
static const struct check_kind margin = {"token.margin", "Tokens have life left.", &margin_shape};
static const struct check_kind *const kinds[] = {&ok, &count, &margin};
static const struct check_catalog catalog = {kinds, ARRAY_LEN(kinds)};

const struct check_catalog *fake_checks(void)
{
    return &catalog;
}
