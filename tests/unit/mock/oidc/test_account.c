/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/account/account.h"

#include "tests/unit/mock/oidc/oidc_flow.h"
#include "tests/unit/mock/oidc/oidc_jwt.h"

#include <criterion/criterion.h>

#define API       "/api/2.0/accounts/" DESK_ACCOUNT
#define CUSTOM    API "/oauth2/custom-app-integrations"
#define PUBLISHED API "/oauth2/published-app-integrations"
#define ROBOT_ID  "4000000000001"
#define SECRETS   API "/servicePrincipals/" ROBOT_ID "/credentials/secrets"
#define POLICIES  API "/federationPolicies"

static struct flow f;
static const char *admin;

static const char *account_bearer(const char *principal)
{
    return arena_strdup(f.arena, desk_bearer(f.desk, &(struct mock_mint){.kind = "access-token",
                                                                         .principal = principal,
                                                                         .account = true}));
}

static void set_up(void)
{
    flow_init(&f, "");
    admin = account_bearer("admin-robot");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_account, .init = set_up, .fini = tear_down);

static const struct desk_reply *call(const char *method, const char *target, const char *body)
{
    return desk_send(f.desk, &(struct desk_request){.method = method,
                                                    .target = target,
                                                    .host = "accounts.cloud.databricks.com",
                                                    .authorization = admin,
                                                    .content_type = "application/json",
                                                    .body = body});
}

static const struct desk_reply *ok(const char *method, const char *target, const char *body)
{
    const struct desk_reply *a = call(method, target, body);
    cr_assert_eq(a->reply.status, 200, "%s %s: %s", method, target, a->body);
    return a;
}

Test(oidc_account, only_an_account_admin_with_an_account_token_may)
{
    const char *workspace =
        arena_strdup(f.arena, desk_bearer(f.desk, &(struct mock_mint){.kind = "access-token",
                                                                      .principal = "admin-robot"}));
    const struct {
        const char *what, *authorization, *code;
        int status;
    } rows[] = {
        {"nobody", NULL, NULL, 401},
        {"a PAT", "Bearer " DESK_PAT, NULL, 401},
        {"a workspace's token", workspace, NULL, 403},
        {"who is no admin", account_bearer("robot"), "PERMISSION_DENIED", 403},
        {"garbage", "Bearer garbage", NULL, 403},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct desk_reply *a =
            desk_send(f.desk, &(struct desk_request){.target = CUSTOM,
                                                     .host = "accounts.cloud.databricks.com",
                                                     .authorization = rows[i].authorization});
        cr_expect_eq(a->reply.status, rows[i].status, "%s: %s", rows[i].what, a->body);
        if (rows[i].code != NULL) {
            cr_expect_str_eq(json_get_string(a->json, "error_code", ""), rows[i].code);
        }
    }
    (void)ok("GET", CUSTOM, NULL);
    cr_expect_eq(
        call("GET", "/api/2.0/accounts/nobody/oauth2/custom-app-integrations", NULL)->reply.status,
        403);
}

Test(oidc_account, an_application_lives_from_create_to_delete)
{
    const struct json *o = ok("POST", CUSTOM,
                              "{\"name\":\"new\",\"redirect_urls\":[\"" FLOW_LOOPBACK "\"],"
                              "\"confidential\":false,\"scopes\":[\"all-apis\",\"offline_access\"],"
                              "\"token_access_policy\":{\"access_token_ttl_in_minutes\":10,"
                              "\"enable_single_use_refresh_tokens\":true}}")
                               ->json;
    cr_expect_null(json_get(o, "client_secret"));
    const char *client_id = flow_kept(&f, "client_id");
    const char *path = arena_printf(f.arena, CUSTOM "/%s", flow_kept(&f, "integration_id"));
    o = ok("GET", path, NULL)->json;
    cr_expect_str_eq(json_get_string(o, "name", ""), "new");
    const struct json *policy = json_get(o, "token_access_policy");
    cr_expect_eq(json_get_int(policy, "access_token_ttl_in_minutes", 0), 10);
    const char *rt = flow_refresh_token(&f, client_id);
    cr_expect_eq(json_get_int(f.desk->last.json, "expires_in", 0), 600);
    (void)flow_token(&f,
                     arena_printf(f.arena, "grant_type=refresh_token&client_id=%s&refresh_token=%s",
                                  client_id, rt));
    cr_expect_str_neq(flow_kept(&f, "refresh_token"), rt, "its tokens are for single use");
    (void)ok("PATCH", path, "{\"redirect_urls\":[\"https://moved.example.com/cb\"]}");
    cr_expect_eq(flow_authorize(&f, client_id, "")->reply.status, 400);
    o = ok("GET", path, NULL)->json;
    cr_expect_eq(json_count(json_get(o, "redirect_urls")), 1, "lists are replaced");
    cr_expect_eq(json_count(json_get(o, "scopes")), 2, "what is not given stays");
    (void)ok("DELETE", path, NULL);
    cr_expect_eq(call("GET", path, NULL)->reply.status, 404);
    cr_expect_eq(flow_authorize(&f, client_id, "")->reply.status, 400);
}

