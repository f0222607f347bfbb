/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_mint.h"
#include "mock/statements/statements.h"
#include "mock/workspace/workspace.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

/* Every way of being refused, at every route of the workspace APIs, with the recorded bodies byte
 * for byte: no route has a door of its own. Sources: databricks-jdbc connectionintegrationtests
 * (401, 403), databricks-vscode#583 (expiring), gbrueckl/Databricks.API.PowerShell#87 (Org),
 * omnigent#4463 (IP ACL). */

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(every_door, .init = set_up, .fini = tear_down);

enum bearer {
    BEARER_NONE,
    BEARER_PAT,
    BEARER_LIVE,
    BEARER_EXPIRED,
    BEARER_EXPIRING,
    BEARER_REVOKED,
    BEARER_REFRESH,
    BEARER_ELSEWHERE,
    BEARER_ACCOUNT,
    BEARER_NARROW,
    BEARER_TEXT
};

#define NOT_SENT "Credential was not sent or was of an unsupported type for this API."
#define INVALID  "Invalid access token."
#define BLOCKED \
    "Source IP address: " DESK_SOURCE " is blocked by Databricks IP ACL for workspace: 111"
#define ROUTES_MAX   128
#define REQUEST_NOTE " [ReqId: " DESK_REQUEST "]"

static const struct {
    const char *what;
    const char *knobs; /* of the workspace, in YAML */
    enum bearer bearer;
    const char *text; /* BEARER_TEXT: the whole header */
    const char *workspace_id;
    int status;
    const char *message;
    bool always_noted; /* the request id is in the message whatever the knob says */
} ways[] = {
    {"missing", "", BEARER_NONE, NULL, NULL, 401, NOT_SENT, false},
    {"malformed", "", BEARER_TEXT, "Bearer two words", NULL, 401, NOT_SENT, false},
    {"no token", "", BEARER_TEXT, "Bearer", NULL, 401, NOT_SENT, false},
    {"another scheme", "", BEARER_TEXT, "Basic dXNlcjpwYXNz", NULL, 401, NOT_SENT, false},
    {"unknown", "", BEARER_TEXT, "Bearer dapi99", NULL, 403, INVALID, false},
    {"unknown, told as 401", "door: {unknown_token: \"401\"}, ", BEARER_TEXT, "Bearer dapi99", NULL,
     401, NOT_SENT, false},
    {"of another kind", "", BEARER_REFRESH, NULL, NULL, 403, INVALID, false},
    {"expired", "", BEARER_EXPIRED, NULL, NULL, 403, "Invalid Token", false},
    {"expiring", "", BEARER_EXPIRING, NULL, NULL, 403,
     "Token is expiring within 30 seconds. (token expired)", false},
    {"revoked", "", BEARER_REVOKED, NULL, NULL, 403, INVALID, false},
    {"for another workspace", "", BEARER_ELSEWHERE, NULL, NULL, 403, "Invalid access to Org: 111",
     false},
    {"for the account", "", BEARER_ACCOUNT, NULL, NULL, 403, "Invalid access to Org: 111", false},
    {"blocked", "door: {blocked: true}, ", BEARER_LIVE, NULL, NULL, 403, BLOCKED, true},
    {"from elsewhere", "door: {allowed_sources: [198.51.100.0/24]}, ", BEARER_LIVE, NULL, NULL, 403,
     BLOCKED, true},
    {"not assigned", "door: {assigned: [user@example.com]}, ", BEARER_LIVE, NULL, NULL, 403,
     "Unauthorized access to Org: 111", false},
    {"meant for another workspace", "", BEARER_LIVE, NULL, "222", 403, "Invalid access to Org: 222",
     false},
    {"PATs are off", "tokens: {disabled: true}, ", BEARER_PAT, NULL, NULL, 403, INVALID, false},
};

