/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/scenario_encode.h"

#include "base/wire/scenario.h"

#include <criterion/criterion.h>

/* What is written is read back as the same: encoded again it gives the same JSON. */
static void round_trip(const char *yaml)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0}, again_doc = {0};
    AUTO_BUF struct buf text = {0};
    struct scenario first = {0}, again = {0};
    struct err err = {0};
    cr_assert_eq(yaml_read(str_of(yaml), "given", NULL, &doc, &err), 0, "%s", err.msg);
    cr_assert_eq(scenario_decode(a, &doc, doc.root, &first, &err), 0, "%s", err.msg);
    AUTO_JSON struct json *once = scenario_encode(&scenario_shape, &first);
    json_write(&text, once);
    cr_assert_eq(json_read(buf_str(&text), "encoded", NULL, &again_doc, &err), 0, "%s", err.msg);
    cr_assert_eq(scenario_decode(a, &again_doc, again_doc.root, &again, &err), 0, "%s: %s", err.msg,
                 buf_z(&text));
    AUTO_JSON struct json *twice = scenario_encode(&scenario_shape, &again);
    cr_assert(json_equal(once, twice));
    cr_assert_eq(first.expiring_window_ms, again.expiring_window_ms);
}

Test(scenario_encode, scenarios_survive)
{
    round_trip("workspaces: [{host: \"*\"}]");
    round_trip("workspaces: [{host: \"*\", tables: [a.b.c, d.e.f]}]\n"
               "expiring_window: 0ms\n"
               "principals:\n"
               "  - {name: u@example.com, has_pat: true, access_token_lifetime: 90s}\n"
               "  - {name: s, kind: service-principal, scopes: [sql], blocked: true}\n"
               "statements: [{text: SELECT 1, state: FAILED, error_code: X, pending_polls: 2}]\n");
    round_trip(
        "workspaces: [{host: \"*\"}]\n"
        "faults: [{id: half, cut_percent: 50}, {id: none, cut_at: 0}, {id: drip, drip_bytes: 1,\n"
        "  drip_interval: 50ms}]\n");
}

Test(scenario_encode, faults_keep_every_field)
{
    const struct scenario_fault fault = {.id = "f",
                                         .skip = 2,
                                         .times = 3,
                                         .after_handler = true,
                                         .status = 503,
                                         .body = "",
                                         .delay_ms = 1500,
                                         .end = FAULT_END_RESET};
    AUTO_JSON struct json *o = scenario_encode(&scenario_fault_shape, &fault);
    cr_expect_str_eq(json_get_string(o, "id", ""), "f");
    cr_expect_eq(json_get_int(o, "skip", 0), 2);
    cr_expect_eq(json_get_int(o, "times", 0), 3);
    cr_expect(json_get_bool(o, "after_handler", false));
    cr_expect_eq(json_get_int(o, "status", 0), 503);
    cr_expect_str_eq(json_get_string(o, "body", "none"), "", "an empty body is not no body");
    cr_expect_str_eq(json_get_string(o, "delay", ""), "1500ms");
    cr_expect_str_eq(json_get_string(o, "end", ""), "reset");
    cr_expect_null(json_get(o, "error"));
}

Test(scenario_encode, zero_is_left_out_where_the_reader_would_refuse_it)
{
    struct scenario_principal p = {.name = "u@example.com"};
    struct scenario s = {.principals = {&p, 1}};
    AUTO_JSON struct json *o = scenario_encode(&scenario_shape, &s);
    const struct json *first = json_at(json_get(o, "principals"), 0);
    cr_assert_str_eq(json_get_string(first, "kind", ""), "user");
    cr_assert_null(json_get(first, "access_token_lifetime"));
    cr_assert_str_eq(json_get_string(o, "expiring_window", ""), "0ms", "zero is no window");
}
