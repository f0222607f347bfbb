/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/browser.h"
#include "harness/browser/html.h"

#include <criterion/criterion.h>

Test(html, a_form_is_read_with_its_fields_and_buttons)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct html_form form;
    html_first_form(a,
                    STR("<p><!-- <form> --><FORM Method='POST' action=\"/x?a=1&amp;b=2\">"
                        "<input type=hidden name=t value=&#65;b><input name=u>"
                        "<button id=deny value='no'>No</button></form><form></form>"),
                    &form);
    cr_assert(form.found && form.is_post);
    cr_assert(str_eq_z(form.action, "/x?a=1&b=2"));
    cr_assert_eq(form.fields.count, 3);
    cr_expect(str_eq_z(form.fields.items[0].value, "Ab"));
    cr_expect(str_eq_z(form.fields.items[1].type, "text"));
    cr_expect(str_eq_z(form.fields.items[2].type, "submit"));
    cr_expect(str_eq_z(form.fields.items[2].id, "deny"));
}

Test(html, what_stands_in_scripts_and_comments_is_no_form)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct html_form form;
    html_first_form(a, STR("<script>'<form>'</script><style><form></style><!--<form>-->"), &form);
    cr_assert_not(form.found);
}

Test(html, what_a_page_would_load_from_elsewhere_is_listed)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list loads = {0};
    html_loads(a,
               STR("<a href=https://a.example>x</a><img src=//cdn.example/1.png><script "
                   "src='https://b.example/x.js'></script><img src=/own.png>"),
               &loads);
    cr_assert_eq(loads.count, 2);
    cr_expect_str_eq(loads.items[0], "//cdn.example/1.png");
    cr_expect_str_eq(loads.items[1], "https://b.example/x.js");
}

Test(html, addresses_are_resolved_against_the_page)
{
    AUTO_ARENA struct arena *a = arena_new();
    static const char base[] = "https://h.example:8443/a/b?x=1";
    cr_expect_str_eq(url_resolve(a, base, STR("/c")), "https://h.example:8443/c");
    cr_expect_str_eq(url_resolve(a, base, STR("?y=2")), "https://h.example:8443/a/b?y=2");
    cr_expect_str_eq(url_resolve(a, base, STR("")), base);
    cr_expect_str_eq(url_resolve(a, base, STR("http://localhost:1/")), "http://localhost:1/");
}

Test(browser_config, what_is_written_reads_back)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const struct browser_config config = {
        .engine = BROWSER_CHROMIUM,
        .play = {.act = BROWSER_DENIES, .stray = 1U << BROWSER_STRAY_REPLAY},
        .requests = "/r",
        .dir = "/d",
        .user = "u@example.com",
        .password = "p",
        .desktop = "/d/session"};
    AUTO_JSON struct json *json = browser_config_write(&config);
    AUTO_BUF struct buf line = {0};
    struct browser_config read;
    json_write(&line, json);
    cr_assert_eq(browser_config_read(a, buf_str(&line), &read, &err), 0);
    cr_expect_eq(read.engine, BROWSER_CHROMIUM);
    cr_expect_eq(read.play.act, BROWSER_DENIES);
    cr_expect_eq(read.play.stray, 1U << BROWSER_STRAY_REPLAY);
    cr_expect_str_eq(read.password, "p");
    cr_expect_null(read.chromium);
    cr_expect_str_eq(read.desktop, "/d/session");
    cr_expect_lt(browser_config_read(a, STR("{\"engine\":\"lynx\"}"), &read, &err), 0);
}
