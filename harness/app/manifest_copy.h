/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_MANIFEST_COPY_H
#define HARNESS_APP_MANIFEST_COPY_H

/* The manifests of a run, kept in its folder as manifests/NAME.yaml: so the folder can be judged
 * again wherever it was carried. Where a manifest still stands in its place, it is that one that
 * counts, as its expected failures may have been mended since. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/report/events.h"
#include "harness/spec/manifest.h"

struct placed;

#define MANIFEST_COPIES "manifests"

/* Adds the copies to what is to be put in place in dir. */
int manifest_copies_render(const char *dir, const struct manifest *const *manifests, size_t count,
                           struct placed *placed, struct err *err) NODISCARD;
/* The manifest of a connector of the run in dir, and where it was found; says when it is not as it
 * was in the run. */
int manifest_of_run(struct arena *a, const char *dir, const struct run_connector *connector,
                    struct manifest **ret, struct err *err) NODISCARD;
/* SHA-256 of the file in hexadecimal; "" when it cannot be read. */
const char *manifest_file_digest(struct arena *a, const char *path);

#endif
