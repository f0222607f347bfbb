/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_MANIFEST_PRIV_H
#define HARNESS_SPEC_MANIFEST_PRIV_H

/* What the descriptor table of connector.yaml decodes into; manifest.c makes a struct manifest of
 * it. */

#include "harness/spec/manifest.h"

struct manifest_file {
    struct manifest manifest;
    int64_t format; /* `assay:` */
    unsigned speaks;
    bool has_run, dump;
    const struct json *operations; /* name -> list of argv; borrowed from the document */
};

/* The rules over the whole file; the validate hook of its shape. */
int manifest_rules(const struct json_doc *doc, const struct json *node, void *decoded,
                   struct err *err);

#endif
