/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/http/kept_reply.h"
#include "mock/http/reply_memo.h"
#include "mock/journal/journal_store.h"

#include <criterion/criterion.h>

static const struct route route = {
    .name = "scim.me", .method = "GET", .pattern = "/me", .class = ROUTE_API};

struct fixture {
    struct arena *arena;
    struct clock clock;
    struct journal_store *store;
    struct secret_set *set;
    struct reply_memo *memo;
};

static void fixture_init(struct fixture *f)
{
    *f = (struct fixture){.arena = arena_new(), .set = secret_set_new()};
    clock_init(&f->clock);
    f->store = journal_store_new(&f->clock, 0);
    f->memo = reply_memo_new();
    (void)secret_set_add(f->set, "pat", SECRET_PAT, STR("dapi0123456789abcdef0123456789abcdef"));
}

static void fixture_done(struct fixture *f)
{
    reply_memo_free(f->memo);
    journal_store_free(f->store);
    secret_set_free(f->set);
    arena_free(f->arena);
}

static void record(struct fixture *f, struct http_req *req, struct http_reply *reply)
{
    static const struct http_notes notes = {.grant = "", .principal = ""};
    const struct journal_ended ended = {.begun = journal_store_begin(f->store, &route),
                                        .req = req,
                                        .reply = reply,
                                        .notes = &notes,
                                        .route = &route,
                                        .fault = "",
                                        .end = "sent"};
    journal_store_end(f->store, &ended, 0);
}

/* The reply in full, then as a copy of the one that was kept. */
static void both(struct fixture *f, const char *body)
{
    struct http_req req = {.arena = f->arena, .method = STR("GET"), .target = STR("/me")};
    struct http_reply full = {0}, copy = {0};
    req.request_id = "id-1";
    http_reply_text(&req, &full, 200, "text/plain", str_of(body));
    http_reply_header(&req, &full, "x-request-id", req.request_id);
    http_reply_header(&req, &full, "server", "databricks");
    reply_memo_put(f->memo, STR("me"), &full);
    http_reply_header(&req, &full, "date", "today");
    record(f, &req, &full);
    req.request_id = "id-2";
    cr_assert(reply_memo_answer(f->memo, STR("me"), &req, &copy));
    kept_reply_date(&req, &copy, "tomorrow");
    journal_store_learn(f->store, copy.kept);
    record(f, &req, &copy);
    kept_reply_unref(copy.held);
}

static struct journal export(struct fixture *f)
{
    AUTO_BUF struct buf out = {0};
    const struct journal_canaries canaries = {.set = f->set};
    struct journal journal = {0};
    struct err err = {0};
    cr_assert_eq(journal_store_export(f->store, &canaries, 0, &out, &err), 0);
    cr_assert_eq(journal_read(f->arena, buf_str(&out), "export", &journal, &err), 0, "%s", err.msg);
    return journal;
}

Test(known, a_record_of_a_kept_reply_says_all_that_a_full_one_says)
{
    struct fixture f;
    fixture_init(&f);
    both(&f, "the body");
    reply_memo_clear(f.memo); /* the journal keeps what it needs */
    struct journal j = export(&f);
    cr_assert_eq(j.count, 2);
    const struct journal_response *full = &j.items[0].response, *copy = &j.items[1].response;
    cr_expect_eq(copy->status, full->status);
    cr_expect_str_eq(copy->body, "the body");
    cr_assert_eq(copy->headers.count, full->headers.count);
    for (size_t i = 0; i < full->headers.count; i++) {
        cr_expect_str_eq(copy->headers.items[i].name, full->headers.items[i].name);
    }
    cr_expect_str_eq(copy->headers.items[1].value, "id-2");
    cr_expect_str_eq(copy->headers.items[2].value, "databricks");
    cr_expect_str_eq(copy->headers.items[3].value, "tomorrow");
    fixture_done(&f);
}

Test(known, a_secret_in_a_kept_reply_is_masked)
{
    struct fixture f;
    fixture_init(&f);
    both(&f, "it is dapi0123456789abcdef0123456789abcdef, keep it");
    struct journal j = export(&f);
    cr_assert_eq(j.count, 2);
    cr_expect_str_eq(j.items[1].response.body, j.items[0].response.body);
    cr_expect_null(strstr(j.items[1].response.body, "dapi0123"));
    fixture_done(&f);
}

