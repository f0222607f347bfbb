/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_JSON_SAMPLE_SHAPE_H
#define TESTS_UNIT_BASE_JSON_SAMPLE_SHAPE_H

/* A shape with a field of every type, for the tests of decoding and of documenting. */

#include "base/json/shape.h"

struct sample_limits {
    int64_t start_ms, output_bytes;
    const char *label;
};

struct sample {
    const char *id, *name;
    int64_t count;
    bool strict, has_count;
    struct json_place count_place;
    int mode;
    unsigned speaks;
    struct str_list command;
    struct shape_pairs env;
    struct sample_limits limits;
    struct shape_list rules;
    struct shape_list modes;
    const struct json *extra;
};

struct sample_mode {
    const char *key;
    int64_t wait_ms;
};

extern const struct shape sample_shape;
extern const struct shape sample_limits_shape;

#endif
