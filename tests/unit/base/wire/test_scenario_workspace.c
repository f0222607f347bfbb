/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"

#include <criterion/criterion.h>

static int decode(struct arena *a, const char *yaml, struct scenario *ret, struct err *err)
{
    static struct json_doc doc;
    json_doc_done(&doc);
    doc = (struct json_doc){0};
    cr_assert_eq(yaml_read(str_of(yaml), "w.yaml", NULL, &doc, err), 0, "%s", err->msg);
    return scenario_decode(a, &doc, doc.root, ret, err);
}

Test(scenario_workspace, absent_knobs_are_zero_and_so_the_services_own)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct scenario s;
    cr_assert_eq(decode(a, "workspaces: [{host: \"*\"}]", &s, &err), 0, "%s", err.msg);
    const struct scenario_workspace *w = SHAPE_LIST_AT(struct scenario_workspace, s.workspaces, 0);
    cr_expect(!w->door.blocked && !w->door.request_ids && w->door.assigned.count == 0);
    cr_expect_eq(w->door.unknown_token, UNKNOWN_TOKEN_403);
    cr_expect(w->catalog.page_size == 0 && !w->catalog.empty_pages);
    cr_expect(w->sql.warehouse_state == WAREHOUSE_RUNNING && w->sql.chunk_rows == 0);
    cr_expect(!w->tokens.disabled && w->tokens.quota == 0 && w->tokens.max_lifetime_ms == 0);
}

Test(scenario_workspace, knobs_are_read)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct scenario s;
    cr_assert_eq(
        decode(a,
               "workspaces:\n"
               "  - door: {blocked: true, unknown_token: \"401\", admins: [a@b.c],\n"
               "           allowed_sources: [10.0.0.0/8, \"2001:db8::1\"]}\n"
               "    catalog: {page_size: 7, empty_pages: true, denied_tables: [a.b.c]}\n"
               "    sql: {warehouse_state: STOPPED, link_lifetime: 1m, inline_limit: 1KiB}\n"
               "    tokens: {disabled: true, quota: 3, max_lifetime: 1d}\n"
               "principals: [{name: a@b.c}]\n"
               "statements:\n"
               "  - {text: x, running_polls: 2, run_time: 3s, cancel_ignored: true}\n",
               &s, &err),
        0, "%s", err.msg);
    const struct scenario_workspace *w = SHAPE_LIST_AT(struct scenario_workspace, s.workspaces, 0);
    const struct scenario_statement *st = SHAPE_LIST_AT(struct scenario_statement, s.statements, 0);
    cr_expect(w->door.blocked && w->door.unknown_token == UNKNOWN_TOKEN_401);
    cr_expect_eq(w->door.allowed_sources.count, 2);
    cr_expect(w->catalog.page_size == 7 && w->catalog.empty_pages);
    cr_expect_eq(w->sql.warehouse_state, WAREHOUSE_STOPPED);
    cr_expect(w->sql.link_lifetime_ms == 60000 && w->sql.inline_limit_bytes == 1024);
    cr_expect(w->tokens.disabled && w->tokens.quota == 3);
    cr_expect_eq(w->tokens.max_lifetime_ms, 86400000);
    cr_expect(st->running_polls == 2 && st->run_time_ms == 3000 && st->cancel_ignored);
}

static const struct {
    const char *yaml, *message;
} bad[] = {
    {"workspaces: [{door: {allowed_sources: [everywhere]}}]", "neither an address nor a range"},
    {"workspaces: [{door: {allowed_sources: [10.0.0.0/40]}}]", "neither an address nor a range"},
    {"workspaces: [{door: {unknown_token: \"404\"}}]", "unknown_token"},
    {"workspaces: [{door: {admins: [a@b.d]}}]\nprincipals: [{name: a@b.c}]",
     "no principal 'a@b.d'"},
    {"workspaces: [{door: {assigned: [robot]}}]", "no principal 'robot'"},
    {"workspaces: [{sql: {link_lifetime: 16m}}]", "link_lifetime"},
    {"workspaces: [{sql: {inline_limit: 26MiB}}]", "inline_limit"},
    {"workspaces: [{tokens: {max_lifetime: 731d}}]", "max_lifetime"},
    {"workspaces: [{secrets: [{scope: s, key: k, value: short}]}]", "at least 8 characters"},
    {"workspaces: [{secrets: [{scope: s, value: longer-one}]}]", "key"},
    {"workspaces: [{secrets: [{scope: s, key: k, value: longer-one},"
     " {scope: s, key: k, value: another-one}]}]",
     "given before"},
    {"workspaces: [{catalog: {denied_tables: [a.b]}}]", "three parts"},
    {"workspaces: [{host: a}]\nprincipals: [{name: a@b.c, has_pat: true, pat_host: b}]",
     "no workspace 'b'"},
    {"workspaces: [{host: a}]\nprincipals: [{name: a@b.c, pat_host: a}]",
     "no personal access token"},
    {"workspaces: [{}]\nprincipals: [{name: mia@b.c, jwks: {keys: [{kty: RSA}]}}]",
     "a user does not authenticate by keys"},
    {"workspaces: [{}]\nprincipals: [{name: r, kind: service-principal, jwks: 5}]", "key set"},
    {"workspaces: [{catalog: {pagesize: 1}}]", "pagesize"},
    {"workspaces: [{catalog: {columns: [id]}}]", "not a name and a type"},
    {"workspaces: [{catalog: {columns: [\"id bigger\"]}}]", "not a name and a type"},
    {"workspaces: [{catalog: {columns: [\"id bigint(1)\"]}}]", "not a name and a type"},
    {"workspaces: [{catalog: {columns: [\"id decimal(1\"]}}]", "not a name and a type"},
    {"workspaces: [{sql: {thrift: {protocol_version: 10}}}]", "protocol_version"},
    {"workspaces: [{sql: {thrift: {direct_results: some}}}]", "direct_results"},
};

Test(scenario_workspace, what_the_service_would_never_do_is_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct scenario s;
        cr_assert_eq(decode(a, bad[i].yaml, &s, &err), -1, "%s", bad[i].yaml);
        cr_expect_not_null(strstr(err.msg, bad[i].message), "%s: %s", bad[i].yaml, err.msg);
        cr_expect_gt(err.line, 0, "%s", bad[i].yaml);
    }
}
