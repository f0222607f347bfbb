/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/fault/fault_apply.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct http_field fields[] = {
    {{"User-Agent", sizeof("User-Agent") - 1}, {"a/1 py/3.9", sizeof("a/1 py/3.9") - 1}}};
static struct http_req request = {.method = {"GET", sizeof("GET") - 1},
                                  .host = {"x.example", sizeof("x.example") - 1},
                                  .headers = {fields, 1, 1}};
static const struct fault_subject subject = {"scim.me", ROUTE_API, "",     &request,
                                             "cl-1",    "alice",   "tok_2"};

static struct fault_rules *rules_with(const struct scenario_fault *f, const struct clock *clock)
{
    struct fault_rules *r = fault_rules_new(clock);
    const char *id = NULL;
    struct err err = {0};
    cr_assert_eq(fault_rules_add(r, f, &id, &err), 0, "%s", err.msg);
    return r;
}

/* A letter per request: x = the rule acts. */
static const char *acts(struct fault_rules *r, size_t count)
{
    static char text[128];
    for (size_t i = 0; i < count; i++) {
        struct fault_rule *rule = fault_rules_match(r, &subject);
        text[i] = rule != NULL ? 'x' : '.';
        fault_rule_unref(rule);
    }
    text[count] = '\0';
    return text;
}

static bool fits(const struct scenario_fault_match *m)
{
    struct fault_rules *r = rules_with(&(struct scenario_fault){.match = *m}, NULL);
    bool result = acts(r, 1)[0] == 'x';
    fault_rules_free(r);
    return result;
}

Test(fault_match, each_condition_fits_and_does_not)
{
    const char *hosts[] = {"*.example"}, *others[] = {"y.*", "x"};
    cr_expect(fits(&(struct scenario_fault_match){.hosts = {hosts, 1, 1}}));
    cr_expect_not(fits(&(struct scenario_fault_match){.hosts = {others, 2, 2}}));
    cr_expect(fits(&(struct scenario_fault_match){.method = "GET"}));
    cr_expect_not(fits(&(struct scenario_fault_match){.method = "get"}));
    cr_expect(fits(&(struct scenario_fault_match){.client = "cl-?"}));
    cr_expect(fits(&(struct scenario_fault_match){.client = "ali*"}));
    cr_expect_not(fits(&(struct scenario_fault_match){.client = "cl-"}));
    cr_expect(fits(&(struct scenario_fault_match){.token = "tok_2"}));
    cr_expect_not(fits(&(struct scenario_fault_match){.token = "tok_1"}));
}

Test(fault_match, header_patterns_cross_slashes_and_an_empty_one_is_absence)
{
    static const struct {
        const char *name, *pattern;
        bool fits;
    } cases[] = {
        {"user-agent", "*py/3*", true}, {"User-Agent", "a/1 py/3.?", true},
        {"User-Agent", "*go*", false},  {"User-Agent", "", false},
        {"X-None", "", true},           {"X-None", "*", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct shape_pair pair = {cases[i].name, cases[i].pattern, {0, 0}};
        bool result = fits(&(struct scenario_fault_match){.request_headers = {&pair, 1, 1}});
        cr_expect_eq(result, cases[i].fits, "case %zu", i);
    }
}

Test(fault_match, who_is_asked_for_only_when_a_rule_wants_to_know)
{
    struct fault_rules *r = rules_with(&(struct scenario_fault){.status = 503}, NULL);
    cr_expect_not(fault_rules_ask_who(r));
    fault_rules_free(r);
    r = rules_with(&(struct scenario_fault){.match = {.token = "x"}}, NULL);
    cr_expect(fault_rules_ask_who(r));
    fault_rules_free(r);
}

Test(fault_window, every_counts_past_skip_and_times_bounds_it)
{
    struct fault_rules *r =
        rules_with(&(struct scenario_fault){.skip = 1, .times = 2, .window = {.every = 3}}, NULL);
    cr_expect_str_eq(acts(r, 12), "...x..x.....");
    fault_rules_free(r);
}

Test(fault_window, percent_is_the_same_for_the_same_seed)
{
    char first[128];
    struct scenario_fault f = {.window = {.percent = 30, .seed = 5}};
    struct fault_rules *r = rules_with(&f, NULL);
    (void)snprintf(first, sizeof(first), "%s", acts(r, 100));
    fault_rules_free(r);
    r = rules_with(&f, NULL);
    cr_expect_str_eq(acts(r, 100), first);
    fault_rules_free(r);
    size_t acted = 0;
    for (const char *at = first; *at != '\0'; at++) {
        acted += *at == 'x' ? 1 : 0;
    }
    cr_expect(acted > 15 && acted < 45, "%zu of 100", acted);
    f.window.seed = 6;
    r = rules_with(&f, NULL);
    cr_expect_str_neq(acts(r, 100), first);
    fault_rules_free(r);
}

Test(fault_window, from_and_until_are_on_the_clock_since_the_rule_was_added)
{
    struct clock clock;
    clock_init(&clock);
    struct fault_rules *r = rules_with(
        &(struct scenario_fault){.window = {.from_ms = 60000, .until_ms = 120000}}, &clock);
    cr_expect_str_eq(acts(r, 1), ".");
    clock_advance_ms(&clock, 60000);
    cr_expect_str_eq(acts(r, 1), "x");
    clock_advance_ms(&clock, 60000);
    cr_expect_str_eq(acts(r, 1), ".");
    fault_rules_free(r);
}

Test(fault_window, a_quota_lets_so_many_pass_in_each_window)
{
    struct clock clock;
    clock_init(&clock);
    struct fault_rules *r =
        rules_with(&(struct scenario_fault){.window = {.quota = 2, .quota_per_ms = 60000}}, &clock);
    cr_expect_str_eq(acts(r, 4), "..xx");
    clock_advance_ms(&clock, 60000);
    cr_expect_str_eq(acts(r, 3), "..x");
    fault_rules_free(r);
}

Test(fault_delay, lognormal_has_its_median_and_its_tail)
{
    struct fault_rule rule = {.spec = {.delay_ms = 100}};
    rule.spec.wire =
        (struct scenario_fault_wire){.delay_form = FAULT_DELAY_LOGNORMAL, .delay_max_ms = 1000};
    int below_median = 0, above_max = 0;
    for (rule.matched = 1; rule.matched <= 10000; rule.matched++) {
        int64_t ms = fault_delay_ms(&rule);
        cr_assert(ms >= 0 && ms <= 10000);
        below_median += ms < 100 ? 1 : 0;
        above_max += ms > 1000 ? 1 : 0;
    }
    cr_expect(below_median > 4800 && below_median < 5200, "%d", below_median);
    cr_expect(above_max > 50 && above_max < 150, "%d", above_max);
}

Test(fault_delay, uniform_stays_within_its_ends)
{
    struct fault_rule rule = {.spec = {.delay_ms = 10}};
    rule.spec.wire =
        (struct scenario_fault_wire){.delay_form = FAULT_DELAY_UNIFORM, .delay_max_ms = 13};
    bool seen[4] = {false};
    for (rule.matched = 1; rule.matched <= 200; rule.matched++) {
        int64_t ms = fault_delay_ms(&rule);
        cr_assert(ms >= 10 && ms <= 13, "%lld", (long long)ms);
        seen[ms - 10] = true;
    }
    cr_expect(seen[0] && seen[1] && seen[2] && seen[3]);
}
