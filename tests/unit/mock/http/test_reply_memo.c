/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/kept_reply.h"
#include "mock/http/reply_memo.h"

#include <criterion/criterion.h>

static struct http_reply reply_make(struct http_req *req, const char *body)
{
    struct http_reply reply = {0};
    http_reply_text(req, &reply, 200, "text/plain", str_of(body));
    http_reply_header(req, &reply, "x-request-id", req->request_id);
    http_reply_header(req, &reply, "server", "databricks");
    return reply;
}

static void put(struct reply_memo *m, struct http_req *req, const char *key, const char *body)
{
    struct http_reply reply = reply_make(req, body);
    reply_memo_put(m, str_of(key), &reply);
}

static bool answer_is(struct reply_memo *m, struct http_req *req, const char *key, const char *body)
{
    struct http_reply reply = {0};
    bool found = reply_memo_answer(m, str_of(key), req, &reply);
    bool same = found && str_eq_z(reply.body, body);
    kept_reply_unref(reply.held);
    return same;
}

Test(reply_memo, what_was_put_is_found_until_it_is_emptied)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = "id-1"};
    struct reply_memo *m = reply_memo_new();
    cr_expect_not(answer_is(m, &req, "a", ""));
    put(m, &req, "a", "one");
    put(m, &req, "b", "");
    put(m, &req, "a", "two");
    cr_expect(answer_is(m, &req, "a", "two"));
    cr_expect(answer_is(m, &req, "b", ""));
    reply_memo_clear(m);
    cr_expect_not(answer_is(m, &req, "a", "two"));
    cr_expect_not(reply_memo_answer(NULL, STR("a"), &req, NULL));
    reply_memo_free(m);
    reply_memo_free(NULL);
}

Test(reply_memo, an_answer_has_the_id_of_its_own_request_and_outlives_the_memo)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req first = {.arena = a, .request_id = "id-1"};
    struct http_req second = {.arena = a, .request_id = "id-2"};
    struct reply_memo *m = reply_memo_new();
    struct http_reply reply = {0};
    put(m, &first, "a", "one");
    cr_assert(reply_memo_answer(m, STR("a"), &second, &reply));
    reply_memo_free(m);
    cr_assert_not_null(reply.kept);
    kept_reply_date(&second, &reply, "now");
    cr_expect_eq(reply.status, 200);
    cr_expect(str_eq_z(reply.body, "one"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "X-Request-Id")->value, "id-2"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "server")->value, "databricks"));
    cr_expect(str_eq_z(http_reply_get_header(&reply, "date")->value, "now"));
    kept_reply_unref(reply.held);
}

Test(reply_memo, an_answer_that_is_changed_is_no_copy_any_more)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = "id"};
    struct reply_memo *m = reply_memo_new();
    struct http_reply reply = {0};
    put(m, &req, "a", "one");
    cr_assert(reply_memo_answer(m, STR("a"), &req, &reply));
    http_reply_header(&req, &reply, "server", "another");
    cr_expect_null(reply.kept);
    kept_reply_unref(reply.held);
    cr_expect(answer_is(m, &req, "a", "one"));
    struct http_reply again = {0};
    cr_assert(reply_memo_answer(m, STR("a"), &req, &again));
    cr_expect(str_eq_z(http_reply_get_header(&again, "server")->value, "databricks"));
    kept_reply_unref(again.held);
    reply_memo_free(m);
}

Test(reply_memo, an_answer_without_a_request_id_is_not_kept)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = "id"};
    struct reply_memo *m = reply_memo_new();
    struct http_reply reply = reply_make(&req, "body");
    http_reply_remove_header(&reply, "x-request-id");
    reply_memo_put(m, STR("a"), &reply);
    cr_expect_not(answer_is(m, &req, "a", "body"));
    reply_memo_free(m);
}

Test(reply_memo, many_keys_do_not_make_it_grow)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = "id"};
    struct reply_memo *m = reply_memo_new();
    size_t found = 0;
    for (int i = 0; i < 10000; i++) {
        put(m, &req, arena_printf(a, "host-%d", i), "body");
    }
    for (int i = 0; i < 10000; i++) {
        found += answer_is(m, &req, arena_printf(a, "host-%d", i), "body") ? 1 : 0;
    }
    cr_expect_gt(found, 0);
    cr_expect_leq(found, 256);
    reply_memo_free(m);
}
