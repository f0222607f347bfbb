/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/issuer_token.h"

#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "base/secret/secret.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"

enum { MS_PER_S = 1000 };

const char *token_issuer_iss(const struct token_issuer *issuer)
{
    static const char *const own[] = {
        [ISSUER_GENERIC] = NULL,
        [ISSUER_GITHUB] = "https://token.actions.githubusercontent.com",
        [ISSUER_AZURE_DEVOPS] = "https://vstoken.dev.azure.com/assay",
        [ISSUER_GCP] = "https://accounts.google.com",
    };
    return issuer->spec.issuer != NULL ? issuer->spec.issuer : own[issuer->spec.kind];
}

static void copy_members(struct json *to, const struct json *from)
{
    JSON_FOREACH(member, from) {
        json_set(to, json_key(member), json_copy(member));
    }
}

static struct json *claims_make(struct mock_state *s, const struct issuer_token_request *r)
{
    const struct scenario_issuer *spec = &r->issuer->spec;
    int64_t now_ms = mock_state_now_ms(s);
    char jti[37];
    struct json *c = json_object();
    json_set_string(c, "iss", r->iss != NULL ? r->iss : token_issuer_iss(r->issuer));
    json_set_string(c, "sub", spec->subject);
    json_set(c, "aud",
             r->audience.len > 0 ? json_string_n(r->audience.ptr, r->audience.len)
                                 : json_string(spec->audience));
    json_set_int(c, "iat", now_ms / MS_PER_S);
    json_set_int(c, "nbf", now_ms / MS_PER_S);
    json_set_int(c, "exp", (now_ms + spec->token_lifetime_ms) / MS_PER_S);
    json_set_string(c, "jti", rng_uuid(&s->rng, jti));
    copy_members(c, r->claims);
    copy_members(c, r->issuer->claims);
    return c;
}

int issuer_token_mint(struct mock_state *s, const struct issuer_token_request *r,
                      const char **ret_name, struct str *ret_value, struct err *err)
{
    AUTO_BUF struct buf value = {0};
    AUTO_JSON struct json *claims = claims_make(s, r);
    if (service_count_one(s, err) < 0 ||
        jwt_sign(service_key_issuer(s->service_keys), "JWT", claims, &value, err) < 0) {
        return err_wrap(err, "signing a token of %s", r->issuer->spec.name);
    }
    AUTO_FREE char *name =
        xasprintf("%s_id_token_%lld", r->issuer->spec.name, (long long)++s->services->named);
    const struct canary *c = service_canary_add(s, name, SECRET_ASSERTION, buf_str(&value));
    *ret_name = c->name;
    *ret_value = secret_reveal(c->value);
    return 0;
}

static bool is_of_tenant(struct str iss, const char *tenant_id)
{
    static const char *const begins[] = {
        "https://sts.windows.net/", "https://login.microsoftonline.com/",
        "https://sts.chinacloudapi.cn/", "https://login.microsoftonline.us/",
        "https://login.partner.microsoftonline.cn/"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        struct str begin = str_of(begins[i]);
        if (str_starts(iss, begin)) {
            struct str rest = str_slice(iss, begin.len, iss.len), id;
            return str_split(&rest, '/', &id) && str_eq_nocase(id, str_of(tenant_id));
        }
    }
    return false;
}

const struct crypto_key *issuer_key_find(const struct mock_state *s, struct str iss)
{
    VEC_FOREACH(const struct token_issuer, i, &s->services->issuers) {
        const char *known = token_issuer_iss(i);
        if (known != NULL && str_eq_z(iss, known)) {
            return service_key_issuer(s->service_keys);
        }
    }
    VEC_FOREACH(const struct tenant, t, &s->services->tenants) {
        if (is_of_tenant(iss, t->id)) {
            return service_key_entra(s->service_keys);
        }
    }
    return NULL;
}
