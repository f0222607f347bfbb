/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/object_store.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct object_store *s;

static void set_up(void)
{
    s = object_store_new();
}

static void tear_down(void)
{
    object_store_free(s);
}

TestSuite(object_store, .init = set_up, .fini = tear_down);

static struct object_list *things(void)
{
    return object_list_of(s, "111", "things");
}

static void put(const char *key)
{
    struct json *o = json_set_string(json_object(), "name", key);
    cr_assert_not_null(object_put(things(), str_of(key), o));
}

Test(object_store, lists_are_apart_by_workspace_and_kind)
{
    put("a");
    cr_expect_not_null(object_get(things(), STR("a")));
    cr_expect_null(object_get(object_list_of(s, "222", "things"), STR("a")));
    cr_expect_null(object_get(object_list_of(s, "111", "others"), STR("a")));
    cr_expect_eq(object_list_count(things()), 1);
}

Test(object_store, a_position_stays_good_while_things_come_and_go)
{
    size_t pos = 0;
    put("a");
    put("b");
    put("c");
    cr_expect_str_eq(json_get_string(object_next(things(), &pos), "name", ""), "a");
    cr_expect(object_remove(things(), STR("a")));
    cr_expect(object_remove(things(), STR("b")));
    cr_expect_not(object_remove(things(), STR("b")));
    put("d");
    cr_expect_str_eq(json_get_string(object_next(things(), &pos), "name", ""), "c");
    cr_expect_str_eq(json_get_string(object_next(things(), &pos), "name", ""), "d");
    cr_expect_null(object_next(things(), &pos));
    put("e");
    cr_expect_str_eq(json_get_string(object_next(things(), &pos), "name", ""), "e");
}

Test(object_store, replacing_keeps_the_place)
{
    size_t pos = 0;
    put("a");
    put("b");
    put("a");
    cr_expect_eq(object_list_count(things()), 2);
    cr_expect_str_eq(json_get_string(object_next(things(), &pos), "name", ""), "a");
}

Test(object_store, lists_are_bounded)
{
    char key[32];
    for (size_t i = 0; i < OBJECT_STORE_MAX; i++) {
        (void)snprintf(key, sizeof(key), "%zu", i);
        put(key);
    }
    cr_expect_null(object_put(things(), STR("more"), json_object()));
    cr_expect_not_null(object_put(things(), STR("7"), json_object()), "replacing is no more");
}

Test(object_store, a_view_leaves_out_what_is_the_mocks_own)
{
    AUTO_JSON struct json *o = json_set_string(json_object(), "name", "a");
    json_set_bool(o, "_denied", true);
    AUTO_JSON struct json *view = object_view(o);
    cr_expect_eq(json_count(view), 1);
    cr_expect_str_eq(json_get_string(view, "name", ""), "a");
}

Test(object_store, a_state_changes_when_its_time_has_come)
{
    AUTO_JSON struct json *o = json_object();
    object_state_begin(o, "STARTING", "RUNNING", 1000);
    cr_expect_str_eq(object_state_settle(o, 999), "STARTING");
    cr_expect_str_eq(object_state_settle(o, 1000), "RUNNING");
    object_state_begin(o, "STOPPING", "STOPPED", 1500);
    cr_expect_str_eq(object_state_settle(o, 1499), "STOPPING");
    cr_expect_eq(json_count(o), 3);
    cr_expect_str_eq(object_state_settle(o, 9000), "STOPPED");
    cr_expect_eq(json_count(o), 1, "nothing of the change is left");
}
