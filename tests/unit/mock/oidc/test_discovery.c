/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/discovery.h"

#include "base/crypto/jwt.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(oidc_discovery, .init = set_up, .fini = tear_down);

static const struct desk_reply *get(const char *target, const char *host, bool tls)
{
    return desk_send(d, &(struct desk_request){.target = target, .host = host, .tls = tls});
}

static bool lists(const struct json *o, const char *key, const char *wanted)
{
    JSON_FOREACH(it, json_get(o, key)) {
        if (strcmp(json_string_or(it, ""), wanted) == 0) {
            return true;
        }
    }
    return false;
}

Test(oidc_discovery, metadata_urls_start_with_the_origin_the_client_used)
{
    const struct json *o = get("/oidc/.well-known/oauth-authorization-server", NULL, true)->json;
    cr_expect_str_eq(json_get_string(o, "issuer", ""), "https://ws.example.com/oidc");
    cr_expect_str_eq(json_get_string(o, "token_endpoint", ""),
                     "https://ws.example.com/oidc/v1/token");
    cr_expect_str_eq(json_get_string(o, "authorization_endpoint", ""),
                     "https://ws.example.com/oidc/v1/authorize");
    cr_expect_str_eq(json_get_string(o, "jwks_uri", ""), "https://ws.example.com/oidc/jwks.json");
    o = get("/oidc/.well-known/openid-configuration", "other.example.com", false)->json;
    cr_expect_str_eq(json_get_string(o, "issuer", ""), "http://other.example.com/oidc");
}

Test(oidc_discovery, metadata_slashes_are_escaped_as_recorded)
{
    const struct desk_reply *a = get("/oidc/.well-known/oauth-authorization-server", NULL, true);
    cr_expect_not_null(strstr(a->body, "https:\\/\\/ws.example.com\\/oidc\\/v1\\/token"));
    cr_expect_null(strstr(a->body, "://"));
}

Test(oidc_discovery, metadata_says_what_is_served)
{
    const struct json *o = get("/oidc/.well-known/oauth-authorization-server", NULL, true)->json;
    cr_expect(lists(o, "grant_types_supported", "client_credentials"));
    cr_expect(lists(o, "grant_types_supported", "refresh_token"));
    cr_expect(lists(o, "code_challenge_methods_supported", "S256"));
    cr_expect_not(lists(o, "code_challenge_methods_supported", "plain"));
    cr_expect(lists(o, "token_endpoint_auth_methods_supported", "client_secret_basic"));
}

Test(oidc_discovery, answers_carry_the_services_headers)
{
    (void)get("/oidc/.well-known/oauth-authorization-server", NULL, true);
    cr_expect_str_eq(desk_header(d, "content-type"), "application/json; charset=UTF-8");
    cr_expect_str_eq(desk_header(d, "server"), "databricks");
    cr_expect_str_eq(desk_header(d, "x-content-type-options"), "nosniff");
    cr_expect_eq(strlen(desk_header(d, "x-request-id")), 36);
}

Test(oidc_discovery, rfc_8414_path_insertion_is_not_served)
{
    cr_expect_null(get("/.well-known/oauth-authorization-server/oidc", NULL, true)->route);
}

Test(oidc_discovery, databricks_config_of_a_workspace)
{
    const struct json *o = get("/.well-known/databricks-config", NULL, true)->json;
    cr_expect_str_eq(json_get_string(o, "oidc_endpoint", ""), "https://ws.example.com/oidc");
    cr_expect_str_eq(json_get_string(o, "workspace_id", ""), "111");
    cr_expect_str_eq(json_get_string(o, "account_id", ""), DESK_ACCOUNT);
    cr_expect_str_eq(json_get_string(o, "cloud", ""), "AWS");
}

Test(oidc_discovery, databricks_config_of_a_console_leaves_the_placeholder)
{
    desk_load(d, "workspaces: [{}]\n");
    const struct json *o =
        get("/.well-known/databricks-config", "accounts.cloud.databricks.com", true)->json;
    cr_expect_str_eq(json_get_string(o, "oidc_endpoint", ""),
                     "https://accounts.cloud.databricks.com/oidc/accounts/{account_id}");
    cr_expect_null(json_get(o, "workspace_id"));
}

Test(oidc_discovery, a_consoles_name_tells_its_cloud)
{
    static const char *const rows[][2] = {{"accounts.cloud.databricks.com", "AWS"},
                                          {"accounts.azuredatabricks.net", "Azure"},
                                          {"accounts.gcp.databricks.com", "GCP"},
                                          {"accounts.example.com", "GCP"}};
    desk_load(d, "workspaces: [{cloud: GCP}]\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct json *o = get("/.well-known/databricks-config", rows[i][0], true)->json;
        cr_expect_str_eq(json_get_string(o, "cloud", ""), rows[i][1], "%s", rows[i][0]);
    }
}

