/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/delay_queue.h"

#include <criterion/criterion.h>

Test(delay_queue, items_come_out_when_due_and_in_order)
{
    static const int64_t due[] = {50, 10, 40, 10, 30, 20, 60, 5, 5, 70};
    int64_t items[ARRAY_LEN(due)];
    struct delay_queue q = {0};
    cr_expect_eq(delay_queue_next_ms(&q), -1);
    for (size_t i = 0; i < ARRAY_LEN(due); i++) {
        items[i] = due[i];
        delay_queue_push(&q, due[i], &items[i]);
    }
    cr_expect_eq(delay_queue_next_ms(&q), 5);
    cr_expect_null(delay_queue_pop(&q, 4));
    int64_t last = 0;
    for (const int64_t *item = delay_queue_pop(&q, 50); item != NULL;
         item = delay_queue_pop(&q, 50)) {
        cr_expect_geq(*item, last);
        last = *item;
    }
    cr_expect_eq(q.count, 2);
    cr_expect_eq(delay_queue_next_ms(&q), 60);
    delay_queue_done(&q);
}

Test(delay_queue, removed_items_do_not_come_and_the_order_stays)
{
    enum { COUNT = 500 };
    static int items[COUNT];
    struct delay_queue q = {0};
    for (int i = 0; i < COUNT; i++) {
        items[i] = (i * 7919) % COUNT;
        delay_queue_push(&q, items[i], &items[i]);
    }
    for (int i = 0; i < COUNT; i += 3) {
        cr_expect(delay_queue_remove(&q, &items[i]));
        cr_expect_not(delay_queue_remove(&q, &items[i]));
    }
    int last = -1, left = 0;
    for (const int *item = delay_queue_pop(&q, COUNT); item != NULL;
         item = delay_queue_pop(&q, COUNT)) {
        cr_expect_gt(*item, last);
        cr_expect_neq((item - items) % 3, 0);
        last = *item;
        left++;
    }
    cr_expect_eq(left, COUNT - (COUNT + 2) / 3);
    delay_queue_done(&q);
}
