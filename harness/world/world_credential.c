/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"
#include "harness/world/world_priv.h"

/* Long over, so that no allowance for differing clocks brings it back. */
#define EXPIRED_LIFETIME_MS ((int64_t)-10 * 60 * 1000)

/* Longer than any case: what is exchanged for it may not outlive it. */
enum { AN_HOUR_S = 3600 };
#define WORKLOAD_LIFETIME_MS ((int64_t)30 * 24 * 3600 * 1000)

/* A value of the same form that nobody minted: a JWT keeps header and claims and loses its
 * signature, anything else keeps its four-letter prefix. */
static const char *wrong_value(struct arena *a, struct rng *rng, const char *value)
{
    static const char hex[] = "0123456789abcdef";
    struct str text = str_of(value);
    bool is_jwt = str_starts(text, STR("eyJ"));
    size_t keep = text.len < 4 ? 0 : 4;
    for (size_t i = 0; is_jwt && i < text.len; i++) {
        keep = text.ptr[i] == '.' ? i + 1 : keep;
    }
    char *out = arena_strdup(a, value);
    for (size_t i = keep; i < text.len; i++) {
        out[i] = hex[rng_uint64(rng) % 16];
    }
    return out;
}

/* A numeric date may have a fraction (RFC 7519 section 2), and base64url differs from base64 in two
 * characters: both are in the payload. */
static struct json *odd_claims(struct world *w, struct err *err)
{
    int64_t now_ms = 0;
    if (mock_wall_ms(&w->mock, &now_ms, err) < 0) {
        return NULL;
    }
    struct json *claims = json_object();
    int64_t now_s = now_ms / 1000;
    json_set_number(claims, "exp", (double)(now_s + AN_HOUR_S) + 0.5);
    json_set_string(claims, "note", "~~~~~~\?\?\?\?\?\?");
    return claims;
}

static int token_mint(struct world *w, int64_t lifetime_ms, const char **ret_value, struct err *err)
{
    bool odd = w->options.spec->given.odd_claims;
    AUTO_JSON struct json *claims = odd ? odd_claims(w, err) : NULL;
    if (odd && claims == NULL) {
        return -1;
    }
    const struct mock_minting minting = {.kind = "access-token",
                                         .principal = WORLD_USER,
                                         .host = w->identity.host,
                                         .lifetime_ms = lifetime_ms,
                                         .claims = claims};
    return mock_mint(w->arena, &w->mock, &minting, &w->credential.name, ret_value, err);
}

static int wrong_apply(struct world *w, struct rng *rng, const char **value, const char *name,
                       const char *kind, struct err *err)
{
    *value = wrong_value(w->arena, rng, *value);
    w->credential.name = name;
    return mock_add_canary(&w->mock, name, kind, *value, err);
}

static int revoke_apply(struct world *w, const char *kind, struct err *err)
{
    int64_t revoked = 0;
    if (mock_revoke(&w->mock, WORLD_USER, kind, &revoked, err) < 0) {
        return -1;
    }
    return revoked > 0 ? 0
                       : err_set(err, ERR_PROTOCOL, "the mock server had no %s to revoke", kind);
}

static int pat_apply(struct world *w, struct rng *rng, struct world_secrets *s, struct err *err)
{
    const struct mock_minting expired = {.kind = "pat",
                                         .principal = WORLD_USER,
                                         .host = w->identity.host,
                                         .lifetime_ms = EXPIRED_LIFETIME_MS};
    int rc = 0;
    switch ((enum given_credential)w->options.spec->given.credential) {
    case GIVEN_WRONG_SECRET:
        rc = wrong_apply(w, rng, &s->pat, "wrong_pat", "pat", err);
        break;
    case GIVEN_REVOKED:
        rc = revoke_apply(w, "pat", err);
        break;
    case GIVEN_EXPIRED:
        rc = mock_mint(w->arena, &w->mock, &expired, &w->credential.name, &s->pat, err);
        break;
    case GIVEN_MISSING:
        s->pat = "";
        break;
    case GIVEN_GOOD:
    case GIVEN_RESERVED:
    case GIVEN_KINDS:
        break;
    }
    w->credential.value = s->pat;
    return rc;
}

static int token_apply(struct world *w, struct rng *rng, struct world_secrets *s, struct err *err)
{
    int given = w->options.spec->given.credential;
    int rc = 0;
    if (token_mint(w, given == GIVEN_EXPIRED ? EXPIRED_LIFETIME_MS : 0, &s->token, err) < 0) {
        return -1;
    }
    if (given == GIVEN_WRONG_SECRET) {
        rc = wrong_apply(w, rng, &s->token, "wrong_token", "access-token", err);
        if (rc == 0 && s->kbase_token != NULL) {
            s->kbase_token = wrong_value(w->arena, rng, s->kbase_token);
            rc = mock_add_canary(&w->mock, "wrong_kbase_token", "pat", s->kbase_token, err);
        }
    } else if (given == GIVEN_REVOKED) {
        rc = revoke_apply(w, "access-token", err);
    } else if (given == GIVEN_MISSING) {
        s->token = "";
        w->credential.name = NULL;
    }
    w->credential.value = s->token;
    return rc;
}

