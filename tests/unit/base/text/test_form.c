/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "base/text/url.h"

#include <criterion/criterion.h>

#include <string.h>

Test(form, order_duplicates_and_equals_signs_are_kept)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct url_params p;
    cr_assert_eq(form_parse(a, STR("a=1&b&c=&a=2=3&&%61%20b=x+y%2B&=v"), &p, &err), 0);
    static const struct {
        const char *name, *value;
        bool has_equals;
    } expected[] = {{"a", "1", true},   {"b", "", false},      {"c", "", true},
                    {"a", "2=3", true}, {"a b", "x y+", true}, {"", "v", true}};
    cr_assert_eq(p.count, ARRAY_LEN(expected));
    for (size_t i = 0; i < p.count; i++) {
        cr_expect(str_eq_z(p.items[i].name, expected[i].name), "%zu", i);
        cr_expect(str_eq_z(p.items[i].value, expected[i].value), "%zu", i);
        cr_expect_eq(p.items[i].has_equals, expected[i].has_equals, "%zu", i);
    }
    cr_expect_eq(params_count(&p, "a"), 2u);
    cr_expect_eq(params_get(&p, "a"), &p.items[0]);
    cr_expect_null(params_get(&p, "z"));
    cr_expect(str_eq_z(params_duplicate(&p)->name, "a"));
}

Test(form, nothing_yields_nothing)
{
    static const char *const empty[] = {"", "&", "&&&"};
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct url_params p;
        cr_assert_eq(form_parse(a, str_of(empty[i]), &p, &err), 0);
        cr_expect_eq(p.count, 0u);
        cr_expect_null(params_duplicate(&p));
    }
}

Test(form, broken_escapes_are_refused_without_quoting_them)
{
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%4g", "secret=hush%"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct url_params p = {.count = 77};
        cr_expect_eq(form_parse(a, str_of(bad[i]), &p, &err), -1, "%s", bad[i]);
        cr_expect_eq(err.code, ERR_INVALID);
        cr_expect_null(strstr(err.msg, "hush"));
        cr_expect_eq(p.count, 77u);
    }
}

Test(form, a_thousand_parameters_are_the_most)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    struct url_params p;
    for (int i = 0; i < 1000; i++) {
        buf_printf(&text, "k%d=%d&", i, i);
    }
    cr_expect_eq(form_parse(a, buf_str(&text), &p, &err), 0);
    cr_expect_eq(p.count, 1000u);
    cr_expect_null(params_duplicate(&p));
    buf_add_z(&text, "x");
    cr_expect_eq(form_parse(a, buf_str(&text), &p, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
}

Test(form, encoding_and_decoding_are_inverse)
{
    char all[256];
    for (size_t i = 0; i < sizeof(all); i++) {
        all[i] = (char)i;
    }
    for (int form = 0; form < 2; form++) {
        AUTO_BUF struct buf text = {0}, back = {0};
        struct err err = {0};
        (form ? form_encode : percent_encode)(&text, str_n(all, sizeof(all)));
        cr_assert_eq(percent_decode(&back, buf_str(&text), form == 1, &err), 0);
        cr_expect(str_eq(buf_str(&back), str_n(all, sizeof(all))));
    }
}

Test(form, only_unreserved_characters_stay)
{
    AUTO_BUF struct buf percent = {0}, form = {0};
    percent_encode(&percent, STR("aZ09-._~ +/\xc3\xa9"));
    form_encode(&form, STR("aZ09-._~ +/\xc3\xa9"));
    cr_expect_str_eq(buf_z(&percent), "aZ09-._~%20%2B%2F%C3%A9");
    cr_expect_str_eq(buf_z(&form), "aZ09-._~+%2B%2F%C3%A9");
}

Test(form, a_plus_is_a_space_only_when_asked)
{
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    cr_assert_eq(percent_decode(&out, STR("a+b%20"), false, &err), 0);
    cr_expect_str_eq(buf_z(&out), "a+b ");
    cr_expect_eq(percent_decode(&out, STR("x%2"), false, &err), -1);
    cr_expect_str_eq(buf_z(&out), "a+b ", "nothing is added on failure");
}
