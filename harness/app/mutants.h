/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_MUTANTS_H
#define HARNESS_APP_MUTANTS_H

/* mutants.yaml: connectors that are deliberately wrong in one way each, and which checks must see
 * it. Decoded from one descriptor table. Everything lives in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/shape.h"

struct mutant_kill {
    const char *case_id, *check;
    struct json_place place;
};

struct mutant {
    const char *name, *what;
    const char *connector;        /* folder beside the mutants file's own */
    struct shape_pairs env;       /* added to the connector's environment: switches the defect on */
    unsigned modes;               /* where it is run; 0 = all that are declared */
    struct shape_list killed_by;  /* struct mutant_kill: each must be found not green */
    struct shape_list collateral; /* struct mutant_kill: also not green because of it; strict */
    struct json_place place;
};

struct mutants {
    const char *path;
    struct mutant *items;
    size_t count;
};

int mutants_load(struct arena *a, const char *path, struct mutants *ret, struct err *err) NODISCARD;

#endif
