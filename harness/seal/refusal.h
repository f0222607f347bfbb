/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_REFUSAL_H
#define HARNESS_SEAL_REFUSAL_H

/* Why a cell could not be made, and how to allow it: one reason, from the step that failed and from
 * what the system says about itself. Sources: user_namespaces(7), the kernel's documentation of
 * user.max_user_namespaces, Ubuntu's kernel.apparmor_restrict_unprivileged_userns (23.10 and
 * later), Debian's kernel.unprivileged_userns_clone, Docker's default seccomp profile and masked
 * paths. */

#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

enum refusal_step {
    REFUSAL_CLONE,   /* making the namespaces */
    REFUSAL_ID_MAP,  /* mapping the user's id */
    REFUSAL_NETWORK, /* bringing up loopback */
    REFUSAL_MOUNT,   /* arranging the file system */
    REFUSAL_PROC     /* mounting a /proc of its own */
};

struct refusal_facts {
    enum refusal_step step;
    int sys_errno;
    bool user_namespace;       /* the cell was to have one */
    bool has_admin;            /* CAP_SYS_ADMIN outside */
    bool in_container;         /* /.dockerenv, /run/.containerenv */
    bool seccomp;              /* a filter is on */
    int64_t apparmor_restrict; /* the sysctls; -1 = not there */
    int64_t userns_clone;
    int64_t max_user_namespaces;
};

/* Pure. Always ERR_UNAVAILABLE; returns -1. */
int refusal_explain(const struct refusal_facts *facts, struct err *err);
/* Gathers the facts (errno is the reason), then explains. */
int refusal_of(enum refusal_step step, bool user_namespace, struct err *err);

#endif
