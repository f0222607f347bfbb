/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/site_desk/site_desk.h"

#include "base/core/xalloc.h"
#include "base/json/json_read.h"
#include "base/text/number.h"
#include "base/wire/scenario.h"
#include "mock/access/access.h"
#include "mock/apps/apps.h"
#include "mock/azure/azure.h"
#include "mock/cloud_id/cloud_id.h"
#include "mock/kbase/kbase.h"
#include "mock/state/principal_store.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static int door(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (access_enter(x, NULL, &a)) {
        access_reply(x, &a, 200,
                     json_set_string(json_object(), "user", principal_user_name(a.principal)));
    }
    return 0;
}

static const struct route door_routes[] = {
    {"door", "GET", "/door", ROUTE_API, door, "Who came.", "this test"},
};
static const struct route_table door_table = {"door", door_routes, ARRAY_LEN(door_routes)};

static void scenario_load_text(struct site_desk *d, const char *yaml)
{
    struct err err = {0};
    struct scenario scenario;
    char text[1024];
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (yaml_read(str_of(yaml), "desk.yaml", NULL, &doc, &err) < 0 ||
        scenario_decode(d->arena, &doc, doc.root, &scenario, &err) < 0 ||
        mock_state_load(d->state, &scenario, &err) < 0) {
        cr_assert(false, "%s", err_text(&err, text, sizeof(text)));
    }
}

struct site_desk *site_desk_new(const char *yaml)
{
    static const struct route_table *const tables[] = {&door_table, &azure_workspace_routes};
    static const struct route_site *const sites[] = {
        &entra_site, &imds_site,         &arm_site,        &kbase_site,
        &apps_site,  &github_site,       &devops_site,     &gcp_site,
        &idp_site,   &google_oauth_site, &google_iam_site, &google_issuer_site};
    struct err err = {0};
    struct mock_state_options seeded = {.seeded = true, .seed = 1};
    struct site_desk *d = xcalloc(1, sizeof(*d));
    d->arena = arena_new();
    clock_init(&d->clock);
    d->state = mock_state_new(&d->clock, &seeded, &err);
    cr_assert_not_null(d->state);
    d->router = router_new_with_sites(tables, ARRAY_LEN(tables), sites, ARRAY_LEN(sites));
    scenario_load_text(d, yaml);
    return d;
}

void site_desk_free(struct site_desk *d)
{
    router_free(d->router);
    mock_state_free(d->state);
    arena_free(d->arena);
    free(d);
}

void site_desk_set(struct site_desk *d, const char *name, const char *value)
{
    for (size_t i = 0; i < d->vars.count; i++) {
        if (strcmp(d->vars.items[i].name, name) == 0) {
            d->vars.items[i].value = arena_strdup(d->arena, value);
            return;
        }
    }
    *VEC_PUSH(d->arena, &d->vars) =
        (struct template_var){arena_strdup(d->arena, name), arena_strdup(d->arena, value)};
}

static void set_canaries(struct site_desk *d)
{
    for (size_t i = 0; i < secret_set_count(d->state->canaries); i++) {
        const struct canary *c = secret_set_at(d->state->canaries, i);
        site_desk_set(d, c->name, secret_reveal(c->value).ptr);
    }
}

static const char *expand(struct site_desk *d, const char *text, const char *what)
{
    struct err err = {0};
    const char *out = NULL;
    char message[512];
    if (text == NULL) {
        return NULL;
    }
    if (template_expand(d->arena, str_of(text), &d->vars, &out, &err) < 0) {
        cr_assert(false, "%s: %s", what, err_text(&err, message, sizeof(message)));
    }
    return out;
}

const char *site_desk_get(struct site_desk *d, const char *name)
{
    set_canaries(d);
    return expand(d, arena_printf(d->arena, "${%s}", name), name);
}

static void add_header(struct http_req *r, struct str name, struct str value)
{
    *VEC_PUSH(r->arena, &r->headers) = (struct http_field){name, value};
}

static void add_headers(struct http_req *r, const char *lines)
{
    struct str rest = str_of(lines), line;
    while (str_split(&rest, '\n', &line)) {
        long colon = str_find(line, STR(": "), 0);
        if (colon > 0) {
            add_header(r, str_slice(line, 0, (size_t)colon),
                       str_slice(line, (size_t)colon + 2, line.len));
        }
    }
}

static struct http_req *request_make(struct site_desk *d, const struct site_row *row)
{
    struct err err = {0};
    struct arena *a = d->arena;
    struct http_req *r = ARENA_NEW(a, struct http_req);
    const char *headers = expand(d, row->headers, row->what);
    const char *body = expand(d, row->body, row->what);
    struct str target = str_of(expand(d, row->target, row->what));
    long mark = str_find(target, STR("?"), 0);
    AUTO_BUF struct buf path = {0};
    r->arena = a;
    r->method = str_of(row->method != NULL ? row->method : body != NULL ? "POST" : "GET");
    r->target = target;
    r->query = mark < 0 ? STR("") : str_slice(target, (size_t)mark + 1, target.len);
    r->request_id = "0f0e0d0c-0b0a-4908-8706-050403020100";
    r->host = str_of(expand(d, row->host, row->what));
    r->tls = true;
    struct str raw_path = str_slice(target, 0, mark < 0 ? target.len : (size_t)mark);
    cr_assert(percent_decode(&path, raw_path, false, &err) == 0);
    r->path = str_n(arena_strndup(a, buf_z(&path), path.len), path.len);
    cr_assert(form_parse(a, r->query, &r->params, &err) == 0);
    add_header(r, STR("Host"), r->host);
    add_headers(r, headers != NULL ? headers : "");
    if (body != NULL) {
        if (http_req_header(r, "Content-Type") == NULL) {
            add_header(r, STR("Content-Type"), STR("application/x-www-form-urlencoded"));
        }
        r->body = str_of(body);
        r->framing = FRAMING_CONTENT_LENGTH;
    }
    return r;
}

