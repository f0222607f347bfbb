/* SPDX-License-Identifier: Apache-2.0 */
/* Family "token": the life of access tokens: kept while they live, replaced before they end. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "base/secret/secret.h"
#include "harness/judge/selection.h"

struct cached_params {
    int64_t max;
};
struct renewed_params {
    int64_t min;
    int64_t left_ms; /* no call with a token that has less left; 0 = not looked at */
};
struct never_params {
    unsigned states;
};

/* Neither a PAT nor a token that has ended is a renewed one. */
static bool with_good_token(const struct journal_record *r)
{
    return r->class == ROUTE_API &&
           str_eq_z(str_of(r->credential.kind), secret_kind_name(SECRET_ACCESS_TOKEN)) &&
           (r->credential.state == CREDENTIAL_LIVE || r->credential.state == CREDENTIAL_EXPIRING);
}

static size_t distinct_tokens(const struct check_context *x, const char **ret_last)
{
    struct str_list names = {0};
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        bool known = false;
        if (!with_good_token(r)) {
            continue;
        }
        for (size_t i = 0; i < names.count; i++) {
            known = known || str_eq_z(str_of(names.items[i]), r->credential.name);
        }
        if (!known) {
            *VEC_PUSH(x->arena, &names) = r->credential.name;
        }
    }
    *ret_last = names.count ? names.items[names.count - 1] : "none";
    return names.count;
}

static size_t operations_ok(const struct evidence *e)
{
    size_t n = 0;
    for (size_t i = 0; i < e->operation_count; i++) {
        n += e->operations[i].answer == ANSWER_OK;
    }
    return n;
}

static void run_cached(const struct check_context *x, struct check_outcome *o)
{
    const struct cached_params *p = x->params;
    struct selection minted = {.classes = 1u << ROUTE_TOKEN};
    struct str_list ok = {0};
    *VEC_PUSH(x->arena, &ok) = "200";
    minted.status = ok;
    size_t requests = selection_count(&minted, &x->evidence->journal);
    size_t operations = operations_ok(x->evidence);
    const char *expected = arena_printf(x->arena, "at most %lld token%s for all operations",
                                        (long long)p->max, p->max == 1 ? "" : "s");
    const char *seen = arena_printf(x->arena, "%zu token%s for %zu operations that succeeded",
                                    requests, requests == 1 ? "" : "s", operations);
    if (operations < 2) {
        check_fail(o, expected,
                   arena_printf(x->arena,
                                "%zu operation%s succeeded, which shows nothing about reuse",
                                operations, operations == 1 ? "" : "s"),
                   NULL);
    } else if ((int64_t)requests > p->max || requests == 0) {
        check_fail(o, expected, seen,
                   selection_excerpt(x->arena, &minted, &x->evidence->journal, 10));
    } else {
        check_pass(o, expected, seen);
    }
}

/* A client that renews in the background makes some calls with the old token, and how many it is
 * depends on how fast the new one comes: one is too many. */
static size_t late_calls(const struct check_context *x, int64_t left_ms)
{
    size_t n = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        n += with_good_token(r) && r->credential.has_life && r->credential.life_left_ms < left_ms;
    }
    return n;
}

static void run_renewed(const struct check_context *x, struct check_outcome *o)
{
    const struct renewed_params *p = x->params;
    const char *last = NULL;
    size_t n = distinct_tokens(x, &last);
    size_t late = late_calls(x, p->left_ms);
    const char *expected = arena_printf(
        x->arena, "API calls with at least %lld different access tokens, each in force",
        (long long)p->min);
    const char *seen = n ? arena_printf(x->arena, "%zu different, the last %s", n, last)
                         : "no API call with an access token in force";
    struct selection api = {.classes = 1u << ROUTE_API};
    if (p->left_ms > 0) {
        expected =
            arena_printf(x->arena, "%s and for %lld ms or more", expected, (long long)p->left_ms);
    }
    if (late > 0) {
        seen =
            arena_printf(x->arena, "%s; too late for %zu call%s", seen, late, late == 1 ? "" : "s");
    }
    if ((int64_t)n < p->min || late > 0) {
        check_fail(o, expected, seen, selection_excerpt(x->arena, &api, &x->evidence->journal, 10));
        return;
    }
    check_pass(o, expected, seen);
}

