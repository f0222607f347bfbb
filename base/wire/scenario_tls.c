/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_tls.h"

#define NAME_OF(id, text, doc) text,
static const char *const names[] = {TLS_FAULT_TABLE(NAME_OF)};

static const struct shape_field fields[] = {
    {.key = "fault",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_tls_fault, fault),
     .required = true,
     .names = {names, ARRAY_LEN(names)},
     .doc = "What is wrong with it."},
    {.key = "port",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_tls_fault, port),
     .max = 65535,
     .doc = "Its port; absent or 0: any free one, which the start tells."},
};
const struct shape scenario_tls_fault_shape = {
    .name = "tls_fault",
    .doc = "One more HTTPS listener, with something wrong about it. Opened at the start only.",
    .size = sizeof(struct scenario_tls_fault),
    .fields = fields,
    .field_count = ARRAY_LEN(fields),
};
