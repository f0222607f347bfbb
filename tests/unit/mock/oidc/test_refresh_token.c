/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define FORM "application/x-www-form-urlencoded"

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(oidc_refresh_token, .init = set_up, .fini = tear_down);

/* A refresh token of the user, given to the built-in client. */
static const char *minted(int64_t lifetime_ms, const char *host)
{
    static char value[64];
    struct err err = {0};
    const struct credential *c;
    struct str made;
    struct mock_mint mint = {.kind = "refresh-token",
                             .principal = "user@example.com",
                             .lifetime_ms = lifetime_ms,
                             .host = host};
    cr_assert_eq(mock_state_mint(d->state, &mint, &c, &made, &err), 0, "%s", err.msg);
    (void)snprintf(value, sizeof(value), "%.*s", STR_ARG(made));
    return value;
}

static const struct desk_reply *refresh(const char *token, const char *more)
{
    static char body[512];
    (void)snprintf(body, sizeof(body), "grant_type=refresh_token&refresh_token=%s%s", token, more);
    return desk_send(
        d, &(struct desk_request){
               .method = "POST", .target = "/oidc/v1/token", .content_type = FORM, .body = body});
}

#define CLI "&client_id=databricks-cli"

static void expect_refused(const struct desk_reply *a, enum credential_state state)
{
    cr_expect_eq(a->reply.status, 400);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_request");
    cr_expect_str_eq(json_get_string(a->json, "error_description", ""), "Refresh token is invalid",
                     "DBX-TOK-2");
    cr_expect_eq(a->notes.credential.state, state, "is %s",
                 credential_state_name(a->notes.credential.state));
}

Test(oidc_refresh_token, a_refresh_token_works_again_and_again)
{
    const char *token = minted(0, NULL);
    for (int i = 0; i < 2; i++) {
        const struct desk_reply *a = refresh(token, CLI);
        cr_assert_eq(a->reply.status, 200, "%s", a->body);
        cr_expect_str_eq(json_get_string(a->json, "refresh_token", ""), token);
        cr_expect_str_eq(a->notes.grant, "refresh_token");
        cr_expect_str_eq(a->notes.principal, "user@example.com");
        cr_expect_str_eq(a->notes.credential.name, "refresh_token_1");
        cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
        cr_expect(a->notes.credential.has_life);
    }
}

Test(oidc_refresh_token, the_new_access_token_opens_the_api)
{
    char header[4096];
    const struct desk_reply *a = refresh(minted(0, NULL), CLI);
    (void)snprintf(header, sizeof(header), "Bearer %s",
                   json_get_string(a->json, "access_token", ""));
    a = desk_send(d, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                            .authorization = header});
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(json_get_string(a->json, "userName", ""), "user@example.com");
}

Test(oidc_refresh_token, an_unknown_one_is_refused)
{
    expect_refused(refresh("doau00000000000000000000000000000000", CLI), CREDENTIAL_UNKNOWN);
}

Test(oidc_refresh_token, another_kind_of_secret_is_refused)
{
    expect_refused(refresh(DESK_PAT, CLI), CREDENTIAL_WRONG);
    expect_refused(refresh(DESK_SECRET, CLI), CREDENTIAL_WRONG);
}

Test(oidc_refresh_token, it_is_bound_to_its_client)
{
    expect_refused(refresh(minted(0, NULL), "&client_id=dbt-databricks"), CREDENTIAL_WRONG);
    expect_refused(
        refresh(minted(0, NULL), "&client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET),
        CREDENTIAL_WRONG);
}

Test(oidc_refresh_token, it_is_bound_to_its_workspace)
{
    expect_refused(refresh(minted(0, "other.example.com"), CLI), CREDENTIAL_WRONG);
}

Test(oidc_refresh_token, it_expires)
{
    const char *token = minted(60000, NULL);
    clock_advance_ms(&d->clock, 60000);
    expect_refused(refresh(token, CLI), CREDENTIAL_EXPIRED);
}

Test(oidc_refresh_token, it_can_be_revoked)
{
    struct err err = {0};
    int64_t count;
    const char *token = minted(0, NULL);
    cr_assert_eq(
        mock_state_revoke(d->state, NULL, "user@example.com", "refresh-token", &count, &err), 0);
    cr_expect_eq(count, 1);
    expect_refused(refresh(token, CLI), CREDENTIAL_REVOKED);
}

Test(oidc_refresh_token, the_scope_may_shrink_but_not_grow)
{
    struct err err = {0};
    const struct credential *c;
    struct str made;
    const char *scopes[] = {"sql", "offline_access"};
    struct mock_mint mint = {.kind = "refresh-token",
                             .principal = "user@example.com",
                             .scopes = {.items = scopes, .count = 2}};
    cr_assert_eq(mock_state_mint(d->state, &mint, &c, &made, &err), 0);
    const struct desk_reply *a = refresh(made.ptr, CLI "&scope=sql");
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "sql");
    a = refresh(made.ptr, CLI "&scope=all-apis");
    cr_expect_eq(a->reply.status, 400);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_scope", "RFC6749-6-scope");
    a = refresh(made.ptr, CLI);
    cr_expect_str_eq(json_get_string(a->json, "scope", ""), "sql offline_access");
}

Test(oidc_refresh_token, without_one_the_request_is_invalid)
{
    const struct desk_reply *a = refresh("", CLI);
    cr_expect_eq(a->reply.status, 400);
    cr_expect_str_eq(json_get_string(a->json, "error", ""), "invalid_request");
    cr_expect_str_neq(json_get_string(a->json, "error_description", ""),
                      "Refresh token is invalid");
}
