/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_GOOGLE_H
#define BASE_WIRE_SCENARIO_GOOGLE_H

/* Google Cloud's service accounts in a scenario. Ownership: as scenario.h. */

#include "base/core/arena.h"
#include "base/json/shape.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario;

struct scenario_google_account {
    const char *name;
    const char *email;     /* NULL = NAME@assay-project.iam.gserviceaccount.com */
    const char *principal; /* the workspace's principal that it is; NULL = not in the workspace */
    bool machine;          /* the account of the machine: the metadata server gives its tokens */
    struct str_list token_creators; /* names of accounts that may make tokens of this one */
    int64_t token_lifetime_ms;
};

extern const struct shape scenario_google_account_shape;

/* Each name used is defined, none is twice. principals are those of the scenario. */
int scenario_google_check(const struct json_doc *doc, const struct json *node,
                          const struct scenario *s, const struct str_list *principals,
                          struct err *err) NODISCARD;

#endif
