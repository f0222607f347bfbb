/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/discovery.h"

#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/http/reply_memo.h"
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/place.h"
#include "mock/state/key_ring.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/workspace_store.h"

#define JSON_UTF8 "application/json; charset=UTF-8"

/* JSON allows "\/" for "/" (RFC 8259 section 7) and the service writes it so: a client that looks
 * for a URL with a string search finds none. */
static void reply_escaped(struct exchange *x, struct json *body_take)
{
    AUTO_BUF struct buf plain = {0}, escaped = {0};
    json_write(&plain, body_take);
    json_free(body_take);
    for (size_t i = 0; i < plain.len; i++) {
        if (plain.ptr[i] == '/') {
            buf_add_char(&escaped, '\\');
        }
        buf_add_char(&escaped, plain.ptr[i]);
    }
    http_reply_text(x->req, x->reply, 200, JSON_UTF8, buf_str(&escaped));
    access_service_headers(x);
}

static void reply_plain(struct exchange *x, struct json *body_take)
{
    http_reply_json(x->req, x->reply, 200, body_take);
    access_service_headers(x);
}

static void set_list(struct json *o, const char *key, const char *const *items, size_t count)
{
    struct json *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_push(list, json_string(items[i]));
    }
    json_set(o, key, list);
}
#define SET_LIST(o, key, ...)                              \
    do {                                                   \
        static const char *const items_[] = {__VA_ARGS__}; \
        set_list((o), (key), items_, ARRAY_LEN(items_));   \
    } while (0)

/* What is really served: a grant is listed when its row says so. */
static struct json *grant_types(const struct mock_state *s)
{
    struct json *list = json_array();
    const struct grant *g;
    for (size_t i = 0; (g = grant_at(i)) != NULL; i++) {
        if (g->advertised && (g->is_served == NULL || g->is_served(s))) {
            json_push(list, json_string(g->grant_type));
        }
    }
    return list;
}

/* Beyond the recorded document, only while the scenario has it. */
static void set_extensions(struct json *o, struct exchange *x, const char *issuer)
{
    const struct mock_state *s = x->state;
    struct arena *a = x->req->arena;
    if (s->oidc->knobs.extensions) {
        json_set_string(o, "introspection_endpoint", arena_printf(a, "%s/v1/introspect", issuer));
        json_set_string(o, "revocation_endpoint", arena_printf(a, "%s/v1/revoke", issuer));
        json_set_string(o, "userinfo_endpoint", arena_printf(a, "%s/v1/userinfo", issuer));
        json_set_string(o, "end_session_endpoint", arena_printf(a, "%s/v1/end_session", issuer));
    }
    if (s->oidc->knobs.has_device_flow) {
        json_set_string(o, "device_authorization_endpoint",
                        arena_printf(a, "%s/v1/device_authorization", issuer));
    }
    if (s->oidc->knobs.authorize_iss) {
        json_set_bool(o, "authorization_response_iss_parameter_supported", true);
    }
    if (oidc_has_client_keys(s)) {
        json_push(json_get_mutable(o, "token_endpoint_auth_methods_supported"),
                  json_string("private_key_jwt"));
        SET_LIST(o, "token_endpoint_auth_signing_alg_values_supported", "RS256", "ES256");
    }
}

/* Recorded: keys are at a regional host. A scenario names one that leads here. */
static const char *jwks_uri(struct exchange *x, const char *issuer)
{
    const struct mock_state *s = x->state;
    const char *host = s->oidc->knobs.jwks_host, *origin = http_req_origin(x->req);
    struct arena *a = x->req->arena;
    if (host == NULL) {
        return arena_printf(a, "%s/jwks.json", issuer);
    }
    struct str authority = str_of(strstr(origin, "://") + 3), asked = x->req->host;
    bool has_port = authority.len > asked.len;
    return arena_printf(a, "%s://%s%s%s/jwks.json", x->req->tls ? "https" : "http", host,
                        has_port ? authority.ptr + asked.len : "", issuer + strlen(origin));
}

static bool is_jwks_host(const struct exchange *x)
{
    const struct mock_state *s = x->state;
    const char *host = s->oidc->knobs.jwks_host;
    return host != NULL && str_eq_z(x->req->host, host);
}

static struct json *metadata_make(struct exchange *x, const char *issuer)
{
    struct arena *a = x->req->arena;
    struct json *o = json_object();
    json_set_string(o, "authorization_endpoint", arena_printf(a, "%s/v1/authorize", issuer));
    json_set_string(o, "token_endpoint", arena_printf(a, "%s/v1/token", issuer));
    json_set_string(o, "issuer", issuer);
    json_set_string(o, "jwks_uri", jwks_uri(x, issuer));
    SET_LIST(o, "scopes_supported", "all-apis", "email", "offline_access", "openid", "profile",
             "sql");
    SET_LIST(o, "response_types_supported", "code", "id_token");
    SET_LIST(o, "response_modes_supported", "query", "fragment", "form_post");
    json_set(o, "grant_types_supported", grant_types(x->state));
    SET_LIST(o, "code_challenge_methods_supported", "S256");
    SET_LIST(o, "token_endpoint_auth_methods_supported", "client_secret_basic",
             "client_secret_post", "none");
    SET_LIST(o, "subject_types_supported", "public");
    SET_LIST(o, "id_token_signing_alg_values_supported", "RS256");
    SET_LIST(o, "claims_supported", "iss", "sub", "aud", "iat", "exp", "jti", "name", "family_name",
             "given_name", "preferred_username");
    json_set_bool(o, "request_uri_parameter_supported", false);
    set_extensions(o, x, issuer);
    return o;
}

