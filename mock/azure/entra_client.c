/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"
#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/azure/entra.h"
#include "mock/http/basic.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* Who the client says it is. */
struct claim {
    const char *scheme; /* of the Authorization header; "" without one */
    const char *id, *secret, *assertion;
    bool mixed; /* the header and the body contradict each other */
};

static void note(struct entra_call *call, const struct claim *c, enum credential_state state)
{
    struct arena *a = call->x->req->arena;
    const char *sent = c->secret[0] != '\0' ? c->secret : c->assertion;
    const struct canary *known =
        sent[0] != '\0' ? secret_set_find(call->state->canaries, str_of(sent)) : NULL;
    call->x->notes->credential = (struct journal_credential){
        .scheme = c->scheme,
        .name = known != NULL ? arena_strdup(a, known->name) : "",
        .kind = known != NULL             ? secret_kind_name(known->kind)
                : c->assertion[0] != '\0' ? secret_kind_name(SECRET_ASSERTION)
                                          : "",
        .state = state,
    };
    if (call->app != NULL) {
        call->x->notes->principal = arena_strdup(a, call->app->principal->name);
    }
}

static bool refuse(struct entra_call *call, const struct claim *c, enum credential_state state,
                   int code)
{
    note(call, c, state);
    entra_refuse(call, code, NULL);
    return false;
}

/* RFC 6749 section 2.3.1; an unreadable header counts as no secret. */
static void claim_from_header(struct entra_call *call, struct claim *c)
{
    struct arena *a = call->x->req->arena;
    const struct http_field *header = http_req_header(call->x->req, "Authorization");
    if (header == NULL) {
        return;
    }
    struct str scheme = basic_scheme(header->value);
    struct basic_pair pair;
    c->scheme = arena_strndup(a, scheme.ptr, scheme.len);
    if (!basic_read(a, header->value, &pair)) {
        return;
    }
    const char *id = basic_half(a, pair.id).ptr, *secret = basic_half(a, pair.secret).ptr;
    c->mixed = (c->id[0] != '\0' && strcmp(c->id, id) != 0) ||
               (c->secret[0] != '\0' && strcmp(c->secret, secret) != 0);
    c->id = id;
    c->secret = secret;
}

static const struct json *in_time(const struct entra_call *call, const struct jwt *jwt)
{
    int64_t now_s = mock_state_now_ms(call->state) / 1000;
    int64_t expires_s = json_get_int(jwt->claims, "exp", 0);
    int64_t begins_s = json_get_int(jwt->claims, "nbf", 0);
    return expires_s > now_s && begins_s <= now_s + 300 ? jwt->claims : NULL;
}

/* The token endpoint or the issuer of the tenant, in any of the spellings in use. */
static bool audience_is_tenant(const struct entra_call *call, const char *audience)
{
    static const char *const ends[] = {"/oauth2/v2.0/token", "/oauth2/token", "/v2.0", "/", ""};
    struct arena *a = call->x->req->arena;
    const char *const names[] = {call->tenant->id, call->tenant->domain};
    struct str rest = str_of(audience);
    struct url url;
    struct err ignored = {0};
    if (url_parse(a, rest, &url, &ignored) < 0 || !str_eq_z(url.scheme, "https") ||
        entra_cloud_of(url.host) != call->cloud) {
        return false;
    }
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        for (size_t e = 0; names[n] != NULL && e < ARRAY_LEN(ends); e++) {
            if (str_eq_nocase(url.path, str_of(arena_printf(a, "/%s%s", names[n], ends[e])))) {
                return true;
            }
        }
    }
    return false;
}

static bool signed_by_app(const struct entra_app *app, const struct jwt *jwt)
{
    for (size_t i = 0; i < app->key_count; i++) {
        if (jwt_verify(jwt, app->keys[i])) {
            return true;
        }
    }
    return false;
}

/* Workload identity federation: a token of another issuer stands for the application. 0 = good. */
static int federated_check(struct entra_call *call, const struct jwt *jwt)
{
    const struct scenario_entra_proof *proof = &call->app->spec.proof;
    const char *issuer = json_get_string(jwt->claims, "iss", "");
    const char *subject = json_get_string(jwt->claims, "sub", "");
    if (proof->federated_issuer == NULL || strcmp(issuer, proof->federated_issuer) != 0) {
        return 700211;
    }
    if (proof->federated_subject == NULL || strcmp(subject, proof->federated_subject) != 0) {
        return 700213;
    }
    if (strcmp(json_get_string(jwt->claims, "aud", ""), ENTRA_EXCHANGE) != 0) {
        return 700023;
    }
    if (!jwt_verify(jwt, service_key_issuer(call->state->service_keys))) {
        return 700027;
    }
    return in_time(call, jwt) != NULL ? 0 : 700024;
}

