/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_BASELINE_H
#define HARNESS_SPEC_BASELINE_H

/* A baseline: failures that are known and do not fail the run, kept beside the connectors instead
 * of in their manifests. It is as strict as `expected_failures` of a manifest: an entry excuses one
 * check of one case for one reason until a day; an entry that passes, matches nothing, has expired
 * or finds another failure excuses nothing.
 *
 *     entries:
 *       - connector: acme
 *         case: m2m/token-cached
 *         check: token.cached
 *         modes: [m2m]
 *         reason: the pool asks once per worker
 *         owner: auth team
 *         expires: "2027-06-30"
 *         signature: "token requests"
 *
 * Ownership: everything lives in the arena. */

#include "base/core/buf.h"
#include "harness/spec/manifest.h"

struct baseline_entry {
    struct manifest_expected_failure failure; /* first: one row table serves both */
    const char *connector;
};

struct baseline {
    const char *path;
    char digest[65]; /* SHA-256 of the canonical form */
    struct baseline_entry *items;
    size_t count, capacity;
};

int baseline_load(struct arena *a, const char *path, struct baseline *ret,
                  struct err *err) NODISCARD;
/* The same from bytes at hand; path is for messages. */
int baseline_read(struct arena *a, struct str text, const char *path, struct baseline *ret,
                  struct err *err) NODISCARD;
/* Adds the entries for this connector to the manifest's own. */
void baseline_apply(struct arena *a, const struct baseline *b, struct manifest *m);
/* The file as baseline_load reads it. */
void baseline_write(struct buf *out, const struct baseline *b);
const struct shape *baseline_file_shape(void);

#endif