static void run_never(const struct check_context *x, struct check_outcome *o)
{
    const struct never_params *p = x->params;
    struct selection bad = {.classes = 1u << ROUTE_API, .credential = p->states};
    struct selection api = {.classes = 1u << ROUTE_API};
    size_t n = selection_count(&bad, &x->evidence->journal);
    size_t all = selection_count(&api, &x->evidence->journal);
    const char *expected = arena_printf(x->arena, "no %s", selection_text(x->arena, &bad));
    if (n > 0) {
        check_fail(o, expected, arena_printf(x->arena, "%zu of %zu API calls", n, all),
                   selection_excerpt(x->arena, &bad, &x->evidence->journal, 10));
    } else if (all == 0) {
        check_fail(o, expected, "there were no API calls at all", NULL);
    } else {
        check_pass(o, expected, arena_printf(x->arena, "none of %zu API calls", all));
    }
}

static const struct shape_field cached_fields[] = {
    {.key = "max",
     .type = SHAPE_INT,
     .offset = offsetof(struct cached_params, max),
     .dflt = "1",
     .min = 1,
     .max = 100000,
     .doc = "how many tokens may be fetched"},
};
static const struct shape cached_shape = {.name = "token.cached",
                                          .doc = "how many tokens may be fetched",
                                          .size = sizeof(struct cached_params),
                                          .fields = cached_fields,
                                          .field_count = ARRAY_LEN(cached_fields)};
static const struct shape_field renewed_fields[] = {
    {.key = "min",
     .type = SHAPE_INT,
     .offset = offsetof(struct renewed_params, min),
     .dflt = "2",
     .min = 2,
     .max = 100000,
     .doc = "how many different tokens API calls must have carried"},
    {.key = "left",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct renewed_params, left_ms),
     .min = 1,
     .max = 3600000,
     .doc = "no API call may have carried one with less life left than this",
     .example = "45s"},
};
static const struct shape renewed_shape = {.name = "token.renewed",
                                           .doc = "how many tokens must have been used",
                                           .size = sizeof(struct renewed_params),
                                           .fields = renewed_fields,
                                           .field_count = ARRAY_LEN(renewed_fields)};
static const struct shape_field never_fields[] = {
    {.key = "states",
     .type = SHAPE_ENUM_SET,
     .offset = offsetof(struct never_params, states),
     .names = {selection_credential_names, CREDENTIAL_STATE_COUNT},
     .required = true,
     .doc = "the states no API call's credential may be in",
     .example = "[expired]"},
};
static const struct shape never_shape = {.name = "token.never",
                                         .doc = "what no API call may carry",
                                         .size = sizeof(struct never_params),
                                         .fields = never_fields,
                                         .field_count = ARRAY_LEN(never_fields)};

static const struct check_row rows[] = {
    {.kind = {"token.cached", "One token serves many operations.", &cached_shape},
     .run = run_cached,
     .cause = "the token is fetched for each call, partition or client object",
     .fix = "keep the token with its expiry, shared by all that use the same credentials"},
    {.kind = {"token.renewed", "When a token's life ends, another one is used.", &renewed_shape},
     .run = run_renewed,
     .cause = "the token is fetched once and kept for ever",
     .fix = "remember when it ends (expires_in) and fetch a new one some time before"},
    {.kind = {"token.never", "No API call carries a token in one of the states named.",
              &never_shape},
     .run = run_never,
     .cause = "the time at which the token ends is not looked at before a call",
     .fix = "compare the clock with the token's end, less a margin, before each call"},
};

const struct check_family family_token = {
    .name = "token",
    .doc = "The life of access tokens: kept while they live, replaced before they end.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