Test(oidc_account, a_confidential_application_shows_its_secret_once)
{
    (void)ok("POST", CUSTOM,
             "{\"name\":\"c\",\"confidential\":true,\"redirect_urls\":[\"" FLOW_WEB "\"]}");
    const char *secret = flow_kept(&f, "client_secret");
    cr_expect(str_starts(str_of(secret), STR("dose")));
    cr_expect_not_null(secret_set_find(f.desk->state->canaries, str_of(secret)));
    const char *path = arena_printf(f.arena, CUSTOM "/%s", flow_kept(&f, "integration_id"));
    cr_expect_null(strstr(ok("GET", path, NULL)->body, secret));
    cr_expect_null(strstr(ok("GET", CUSTOM, NULL)->body, secret));
}

Test(oidc_account, what_is_malformed_is_refused)
{
    static const struct {
        const char *body, *code;
    } rows[] = {
        {"", "MALFORMED_REQUEST"},
        {"[]", "MALFORMED_REQUEST"},
        {"{\"redirect_urls\":[]}", "INVALID_PARAMETER_VALUE"},
        {"{\"name\":\"x\",\"redirect_urls\":\"http://localhost\"}", "INVALID_PARAMETER_VALUE"},
        {"{\"name\":\"x\",\"redirect_urls\":[\"http://a\\r\\nX: y\"]}", "INVALID_PARAMETER_VALUE"},
        {"{\"name\":\"x\",\"scopes\":[\"a b\"]}", "INVALID_PARAMETER_VALUE"},
        {"{\"name\":\"x\",\"token_access_policy\":{\"access_token_ttl_in_minutes\":0}}",
         "INVALID_PARAMETER_VALUE"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct desk_reply *a = call("POST", CUSTOM, rows[i].body);
        cr_expect_eq(a->reply.status, 400, "%s", rows[i].body);
        cr_expect_str_eq(json_get_string(a->json, "error_code", ""), rows[i].code, "%s",
                         rows[i].body);
    }
}

Test(oidc_account, lists_come_in_pages)
{
    size_t seen = 0, pages = 0;
    const char *token = "0";
    while (token[0] != '\0' && pages < 10) {
        const struct json *o =
            ok("GET", arena_printf(f.arena, CUSTOM "?page_size=3&page_token=%s", token), NULL)
                ->json;
        seen += json_count(json_get(o, "apps"));
        token = flow_kept(&f, "next_page_token");
        pages++;
    }
    cr_expect_eq(seen, 4);
    cr_expect_eq(pages, 2);
    cr_expect_eq(call("GET", CUSTOM "?page_token=x", NULL)->reply.status, 400);
}

Test(oidc_account, a_published_application_can_be_switched_off)
{
    const struct desk_reply *a = ok("GET", API "/oauth2/published-apps", NULL);
    cr_expect_not_null(strstr(a->body, "\"client_id\":\"dbt-databricks\""));
    cr_expect_not_null(strstr(a->body, "\"is_confidential_client\":false"));
    (void)ok("DELETE", PUBLISHED "/databricks-cli", NULL);
    cr_expect_eq(flow_authorize(&f, "databricks-cli", "")->reply.status, 400);
    cr_expect_eq(call("GET", PUBLISHED "/databricks-cli", NULL)->reply.status, 404);
    (void)ok("POST", PUBLISHED, "{\"app_id\":\"databricks-cli\"}");
    cr_expect_eq(flow_authorize(&f, "databricks-cli", "")->reply.status, 302);
    cr_expect_eq(call("POST", PUBLISHED, "{\"app_id\":\"databricks-cli\"}")->reply.status, 400);
}

static int m2m_status(const char *secret)
{
    return flow_token(&f, arena_printf(f.arena,
                                       "grant_type=client_credentials&client_id=" DESK_CLIENT_ID
                                       "&client_secret=%s",
                                       secret))
        ->reply.status;
}

Test(oidc_account, secrets_of_service_principals)
{
    const struct json *o = ok("POST", SECRETS, "{\"lifetime\":\"60s\"}")->json;
    cr_expect_str_eq(json_get_string(o, "status", ""), "ACTIVE");
    cr_expect_eq(strlen(json_get_string(o, "secret_hash", "")), 64);
    const char *secret = flow_kept(&f, "secret"), *id = flow_kept(&f, "id");
    cr_expect_eq(m2m_status(secret), 200);
    cr_expect_eq(m2m_status(DESK_SECRET), 200, "the first one stays");
    cr_expect_null(strstr(ok("GET", SECRETS, NULL)->body, secret), "shown once");
    clock_advance_ms(&f.desk->clock, 60 * 1000);
    cr_expect_eq(m2m_status(secret), 401);
    cr_expect_eq(f.desk->last.notes.credential.state, CREDENTIAL_EXPIRED);
    (void)ok("DELETE", arena_printf(f.arena, SECRETS "/%s", id), NULL);
    cr_expect_eq(call("DELETE", arena_printf(f.arena, SECRETS "/%s", id), NULL)->reply.status, 404);
    for (int i = 0; i < 4; i++) {
        (void)ok("POST", SECRETS, NULL);
    }
    cr_expect_eq(call("POST", SECRETS, NULL)->reply.status, 400, "five at most");
    cr_expect_eq(call("POST", SECRETS, "{\"lifetime\":\"63072001s\"}")->reply.status, 400);
    cr_expect_eq(call("GET", API "/servicePrincipals/1/credentials/secrets", NULL)->reply.status,
                 404);
}

#define EXCHANGE                                                  \
    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&" \
    "subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token="

Test(oidc_account, a_federation_policy_opens_and_closes_the_exchange)
{
    struct other_claims claims = {.iss = "https://idp.example.com",
                                  .sub = "user@example.com",
                                  .aud = DESK_ACCOUNT,
                                  .exp_s = clock_wall_s(&f.desk->clock) + 600};
    const char *exchange =
        arena_printf(f.arena, EXCHANGE "%s", other_jwt(f.arena, KEY_ES256, &claims));
    cr_assert_eq(flow_token(&f, exchange)->reply.status, 400);
    AUTO_BUF struct buf jwks = {0};
    json_write_string(&jwks, str_of(other_jwks(f.arena, KEY_ES256)));
    const char *body = arena_printf(
        f.arena, "{\"oidc_policy\":{\"issuer\":\"https://idp.example.com\",\"jwks_json\":%s}}",
        buf_z(&jwks));
    const struct json *o = ok("POST", POLICIES "?policy_id=idp", body)->json;
    cr_expect_str_eq(json_get_string(o, "name", ""),
                     "accounts/" DESK_ACCOUNT "/federationPolicies/idp");
    cr_expect_eq(flow_token(&f, exchange)->reply.status, 200, "%s", f.desk->last.body);
    cr_expect_eq(call("POST", POLICIES "?policy_id=idp", body)->reply.status, 400, "taken");
    (void)ok("PATCH", POLICIES "/idp", "{\"oidc_policy\":{\"audiences\":[\"elsewhere\"]}}");
    cr_expect_eq(flow_token(&f, exchange)->reply.status, 400);
    (void)ok("PATCH", POLICIES "/idp", "{\"oidc_policy\":{\"audiences\":[\"" DESK_ACCOUNT "\"]}}");
    cr_expect_eq(flow_token(&f, exchange)->reply.status, 200, "its keys stay: %s",
                 f.desk->last.body);
    cr_expect_eq(json_count(json_get(ok("GET", POLICIES, NULL)->json, "policies")), 1);
    (void)ok("DELETE", POLICIES "/idp", NULL);
    cr_expect_eq(flow_token(&f, exchange)->reply.status, 400);
    cr_expect_eq(call("GET", POLICIES "/idp", NULL)->reply.status, 404);
}

Test(oidc_account, a_service_principals_policy_needs_a_subject)
{
    const char *path = API "/servicePrincipals/" ROBOT_ID "/federationPolicies";
    const char *without = "{\"oidc_policy\":{\"issuer\":\"https://idp.example.com\"}}";
    cr_expect_eq(call("POST", path, without)->reply.status, 400);
    const struct json *o = ok("POST", path,
                              "{\"oidc_policy\":{\"issuer\":\"https://idp.example.com\","
                              "\"subject\":\"workload\"}}")
                               ->json;
    cr_expect_str_eq(json_get_string(o, "policy_id", ""), "policy-1");
    cr_expect_eq(json_count(json_get(ok("GET", POLICIES, NULL)->json, "policies")), 0);
    (void)ok("GET", arena_printf(f.arena, "%s/policy-1", path), NULL);
    (void)ok("DELETE", arena_printf(f.arena, "%s/policy-1", path), NULL);
}
