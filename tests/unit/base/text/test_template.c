/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/template.h"

#include "base/core/attrs.h"
#include "base/core/buf.h"

#include <criterion/criterion.h>

#include <string.h>

static struct template_var items[] = {
    {"host", "example.test"}, {"token", "t0"}, {"redirect_port", "8020"}, {"later", NULL}};
static const struct template_vars vars = {.items = items, .count = ARRAY_LEN(items)};
static const char *const names[] = {"host", "token", "redirect_port", "later"};

Test(template, names_are_replaced)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"https://${host}/x?t=${token}", "https://example.test/x?t=t0"},
        {"${token}${token}", "t0t0"},
        {"$${host}", "${host}"},
        {"a$$b", "a$b"},
        {"$HOME costs 5$", "$HOME costs 5$"},
        {"$$$${x", "$${x"},
        {"$$${token}", "$t0"},
        {"}{", "}{"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        const char *out = NULL;
        cr_assert_eq(template_expand(a, str_of(cases[i].text), &vars, &out, &err), 0, "%s",
                     cases[i].text);
        cr_expect_str_eq(out, cases[i].expected);
        cr_expect_eq(template_check(str_of(cases[i].text), names, ARRAY_LEN(names), &err), 0);
    }
}

Test(template, mistakes_are_refused_by_both)
{
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"${hots}", "unknown name `${hots}'", "did you mean `host'?"},
        {"a ${host", "`${' without its `}'", "write `$$' for a plain `$'"},
        {"${", "`${' without its `}'", "write `$$' for a plain `$'"},
        {"${}", "`${}' without a name", "write `$$' for a plain `$'"},
        {"${Host}", "not a name inside `${...}'", "write `$$' for a plain `$'"},
        {"${host:-x}", "not a name inside `${...}'", "write `$$' for a plain `$'"},
        {"${ host }", "not a name inside `${...}'", "write `$$' for a plain `$'"},
        {"${1}", "not a name inside `${...}'", "write `$$' for a plain `$'"},
        {"${a${host}}", "not a name inside `${...}'", "write `$$' for a plain `$'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        const char *out = "untouched";
        cr_expect_eq(template_expand(a, str_of(cases[i].text), &vars, &out, &err), -1, "%s",
                     cases[i].text);
        cr_expect_str_eq(out, "untouched");
        cr_expect(strstr(err.msg, cases[i].message) != NULL, "%s", err.msg);
        cr_expect_str_eq(err.hint, cases[i].hint);
        err = (struct err){0};
        cr_expect_eq(template_check(str_of(cases[i].text), names, ARRAY_LEN(names), &err), -1);
        cr_expect(strstr(err.msg, cases[i].message) != NULL, "%s", err.msg);
    }
}

Test(template, a_known_name_without_a_value_fails_only_when_expanded)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *out = NULL;
    cr_expect_eq(template_check(STR("${later}"), names, ARRAY_LEN(names), &err), 0);
    cr_expect_eq(template_expand(a, STR("${later}"), &vars, &out, &err), -1);
    cr_expect_str_eq(err.msg, "`${later}' has no value here");
}

Test(template, values_are_not_expanded_again)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct template_var one[] = {{"a", "${b} $$"}};
    struct err err = {0};
    const char *out = NULL;
    cr_assert_eq(template_expand(a, STR("${a}"), &(struct template_vars){one, 1, 1}, &out, &err),
                 0);
    cr_expect_str_eq(out, "${b} $$");
}

Test(template, an_expansion_has_a_limit)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0}, value = {0};
    struct err err = {0};
    const char *out = NULL;
    for (int i = 0; i < 5000; i++) {
        buf_add_z(&text, "${a}");
        buf_add_z(&value, "0123456789");
    }
    struct template_var one[] = {{"a", buf_z(&value)}};
    cr_expect_eq(template_expand(a, buf_str(&text), &(struct template_vars){one, 1, 1}, &out, &err),
                 -1);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(template, uses_are_seen)
{
    cr_expect(template_uses(STR("x ${token} y"), "token"));
    cr_expect_not(template_uses(STR("x $${token} y"), "token"));
    cr_expect_not(template_uses(STR("x ${tokens} y"), "token"));
}
