/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/journal_store.h"

#include "base/sys/clock.h"
#include "mock/state/credential_store.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static const struct route route = {
    .name = "scim.me", .method = "GET", .pattern = "/me", .class = ROUTE_API};

struct fixture {
    struct clock clock;
    struct journal_store *store;
    struct secret_set *set;
    struct arena *arena;
};

static void fixture_init(struct fixture *f, size_t max_bytes)
{
    clock_init(&f->clock);
    f->store = journal_store_new(&f->clock, max_bytes);
    f->set = secret_set_new();
    f->arena = arena_new();
    (void)secret_set_add(f->set, "pat", SECRET_PAT, STR("dapi-0123456789"));
}

static void fixture_done(struct fixture *f)
{
    journal_store_free(f->store);
    secret_set_free(f->set);
    arena_free(f->arena);
}

static void end(struct fixture *f, struct journal_begun begun, const char *target,
                uint64_t generation)
{
    struct http_req req = {.arena = f->arena,
                           .method = STR("GET"),
                           .target = str_of(target),
                           .connection = 1,
                           .connection_request = 1};
    struct http_reply reply = {.status = 200, .body = STR("ok")};
    struct http_notes notes = {0};
    const struct journal_ended ended = {.begun = begun,
                                        .req = &req,
                                        .reply = &reply,
                                        .notes = &notes,
                                        .route = &route,
                                        .fault = "",
                                        .end = "sent"};
    journal_store_end(f->store, &ended, generation);
}

static struct journal export(struct fixture *f, uint64_t generation, int64_t after)
{
    AUTO_BUF struct buf out = {0};
    const struct journal_canaries canaries = {.set = f->set, .generation = generation};
    struct journal journal = {0};
    struct err err = {0};
    cr_assert_eq(journal_store_export(f->store, &canaries, after, &out, &err), 0);
    cr_assert_eq(journal_read(f->arena, buf_str(&out), "export", &journal, &err), 0, "%s", err.msg);
    return journal;
}

Test(journal_store, records_are_in_the_order_in_which_they_began)
{
    struct fixture f;
    fixture_init(&f, 0);
    struct journal_begun one = journal_store_begin(f.store, &route);
    struct journal_begun two = journal_store_begin(f.store, &route);
    cr_expect_eq(journal_store_open(f.store), 2);
    end(&f, two, "/two", 0);
    struct journal early = export(&f, 0, 0);
    cr_assert_eq(early.count, 1);
    cr_expect_eq(early.items[0].seq, 2);
    end(&f, one, "/one", 0);
    struct journal all = export(&f, 0, 0);
    cr_assert_eq(all.count, 2);
    cr_expect_str_eq(all.items[0].request.target, "/one");
    cr_expect_str_eq(all.items[1].request.target, "/two");
    cr_expect_eq(export(&f, 0, 1).count, 1);
    cr_expect_eq(export(&f, 0, 2).count, 0);
    cr_expect_eq(journal_store_seq(f.store), 2);
    cr_expect_eq(journal_store_open(f.store), 0);
    cr_expect_eq(journal_store_begun(f.store, "scim.*"), 2);
    cr_expect_eq(journal_store_begun(f.store, "sql.*"), 0);
    fixture_done(&f);
}

Test(journal_store, memory_is_bounded_and_losses_are_counted)
{
    struct fixture f;
    fixture_init(&f, 20000);
    for (int i = 0; i < 1000; i++) {
        end(&f, journal_store_begin(f.store, &route), "/x", 0);
    }
    struct journal kept = export(&f, 0, 0);
    cr_expect_gt(kept.count, 10);
    cr_expect_lt(kept.count, 500);
    cr_expect_eq((int64_t)kept.count + kept.dropped, 1000);
    cr_expect_eq(kept.items[kept.count - 1].seq, 1000);
    cr_expect_eq(kept.items[0].seq, kept.dropped + 1);
    fixture_done(&f);
}

