/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/thread_slot.h"

#include <criterion/criterion.h>

#include <pthread.h>

enum { CROWD = THREAD_SEATS + 8 };

static pthread_barrier_t all_sit;

static void *sit(void *ret_seat)
{
    *(size_t *)ret_seat = thread_seat();
    (void)pthread_barrier_wait(&all_sit);
    cr_assert_eq(thread_seat(), *(size_t *)ret_seat, "it stays the same");
    return NULL;
}

static void crowd_sit(size_t *seats, size_t count)
{
    pthread_t threads[CROWD];
    cr_assert_eq(pthread_barrier_init(&all_sit, NULL, (unsigned)count), 0);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(pthread_create(&threads[i], NULL, sit, &seats[i]), 0);
    }
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
    }
    pthread_barrier_destroy(&all_sit);
}

Test(thread_slot, no_two_threads_have_one_seat_and_the_rest_have_none)
{
    size_t seats[CROWD], sitting[THREAD_SEATS] = {0}, standing = 0;
    crowd_sit(seats, CROWD);
    for (size_t i = 0; i < CROWD; i++) {
        cr_assert_leq(seats[i], (size_t)THREAD_SEATS);
        if (seats[i] == THREAD_SEATS) {
            standing++;
        } else {
            cr_assert_eq(sitting[seats[i]]++, 0, "seat %zu is taken twice", seats[i]);
        }
    }
    cr_assert_eq(standing, (size_t)CROWD - THREAD_SEATS);
}

Test(thread_slot, seats_of_threads_that_ended_are_free_again)
{
    size_t seats[CROWD];
    crowd_sit(seats, CROWD);
    for (int round = 0; round < 3; round++) {
        crowd_sit(seats, THREAD_SEATS);
        for (size_t i = 0; i < THREAD_SEATS; i++) {
            cr_assert_lt(seats[i], (size_t)THREAD_SEATS);
        }
    }
}
