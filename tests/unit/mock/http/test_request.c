/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/request.h"

#include <criterion/criterion.h>

Test(request, a_form_is_read_once_and_kept)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .body = STR("grant_type=a%2Bb&scope=x+y")};
    const struct url_params *form = http_req_form(&req);
    cr_assert_not_null(form);
    cr_expect(str_eq_z(params_get(form, "grant_type")->value, "a+b"));
    cr_expect(str_eq_z(params_get(form, "scope")->value, "x y"));
    cr_expect_eq(http_req_form(&req), form);
}

Test(request, what_is_no_form_or_was_cut_has_none)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req broken = {.arena = a, .body = STR("a=%zz")};
    struct http_req cut = {.arena = a, .body = STR("a=1"), .body_cut = true};
    struct http_req empty = {.arena = a};
    cr_expect_null(http_req_form(&broken));
    cr_expect_null(http_req_form(&cut));
    cr_assert_not_null(http_req_form(&empty));
    cr_expect_eq(http_req_form(&empty)->count, 0);
}
