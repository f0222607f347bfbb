/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/authorize.h"

#include "base/crypto/jwt.h"
#include "mock/state/key_ring.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_authorize, .init = set_up, .fini = tear_down);

#define AUTHORIZE "/oidc/v1/authorize?response_type=code"
#define PKCE      "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=S256"
#define BACK      "&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback"

Test(oidc_authorize, consent_is_given_at_once)
{
    const struct desk_reply *a = flow_authorize(&f, "public-app", PKCE "&state=a%2Bb%20c%26d");
    cr_expect_eq(a->reply.status, 302);
    cr_expect_str_eq(flow_callback_param(&f, "state"), "a+b c&d");
    cr_expect_gt(strlen(flow_callback_param(&f, "code")), 20);
    cr_expect_eq(strspn(flow_callback_param(&f, "code"),
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                 strlen(flow_callback_param(&f, "code")), "Java decodes it twice");
    cr_expect_str_eq(flow_callback_param(&f, "iss"), "");
    cr_expect(str_starts(str_of(desk_header(f.desk, "location")), STR(FLOW_LOOPBACK "?")));
    cr_expect_str_eq(desk_header(f.desk, "cache-control"), "no-store");
    cr_expect_eq(a->reply.body.len, 0);
    cr_expect_str_eq(a->notes.principal, "user@example.com");
    cr_expect_str_eq(a->notes.issued.items[0], "code_1");
    cr_expect_eq((int)a->route->class, (int)ROUTE_AUTHORIZE);
}

/* What is told on a page: nobody is sent anywhere. */
static const struct {
    const char *target, *description;
} pages[] = {
    {AUTHORIZE "&client_id=dbt-databricks&redirect_uri=http%3A%2F%2Flocalhost%3A8020%2Fx",
     "redirect_uri 'http://localhost:8020/x' not registered for OAuth application "
     "'dbt-databricks'"},
    {AUTHORIZE "&client_id=databricks-cli&redirect_uri=http%3A%2F%2F127.0.0.1%3A53890",
     "redirect_uri 'http://127.0.0.1:53890' not registered for OAuth application "
     "'databricks-cli'"},
    {AUTHORIZE "&client_id=databricks-cli&redirect_uri=http%3A%2F%2F127.0.0.1%3A8020",
     "redirect_uri 'http://127.0.0.1:8020' not registered for OAuth application "
     "'databricks-cli'"},
    {AUTHORIZE "&client_id=public-app&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback%2F",
     "redirect_uri 'http://localhost:8080/callback/' not registered for OAuth application "
     "'public-app'"},
    {AUTHORIZE "&client_id=public-app&redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fcallback",
     "redirect_uri 'http://localhost:8081/callback' not registered for OAuth application "
     "'public-app'"},
    {AUTHORIZE "&client_id=" DESK_CLIENT_ID BACK,
     "OAuth application with client_id: '" DESK_CLIENT_ID
     "' not available in Databricks account '" DESK_ACCOUNT "'."},
    {AUTHORIZE "&client_id=nobody" BACK,
     "OAuth application with client_id: 'nobody' not available in Databricks account '" DESK_ACCOUNT
     "'."},
    {AUTHORIZE BACK, "The parameter client_id is missing"},
    {AUTHORIZE "&client_id=public-app", "The parameter redirect_uri is missing"},
    {AUTHORIZE "&client_id=public-app&client_id=web-app" BACK,
     "A request parameter must not be included more than once"},
};

Test(oidc_authorize, bad_clients_and_redirects_are_told_on_a_page)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const struct desk_reply *a = flow_get(&f, pages[i].target);
        cr_expect_eq(a->reply.status, 400, "%s", pages[i].target);
        cr_expect_str_eq(desk_header(f.desk, "location"), "", "%s", pages[i].target);
        cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_request");
        cr_expect_str_eq(json_get_string(a->json, "error_description", ""), pages[i].description);
        cr_expect_eq(a->notes.issued.count, 0);
    }
}

/* What goes back to the application. */
static const struct {
    const char *client, *more, *error, *clause;
} callbacks[] = {
    {"public-app", PKCE "&scope=nothing", "invalid_scope", "RFC 6749 section 4.1.2.1"},
    {"public-app", PKCE "&scope=sql++openid", "invalid_scope", "RFC 6749 section 3.3"},
    {"sql-app", PKCE "&scope=all-apis", "invalid_scope", "the application may not have it"},
    {"public-app", "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=plain",
     "invalid_request", "RFC 7636 section 4.4.1"},
    {"public-app", "&code_challenge=" FLOW_CHALLENGE, "invalid_request",
     "RFC7636-4.3-method-param"},
    {"public-app", "&code_challenge=short&code_challenge_method=S256", "invalid_request",
     "RFC 7636 section 4.2"},
    {"public-app", "&code_challenge_method=S256", "invalid_request", "RFC 7636 section 4.3"},
    {"public-app", PKCE "&scope=sql&scope=sql", "invalid_request", "RFC6749-3.1-no-dup-params"},
    {"public-app", PKCE "&response_mode=web_message", "invalid_request", "OAuth response modes"},
    {"public-app", PKCE "&request=x", "request_not_supported", "OpenID Connect Core 3.1.2.6"},
    {"public-app", PKCE "&request_uri=x", "request_uri_not_supported",
     "OpenID Connect Core 3.1.2.6"},
};

