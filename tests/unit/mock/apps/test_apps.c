/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/apps/apps.h"

#include "mock/state/credential_store.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define FACT  "server contract 4.4"
#define APP   .host = "sensors-111.aws.databricksapps.com", .source = FACT
#define KEYED .host = "keyed-111.aws.databricksapps.com", .source = FACT
#define AS(t) "Authorization: Bearer ${" t "}\n"

static const char world[] =
    "workspaces:\n"
    "  - {host: ws.example.com, workspace_id: \"111\",\n"
    "     tenant_id: aaaaaaaa-0000-4000-8000-000000000001}\n"
    "  - {host: other.example.com, workspace_id: \"222\"}\n"
    "principals:\n"
    "  - {name: robot, kind: service-principal, "
    "client_id: bbbbbbbb-0000-4000-8000-000000000001}\n"
    "  - {name: user@example.com, pat: dapi00112233445566778899aabbccddeeff}\n"
    "  - {name: guest@example.com}\n"
    "services:\n"
    "  tenants: [{tenant_id: aaaaaaaa-0000-4000-8000-000000000001}]\n"
    "  entra_apps: [{name: robot, principal: robot}]\n"
    "  apps:\n"
    "    - {name: sensors, can_use: [robot, user@example.com]}\n"
    "    - {name: keyed, can_use: [robot], api_key: secret-api-key}\n";

static struct site_desk *d;

static void mint(const char *name, const char *principal, const char *host)
{
    struct err err = {0};
    const struct credential *c;
    struct str value;
    struct mock_mint m = {
        .kind = "access-token", .principal = principal, .name = name, .host = host};
    cr_assert(mock_state_mint(d->state, &m, &c, &value, &err) == 0, "%s", err.msg);
}

static void set_up(void)
{
    d = site_desk_new(world);
    mint("m2m", "robot", "ws.example.com");
    mint("u2m", "user@example.com", "ws.example.com");
    mint("guest", "guest@example.com", "ws.example.com");
    mint("elsewhere", "robot", "other.example.com");
    const struct site_row entra = {
        "Entra token",
        .host = "login.microsoftonline.com",
        .source = FACT,
        .target = "/aaaaaaaa-0000-4000-8000-000000000001/oauth2/token",
        .body = "grant_type=client_credentials&client_id=bbbbbbbb-0000-4000-8000-000000000001"
                "&resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
                "&client_secret=${robot_entra_secret}",
        .status = 200,
        .credential = CREDENTIAL_LIVE,
        .save = "entra=access_token"};
    site_desk_row(d, &entra);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(apps, .init = set_up, .fini = tear_down);

static const struct site_row rows[] = {
    {"m2m", APP, .target = "/api/status", .headers = AS("m2m"), .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "status=ok;user=bbbbbbbb-0000-4000-8000-000000000001;@server!"},
    {"u2m", APP, .target = "/api/echo", .headers = AS("u2m"), .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "headers.X-Forwarded-Email=user@example.com;headers.X-Forwarded-User?;"
               "headers.X-Forwarded-Access-Token^=eyJ;method=GET;app=sensors;"
               "headers.X-Forwarded-Host=sensors-111.aws.databricksapps.com"},
    {"a caller cannot forge who it is", APP, .target = "/api/echo",
     .headers = AS("m2m") "X-Forwarded-Email: boss@example.com\n", .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "headers.X-Forwarded-Email=bbbbbbbb-0000-4000-8000-000000000001;"
               "headers.X-Forwarded-Access-Token!"},
    {"post", APP, .target = "/api/echo", .body = "{\"t\":1}",
     .headers = AS("m2m") "Content-Type: application/json\n", .status = 200,
     .credential = CREDENTIAL_LIVE, .expect = "body.t=1;method=POST"},
    {"pat", APP, .target = "/api/status", .headers = AS("pat"), .status = 401,
     .credential = CREDENTIAL_WRONG, .expect = "status!"},
    {"Entra token", APP, .target = "/api/status", .headers = AS("entra"), .status = 401,
     .credential = CREDENTIAL_WRONG},
    {"nothing", APP, .target = "/api/status", .status = 401, .credential = CREDENTIAL_ABSENT},
    {"unknown", APP, .target = "/api/status", .headers = "Authorization: Bearer abcdefgh\n",
     .status = 401, .credential = CREDENTIAL_UNKNOWN},
    {"another workspace's token", APP, .target = "/api/status", .headers = AS("elsewhere"),
     .status = 401, .credential = CREDENTIAL_WRONG},
    {"no permission", APP, .target = "/api/status", .headers = AS("guest"), .status = 403,
     .credential = CREDENTIAL_LIVE, .expect = "message*=CAN_USE"},
    {"no such route", APP, .target = "/api/nothing", .headers = AS("m2m"), .status = 404,
     .credential = CREDENTIAL_LIVE, .expect = "detail=Not Found"},
    {"no such route, and nobody", APP, .target = "/api/nothing", .status = 401,
     .credential = CREDENTIAL_ABSENT},
    {"other paths are for browsers", APP, .target = "/", .headers = AS("m2m"), .status = 302,
     .expect = "@location^=https://ws.example.com/oidc/oauth2/v2.0/authorize?client_id=sensors"},
    {"deep paths too", APP, .target = "/a/b/c", .status = 302, .expect = "@location?"},
    {"workspace APIs are not there", APP, .target = "/api/2.0/preview/scim/v2/Me",
     .headers = AS("m2m"), .status = 404, .credential = CREDENTIAL_LIVE},
    {"no such app", .host = "nobody-111.aws.databricksapps.com", .source = FACT,
     .target = "/api/status", .headers = AS("m2m"), .status = 404},
    {"right key", KEYED, .target = "/api/status",
     .headers = AS("m2m") "X-API-Key: secret-api-key\n", .status = 200,
     .credential = CREDENTIAL_LIVE},
    {"no key", KEYED, .target = "/api/status", .headers = AS("m2m"), .status = 401,
     .credential = CREDENTIAL_LIVE, .expect = "detail=Missing API key"},
    {"wrong key", KEYED, .target = "/api/status",
     .headers = AS("m2m") "X-API-Key: secret-api-kex\n", .status = 401,
     .credential = CREDENTIAL_LIVE, .expect = "detail=Invalid API key"},
    {"key alone", KEYED, .target = "/api/status", .headers = "X-API-Key: secret-api-key\n",
     .status = 401, .credential = CREDENTIAL_ABSENT},
};

Test(apps, the_gate_follows_the_contract)
{
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(apps, expired_tokens_are_refused)
{
    clock_advance_ms(&d->clock, 3601 * 1000);
    const struct site_row row = {"expired",
                                 APP,
                                 .target = "/api/status",
                                 .headers = AS("m2m"),
                                 .status = 401,
                                 .credential = CREDENTIAL_EXPIRED};
    site_desk_row(d, &row);
}
