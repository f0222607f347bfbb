/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_SUGGEST_H
#define BASE_TEXT_SUGGEST_H

/* "did you mean": the candidate nearest to a mistyped word (Damerau-Levenshtein), if near enough to
 * be worth saying (distance at most a third of the length, at least 1), else NULL. */

#include "base/core/err.h"
#include "base/core/str.h"

#include <stddef.h>

const char *suggest(struct str typed, const char *const *candidates, size_t count);
/* Sets err's hint to "did you mean `x'?" or, with no near candidate and at most 16 of them, to
 * "known: a, b, c". */
void suggest_hint(struct err *err, struct str typed, const char *const *candidates, size_t count);

#endif