/* RFC 7523 section 3: iss and sub are the client's id. */
static int certificate_check(struct entra_call *call, const struct jwt *jwt)
{
    const char *id = call->app->spec.client_id;
    if (!signed_by_app(call->app, jwt) ||
        !str_eq_nocase(str_of(json_get_string(jwt->claims, "sub", "")), str_of(id))) {
        return 700027;
    }
    if (!audience_is_tenant(call, json_get_string(jwt->claims, "aud", ""))) {
        return 700023;
    }
    return in_time(call, jwt) != NULL ? 0 : 700024;
}

static bool assertion_check(struct entra_call *call, const struct claim *c)
{
    struct err ignored = {0};
    AUTO_JWT struct jwt jwt = {0};
    if (strcmp(entra_param(call, "client_assertion_type"), ASSERTION_TYPE) != 0) {
        note(call, c, CREDENTIAL_MALFORMED);
        entra_refuse(call, 900144, "client_assertion_type");
        return false;
    }
    if (jwt_parse(str_of(c->assertion), &jwt, &ignored) < 0) {
        return refuse(call, c, CREDENTIAL_MALFORMED, 50027);
    }
    const char *issuer = json_get_string(jwt.claims, "iss", "");
    bool own = str_eq_nocase(str_of(issuer), str_of(call->app->spec.client_id));
    int code = own ? certificate_check(call, &jwt) : federated_check(call, &jwt);
    if (code != 0) {
        note(call, c, code == 700024 ? CREDENTIAL_EXPIRED : CREDENTIAL_WRONG);
        entra_refuse(call, code,
                     code == 700213
                         ? arena_strdup(call->x->req->arena, json_get_string(jwt.claims, "sub", ""))
                         : arena_strdup(call->x->req->arena, issuer));
        return false;
    }
    note(call, c, CREDENTIAL_LIVE);
    return true;
}

static bool secret_check(struct entra_call *call, const struct claim *c)
{
    if (call->app->secret == NULL || c->mixed ||
        !secret_equal(call->app->secret->value, str_of(c->secret))) {
        return refuse(call, c, CREDENTIAL_WRONG, 7000215);
    }
    if (call->app->spec.secret_expired) {
        return refuse(call, c, CREDENTIAL_EXPIRED, 7000222);
    }
    if (call->app->principal->blocked) {
        return refuse(call, c, CREDENTIAL_REVOKED, 7000215);
    }
    note(call, c, CREDENTIAL_LIVE);
    return true;
}

bool entra_client_authenticate(struct entra_call *call, bool need_proof)
{
    struct claim c = {
        .scheme = "",
        .id = entra_param(call, "client_id"),
        .secret = entra_param(call, "client_secret"),
        .assertion = entra_param(call, "client_assertion"),
    };
    claim_from_header(call, &c);
    if (c.id[0] == '\0') {
        note(call, &c, CREDENTIAL_ABSENT);
        entra_refuse(call, 900144, "client_id");
        return false;
    }
    const struct entra_app *app = service_entra_app(call->state->services, str_of(c.id));
    if (app == NULL || app->tenant != call->tenant) {
        note(call, &c, CREDENTIAL_UNKNOWN);
        aadsts_reply(call->x, 700016,
                     &(struct aadsts_subject){.app = c.id, .tenant = call->tenant_name});
        return false;
    }
    call->app = app;
    bool any = c.secret[0] != '\0' || c.assertion[0] != '\0';
    bool confidential = app->spec.kind == ENTRA_CONFIDENTIAL || app->spec.kind == ENTRA_MANAGED;
    if (!any && (need_proof || confidential)) {
        return refuse(call, &c, CREDENTIAL_ABSENT, 7000218);
    }
    if (!any) {
        note(call, &c, CREDENTIAL_ABSENT);
        return true;
    }
    if (!confidential) {
        return refuse(call, &c, CREDENTIAL_WRONG, 700025);
    }
    return c.assertion[0] != '\0' ? assertion_check(call, &c) : secret_check(call, &c);
}
