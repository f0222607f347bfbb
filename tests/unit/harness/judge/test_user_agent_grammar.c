/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/user_agent_grammar.h"

#include "base/core/buf.h"

#include <criterion/criterion.h>

struct good {
    const char *field;
    const char *products; /* "name/version name (in-comment/1)" */
};

static const char *products_text(struct arena *a, const struct user_agent *ua)
{
    AUTO_BUF struct buf b = {0};
    VEC_FOREACH(const struct user_agent_product, p, ua) {
        buf_printf(&b, "%s%s%.*s%s%.*s%s", b.len ? " " : "", p->in_comment ? "(" : "",
                   STR_ARG(p->name), p->version.len ? "/" : "", STR_ARG(p->version),
                   p->in_comment ? ")" : "");
    }
    return arena_strndup(a, buf_z(&b), b.len);
}

static void expect_good(const struct good *row)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct user_agent ua;
    size_t bad = 0;
    const char *problem = NULL;
    int rc = user_agent_parse(a, str_of(row->field), &ua, &bad, &problem);
    cr_assert_eq(rc, 0, "`%s': byte %zu: %s", row->field, bad, problem);
    cr_expect_str_eq(products_text(a, &ua), row->products, "`%s': %s", row->field,
                     products_text(a, &ua));
    VEC_FOREACH(const struct user_agent_product, p, &ua) {
        cr_expect(p->name.ptr == row->field + p->offset, "`%s'", row->field);
    }
}

Test(user_agent_grammar, fields_that_follow_it)
{
    static const struct good rows[] = {
        {"a", "a"},
        {"acme_lake/1.4.2", "acme_lake/1.4.2"},
        {"a/1 b/2", "a/1 b/2"},
        {"a/1\tb/2", "a/1 b/2"},
        {"a/1 \t  b", "a/1 b"},
        {"a/1 (c) b/2", "a/1 (c) b/2"},
        {"a/1 (c (d/3 (e)) f)", "a/1 (c) (d/3) (e) (f)"},
        {"a (\\()", "a"},
        {"a (\\) x)", "a (x)"},
        {"a (\\\\)", "a"},
        {"a ()", "a"},
        {"a (x) (y/1)", "a (x) (y/1)"},
        {"a (x;y/2, z)", "a (x) (y/2) (z)"},
        {"a (caf\xc3\xa9)", "a (caf)"},
        {"a (\tx)", "a (x)"},
        {"!#$%&'*+-.^_`|~/0", "!#$%&'*+-.^_`|~/0"},
        {" a/1", "a/1"},
        {"a/1 ", "a/1"},
        {"\ta/1 \t", "a/1"},
        /* The SDKs' own. */
        {"unknown/0.0.0 databricks-sdk-py/0.133.0 python/3.11.7 os/linux auth/oauth-m2m",
         "unknown/0.0.0 databricks-sdk-py/0.133.0 python/3.11.7 os/linux auth/oauth-m2m"},
        {"acme_lake/1.4.2 databricks-sdk-go/0.175.0 go/1.25.0 os/linux partner/Acme upstream/x "
         "upstream-version/1.0.0 auth/pat",
         "acme_lake/1.4.2 databricks-sdk-go/0.175.0 go/1.25.0 os/linux partner/Acme upstream/x "
         "upstream-version/1.0.0 auth/pat"},
        {"acme_lake/1.4.2 databricks-sdk-java/0.149.0 jvm/17.0.15 os/linux cicd/github agent/none",
         "acme_lake/1.4.2 databricks-sdk-java/0.149.0 jvm/17.0.15 os/linux cicd/github agent/none"},
        {"python-requests/2.32.3", "python-requests/2.32.3"},
        {"Apache-HttpClient/4.5.14 (Java/17.0.15)", "Apache-HttpClient/4.5.14 (Java/17.0.15)"},
        /* Drivers put the partner's product into a comment. */
        {"PyDatabricksSqlConnector/4.0.2 (acme_lake/1.4.2)",
         "PyDatabricksSqlConnector/4.0.2 (acme_lake/1.4.2)"},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
         "Mozilla/5.0 (X11) (Linux) (x86_64) AppleWebKit/537.36 (KHTML) (like) (Gecko)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        expect_good(&rows[i]);
    }
}

struct bad {
    const char *field;
    size_t offset;
    const char *problem;
};

Test(user_agent_grammar, fields_that_break_it)
{
    static const struct bad rows[] = {
        {"", 0, "it is empty"},
        {" \t", 0, "it is empty"},
        {"(c) a", 0, "it begins with a comment instead of a product"},
        {" (c)", 1, "it begins with a comment instead of a product"},
        {"/1", 0, "a product name must stand before the slash"},
        {"a/1 /2", 4, "a product name must stand before the slash"},
        {"a/", 2, "a version must follow the slash"},
        {"a/ b", 2, "a version must follow the slash"},
        {"a//1", 2, "a version must follow the slash"},
        {"a/1/2", 3, "a product has one slash only"},
        {"a/1(c)", 3, "a space must stand before a comment"},
        {"a (c)b", 5, "a space must separate products and comments"},
        {"a (c)(d)", 5, "a space must stand before a comment"},
        {"a, b", 1, "a space must separate products and comments"},
        {"a; b", 1, "a space must separate products and comments"},
        {"a [b]", 2, "a product name cannot have this character"},
        {"a \"b\"", 2, "a product name cannot have this character"},
        {"caf\xc3\xa9/1", 3, "a space must separate products and comments"},
        {"Acme Lake: 1.0", 9, "a space must separate products and comments"},
        {"a@b/1", 1, "a space must separate products and comments"},
        {"a (b", 2, "the comment that opens here is not closed"},
        {"a (b (c)", 2, "the comment that opens here is not closed"},
        {"a (b\\)", 2, "the comment that opens here is not closed"},
        {"a (b\\", 2, "the comment that opens here is not closed"},
        {"a b)", 3, "a space must separate products and comments"},
        {"a )", 2, "a product name cannot have this character"},
        {"a (b\x01)", 4, "a comment cannot have this control character"},
        {"a (b\\\x7f)", 5, "a comment cannot have this control character"},
        {"a (b\nc)", 4, "a comment cannot have this control character"},
        {"a\r\nb", 1, "a space must separate products and comments"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct user_agent ua = {.count = 7};
        size_t bad = 999;
        const char *problem = "";
        int rc = user_agent_parse(a, str_of(rows[i].field), &ua, &bad, &problem);
        cr_expect_eq(rc, -1, "`%s' was accepted", rows[i].field);
        cr_expect_eq(bad, rows[i].offset, "`%s': byte %zu", rows[i].field, bad);
        cr_expect_str_eq(problem, rows[i].problem, "`%s': %s", rows[i].field, problem);
        cr_expect_eq(ua.count, 7, "`%s': ret was touched", rows[i].field);
    }
}

Test(user_agent_grammar, scanning_finds_products_in_what_cannot_be_parsed)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct user_agent ua;
    user_agent_scan(a, STR("Acme Lake: (x acme_lake/1.4.2//7 b/"), &ua);
    cr_expect_str_eq(products_text(a, &ua), "(Acme) (Lake) (x) (acme_lake/1.4.2) (7) (b)");
}

Test(user_agent_grammar, token_characters)
{
    cr_expect(is_token(STR("a-b.c_d!~")));
    cr_expect_not(is_token(STR("")));
    cr_expect_not(is_token(STR("a b")));
    cr_expect_not(is_token(STR("a/b")));
    cr_expect_not(is_token(str_n("a\0b", 3)));
    cr_expect_not(is_token(STR("caf\xc3\xa9")));
}
