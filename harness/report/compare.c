/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/compare.h"

#include "base/core/map.h"
#include "base/core/str.h"

/* "connector\nmode\ncase\ncheck\nnth"; a result without checks stands for itself. */
static const char *key_of(struct arena *a, const struct run_result *r, const char *check,
                          size_t nth)
{
    return arena_printf(a, "%s\n%s\n%s\n%s\n%zu", r->connector, r->mode, r->case_id, check, nth);
}

static size_t nth_of_its_name(const struct run_result *r, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++) {
        n += str_eq_z(str_of(r->checks[i].check), r->checks[at].check);
    }
    return n;
}

struct item {
    const struct run_result *result;
    const char *check, *key;
    enum verdict verdict;
};
struct items {
    struct item *items;
    size_t count, capacity;
};

static void items_of(struct arena *a, const struct run_record *run, struct items *ret)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        for (size_t i = 0; i < r->check_count; i++) {
            const char *check = r->checks[i].check;
            *VEC_PUSH(a, ret) = (struct item){r, check, key_of(a, r, check, nth_of_its_name(r, i)),
                                              r->checks[i].verdict};
        }
        if (r->check_count == 0) {
            *VEC_PUSH(a, ret) = (struct item){r, "", key_of(a, r, "", 0), r->verdict};
        }
    }
}

void run_compare(struct arena *a, const struct run_record *before, const struct run_record *now,
                 struct changes *ret)
{
    AUTO_MAP struct map known = {0};
    struct items earlier = {0}, later = {0};
    *ret = (struct changes){0};
    items_of(a, before, &earlier);
    items_of(a, now, &later);
    VEC_FOREACH(struct item, it, &earlier) {
        map_put(&known, str_of(it->key), it);
    }
    VEC_FOREACH(struct item, it, &later) {
        const struct item *was = map_get(&known, str_of(it->key));
        bool green = verdict_is_green(it->verdict);
        bool was_green = was && verdict_is_green(was->verdict);
        if ((green && !was) || (green && was_green)) {
            continue;
        }
        *VEC_PUSH(a, ret) = (struct change){.kind = !was        ? CHANGE_NEW
                                                    : green     ? CHANGE_FIXED
                                                    : was_green ? CHANGE_BROKEN
                                                                : CHANGE_STILL,
                                            .connector = it->result->connector,
                                            .mode = it->result->mode,
                                            .case_id = it->result->case_id,
                                            .check = it->check,
                                            .before = was ? was->verdict : VERDICT_PASS,
                                            .now = it->verdict};
    }
}