Test(known, what_was_known_before_is_known_again_and_there_is_an_end_to_it)
{
    struct fixture f;
    fixture_init(&f);
    struct http_req req = {.arena = f.arena, .request_id = "id"};
    uint32_t last = 0, refused = 0;
    for (int i = 0; i < 600; i++) {
        struct http_reply reply = {0};
        http_reply_text(&req, &reply, 200, "text/plain", str_of(arena_printf(f.arena, "%d", i)));
        http_reply_header(&req, &reply, "x-request-id", "id");
        struct kept_reply *one = kept_reply_new(&reply), *two = kept_reply_new(&reply);
        journal_store_learn(f.store, one);
        journal_store_learn(f.store, two);
        cr_expect_eq(one->journal_tag, two->journal_tag);
        last = one->journal_tag != KEPT_TAG_REFUSED ? one->journal_tag : last;
        refused += one->journal_tag == KEPT_TAG_REFUSED ? 1 : 0;
        kept_reply_unref(one);
        kept_reply_unref(two);
    }
    cr_expect_eq(last + refused, 600);
    cr_expect_gt(refused, 0);
    cr_expect_eq(last, 512);
    fixture_done(&f);
}

static struct http_req request_with(struct fixture *f, const char *token)
{
    struct http_req req = {.arena = f->arena, .method = STR("GET"), .target = STR("/me")};
    *VEC_PUSH(f->arena, &req.headers) = (struct http_field){STR("Host"), STR("localhost")};
    *VEC_PUSH(f->arena, &req.headers) = (struct http_field){STR("X-Trace"), STR("")};
    *VEC_PUSH(f->arena, &req.headers) = (struct http_field){
        STR("Authorization"), str_of(arena_printf(f->arena, "Bearer %s", token))};
    return req;
}

/* The request in full, then as one whose headers came before. */
static void repeated(struct fixture *f, const char *token, struct http_head *head)
{
    struct http_req req = request_with(f, token);
    record(f, &req, NULL);
    head->fields = &req.headers;
    journal_store_learn_head(f->store, head);
    req.head = head;
    record(f, &req, NULL);
}

static void headers_are_same(const struct journal_record *a, const struct journal_record *b)
{
    cr_assert_eq(a->request.headers.count, b->request.headers.count);
    for (size_t i = 0; i < a->request.headers.count; i++) {
        cr_expect_str_eq(a->request.headers.items[i].name, b->request.headers.items[i].name);
        cr_expect_str_eq(a->request.headers.items[i].value, b->request.headers.items[i].value);
    }
}

Test(known, a_record_of_repeated_headers_says_all_that_a_full_one_says)
{
    struct fixture f;
    fixture_init(&f);
    struct http_head head = {0};
    repeated(&f, "of-nobody", &head);
    cr_assert_eq(head.journal_tag, 1);
    struct journal j = export(&f);
    cr_assert_eq(j.count, 2);
    cr_expect_eq(j.items[0].request.headers.count, 3);
    headers_are_same(&j.items[0], &j.items[1]);
    fixture_done(&f);
}

Test(known, a_secret_in_repeated_headers_is_masked)
{
    struct fixture f;
    fixture_init(&f);
    struct http_head head = {0};
    repeated(&f, "dapi0123456789abcdef0123456789abcdef", &head);
    struct journal j = export(&f);
    cr_assert_eq(j.count, 2);
    headers_are_same(&j.items[0], &j.items[1]);
    cr_expect_null(strstr(j.items[1].request.headers.items[2].value, "dapi0123"));
    fixture_done(&f);
}

Test(known, what_another_store_knows_is_written_in_full)
{
    struct fixture f, g;
    fixture_init(&f);
    fixture_init(&g);
    struct http_head head = {0};
    repeated(&f, "of-nobody", &head);
    struct http_req req = request_with(&g, "of-nobody");
    req.head = &head;
    record(&g, &req, NULL);
    struct journal j = export(&g);
    cr_assert_eq(j.count, 1);
    cr_expect_eq(j.items[0].request.headers.count, 3);
    fixture_done(&g);
    fixture_done(&f);
}

Test(known, there_is_an_end_to_the_headers_that_are_known)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 600; i++) {
        struct http_head head = {0};
        repeated(&f, arena_printf(f.arena, "token-%d", i), &head);
        cr_expect_eq(head.journal_tag, i < 512 ? (uint32_t)i + 1 : UINT32_MAX);
    }
    struct journal j = export(&f);
    cr_assert_eq(j.count, 1200);
    for (size_t i = 0; i < j.count; i += 2) {
        headers_are_same(&j.items[i], &j.items[i + 1]);
    }
    fixture_done(&f);
}
