/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/kbase/kbase.h"

#include "tests/unit/mock/site_desk/site_desk.h"

#include <criterion/criterion.h>

#define FACT  "server contract 7"
#define KB    .host = "auth.berdl.kbase.us", .source = FACT
#define ALICE "Authorization: ALICEALICEALICEALICEALICEALICE22\n"
#define JSON  "Content-Type: application/json\n"
#define INVALID                                                             \
    "error.httpcode=401;error.httpstatus=Unauthorized;error.appcode=10020;" \
    "error.apperror=Invalid token;error.message=10020 Invalid token;error.callid?;error.time?"

static const char world[] =
    "workspaces: [{host: \"*\"}]\n"
    "principals: [{name: user@example.com, pat: dapi00112233445566778899aabbccddeeff}]\n"
    "services:\n"
    "  kbase_users:\n"
    "    - {user: alice, token: ALICEALICEALICEALICEALICEALICE22, custom_roles: [BERDL_USER],\n"
    "       roles: [DevToken]}\n"
    "    - {user: bob, token: BOBBOBBOBBOBBOBBOBBOBBOBBOBBOB22, disabled: true}\n"
    "    - {user: carol, token: CAROLCAROLCAROLCAROLCAROLCAROL22, token_expired: true}\n"
    "    - {user: dave, token_type: Service, token_name: robot, token_lifetime: 1h}\n";

static struct site_desk *d;

static void set_up(void)
{
    d = site_desk_new(world);
}

static void tear_down(void)
{
    site_desk_free(d);
}

TestSuite(kbase, .init = set_up, .fini = tear_down);

static const struct site_row rows[] = {
    {"whose token", KB, .target = "/api/V2/token", .headers = ALICE, .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "type=Login;user=alice;name=null;custom={};cachefor=300000;id?;expires?;created?;"
               "customroles!;token!"},
    {"a token that was made", KB, .target = "/api/V2/token",
     .headers = "Authorization: ${kbase_token_4}\n", .status = 200, .credential = CREDENTIAL_LIVE,
     .expect = "type=Service;name=robot;user=dave"},
    {"which service it is", .host = "kbase.us", .source = FACT, .target = "/services/auth/",
     .status = 200, .expect = "servicename=Authentication Service;version?;servertime?"},
    {"white space around it", KB, .target = "/api/V2/token",
     .headers = "Authorization:  "
                "ALICEALICEALICEALICEALICEALICE22 \n",
     .status = 200, .credential = CREDENTIAL_LIVE},
    {"no token", KB, .target = "/api/V2/token", .status = 400, .credential = CREDENTIAL_ABSENT,
     .expect = "error.appcode=10010;error.message=10010 No authentication token: No user token "
               "provided;error.httpstatus=Bad Request"},
    {"a scheme", KB, .target = "/api/V2/token", .status = 401,
     .headers = "Authorization: Bearer ALICEALICEALICEALICEALICEALICE22\n",
     .credential = CREDENTIAL_MALFORMED, .expect = INVALID},
    {"unknown", KB, .target = "/api/V2/token", .headers = "Authorization: nobody\n", .status = 401,
     .credential = CREDENTIAL_UNKNOWN, .expect = INVALID},
    {"another service's secret", KB, .target = "/api/V2/token",
     .headers = "Authorization: ${pat}\n", .status = 401, .credential = CREDENTIAL_WRONG,
     .expect = INVALID},
    {"expired", KB, .target = "/api/V2/token",
     .headers = "Authorization: CAROLCAROLCAROLCAROLCAROLCAROL22\n", .status = 401,
     .credential = CREDENTIAL_EXPIRED, .expect = INVALID},
    {"disabled", KB, .target = "/api/V2/token",
     .headers = "Authorization: BOBBOBBOBBOBBOBBOBBOBBOBBOBBOB22\n", .status = 403,
     .credential = CREDENTIAL_REVOKED,
     .expect = "error.appcode=20010;error.apperror=Account disabled"},
    {"me", KB, .target = "/api/V2/me", .headers = ALICE, .status = 200,
     .credential = CREDENTIAL_LIVE,
     .expect = "user=alice;anonid?;local=false;display=Test User;email=user@example.com;"
               "customroles=[\"BERDL_USER\"];roles.0.id=DevToken;idents.0.provider?;policyids=[]"},
    {"me without", KB, .target = "/api/V2/me", .status = 400, .credential = CREDENTIAL_ABSENT},
    {"test mode", KB, .target = "/testmode/api/V2/token", .headers = ALICE, .status = 200,
     .credential = CREDENTIAL_LIVE},
    {"the public address", .host = "kbase.us", .source = FACT, .target = "/services/auth/api/V2/me",
     .headers = ALICE, .status = 200, .credential = CREDENTIAL_LIVE},
    {"any host", .host = "127.0.0.1", .source = FACT, .target = "/services/auth/api/V2/token",
     .headers = ALICE, .status = 200, .credential = CREDENTIAL_LIVE},
    {"make", KB, .target = "/api/V2/token", .headers = ALICE JSON,
     .body = "{\"name\":\"agent\",\"customcontext\":{\"a\":\"b\"}}", .status = 200,
     .credential = CREDENTIAL_LIVE, .expect = "type=Agent;name=agent;custom.a=b;token?",
     .save = "agent=token"},
    {"the made one works", KB, .target = "/api/V2/token", .headers = "Authorization: ${agent}\n",
     .status = 200, .credential = CREDENTIAL_LIVE, .expect = "type=Agent;user=alice;custom.a=b"},
    {"make without a name", KB, .target = "/api/V2/token", .headers = ALICE JSON, .body = "{}",
     .status = 400, .credential = CREDENTIAL_LIVE, .expect = "error.appcode=30000"},
    {"make without json", KB, .target = "/api/V2/token", .headers = ALICE JSON, .body = "{",
     .status = 400, .credential = CREDENTIAL_LIVE, .expect = "error.appcode=30001"},
    {"make with an odd context", KB, .target = "/api/V2/token", .headers = ALICE JSON,
     .body = "{\"name\":\"x\",\"customcontext\":[]}", .status = 400, .credential = CREDENTIAL_LIVE,
     .expect = "error.appcode=30001"},
};

Test(kbase, answers_follow_the_contract)
{
    site_desk_rows(d, rows, ARRAY_LEN(rows));
}

Test(kbase, notes_name_the_token_and_never_hold_it)
{
    site_desk_row(d, &rows[0]);
    cr_expect_str_eq(d->notes.principal, "alice");
    cr_expect_str_eq(d->notes.credential.name, "kbase_token");
    cr_expect_str_eq(d->notes.credential.scheme, "");
    cr_expect(d->notes.credential.has_life);
}

Test(kbase, tokens_live_as_long_as_they_say)
{
    const struct site_row dave = {"dave",
                                  KB,
                                  .target = "/api/V2/token",
                                  .headers = "Authorization: ${kbase_token_4}\n",
                                  .status = 401,
                                  .credential = CREDENTIAL_EXPIRED,
                                  .expect = INVALID};
    clock_advance_ms(&d->clock, 3600 * 1000);
    site_desk_row(d, &dave);
}
