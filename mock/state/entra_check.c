/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/entra_check.h"

#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/entra_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"
#include "mock/state/workspace_store.h"

#include <stdio.h>

static void refuse(struct credential_answer *a, enum credential_state state, const char *error)
{
    a->state = state;
    a->error = error;
}

static bool is_in_time(const struct mock_state *s, const struct credential *c,
                       struct credential_answer *ret)
{
    static const char *const expired[] = {[ENTRA_EXPIRED_401] = "token-expired-401",
                                          [ENTRA_EXPIRED_400] = "entra-expired-400",
                                          [ENTRA_EXPIRED_403] = "token-expired"};
    int64_t left_ms = credential_life_left_ms(c, mock_state_now_ms(s));
    if (c->revoked || c->principal->blocked) {
        refuse(ret, CREDENTIAL_REVOKED, "invalid-access-token");
    } else if (left_ms <= 0) {
        refuse(ret, CREDENTIAL_EXPIRED, expired[s->services->expired_entra_token]);
    } else if (left_ms <= s->expiring_window_ms) {
        refuse(ret, CREDENTIAL_EXPIRING, "token-expiring");
    } else {
        return true;
    }
    return false;
}

static bool has_right_claims(const struct credential_question *q, const struct credential *c,
                             struct credential_answer *ret)
{
    if (q->workspace->tenant_id[0] == '\0') {
        refuse(ret, CREDENTIAL_WRONG, "invalid-access-token");
        return false;
    }
    const char *what = NULL, *wanted = NULL, *was = NULL;
    if (strcmp(c->audience, ENTRA_DATABRICKS) != 0) {
        what = "aud";
        wanted = ENTRA_DATABRICKS;
        was = c->audience;
    } else if (strcmp(c->tenant, q->workspace->tenant_id) != 0) {
        what = "tid";
        wanted = q->workspace->tenant_id;
        was = c->tenant;
    } else {
        return true;
    }
    refuse(ret, CREDENTIAL_WRONG, "entra-claims");
    (void)snprintf(ret->message, sizeof(ret->message),
                   "io.jsonwebtoken.IncorrectClaimException: Expected %s claim to be: %s, but "
                   "was: %s.",
                   what, wanted, was);
    return false;
}

/* The management token is live, of the same application, for Azure Resource Manager, and the
 * application is a contributor of this resource. */
static bool is_contributor(const struct mock_state *s, const struct credential_question *q,
                           const struct credential *c, const struct entra_app *app)
{
    const struct credential *m = credential_store_find(s->credentials, q->management_token);
    struct entra_resource resource;
    AUTO_ARENA struct arena *a = arena_new();
    return m != NULL && m->tenant != NULL && m->kind == SECRET_ACCESS_TOKEN &&
           m->principal == c->principal && strcmp(m->tenant, c->tenant) == 0 &&
           entra_resource_find(s, a, app->tenant, str_of(m->audience), &resource) &&
           resource.kind == ENTRA_RES_MANAGEMENT &&
           credential_is_in_force(m, mock_state_now_ms(s)) && app->spec.contributor &&
           str_eq_nocase(q->resource_id, str_of(q->workspace->resource_id));
}

void entra_check(const struct mock_state *s, const struct credential_question *q,
                 const struct credential *c, struct credential_answer *ret)
{
    if (q->workspace == NULL) {
        (void)is_in_time(s, c, ret);
        return;
    }
    if (!has_right_claims(q, c, ret) || !is_in_time(s, c, ret)) {
        return;
    }
    const struct entra_app *app = service_entra_app(s->services, str_of(c->client_id));
    if (app == NULL || app->principal != c->principal || app->member ||
        is_contributor(s, q, c, app)) {
        return;
    }
    refuse(ret, CREDENTIAL_WRONG, "wrong-org");
    (void)snprintf(ret->message, sizeof(ret->message), "Invalid access to Org: %s",
                   q->workspace->workspace_id);
}
