/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/desk/desk.h"

#include <criterion/criterion.h>

static struct desk *d;

static void set_up(void)
{
    d = desk_new();
}

static void tear_down(void)
{
    desk_free(d);
}

TestSuite(workspace_identity, .init = set_up, .fini = tear_down);

Test(workspace_identity, me_is_the_user_of_the_token)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                            .authorization = "Bearer " DESK_PAT});
    cr_expect_str_eq(a->route->name, "scim.me");
    cr_expect_str_eq(json_get_string(a->json, "userName", ""), "user@example.com");
    cr_expect(json_get_bool(a->json, "active", false));
    const struct json *email = json_at(json_get(a->json, "emails"), 0);
    cr_expect_str_eq(json_get_string(email, "value", ""), "user@example.com");
    cr_expect(json_get_bool(email, "primary", false));
}

Test(workspace_identity, a_service_principal_goes_by_its_application_id)
{
    const struct mock_mint m = {.kind = "access-token", .principal = "robot"};
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.target = "/api/2.0/preview/scim/v2/Me",
                                            .authorization = desk_bearer(d, &m)});
    cr_expect_str_eq(json_get_string(a->json, "userName", ""), DESK_CLIENT_ID);
    cr_expect_str_eq(json_get_string(a->json, "displayName", ""), "robot");
    cr_expect_null(json_get(a->json, "emails"));
}

Test(workspace_identity, introspection_names_account_and_workspace)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.target = "/api/2.0/tokens/introspect",
                                            .authorization = "Bearer " DESK_PAT});
    const struct json *scope =
        json_get(json_get(a->json, "principal_context"), "authentication_scope");
    cr_expect_str_eq(json_get_string(scope, "account_id", ""), DESK_ACCOUNT);
    cr_expect_eq(json_get_int(scope, "workspace_id", 0), 111);
}
