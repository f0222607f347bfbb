/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/credential_check.h"

#include "mock/http/recorded_error.h"
#include "mock/state/credential_store.h"
#include "mock/state/workspace_store.h"
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(credential_check, .init = set_up, .fini = tear_down);

static struct credential_answer ask(const char *header, const char *host, const char *scope)
{
    struct credential_answer a;
    struct credential_question q = {
        .authorization = str_of(header),
        .authorization_count = header != NULL ? 1 : 0,
        .workspace = workspace_store_find(d->state->workspaces, str_of(host)),
        .scope = scope,
    };
    credential_check(d->state, &q, &a);
    return a;
}

/* Every error named here must be one that can be answered. */
static void expect(struct credential_answer a, enum credential_state state, const char *error,
                   const char *what)
{
    cr_expect_eq(a.state, state, "%s: is %s", what, credential_state_name(a.state));
    if (error == NULL) {
        cr_expect_null(a.error, "%s: %s", what, a.error);
        return;
    }
    cr_assert_not_null(a.error, "%s", what);
    cr_expect_str_eq(a.error, error, "%s", what);
    cr_expect_not_null(recorded_error_find(a.error), "%s", what);
}

/* Headers that are wrong whatever is in the store; RFC 6750 section 2.1 has the grammar. */
static const struct {
    const char *header;
    enum credential_state state;
    const char *error;
} headers[] = {
    {NULL, CREDENTIAL_ABSENT, "credential-not-sent"},
    {"", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer ", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer  " DESK_PAT, CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer\t" DESK_PAT, CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer " DESK_PAT " x", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer \"" DESK_PAT "\"", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Bearer =", CREDENTIAL_MALFORMED, "credential-not-sent"},
    {DESK_PAT, CREDENTIAL_MALFORMED, "credential-not-sent"},
    {"Basic dXNlcjpwYXNz", CREDENTIAL_WRONG, "credential-not-sent"},
    {"Token " DESK_PAT, CREDENTIAL_WRONG, "credential-not-sent"},
    {"Bearer dapi00000000000000000000000000000000", CREDENTIAL_UNKNOWN, "invalid-access-token"},
    {"Bearer eyJhbGciOiJub25lIn0.e30.", CREDENTIAL_UNKNOWN, "invalid-access-token"},
    {"Bearer " DESK_SECRET, CREDENTIAL_WRONG, "invalid-access-token"},
    {"Bearer " DESK_PAT, CREDENTIAL_LIVE, NULL},
    {"bearer " DESK_PAT, CREDENTIAL_LIVE, NULL},
};

Test(credential_check, each_header_is_told_apart)
{
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        expect(ask(headers[i].header, "ws.example.com", "sql"), headers[i].state, headers[i].error,
               headers[i].header != NULL ? headers[i].header : "none");
    }
}

Test(credential_check, two_headers_are_malformed)
{
    struct credential_answer a;
    struct credential_question q = {.authorization = STR("Bearer " DESK_PAT),
                                    .authorization_count = 2};
    credential_check(d->state, &q, &a);
    expect(a, CREDENTIAL_MALFORMED, "credential-not-sent", "two headers");
}

static const char *robot_token(int64_t lifetime_ms, const char *host, const char *scope)
{
    struct mock_mint mint = {
        .kind = "access-token", .principal = "robot", .lifetime_ms = lifetime_ms, .host = host};
    if (scope != NULL) {
        mint.scopes = (struct str_list){.items = &scope, .count = 1};
    }
    return desk_bearer(d, &mint);
}

Test(credential_check, a_token_dies_with_the_millisecond_of_its_expiry)
{
    struct clock *clock = &d->clock;
    d->state->expiring_window_ms = 0;
    const char *header = robot_token(3600000, NULL, NULL);
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_LIVE, NULL, "new");
    clock_advance_ms(clock, 3600000 - 1000);
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_LIVE, NULL, "in its last second");
    clock_advance_ms(clock, 1000);
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_EXPIRED, "token-expired", "at exp");
}

