/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_INIT_TEMPLATE_H
#define HARNESS_SPEC_INIT_TEMPLATE_H

/* The commented connector.yaml that `assay init` writes. Each is a valid manifest as it stands.
 * Threads: any; texts live in the arena. */

#include "base/core/arena.h"

#include <stddef.h>

enum { INIT_LANGUAGES = 5 };
extern const char *const init_languages[INIT_LANGUAGES + 1]; /* "python", ...; NULL-terminated */

/* NULL for a language that is not among them. */
const char *init_template(struct arena *a, const char *language);

#endif
