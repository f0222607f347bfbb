/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_WALLS_H
#define HARNESS_WORLD_WALLS_H

/* How strongly the connectors of a run are kept apart, decided once per run, and what all its
 * sealed worlds share: the run's certificate authority, the mock's certificates, the trust files.
 *
 *     walls_raise(arena, &options, &walls, err);      before the first case
 *     ... world_options.walls = &walls ...
 *     walls_raze(&walls);
 *
 * AUTO takes the strongest that this machine allows and says why it is not a stronger one; SEALED
 * is an error (ERR_UNAVAILABLE, with what to do) where it cannot be had; nothing falls back
 * silently. Ownership: walls_raze removes the folder; the rest is the arena's. Threads: one, which
 * forks. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/seal/trust.h"
#include "harness/spec/case_given.h"
#include "harness/spec/manifest.h"

#include <stdbool.h>

enum isolation { ISOLATION_AUTO, ISOLATION_SEALED, ISOLATION_ENV, ISOLATION_KINDS };
extern const char *const isolation_names[ISOLATION_KINDS + 1]; /* NULL-terminated */

struct walls {
    enum isolation isolation;  /* SEALED or ENV */
    const char *refusal;       /* AUTO chose ENV: why SEALED could not be had; else NULL */
    const char *trace_refusal; /* why programs cannot be followed, with SEALED; NULL = they can */
    bool real_clock;           /* cases that move the clock live through it, on a smaller scale */
    const char *clock_refusal; /* why no clock can be moved, with SEALED; NULL = they can */
    const char *dir;           /* of the run; NULL where there is nothing to keep */
    const char *tls_pem[GIVEN_CERTIFICATES]; /* files: the mock's certificate chains and keys */
    bool has_loopback_hosts;   /* with ENV: connectors were given the mock's address, or */
    bool has_production_hosts; /* a production name and a proxy; or some of each */
    struct trust trust;
};

struct walls_options {
    enum isolation wanted;
    bool real_clock;
    const char *probe_program;               /* assay-clock-probe; NULL = no case moves the clock */
    const struct manifest *const *manifests; /* of the run: what they want with ENV (env_host) */
    size_t manifest_count;
};
int walls_raise(struct arena *a, const struct walls_options *options, struct walls *ret,
                struct err *err) NODISCARD;
void walls_raze(struct walls *w);
/* On the real clock an hour is a minute and a half. */
#define WALLS_REAL_SCALE 40
/* None: isolation env. */
extern const struct walls walls_none;

/* What this isolation, on the real clock, cannot show, as sentences for the report. */
void walls_unproven(struct arena *a, const struct walls *w, struct str_list *ret_sentences);

/* Where the decoy listens in a sealed world. */
#define WALLS_DECOY "198.51.100.7" /* TEST-NET-2 (RFC 5737): no real host has it */

#endif