static void load(const char *knobs)
{
    char yaml[1024];
    (void)snprintf(yaml, sizeof(yaml),
                   "workspaces:\n"
                   "  - {%shost: ws.example.com, workspace_id: \"111\", account_id: " DESK_ACCOUNT
                   "}\n"
                   "  - {host: other.example.com, workspace_id: \"222\"}\n"
                   "principals:\n"
                   "  - {name: robot, kind: service-principal}\n"
                   "  - {name: user@example.com, pat: " DESK_PAT "}\n",
                   knobs);
    desk_load(d, yaml);
}

/* desk_bearer() has one memory for them all. */
static const char *minted(struct mock_mint m)
{
    m.principal = "robot";
    m.kind = m.kind != NULL ? m.kind : "access-token";
    return desk_bearer(d, &m);
}

static const char *account_token(void)
{
    static char header[4096];
    struct err err = {0};
    struct credential *c;
    struct str value;
    const struct token_request r = {
        .kind = SECRET_ACCESS_TOKEN,
        .principal = principal_store_named(d->state->principals, STR("robot")),
        .client_id = "",
        .audience = DESK_ACCOUNT,
        .issuer = "https://accounts.cloud.databricks.com/oidc/accounts/" DESK_ACCOUNT,
        .scope = "all-apis",
        .lifetime_ms = 3600000,
    };
    cr_assert_eq(token_mint(d->state, &r, &c, &value, &err), 0, "%s", err.msg);
    (void)snprintf(header, sizeof(header), "Bearer %.*s", STR_ARG(value));
    return header;
}

static const char *authorization(enum bearer bearer, const char *text)
{
    static const char *narrow = "offline_access";
    int64_t ignored;
    struct err err = {0};
    const char *header = NULL;
    switch (bearer) {
    case BEARER_PAT:
        return "Bearer " DESK_PAT;
    case BEARER_EXPIRED:
        return minted((struct mock_mint){.lifetime_ms = -1000});
    case BEARER_EXPIRING:
        return minted((struct mock_mint){.lifetime_ms = 20000});
    case BEARER_REVOKED:
        header = minted((struct mock_mint){.name = "dead"});
        cr_assert_eq(mock_state_revoke(d->state, "dead", NULL, NULL, &ignored, &err), 0);
        return header;
    case BEARER_REFRESH:
        return minted((struct mock_mint){.kind = "refresh-token"});
    case BEARER_ELSEWHERE:
        return minted((struct mock_mint){.host = "other.example.com"});
    case BEARER_ACCOUNT:
        return account_token();
    case BEARER_NARROW:
        return minted((struct mock_mint){.scopes = {.items = &narrow, .count = 1}});
    case BEARER_LIVE:
        return minted((struct mock_mint){0});
    case BEARER_NONE:
    case BEARER_TEXT:
    default:
        return text;
    }
}

/* The route's pattern with something in each of its places. */
static const char *path_of(const struct route *route)
{
    static char path[256];
    size_t len = 0;
    for (const char *p = route->pattern; *p != '\0' && *p != '['; p++) {
        path[len++] = *p == '{' ? 'x' : *p;
        p += *p == '{' ? strcspn(p, "}") : 0;
    }
    path[len] = '\0';
    return path;
}

static const struct desk_reply *knock(const struct route *route, const char *header,
                                      const char *workspace_id)
{
    const struct desk_reply *a = desk_send(d, &(struct desk_request){.method = route->method,
                                                                     .target = path_of(route),
                                                                     .authorization = header,
                                                                     .workspace_id = workspace_id});
    cr_assert_eq(a->route, route, "%s is reached by %s", route->name, path_of(route));
    return a;
}

static size_t api_routes(const struct route *out[ROUTES_MAX])
{
    const struct route_table *tables[] = {&workspace_routes, &statements_routes};
    size_t count = 0;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            if (tables[t]->routes[i].class == ROUTE_API) {
                cr_assert_lt(count, ROUTES_MAX);
                out[count++] = &tables[t]->routes[i];
            }
        }
    }
    return count;
}

