/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "base/crypto/jwt.h"
#include "base/crypto/random.h"
#include "base/secret/secret.h"
#include "base/text/base64.h"
#include "mock/azure/aadsts.h"
#include "mock/azure/entra.h"
#include "mock/state/issuer_token.h"
#include "mock/state/service_store.h"
#include "tests/unit/mock/azure/azure_world.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define V2       "/" TENANT "/oauth2/v2.0/token"
#define V1       "/" TENANT "/oauth2/token"
#define CC       "grant_type=client_credentials"
#define ROBOT    "&client_id=" ROBOT_ID "&client_secret=${robot_entra_secret}"
#define SCOPE    "&scope=" DATABRICKS "%2F.default"
#define FACT     "server contract 6.1"
#define CODES(n) "error_codes.0=" #n ";error_description^=AADSTS" #n ": "
#define ASSERT                                                                      \
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A" \
    "jwt-bearer&client_assertion="
#define OBO  "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
#define TIER "&client_id=" TIER_ID "&client_secret=${tier_entra_secret}"

static struct site_desk *d;

/* The application cert has the public half of the ES256 test key. */
static void set_up(void)
{
    struct err err = {0};
    AUTO_BUF struct buf jwk = {0};
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(KEY_ES256), &err);
    AUTO_JSON struct json *public_half = crypto_key_jwk(key);
    json_write(&jwk, public_half);
    AUTO_FREE char *yaml = xasprintf(
        "%s      proof: {jwks: {\"keys\": [%s]}, federated_subject: \"repo:octo-org/octo-repo\",\n"
        "              federated_issuer: \"https://token.actions.githubusercontent.com\"}\n",
        AZURE_WORLD_BASE, buf_z(&jwk));
    d = site_desk_new(yaml);
    crypto_key_free(key);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(entra_token, .init = set_up, .fini = tear_down);

#define POST(path_, body_) .host = LOGIN, .target = (path_), .body = (body_), .source = FACT
#define OK(...)            .status = 200, .credential = CREDENTIAL_LIVE, __VA_ARGS__
#define BAD(status_, state_, expect_) \
    .status = (status_), .credential = CREDENTIAL_##state_, .expect = (expect_)

