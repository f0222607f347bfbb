/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_MUTANTS_H
#define HARNESS_APP_MUTANTS_H

/* Connectors that are deliberately wrong in one way each, and which checks must see it: files such
 * as connectors/reference/mutants/tokens.yaml, decoded from one descriptor table. Everything lives
 * in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/shape.h"

#include <stdbool.h>

struct mutant_kill {
    const char *case_id, *check; /* of collateral: the case is a pattern */
    struct json_place place;
};

struct mutant {
    const char *name, *what;
    const char *connector;        /* name of its folder */
    const char *manifest;         /* real path of that folder's connector.yaml */
    struct shape_pairs env;       /* added to the connector's environment: switches the defect on */
    unsigned modes;               /* where it is run; 0 = all that are declared */
    unsigned declares;            /* what its manifest declares; 0 = as its connector's does */
    struct shape_list killed_by;  /* struct mutant_kill: each must be found not green */
    struct shape_list collateral; /* struct mutant_kill: also not green because of it; strict */
    const char *file;
    struct json_place place;
};

struct mutants {
    struct mutant *items;
    size_t count, capacity;
};

/* Each path is a file, or a folder with all its .yaml files. A connector's folder is beside the
 * mutants file's own folder or beside the one above. Two mutants of one name are an error. */
int mutants_load(struct arena *a, const struct str_list *paths, struct mutants *ret,
                 struct err *err) NODISCARD;
bool mutant_kill_names(const struct mutant_kill *k, const char *case_id, const char *check);

#endif
