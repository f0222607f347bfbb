/* SPDX-License-Identifier: Apache-2.0 */
/* How CI systems tell a job which part of the work is its own. Some count from 0, some from 1. */
#include "base/core/buf.h"
#include "base/text/number.h"
#include "harness/plan/plan.h"

enum { MAX_SHARDS = 1000 };

struct protocol {
    const char *system, *index, *total; /* total NULL: the system has none */
    int base;
};

static const struct protocol protocols[] = {
    {"Bazel", "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0},
    {"GoogleTest", "GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", 0},
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
    {"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
    {"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
    {"Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1},
    {"Kubernetes", "JOB_COMPLETION_INDEX", NULL, 0},
};

struct found {
    const struct protocol *protocol;
    const char *index, *total;
    struct plan_shard shard;
};

static const char *look_up(const struct plan_environment *e, const char *name)
{
    const char *value = name ? e->get(e->ctx, name) : NULL;
    return value && value[0] ? value : NULL;
}

static int incomplete(const struct protocol *p, bool has_index, struct err *err)
{
    if (!p->total) {
        err_set(err, ERR_USAGE, "%s is set (%s), which does not say how many shards there are",
                p->index, p->system);
    } else {
        err_set(err, ERR_USAGE, "%s is set (%s), but %s is not", has_index ? p->index : p->total,
                p->system, has_index ? p->total : p->index);
    }
    err_hint(err, "say --shard I/N instead of --shard auto");
    return -1;
}

static int protocol_read(const struct plan_environment *e, const struct protocol *p,
                         struct found *ret, struct err *err)
{
    struct found f = {.protocol = p, .index = look_up(e, p->index), .total = look_up(e, p->total)};
    struct err inner = {0};
    int64_t index = 0;
    if (!f.index && !f.total) {
        *ret = f;
        return 0;
    }
    if (!f.index || !f.total) {
        return incomplete(p, f.index != NULL, err);
    }
    if (parse_int64(str_of(f.total), 1, MAX_SHARDS, &f.shard.total, &inner) < 0 ||
        parse_int64(str_of(f.index), p->base, f.shard.total - 1 + p->base, &index, &inner) < 0) {
        err_set(err, ERR_USAGE, "%s=%s and %s=%s (%s) name no shard: the index counts from %d",
                p->index, f.index, p->total, f.total, p->system, p->base);
        return -1;
    }
    f.shard.index = index - p->base + 1;
    *ret = f;
    return 0;
}

int plan_shard_of_environment(struct arena *a, const struct plan_environment *environment,
                              struct plan_shard *ret, const char **ret_source, struct err *err)
{
    struct found first = {0};
    for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
        struct found f = {0};
        if (protocol_read(environment, &protocols[i], &f, err) < 0) {
            return -1;
        }
        bool differs = first.index && f.index &&
                       (f.shard.index != first.shard.index || f.shard.total != first.shard.total);
        if (differs) {
            err_set(err, ERR_USAGE, "%s=%s of %s (%s) and %s=%s of %s (%s) name different shards",
                    first.protocol->index, first.index, first.total, first.protocol->system,
                    f.protocol->index, f.index, f.total, f.protocol->system);
            err_hint(err, "say --shard I/N instead of --shard auto");
            return -1;
        }
        first = first.index ? first : f;
    }
    *ret = first.shard;
    *ret_source = first.index ? arena_printf(a, "%s=%s, base %d", first.protocol->index,
                                             first.index, first.protocol->base)
                              : "";
    return 0;
}

void plan_shard_protocols(struct arena *a, struct str_list *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
        const struct protocol *p = &protocols[i];
        *VEC_PUSH(a, ret) = p->total
                                ? arena_printf(a, "%s and %s (%s, counted from %d)", p->index,
                                               p->total, p->system, p->base)
                                : arena_printf(a, "%s (%s: refused, as it comes without a total)",
                                               p->index, p->system);
    }
}
