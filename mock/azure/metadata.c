/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/key.h"
#include "mock/azure/entra.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"

/* OpenID Connect Discovery 1.0 as Microsoft identity platform fills it. URLs begin with the origin
 * that the client used; the issuer does not depend on it. */

static void set_list(struct json *o, const char *key, const char *const *items)
{
    struct json *list = json_array();
    for (; *items != NULL; items++) {
        json_push(list, json_string(*items));
    }
    json_set(o, key, list);
}

static int metadata(struct exchange *x, bool v2)
{
    static const char *const auth_methods[] = {"client_secret_post", "private_key_jwt",
                                               "client_secret_basic", NULL};
    static const char *const modes[] = {"query", "fragment", "form_post", NULL};
    static const char *const types[] = {"code", NULL};
    static const char *const subjects[] = {"pairwise", NULL};
    static const char *const algs[] = {"RS256", NULL};
    static const char *const scopes[] = {"openid", "profile", "email", "offline_access", NULL};
    struct entra_call call;
    if (!entra_tenant_take(x, !v2, &call)) {
        return 0;
    }
    struct arena *a = x->req->arena;
    const char *tenant = arena_printf(a, "%s/%s", http_req_origin(x->req), call.tenant->id);
    const char *endpoints = arena_printf(a, "%s/oauth2%s", tenant, v2 ? "/v2.0" : "");
    struct json *o = json_object();
    json_set_string(o, "token_endpoint", arena_printf(a, "%s/token", endpoints));
    set_list(o, "token_endpoint_auth_methods_supported", auth_methods);
    json_set_string(o, "jwks_uri",
                    arena_printf(a, "%s/discovery%s/keys", tenant, v2 ? "/v2.0" : ""));
    set_list(o, "response_modes_supported", modes);
    set_list(o, "subject_types_supported", subjects);
    set_list(o, "id_token_signing_alg_values_supported", algs);
    set_list(o, "response_types_supported", types);
    set_list(o, "scopes_supported", scopes);
    json_set_string(
        o, "issuer",
        v2 ? arena_printf(a, "https://%s/%s/v2.0", call.cloud->login_host, call.tenant->id)
           : arena_printf(a, "%s/%s/", call.cloud->sts_issuer, call.tenant->id));
    json_set_string(o, "authorization_endpoint", arena_printf(a, "%s/authorize", endpoints));
    json_set_string(o, "cloud_instance_name", call.cloud->login_host);
    http_reply_json(x->req, x->reply, 200, o);
    aadsts_headers(x);
    return 0;
}

int entra_metadata_v1(struct exchange *x, struct err *err UNUSED)
{
    return metadata(x, false);
}

int entra_metadata_v2(struct exchange *x, struct err *err UNUSED)
{
    return metadata(x, true);
}

int entra_keys(struct exchange *x, struct err *err UNUSED)
{
    struct entra_call call;
    if (!entra_tenant_take(x, false, &call)) {
        return 0;
    }
    struct json *keys = json_array(), *o = json_object();
    json_push(keys, crypto_key_jwk(service_key_entra(call.state->service_keys)));
    json_set(o, "keys", keys);
    http_reply_json(x->req, x->reply, 200, o);
    aadsts_headers(x);
    return 0;
}

/* Which hosts are one cloud: MSAL asks before it trusts an authority. */
int entra_instance(struct exchange *x, struct err *err UNUSED)
{
    struct arena *a = x->req->arena;
    const struct entra_cloud *cloud = entra_cloud_of(x->req->host);
    const char *tenant = "common";
    const struct url_param *p = params_get(&x->req->params, "authorization_endpoint");
    struct url url;
    struct err ignored = {0};
    if (p != NULL && url_parse(a, p->value, &url, &ignored) == 0) {
        struct str rest = str_slice(url.path, 1, url.path.len), first;
        tenant = str_split(&rest, '/', &first) ? arena_strndup(a, first.ptr, first.len) : tenant;
    }
    struct json *aliases = json_array(), *row = json_object(), *list = json_array();
    json_push(aliases, json_string(cloud->login_host));
    for (const char *const *alias = cloud->aliases; *alias != NULL; alias++) {
        json_push(aliases, json_string(*alias));
    }
    json_set_string(row, "preferred_network", cloud->login_host);
    json_set_string(row, "preferred_cache", cloud->aliases[0]);
    json_set(row, "aliases", aliases);
    json_push(list, row);
    struct json *o = json_object();
    json_set_string(o, "tenant_discovery_endpoint",
                    arena_printf(a, "%s/%s/v2.0/.well-known/openid-configuration",
                                 http_req_origin(x->req), tenant));
    json_set_string(o, "api-version", "1.1");
    json_set(o, "metadata", list);
    http_reply_json(x->req, x->reply, 200, o);
    aadsts_headers(x);
    return 0;
}