Test(oidc_authorize, other_errors_go_back_to_the_application)
{
    for (size_t i = 0; i < ARRAY_LEN(callbacks); i++) {
        const char *more = arena_printf(f.arena, "%s&state=xyz", callbacks[i].more);
        const struct desk_reply *a = flow_authorize(&f, callbacks[i].client, more);
        cr_expect_eq(a->reply.status, 302, "%s", callbacks[i].more);
        cr_expect_str_eq(flow_callback_param(&f, "error"), callbacks[i].error, "%s (%s)",
                         callbacks[i].more, callbacks[i].clause);
        cr_expect_str_eq(flow_callback_param(&f, "state"), "xyz", "%s", callbacks[i].more);
        cr_expect_str_eq(flow_callback_param(&f, "code"), "", "%s", callbacks[i].more);
    }
}

Test(oidc_authorize, response_types_other_than_code_and_id_token_are_refused)
{
    static const char *const types[] = {"token", "code+token", "code+id_token"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        (void)flow_get(&f, arena_printf(f.arena, "%s%s",
                                        "/oidc/v1/authorize?client_id=public-app" BACK
                                        "&response_mode=query&response_type=",
                                        types[i]));
        cr_expect_str_eq(flow_callback_param(&f, "error"), "unsupported_response_type",
                         "RFC9700-2.1.2-no-implicit: %s", types[i]);
    }
    (void)flow_get(&f, "/oidc/v1/authorize?client_id=public-app" BACK);
    cr_expect_str_eq(flow_callback_param(&f, "error"), "invalid_request");
}

Test(oidc_authorize, hints_to_the_sign_in_page_are_tolerated)
{
    (void)flow_authorize(&f, "public-app",
                         PKCE "&prompt=none&max_age=0&login_hint=x&ui_locales=de&display=page");
    cr_expect_str_neq(flow_callback_param(&f, "code"), "");
}

Test(oidc_authorize, form_post_answers_a_form)
{
    const struct desk_reply *a =
        flow_authorize(&f, "public-app", PKCE "&response_mode=form_post&state=%22%3E%3Cscript%3E");
    cr_expect_eq(a->reply.status, 200);
    cr_expect_not_null(strstr(a->body, "action=\"" FLOW_LOOPBACK "\""));
    cr_expect_not_null(strstr(a->body, "name=\"code\""));
    cr_expect_null(strstr(a->body, "<script>"), "%s", a->body);
    cr_expect_not_null(strstr(a->body, "&#34;&#62;&#60;script&#62;"));
}

Test(oidc_authorize, fragment_is_behind_a_hash)
{
    (void)flow_authorize(&f, "public-app", PKCE "&response_mode=fragment&state=s");
    cr_expect(str_starts(str_of(desk_header(f.desk, "location")), STR(FLOW_LOOPBACK "#code=")));
}

Test(oidc_authorize, an_id_token_comes_in_the_fragment)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    (void)flow_get(&f, "/oidc/v1/authorize?response_type=id_token&scope=openid+email&nonce=n1"
                       "&client_id=public-app" BACK);
    const char *start = FLOW_LOOPBACK "#id_token=";
    const char *location = desk_header(f.desk, "location");
    cr_assert(str_starts(str_of(location), str_of(start)), "%s", location);
    cr_assert_eq(jwt_parse(str_of(location + strlen(start)), &jwt, &err), 0, "%s", err.msg);
    cr_expect_str_eq(json_get_string(jwt.claims, "aud", ""), "public-app");
    cr_expect_str_eq(json_get_string(jwt.claims, "nonce", ""), "n1");
    cr_expect_str_eq(json_get_string(jwt.claims, "email", ""), "user@example.com");
    cr_expect_null(json_get(jwt.claims, "name"), "the scope profile was not asked for");
    cr_expect(jwt_verify(&jwt, key_ring_current(f.desk->state->keys, KEY_RS256, &err)));
}

Test(oidc_authorize, knobs_change_what_the_service_leaves_open)
{
    flow_load(f.desk, "oidc: {consent_denied: true, authorize_iss: true}\n");
    (void)flow_authorize(&f, "public-app", PKCE);
    cr_expect_str_eq(flow_callback_param(&f, "error"), "access_denied");
    cr_expect_str_eq(flow_callback_param(&f, "error_description"),
                     "Policy evaluation failed for this request");
    cr_expect_str_eq(flow_callback_param(&f, "iss"), "https://ws.example.com/oidc", "RFC 9207");
    flow_load(f.desk, "oidc: {pkce: public}\n");
    (void)flow_authorize(&f, "public-app", "");
    cr_expect_str_eq(flow_callback_param(&f, "error"), "invalid_request", "RFC9700-2.1.1-pkce");
    (void)flow_authorize(&f, "web-app", "");
    cr_expect_str_neq(flow_callback_param(&f, "code"), "");
    flow_load(f.desk, "oidc: {pkce: always}\n");
    (void)flow_authorize(&f, "web-app", "");
    cr_expect_str_eq(flow_callback_param(&f, "error"), "invalid_request");
}