static void every_way(const char *more_knobs, bool noted)
{
    const struct route *routes[ROUTES_MAX];
    size_t count = api_routes(routes);
    for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
        char knobs[256], body[512];
        bool both = more_knobs[0] != '\0' && strncmp(ways[w].knobs, "door: {", 7) == 0;
        (void)snprintf(knobs, sizeof(knobs), both ? "door: {request_ids: true, %s" : "%s%s",
                       both ? ways[w].knobs + 7 : more_knobs, ways[w].knobs);
        load(knobs);
        const char *header = authorization(ways[w].bearer, ways[w].text);
        bool note = noted || ways[w].always_noted;
        (void)snprintf(body, sizeof(body), "{\"error_code\":%d,\"message\":\"%s%s\"}",
                       ways[w].status, ways[w].message, note ? REQUEST_NOTE : "");
        for (size_t i = 0; i < count; i++) {
            const struct desk_reply *a = knock(routes[i], header, ways[w].workspace_id);
            cr_expect_eq(a->reply.status, ways[w].status, "%s at %s: %d", ways[w].what,
                         routes[i]->name, a->reply.status);
            cr_expect_str_eq(a->body, body, "%s at %s", ways[w].what, routes[i]->name);
            const char *challenge = desk_header(d, "www-authenticate");
            cr_expect_eq(challenge[0] != '\0', ways[w].status == 401, "RFC9110-15.5.2-401");
            const char *reason = desk_header(d, "x-databricks-reason-phrase");
            cr_expect(ways[w].always_noted || strcmp(reason, ways[w].message) == 0, "%s: %s",
                      ways[w].what, reason);
        }
    }
}

Test(every_door, all_routes_refuse_in_each_way_with_the_recorded_body)
{
    every_way("", false);
}

Test(every_door, newer_gateways_append_the_request_id_to_the_message_only)
{
    every_way("door: {request_ids: true}, ", true);
}

Test(every_door, no_route_opens_to_a_token_of_other_scopes)
{
    const struct route *routes[ROUTES_MAX];
    size_t count = api_routes(routes);
    load("");
    const char *header = authorization(BEARER_NARROW, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct desk_reply *a = knock(routes[i], header, NULL);
        cr_expect_eq(a->reply.status, 403, "%s", routes[i]->name);
        cr_expect_eq(strncmp(json_get_string(a->json, "message", ""),
                             "Provided OAuth token does not have required scopes: ", 52),
                     0, "%s: %s", routes[i]->name, a->body);
        cr_expect_not_null(strstr(a->body, REQUEST_NOTE));
        cr_expect_eq(a->notes.credential.state, CREDENTIAL_WRONG);
    }
}

/* Without this the tests above would pass if nothing were ever let in. */
Test(every_door, all_routes_open_to_a_live_token_of_an_admin)
{
    const struct route *routes[ROUTES_MAX];
    size_t count = api_routes(routes);
    load("door: {admins: [robot], assigned: [robot], allowed_sources: [192.0.2.0/24]}, ");
    const char *header = authorization(BEARER_LIVE, NULL);
    cr_expect_gt(count, 60);
    for (size_t i = 0; i < count; i++) {
        const struct desk_reply *a = knock(routes[i], header, "111");
        cr_expect_neq(a->reply.status, 401, "%s", routes[i]->name);
        cr_expect_neq(a->reply.status, 403, "%s: %s", routes[i]->name, a->body);
        cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
        cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "111", "%s", routes[i]->name);
        const struct json *code = json_get(a->json, "error_code");
        cr_expect(code == NULL || json_type(code) == JSON_STRING, "a string code behind the door");
    }
}

Test(every_door, routes_for_admins_are_closed_to_others_in_the_services_dialect)
{
    const struct route *routes[ROUTES_MAX];
    size_t count = api_routes(routes), refused = 0;
    load("");
    const char *header = authorization(BEARER_LIVE, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct desk_reply *a = knock(routes[i], header, NULL);
        bool managed = strncmp(routes[i]->name, "token_management.", 17) == 0;
        cr_expect_eq(a->reply.status == 403, managed, "%s: %s", routes[i]->name, a->body);
        refused += a->reply.status == 403 ? 1 : 0;
        if (managed) {
            cr_expect_str_eq(json_get_string(a->json, "error_code", ""), "PERMISSION_DENIED");
        }
    }
    cr_expect_eq(refused, 4);
}
