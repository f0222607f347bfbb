/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_CELL_PRIV_H
#define HARNESS_SEAL_CELL_PRIV_H

/* Building a cell from inside: what its init does before anything else runs there. */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct seal_options;

struct cell {
    const struct seal_options *options;
    struct arena *arena;
    uid_t uid; /* the same inside and outside */
    gid_t gid;
    bool own_user_namespace;
    int control_fd, box_fd, tap_fd; /* tap_fd -1 = none */
    bool has_ipv6;
    struct str_list omitted;
};

/* In this order. Each fails with the text of refusal_explain where the system said no. */
int cell_identity_map(struct cell *cell, struct err *err) NODISCARD; /* cell_identity.c */
int cell_network_up(struct cell *cell, struct err *err) NODISCARD;   /* cell_network.c */
int cell_mounts_make(struct cell *cell, struct err *err) NODISCARD;  /* cell_mounts.c */
int cell_rights_drop(struct err *err) NODISCARD;                     /* cell_identity.c */

/* The init's main loop, which does not return (cell_serve.c). */
void cell_serve(struct cell *cell) NORETURN;

#endif