Test(oidc_discovery, keys_can_be_at_a_regional_host)
{
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "oidc: {jwks_host: westeurope.example.net}\n");
    const struct json *o = get("/oidc/.well-known/oauth-authorization-server", NULL, true)->json;
    cr_expect_str_eq(json_get_string(o, "jwks_uri", ""),
                     "https://westeurope.example.net/oidc/jwks.json");
    cr_expect_str_eq(json_get_string(o, "issuer", ""), "https://ws.example.com/oidc");
    cr_expect_eq(get("/oidc/jwks.json", "westeurope.example.net", true)->reply.status, 200);
    cr_expect_eq(get("/oidc/jwks.json", "northeurope.example.net", true)->reply.status, 404);
    o = get("/oidc/accounts/" DESK_ACCOUNT "/.well-known/oauth-authorization-server",
            "accounts.cloud.databricks.com", true)
            ->json;
    cr_expect_str_eq(json_get_string(o, "jwks_uri", ""),
                     "https://westeurope.example.net/oidc/accounts/" DESK_ACCOUNT "/jwks.json");
}

Test(oidc_discovery, audiences_for_federation_are_told_when_the_scenario_has_them)
{
    cr_expect_null(json_get(get("/.well-known/databricks-config", NULL, true)->json,
                            "token_federation_default_oidc_audiences"));
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "oidc: {federation_audiences: [https://federation.example.com]}\n");
    const struct json *o = get("/.well-known/databricks-config", NULL, true)->json;
    const struct json *list = json_get(o, "token_federation_default_oidc_audiences");
    cr_assert_eq(json_count(list), 1);
    cr_expect_str_eq(json_string_or(json_at(list, 0), ""), "https://federation.example.com");
}

Test(oidc_discovery, a_path_without_an_account_shows_the_login_page)
{
    const struct desk_reply *a = get("/oidc/accounts//.well-known/oauth-authorization-server",
                                     "accounts.cloud.databricks.com", true);
    cr_expect_eq(a->reply.status, 200, "sdk-py#298");
    cr_expect_not_null(strstr(a->body, "<html"));
}

Test(oidc_discovery, account_metadata_has_the_accounts_issuer)
{
    const struct json *o =
        get("/oidc/accounts/" DESK_ACCOUNT "/.well-known/oauth-authorization-server",
            "accounts.cloud.databricks.com", true)
            ->json;
    cr_expect_str_eq(json_get_string(o, "issuer", ""),
                     "https://accounts.cloud.databricks.com/oidc/accounts/" DESK_ACCOUNT);
    cr_expect_str_eq(json_get_string(o, "token_endpoint", ""),
                     "https://accounts.cloud.databricks.com/oidc/accounts/" DESK_ACCOUNT
                     "/v1/token");
}

Test(oidc_discovery, a_host_without_workspace_is_not_found)
{
    cr_expect_eq(get("/.well-known/databricks-config", "nobody.example.com", true)->reply.status,
                 404);
}

Test(oidc_discovery, an_issued_token_verifies_against_the_served_keys)
{
    struct err err = {0};
    char basic[256];
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.method = "POST",
                                            .target = "/oidc/v1/token",
                                            .authorization = desk_basic(DESK_CLIENT_ID, DESK_SECRET,
                                                                        basic, sizeof(basic)),
                                            .content_type = "application/x-www-form-urlencoded",
                                            .body = "grant_type=client_credentials&scope=sql",
                                            .tls = true});
    char token[4096];
    (void)snprintf(token, sizeof(token), "%s", json_get_string(a->json, "access_token", ""));
    const struct json *jwk = json_at(json_get(get("/oidc/jwks.json", NULL, true)->json, "keys"), 0);
    cr_expect_null(json_get(jwk, "d"), "the private half stays here");
    struct crypto_key *key = crypto_key_from_jwk(jwk, &err);
    cr_assert_not_null(key, "%s", err.msg);
    AUTO_JWT struct jwt jwt = {0};
    cr_assert_eq(jwt_parse(str_of(token), &jwt, &err), 0, "%s", err.msg);
    cr_expect(jwt_verify(&jwt, key));
    cr_expect_str_eq(json_get_string(jwt.header, "alg", ""), "RS256");
    cr_expect_str_eq(json_get_string(jwt.header, "typ", ""), "at+jwt");
    cr_expect_str_eq(json_get_string(jwt.header, "kid", ""), json_get_string(jwk, "kid", "-"));
    cr_expect_str_eq(json_get_string(jwt.claims, "iss", ""), "https://ws.example.com/oidc");
    cr_expect_str_eq(json_get_string(jwt.claims, "aud", ""), "111");
    cr_expect_str_eq(json_get_string(jwt.claims, "sub", ""), DESK_CLIENT_ID);
    cr_expect_str_eq(json_get_string(jwt.claims, "client_id", ""), DESK_CLIENT_ID);
    cr_expect_str_eq(json_get_string(jwt.claims, "scope", ""), "sql");
    cr_expect_eq(json_get_int(jwt.claims, "exp", 0) - json_get_int(jwt.claims, "iat", 0), 3600);
    crypto_key_free(key);
}