Test(credential_check, a_token_with_no_more_than_the_window_is_expiring)
{
    const char *header = robot_token(3600000, NULL, NULL);
    clock_advance_ms(&d->clock, 3600000 - 31000);
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_LIVE, NULL, "31 s left");
    clock_advance_ms(&d->clock, 1000);
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_EXPIRING, "token-expiring", "30 s left");
}

Test(credential_check, a_pat_knows_neither_window_nor_place_nor_scope)
{
    clock_advance_ms(&d->clock, (int64_t)1000 * 86400 * 1000);
    expect(ask("Bearer " DESK_PAT, "other.example.com", "sql"), CREDENTIAL_LIVE, NULL, "pat");
}

Test(credential_check, a_token_opens_only_its_own_workspace)
{
    const char *header = robot_token(0, "other.example.com", NULL);
    expect(ask(header, "other.example.com", NULL), CREDENTIAL_LIVE, NULL, "its own");
    struct credential_answer a = ask(header, "ws.example.com", NULL);
    expect(a, CREDENTIAL_WRONG, "wrong-org", "another");
    cr_expect_str_eq(a.message, "Invalid access to Org: 111");
}

Test(credential_check, the_scope_must_cover_what_is_asked)
{
    expect(ask(robot_token(0, NULL, "sql"), "ws.example.com", "sql"), CREDENTIAL_LIVE, NULL, "sql");
    expect(ask(robot_token(0, NULL, "all-apis"), "ws.example.com", "sql"), CREDENTIAL_LIVE, NULL,
           "all-apis");
    struct credential_answer a = ask(robot_token(0, NULL, "openid"), "ws.example.com", "sql");
    expect(a, CREDENTIAL_WRONG, "scope-missing", "openid");
    cr_expect_str_eq(a.message, "Provided OAuth token does not have required scopes: sql");
}

Test(credential_check, a_revoked_token_is_told_from_an_unknown_one)
{
    struct err err = {0};
    int64_t count = 0;
    const char *header = robot_token(0, NULL, NULL);
    cr_assert_eq(mock_state_revoke(d->state, "access_token_1", NULL, NULL, &count, &err), 0);
    cr_expect_eq(count, 1);
    struct credential_answer a = ask(header, "ws.example.com", NULL);
    expect(a, CREDENTIAL_REVOKED, "invalid-access-token", "revoked");
    cr_expect_str_eq(a.canary->name, "access_token_1");
}

Test(credential_check, a_refresh_token_opens_nothing)
{
    struct mock_mint mint = {.kind = "refresh-token", .principal = "user@example.com"};
    struct credential_answer a = ask(desk_bearer(d, &mint), "ws.example.com", NULL);
    expect(a, CREDENTIAL_WRONG, "invalid-access-token", "refresh token");
    cr_expect_str_eq(a.canary->name, "refresh_token_1", "and the journal can name it");
}

Test(credential_check, credentials_of_the_blocked_count_as_revoked)
{
    desk_load(d, "workspaces: [{host: ws.example.com}]\n"
                 "principals: [{name: user@example.com, blocked: true, pat: " DESK_PAT "}]\n");
    expect(ask("Bearer " DESK_PAT, "ws.example.com", NULL), CREDENTIAL_REVOKED,
           "invalid-access-token", "blocked");
}

Test(credential_check, a_credential_of_the_scenario_before_is_unknown)
{
    const char *header = robot_token(0, NULL, NULL);
    desk_load(d, "workspaces: [{host: ws.example.com, workspace_id: \"111\"}]\n");
    expect(ask(header, "ws.example.com", NULL), CREDENTIAL_UNKNOWN, "invalid-access-token", "old");
}

Test(credential_check, b64token_is_checked_to_the_last_character)
{
    cr_expect(bearer_token_is_well_formed(STR("a-._~+/9Z==")));
    cr_expect_not(bearer_token_is_well_formed(STR("")));
    cr_expect_not(bearer_token_is_well_formed(STR("==")));
    cr_expect_not(bearer_token_is_well_formed(STR("a=b")));
    cr_expect_not(bearer_token_is_well_formed(STR("a\0b")));
    cr_expect_not(bearer_token_is_well_formed(STR("a,b")));
}
