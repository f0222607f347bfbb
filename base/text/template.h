/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_TEMPLATE_H
#define BASE_TEXT_TEMPLATE_H

/* `${name}` substitution in manifest and case strings. No expressions, no nesting, no defaults.
 * "$$" stands for one '$'. An unknown name is an error with a suggestion; so is an unclosed "${".
 * A name is [a-z][a-z0-9_]*. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>

struct template_var {
    const char *name;
    const char *value; /* NULL: known, but without a value in this context (an error when used) */
};

struct template_vars {
    struct template_var *items;
    size_t count, capacity;
};

int template_expand(struct arena *a, struct str text, const struct template_vars *vars,
                    const char **ret_text, struct err *err) NODISCARD;
/* Checks the syntax and the names only, for linting: each name used must be in `names`. */
int template_check(struct str text, const char *const *names, size_t name_count,
                   struct err *err) NODISCARD;
bool template_uses(struct str text, const char *name);

#endif
