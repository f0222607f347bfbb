/* SPDX-License-Identifier: Apache-2.0 */
/* Family "concurrency": several requests at a time, and the connections they go over, as they came
 * in at the mock's socket. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "harness/judge/selection.h"

struct overlap_params {
    struct selection selection;
    int64_t min;
};

struct connections_params {
    struct selection selection;
    int64_t max;
};

/* Until its answer is given to be sent. When the last byte is out the mock learns a moment later,
 * and a client that waited for the answer may have sent the next request by then, in the same
 * millisecond: which of them came first is told by their numbers. */
static bool is_open_as(const struct journal_record *r, const struct journal_record *comes)
{
    int64_t open_ms = r->answered_ms != JOURNAL_NOT_ANSWERED ? r->answered_ms : r->took_ms;
    return r->seq < comes->seq && r->real_ms + open_ms > comes->real_ms;
}

/* The most of them that were open at one moment; that is when one of them begins. */
static size_t most_open(const struct selection *s, const struct journal *j,
                        const struct journal_record **ret_when)
{
    size_t most = 0;
    VEC_FOREACH(const struct journal_record, at, j) {
        size_t open = 0;
        if (!selection_has(s, at)) {
            continue;
        }
        VEC_FOREACH(const struct journal_record, r, j) {
            open += selection_has(s, r) && (r == at || is_open_as(r, at));
        }
        if (open > most) {
            most = open;
            *ret_when = at;
        }
    }
    return most;
}

/* A connector may do as asked, but one after the other: then the case has shown nothing, whatever
 * its other checks say. */
static void run_overlap(const struct check_context *x, struct check_outcome *o)
{
    const struct overlap_params *p = x->params;
    const struct journal_record *when = NULL;
    size_t most = most_open(&p->selection, &x->evidence->journal, &when);
    const char *what = selection_text(x->arena, &p->selection);
    const char *expected =
        arena_printf(x->arena, "at least %lld %s under way at one time", (long long)p->min, what);
    if ((int64_t)most >= p->min) {
        /* how many above that is chance, and two runs of one plan are to say the same */
        check_pass(o, expected, "as many at least");
        return;
    }
    check_inconclusive(o, expected,
                       arena_printf(x->arena,
                                    "at most %zu were under way at one time: nothing was done in "
                                    "parallel, so this shows nothing",
                                    most));
}

static void run_single_flight(const struct check_context *x, struct check_outcome *o)
{
    const struct selection tokens = {.classes = 1u << ROUTE_TOKEN};
    const struct journal *j = &x->evidence->journal;
    const struct journal_record *when = NULL;
    size_t all = selection_count(&tokens, j), most = most_open(&tokens, j, &when);
    const char *expected = "while one token request is under way no other is made";
    if (all == 0) {
        check_fail(o, expected, "there was no token request", NULL);
    } else if (most > 1) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%zu of %zu token requests were under way as #%lld came",
                                most, all, (long long)when->seq),
                   selection_excerpt(x->arena, &tokens, j, 12));
    } else {
        check_pass(o, expected, arena_printf(x->arena, "%zu, one at a time", all));
    }
}

static size_t connections_of(const struct selection *s, const struct journal *j,
                             size_t *ret_requests)
{
    size_t count = 0;
    *ret_requests = 0;
    VEC_FOREACH(const struct journal_record, r, j) {
        bool known = false;
        if (!selection_has(s, r)) {
            continue;
        }
        ++*ret_requests;
        VEC_FOREACH(const struct journal_record, before, j) {
            known = known ||
                    (before < r && selection_has(s, before) && before->connection == r->connection);
        }
        count += !known;
    }
    return count;
}

static void run_connections(const struct check_context *x, struct check_outcome *o)
{
    const struct connections_params *p = x->params;
    const struct journal *j = &x->evidence->journal;
    size_t requests = 0, count = connections_of(&p->selection, j, &requests);
    const char *what = selection_text(x->arena, &p->selection);
    const char *expected = arena_printf(x->arena, "all %s over at most %lld connection%s", what,
                                        (long long)p->max, p->max == 1 ? "" : "s");
    const char *seen =
        arena_printf(x->arena, "%zu connection%s for %zu", count, count == 1 ? "" : "s", requests);
    if ((int64_t)requests <= p->max) {
        check_fail(
            o, expected,
            arena_printf(x->arena, "only %zu of them, which shows nothing about reuse", requests),
            NULL);
    } else if ((int64_t)count > p->max) {
        check_fail(o, expected, seen, selection_excerpt(x->arena, &p->selection, j, 12));
    } else {
        check_pass(o, expected, seen);
    }
}

static const struct shape_field overlap_fields[] = {
    SELECTION_FIELDS,
    {.key = "min",
     .type = SHAPE_INT,
     .offset = offsetof(struct overlap_params, min),
     .dflt = "2",
     .min = 2,
     .max = 1000,
     .doc = "how many must have been under way at one time"},
};
static const struct shape overlap_shape = {.name = "concurrency.overlap",
                                           .doc = "which exchanges, and how many at a time",
                                           .size = sizeof(struct overlap_params),
                                           .fields = overlap_fields,
                                           .field_count = ARRAY_LEN(overlap_fields),
                                           .validate = selection_validate};

static const struct shape_field connections_fields[] = {
    SELECTION_FIELDS,
    {.key = "max",
     .type = SHAPE_INT,
     .offset = offsetof(struct connections_params, max),
     .required = true,
     .min = 1,
     .max = 100000,
     .doc = "how many connections they may go over"},
};
static const struct shape connections_shape = {.name = "concurrency.connections",
                                               .doc =
                                                   "which exchanges, and over how many connections",
                                               .size = sizeof(struct connections_params),
                                               .fields = connections_fields,
                                               .field_count = ARRAY_LEN(connections_fields),
                                               .validate = selection_validate};

static const struct check_row rows[] = {
    {.kind = {"concurrency.overlap",
              "So many requests of a kind were under way at one time; otherwise the case is "
              "inconclusive.",
              &overlap_shape},
     .run = run_overlap,
     .cause = "the operations were done one after the other",
     .fix = "let the adapter start them in threads or tasks of their own, with one client"},
    {.kind = {"concurrency.single_flight",
              "Who needs a token while one is being fetched waits for that one.", NULL},
     .run = run_single_flight,
     .cause = "each thread, task or partition looks after its own token",
     .fix = "guard the token by a lock that is held while it is fetched"},
    {.kind = {"concurrency.connections", "Requests share connections instead of opening new ones.",
              &connections_shape},
     .run = run_connections,
     .cause = "a client object is made for each call, or answers are not read to their end",
     .fix = "keep one client, or one session, for all calls"},
};

const struct check_family family_concurrency = {
    .name = "concurrency",
    .doc = "Several requests at a time, and the connections they go over.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
