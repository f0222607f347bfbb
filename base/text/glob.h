/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_GLOB_H
#define BASE_TEXT_GLOB_H

/* Patterns over ids such as "m2m/refresh/proactive": `*` matches within one component, `**` any
 * number of components, `?` one character other than '/'. Nothing else is special. */

#include "base/core/str.h"

#include <stdbool.h>

bool glob_match(struct str pattern, struct str id);

#endif
