/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_SHAPE_ENCODE_H
#define BASE_JSON_SHAPE_ENCODE_H

/* A struct as the JSON that its shape reads: the way back of shape_decode (base/json/shape.h). A
 * field that is zero or empty is left out where the reader's default is that, or where zero would
 * be refused. A value that was not present, and an empty SHAPE_JSON, are left out as well. */

#include "base/json/json.h"
#include "base/json/shape.h"

struct json *shape_encode(const struct shape *shape, const void *decoded) NODISCARD;
/* With "***" for every string of a field that is_secret: may end in a log or a bug report. */
struct json *shape_encode_masked(const struct shape *shape, const void *decoded) NODISCARD;

#endif
