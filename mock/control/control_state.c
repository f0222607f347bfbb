/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"
#include "mock/control/control_priv.h"
#include "mock/journal/journal_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"

#include <unistd.h>

#ifndef ASSAY_VERSION
#define ASSAY_VERSION "0.1.0"
#endif

#define LIFETIME_MAX_MS ((int64_t)3660 * 24 * 60 * 60 * 1000)

int control_get_health(struct exchange *x, struct err *err)
{
    (void)err;
    const struct control *c = control_of(x);
    struct json *o = json_object();
    json_set_string(o, "name", "assay-mock");
    json_set_string(o, "version", ASSAY_VERSION);
    json_set_int(o, "pid", getpid());
    json_set_int(o, "real_ms", journal_store_real_ms(space_of(x)->journal));
    json_set_int(o, "failures", c->backend.failures(c->backend.engine));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

int control_get_credentials(struct exchange *x, struct err *err)
{
    (void)err;
    http_reply_json(x->req, x->reply, 200, mock_state_credentials(space_of(x)->state));
    return 0;
}

int control_put_scenario(struct exchange *x, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    struct err refusal = {0};
    if (control_body_doc(x, &doc) < 0) {
        return 0;
    }
    if (scenario_decode(x->req->arena, &doc, doc.root, &scenario, &refusal) < 0 ||
        space_load(space_of(x), &doc, &scenario, &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    return control_get_credentials(x, err);
}

static const struct shape_field mint_fields[] = {
    {.key = "kind",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, kind),
     .required = true,
     .doc = "access-token, refresh-token or pat."},
    {.key = "principal",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, principal),
     .required = true,
     .doc = "The name of a principal of the scenario."},
    {.key = "lifetime_ms",
     .type = SHAPE_INT,
     .offset = offsetof(struct mock_mint, lifetime_ms),
     .min = -LIFETIME_MAX_MS,
     .max = LIFETIME_MAX_MS,
     .doc = "0 or absent: the principal's; negative: already expired by so much."},
    {.key = "scopes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct mock_mint, scopes),
     .doc = "Absent: all that may be granted."},
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, name),
     .doc = "The canary's name; absent: the next free one."},
    {.key = "host",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, host),
     .doc = "The workspace it is for; absent: the first one."},
    {.key = "issuer",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, issuer),
     .doc = "The issuer it names; absent: https://HOST/oidc."},
    {.key = "account",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct mock_mint, account),
     .doc = "A token of the account instead of the workspace."},
    {.key = "client_id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, client_id),
     .doc = "The OAuth client it was issued to; absent: the service principal, databricks-cli."},
    {.key = "claims",
     .type = SHAPE_JSON,
     .offset = offsetof(struct mock_mint, claims),
     .doc = "An access token's claims, set over the usual ones; null removes one."},
    {.key = "entra_app",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, entra_app),
     .doc = "Access tokens only: one of Entra ID, which the user has for the application of this "
            "name."},
    {.key = "tamper",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, tamper),
     .doc = "What is wrong with an access token: expired, not-yet-valid, wrong-issuer, "
            "wrong-audience, bad-signature, unknown-kid, alg-none."},
    {.key = "format",
     .type = SHAPE_STRING,
     .offset = offsetof(struct mock_mint, format),
     .doc = "An access token's form: RS256, ES256 or opaque; absent: the scenario's."},
};
static const struct shape mint_shape = {
    .name = "mint",
    .doc = "A credential to be made.",
    .size = sizeof(struct mock_mint),
    .fields = mint_fields,
    .field_count = ARRAY_LEN(mint_fields),
};

int control_post_mint(struct exchange *x, struct err *err)
{
    (void)err;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct mock_mint request = {0};
    struct err refusal = {0};
    const struct credential *credential = NULL;
    struct str value = {0};
    if (control_body(x, &mint_shape, &doc, &request) < 0) {
        return 0;
    }
    if (mock_state_mint(space_of(x)->state, &request, &credential, &value, &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    struct json *o = json_object();
    json_set_string(o, "name", credential->name);
    json_set(o, "value", json_string_n(value.ptr, value.len));
    if (credential->expires_ms == CREDENTIAL_NEVER_EXPIRES) {
        json_set(o, "expires_ms", json_null());
    } else {
        json_set_int(o, "expires_ms", credential->expires_ms);
    }
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

struct revoke_request {
    const char *name, *principal, *kind;
};
static const struct shape_field revoke_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct revoke_request, name),
     .doc = "The canary's name; or give principal."},
    {.key = "principal",
     .type = SHAPE_STRING,
     .offset = offsetof(struct revoke_request, principal),
     .doc = "Whose credentials are revoked."},
    {.key = "kind",
     .type = SHAPE_STRING,
     .offset = offsetof(struct revoke_request, kind),
     .doc = "With principal: only this kind."},
};
static const struct shape revoke_shape = {
    .name = "revoke",
    .doc = "Credentials to be revoked.",
    .size = sizeof(struct revoke_request),
    .fields = revoke_fields,
    .field_count = ARRAY_LEN(revoke_fields),
};

int control_post_revoke(struct exchange *x, struct err *err)
{
    (void)err;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct revoke_request request = {0};
    struct err refusal = {0};
    int64_t count = 0;
    if (control_body(x, &revoke_shape, &doc, &request) < 0) {
        return 0;
    }
    if ((request.name == NULL) == (request.principal == NULL)) {
        control_refuse_text(x, 400, "give either 'name' or 'principal'", "");
        return 0;
    }
    if (mock_state_revoke(space_of(x)->state, request.name, request.principal, request.kind, &count,
                          &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    struct json *o = json_object();
    json_set_int(o, "revoked", count);
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

int control_get_canaries(struct exchange *x, struct err *err)
{
    (void)err;
    struct err refusal = {0};
    struct json *list = mock_state_canaries(space_of(x)->state, &refusal);
    if (list == NULL) {
        control_refuse(x, 409, &refusal);
        return 0;
    }
    http_reply_json(x->req, x->reply, 200, list);
    return 0;
}

struct canary_request {
    const char *name, *kind, *value;
};
static const struct shape_field canary_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct canary_request, name),
     .required = true,
     .doc = "A name that is free: small letters, digits and '_'."},
    {.key = "kind",
     .type = SHAPE_STRING,
     .offset = offsetof(struct canary_request, kind),
     .required = true,
     .doc = "A kind of secret, such as poison or state."},
    {.key = "value",
     .type = SHAPE_STRING,
     .offset = offsetof(struct canary_request, value),
     .required = true,
     .doc = "At least 8 bytes."},
};
static const struct shape canary_shape = {
    .name = "canary",
    .doc = "A secret to be found and masked.",
    .size = sizeof(struct canary_request),
    .fields = canary_fields,
    .field_count = ARRAY_LEN(canary_fields),
};

int control_post_canaries(struct exchange *x, struct err *err)
{
    (void)err;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct canary_request request = {0};
    struct err refusal = {0};
    if (control_body(x, &canary_shape, &doc, &request) < 0) {
        return 0;
    }
    if (mock_state_canary_add(space_of(x)->state, request.name, request.kind, str_of(request.value),
                              &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    http_reply_json(x->req, x->reply, 200, json_object());
    return 0;
}

int control_post_shutdown(struct exchange *x, struct err *err)
{
    (void)err;
    control_of(x)->shutdown_asked = true;
    http_reply_json(x->req, x->reply, 200, json_object());
    return 0;
}
