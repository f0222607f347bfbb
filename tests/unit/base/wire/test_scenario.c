/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"

#include <criterion/criterion.h>

static int decode(struct arena *a, const char *yaml, struct json_doc *doc, struct scenario *ret,
                  struct err *err)
{
    if (yaml_read(str_of(yaml), "s.yaml", NULL, doc, err) < 0) {
        return -1;
    }
    return scenario_decode(a, doc, doc->root, ret, err);
}

Test(scenario, the_smallest_one_has_sensible_defaults)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    cr_assert_eq(decode(a, "workspaces: [{}]\n", &doc, &s, &err), 0, "%s %s", err.msg, err.hint);
    const struct scenario_workspace *w = SHAPE_LIST_AT(struct scenario_workspace, s.workspaces, 0);
    cr_expect_eq(s.workspaces.count, 1);
    cr_expect_str_eq(w->host, "*");
    cr_expect_str_eq(w->workspace_id, "900800700600");
    cr_expect_eq(strlen(w->account_id), 36);
    cr_expect_str_eq(w->cloud, "AWS");
    cr_expect_eq(w->tables.count, 0);
    cr_expect_eq(s.principals.count, 0);
    cr_expect_eq(s.expiring_window_ms, 30000);
}

Test(scenario, every_field_arrives)
{
    struct err err = {0};
    struct scenario s;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    const char *yaml =
        "workspaces:\n"
        "  - {host: adb-1.2.azuredatabricks.net, workspace_id: \"7127657513572111\",\n"
        "     account_id: 0A000000-2222-4333-8444-555555555555, cloud: Azure,\n"
        "     warehouse_id: wh1, tables: [main.default.trips]}\n"
        "principals:\n"
        "  - {name: robot, kind: service-principal, access_token_lifetime: 90s,\n"
        "     refresh_token_lifetime: 1h, scopes: [sql, offline_access], blocked: true,\n"
        "     client_id: 12345678-9abc-4def-8012-3456789abcde, client_secret: \"12345678\"}\n"
        "  - {name: u@example.com, has_pat: true}\n"
        "statements: [{text: SELECT 1, state: FAILED, error_code: X, pending_polls: 2}]\n"
        "faults:\n"
        "  - {id: f, routes: [oidc.*], classes: token, grant: client_credentials, skip: 1,\n"
        "     times: 2, after_handler: true, status: 503, headers: {Retry-After: \"2\"},\n"
        "     error: unavailable, content_type: text/plain, delay: 10ms, end: hold}\n"
        "expiring_window: 0s\n";
    cr_assert_eq(decode(a, yaml, &doc, &s, &err), 0, "%d:%d %s %s", err.line, err.column, err.msg,
                 err.hint);
    const struct scenario_workspace *w = SHAPE_LIST_AT(struct scenario_workspace, s.workspaces, 0);
    cr_expect_str_eq(w->cloud, "Azure");
    cr_expect_str_eq(w->tables.items[0], "main.default.trips");
    const struct scenario_principal *p = SHAPE_LIST_AT(struct scenario_principal, s.principals, 0);
    cr_expect_eq(p->kind, PRINCIPAL_SERVICE);
    cr_expect_eq(p->access_token_lifetime_ms, 90000);
    cr_expect_eq(p->refresh_token_lifetime_ms, 3600000);
    cr_expect_eq(p->scopes.count, 2);
    cr_expect(p->blocked);
    p = SHAPE_LIST_AT(struct scenario_principal, s.principals, 1);
    cr_expect_eq(p->kind, PRINCIPAL_USER);
    cr_expect(p->has_pat);
    cr_expect_eq(p->access_token_lifetime_ms, 3600000);
    const struct scenario_statement *st = SHAPE_LIST_AT(struct scenario_statement, s.statements, 0);
    cr_expect_str_eq(st->error_code, "X");
    cr_expect_eq(st->pending_polls, 2);
    const struct scenario_fault *f = SHAPE_LIST_AT(struct scenario_fault, s.faults, 0);
    cr_expect_str_eq(f->id, "f");
    cr_expect_str_eq(f->classes.items[0], "token");
    cr_expect_str_eq(f->grant, "client_credentials");
    cr_expect(f->skip == 1 && f->times == 2 && f->after_handler && f->status == 503);
    cr_expect_str_eq(f->headers.items[0].key, "Retry-After");
    cr_expect_str_eq(f->error, "unavailable");
    cr_expect_eq(f->delay_ms, 10);
    cr_expect_eq(f->end, FAULT_END_HOLD);
    cr_expect_eq(s.expiring_window_ms, 0);
}