Test(journal_store, an_open_exchange_outlives_those_behind_it)
{
    struct fixture f;
    fixture_init(&f, 20000);
    struct journal_begun held = journal_store_begin(f.store, &route);
    for (int i = 0; i < 1000; i++) {
        end(&f, journal_store_begin(f.store, &route), "/x", 0);
    }
    end(&f, held, "/held", 0);
    for (int i = 0; i < 3; i++) {
        end(&f, journal_store_begin(f.store, &route), "/y", 0);
    }
    struct journal kept = export(&f, 0, 0);
    cr_expect_eq((int64_t)kept.count + kept.dropped, 1004);
    cr_expect_eq(kept.items[kept.count - 1].seq, 1004);
    fixture_done(&f);
}

Test(journal_store, secrets_are_masked_with_the_set_of_the_export)
{
    struct fixture f;
    fixture_init(&f, 0);
    end(&f, journal_store_begin(f.store, &route), "/dapi-0123456789?late-secret", 0);
    struct journal before = export(&f, 0, 0);
    cr_expect_str_eq(before.items[0].request.target, "/«pat»?late-secret");
    (void)secret_set_add(f.set, "late", SECRET_POISON, STR("late-secret"));
    struct journal after = export(&f, 0, 0);
    cr_expect_str_eq(after.items[0].request.target, "/«pat»?«late»");
    cr_expect_eq(after.items[0].secrets.count, 2);
    fixture_done(&f);
}

Test(journal_store, frozen_records_stay_masked_and_stale_ones_are_dropped)
{
    struct fixture f;
    fixture_init(&f, 0);
    end(&f, journal_store_begin(f.store, &route), "/dapi-0123456789", 0);
    const struct journal_canaries canaries = {.set = f.set, .generation = 0};
    journal_store_freeze(f.store, &canaries);
    end(&f, journal_store_begin(f.store, &route), "/stale/dapi-0123456789", 0);
    secret_set_free(f.set);
    f.set = secret_set_new();
    struct journal kept = export(&f, 1, 0);
    cr_assert_eq(kept.count, 1);
    cr_expect_str_eq(kept.items[0].request.target, "/«pat»");
    cr_expect_eq(kept.dropped, 1);
    fixture_done(&f);
}

Test(journal_store, too_many_secrets_are_refused_rather_than_shown)
{
    struct fixture f;
    fixture_init(&f, 0);
    end(&f, journal_store_begin(f.store, &route), "/dapi-0123456789", 0);
    for (size_t i = 0; i < JOURNAL_MAX_CANARIES; i++) {
        const char *name = arena_printf(f.arena, "n%zu", i);
        (void)secret_set_add(f.set, name, SECRET_POISON,
                             str_of(arena_printf(f.arena, "value-of-%zu", i)));
    }
    AUTO_BUF struct buf out = {0};
    const struct journal_canaries canaries = {.set = f.set, .generation = 0};
    struct err err = {0};
    cr_expect_eq(journal_store_export(f.store, &canaries, 0, &out, &err), -1);
    cr_expect_eq(err.code, ERR_LIMIT);
    cr_expect_eq(out.len, 0);
    journal_store_freeze(f.store, &canaries);
    cr_expect_eq(journal_store_dropped(f.store), 1);
    fixture_done(&f);
}

static void fill(struct fixture *f, int count, const char *target, uint64_t generation)
{
    for (int i = 0; i < count; i++) {
        end(f, journal_store_begin(f->store, &route), target, generation);
    }
}

static void expect_rising(const struct journal *journal)
{
    for (size_t i = 1; i < journal->count; i++) {
        cr_assert_lt(journal->items[i - 1].seq, journal->items[i].seq);
    }
}

