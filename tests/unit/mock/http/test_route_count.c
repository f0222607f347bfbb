/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/route_count.h"

#include <criterion/criterion.h>

static int64_t count_of(const struct route_counts *c, const char *name, int tag)
{
    size_t pos = 0;
    int64_t total = 0;
    for (const struct route_count *row; (row = route_counts_next(c, &pos)) != NULL;) {
        bool same = row->tag == tag && strcmp(route_count_name(row), name) == 0;
        total += same ? row->count : 0;
    }
    return total;
}

Test(route_count, counts_are_kept_apart_by_route_and_tag_however_many_there_are)
{
    static struct route routes[200];
    struct route_counts c = {0};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
            routes[i].name = i % 2 == 0 ? "even" : "odd";
            route_counts_add(&c, &routes[i], round % 2);
        }
        route_counts_add(&c, NULL, 404);
    }
    cr_expect_eq(count_of(&c, "even", 0), 200);
    cr_expect_eq(count_of(&c, "even", 1), 100);
    cr_expect_eq(count_of(&c, "odd", 0), 200);
    cr_expect_eq(count_of(&c, "", 404), 3);
    cr_expect_eq(c.used, 401);
    route_counts_done(&c);
}

Test(route_count, rows_of_one_name_are_told_once_together)
{
    static const struct route a = {.name = "twin"}, b = {.name = "twin"};
    struct route_counts c = {0};
    route_counts_add(&c, &a, 200);
    route_counts_add(&c, &b, 200);
    route_counts_add(&c, &b, 200);
    int64_t told[2] = {0};
    size_t pos = 0, rows = 0;
    for (const struct route_count *row; (row = route_counts_next(&c, &pos)) != NULL; rows++) {
        cr_assert_lt(rows, 2);
        told[rows] = route_counts_of_name(&c, row);
    }
    cr_expect_eq(told[0], 3);
    cr_expect_eq(told[1], 0);
    route_counts_done(&c);
}
