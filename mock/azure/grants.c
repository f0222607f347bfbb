/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/crypto/digest.h"
#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/azure/entra.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_store.h"

/* The application asks for itself (RFC 6749 section 4.4). No refresh token, no scope told. */
int entra_grant_client_credentials(struct entra_call *call, struct err *err)
{
    struct entra_issue what = {0};
    if (!entra_client_authenticate(call, true) ||
        !entra_default_scope_read(call, entra_param(call, "scope"), &what.wish.resource)) {
        return 0;
    }
    return entra_issue(call, &what, err);
}

/* What was sent as the grant is of more interest than the client's secret. */
static void note(struct entra_call *call, const char *value, const struct credential *c,
                 enum credential_state state)
{
    struct arena *a = call->x->req->arena;
    struct journal_credential *n = &call->x->notes->credential;
    const struct canary *known = secret_set_find(call->state->canaries, str_of(value));
    n->name = known != NULL ? arena_strdup(a, known->name) : "";
    n->kind = known != NULL ? secret_kind_name(known->kind) : "";
    n->state = state;
    if (c != NULL) {
        call->x->notes->principal = arena_strdup(a, c->principal->name);
        n->has_life = true;
        n->life_left_ms = credential_life_left_ms(c, mock_state_now_ms(call->state));
    }
}

static enum credential_state life_of(const struct entra_call *call, const struct credential *c)
{
    if (c->revoked || c->principal->blocked) {
        return CREDENTIAL_REVOKED;
    }
    return credential_is_in_force(c, mock_state_now_ms(call->state)) ? CREDENTIAL_LIVE
                                                                     : CREDENTIAL_EXPIRED;
}

static int refuse(struct entra_call *call, const char *value, const struct credential *c,
                  enum credential_state state, int code)
{
    note(call, value, c, state);
    entra_refuse(call, code, c != NULL ? c->audience : NULL);
    return 0;
}

/* ---- on behalf of ---- */

/* Conditional access: the client has to send the user back with these claims. */
static bool policy_lets_pass(struct entra_call *call, const struct entra_resource *resource)
{
    int policy = call->app->spec.policy;
    if (policy == ENTRA_POLICY_NONE) {
        return true;
    }
    struct arena *a = call->x->req->arena;
    const struct aadsts_subject subject = {
        .value = resource->audience,
        .claims = arena_printf(
            a, "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"%s\"]}}}",
            entra_object_id(a, call->tenant, "conditional access")),
    };
    aadsts_reply(call->x, policy == ENTRA_POLICY_MFA ? 50076 : 50079, &subject);
    return false;
}

/* The user's token that the middle tier was called with (Microsoft identity platform,
 * on-behalf-of flow): its audience has to be the middle tier itself. */
static bool assertion_take(struct entra_call *call, const char *assertion,
                           const struct credential **ret)
{
    struct err ignored = {0};
    AUTO_JWT struct jwt jwt = {0};
    const struct credential *c = credential_store_find(call->state->credentials, str_of(assertion));
    enum credential_state state = c != NULL ? life_of(call, c) : CREDENTIAL_UNKNOWN;
    int code = 0;
    if (jwt_parse(str_of(assertion), &jwt, &ignored) < 0) {
        code = 50027;
        state = c != NULL ? CREDENTIAL_WRONG : CREDENTIAL_MALFORMED;
    } else if (c == NULL || c->kind != SECRET_ACCESS_TOKEN || c->tenant == NULL ||
               strcmp(c->tenant, call->tenant->id) != 0) {
        code = 50013;
        state = c != NULL ? CREDENTIAL_WRONG : state;
    } else if (c->principal->kind != PRINCIPAL_USER) {
        code = 7000114;
        state = CREDENTIAL_WRONG;
    } else if (strcmp(c->audience, call->app->spec.client_id) != 0) {
        code = 500131;
        state = CREDENTIAL_WRONG;
    } else if (state != CREDENTIAL_LIVE) {
        code = state == CREDENTIAL_EXPIRED ? 500133 : 50173;
    }
    if (code != 0) {
        (void)refuse(call, assertion, c, state, code);
        return false;
    }
    note(call, assertion, c, CREDENTIAL_LIVE);
    *ret = c;
    return true;
}

int entra_grant_on_behalf_of(struct entra_call *call, struct err *err)
{
    const struct credential *c;
    struct entra_issue what = {0};
    const char *assertion = entra_param(call, "assertion");
    const char *use = entra_param(call, "requested_token_use");
    if (!entra_client_authenticate(call, true)) {
        return 0;
    }
    if (assertion[0] == '\0' || use[0] == '\0') {
        entra_refuse(call, 900144, assertion[0] == '\0' ? "assertion" : "requested_token_use");
        return 0;
    }
    if (strcmp(use, "on_behalf_of") != 0) {
        entra_refuse(call, 9002313, "requested_token_use");
        return 0;
    }
    if (!call->v1 && entra_param(call, "scope")[0] == '\0') {
        entra_refuse(call, 90014, "scope");
        return 0;
    }
    if (!assertion_take(call, assertion, &c) ||
        !entra_wish_read(call, entra_param(call, "scope"), &what.wish) ||
        !policy_lets_pass(call, &what.wish.resource)) {
        return 0;
    }
    what.user = c->principal;
    return entra_issue(call, &what, err);
}

