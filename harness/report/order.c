/* SPDX-License-Identifier: Apache-2.0 */
/* The one order in which results are shown, whichever ended first. */
#include "harness/report/events.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"
#include "base/core/xalloc.h"

#include <stdlib.h>

struct ranked {
    size_t connector, mode, is_case, at;
    struct run_result result;
};

static size_t connector_rank(const struct run_record *run, const char *name)
{
    size_t i = 0;
    while (i < run->connectors.count && !str_eq_z(str_of(run->connectors.items[i].name), name)) {
        i++;
    }
    return i;
}

static size_t mode_rank(const char *name)
{
    size_t i = 0;
    while (i < MODE_COUNT && !str_eq_z(str_of(mode_names[i]), name)) {
        i++;
    }
    return i;
}

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_ranked(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    int c = compare_numbers(a->connector, b->connector);
    c = c ? c : compare_numbers(a->mode, b->mode);
    c = c ? c : compare_numbers(a->is_case, b->is_case);
    c = c ? c : str_cmp(str_of(a->result.case_id), str_of(b->result.case_id));
    return c ? c : compare_numbers(a->at, b->at);
}

void run_record_sort(struct run_record *run)
{
    size_t count = run->results.count;
    struct ranked *ranked = xcalloc(count, sizeof(*ranked));
    for (size_t i = 0; i < count; i++) {
        const struct run_result *r = &run->results.items[i];
        const struct run_case *c = run_case_find(run, r->case_id);
        ranked[i] = (struct ranked){.connector = connector_rank(run, r->connector),
                                    .mode = mode_rank(r->mode),
                                    .is_case = c && c->is_probe ? 0 : 1,
                                    .at = i,
                                    .result = *r};
    }
    qsort(ranked, count, sizeof(*ranked), compare_ranked);
    for (size_t i = 0; i < count; i++) {
        run->results.items[i] = ranked[i].result;
    }
    free(ranked);
}
