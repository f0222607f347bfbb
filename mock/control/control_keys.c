/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/control/control_priv.h"
#include "mock/state/key_ring.h"
#include "mock/state/mock_state.h"

/* Signing keys: looking, rotating, retiring. */

int control_get_keys(struct exchange *x, struct err *err)
{
    (void)err;
    http_reply_json(x->req, x->reply, 200, key_ring_list(space_of(x)->state->keys));
    return 0;
}

static const char *const alg_names[] = {"RS256", "ES256"};

struct rotate_request {
    int alg; /* enum key_alg */
};
static const struct shape_field rotate_fields[] = {
    {.key = "alg",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct rotate_request, alg),
     .dflt = "RS256",
     .names = {alg_names, ARRAY_LEN(alg_names)},
     .doc = "Of which algorithm a new key is made: RS256 or ES256."},
};
static const struct shape rotate_shape = {
    .name = "rotate",
    .doc = "A new signing key.",
    .size = sizeof(struct rotate_request),
    .fields = rotate_fields,
    .field_count = ARRAY_LEN(rotate_fields),
};

int control_post_keys_rotate(struct exchange *x, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct rotate_request request = {0};
    struct err refusal = {0};
    if (x->req->body.len > 0 && control_body(x, &rotate_shape, &doc, &request) < 0) {
        return 0;
    }
    const char *kid =
        key_ring_rotate(space_of(x)->state->keys, (enum key_alg)request.alg, &refusal);
    if (kid == NULL) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    (void)err;
    http_reply_json(x->req, x->reply, 200, json_set_string(json_object(), "kid", kid));
    return 0;
}

struct retire_request {
    const char *kid;
};
static const struct shape_field retire_fields[] = {
    {.key = "kid",
     .type = SHAPE_STRING,
     .offset = offsetof(struct retire_request, kid),
     .required = true,
     .doc = "The key's id."},
};
static const struct shape retire_shape = {
    .name = "retire",
    .doc = "A key that is published no longer.",
    .size = sizeof(struct retire_request),
    .fields = retire_fields,
    .field_count = ARRAY_LEN(retire_fields),
};

int control_post_keys_retire(struct exchange *x, struct err *err)
{
    (void)err;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct retire_request request = {0};
    struct err refusal = {0};
    int64_t revoked;
    if (control_body(x, &retire_shape, &doc, &request) < 0) {
        return 0;
    }
    if (mock_state_key_retire(space_of(x)->state, request.kid, &revoked, &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    http_reply_json(x->req, x->reply, 200, json_set_int(json_object(), "revoked", revoked));
    return 0;
}
