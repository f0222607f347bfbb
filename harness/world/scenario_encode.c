/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/scenario_encode.h"

#include "base/json/shape_encode.h"

struct json *scenario_encode(const struct shape *shape, const void *decoded)
{
    return shape_encode(shape, decoded);
}
