/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/jwt.h"
#include "mock/state/credential_check.h"
#include "mock/state/google_token.h"
#include "mock/state/workspace_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define WS         "https://1.2.gcp.databricks.com"
#define ROBOT      "robot@project.iam.gserviceaccount.com"
#define SOURCE     "source" GOOGLE_EMAIL_END
#define OTHER      "other" GOOGLE_EMAIL_END
#define TOKEN      .host = "oauth2.googleapis.com", .target = "/token", .source = "Google Identity"
#define IAM        .host = "iamcredentials.googleapis.com", .source = "Google Cloud, IAM REST"
#define MACHINE    .host = "metadata.google.internal", .source = "Google Cloud, VM metadata"
#define DOOR       .host = "1.2.gcp.databricks.com", .target = "/door", .source = "Databricks on GCP"
#define FLAVOR     .headers = "Metadata-Flavor: Google\n"
#define AS(t)      .headers = "Authorization: Bearer ${" t "}\nContent-Type: application/json\n"
#define VERB(a, v) .target = "/v1/projects/-/serviceAccounts/" a ":" v
#define GRANT      "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion="
#define SCOPE      "\"scope\":[\"https://www.googleapis.com/auth/cloud-platform\"]"
#define ID_BODY    "{\"audience\":\"" WS "\",\"includeEmail\":true}"
#define AT         "/computeMetadata/v1"

static const char world[] =
    "workspaces:\n"
    "  - {host: 1.2.gcp.databricks.com, cloud: GCP}\n"
    "  - {host: other.cloud.databricks.com, workspace_id: \"222\"}\n"
    "principals: [{name: robot, kind: service-principal}]\n"
    "services:\n"
    "  google_accounts:\n"
    "    - {name: robot, email: " ROBOT ", principal: robot, token_creators: [source]}\n"
    "    - {name: source, machine: true}\n"
    "    - {name: other}\n";

static struct site_desk *d;

/* What a client signs with the key of an account: google-auth service_account.py. */
struct assertion {
    const char *name, *iss, *sub, *aud, *scope, *target;
    int64_t from_s, lasts_s; /* from now on; 0 = an hour */
    bool by_another_key;
};

static void sign(const struct assertion *want)
{
    struct err err = {0};
    int64_t now_s = mock_state_now_ms(d->state) / 1000 + want->from_s;
    AUTO_BUF struct buf out = {0};
    AUTO_JSON struct json *c = json_object();
    json_set_string(c, "iss", want->iss);
    json_set_string(c, "aud", want->aud != NULL ? want->aud : GOOGLE_TOKEN_URI);
    json_set_int(c, "iat", now_s);
    json_set_int(c, "exp", now_s + (want->lasts_s != 0 ? want->lasts_s : 3600));
    json_set_string(c, "sub", want->sub);
    json_set_string(c, "scope", want->scope);
    json_set_string(c, "target_audience", want->target);
    const struct crypto_key *key = want->by_another_key
                                       ? service_key_issuer(d->state->service_keys)
                                       : service_key_google(d->state->service_keys);
    cr_assert_eq(jwt_sign(key, "JWT", c, &out, &err), 0);
    site_desk_set(d, want->name, buf_z(&out));
}

static const struct assertion assertions[] = {
    {"id", ROBOT, .target = WS},
    {"id_elsewhere", ROBOT, .target = "https://other.cloud.databricks.com"},
    {"id_other", OTHER, .target = WS},
    {"access", SOURCE, .scope = "https://www.googleapis.com/auth/cloud-platform"},
    {"storage", SOURCE, .scope = "https://www.googleapis.com/auth/devstorage.read_only"},
    {"nobody", "nobody" GOOGLE_EMAIL_END, .target = WS},
    {"forged", ROBOT, .target = WS, .by_another_key = true},
    {"misled", ROBOT, .aud = "https://sts.googleapis.com/", .target = WS},
    {"long", ROBOT, .target = WS, .lasts_s = 3601},
    {"old", ROBOT, .target = WS, .from_s = -3700},
    {"early", ROBOT, .target = WS, .from_s = 600},
    {.name = "bare", .iss = ROBOT},
    {"both", ROBOT, .target = WS, .scope = "openid"},
    {"for_user", ROBOT, .sub = "mia@example.com", .scope = "openid"},
};