/* Asked for again and again by every client: made once per scheme, authority and target, which are
 * all that these documents depend on besides the state. */
static struct str memo_key(struct exchange *x)
{
    const struct http_field *host = http_req_header(x->req, "Host");
    const struct str parts[] = {x->req->tls ? STR("https") : STR("http"),
                                host != NULL ? host->value : STR(""), x->req->target};
    size_t len = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        len += parts[i].len + 1;
    }
    char *key = arena_alloc(x->req->arena, len), *at = key;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        at = (char *)mempcpy(at, parts[i].ptr, parts[i].len);
        *at++ = '\n'; /* in none of them */
    }
    return str_n(key, len);
}

static bool reply_again(struct exchange *x)
{
    const struct mock_state *s = x->state;
    x->reply->keep_key = memo_key(x);
    return reply_memo_answer(s->memo, x->reply->keep_key, x->req, x->reply) || x->kept_only;
}

static void reply_metadata(struct exchange *x, const struct oidc_place *place)
{
    reply_escaped(x, metadata_make(x, place->issuer));
}

static void reply_keys(struct exchange *x)
{
    const struct mock_state *s = x->state;
    reply_plain(x, key_ring_jwks(s->keys));
}

int discovery_metadata(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (!reply_again(x) && oidc_place_of_workspace(x, &place)) {
        reply_metadata(x, &place);
    }
    return 0;
}

int discovery_account_metadata(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (!reply_again(x) && oidc_place_of_account(x, &place)) {
        reply_metadata(x, &place);
    }
    return 0;
}

int discovery_keys(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (!reply_again(x) && (is_jwks_host(x) || oidc_place_of_workspace(x, &place))) {
        reply_keys(x);
    }
    return 0;
}

int discovery_account_keys(struct exchange *x, struct err *err UNUSED)
{
    struct oidc_place place;
    if (!reply_again(x) && oidc_place_of_account(x, &place)) {
        reply_keys(x);
    }
    return 0;
}

/* Of the consoles that there are; another host's name says nothing, and any workspace tells. */
static const char *console_cloud(const struct exchange *x, const struct workspace *w)
{
    struct str host = x->req->host;
    return str_ends(host, STR(".azuredatabricks.net"))    ? "Azure"
           : str_ends(host, STR(".gcp.databricks.com"))   ? "GCP"
           : str_ends(host, STR(".cloud.databricks.com")) ? "AWS"
                                                          : w->cloud;
}

static void set_config_tail(struct json *o, const struct exchange *x, const char *cloud,
                            const char *host_type)
{
    const struct mock_state *s = x->state;
    const struct str_list *audiences = &s->oidc->knobs.federation_audiences;
    json_set_string(o, "cloud", cloud);
    json_set_string(o, "host_type", host_type);
    if (audiences->count > 0) {
        set_list(o, "token_federation_default_oidc_audiences", audiences->items, audiences->count);
    }
}

/* On a console host the account is for the client to fill in. */
static struct json *account_config(struct exchange *x, const struct workspace *w)
{
    struct json *o = json_object();
    json_set_string(
        o, "oidc_endpoint",
        arena_printf(x->req->arena, "%s/oidc/accounts/{account_id}", http_req_origin(x->req)));
    set_config_tail(o, x, console_cloud(x, w), "account");
    return o;
}

static struct json *workspace_config(struct exchange *x, const struct workspace *w)
{
    struct json *o = json_object();
    json_set_string(o, "oidc_endpoint",
                    arena_printf(x->req->arena, "%s/oidc", http_req_origin(x->req)));
    json_set_string(o, "account_id", w->account_id);
    json_set_string(o, "workspace_id", w->workspace_id);
    set_config_tail(o, x, w->cloud, "workspace");
    return o;
}

/* A console is the host of no workspace: any tells the cloud. */
int discovery_databricks_config(struct exchange *x, struct err *err UNUSED)
{
    const struct mock_state *s = x->state;
    if (reply_again(x)) {
        return 0;
    }
    bool console = host_is_account_console(x->req->host);
    const struct workspace *w =
        console ? workspace_store_at(s->workspaces, 0) : access_workspace(x);
    if (w != NULL) {
        reply_plain(x, console ? account_config(x, w) : workspace_config(x, w));
    } else if (console) {
        (void)access_workspace(x); /* there is none at all: refused as any host is */
    }
    return 0;
}

/* Where the account's id is missing in the path (databricks-sdk-py#298). */
int discovery_no_account(struct exchange *x, struct err *err UNUSED)
{
    recorded_error_reply(x->req, x->reply, "html-login", NULL);
    access_service_headers(x);
    return 0;
}