#define W         "workspaces: [{}]\n"
#define P(fields) W "principals:\n  - {" fields "}\n"
#define F(fields) W "faults:\n  - {" fields "}\n"
#define S(fields) W "statements:\n  - {" fields "}\n"
#define UUID      "12345678-9abc-4def-8012-3456789abcde"

/* What is wrong; the text at whose last occurrence the complaint points; a word of message or
 * hint. */
static const struct {
    const char *yaml, *at, *says, *hints;
} bad[] = {
    {"{}\n", "{", "workspaces", ""},
    {"workspaces: []\n", "[", "there is no workspace", "add workspaces"},
    {W "principles: []\n", "principles", "principles", "principals"},
    {"workspaces: [{hots: a}]\n", "hots", "hots", "host"},
    {"workspaces:\n  - host: Example.COM\n", "Example", "not a host name", "lower case"},
    {"workspaces:\n  - host: https://a.b\n", "https", "not a host name", "without scheme"},
    {"workspaces:\n  - host: \"a:443\"\n", "\"a", "not a host name", "port"},
    {"workspaces:\n  - workspace_id: abc\n", "abc", "decimal", "digits"},
    {"workspaces:\n  - workspace_id: \"9007199254740992\"\n", "\"9", "2^53", "digits"},
    {"workspaces:\n  - account_id: \"1111\"\n", "\"1111", "UUID", "8-4-4-4-12"},
    {"workspaces:\n  - account_id: 11111111-2222-4333-8444-55555555555g\n", "11111111", "UUID", ""},
    {"workspaces:\n  - cloud: Azur\n", "Azur", "unknown cloud 'Azur'", "Azure"},
    {"workspaces:\n  - warehouse_id: /sql/x\n", "/sql", "warehouse id", "last part"},
    {"workspaces:\n  - tables: [a.b.c, trips]\n", "trips", "three parts", "catalog.schema.table"},
    {"workspaces:\n  - tables: [a..c]\n", "a..c", "three parts", ""},
    {"workspaces: [{host: a, workspace_id: \"1\"}, {host: a, workspace_id: \"2\"}]\n", "a, w",
     "given before", ""},
    {"workspaces: [{host: a}, {host: b}]\n", "{", "given before", ""},
    {P("name: jane"), "jane", "e-mail", "service-principal"},
    {P("kind: user"), "{", "name", ""},
    {P("name: a@b, kind: service"), "service", "kind", ""},
    {P("name: a@b, client_secret: \"12345678\""), "\"1", "no OAuth client", ""},
    {P("name: r, kind: service-principal, client_id: robot"), "robot", "UUID", "leave it out"},
    {P("name: r, kind: service-principal, client_secret: short"), "short", "8 characters", ""},
    {P("name: a@b, pat: short"), "short", "8 characters", "leave it out"},
    {P("name: a@b, scopes: [sql, \"a b\"]"), "\"a b", "not a scope", "one scope"},
    {P("name: a@b, access_token_lifetime: 0s"), "0s", "access_token_lifetime", ""},
    {P("name: a@b}\n  - {name: a@b"), "a@b", "given before", ""},
    {P("name: a@b, pat: dapi0000}\n  - {name: c@d, pat: dapi0000"), "dapi", "given before", ""},
    {S("state: FALED"), "FALED", "unknown statement state 'FALED'", "FAILED"},
    {S("error_code: X"), "X", "only a statement that fails", "state: FAILED"},
    {S("pending_polls: -1"), "-1", "pending_polls", ""},
    {F("routes: [oidc/token]"), "oidc/token", "route's name", "oidc.token"},
    {F("classes: [tokn], status: 500"), "tokn", "unknown route class 'tokn'", "token"},
    {F("status: 100"), "100", "not the status", "200"},
    {F("status: 600"), "600", "status", ""},
    {F("error: x, body: text"), "text", "own body", "one of the two"},
    {F("end: hang, status: 500"), "hang", "no answer is sent", "leave out"},
    {F("routes: [a]"), "{", "changes nothing", "add status"},
    {F("id: F, status: 500"), "F", "fault's id", "small letters"},
    {F("id: f, status: 500}\n  - {id: f, status: 500"), "f, s", "given before", ""},
    {F("end: hagn"), "hagn", "end", "hang"},
    {F("method: post, status: 500"), "post", "request's method", "capital letters"},
    {F("headers: {\"A b\": c}"), "\"A b", "not a header's name", "letters"},
    {F("headers: {A: \"c\\r\\nX: y\"}"), "\"c", "no line ends", "one line"},
    {F("request_headers: {\"A:\": c}, status: 500"), "\"A:", "not a header's name", "letters"},
    {F("content_type: \"a\\nb\""), "\"a", "no line ends", "one line"},
    {F("redirect: \"/a\\nb\""), "\"/a", "no line ends", "one line"},
    {F("cut_at: 3, cut_percent: 5"), "5", "where to cut already", "one of the two"},
};

