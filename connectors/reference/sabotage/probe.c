/* SPDX-License-Identifier: Apache-2.0 */
/* Says what is not so. */
#include "sabotage/family.h"

#include "defects.h"

#include <string.h>

static const char *spoil_config(struct config *c, const char *auth_name)
{
    bool known = strcmp(auth_name, "pat") == 0 || strcmp(auth_name, "m2m") == 0 ||
                 strcmp(auth_name, "token") == 0;
    if (defect_is(DEFECT_MODE_FALLS_BACK) && !known) {
        return c->token ? "pat" : "m2m";
    }
    return auth_name;
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    static bool done;
    const struct http_request get = {.method = "GET", .deadline_ms = o->deadline_ms};
    if (defect_is(DEFECT_FAKES_SUCCESS)) {
        *o->ret_table_id = string_copy("");
        return 1;
    }
    if (defect_is(DEFECT_UNKNOWN_ROUTE) && !done) {
        done = true;
        sabotage_send(w, get, "/api/2.0/connector/does-not-exist");
    }
    return 0;
}

static int spoil_success(struct workspace *w, struct operation *o)
{
    (void)w;
    if (defect_is(DEFECT_FAKES_NONCE)) {
        sabotage_take(o->ret_table_id, "00000000-0000-4000-8000-000000000000");
    }
    return 0;
}

const struct sabotage_family sabotage_probe = {
    .config = spoil_config,
    .before = spoil_before,
    .succeeded = spoil_success,
};
