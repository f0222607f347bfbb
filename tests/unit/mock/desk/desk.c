/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/desk.h"

#include "base/core/assert.h"
#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/text/base64.h"
#include "base/wire/scenario.h"
#include "mock/oidc/account/account.h"
#include "mock/oidc/oidc.h"
#include "mock/sql/sql.h"
#include "mock/statements/statements.h"
#include "mock/workspace/workspace.h"

#include <stdio.h>
#include <stdlib.h>

static const char standard[] =
    "workspaces:\n"
    "  - {host: ws.example.com, workspace_id: \"111\", warehouse_id: abc123,\n"
    "     account_id: " DESK_ACCOUNT ", tables: [main.default.trips]}\n"
    "  - {host: other.example.com, workspace_id: \"222\", warehouse_id: def456,\n"
    "     account_id: aaaaaaaa-2222-4333-8444-555555555555}\n"
    "principals:\n"
    "  - {name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID ",\n"
    "     client_secret: " DESK_SECRET "}\n"
    "  - {name: user@example.com, pat: " DESK_PAT "}\n";

void desk_load(struct desk *d, const char *yaml)
{
    struct err err = {0};
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario scenario;
    char text[1024];
    if (yaml_read(str_of(yaml), "desk.yaml", NULL, &doc, &err) < 0 ||
        scenario_decode(a, &doc, doc.root, &scenario, &err) < 0 ||
        mock_state_load(d->state, &scenario, &err) < 0) {
        fprintf(stderr, "%s\n", err_text(&err, text, sizeof(text)));
        abort();
    }
}

struct desk *desk_new(void)
{
    static const struct route_table *const tables[] = {
        &oidc_routes, &account_routes, &workspace_routes, &statements_routes, &sql_routes};
    static const struct route_site *const sites[] = {&oidc_login_site};
    struct err err = {0};
    struct mock_state_options seeded = {.seeded = true, .seed = 1};
    struct desk *d = xcalloc(1, sizeof(*d));
    clock_init(&d->clock);
    d->state = mock_state_new(&d->clock, &seeded, &err);
    ASSERT(d->state != NULL);
    d->router = router_new_with_sites(tables, ARRAY_LEN(tables), sites, ARRAY_LEN(sites));
    d->arena = arena_new();
    desk_load(d, standard);
    return d;
}

void desk_free(struct desk *d)
{
    if (d == NULL) {
        return;
    }
    json_free(d->json);
    arena_free(d->arena);
    router_free(d->router);
    mock_state_free(d->state);
    free(d);
}

struct desk *desk_lease(struct desk_lease *lease, const char *yaml)
{
    if (lease->calls++ % DESK_LIFE == 0) {
        desk_free(lease->desk);
        lease->desk = desk_new();
        if (yaml != NULL) {
            desk_load(lease->desk, yaml);
        }
    }
    return lease->desk;
}

static void add_header(struct http_req *r, const char *name, const char *value)
{
    if (value != NULL) {
        *VEC_PUSH(r->arena, &r->headers) =
            (struct http_field){.name = str_of(name), .value = str_of(value)};
    }
}

static struct http_req *request_make(struct desk *d, const struct desk_request *q)
{
    struct err err = {0};
    struct http_req *r = ARENA_NEW(d->arena, struct http_req);
    AUTO_BUF struct buf path = {0};
    struct str target = str_of(q->target);
    long mark = str_find(target, STR("?"), 0);
    size_t path_end = mark < 0 ? target.len : (size_t)mark;
    r->arena = d->arena;
    r->method = str_of(q->method != NULL ? q->method : "GET");
    r->target = target;
    r->query = mark < 0 ? STR("") : str_slice(target, path_end + 1, target.len);
    r->tls = q->tls;
    r->request_id = DESK_REQUEST;
    r->source = STR(DESK_SOURCE);
    r->host = str_of(q->host != NULL ? q->host : "ws.example.com");
    ASSERT(percent_decode(&path, str_slice(target, 0, path_end), false, &err) == 0);
    r->path = str_n(arena_strndup(d->arena, buf_z(&path), path.len), path.len);
    if (form_parse(d->arena, r->query, &r->params, &err) < 0) {
        r->params = (struct url_params){0}; /* as mock/http/request_take.c */
    }
    add_header(r, "Host", r->host.ptr);
    add_header(r, "Authorization", q->authorization);
    add_header(r, "authorization", q->authorization_2);
    add_header(r, "content-type", q->content_type);
    add_header(r, "X-Databricks-Workspace-Id", q->workspace_id);
    size_t len = q->body == NULL ? 0 : q->body_len > 0 ? q->body_len : strlen(q->body);
    r->body = str_n(q->body != NULL ? q->body : "", len);
    r->framing = len > 0 ? FRAMING_CONTENT_LENGTH : FRAMING_NONE;
    return r;
}

const struct desk_reply *desk_send(struct desk *d, const struct desk_request *request)
{
    struct err err = {0};
    arena_free(d->arena);
    json_free(d->json);
    d->arena = arena_new();
    d->json = NULL;
    d->last = (struct desk_reply){0};
    struct http_req *r = request_make(d, request);
    struct exchange x = {.req = r,
                         .reply = &d->last.reply,
                         .notes = &d->last.notes,
                         .state = d->state,
                         .fault = request->fault};
    d->last.route = router_find(d->router, r, NULL);
    if (d->last.route == NULL) {
        return &d->last;
    }
    ASSERT(d->last.route->handler(&x, &err) == 0);
    struct str body = d->last.reply.body;
    d->last.body = arena_strndup(d->arena, body.len > 0 ? body.ptr : "", body.len);
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (body.len > 0 && json_read(body, "answer", NULL, &doc, &err) == 0) {
        d->last.json = d->json = json_doc_take_root(&doc);
    }
    return &d->last;
}

const char *desk_header(const struct desk *d, const char *name)
{
    VEC_FOREACH(const struct http_field, f, &d->last.reply.headers) {
        if (str_eq_nocase(f->name, str_of(name))) {
            return arena_strndup(d->arena, f->value.ptr, f->value.len);
        }
    }
    return "";
}

const char *desk_bearer(struct desk *d, const struct mock_mint *mint)
{
    static char header[4096];
    struct err err = {0};
    const struct credential *c;
    struct str value;
    ASSERT(mock_state_mint(d->state, mint, &c, &value, &err) == 0);
    (void)snprintf(header, sizeof(header), "Bearer %.*s", STR_ARG(value));
    return header;
}

const char *desk_basic(const char *id, const char *secret, char *out, size_t out_size)
{
    AUTO_BUF struct buf pair = {0}, encoded = {0};
    buf_printf(&pair, "%s:%s", id, secret);
    base64_encode(&encoded, buf_str(&pair), BASE64_STANDARD);
    (void)snprintf(out, out_size, "Basic %s", buf_z(&encoded));
    return out;
}
