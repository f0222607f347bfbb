/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/harness/judge/evidence_builder.h"

static void take_open(struct bench *b, const char *route, size_t nth, int64_t from_ms,
                      int64_t to_ms)
{
    struct journal_record *r = bench_record(b, route, nth);
    r->real_ms = from_ms;
    r->took_ms = to_ms - from_ms;
    r->answered_ms = r->took_ms;
}

static void gets_overlap(struct bench *b)
{
    take_open(b, "uc.table.get", 0, 100, 200);
    take_open(b, "uc.table.get", 1, 199, 300);
}

static void gets_touch(struct bench *b)
{
    take_open(b, "uc.table.get", 0, 100, 200);
    take_open(b, "uc.table.get", 1, 200, 300);
}

static void two_tokens(struct bench *b)
{
    bench_add_record(b, "oidc.token", 200);
    take_open(b, "oidc.token", 0, 100, 200);
    take_open(b, "oidc.token", 1, 200, 300);
}

/* The mock learnt late that the first answer was out; or none was given. */
static void two_tokens_told_late(struct bench *b)
{
    two_tokens(b);
    take_open(b, "oidc.token", 1, 120, 300);
    bench_record(b, "oidc.token", 0)->answered_ms = 20;
}

/* The first was answered within the millisecond in which both came. */
static void two_tokens_in_a_millisecond(struct bench *b)
{
    two_tokens(b);
    take_open(b, "oidc.token", 0, 100, 100);
    take_open(b, "oidc.token", 1, 100, 300);
}

static void two_tokens_one_unanswered(struct bench *b)
{
    two_tokens_told_late(b);
    bench_record(b, "oidc.token", 0)->answered_ms = JOURNAL_NOT_ANSWERED;
}

static void two_tokens_at_once(struct bench *b)
{
    two_tokens(b);
    take_open(b, "oidc.token", 1, 150, 300);
}

static void one_connection(struct bench *b)
{
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        r->connection = 1;
    }
}

static void each_its_own(struct bench *b)
{
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        r->connection = r->seq;
    }
}

#define OVERLAP(with)     "{check: concurrency.overlap, with: {" with "}}"
#define CONNECTIONS(with) "{check: concurrency.connections, with: {" with "}}"

Test(concurrency, overlap_or_nothing_is_shown)
{
    static const struct row rows[] = {
        {"two at a time", gets_overlap, MODE_PAT, OVERLAP("route: uc.table.get"), VERDICT_PASS,
         "as many at least", "at least 2 requests to uc.table.get under way at one time", NULL},
        {"one after the other", gets_touch, MODE_PAT, OVERLAP("route: uc.table.get"),
         VERDICT_INCONCLUSIVE, "at most 1 were under way", NULL, NULL},
        {"not enough of them", gets_overlap, MODE_PAT, OVERLAP("route: uc.table.get, min: 3"),
         VERDICT_INCONCLUSIVE, "at most 2 were under way", NULL, NULL},
        {"none at all", NULL, MODE_PAT, OVERLAP("class: token"), VERDICT_INCONCLUSIVE,
         "at most 0 were under way", NULL, NULL},
    };
    ROWS_RUN(rows);
}

Test(concurrency, one_token_request_at_a_time)
{
    static const char single[] = "{check: concurrency.single_flight}";
    static const struct row rows[] = {
        {"one", NULL, MODE_M2M, single, VERDICT_PASS, "1, one at a time", NULL, NULL},
        {"one after the other", two_tokens, MODE_M2M, single, VERDICT_PASS, "2, one at a time",
         NULL, NULL},
        {"the end told late", two_tokens_told_late, MODE_M2M, single, VERDICT_PASS,
         "2, one at a time", NULL, NULL},
        {"both in a millisecond, one after the other", two_tokens_in_a_millisecond, MODE_M2M,
         single, VERDICT_PASS, "2, one at a time", NULL, NULL},
        {"two at once", two_tokens_at_once, MODE_M2M, single, VERDICT_FAIL,
         "2 of 2 token requests were under way", NULL, "/oidc/v1/token"},
        {"the first without an answer", two_tokens_one_unanswered, MODE_M2M, single, VERDICT_FAIL,
         "2 of 2 token requests were under way", NULL, NULL},
        {"none", NULL, MODE_PAT, single, VERDICT_FAIL, "there was no token request", NULL, NULL},
    };
    ROWS_RUN(rows);
}

Test(concurrency, connections_are_counted)
{
    static const struct row rows[] = {
        {"one for all", one_connection, MODE_PAT, CONNECTIONS("class: api, max: 1"), VERDICT_PASS,
         "1 connection for 4", "all requests of class api over at most 1 connection", NULL},
        {"one for each", each_its_own, MODE_PAT, CONNECTIONS("class: api, max: 2"), VERDICT_FAIL,
         "4 connections for 4", NULL, "#1 "},
        {"as many as may be", each_its_own, MODE_PAT, CONNECTIONS("route: uc.table.get, max: 2"),
         VERDICT_FAIL, "only 2 of them, which shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}