static const char *node_text(struct arena *a, const struct json *node)
{
    AUTO_BUF struct buf out = {0};
    if (json_type(node) == JSON_STRING) {
        return arena_strdup(a, json_string_or(node, ""));
    }
    json_write(&out, node);
    return arena_strdup(a, buf_z(&out));
}

/* The text of what a path names, or NULL. */
static const char *member_text(struct site_desk *d, const struct http_reply *reply,
                               const struct json *root, struct str path)
{
    if (path.len > 0 && path.ptr[0] == '@') {
        const struct http_field *f =
            http_reply_get_header(reply, arena_strndup(d->arena, path.ptr + 1, path.len - 1));
        return f != NULL ? arena_strndup(d->arena, f->value.ptr, f->value.len) : NULL;
    }
    if (str_eq_z(path, "#body")) {
        return arena_strndup(d->arena, reply->body.len > 0 ? reply->body.ptr : "", reply->body.len);
    }
    const struct json *node = root;
    struct str part;
    while (node != NULL && str_split(&path, '.', &part)) {
        int64_t index;
        struct err ignored = {0};
        bool number = parse_int64(part, 0, 1000, &index, &ignored) == 0;
        node = number ? json_at(node, (size_t)index)
                      : json_get(node, arena_strndup(d->arena, part.ptr, part.len));
    }
    return node != NULL ? node_text(d->arena, node) : NULL;
}

static bool is_met(struct site_desk *d, const struct http_reply *reply, const struct json *root,
                   struct str claim)
{
    size_t at = 0;
    while (at < claim.len && strchr("=^*?!", claim.ptr[at]) == NULL) {
        at++;
    }
    cr_assert(at < claim.len, "not an expectation: %.*s", STR_ARG(claim));
    const char *text = member_text(d, reply, root, str_slice(claim, 0, at));
    char op = claim.ptr[at];
    struct str want = str_slice(claim, at + (op == '=' ? 1 : 2), claim.len);
    switch (op) {
    case '?':
        return text != NULL;
    case '!':
        return text == NULL;
    case '^':
        return text != NULL && str_starts(str_of(text), want);
    case '*':
        return text != NULL && str_find(str_of(text), want, 0) >= 0;
    default:
        return text != NULL && str_eq(str_of(text), want);
    }
}

static void save(struct site_desk *d, const struct http_reply *reply, const struct json *root,
                 const struct site_row *row)
{
    struct str rest = str_of(row->save), pair;
    while (rest.ptr != NULL && str_split(&rest, ';', &pair)) {
        struct str name;
        cr_assert(str_split(&pair, '=', &name));
        const char *text = member_text(d, reply, root, pair);
        cr_assert_not_null(text, "%s: nothing to save for %.*s", row->what, STR_ARG(name));
        site_desk_set(d, arena_strndup(d->arena, name.ptr, name.len), text);
    }
}

void site_desk_row(struct site_desk *d, const struct site_row *row)
{
    struct err err = {0};
    struct http_reply reply = {0};
    set_canaries(d);
    struct http_req *r = request_make(d, row);
    d->notes = (struct http_notes){.grant = "", .principal = ""};
    d->notes.credential = (struct journal_credential){.scheme = "", .name = "", .kind = ""};
    struct exchange x = {.req = r, .reply = &reply, .notes = &d->notes, .state = d->state};
    d->route = router_find(d->router, r, NULL);
    cr_assert_not_null(d->route, "%s: no route", row->what);
    cr_assert(d->route->handler(&x, &err) == 0, "%s: the handler failed: %s", row->what, err.msg);
    AUTO_JSON_DOC struct json_doc doc = {0};
    const struct json *root =
        reply.body.len > 0 && json_read(reply.body, "answer", NULL, &doc, &err) == 0 ? doc.root
                                                                                     : NULL;
    cr_expect_eq(reply.status, row->status, "%s (%s): status %d, not %d: %.*s", row->what,
                 row->source, reply.status, row->status, STR_ARG(reply.body));
    struct str rest = str_of(expand(d, row->expect, row->what)), claim;
    while (rest.ptr != NULL && str_split(&rest, ';', &claim)) {
        cr_expect(is_met(d, &reply, root, claim), "%s (%s): not so: %.*s\n%.*s", row->what,
                  row->source, STR_ARG(claim), STR_ARG(reply.body));
    }
    cr_expect_eq((int)d->notes.credential.state, row->credential, "%s (%s): credential %s, not %s",
                 row->what, row->source, credential_state_name(d->notes.credential.state),
                 credential_state_name((enum credential_state)row->credential));
    if (reply.status == row->status) {
        save(d, &reply, root, row);
    }
}

void site_desk_rows(struct site_desk *d, const struct site_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        site_desk_row(d, &rows[i]);
    }
}
