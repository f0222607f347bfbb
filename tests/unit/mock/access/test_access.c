/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"

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

TestSuite(mock_access, .init = set_up, .fini = tear_down);

#define ME "/api/2.0/preview/scim/v2/Me"

static const struct desk_reply *get(const char *host, const char *authorization)
{
    return desk_send(
        d, &(struct desk_request){.target = ME, .host = host, .authorization = authorization});
}

Test(mock_access, without_a_credential_the_gateway_challenges)
{
    const struct desk_reply *a = get(NULL, NULL);
    cr_expect_eq(a->reply.status, 401);
    cr_expect_str_eq(desk_header(d, "www-authenticate"), "Bearer realm=\"DatabricksRealm\"");
    cr_expect_eq(json_get_int(a->json, "error_code", 0), 401, "an integer code, DBX-ERR-1");
    cr_expect_str_eq(json_get_string(a->json, "message", ""),
                     "Credential was not sent or was of an unsupported type for this API.");
    cr_expect_str_eq(desk_header(d, "x-databricks-reason-phrase"),
                     "Credential was not sent or was of an unsupported type for this API.");
    cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "", "absent on auth failures");
    cr_expect_str_eq(desk_header(d, "server"), "databricks");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_ABSENT);
    cr_expect_str_eq(a->notes.credential.scheme, "");
}

Test(mock_access, an_unknown_token_is_403_without_a_challenge)
{
    const struct desk_reply *a = get(NULL, "Bearer dapi00000000000000000000000000000000");
    cr_expect_eq(a->reply.status, 403);
    cr_expect_str_eq(desk_header(d, "www-authenticate"), "");
    cr_expect_eq(json_get_int(a->json, "error_code", 0), 403);
    cr_expect_str_eq(json_get_string(a->json, "message", ""), "Invalid access token.");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_UNKNOWN);
    cr_expect_str_eq(a->notes.credential.name, "");
}

Test(mock_access, an_expired_token_is_named_with_its_age)
{
    char header[4096];
    struct mock_mint m = {.kind = "access-token", .principal = "robot", .lifetime_ms = 60000};
    (void)snprintf(header, sizeof(header), "%s", desk_bearer(d, &m));
    clock_advance_ms(&d->clock, 65000);
    const struct desk_reply *a = get(NULL, header);
    cr_expect_eq(a->reply.status, 403);
    cr_expect_str_eq(json_get_string(a->json, "message", ""), "Invalid Token");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_EXPIRED);
    cr_expect_str_eq(a->notes.credential.name, "access_token_1");
    cr_expect_str_eq(a->notes.credential.kind, "access-token");
    cr_expect(a->notes.credential.has_life);
    cr_expect_leq(a->notes.credential.life_left_ms, -5000);
    cr_expect_gt(a->notes.credential.life_left_ms, -15000);
    cr_expect_str_eq(a->notes.principal, "robot");
}

Test(mock_access, a_live_credential_enters_and_is_noted)
{
    const struct desk_reply *a = get(NULL, "Bearer " DESK_PAT);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(desk_header(d, "x-databricks-org-id"), "111");
    cr_expect_str_eq(desk_header(d, "x-request-id"), "0f0e0d0c-0b0a-4908-8706-050403020100");
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_LIVE);
    cr_expect_str_eq(a->notes.credential.scheme, "Bearer");
    cr_expect_str_eq(a->notes.credential.name, "pat");
    cr_expect_not(a->notes.credential.has_life, "a PAT without end");
    cr_expect_str_eq(a->notes.principal, "user@example.com");
}

Test(mock_access, two_authorization_headers_are_refused)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.target = ME,
                                            .authorization = "Bearer " DESK_PAT,
                                            .authorization_2 = "Bearer " DESK_PAT});
    cr_expect_eq(a->reply.status, 401);
    cr_expect_eq(a->notes.credential.state, CREDENTIAL_MALFORMED);
}

Test(mock_access, a_host_without_workspace_still_gets_its_credential_noted)
{
    const struct desk_reply *a = get("nobody.example.com", "Bearer " DESK_PAT);
    cr_expect_eq(a->reply.status, 404);
    cr_expect_str_eq(a->notes.credential.name, "pat", "a token sent astray is worth knowing");
}

Test(mock_access, what_was_noted_outlives_the_scenario)
{
    const struct desk_reply *a = get(NULL, "Bearer " DESK_PAT);
    desk_load(d, "workspaces: [{host: ws.example.com}]\n");
    cr_expect_str_eq(a->notes.principal, "user@example.com");
    cr_expect_str_eq(a->notes.credential.name, "pat");
    cr_expect_str_eq(a->notes.credential.kind, "pat");
}

Test(mock_access, every_api_route_asks_for_a_credential)
{
    const struct route *r;
    size_t asked = 0;
    for (size_t i = 0; (r = router_at(d->router, i)) != NULL; i++) {
        if (r->class != ROUTE_API) {
            continue;
        }
        AUTO_BUF struct buf target = {0}, body = {0};
        struct str rest = str_of(r->pattern), part, name;
        if (route_split_call(rest, &rest, &name)) {
            buf_add(&body, "\x80\1\0\1\0\0\0", 7); /* a Thrift call's head */
            buf_add_char(&body, (char)name.len);
            buf_add_str(&body, name);
        }
        while (str_split(&rest, '{', &part)) {
            long end = str_find(part, STR("}"), 0);
            buf_add_str(&target, target.len == 0 ? part : STR("x"));
            if (end >= 0) {
                buf_add_str(&target, str_slice(part, (size_t)end + 1, part.len));
            }
        }
        if (str_ends(buf_str(&target), STR("[/]"))) {
            target.len -= strlen("[/]");
            target.ptr[target.len] = '\0';
        }
        const struct desk_reply *a = desk_send(d, &(struct desk_request){.method = r->method,
                                                                         .target = buf_z(&target),
                                                                         .body = buf_z(&body),
                                                                         .body_len = body.len});
        cr_assert_eq(a->route, r, "%s", buf_z(&target));
        cr_expect_eq(a->reply.status, 401, "%s", r->name);
        asked++;
    }
    cr_expect_geq(asked, 7);
}