static int m2m_apply(struct world *w, struct rng *rng, struct world_secrets *s, struct err *err)
{
    int given = w->options.spec->given.credential;
    int rc = 0;
    if (given == GIVEN_WRONG_SECRET) {
        rc = wrong_apply(w, rng, &s->client_secret, "wrong_client_secret", "client-secret", err);
        if (rc == 0 && s->azure.client_secret != NULL) {
            s->azure.client_secret = wrong_value(w->arena, rng, s->azure.client_secret);
            rc = mock_add_canary(&w->mock, "wrong_azure_secret", "client-secret",
                                 s->azure.client_secret, err);
        }
    } else if (given == GIVEN_MISSING) {
        s->client_id = s->client_secret = "";
        s->azure.client_secret = s->azure.client_secret != NULL ? "" : NULL;
    } else if (given == GIVEN_EXPIRED) {
        w->could_not_run =
            "a client secret that has expired cannot be given in this version; leave "
            "mode m2m out of the case";
    }
    w->credential.value = s->client_secret;
    return rc;
}

static int federation_apply(struct world *w, struct rng *rng, struct world_secrets *s,
                            struct err *err)
{
    AUTO_JSON struct json *claims = json_object();
    json_set_string(claims, "aud", WORLD_ISSUER_AUDIENCE);
    json_set_string(claims, "sub", WORLD_WORKLOAD);
    const struct mock_minting minting = {.kind = "access-token",
                                         .principal = WORLD_SERVICE_PRINCIPAL,
                                         .host = w->identity.host,
                                         .lifetime_ms = WORKLOAD_LIFETIME_MS,
                                         .issuer = WORLD_ISSUER,
                                         .claims = claims};
    int given = w->options.spec->given.credential;
    int rc = mock_mint(w->arena, &w->mock, &minting, &w->credential.name, &s->subject_token, err);
    if (rc == 0 && given == GIVEN_WRONG_SECRET) {
        rc = wrong_apply(w, rng, &s->subject_token, "wrong_subject_token", "assertion", err);
    } else if (given == GIVEN_MISSING) {
        s->subject_token = "";
    }
    w->credential.value = s->subject_token;
    return rc;
}

static int entra_apply(struct world *w, struct rng *rng, struct world_secrets *s, struct err *err)
{
    int given = w->options.spec->given.credential;
    int rc = 0;
    if (s->azure.client_secret == NULL) {
        return err_set(err, ERR_INTERNAL, "this mode is of Azure alone");
    }
    if (given == GIVEN_WRONG_SECRET) {
        rc = wrong_apply(w, rng, &s->azure.client_secret, "wrong_azure_secret", "client-secret",
                         err);
    } else if (given == GIVEN_MISSING) {
        s->azure.client_secret = "";
    }
    w->credential.value = s->azure.client_secret;
    return rc;
}

/* What the user signed in with at the application that now asks on behalf of it. */
static int obo_apply(struct world *w, struct rng *rng, struct world_secrets *s, struct err *err)
{
    const struct mock_minting minting = {.kind = "access-token",
                                         .principal = WORLD_USER,
                                         .host = w->identity.host,
                                         .entra_app = WORLD_ENTRA_APP};
    const char *name = NULL;
    int rc = entra_apply(w, rng, s, err);
    return rc < 0 ? rc : mock_mint(w->arena, &w->mock, &minting, &name, &s->token, err);
}

int world_credential_apply(struct world *w, struct rng *rng, struct world_secrets *secrets,
                           struct err *err)
{
    const char *client_id = secrets->client_id;
    bool service = mode_is_service(w->options.mode);
    w->credential.principal = service ? WORLD_SERVICE_PRINCIPAL : WORLD_USER;
    int rc = -1;
    switch (w->options.mode) {
    case MODE_PAT:
        rc = pat_apply(w, rng, secrets, err);
        break;
    case MODE_M2M:
        rc = m2m_apply(w, rng, secrets, err);
        break;
    case MODE_TOKEN:
        rc = token_apply(w, rng, secrets, err);
        break;
    case MODE_FEDERATION:
        rc = federation_apply(w, rng, secrets, err);
        break;
    case MODE_ENTRA:
        rc = entra_apply(w, rng, secrets, err);
        break;
    case MODE_OBO:
        rc = obo_apply(w, rng, secrets, err);
        break;
    case MODE_GOOGLE_CREDENTIALS:
        rc = world_google_apply(w, &secrets->google, err);
        break;
    case MODE_GOOGLE_ID: /* here and below the machine is the credential */
    case MODE_MSI:
    case MODE_U2M: /* here and below the user signs in */
    case MODE_U2M_BUILT_IN:
        rc = 0;
        break;
    case MODE_COUNT:
        rc = err_set(err, ERR_INTERNAL, "no credential is handed out in this mode");
        break;
    }
    w->identity.principal = w->credential.principal;
    w->identity.client_id = w->options.mode == MODE_U2M            ? secrets->app_id
                            : w->options.mode == MODE_U2M_BUILT_IN ? WORLD_BUILT_IN_APP
                            : service                              ? client_id
                                                                   : NULL;
    return rc;
}