Test(oidc_authorize, any_loopback_port_is_a_knob)
{
    flow_load(f.desk, "oidc: {any_loopback_port: true}\n");
    (void)flow_get(&f, AUTHORIZE "&client_id=public-app"
                                 "&redirect_uri=http%3A%2F%2Flocalhost%3A41234%2Fcallback");
    cr_expect(str_starts(str_of(desk_header(f.desk, "location")),
                         STR("http://localhost:41234/callback?code=")));
    static const char *const others[] = {"http%3A%2F%2Flocalhost%3A41234%2Fother",
                                         "http%3A%2F%2F127.0.0.1%3A8080%2Fcallback",
                                         "http%3A%2F%2Flocalhost%3A1%40evil.example%2Fcallback",
                                         "http%3A%2F%2Flocalhost.evil.example%2Fcallback",
                                         "http%3A%2F%2Flocalhost%3A1%0d%0aX%3A%20y%2Fcallback"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct desk_reply *a =
            flow_get(&f, arena_printf(f.arena, AUTHORIZE "&client_id=public-app&redirect_uri=%s",
                                      others[i]));
        cr_expect_eq(a->reply.status, 400, "%s", others[i]);
    }
}

Test(oidc_authorize, without_a_user_nobody_consents)
{
    desk_load(f.desk, "workspaces: [{host: ws.example.com}]\n");
    (void)flow_authorize(&f, "databricks-cli", PKCE);
    cr_expect_str_eq(flow_callback_param(&f, "error"), "access_denied");
}

Test(oidc_authorize, the_scenario_says_who_signs_in)
{
    desk_load(f.desk, "workspaces: [{host: ws.example.com}]\n"
                      "principals: [{name: a@example.com}, {name: b@example.com}]\n"
                      "oidc: {user: b@example.com}\n");
    cr_expect_str_eq(flow_authorize(&f, "databricks-cli", PKCE)->notes.principal, "b@example.com");
}

Test(oidc_authorize, every_port_of_the_cli_is_registered)
{
    for (int port = 8019; port <= 8041; port++) {
        const struct desk_reply *a = flow_get(
            &f, arena_printf(f.arena,
                             AUTHORIZE "&client_id=databricks-cli&redirect_uri=http%%3A%%2F%%2F"
                                       "localhost%%3A%d" PKCE,
                             port));
        cr_expect_eq(a->reply.status, port >= 8020 && port <= 8040 ? 302 : 400, "%d", port);
    }
}

static const struct desk_reply *login(const char *query, const char *host)
{
    return desk_send(f.desk, &(struct desk_request){.target = arena_printf(f.arena, "/?%s", query),
                                                    .host = host,
                                                    .tls = true});
}

#define DESTINATION                                                                             \
    "destination_url=%2Foidc%2Fv1%2Fauthorize%3Fresponse_type%3Dcode%26client_id%3Ddatabricks-" \
    "cli%26redirect_uri%3Dhttp%253A%252F%252Flocalhost%253A8020%26state%3Ds1"

Test(oidc_authorize, the_login_host_names_the_workspace_it_chose)
{
    (void)login(DESTINATION, "login.databricks.com");
    cr_expect_str_eq(flow_callback_param(&f, "iss"), "https://ws.example.com/oidc");
    cr_expect_str_eq(flow_callback_param(&f, "state"), "s1");
    const char *code = flow_callback_param(&f, "code");
    const struct desk_reply *a =
        flow_token(&f, arena_printf(f.arena,
                                    "grant_type=authorization_code&client_id=databricks-cli&code=%s"
                                    "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A8020",
                                    code));
    cr_expect_eq(a->reply.status, 200, "%s", a->body);
}

Test(oidc_authorize, the_login_host_can_choose_the_account)
{
    (void)login(DESTINATION "&target=ACCOUNT", "login.databricks.com");
    cr_expect_str_eq(flow_callback_param(&f, "iss"),
                     "https://accounts.cloud.databricks.com/oidc/accounts/" DESK_ACCOUNT);
}

Test(oidc_authorize, the_login_host_without_destination_shows_its_page)
{
    cr_expect_eq(login("x=y", "login.databricks.com")->reply.status, 200);
    cr_expect_str_eq(desk_header(f.desk, "content-type"), "text/html; charset=utf-8");
    cr_expect_eq(login("destination_url=https%3A%2F%2Fevil.example%2F", "login.databricks.com")
                     ->reply.status,
                 200);
    cr_expect_str_eq(desk_header(f.desk, "location"), "");
}