static const struct site_row client_rows[] = {
    {"secret in the body", POST(V2, CC ROBOT SCOPE),
     OK(.expect = "token_type=Bearer;expires_in=3599;ext_expires_in=3599;access_token^=eyJ;"
                  "refresh_token!;scope!;@cache-control^=no-store;@pragma=no-cache;@server!")},
    {"v1: numbers are strings", POST(V1, CC ROBOT "&resource=" DATABRICKS),
     OK(.expect = "expires_in=3599;expires_on?;not_before?;resource=" DATABRICKS)},
    {"v1 as sdk-py sends it", POST(V1, CC ROBOT "&resource=" DATABRICKS "&scope=all-apis"),
     OK(.expect = "access_token?")},
    {"v1 as sdk-java sends it, with an empty scope",
     POST(V1, CC ROBOT "&scope=&resource=" DATABRICKS), OK(.expect = "access_token?")},
    {"management token",
     POST(V1, CC ROBOT "&resource=https%3A%2F%2Fmanagement.core.windows.net%2F"),
     OK(.expect = "access_token?")},
    {"tenant by its domain", POST("/contoso.onmicrosoft.com/oauth2/v2.0/token", CC ROBOT SCOPE),
     OK(.expect = NULL)},
    {"another login host of the same cloud", .host = "login.windows.net", .target = V2,
     .body = CC ROBOT SCOPE, .source = FACT, OK(.expect = NULL)},
    {"unknown tenant", POST("/nowhere/oauth2/v2.0/token", CC ROBOT SCOPE),
     BAD(400, ABSENT, CODES(90002) ";error=invalid_request")},
    {"wrong secret", POST(V2, CC SCOPE "&client_id=" ROBOT_ID "&client_secret=wrongwrong"),
     BAD(401, WRONG,
         CODES(7000215) ";error=invalid_client;error_description*=\r\nTrace ID: "
                        ";error_description*=\r\n"
                        "Correlation ID: ;error_description*=\r\nTimestamp: ;timestamp?;trace_id?;"
                        "correlation_id?;error_uri=https://login.microsoftonline.com/"
                        "error?code=7000215")},
    {"another app's secret",
     POST(V2, CC SCOPE "&client_id=" ROBOT_ID "&client_secret=${guest_entra_secret}"),
     BAD(401, WRONG, CODES(7000215))},
    {"no secret", POST(V2, CC SCOPE "&client_id=" ROBOT_ID),
     BAD(401, ABSENT, CODES(7000218) ";error=invalid_client")},
    {"expired secret", POST(V2, CC SCOPE "&client_id=" OLD_ID "&client_secret=${old_entra_secret}"),
     BAD(401, EXPIRED, CODES(7000222) ";error=invalid_client")},
    {"unknown app",
     POST(V2, CC SCOPE "&client_id=dddddddd-0000-4000-8000-000000000001&client_secret=xxxxxxxxx"),
     BAD(400, UNKNOWN,
         CODES(700016) ";error=unauthorized_client;error_description*="
                       "dddddddd-0000-4000-8000-000000000001' was not found in the directory "
                       "'" TENANT)},
    {"app of another tenant", POST("/" OTHER_TENANT "/oauth2/v2.0/token", CC ROBOT SCOPE),
     BAD(400, UNKNOWN, CODES(700016))},
    {"no client id", POST(V2, CC SCOPE), BAD(400, ABSENT, CODES(900144))},
    {"a public client has no credentials", POST(V2, CC SCOPE "&client_id=" DESKTOP_ID),
     BAD(401, ABSENT, CODES(7000218))},
    {"a public client with a secret",
     POST(V2, CC SCOPE "&client_id=" DESKTOP_ID "&client_secret=xxxxxxxxx"),
     BAD(401, WRONG, CODES(700025))},
    {"all-apis is Databricks' scope", POST(V2, CC ROBOT "&scope=all-apis"),
     BAD(400, LIVE, CODES(1002012) ";error=invalid_scope")},
    {"doubly encoded", POST(V2, CC ROBOT "&scope=" DATABRICKS "%252F.default"),
     BAD(400, LIVE, CODES(1002012) ";error=invalid_scope")},
    {"two resources", POST(V2, CC ROBOT SCOPE "+https%3A%2F%2Fmanagement.azure.com%2F.default"),
     BAD(400, LIVE, CODES(70011) ";error=invalid_scope")},
    {"only /.default", POST(V2, CC ROBOT "&scope=%2F.default"), BAD(400, LIVE, CODES(70011))},
    {"no scope", POST(V2, CC ROBOT),
     BAD(400, LIVE, CODES(90014) ";error=invalid_request;error_description*='scope'")},
    {"v1 without a resource", POST(V1, CC ROBOT), BAD(400, LIVE, CODES(900144))},
    {"unknown resource", POST(V2, CC ROBOT "&scope=api%3A%2F%2Fnobody%2F.default"),
     BAD(400, LIVE, CODES(500011) ";error=invalid_resource")},
    {"no grant type", POST(V2, "client_id=" ROBOT_ID), BAD(400, ABSENT, CODES(900144))},
    {"unknown grant type", POST(V2, "grant_type=password" ROBOT SCOPE),
     BAD(400, ABSENT, CODES(70003) ";error=unsupported_grant_type")},
    {"a parameter twice", POST(V2, CC ROBOT SCOPE SCOPE), BAD(400, ABSENT, CODES(9000411))},
    {"a json body", POST(V2, "{}"), .headers = "Content-Type: application/json\n",
     BAD(400, ABSENT, CODES(900144))},
    {"a get", .method = "GET", .host = LOGIN, .target = V2, .source = FACT,
     BAD(405, ABSENT, CODES(900561) ";@allow=POST")},
    {"the client's correlation id comes back", POST(V2, CC SCOPE),
     .headers = "client-request-id: 11112222\n",
     BAD(400, ABSENT, "correlation_id=11112222;@client-request-id=11112222")},
};

Test(entra_token, clients_get_what_the_contract_says)
{
    site_desk_rows(d, client_rows, ARRAY_LEN(client_rows));
}

static const char *basic(const char *pair)
{
    AUTO_BUF struct buf out = {0};
    base64_encode(&out, str_of(pair), BASE64_STANDARD);
    return arena_printf(d->arena, "Authorization: Basic %s\n", buf_z(&out));
}

