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

TestSuite(workspace_noise, .init = set_up, .fini = tear_down);

Test(workspace_noise, feature_flags_are_answered_and_off)
{
    const struct desk_reply *a = desk_send(
        d, &(struct desk_request){.target = "/api/2.0/connector-service/feature-flags/PYTHON/4.4.0",
                                  .authorization = "Bearer " DESK_PAT});
    cr_expect_eq(a->route->class, ROUTE_NOISE);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_eq(json_count(json_get(a->json, "flags")), 0);
    cr_expect_eq(json_get_int(a->json, "ttl_seconds", 0), 900);
}

static const struct desk_reply *post(const char *target, const char *authorization,
                                     const char *body)
{
    return desk_send(d, &(struct desk_request){.method = "POST",
                                               .target = target,
                                               .authorization = authorization,
                                               .content_type = "application/json",
                                               .body = body});
}

Test(workspace_noise, telemetry_is_counted)
{
    const char *body = "{\"uploadTime\":1,\"items\":[],\"protoLogs\":[\"{}\",\"{}\"]}";
    const struct desk_reply *a = post("/telemetry-ext", "Bearer " DESK_PAT, body);
    cr_expect_eq(a->reply.status, 200);
    cr_expect_eq(json_get_int(a->json, "numProtoSuccess", -1), 2);
    cr_expect_eq(json_count(json_get(a->json, "errors")), 0);
    cr_expect_eq(post("/telemetry-ext", NULL, body)->reply.status, 401);
    cr_expect_eq(post("/telemetry-unauth", NULL, body)->reply.status, 200);
}

Test(workspace_noise, a_credential_sent_to_the_open_sink_is_noted)
{
    const struct desk_reply *a = post("/telemetry-unauth", "Bearer " DESK_PAT, "{}");
    cr_expect_str_eq(a->notes.credential.name, "pat");
}

Test(workspace_noise, telemetry_that_is_no_json_is_refused)
{
    cr_expect_eq(post("/telemetry-unauth", NULL, "x")->reply.status, 400);
    cr_expect_eq(post("/telemetry-unauth", NULL, "[]")->reply.status, 400);
}

/* DBX-ERR-5 */
Test(workspace_noise, the_user_interface_is_a_page_with_status_200)
{
    const struct desk_reply *a =
        desk_send(d, &(struct desk_request){.target = "/login.html?error=x"});
    cr_expect_eq(a->reply.status, 200);
    cr_expect_str_eq(desk_header(d, "content-type"), "text/html; charset=utf-8");
    cr_expect_null(a->json);
}
