/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"

#include <criterion/criterion.h>

#include <stdio.h>

enum { MANY = 100000 };

static int values[MANY];

static struct str key_of(int i, char out[32])
{
    int n = snprintf(out, 32, "key-%d", i);
    return str_n(out, (size_t)n);
}

static void put_range(struct map *m, int from, int to)
{
    char key[32];
    for (int i = from; i < to; i++) {
        cr_assert_null(map_put(m, key_of(i, key), &values[i]));
    }
}

Test(map, an_empty_map_has_nothing)
{
    AUTO_MAP struct map m = {0};
    size_t pos = 0;
    cr_assert_null(map_get(&m, STR("x")));
    cr_assert_null(map_remove(&m, STR("x")));
    cr_assert_null(map_next(&m, &pos));
}

Test(map, putting_again_replaces_and_returns_the_old_value)
{
    AUTO_MAP struct map m = {0};
    int one, two;
    cr_assert_null(map_put(&m, STR("k"), &one));
    cr_assert_eq(map_put(&m, STR("k"), &two), &one);
    cr_assert_eq(map_get(&m, STR("k")), &two);
    cr_assert_eq(m.count, 1u);
}

Test(map, keys_are_bytes_of_any_kind)
{
    AUTO_MAP struct map m = {0};
    int a, b, c;
    cr_assert_null(map_put(&m, STR(""), &a));
    cr_assert_null(map_put(&m, STR("x\0y"), &b));
    cr_assert_null(map_put(&m, STR("x"), &c));
    cr_assert_eq(map_get(&m, (struct str){NULL, 0}), &a);
    cr_assert_eq(map_get(&m, STR("x\0y")), &b);
    cr_assert_eq(map_get(&m, STR("x")), &c);
    cr_assert_null(map_get(&m, STR("x\0z")));
}

Test(map, keys_are_copied)
{
    AUTO_MAP struct map m = {0};
    char key[] = "abc";
    int v;
    cr_assert_null(map_put(&m, str_of(key), &v));
    key[0] = 'z';
    cr_assert_eq(map_get(&m, STR("abc")), &v);
}

Test(map, a_hundred_thousand_entries_are_found_in_order)
{
    AUTO_MAP struct map m = {0};
    char key[32];
    put_range(&m, 0, MANY);
    cr_assert_eq(m.count, (size_t)MANY);
    for (int i = 0; i < MANY; i++) {
        cr_assert_eq(map_get(&m, key_of(i, key)), &values[i]);
    }
    cr_assert_null(map_get(&m, key_of(MANY, key)));
    size_t pos = 0;
    int i = 0;
    for (const struct map_entry *e; (e = map_next(&m, &pos)) != NULL; i++) {
        cr_assert_eq(e->value, &values[i]);
    }
    cr_assert_eq(i, MANY);
}

Test(map, removed_entries_are_gone_and_the_others_stay)
{
    AUTO_MAP struct map m = {0};
    char key[32];
    put_range(&m, 0, MANY);
    for (int i = 0; i < MANY; i += 2) {
        cr_assert_eq(map_remove(&m, key_of(i, key)), &values[i]);
    }
    cr_assert_eq(m.count, (size_t)MANY / 2);
    cr_assert_null(map_remove(&m, key_of(0, key)));
    for (int i = 0; i < MANY; i++) {
        cr_assert_eq(map_get(&m, key_of(i, key)), i % 2 ? &values[i] : NULL);
    }
    size_t pos = 0;
    int expected = 1;
    for (const struct map_entry *e; (e = map_next(&m, &pos)) != NULL; expected += 2) {
        cr_assert_eq(e->value, &values[expected]);
    }
    cr_assert_eq(expected, MANY + 1);
}

Test(map, a_rebuild_after_removals_keeps_order_and_size)
{
    AUTO_MAP struct map m = {0};
    char key[32];
    for (int round = 0; round < 50; round++) { /* far more puts than ever live at once */
        put_range(&m, 0, 1000);
        for (int i = 0; i < 1000; i++) {
            cr_assert_eq(map_remove(&m, key_of(i, key)), &values[i]);
        }
    }
    cr_assert_eq(m.count, 0u);
    cr_assert_leq(m.entry_capacity, 4096u, "the map grows with puts instead of live entries");
    put_range(&m, 0, 10);
    cr_assert_eq(map_get(&m, STR("key-9")), &values[9]);
    cr_assert_null(map_get(&m, STR("key-10")));
}

Test(map, removing_while_iterating_is_allowed)
{
    AUTO_MAP struct map m = {0};
    put_range(&m, 0, 100);
    size_t pos = 0, seen = 0;
    for (const struct map_entry *e; (e = map_next(&m, &pos)) != NULL; seen++) {
        char copy[32];
        struct str key = str_n(copy, (size_t)snprintf(copy, sizeof(copy), "%s", e->key.ptr));
        cr_assert_not_null(map_remove(&m, key));
    }
    cr_assert_eq(seen, 100u);
    cr_assert_eq(m.count, 0u);
}
