/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/azure/azure.h"
#include "tests/unit/mock/azure/azure_world.h"
#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define TOKEN   "/" TENANT "/oauth2/token"
#define ROBOT   "&client_id=" ROBOT_ID "&client_secret=${robot_entra_secret}"
#define GUEST   "&client_id=" GUEST_ID "&client_secret=${guest_entra_secret}"
#define CC      "grant_type=client_credentials&resource="
#define ARM_ID  "https%3A%2F%2Fmanagement.core.windows.net%2F"
#define MGMT(t) "X-Databricks-Azure-SP-Management-Token: ${" t "}\n"
#define RES(id) "X-Databricks-Azure-Workspace-Resource-Id: " id "\n"
#define AUTH(t) "Authorization: Bearer ${" t "}\n"
#define FACT_63 "server contract 6.3"
#define FACT_62 "server contract 6.2"
#define FACT_21 "server contract 2.1"

static struct site_desk *d;

static void set_up(void)
{
    d = site_desk_new(AZURE_WORLD_BASE);
    const struct site_row rows[] = {
        {"robot", .host = LOGIN, .target = TOKEN, .body = CC DATABRICKS ROBOT, .status = 200,
         .credential = CREDENTIAL_LIVE, .save = "robot=access_token", .source = FACT_63},
        {"robot's for ARM", .host = LOGIN, .target = TOKEN, .body = CC ARM_ID ROBOT, .status = 200,
         .credential = CREDENTIAL_LIVE, .save = "robot_arm=access_token", .source = FACT_63},
        {"guest", .host = LOGIN, .target = TOKEN, .body = CC DATABRICKS GUEST, .status = 200,
         .credential = CREDENTIAL_LIVE, .save = "guest=access_token", .source = FACT_63},
        {"guest's for ARM", .host = LOGIN, .target = TOKEN, .body = CC ARM_ID GUEST, .status = 200,
         .credential = CREDENTIAL_LIVE, .save = "guest_arm=access_token", .source = FACT_63},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(azure_services, .init = set_up, .fini = tear_down);

#define DOOR .host = WORKSPACE, .target = "/door"

static const struct site_row door_rows[] = {
    {"a member's token", DOOR, .headers = AUTH("robot"), .status = 200,
     .credential = CREDENTIAL_LIVE, .expect = "user=" ROBOT_ID, .source = FACT_63},
    {"wrong audience", DOOR, .headers = AUTH("robot_arm"), .status = 400,
     .credential = CREDENTIAL_WRONG,
     .expect = "@content-type^=text/html;#body*=<title>Error 400 io.jsonwebtoken."
               "IncorrectClaimException: Expected aud claim to be: " DATABRICKS
               ", but was: https://management.core.windows.net/;#body*=<pre>",
     .source = FACT_21},
    {"a workspace of another tenant", .host = "adb-222.7.azuredatabricks.net", .target = "/door",
     .headers = AUTH("robot"), .status = 400, .credential = CREDENTIAL_WRONG,
     .expect = "#body*=IncorrectClaimException", .source = "assumed"},
    {"a workspace without a tenant", .host = "dbc-1.cloud.databricks.com", .target = "/door",
     .headers = AUTH("robot"), .status = 403, .credential = CREDENTIAL_WRONG, .source = FACT_21},
    {"no member", DOOR, .headers = AUTH("guest"), .status = 403, .credential = CREDENTIAL_WRONG,
     .expect = "message=Invalid access to Org: 111", .source = FACT_21},
    {"a contributor with its management token", DOOR,
     .headers = AUTH("guest") MGMT("guest_arm") RES(RESOURCE), .status = 200,
     .credential = CREDENTIAL_LIVE, .expect = "user=" GUEST_ID, .source = FACT_63},
    {"without the resource id", DOOR, .headers = AUTH("guest") MGMT("guest_arm"), .status = 403,
     .credential = CREDENTIAL_WRONG, .source = FACT_63},
    {"another resource", DOOR, .headers = AUTH("guest") MGMT("guest_arm") RES("/subscriptions/x"),
     .status = 403, .credential = CREDENTIAL_WRONG, .source = FACT_63},
    {"another's management token", DOOR, .headers = AUTH("guest") MGMT("robot_arm") RES(RESOURCE),
     .status = 403, .credential = CREDENTIAL_WRONG, .source = FACT_63},
    {"the Databricks token as management token", DOOR,
     .headers = AUTH("guest") MGMT("guest") RES(RESOURCE), .status = 403,
     .credential = CREDENTIAL_WRONG, .source = FACT_63},
};

Test(azure_services, workspaces_take_tokens_of_their_tenant)
{
    site_desk_rows(d, door_rows, ARRAY_LEN(door_rows));
}

Test(azure_services, expired_tokens_are_told_in_three_dialects)
{
    static const struct {
        const char *dialect;
        int status;
        const char *expect;
    } dialects[] = {
        {"401-since-2025-12", 401, "error_code=401;message=Token is expired;@www-authenticate?"},
        {"400-html", 400, "@content-type^=text/html;#body*=ExpiredJwtException"},
        {"403-legacy", 403, "error_code=403;message=Invalid Token"},
    };
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        AUTO_FREE char *yaml =
            xasprintf("%s  expired_entra_token: %s\n", AZURE_WORLD_BASE, dialects[i].dialect);
        struct site_desk *other = site_desk_new(yaml);
        site_desk_row(other, &(struct site_row){"token", .host = LOGIN, .target = TOKEN,
                                                .body = CC DATABRICKS ROBOT, .status = 200,
                                                .credential = CREDENTIAL_LIVE,
                                                .save = "robot=access_token", .source = FACT_63});
        clock_advance_ms(&other->clock, 3600 * 1000);
        site_desk_row(other,
                      &(struct site_row){dialects[i].dialect, DOOR, .headers = AUTH("robot"),
                                         .status = dialects[i].status, .expect = dialects[i].expect,
                                         .credential = CREDENTIAL_EXPIRED, .source = FACT_21});
        site_desk_free(other);
    }
}

Test(azure_services, the_workspace_tells_its_tenant_by_redirects)
{
    const struct site_row rows[] = {
        {"aad/auth", .host = WORKSPACE, .target = "/aad/auth", .status = 302,
         .expect = "@location^=https://" LOGIN "/" TENANT "/oauth2/authorize?",
         .source = "server contract 1.4"},
        {"aad/auth elsewhere", .host = "dbc-1.cloud.databricks.com", .target = "/aad/auth",
         .status = 404, .source = "assumed"},
        {"redirector", .host = WORKSPACE, .target = "/oidc/oauth2/v2.0/authorize?a=b%20c",
         .status = 302,
         .expect = "@location=https://" LOGIN "/" TENANT "/oauth2/v2.0/authorize?a=b%20c",
         .source = "server contract 1.4"},
        {"redirector elsewhere", .host = "dbc-1.cloud.databricks.com",
         .target = "/oidc/oauth2/v2.0/authorize?a=b", .status = 302,
         .expect = "@location=https://dbc-1.cloud.databricks.com/oidc/v1/authorize?a=b",
         .source = "assumed"},
    };
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

#define IMDS_PATH "/metadata/identity/oauth2/token?api-version=2018-02-01"
#define IMDS      .host = "169.254.169.254", .source = FACT_62

static const struct site_row imds_rows[] = {
    {"token", IMDS, .target = IMDS_PATH "&resource=" DATABRICKS, .headers = "Metadata: true\n",
     .status = 200,
     .expect = "expires_in=86399;expires_on?;not_before?;refresh_token=;token_type=Bearer;"
               "resource=" DATABRICKS ";client_id=" MACHINE_ID,
     .save = "machine=access_token"},
    {"token by client id", IMDS,
     .target = IMDS_PATH "&resource=" DATABRICKS "&client_id=" MACHINE_ID,
     .headers = "Metadata: true\n", .status = 200},
    {"opens the workspace", DOOR, .headers = AUTH("machine"), .status = 200,
     .credential = CREDENTIAL_LIVE, .expect = "user=" ROBOT_ID, .source = FACT_62},
    {"no header", IMDS, .target = IMDS_PATH "&resource=" DATABRICKS, .status = 400,
     .expect = "error=bad_request_102;error_description=Required metadata header not specified"},
    {"the header's value is lower case", IMDS, .target = IMDS_PATH "&resource=" DATABRICKS,
     .headers = "Metadata: True\n", .status = 400, .expect = "error=bad_request_102"},
    {"through a proxy", IMDS, .target = IMDS_PATH "&resource=" DATABRICKS,
     .headers = "Metadata: true\nX-Forwarded-For: 192.0.2.1\n", .status = 400,
     .expect = "access_token!"},
    {"no resource", IMDS, .target = IMDS_PATH, .headers = "Metadata: true\n", .status = 400,
     .expect = "error=invalid_request"},
    {"unknown resource", IMDS, .target = IMDS_PATH "&resource=https%3A%2F%2Fnobody",
     .headers = "Metadata: true\n", .status = 400, .expect = "error=invalid_resource"},
    {"unknown identity", IMDS, .target = IMDS_PATH "&client_id=x&resource=" DATABRICKS,
     .headers = "Metadata: true\n", .status = 400,
     .expect = "error=invalid_request;error_description=Identity not found"},
    {"an application is no identity", IMDS,
     .target = IMDS_PATH "&client_id=" ROBOT_ID "&resource=" DATABRICKS,
     .headers = "Metadata: true\n", .status = 400,
     .expect = "error_description=Identity not found"},
    {"no version", IMDS, .target = "/metadata/identity/oauth2/token?resource=" DATABRICKS,
     .headers = "Metadata: true\n", .status = 400, .expect = "access_token!"},
    {"unknown version", IMDS,
     .target = "/metadata/identity/oauth2/token?api-version=1&resource=" DATABRICKS,
     .headers = "Metadata: true\n", .status = 400, .expect = "access_token!"},
};

Test(azure_services, machines_get_tokens_of_their_identity)
{
    site_desk_rows(d, imds_rows, ARRAY_LEN(imds_rows));
}

#define ARM .host = "management.azure.com", .source = FACT_63

static const struct site_row arm_rows[] = {
    {"where the workspace is", ARM, .target = RESOURCE "?api-version=2018-04-01",
     .headers = AUTH("guest_arm"), .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "properties.workspaceUrl=" WORKSPACE ";properties.workspaceId=111;id=" RESOURCE},
    {"no token", ARM, .target = RESOURCE "?api-version=2018-04-01", .status = 401,
     .credential = CREDENTIAL_ABSENT, .expect = "error.code=AuthenticationFailed"},
    {"a token for Databricks", ARM, .target = RESOURCE "?api-version=2018-04-01",
     .headers = AUTH("guest"), .status = 401, .credential = CREDENTIAL_WRONG,
     .expect = "error.code=InvalidAuthenticationTokenAudience;@www-authenticate?"},
    {"an unknown token", ARM, .target = RESOURCE "?api-version=2018-04-01",
     .headers = "Authorization: Bearer abcdefgh\n", .status = 401, .credential = CREDENTIAL_UNKNOWN,
     .expect = "error.code=InvalidAuthenticationToken"},
    {"no version", ARM, .target = RESOURCE, .headers = AUTH("guest_arm"), .status = 400,
     .credential = CREDENTIAL_LIVE, .expect = "error.code=MissingApiVersionParameter"},
    {"another version", ARM, .target = RESOURCE "?api-version=1", .headers = AUTH("guest_arm"),
     .status = 400, .credential = CREDENTIAL_LIVE,
     .expect = "error.code=InvalidApiVersionParameter"},
    {"another resource", ARM,
     .target = "/subscriptions/x/resourceGroups/y/providers/Microsoft.Databricks/workspaces/z"
               "?api-version=2018-04-01",
     .headers = AUTH("guest_arm"), .status = 404, .credential = CREDENTIAL_LIVE,
     .expect = "error.code=ResourceNotFound"},
};

Test(azure_services, the_resource_manager_knows_the_host)
{
    site_desk_rows(d, arm_rows, ARRAY_LEN(arm_rows));
    clock_advance_ms(&d->clock, 3600 * 1000);
    const struct site_row late = {"late",
                                  ARM,
                                  .target = RESOURCE "?api-version=2018-04-01",
                                  .headers = AUTH("guest_arm"),
                                  .status = 401,
                                  .credential = CREDENTIAL_EXPIRED,
                                  .expect = "error.code=ExpiredAuthenticationToken"};
    site_desk_row(d, &late);
}

Test(azure_services, several_identities_have_to_be_told_apart)
{
    struct site_desk *other =
        site_desk_new(AZURE_WORLD_BASE "    - {name: second, kind: managed-identity}\n");
    const struct site_row row = {"two identities",
                                 IMDS,
                                 .target = IMDS_PATH "&resource=" DATABRICKS,
                                 .headers = "Metadata: true\n",
                                 .status = 400,
                                 .expect = "error_description^=Multiple user assigned identities"};
    site_desk_row(other, &row);
    site_desk_free(other);
}
