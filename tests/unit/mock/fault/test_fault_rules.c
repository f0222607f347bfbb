/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_apply.h"

#include "mock/http/request.h"

#include <criterion/criterion.h>

static const struct fault_subject token = {"oidc.token", ROUTE_TOKEN, "refresh_token", NULL, "",
                                           "",           ""};
static const struct fault_subject me = {"scim.me", ROUTE_API, "", NULL, "", "", ""};

static const char *add(struct fault_rules *r, const struct scenario_fault *f)
{
    const char *id = NULL;
    struct err err = {0};
    cr_assert_eq(fault_rules_add(r, f, &id, &err), 0, "%s", err.msg);
    return id;
}

/* The id of the rule that acts, or "". */
static const char *match(struct fault_rules *r, const struct fault_subject *s)
{
    struct fault_rule *rule = fault_rules_match(r, s);
    const char *id = rule != NULL ? rule->spec.id : "";
    fault_rule_unref(rule);
    return id;
}

Test(fault_rules, routes_classes_and_grants_all_have_to_fit)
{
    const char *sql[] = {"sql.*"}, *oidc[] = {"x", "oidc.*"}, *api[] = {"api"};
    struct scenario_fault f = {.id = "f"};
    static const struct {
        int routes; /* 0 none, 1 sql, 2 oidc */
        bool api;
        const char *grant;
        bool token_fits, me_fits;
    } cases[] = {
        {0, false, NULL, true, true},
        {1, false, NULL, false, false},
        {2, false, NULL, true, false},
        {0, true, NULL, false, true},
        {2, true, NULL, false, false},
        {0, false, "refresh_token", true, false},
        {2, false, "refresh_token", true, false},
        {2, false, "other", false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fault_rules *r = fault_rules_new(NULL);
        f.routes = (struct str_list){cases[i].routes == 1 ? sql : oidc, (size_t)cases[i].routes, 2};
        f.classes = (struct str_list){api, cases[i].api ? 1 : 0, 1};
        f.grant = cases[i].grant;
        add(r, &f);
        cr_expect_str_eq(match(r, &token), cases[i].token_fits ? "f" : "", "case %zu", i);
        cr_expect_str_eq(match(r, &me), cases[i].me_fits ? "f" : "", "case %zu", i);
        fault_rules_free(r);
    }
}

Test(fault_rules, the_window_opens_after_skip_and_closes_after_times)
{
    struct fault_rules *r = fault_rules_new(NULL);
    add(r, &(struct scenario_fault){.id = "a", .skip = 1, .times = 2});
    static const char *const expected[] = {"", "a", "a", "", ""};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        cr_expect_str_eq(match(r, &me), expected[i], "request %zu", i);
    }
    cr_expect_eq(fault_rules_at(r, 0)->matched, 5);
    cr_expect_eq(fault_rules_at(r, 0)->acted, 2);
    fault_rules_free(r);
}

Test(fault_rules, without_times_it_acts_for_ever)
{
    struct fault_rules *r = fault_rules_new(NULL);
    add(r, &(struct scenario_fault){.id = "a"});
    for (int i = 0; i < 100; i++) {
        cr_expect_str_eq(match(r, &me), "a");
    }
    fault_rules_free(r);
}

Test(fault_rules, the_first_open_rule_acts_and_all_count)
{
    struct fault_rules *r = fault_rules_new(NULL);
    add(r, &(struct scenario_fault){.id = "a", .times = 1});
    add(r, &(struct scenario_fault){.id = "b", .times = 2});
    cr_expect_str_eq(match(r, &me), "a");
    cr_expect_str_eq(match(r, &me), "b");
    cr_expect_str_eq(match(r, &me), "");
    cr_expect_eq(fault_rules_at(r, 1)->matched, 3);
    cr_expect_eq(fault_rules_at(r, 1)->acted, 1);
    fault_rules_free(r);
}

Test(fault_rules, ids_are_made_and_have_to_be_new)
{
    struct fault_rules *r = fault_rules_new(NULL);
    struct err err = {0};
    const char *id = NULL;
    cr_expect_str_eq(add(r, &(struct scenario_fault){.id = "fault-1"}), "fault-1");
    cr_expect_str_eq(add(r, &(struct scenario_fault){0}), "fault-2");
    cr_expect_eq(fault_rules_add(r, &(struct scenario_fault){.id = "fault-2"}, &id, &err), -1);
    cr_expect_eq(err.code, ERR_INVALID);
    cr_expect(fault_rules_remove(r, "fault-1"));
    cr_expect_not(fault_rules_remove(r, "fault-1"));
    cr_expect_str_eq(fault_rules_at(r, 0)->spec.id, "fault-2");
    cr_expect_null(fault_rules_at(r, 1));
    fault_rules_free(r);
}

Test(fault_rules, a_rule_in_use_survives_its_removal)
{
    struct fault_rules *r = fault_rules_new(NULL);
    add(r, &(struct scenario_fault){.id = "a", .body = "kept"});
    struct fault_rule *rule = fault_rules_match(r, &me);
    fault_rules_clear(r);
    cr_expect_str_eq(rule->spec.body, "kept");
    fault_rule_unref(rule);
    fault_rules_free(r);
}

Test(fault_rules, their_number_is_bounded)
{
    struct fault_rules *r = fault_rules_new(NULL);
    struct err err = {0};
    const char *id = NULL;
    for (size_t i = 0; i < FAULT_RULES_MAX; i++) {
        add(r, &(struct scenario_fault){0});
    }
    cr_expect_eq(fault_rules_add(r, &(struct scenario_fault){0}, &id, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
    fault_rules_free(r);
}

Test(fault_rules, unknown_errors_are_refused)
{
    struct fault_rules *r = fault_rules_new(NULL);
    struct err err = {0};
    const char *id = NULL;
    cr_expect_eq(fault_rules_add(r, &(struct scenario_fault){.error = "html-logon"}, &id, &err),
                 -1);
    cr_expect_not_null(strstr(err.hint, "html-login"), "%s", err.hint);
    fault_rules_free(r);
}

Test(fault_apply, each_effect_changes_its_part)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = "id"};
    struct shape_pair pairs[] = {{"server", "", {0, 0}}, {"X", "1", {0, 0}}};
    struct fault_rule rule = {
        .spec = {.status = 418, .body = "tea", .content_type = "text/x", .headers = {pairs, 2, 2}}};
    struct http_reply reply = {0};
    http_reply_text(&req, &reply, 200, "application/json", STR("{}"));
    http_reply_header(&req, &reply, "server", "s");
    fault_apply_answer(&rule, &req, &reply);
    fault_apply_headers(&rule, &req, &reply, 0);
    cr_expect_eq(reply.status, 418);
    cr_expect(str_eq_z(reply.body, "tea"));
    cr_expect_null(http_reply_get_header(&reply, "server"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "x")->value, "1"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "content-type")->value, "text/x"));
    cr_expect(fault_replaces_handler(&rule));
    rule.spec.after_handler = true;
    cr_expect_not(fault_replaces_handler(&rule));
}
