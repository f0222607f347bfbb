/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_WALLS_PRIV_H
#define HARNESS_WORLD_WALLS_PRIV_H

/* The certificates of a run. Ownership: files in w->dir; names are the arena's. */

#include "base/core/buf.h"
#include "harness/world/walls.h"

/* Fills w->tls_pem; ret_ca_pem gets the authority that the worlds trust. */
int walls_certificates_write(struct arena *a, struct walls *w, struct buf *ret_ca_pem,
                             struct err *err) NODISCARD;

#endif