static struct json_place place_of_last(const char *text, const char *at)
{
    struct json_place place = {.line = 1, .column = 1};
    const char *last = NULL;
    for (const char *p = text; (p = strstr(p, at)) != NULL; p++) {
        last = p;
    }
    cr_assert_not_null(last, "%s", at);
    for (const char *p = text; p < last; p++) {
        place.column = *p == '\n' ? 1 : place.column + 1;
        place.line += *p == '\n' ? 1 : 0;
    }
    return place;
}

Test(scenario, each_mistake_is_told_with_its_place_and_a_way_out)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        struct scenario s;
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct json_place place = place_of_last(bad[i].yaml, bad[i].at);
        cr_expect_eq(decode(a, bad[i].yaml, &doc, &s, &err), -1, "%s", bad[i].yaml);
        cr_expect_eq(err.code, ERR_INVALID, "%s: %s", bad[i].yaml, err.msg);
        cr_expect_str_eq(err.file, "s.yaml");
        cr_expect(err.line == place.line && err.column == place.column, "%sat %d:%d: %s",
                  bad[i].yaml, err.line, err.column, err.msg);
        cr_expect_not_null(strstr(err.msg, bad[i].says), "%s%s", bad[i].yaml, err.msg);
        cr_expect_not_null(strstr(err.hint, bad[i].hints), "%s%s", bad[i].yaml, err.hint);
    }
}

static void expect_documented(const struct shape *shape)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *f = &shape->fields[i];
        cr_expect(f->doc != NULL && strlen(f->doc) > 10, "%s.%s", shape->name, f->key);
        if (f->shape != NULL) {
            expect_documented(f->shape);
        }
    }
}

Test(scenario, every_field_is_documented)
{
    expect_documented(&scenario_shape);
}

Test(scenario, the_documentation_names_all_classes_and_ends)
{
    AUTO_BUF struct buf out = {0};
    shape_markdown(&out, &scenario_shape);
    const char *const words[] = {"discovery", "noise", "unknown", "hold", "service-principal"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        cr_expect_not_null(strstr(buf_z(&out), words[i]), "%s", words[i]);
    }
}
