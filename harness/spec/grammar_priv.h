/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_GRAMMAR_PRIV_H
#define HARNESS_SPEC_GRAMMAR_PRIV_H

/* The words that manifests and cases are made of. All take whole words and are pure. */

#include "base/core/str.h"

#include <stdbool.h>

bool grammar_is_slug(struct str s);      /* [a-z0-9][a-z0-9-]* */
bool grammar_is_case_id(struct str s);   /* two or more slugs joined by '/' */
bool grammar_is_case_glob(struct str s); /* as a case id, with '*' and '?' allowed */
bool grammar_is_env_name(struct str s);  /* [A-Za-z_][A-Za-z0-9_]* (POSIX.1 section 8.1) */
/* <isv>_<product>: both halves of RFC 9110 token characters that the SDKs accept as well;
 * the first '_' parts them. [A-Za-z0-9.-]+_[A-Za-z0-9._-]+ */
bool grammar_is_product(struct str s);
bool grammar_is_version(struct str s); /* "1.2.0", "0.3.0-rc.1": begins with a number */
bool grammar_is_date(struct str s);    /* YYYY-MM-DD, a day that exists (proleptic Gregorian) */

#endif
