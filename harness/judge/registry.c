/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of check families; a new family is one line here and one in families.h. */
#include "harness/judge/families.h"

#include "base/core/str.h"

const struct check_family *const check_families[] = {
    &family_concurrency, &family_identity,   &family_isolation, &family_oauth, &family_outcome,
    &family_probe,       &family_request,    &family_secrets,   &family_spark, &family_token,
    &family_u2m,         &family_user_agent, &family_wire,
};
const size_t check_family_count = ARRAY_LEN(check_families);

const struct check_row *check_find(const char *name)
{
    for (size_t f = 0; f < check_family_count; f++) {
        for (size_t i = 0; i < check_families[f]->count; i++) {
            if (str_eq_z(str_of(check_families[f]->rows[i].kind.name), name)) {
                return &check_families[f]->rows[i];
            }
        }
    }
    return NULL;
}