static void set_up(void)
{
    d = site_desk_new(world);
    for (size_t i = 0; i < ARRAY_LEN(assertions); i++) {
        sign(&assertions[i]);
    }
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(google, .init = set_up, .fini = tear_down);

static const struct site_row rows[] = {
    {"an ID token", TOKEN, .body = GRANT "${id}", .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "id_token^=eyJ;access_token!", .save = "robot=id_token"},
    {"an ID token for another address", TOKEN, .body = GRANT "${id_elsewhere}", .status = 200,
     .credential = CREDENTIAL_LIVE, .save = "elsewhere=id_token"},
    {"of an account that is no user", TOKEN, .body = GRANT "${id_other}", .status = 200,
     .credential = CREDENTIAL_LIVE, .save = "other=id_token"},
    {"an access token", TOKEN, .body = GRANT "${access}", .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "access_token^=ya29.;expires_in=3599;token_type=Bearer;id_token!",
     .save = "source=access_token"},
    {"an access token for storage", TOKEN, .body = GRANT "${storage}", .status = 200,
     .credential = CREDENTIAL_LIVE, .save = "storage_only=access_token"},
    {"nobody", TOKEN, .body = GRANT "${nobody}", .status = 400, .credential = CREDENTIAL_UNKNOWN,
     .expect = "error=invalid_grant;error_description=Invalid grant: account not found"},
    {"forged", TOKEN, .body = GRANT "${forged}", .status = 400, .credential = CREDENTIAL_WRONG,
     .expect = "error=invalid_grant;error_description=Invalid JWT Signature."},
    {"for another endpoint", TOKEN, .body = GRANT "${misled}", .status = 400,
     .credential = CREDENTIAL_WRONG,
     .expect = "error_description=Invalid JWT: Failed audience check."},
    {"too long", TOKEN, .body = GRANT "${long}", .status = 400, .credential = CREDENTIAL_EXPIRED,
     .expect = "error_description*=short-lived"},
    {"too old", TOKEN, .body = GRANT "${old}", .status = 400, .credential = CREDENTIAL_EXPIRED,
     .expect = "error_description*=short-lived"},
    {"from the future", TOKEN, .body = GRANT "${early}", .status = 400,
     .credential = CREDENTIAL_EXPIRED, .expect = "error_description*=short-lived"},
    {"for nothing", TOKEN, .body = GRANT "${bare}", .status = 400, .credential = CREDENTIAL_LIVE,
     .expect = "error=invalid_scope"},
    {"for both", TOKEN, .body = GRANT "${both}", .status = 400, .credential = CREDENTIAL_LIVE,
     .expect = "error=invalid_scope"},
    {"for a user", TOKEN, .body = GRANT "${for_user}", .status = 401, .credential = CREDENTIAL_LIVE,
     .expect = "error=unauthorized_client"},
    {"no JWT", TOKEN, .body = GRANT "abc", .status = 400, .credential = CREDENTIAL_MALFORMED,
     .expect = "error=invalid_request"},
    {"no assertion", TOKEN, .body = GRANT, .status = 400, .expect = "error=invalid_request"},
    {"another grant", TOKEN, .body = "grant_type=client_credentials", .status = 400,
     .expect = "error=unsupported_grant_type"},

    {"the workspace", DOOR, AS("robot"), .status = 200, .credential = CREDENTIAL_LIVE},
    {"by a token for another address", DOOR, AS("elsewhere"), .status = 403,
     .credential = CREDENTIAL_WRONG},
    {"by an account that is no user", DOOR, AS("other"), .status = 403,
     .credential = CREDENTIAL_WRONG},
    {"by an access token", DOOR, AS("source"), .status = 403, .credential = CREDENTIAL_WRONG},
    {"on another cloud", .host = "other.cloud.databricks.com", .target = "/door",
     .source = "Databricks on GCP", AS("elsewhere"), .status = 403, .credential = CREDENTIAL_WRONG},

    {"an access token of another", IAM, VERB(ROBOT, "generateAccessToken"), AS("source"),
     .body = "{" SCOPE ",\"lifetime\":\"600s\"}", .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "accessToken^=ya29.;expireTime*=T"},
    {"an ID token of another", IAM, VERB(ROBOT, "generateIdToken"), AS("source"), .body = ID_BODY,
     .status = 200, .credential = CREDENTIAL_LIVE, .save = "impersonated=token"},
    {"the workspace by that", DOOR, AS("impersonated"), .status = 200,
     .credential = CREDENTIAL_LIVE},
    {"an ID token that names nobody", IAM, VERB(ROBOT, "generateIdToken"), AS("source"),
     .body = "{\"audience\":\"" WS "\"}", .status = 200, .credential = CREDENTIAL_LIVE,
     .save = "nameless=token"},
    {"the workspace by that", DOOR, AS("nameless"), .status = 403, .credential = CREDENTIAL_WRONG},
    {"with a role that is not given", IAM, VERB(OTHER, "generateIdToken"), AS("source"),
     .body = ID_BODY, .status = 403, .credential = CREDENTIAL_LIVE,
     .expect = "error.status=PERMISSION_DENIED;error.message*=getOpenIdToken"},
    {"of nobody", IAM, VERB("nobody@x", "generateAccessToken"), AS("source"), .body = "{" SCOPE "}",
     .status = 403, .credential = CREDENTIAL_LIVE, .expect = "error.message*=getAccessToken"},
    {"with too small a scope", IAM, VERB(ROBOT, "generateIdToken"), AS("storage_only"),
     .body = ID_BODY, .status = 403, .credential = CREDENTIAL_LIVE,
     .expect = "error.message*=insufficient authentication scopes"},
    {"by an ID token", IAM, VERB(ROBOT, "generateIdToken"), AS("robot"), .body = ID_BODY,
     .status = 401, .credential = CREDENTIAL_WRONG, .expect = "error.status=UNAUTHENTICATED"},
    {"by nobody", IAM, VERB(ROBOT, "generateIdToken"), .body = ID_BODY, .status = 401,
     .credential = CREDENTIAL_ABSENT, .expect = "error.status=UNAUTHENTICATED"},
    {"for too long", IAM, VERB(ROBOT, "generateAccessToken"), AS("source"),
     .body = "{" SCOPE ",\"lifetime\":\"3601s\"}", .status = 400, .credential = CREDENTIAL_LIVE,
     .expect = "error.status=INVALID_ARGUMENT"},
    {"without a scope", IAM, VERB(ROBOT, "generateAccessToken"), AS("source"), .body = "{}",
     .status = 400, .credential = CREDENTIAL_LIVE, .expect = "error.status=INVALID_ARGUMENT"},
    {"without an audience", IAM, VERB(ROBOT, "generateIdToken"), AS("source"), .body = "{}",
     .status = 400, .credential = CREDENTIAL_LIVE, .expect = "error.status=INVALID_ARGUMENT"},
    {"no JSON", IAM, VERB(ROBOT, "generateIdToken"), AS("source"), .body = "audience=x",
     .status = 400, .credential = CREDENTIAL_LIVE, .expect = "error.status=INVALID_ARGUMENT"},
    {"by a chain", IAM, VERB(ROBOT, "generateIdToken"), AS("source"),
     .body = "{\"audience\":\"x\",\"delegates\":[\"a\"]}", .status = 403,
     .credential = CREDENTIAL_LIVE, .expect = "error.message*=implicitDelegation"},
    {"another verb", IAM, VERB(ROBOT, "signBlob"), AS("source"), .body = "{}", .status = 404},
    {"where it may act", IAM,
     .target = "/v1/projects/-/serviceAccounts/" SOURCE "/allowedLocations", AS("source"),
     .status = 200, .credential = CREDENTIAL_LIVE, .expect = "encodedLocations=0x0"},

    {"the machine's token", MACHINE, FLAVOR,
     .target = AT "/instance/service-accounts/default/token", .status = 200,
     .expect = "access_token^=ya29.;expires_in=3599;@metadata-flavor=Google"},
    {"by its name", MACHINE, FLAVOR, .target = AT "/instance/service-accounts/" SOURCE "/token",
     .status = 200, .expect = "token_type=Bearer"},
    {"another one's", MACHINE, FLAVOR, .target = AT "/instance/service-accounts/" ROBOT "/token",
     .status = 404, .expect = "#body=service account not found"},
    {"without the header", MACHINE, .target = AT "/instance/service-accounts/default/token",
     .status = 403},
    {"by a proxy", MACHINE, .headers = "Metadata-Flavor: Google\nX-Forwarded-For: 10.0.0.1\n",
     .target = AT "/instance/service-accounts/default/token", .status = 403},
    {"its account", MACHINE, FLAVOR, .target = AT "/instance/service-accounts/default/",
     .status = 200, .expect = "email=" SOURCE ";aliases.0=default"},
    {"its address", MACHINE, FLAVOR, .target = AT "/instance/service-accounts/default/email",
     .status = 200, .expect = "#body=" SOURCE},
    {"its project", MACHINE, FLAVOR, .target = AT "/project/project-id", .status = 200,
     .expect = "#body=assay-project"},
    {"its universe", MACHINE, FLAVOR, .target = AT "/universe/universe-domain", .status = 200,
     .expect = "#body=googleapis.com"},
    {"a key that is none", MACHINE, FLAVOR, .target = AT "/universe/universe_domain",
     .status = 404},
    {"whether it is there", MACHINE, FLAVOR, .target = "/", .status = 200,
     .expect = "@metadata-flavor=Google"},
};

Test(google, accounts_and_their_tokens)
{
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(google, a_workspace_at_every_host_is_the_one_that_was_called)
{
    static const struct {
        const char *audience, *host;
        enum credential_state state;
    } doors[] = {
        {"https://7.8.gcp.databricks.com", "7.8.gcp.databricks.com", CREDENTIAL_LIVE},
        {"https://7.8.gcp.databricks.com/", "7.8.gcp.databricks.com", CREDENTIAL_LIVE},
        {"http://127.0.0.1:8080", "127.0.0.1", CREDENTIAL_LIVE},
        {"https://accounts.gcp.databricks.com", "7.8.gcp.databricks.com", CREDENTIAL_WRONG},
        {"7.8.gcp.databricks.com", "7.8.gcp.databricks.com", CREDENTIAL_WRONG},
    };
    struct workspace anywhere = {.host = "*", .cloud = "GCP"};
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        const struct credential *made;
        struct str value;
        struct credential_answer answer;
        const struct google_request r = {.account =
                                             service_google_account(d->state->services, STR(ROBOT)),
                                         .audience = str_of(doors[i].audience),
                                         .id = true,
                                         .with_email = true};
        cr_assert_eq(google_token_mint(d->state, &r, &made, &value, &err), 0);
        const struct credential_question q = {
            .authorization = str_of(arena_printf(a, "Bearer %.*s", STR_ARG(value))),
            .authorization_count = 1,
            .workspace = &anywhere,
            .host = str_of(doors[i].host)};
        credential_check(d->state, &q, &answer);
        cr_expect_eq(answer.state, doors[i].state, "%s", doors[i].audience);
    }
}

Test(google, the_same_claims_in_the_same_second_are_the_same_token)
{
    struct err err = {0};
    const struct credential *first, *second;
    struct str a, b;
    const struct google_request r = {.account =
                                         service_google_account(d->state->services, STR(ROBOT)),
                                     .audience = STR(WS),
                                     .id = true,
                                     .with_email = true};
    cr_assert_eq(google_token_mint(d->state, &r, &first, &a, &err), 0);
    cr_assert_eq(google_token_mint(d->state, &r, &second, &b, &err), 0);
    cr_expect_eq(first, second);
    cr_expect(str_eq(a, b));
}