Test(journal_store, what_left_memory_is_exported_in_order)
{
    struct fixture f;
    fixture_init(&f, (size_t)64 * 1024 * 1024);
    struct journal_begun one = journal_store_begin(f.store, &route);
    fill(&f, 5000, "/x", 0);
    struct journal_begun two = journal_store_begin(f.store, &route);
    fill(&f, 10000, "/y", 0);
    end(&f, two, "/late-two", 0);
    end(&f, one, "/late-one", 0);
    fill(&f, 5000, "/z", 0);
    struct journal all = export(&f, 0, 0);
    cr_expect_null(journal_store_spill_error(f.store));
    cr_assert_eq(all.count, 20002);
    cr_expect_eq(all.dropped, 0);
    expect_rising(&all);
    cr_expect_str_eq(all.items[0].request.target, "/late-one");
    cr_expect_str_eq(all.items[5001].request.target, "/late-two");
    cr_expect_str_eq(all.items[20001].request.target, "/z");
    struct journal rest = export(&f, 0, 5001);
    cr_assert_eq(rest.count, 15001);
    cr_expect_str_eq(rest.items[0].request.target, "/late-two");
    fixture_done(&f);
}

Test(journal_store, records_of_a_replaced_set_are_masked_with_a_copy_of_it)
{
    struct fixture f;
    fixture_init(&f, (size_t)64 * 1024 * 1024);
    fill(&f, 6000, "/old/dapi-0123456789", 0);
    const struct journal_canaries canaries = {.set = f.set, .generation = 0};
    journal_store_freeze(f.store, &canaries);
    secret_set_free(f.set);
    f.set = secret_set_new();
    (void)secret_set_add(f.set, "other", SECRET_PAT, STR("dapi-9876543210"));
    fill(&f, 6000, "/new/dapi-9876543210", 1);
    struct journal all = export(&f, 1, 0);
    cr_assert_eq(all.count, 12000);
    cr_expect_eq(all.dropped, 0);
    for (size_t i = 0; i < all.count; i++) {
        cr_assert_str_eq(all.items[i].request.target, i < 6000 ? "/old/«pat»" : "/new/«other»");
    }
    fixture_done(&f);
}

Test(journal_store, a_set_that_was_exported_with_is_not_looked_at_when_it_is_gone)
{
    struct fixture f;
    fixture_init(&f, 0);
    end(&f, journal_store_begin(f.store, &route), "/dapi-0123456789", 0);
    cr_expect_str_eq(export(&f, 0, 0).items[0].request.target, "/«pat»");
    const struct journal_canaries canaries = {.set = f.set, .generation = 0};
    journal_store_freeze(f.store, &canaries);
    secret_set_free(f.set);
    f.set = secret_set_new();
    for (size_t i = 0; i < 100; i++) { /* what was freed is another's now */
        const char *name = arena_printf(f.arena, "n%zu", i);
        (void)secret_set_add(f.set, name, SECRET_POISON,
                             str_of(arena_printf(f.arena, "another-%zu", i)));
    }
    struct journal kept = export(&f, 1, 0);
    cr_assert_eq(kept.count, 1);
    cr_expect_str_eq(kept.items[0].request.target, "/«pat»");
    fixture_done(&f);
}

Test(journal_store, an_export_in_pieces_ends_at_the_number_it_began_with)
{
    struct fixture f;
    fixture_init(&f, (size_t)64 * 1024 * 1024);
    fill(&f, 4000, "/x", 0);
    const struct journal_canaries canaries = {.set = f.set, .generation = 0};
    struct journal_cursor cursor = journal_store_cursor(f.store, 0);
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    int pieces = 0;
    while (!cursor.at_end) {
        size_t before = out.len;
        cr_assert_eq(journal_store_export_some(f.store, &canaries, &cursor, &out, &err), 0);
        cr_expect_lt(out.len - before, 2 * JOURNAL_CHUNK_BYTES);
        fill(&f, 100, "/meanwhile", 0);
        pieces++;
    }
    cr_expect_gt(pieces, 3);
    struct journal journal = {0};
    cr_assert_eq(journal_read(f.arena, buf_str(&out), "export", &journal, &err), 0);
    cr_expect_eq(journal.count, 4000);
    fixture_done(&f);
}

