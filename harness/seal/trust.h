/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_TRUST_H
#define HARNESS_SEAL_TRUST_H

/* Making every runtime in a cell trust the CA of the run, in two ways at once: the files that they
 * read by default are overlaid (system bundles; the cacerts of each JDK found here), and the
 * environment variables that they know point to copies. Made once per run, used by all its cells.
 *
 *     trust_make(a, &options, &trust, err);        writes into options.dir, which must exist
 *     seal_options: overlays += trust.overlays, binds += trust.bind; environment += trust.environ
 *
 * Ownership: the arena. What is trusted is the run's CA and, unless run_ca_only, the system's own.
 * What no one can reach: a CA file that a program carries with itself and pins; overlay it by
 * name. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "harness/seal/seal.h"

/* Where the files are inside. */
#define TRUST_DIR      SEAL_BOX "/trust"
#define TRUST_BUNDLE   TRUST_DIR "/bundle.pem"  /* the system's CAs if any, the run's */
#define TRUST_CA       TRUST_DIR "/ca.pem"      /* the run's alone */
#define TRUST_KEYSTORE TRUST_DIR "/cacerts.jks" /* the bundle for Java; password "changeit" */

struct trust_options {
    const char *dir;            /* of this run, outside; absolute */
    struct str ca_pem;          /* one certificate or more */
    const char *seen_at;        /* where dir is for connectors; NULL = TRUST_DIR */
    bool run_ca_only;           /* leave the system's own CAs out */
    const char *const *bundles; /* system bundles to look for; NULL-terminated; NULL = the usual */
    const char *const *java_stores; /* glob(7) patterns of cacerts; as above */
};

struct trust {
    struct seal_bind bind;
    struct seal_overlay *overlays;
    size_t overlay_count;
    struct str_list environ; /* "NAME=value" */
    struct str_list unset;   /* names that must not be set */
};

int trust_make(struct arena *a, const struct trust_options *options, struct trust *ret,
               struct err *err) NODISCARD;

/* A Java key store (JKS, version 2) of trusted certificates from a PEM text, appended; everything
 * outside of CERTIFICATE blocks is skipped. ERR_INVALID for a block that is not base64 or when
 * there is none. created_ms: since the epoch, told as each entry's date. */
int trust_keystore_write(struct str pem, int64_t created_ms, struct buf *out,
                         struct err *err) NODISCARD;

#endif
