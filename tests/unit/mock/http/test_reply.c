/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/request.h"

#include <criterion/criterion.h>

Test(reply, headers_are_replaced_by_name_and_removed)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    struct http_reply reply = {0};
    http_reply_header(&req, &reply, "A", "1");
    http_reply_header(&req, &reply, "B", "2");
    http_reply_header(&req, &reply, "a", "3");
    cr_assert_eq(reply.headers.count, 2);
    cr_expect(str_eq_z(http_reply_get_header(&reply, "A")->value, "3"));
    http_reply_remove_header(&reply, "A");
    http_reply_remove_header(&reply, "none");
    cr_assert_eq(reply.headers.count, 1);
    cr_expect(str_eq_z(reply.headers.items[0].name, "B"));
}

Test(reply, json_bodies_are_written_and_typed)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    struct http_reply reply = {0};
    http_reply_json(&req, &reply, 201, json_set_int(json_object(), "a", 1));
    cr_expect_eq(reply.status, 201);
    cr_expect(str_eq_z(reply.body, "{\"a\":1}"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "content-type")->value, "application/json"));
}

Test(reply, a_body_that_is_taken_is_not_copied)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf body = {0};
    struct http_req req = {.arena = a};
    struct http_reply reply = {0};
    buf_add_z(&body, "rows");
    const char *bytes = body.ptr;
    http_reply_take(&req, &reply, 200, "text/csv", &body);
    cr_expect_eq(reply.body.ptr, bytes);
    cr_expect(str_eq_z(reply.body, "rows"));
    cr_expect_eq(reply.status, 200);
    cr_expect(str_eq_z(http_reply_get_header(&reply, "content-type")->value, "text/csv"));
    cr_expect_eq(body.len, 0u);
    http_reply_take(&req, &reply, 204, "text/csv", &body);
    cr_expect(str_eq_z(reply.body, ""), "an empty one is a body, too");
}

Test(request, headers_are_found_in_any_case_and_counted)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    *VEC_PUSH(a, &req.headers) = (struct http_field){STR("Host"), STR("h:80")};
    *VEC_PUSH(a, &req.headers) = (struct http_field){STR("x"), STR("1")};
    *VEC_PUSH(a, &req.headers) = (struct http_field){STR("X"), STR("2")};
    cr_expect(str_eq_z(http_req_header(&req, "X")->value, "1"));
    cr_expect_eq(http_req_header_count(&req, "X"), 2);
    cr_expect_null(http_req_header(&req, "y"));
    cr_expect_str_eq(http_req_origin(&req), "http://h:80");
    req.tls = true;
    cr_expect_str_eq(http_req_origin(&req), "https://h:80");
}
