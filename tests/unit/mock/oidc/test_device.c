/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/device.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

#define DEVICE "/oidc/v1/device_authorization"
#define GRANT  "grant_type=urn:ietf:params:oauth:grant-type:device_code"

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_device, .init = set_up, .fini = tear_down);

static const char *begin(const char *plan)
{
    flow_load(f.desk, arena_printf(f.arena, "oidc: {device_flow: %s}\n", plan));
    const struct desk_reply *a =
        flow_post(&f, DEVICE, "client_id=public-app&scope=all-apis+offline_access");
    cr_assert_eq(a->reply.status, 200, "%s", a->body);
    return flow_kept(&f, "device_code");
}

/* The answer's error, "" for a success. */
static const char *poll_as(const char *client, const char *code, int64_t after_ms)
{
    clock_advance_ms(&f.desk->clock, after_ms);
    const struct desk_reply *a =
        flow_token(&f, arena_printf(f.arena, GRANT "&client_id=%s&device_code=%s", client, code));
    cr_expect_eq(a->reply.status == 200, json_get(a->json, "error") == NULL);
    return flow_kept(&f, "error");
}

static const char *poll(const char *code, int64_t after_ms)
{
    return poll_as("public-app", code, after_ms);
}

Test(oidc_device, without_the_knob_it_is_not_there)
{
    cr_expect_eq(flow_post(&f, DEVICE, "client_id=public-app")->reply.status, 404);
    const struct desk_reply *a = flow_get(&f, "/oidc/.well-known/oauth-authorization-server");
    cr_expect_null(strstr(a->body, "device"));
}

Test(oidc_device, with_it_it_is_advertised)
{
    flow_load(f.desk, "oidc: {device_flow: {}}\n");
    const struct desk_reply *a = flow_get(&f, "/oidc/.well-known/oauth-authorization-server");
    cr_expect_not_null(strstr(a->body, "device_authorization_endpoint"));
    cr_expect_not_null(strstr(a->body, "grant-type:device_code"));
}

Test(oidc_device, the_begin_tells_where_and_how_often)
{
    (void)begin("{interval: 7s, lifetime: 3m}");
    const struct json *o = f.desk->last.json;
    cr_expect_eq(json_get_int(o, "interval", 0), 7);
    cr_expect_eq(json_get_int(o, "expires_in", 0), 180);
    cr_expect_eq(strlen(json_get_string(o, "user_code", "")), 9);
    cr_expect_str_eq(json_get_string(o, "verification_uri", ""),
                     "https://ws.example.com/oidc/device");
    cr_expect_str_eq(f.desk->last.notes.issued.items[0], "device_code_1");
}

Test(oidc_device, polls_get_what_is_planned)
{
    const char *code = begin("{pending_polls: 2, slow_down_polls: 1}");
    cr_expect_str_eq(poll(code, 0), "authorization_pending");
    cr_expect_str_eq(poll(code, 5000), "authorization_pending");
    cr_expect_str_eq(poll(code, 5000), "slow_down");
    cr_expect_str_eq(poll(code, 5000), "slow_down", "RFC 8628 section 3.5: 5 s more from now on");
    cr_expect_str_eq(poll(code, 15000), "");
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
    cr_expect_str_eq(poll(code, 20000), "invalid_grant", "good once");
}

Test(oidc_device, who_polls_too_soon_is_slowed_down)
{
    const char *code = begin("{pending_polls: 1}");
    cr_expect_str_eq(poll(code, 0), "authorization_pending");
    cr_expect_str_eq(poll(code, 4000), "slow_down");
    cr_expect_str_eq(poll(code, 9000), "slow_down");
    cr_expect_str_eq(poll(code, 15000), "");
}

Test(oidc_device, the_user_may_say_no_or_nothing)
{
    cr_expect_str_eq(poll(begin("{outcome: denied}"), 0), "access_denied");
    cr_expect_str_eq(poll(begin("{outcome: expired}"), 0), "expired_token");
    const char *code = begin("{outcome: always-pending, lifetime: 60s}");
    cr_expect_str_eq(poll(code, 0), "authorization_pending");
    cr_expect_str_eq(poll(code, 60000), "expired_token");
}

Test(oidc_device, a_code_is_its_clients)
{
    const char *code = begin("{}");
    cr_expect_str_eq(poll_as("single-app", code, 0), "invalid_grant");
    cr_expect_str_eq(poll("bogus", 0), "invalid_grant");
    cr_expect_str_eq(poll(code, 0), "");
}

Test(oidc_device, who_may_begin)
{
    flow_load(f.desk, "oidc: {device_flow: {}}\n");
    cr_expect_eq(flow_post(&f, DEVICE, "scope=sql")->reply.status, 401);
    cr_expect_eq(flow_post(&f, DEVICE, "client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET)
                     ->reply.status,
                 400);
    cr_expect_eq(flow_post(&f, DEVICE, "client_id=public-app&scope=nothing")->reply.status, 400);
}
