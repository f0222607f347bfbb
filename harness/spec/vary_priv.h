/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_VARY_PRIV_H
#define HARNESS_SPEC_VARY_PRIV_H

/* `vary`: one file, several cases. The table has a row for each; what a row says under a name
 * stands wherever the file has ${vary.name}: alone in a string the value itself, of any type;
 * inside of text, a string or a number as text. A variant's id is the file's, '-' and the row's
 * name; the file errors/x.yaml may also say `id: errors/${vary.name}`.
 *
 * A file without a table makes one case; ${vary.x} in it is an error. Ownership: the document stays
 * the caller's and must last. */

#include "base/core/err.h"
#include "base/json/json_read.h"

#include <stddef.h>

enum { VARY_MAX_ROWS = 64, VARY_MAX_COLUMNS = 16 };

struct vary_table {
    const struct json_doc *doc;
    const struct json *rows; /* NULL: the file has no table */
    size_t count;            /* of the cases it makes, at least 1 */
    unsigned used;           /* bit i: some string has asked for column i of a row */
};

int vary_open(const struct json_doc *doc, struct vary_table *ret, struct err *err) NODISCARD;
/* The document of one of the cases, without the table. */
int vary_expand(struct vary_table *t, size_t row, struct json_doc *ret, struct err *err) NODISCARD;
/* After the expansion of a row: every column is used somewhere. */
int vary_all_used(const struct vary_table *t, struct err *err) NODISCARD;

#endif