Test(entra_token, basic_is_taken)
{
    const char *secret = site_desk_get(d, "robot_entra_secret");
    const char *good = basic(arena_printf(d->arena, ROBOT_ID ":%s", secret));
    const struct site_row rows[] = {
        {"basic", POST(V2, CC SCOPE), .headers = good, OK(.expect = "access_token?")},
        {"basic for one app, body for another", POST(V2, CC SCOPE "&client_id=" GUEST_ID),
         .headers = good, BAD(401, WRONG, CODES(7000215))},
        {"wrong by basic", POST(V2, CC SCOPE), .headers = basic(ROBOT_ID ":no-no-no-no"),
         BAD(401, WRONG, CODES(7000215))},
        {"unreadable basic", POST(V2, CC SCOPE), .headers = "Authorization: Basic ???\n",
         BAD(400, ABSENT, CODES(900144))},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(entra_token, tokens_have_entras_claims)
{
    struct err err = {0};
    const struct site_row rows[] = {
        {"token", POST(V2, CC ROBOT SCOPE), OK(.save = "at=access_token")}};
    site_desk_rows(d, rows, 1);
    AUTO_JWT struct jwt jwt = {0};
    cr_assert(jwt_parse(str_of(site_desk_get(d, "at")), &jwt, &err) == 0);
    cr_expect_str_eq(json_get_string(jwt.header, "alg", ""), "RS256");
    const char *const claims[][2] = {
        {"aud", DATABRICKS}, {"iss", "https://sts.windows.net/" TENANT "/"},
        {"tid", TENANT},     {"appid", ROBOT_ID},
        {"idtyp", "app"},    {"ver", "1.0"}};
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        cr_expect_str_eq(json_get_string(jwt.claims, claims[i][0], ""), claims[i][1], "%s",
                         claims[i][0]);
    }
    cr_expect_str_eq(json_get_string(jwt.claims, "sub", "a"),
                     json_get_string(jwt.claims, "oid", "b"));
    cr_expect_eq(json_get_int(jwt.claims, "exp", 0) - json_get_int(jwt.claims, "iat", 0), 3600);
    cr_expect_str_eq(d->notes.principal, "robot");
    cr_expect_str_eq(d->notes.credential.name, "robot_entra_secret");
    cr_expect_eq(d->notes.issued.count, 1);
    cr_expect_str_eq(d->notes.issued.items[0], "entra_token_1");
}

Test(entra_token, the_served_key_verifies_what_is_issued)
{
    struct err err = {0};
    const struct site_row rows[] = {
        {"token", POST(V2, CC ROBOT SCOPE), OK(.save = "at=access_token")},
        {"keys", .host = LOGIN, .target = "/" TENANT "/discovery/v2.0/keys", .status = 200,
         .save = "jwk=keys.0", .source = "RFC 7517"},
        {"keys of v1", .host = LOGIN, .target = "/" TENANT "/discovery/keys", .status = 200,
         .expect = "keys.0.kty=RSA;keys.0.d!", .source = "RFC 7517"},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_JWT struct jwt jwt = {0};
    cr_assert(json_read(str_of(site_desk_get(d, "jwk")), "jwk", NULL, &doc, &err) == 0);
    cr_assert(jwt_parse(str_of(site_desk_get(d, "at")), &jwt, &err) == 0);
    struct crypto_key *key = crypto_key_from_jwk(doc.root, &err);
    cr_assert_not_null(key);
    cr_expect(jwt_verify(&jwt, key));
    cr_expect(issuer_key_find(d->state, STR("https://sts.windows.net/" TENANT "/")) != NULL);
    cr_expect_null(issuer_key_find(d->state, STR("https://sts.windows.net/nobody/")));
    crypto_key_free(key);
}

/* ---- private_key_jwt ---- */

struct assertion {
    const char *iss, *sub, *aud;
    int64_t lifetime_s, begins_s;
    enum key_alg alg;
};

static const char *assertion_make(const struct assertion *a)
{
    struct err err = {0};
    int64_t now_s = mock_state_now_ms(d->state) / 1000;
    AUTO_BUF struct buf out = {0};
    AUTO_JSON struct json *claims = json_object();
    json_set_string(claims, "iss", a->iss);
    json_set_string(claims, "sub", a->sub);
    json_set_string(claims, "aud", a->aud);
    json_set_int(claims, "nbf", now_s + a->begins_s);
    json_set_int(claims, "exp", now_s + a->lifetime_s);
    struct crypto_key *key = crypto_key_from_pem(crypto_test_key_pem(a->alg), &err);
    cr_assert(jwt_sign(key, "JWT", claims, &out, &err) == 0);
    crypto_key_free(key);
    return arena_strdup(d->arena, buf_z(&out));
}

#define TOKEN_URL "https://" LOGIN V2
static const struct {
    const char *what;
    struct assertion assertion;
    int status, code, state;
} assertion_rows[] = {
    {"good", {CERT_ID, CERT_ID, TOKEN_URL, 600, 0, KEY_ES256}, 200, 0, CREDENTIAL_LIVE},
    {"aud is the issuer",
     {CERT_ID, CERT_ID, "https://" LOGIN "/" TENANT "/v2.0", 600, 0, KEY_ES256},
     200,
     0,
     CREDENTIAL_LIVE},
    {"another key",
     {CERT_ID, CERT_ID, TOKEN_URL, 600, 0, KEY_RS256},
     401,
     700027,
     CREDENTIAL_WRONG},
    {"sub is not iss",
     {CERT_ID, ROBOT_ID, TOKEN_URL, 600, 0, KEY_ES256},
     401,
     700027,
     CREDENTIAL_WRONG},
    {"another audience",
     {CERT_ID, CERT_ID, "https://" WORKSPACE "/oidc/v1/token", 600, 0, KEY_ES256},
     401,
     700023,
     CREDENTIAL_WRONG},
    {"another cloud",
     {CERT_ID, CERT_ID, "https://login.microsoftonline.us" V2, 600, 0, KEY_ES256},
     401,
     700023,
     CREDENTIAL_WRONG},
    {"over", {CERT_ID, CERT_ID, TOKEN_URL, -1, -600, KEY_ES256}, 401, 700024, CREDENTIAL_EXPIRED},
    {"not begun",
     {CERT_ID, CERT_ID, TOKEN_URL, 7200, 3600, KEY_ES256},
     401,
     700024,
     CREDENTIAL_EXPIRED},
    {"another issuer",
     {"https://idp.example.com", "x", TOKEN_URL, 600, 0, KEY_ES256},
     401,
     700211,
     CREDENTIAL_WRONG},
};

Test(entra_token, client_assertions_are_verified)
{
    for (size_t i = 0; i < ARRAY_LEN(assertion_rows); i++) {
        site_desk_set(d, "jwt", assertion_make(&assertion_rows[i].assertion));
        const char *expect =
            assertion_rows[i].code == 0
                ? "access_token?"
                : arena_printf(d->arena, "error_codes.0=%d", assertion_rows[i].code);
        site_desk_row(d,
                      &(struct site_row){assertion_rows[i].what,
                                         POST(V2, CC SCOPE "&client_id=" CERT_ID ASSERT "${jwt}"),
                                         .status = assertion_rows[i].status, .expect = expect,
                                         .credential = assertion_rows[i].state});
    }
}

Test(entra_token, client_assertions_have_to_be_readable)
{
    const struct site_row others[] = {
        {"no jwt", POST(V2, CC SCOPE "&client_id=" CERT_ID ASSERT "abc"),
         BAD(400, MALFORMED, CODES(50027))},
        {"no type", POST(V2, CC SCOPE "&client_id=" CERT_ID "&client_assertion=abc"),
         BAD(400, MALFORMED, CODES(900144))},
    };
    site_desk_rows(d, others, ARRAY_LEN(others));
}

Test(entra_token, a_token_of_github_stands_for_the_app)
{
#define ID_TOKEN "/p/s/_apis/distributedtask/hubs/Actions/plans/1/jobs/2/idtoken?api-version=2.0"
    const struct site_row rows[] = {
        {"id token", .host = "pipelines.actions.githubusercontent.com",
         .target = ID_TOKEN "&audience=api://AzureADTokenExchange",
         .headers = "Authorization: Bearer ${actions_request_token}\n", .source = "sdk 3.5",
         OK(.save = "good=value")},
        {"for another audience", .host = "pipelines.actions.githubusercontent.com",
         .target = ID_TOKEN "&audience=other",
         .headers = "Authorization: Bearer ${actions_request_token}\n", .source = "sdk 3.5",
         OK(.save = "other=value")},
        {"taken", POST(V2, CC SCOPE "&client_id=" CERT_ID ASSERT "${good}"),
         OK(.expect = "access_token?")},
        {"wrong audience", POST(V2, CC SCOPE "&client_id=" CERT_ID ASSERT "${other}"),
         BAD(401, WRONG, CODES(700023))},
        {"an app without a federated credential",
         POST(V2, CC SCOPE "&client_id=" ROBOT_ID ASSERT "${good}"),
         BAD(401, WRONG, CODES(700211))},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

/* ---- users ---- */

#define AUTHORIZE    "/" TENANT "/oauth2/v2.0/authorize?response_type=code&client_id="
#define VERIFIER     "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" /* RFC 7636 appendix B */
#define CHALLENGE    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define DESKTOP_AUTH AUTHORIZE DESKTOP_ID "&redirect_uri=http%3A%2F%2Flocalhost%3A8030"
#define PKCE         "&code_challenge_method=S256&code_challenge=" CHALLENGE
#define USER_SCOPE   "&scope=" DATABRICKS "%2Fuser_impersonation+offline_access+openid"
#define GET(target_) .host = LOGIN, .target = (target_), .source = FACT

/* Saves the code of the last redirect. */
static void take_code(const char *name)
{
    const char *location = site_desk_get(d, "location");
    const char *code = strstr(location, "code=");
    cr_assert_not_null(code, "%s", location);
    code += strlen("code=");
    site_desk_set(d, name, arena_strndup(d->arena, code, strcspn(code, "&")));
}

static void sign_in(const char *target, const char *name)
{
    site_desk_row(d, &(struct site_row){"sign in", GET(target), .status = 302,
                                        .credential = CREDENTIAL_ABSENT,
                                        .save = "location=@location"});
    take_code(name);
}

Test(entra_token, a_code_is_good_once_and_for_its_client)
{
    sign_in(DESKTOP_AUTH "&state=s1&nonce=n1" USER_SCOPE PKCE, "c1");
    cr_expect(strstr(site_desk_get(d, "location"), "http://localhost:8030?code=") != NULL);
    cr_expect(strstr(site_desk_get(d, "location"), "&state=s1&session_state=") != NULL);
    cr_expect_str_eq(d->notes.principal, "user@example.com");
#define REDEEM(code_, rest_) "grant_type=authorization_code&code=" code_ rest_
#define AT_HOME              "&redirect_uri=http%3A%2F%2Flocalhost%3A8030&client_id=" DESKTOP_ID
    const struct site_row rows[] = {
        {"unknown code", POST(V2, REDEEM("nothing", AT_HOME)),
         BAD(400, UNKNOWN, CODES(70000) ";error=invalid_grant")},
        {"no code", POST(V2, REDEEM("", AT_HOME)), BAD(400, ABSENT, CODES(900144))},
        {"another redirect",
         POST(V2, REDEEM("${c1}", "&redirect_uri=http%3A%2F%2Flocalhost&client_id=" DESKTOP_ID)),
         BAD(400, WRONG, CODES(500112))},
        {"no verifier", POST(V2, REDEEM("${c1}", AT_HOME)),
         BAD(400, WRONG, CODES(501481) ";error=invalid_grant")},
        {"wrong verifier", POST(V2, REDEEM("${c1}", AT_HOME "&code_verifier=a" VERIFIER)),
         BAD(400, WRONG, CODES(501481))},
        {"another client",
         POST(V2, REDEEM("${c1}", "&client_id=" TIER_ID "&client_secret=${tier_entra_secret}")),
         BAD(400, WRONG, CODES(70000))},
        {"good", POST(V2, REDEEM("${c1}", AT_HOME "&code_verifier=" VERIFIER)),
         OK(.expect = "scope=" DATABRICKS "/user_impersonation;refresh_token?;id_token^=eyJ;"
                      "client_info!",
            .save = "at=access_token;rt=refresh_token")},
        {"again", POST(V2, REDEEM("${c1}", AT_HOME "&code_verifier=" VERIFIER)),
         BAD(400, REVOKED, CODES(54005) ";error=invalid_grant")},
        {"opens the workspace as the user", .host = WORKSPACE, .target = "/door",
         .headers = "Authorization: Bearer ${at}\n", .source = FACT,
         OK(.expect = "user=user@example.com")},
        {"refresh",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID "&refresh_token=${rt}"),
         OK(.expect = "refresh_token?;access_token?")},
        {"refresh for another resource",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID
                  "&scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default&refresh_token=${rt}"),
         OK(.expect = "refresh_token!")},
        {"refresh by another client",
         POST(V2, "grant_type=refresh_token" TIER "&refresh_token=${rt}"),
         BAD(400, WRONG, CODES(70000))},
        {"an access token is no refresh token",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID "&refresh_token=${at}"),
         BAD(400, WRONG, CODES(70000))},
        {"unknown refresh token",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID "&refresh_token=abcdefgh"),
         BAD(400, UNKNOWN, CODES(70000))},
        {"no refresh token",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID "&refresh_token="),
         BAD(400, ABSENT, CODES(900144))},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(entra_token, codes_and_refresh_tokens_expire)
{
    sign_in(DESKTOP_AUTH USER_SCOPE, "c1");
    sign_in(DESKTOP_AUTH USER_SCOPE, "c2");
    const struct site_row before = {"good", POST(V2, REDEEM("${c1}", AT_HOME)),
                                    OK(.save = "rt=refresh_token")};
    site_desk_row(d, &before);
    clock_advance_ms(&d->clock, (int64_t)91 * 24 * 3600 * 1000);
    const struct site_row rows[] = {
        {"late code", POST(V2, REDEEM("${c2}", AT_HOME)),
         BAD(400, EXPIRED, CODES(70008) ";error=invalid_grant")},
        {"late refresh",
         POST(V2, "grant_type=refresh_token&client_id=" DESKTOP_ID "&refresh_token=${rt}"),
         BAD(400, EXPIRED, CODES(700082))},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(entra_token, a_single_page_application_redeems_across_origins)
{
    sign_in(AUTHORIZE SPA_ID "&redirect_uri=http%3A%2F%2Flocalhost%3A3000" USER_SCOPE PKCE, "c1");
#define SPA_REDEEM                                                  \
    REDEEM("${c1}", "&client_id=" SPA_ID "&code_verifier=" VERIFIER \
                    "&redirect_uri=http%3A%2F%2Flocalhost%3A3000")
    const struct site_row rows[] = {
        {"without origin", POST(V2, SPA_REDEEM),
         BAD(400, WRONG, CODES(9002327) ";error=invalid_request")},
        {"with origin", POST(V2, SPA_REDEEM), .headers = "Origin: http://localhost:3000\n",
         OK(.expect = "access_token?")},
        {"spa without pkce",
         GET(AUTHORIZE SPA_ID "&redirect_uri=http%3A%2F%2Flocalhost%3A3000" USER_SCOPE),
         .status = 302, .expect = "@location*=AADSTS9002325"},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

static const struct site_row authorize_rows[] = {
    {"unregistered redirect",
     GET(AUTHORIZE DESKTOP_ID "&redirect_uri=https%3A%2F%2Fevil.example.com" USER_SCOPE),
     BAD(400, ABSENT, "@location!;#body*=AADSTS50011;@content-type^=text/html")},
    {"https needs the exact address",
     GET(AUTHORIZE DESKTOP_ID "&redirect_uri=https%3A%2F%2Fapp.example.com%3A444%2Fcb" USER_SCOPE),
     BAD(400, ABSENT, "#body*=AADSTS50011")},
    {"a loopback path counts",
     GET(AUTHORIZE DESKTOP_ID "&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fx" USER_SCOPE),
     BAD(400, ABSENT, "#body*=AADSTS50011")},
    {"127.0.0.1 is not localhost",
     GET(AUTHORIZE DESKTOP_ID "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1" USER_SCOPE),
     BAD(400, ABSENT, "#body*=AADSTS50011")},
    {"markup is escaped", GET(AUTHORIZE DESKTOP_ID "&redirect_uri=%3Cscript%3E" USER_SCOPE),
     BAD(400, ABSENT, "#body*=&lt")},
    {"unknown app", GET(AUTHORIZE "x&redirect_uri=http%3A%2F%2Flocalhost"),
     BAD(400, ABSENT, "#body*=AADSTS700016")},
    {"no client", GET("/" TENANT "/oauth2/v2.0/authorize"),
     BAD(400, ABSENT, "#body*=AADSTS900144")},
    {"a parameter twice", GET(DESKTOP_AUTH "&state=1&state=2" USER_SCOPE),
     BAD(400, ABSENT, "#body*=AADSTS9000411")},
    {"plain", GET(DESKTOP_AUTH USER_SCOPE "&code_challenge=x&code_challenge_method=plain"),
     BAD(302, ABSENT, "@location^=http://localhost:8030?error=invalid_request")},
    {"no scope", GET(DESKTOP_AUTH "&state=s"),
     BAD(302, ABSENT, "@location*=AADSTS900144;@location*=&state=s")},
    {"an unknown user", GET(DESKTOP_AUTH USER_SCOPE "&login_hint=nobody@example.com"),
     BAD(302, ABSENT, "@location*=error=login_required")},
    {"fragment", GET(DESKTOP_AUTH USER_SCOPE "&response_mode=fragment"),
     BAD(302, ABSENT, "@location^=http://localhost:8030#code=")},
    {"form_post", GET(DESKTOP_AUTH USER_SCOPE "&response_mode=form_post&state=a\"b"),
     BAD(200, ABSENT,
         "#body*=action=\"http://localhost:8030\";#body*=name=\"code\";"
         "#body*=value=\"a&quot")},
    {"unknown mode", GET(DESKTOP_AUTH USER_SCOPE "&response_mode=smoke"),
     BAD(302, ABSENT, "@location*=error=invalid_request")},
    {"implicit",
     GET("/" TENANT "/oauth2/v2.0/authorize?response_type=token&client_id=" DESKTOP_ID
         "&redirect_uri=http%3A%2F%2Flocalhost" USER_SCOPE),
     BAD(302, ABSENT, "@location*=error=invalid_request")},
    {"v1",
     GET("/" TENANT "/oauth2/authorize?response_type=code&client_id=" DESKTOP_ID
         "&redirect_uri=http%3A%2F%2Flocalhost"),
     BAD(302, ABSENT, "@location^=http://localhost?code=")},
    {"metadata", GET("/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"),
     BAD(200, ABSENT,
         "issuer=https://" LOGIN "/" TENANT "/v2.0;token_endpoint=https://" LOGIN V2 ";"
         "jwks_uri=https://" LOGIN "/" TENANT "/discovery/v2.0/keys")},
    {"metadata of v1", GET("/" TENANT "/.well-known/openid-configuration"),
     BAD(200, ABSENT,
         "issuer=https://sts.windows.net/" TENANT "/;token_endpoint=https://" LOGIN V1)},
    {"metadata of another cloud", .host = "login.microsoftonline.us", .source = FACT,
     .target = "/" TENANT "/v2.0/.well-known/openid-configuration",
     BAD(200, ABSENT, "issuer=https://login.microsoftonline.us/" TENANT "/v2.0")},
    {"instances",
     GET("/common/discovery/instance?api-version=1.1&authorization_endpoint="
         "https%3A%2F%2F" LOGIN "%2F" TENANT "%2Foauth2%2Fv2.0%2Fauthorize"),
     BAD(200, ABSENT,
         "metadata.0.preferred_network=" LOGIN ";tenant_discovery_endpoint=https://" LOGIN
         "/" TENANT "/v2.0/.well-known/openid-configuration")},
};

Test(entra_token, the_browser_is_sent_back_or_shown_a_page)
{
    site_desk_rows(d, authorize_rows, ARRAY_LEN(authorize_rows));
}

/* ---- on behalf of ---- */

static void user_token(const char *scope, const char *code, const char *name)
{
    sign_in(arena_printf(d->arena, "%s&scope=%s", DESKTOP_AUTH, scope), code);
    const char *body =
        arena_printf(d->arena, "grant_type=authorization_code&code=${%s}%s", code, AT_HOME);
    site_desk_row(d,
                  &(struct site_row){"user's token", POST(V2, body),
                                     OK(.save = arena_printf(d->arena, "%s=access_token", name))});
}

Test(entra_token, the_middle_tier_acts_for_the_user_it_was_called_by)
{
    user_token("api%3A%2F%2F" TIER_ID "%2Faccess_as_user", "c1", "for_tier");
    user_token("api%3A%2F%2F" STRICT_ID "%2Faccess_as_user", "c2", "for_strict");
    user_token("api%3A%2F%2F" ENROLL_ID "%2Faccess_as_user", "c4", "for_enroll");
    user_token(DATABRICKS "%2Fuser_impersonation", "c3", "for_databricks");
#define ON_BEHALF "&requested_token_use=on_behalf_of"
#define STRICT    "&client_id=" STRICT_ID "&client_secret=${strict_entra_secret}"
#define ENROLL    "&client_id=" ENROLL_ID "&client_secret=${enroll_entra_secret}"
    const struct site_row rows[] = {
        {"good", POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=${for_tier}"),
         OK(.expect = "scope=" DATABRICKS "/user_impersonation " DATABRICKS
                      "/.default;refresh_token!;token_type=Bearer",
            .save = "at=access_token")},
        {"opens the workspace as the user", .host = WORKSPACE, .target = "/door",
         .headers = "Authorization: Bearer ${at}\n", .source = FACT,
         OK(.expect = "user=user@example.com")},
        {"a refresh token on demand",
         POST(V2, OBO TIER SCOPE "+offline_access" ON_BEHALF "&assertion=${for_tier}"),
         OK(.expect = "refresh_token?")},
        {"an assertion for another app",
         POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=${for_strict}"),
         BAD(400, WRONG, CODES(500131) ";error=invalid_grant")},
        {"an assertion for Databricks",
         POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=${for_databricks}"),
         BAD(400, WRONG, CODES(500131))},
        {"multi-factor authentication",
         POST(V2, OBO STRICT SCOPE ON_BEHALF "&assertion=${for_strict}"),
         BAD(400, LIVE,
             CODES(50076) ";error=interaction_required;suberror=basic_action;"
                          "claims^={\"access_token\":{\"capolids\"")},
        {"enrollment", POST(V2, OBO ENROLL SCOPE ON_BEHALF "&assertion=${for_enroll}"),
         BAD(400, LIVE, CODES(50079) ";error=interaction_required;claims?")},
        {"no requested_token_use", POST(V2, OBO TIER SCOPE "&assertion=${for_tier}"),
         BAD(400, LIVE, CODES(900144) ";error_description*='requested_token_use'")},
        {"another use", POST(V2, OBO TIER SCOPE "&requested_token_use=x&assertion=${for_tier}"),
         BAD(400, LIVE, CODES(9002313))},
        {"no scope", POST(V2, OBO TIER ON_BEHALF "&assertion=${for_tier}"),
         BAD(400, LIVE, CODES(90014))},
        {"no assertion", POST(V2, OBO TIER SCOPE ON_BEHALF), BAD(400, LIVE, CODES(900144))},
        {"no jwt", POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=abcdefgh"),
         BAD(400, MALFORMED, CODES(50027))},
        {"wrong secret",
         POST(V2, OBO SCOPE ON_BEHALF "&client_id=" TIER_ID
                                      "&client_secret=wrongwrong&assertion=${for_tier}"),
         BAD(401, WRONG, CODES(7000215))},
        {"an app's own token", POST(V2, CC ROBOT "&scope=" TIER_ID "%2F.default"),
         OK(.save = "app_token=access_token")},
        {"app-only tokens cannot be exchanged",
         POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=${app_token}"),
         BAD(400, WRONG, CODES(7000114))},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
    clock_advance_ms(&d->clock, 3601 * 1000);
    const struct site_row late = {"expired assertion",
                                  POST(V2, OBO TIER SCOPE ON_BEHALF "&assertion=${for_tier}"),
                                  BAD(400, EXPIRED, CODES(500133))};
    site_desk_row(d, &late);
}

Test(entra_token, every_error_can_be_told)
{
    const struct aadsts *e;
    for (size_t i = 0; (e = aadsts_at(i)) != NULL; i++) {
        cr_expect_eq(aadsts_find(e->code), e, "AADSTS%d is there twice", e->code);
        cr_expect(e->status >= 400 && e->error[0] != '\0' && e->text[0] != '\0' &&
                      e->source[0] != '\0',
                  "AADSTS%d", e->code);
    }
    cr_expect_null(aadsts_find(1));
}
