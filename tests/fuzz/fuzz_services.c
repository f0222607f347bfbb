/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/json/json_read.h"
#include "base/sys/clock.h"
#include "base/wire/scenario.h"
#include "mock/apps/apps.h"
#include "mock/azure/azure.h"
#include "mock/cloud_id/cloud_id.h"
#include "mock/http/route.h"
#include "mock/kbase/kbase.h"
#include "mock/state/mock_state.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RENEW_AFTER = 2000 };

#define TENANT "aaaaaaaa-0000-4000-8000-000000000001"

static const char world[] =
    "workspaces: [{host: ws.example.com, workspace_id: \"111\", tenant_id: " TENANT "}]\n"
    "principals: [{name: robot, kind: service-principal, "
    "client_id: bbbbbbbb-0000-4000-8000-000000000001}, {name: user@example.com}]\n"
    "services:\n"
    "  tenants: [{tenant_id: " TENANT ", domain: contoso}]\n"
    "  entra_apps:\n"
    "    - {name: robot, principal: robot, client_secret: robot-secret,\n"
    "       proof: {federated_issuer: \"https://token.actions.githubusercontent.com\",\n"
    "               federated_subject: workload}}\n"
    "    - {name: desktop, kind: public, client_id: bbbbbbbb-0000-4000-8000-000000000002,\n"
    "       redirect_uris: [\"http://localhost\"]}\n"
    "    - {name: machine, kind: managed-identity, principal: robot}\n"
    "  kbase_users: [{user: alice, token: ALICEALICEALICEALICEALICEALICE22}]\n"
    "  apps: [{name: sensors, can_use: [robot], api_key: secret-api-key}]\n"
    "  issuers: [{name: actions, kind: github, request_token: github-token},\n"
    "            {name: pipelines, kind: azure-devops, request_token: devops-token},\n"
    "            {name: google, kind: gcp},\n"
    "            {name: idp, subject: client-1, request_token: idp-secret}]\n";

static void world_load(struct mock_state *s)
{
    struct err err = {0};
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    if (yaml_read(str_of(world), "fuzz.yaml", NULL, &doc, &err) < 0 ||
        scenario_decode(a, &doc, doc.root, &scenario, &err) < 0 ||
        mock_state_load(s, &scenario, &err) < 0) {
        abort();
    }
}

/* "METHOD HOST TARGET", header lines, an empty line, the body. */
static bool request_read(struct arena *a, struct str text, struct http_req *ret)
{
    struct str line = {0};
    struct err ignored = {0};
    if (!str_split(&text, '\n', &line)) {
        return false;
    }
    *ret = (struct http_req){.arena = a, .request_id = "0f0e0d0c-0b0a-4908-8706-050403020100"};
    if (!str_split(&line, ' ', &ret->method) || !str_split(&line, ' ', &ret->host) ||
        line.len == 0) {
        return false;
    }
    ret->target = line;
    struct str query = line;
    (void)str_split(&query, '?', &ret->path);
    ret->query = query;
    AUTO_BUF struct buf path = {0};
    if (percent_decode(&path, ret->path, false, &ignored) == 0) {
        ret->path = str_n(arena_strndup(a, buf_z(&path), path.len), path.len);
    }
    if (form_parse(a, query, &ret->params, &ignored) < 0) {
        ret->params = (struct url_params){0};
    }
    *VEC_PUSH(a, &ret->headers) = (struct http_field){STR("Host"), ret->host};
    while (str_split(&text, '\n', &line) && line.len > 0) {
        struct str name;
        (void)str_split(&line, ':', &name);
        *VEC_PUSH(a, &ret->headers) = (struct http_field){name, str_trim(line)};
    }
    ret->body = text;
    return true;
}

/* Every answer is complete; whoever gets something issued was answered well. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct route_table *const tables[] = {&azure_workspace_routes};
    static const struct route_site *const sites[] = {
        &entra_site,  &imds_site,   &arm_site, &kbase_site,         &apps_site,
        &github_site, &devops_site, &gcp_site, &google_issuer_site, &idp_site};
    static struct clock clock;
    static struct mock_state *state;
    static struct router *router;
    static int runs;
    struct err err = {0};
    if (state == NULL) {
        clock_init(&clock);
        state = mock_state_new(&clock, &(struct mock_state_options){.seeded = true}, &err);
        ASSERT(state != NULL);
        router = router_new_with_sites(tables, ARRAY_LEN(tables), sites, ARRAY_LEN(sites));
    }
    if (runs++ % RENEW_AFTER == 0) {
        world_load(state);
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req;
    if (!request_read(a, str_n((const char *)data, size), &req)) {
        return 0;
    }
    const struct route *route = router_find(router, &req, NULL);
    if (route == NULL) {
        return 0;
    }
    struct http_reply reply = {0};
    struct http_notes notes = {.grant = "", .principal = ""};
    notes.credential = (struct journal_credential){.scheme = "", .name = "", .kind = ""};
    struct exchange x = {.req = &req, .reply = &reply, .notes = &notes, .state = state};
    ASSERT(route->handler(&x, &err) == 0);
    ASSERT(reply.status >= 200 && reply.status < 500);
    ASSERT(notes.issued.count == 0 || reply.status == 200 || reply.status == 302);
    const struct http_field *type = http_reply_get_header(&reply, "content-type");
    ASSERT(type != NULL);
    if (str_starts(type->value, STR("application/json"))) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        ASSERT(json_read(reply.body, "answer", NULL, &doc, &err) == 0);
    }
    return 0;
}
