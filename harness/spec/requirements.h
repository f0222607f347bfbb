/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_REQUIREMENTS_H
#define HARNESS_SPEC_REQUIREMENTS_H

/* A requirement set: the named list of clauses that gate a run. Checks of other clauses are told,
 * but fail nothing. One file each, cases/requirements/<name>.yaml.
 *
 * A set is frozen: the file carries the SHA-256 of its own content (name included, digest
 * excluded), so that a change which does not renew the digest is an error wherever the set is read;
 * a changed set is a new set and takes a new name (tests/cli/frozen_sets.txt holds the digests that
 * were published).
 *
 * Ownership: everything lives in the arena; ids are borrowed from the case set. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/spec/case.h"

struct requirement_set {
    const char *name, *title, *path;
    char digest[65];
    struct str_list clauses; /* sorted */
};

/* ERR_USAGE with a suggestion when there is no set of that name in the suite; ERR_INVALID with a
 * place when the file is wrong or its digest is not that of its content. */
int requirement_set_load(struct arena *a, const struct case_set *cases, const char *name,
                         struct requirement_set *ret, struct err *err) NODISCARD;
/* The names of all sets of the suite, sorted; empty when it has none. */
int requirement_set_names(struct arena *a, const struct case_set *cases, struct str_list *ret,
                          struct err *err) NODISCARD;
bool requirement_set_has(const struct requirement_set *set, const char *clause);
/* Whether one of a check's clauses, or for want of any one of its case's, is in the set. Without
 * clauses at all it gates: nothing says that it may be left out. */
bool requirement_set_gates(const struct requirement_set *set, const struct str_list *of_check,
                           const struct str_list *of_case);

#endif
