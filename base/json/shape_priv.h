/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_SHAPE_PRIV_H
#define BASE_JSON_SHAPE_PRIV_H

/* What decoding and documenting a shape share. */

#include "base/json/shape.h"

/* "4MiB": the largest unit that leaves no fraction. out needs 32 bytes. */
const char *shape_format_size(int64_t bytes, char *out, int out_size);
/* Reads field->dflt as if it stood in a file. Fails with ERR_INTERNAL: the table is wrong. */
int shape_default_read(const struct shape_field *field, struct json_doc *ret_doc,
                       struct err *err) NODISCARD;

#endif