Test(journal_store, losses_on_disk_are_counted_as_well)
{
    struct fixture f;
    fixture_init(&f, (size_t)2 * 1024 * 1024);
    struct journal_begun held = journal_store_begin(f.store, &route);
    fill(&f, 30000, "/x", 0);
    end(&f, held, "/held", 0);
    struct journal kept = export(&f, 0, 0);
    cr_expect_gt(kept.dropped, 10000);
    cr_expect_gt(kept.count, 1000);
    cr_expect_eq((int64_t)kept.count + kept.dropped, 30001);
    cr_expect_str_eq(kept.items[0].request.target, "/held");
    expect_rising(&kept);
    fixture_done(&f);
}

Test(journal_store, without_a_disk_the_newest_stay_and_losses_are_counted)
{
    struct fixture f;
    cr_assert_eq(setenv("TMPDIR", "/does/not/exist", 1), 0);
    fixture_init(&f, (size_t)4 * 1024 * 1024);
    fill(&f, 30000, "/x", 0);
    struct journal kept = export(&f, 0, 0);
    cr_expect_not_null(journal_store_spill_error(f.store));
    cr_expect_gt(kept.count, 3000);
    cr_expect_gt(kept.dropped, 1000);
    cr_expect_eq((int64_t)kept.count + kept.dropped, 30000);
    cr_expect_eq(kept.items[kept.count - 1].seq, 30000);
    fixture_done(&f);
}

/* Tokens beyond the set: known by digest, found by shape. */
Test(journal_store, tokens_that_are_not_in_the_set_are_found_by_their_shape)
{
    static const char known[] = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrbm93biJ9.c2lnbmF0dXJl";
    static const struct {
        const char *target, *shown;
    } rows[] = {
        {"/a/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrbm93biJ9.c2lnbmF0dXJl/b", "/a/«access_token_9»/b"},
        {"/a/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvdGhlciJ9.c2lnbmF0dXJl", "/a/«unlisted_token»"},
        {"/a/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrb", "/a/«unlisted_token»"},
        {"/a/dapi0123456789abcdef0123456789abcdef0", "/a/«unlisted_token»0"},
        {"/a/dose0123456789abcdef0123456789abcdefx", "/a/«unlisted_token»x"},
        {"/dapi-0123456789/doau0123456789abcdef0123456789abcdef", "/«pat»/«unlisted_token»"},
        {"/a/eyJust-a-long-word-without-any-dot-in-it-at-all", NULL},
        {"/a/dapi0123456789abcdef0123456789abcdeX", NULL},
        {"/a/eyJ.eyJ", NULL},
    };
    struct fixture f;
    fixture_init(&f, 0);
    struct credential_store *tokens = credential_store_new();
    const struct credential c = {.name = "access_token_9",
                                 .kind = SECRET_ACCESS_TOKEN,
                                 .client_id = "",
                                 .audience = "",
                                 .scope = ""};
    (void)credential_store_add(tokens, str_of(known), &c);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        fill(&f, 1, rows[i].target, 0);
    }
    AUTO_BUF struct buf out = {0};
    struct journal_canaries canaries = {.set = f.set, .unlisted = 1, .tokens = tokens};
    struct journal journal = {0};
    struct err err = {0};
    cr_assert_eq(journal_store_export(f.store, &canaries, 0, &out, &err), 0);
    cr_assert_eq(journal_read(f.arena, buf_str(&out), "export", &journal, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *shown = rows[i].shown != NULL ? rows[i].shown : rows[i].target;
        cr_expect_str_eq(journal.items[i].request.target, shown);
    }
    cr_expect_eq(journal.items[0].secrets.count, 1);
    credential_store_free(tokens);
    fixture_done(&f);
}