/* ---- authorization code ---- */

static int code_fault(struct entra_call *call, const struct entra_code *code)
{
    const char *verifier = entra_param(call, "code_verifier");
    AUTO_BUF struct buf challenge = {0};
    pkce_challenge_s256(&challenge, str_of(verifier));
    if (code->app != call->app) {
        return 70000;
    }
    if (code->used) {
        return 54005;
    }
    if (mock_state_now_ms(call->state) >= code->expires_ms) {
        return 70008;
    }
    if (strcmp(entra_param(call, "redirect_uri"), code->redirect_uri) != 0) {
        return 500112;
    }
    /* RFC 7636 section 4.6; a verifier without a challenge is a mismatch too. */
    bool proven = code->challenge[0] == '\0' ? verifier[0] == '\0'
                                             : pkce_verifier_is_valid(str_of(verifier)) &&
                                                   strcmp(buf_z(&challenge), code->challenge) == 0;
    if (!proven) {
        return 501481;
    }
    bool spa = call->app->spec.kind == ENTRA_SPA;
    return spa && http_req_header(call->x->req, "Origin") == NULL ? 9002327 : 0;
}

static enum credential_state code_state(int fault)
{
    return fault == 0       ? CREDENTIAL_LIVE
           : fault == 54005 ? CREDENTIAL_REVOKED
           : fault == 70008 ? CREDENTIAL_EXPIRED
                            : CREDENTIAL_WRONG;
}

int entra_grant_code(struct entra_call *call, struct err *err)
{
    const char *value = entra_param(call, "code");
    if (!entra_client_authenticate(call, false)) {
        return 0;
    }
    if (value[0] == '\0') {
        entra_refuse(call, 900144, "code");
        return 0;
    }
    struct entra_code *code = map_get(call->state->services->codes, str_of(value));
    if (code == NULL) {
        return refuse(call, value, NULL, CREDENTIAL_UNKNOWN, 70000);
    }
    int fault = code_fault(call, code);
    note(call, value, NULL, code_state(fault));
    call->x->notes->principal = arena_strdup(call->x->req->arena, code->user->name);
    if (fault != 0) {
        entra_refuse(call, fault, entra_param(call, "redirect_uri"));
        return 0;
    }
    struct entra_issue what = {.user = code->user, .nonce = code->nonce};
    const char *scope = entra_param(call, "scope");
    if (!entra_wish_read(call, scope[0] != '\0' ? scope : code->scope, &what.wish)) {
        return 0;
    }
    code->used = true;
    return entra_issue(call, &what, err);
}

/* ---- refresh ---- */

/* A refresh token is of the application and tenant, not of a resource, and stays good when it is
 * used (Microsoft identity platform, refresh tokens). */
int entra_grant_refresh(struct entra_call *call, struct err *err)
{
    const char *value = entra_param(call, "refresh_token");
    if (!entra_client_authenticate(call, false)) {
        return 0;
    }
    if (value[0] == '\0') {
        entra_refuse(call, 900144, "refresh_token");
        return 0;
    }
    const struct credential *c = credential_store_find(call->state->credentials, str_of(value));
    if (c == NULL) {
        return refuse(call, value, NULL, CREDENTIAL_UNKNOWN, 70000);
    }
    if (c->kind != SECRET_REFRESH_TOKEN || c->tenant == NULL ||
        strcmp(c->tenant, call->tenant->id) != 0 ||
        strcmp(c->client_id, call->app->spec.client_id) != 0) {
        return refuse(call, value, c, CREDENTIAL_WRONG, 70000);
    }
    enum credential_state state = life_of(call, c);
    if (state != CREDENTIAL_LIVE) {
        return refuse(call, value, c, state, state == CREDENTIAL_EXPIRED ? 700082 : 50173);
    }
    note(call, value, c, CREDENTIAL_LIVE);
    struct entra_issue what = {.user = c->principal, .family = c->family};
    const char *scope = entra_param(call, "scope");
    if (scope[0] == '\0' && !call->v1) { /* the same resource as before */
        scope = arena_printf(call->x->req->arena, "%s/.default offline_access", c->audience);
    }
    if (!entra_wish_read(call, scope, &what.wish)) {
        return 0;
    }
    return entra_issue(call, &what, err);
}
