/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/oidc/oidc_flow.h"

#include "base/core/xalloc.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static const char scenario[] =
    "workspaces:\n"
    "  - {host: ws.example.com, workspace_id: \"111\", account_id: " DESK_ACCOUNT ",\n"
    "     tables: [main.default.trips]}\n"
    "  - {host: other.example.com, workspace_id: \"222\",\n"
    "     account_id: aaaaaaaa-2222-4333-8444-555555555555}\n"
    "principals:\n"
    "  - {name: robot, kind: service-principal, client_id: " DESK_CLIENT_ID ",\n"
    "     client_secret: " DESK_SECRET "}\n"
    "  - {name: user@example.com, pat: " DESK_PAT "}\n"
    "  - {name: admin-robot, kind: service-principal, account_admin: true}\n"
    "oauth_apps:\n"
    "  - {name: public, client_id: public-app, redirect_urls: [\"" FLOW_LOOPBACK "\"]}\n"
    "  - {name: single, client_id: single-app, redirect_urls: [\"" FLOW_LOOPBACK "\"],\n"
    "     token_access_policy: {enable_single_use_refresh_tokens: true,\n"
    "                           absolute_session_lifetime: 1d}}\n"
    "  - {name: web, client_id: web-app, confidential: true, client_secret: " FLOW_WEB_SECRET ",\n"
    "     redirect_urls: [\"" FLOW_WEB "\"]}\n"
    "  - {name: sql, client_id: sql-app, redirect_urls: [\"" FLOW_LOOPBACK "\"],\n"
    "     scopes: [sql, offline_access]}\n";

void flow_load(struct desk *d, const char *more)
{
    AUTO_FREE char *yaml = xasprintf("%s%s", scenario, more);
    desk_load(d, yaml);
}

void flow_init(struct flow *f, const char *more)
{
    f->desk = desk_new();
    f->arena = arena_new();
    flow_load(f->desk, more);
}

void flow_done(struct flow *f)
{
    desk_free(f->desk);
    arena_free(f->arena);
}

const struct desk_reply *flow_get(struct flow *f, const char *target)
{
    return desk_send(f->desk, &(struct desk_request){.target = target, .tls = true});
}

const struct desk_reply *flow_post(struct flow *f, const char *target, const char *body)
{
    return desk_send(f->desk, &(struct desk_request){.method = "POST",
                                                     .target = target,
                                                     .content_type = FLOW_FORM,
                                                     .body = body,
                                                     .tls = true});
}

const struct desk_reply *flow_token(struct flow *f, const char *body)
{
    return flow_post(f, "/oidc/v1/token", body);
}

static const char *encoded(struct flow *f, const char *text)
{
    AUTO_BUF struct buf out = {0};
    percent_encode(&out, str_of(text));
    return arena_strdup(f->arena, buf_z(&out));
}

const char *flow_redirect_of(const char *client_id)
{
    return strcmp(client_id, "web-app") == 0          ? FLOW_WEB
           : strcmp(client_id, "databricks-cli") == 0 ? "http://localhost:8020"
                                                      : FLOW_LOOPBACK;
}

const struct desk_reply *flow_authorize(struct flow *f, const char *client_id, const char *more)
{
    return flow_get(
        f, arena_printf(f->arena,
                        "/oidc/v1/authorize?response_type=code&client_id=%s&redirect_uri=%s%s",
                        client_id, encoded(f, flow_redirect_of(client_id)), more));
}

const char *flow_callback_param(struct flow *f, const char *name)
{
    struct err err = {0};
    struct url_params params = {0};
    struct str location = str_of(desk_header(f->desk, "location"));
    long mark = str_find(location, STR("?"), 0);
    if (mark < 0 || form_parse(f->arena, str_slice(location, (size_t)mark + 1, location.len),
                               &params, &err) < 0) {
        return "";
    }
    const struct url_param *p = params_get(&params, name);
    return p != NULL ? arena_strndup(f->arena, p->value.ptr, p->value.len) : "";
}

const char *flow_code(struct flow *f, const char *client_id, const char *scope)
{
    const char *more =
        arena_printf(f->arena, "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=S256%s%s",
                     scope[0] != '\0' ? "&scope=" : "", encoded(f, scope));
    const struct desk_reply *a = flow_authorize(f, client_id, more);
    cr_assert_eq(a->reply.status, 302, "%s", a->body);
    const char *code = flow_callback_param(f, "code");
    cr_assert_str_neq(code, "", "%s", desk_header(f->desk, "location"));
    return code;
}

const struct desk_reply *flow_redeem(struct flow *f, const char *client_id, const char *code)
{
    bool web = strcmp(client_id, "web-app") == 0;
    return flow_token(
        f, arena_printf(f->arena,
                        "grant_type=authorization_code&code=%s&client_id=%s&redirect_uri=%s"
                        "&code_verifier=" FLOW_VERIFIER "%s",
                        code, client_id, encoded(f, flow_redirect_of(client_id)),
                        web ? "&client_secret=" FLOW_WEB_SECRET : ""));
}

const char *flow_kept(struct flow *f, const char *member)
{
    return arena_strdup(f->arena, json_get_string(f->desk->last.json, member, ""));
}

const char *flow_refresh_token(struct flow *f, const char *client_id)
{
    const char *code = flow_code(f, client_id, "all-apis offline_access");
    const struct desk_reply *a = flow_redeem(f, client_id, code);
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    const char *token = flow_kept(f, "refresh_token");
    cr_assert_str_neq(token, "");
    return token;
}

int flow_api_status(struct flow *f, const char *token)
{
    return desk_send(f->desk, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                                     .authorization = arena_printf(
                                                         f->arena, "Bearer %s", token)})
        ->reply.status;
}
