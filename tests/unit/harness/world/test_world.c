/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/world.h"

#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

TestSuite(world, .timeout = 60);

struct place {
    struct arena *arena;
    struct manifest manifest;
    struct case_spec spec;
    struct world_options options;
    struct world world;
};

static struct place *place_new(struct arena *a)
{
    struct place *p = ARENA_NEW(a, struct place);
    p->arena = a;
    p->manifest = (struct manifest){.dir = "/", .cwd = "tmp", .name = "c"};
    p->spec = (struct case_spec){.id = "x/y"};
    p->options = (struct world_options){.manifest = &p->manifest,
                                        .spec = &p->spec,
                                        .mode = MODE_PAT,
                                        .mock_program = PUPPETS_DIR "/fake_mock.py"};
    return p;
}

static void up(struct place *p)
{
    struct err err = {0};
    cr_assert_eq(world_up(p->arena, &p->options, &p->world, &err), 0, "%s", err.msg);
}

static const struct json *call_to(const struct json_doc *calls, const char *path, size_t nth)
{
    JSON_FOREACH(call, calls->root) {
        if (strcmp(json_get_string(call, "path", ""), path) == 0 && nth-- == 0) {
            return json_get(call, "body");
        }
    }
    return NULL;
}

Test(world, folder_is_private_and_goes_with_the_world)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct place *p = place_new(a);
    struct stat st;
    up(p);
    const char *dir = p->world.dir;
    cr_assert_eq(stat(dir, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0700);
    cr_assert_eq(stat(p->world.home, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0700);
    cr_assert_str_eq(p->world.start.cwd, "/tmp");
    pid_t mock = p->world.mock.process.pid;
    world_down(&p->world);
    cr_assert_not(fs_exists(dir));
    cr_assert_lt(getpgid(mock), 0, "the mock is gone");
    world_down(&p->world);
}

Test(world, scenario_says_what_the_case_gives)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc calls = {0};
    struct err err = {0};
    struct place *p = place_new(a);
    struct scenario_fault fault = {.id = "f", .status = 500};
    struct shape_pair env = {.key = "X", .value = "${poison_token}"};
    p->spec.given = (struct case_given){.credential = GIVEN_WRONG_SECRET,
                                        .access_token_lifetime_ms = 4000,
                                        .expiring_window_ms = 1000,
                                        .env = {&env, 1, 1},
                                        .faults = {&fault, 1}};
    up(p);
    cr_assert_eq(mock_call(&p->world.mock, "GET", "/calls", NULL, &calls, &err), 0, "%s", err.msg);
    const struct json *scenario = call_to(&calls, "/scenario", 0);
    const struct json *service = json_at(json_get(scenario, "principals"), 0);
    cr_assert_str_eq(json_get_string(scenario, "expiring_window", ""), "1000ms");
    cr_assert_str_eq(json_get_string(json_at(json_get(scenario, "workspaces"), 0), "host", ""),
                     "*");
    cr_assert_str_eq(json_get_string(service, "name", ""), "connector-sp");
    cr_assert_str_eq(json_get_string(service, "access_token_lifetime", ""), "4000ms");
    cr_assert_eq(json_get_int(json_at(json_get(scenario, "faults"), 0), "status", 0), 500);
    const struct json *poison = call_to(&calls, "/canaries", 0);
    const struct json *wrong = call_to(&calls, "/canaries", 1);
    cr_assert_str_eq(json_get_string(poison, "kind", ""), "poison");
    cr_assert_str_eq(json_get_string(wrong, "name", ""), "wrong_pat");
    cr_assert_eq(strncmp(p->world.credential.value, "dapi", 4), 0, "of the same form");
    cr_assert_eq(strlen(p->world.credential.value), 36);
    cr_assert_str_eq(json_get_string(wrong, "value", ""), p->world.credential.value);
    cr_assert_eq(p->world.decoy.process.pid, 0, "nobody asked for a decoy");
    world_down(&p->world);
}

Test(world, faults_may_name_the_decoy)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc calls = {0};
    struct err err = {0};
    struct place *p = place_new(a);
    struct shape_pair header = {.key = "Link", .value = "${host}/next"};
    struct scenario_fault fault = {.id = "f",
                                   .body = "at ${poison_host}",
                                   .headers = {&header, 1, 1},
                                   .answer = {.redirect = "${poison_host}/x"}};
    p->spec.given.faults = (struct shape_list){&fault, 1};
    up(p);
    cr_assert_gt(p->world.decoy.process.pid, 0);
    cr_assert_eq(mock_call(&p->world.mock, "GET", "/calls", NULL, &calls, &err), 0, "%s", err.msg);
    const struct json *sent = json_at(json_get(call_to(&calls, "/scenario", 0), "faults"), 0);
    const char *decoy = arena_printf(a, "http://127.0.0.1:%lld", (long long)p->world.decoy.port);
    cr_assert_str_eq(json_get_string(sent, "redirect", ""), arena_printf(a, "%s/x", decoy));
    cr_assert_str_eq(json_get_string(sent, "body", ""), arena_printf(a, "at %s", decoy));
    cr_assert_str_eq(json_get_string(json_get(sent, "headers"), "Link", ""),
                     arena_printf(a, "http://%s/next", p->world.identity.host));
    cr_assert_str_eq(fault.answer.redirect, "${poison_host}/x", "the case stays as it is");
    world_down(&p->world);
}

Test(world, fault_with_an_unknown_variable_is_an_error_with_its_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct place *p = place_new(a);
    struct scenario_fault fault = {.id = "f", .answer = {.redirect = "${poison_hots}"}};
    p->spec.given.faults = (struct shape_list){&fault, 1};
    cr_assert_lt(world_up(a, &p->options, &p->world, &err), 0);
    cr_assert(strstr(err.msg, "fault 1 of the case") != NULL, "%s", err.msg);
}

Test(world, seed_makes_poison_reproducible)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *values[3];
    for (size_t i = 0; i < 3; i++) {
        struct place *p = place_new(a);
        struct shape_pair env = {.key = "X", .value = "${poison_token}"};
        p->spec.given.env = (struct shape_pairs){&env, 1, 1};
        p->options.seed = i == 2 ? 8 : 7;
        up(p);
        values[i] = NULL;
        for (size_t k = 0; p->world.start.envp[k] != NULL; k++) {
            if (strncmp(p->world.start.envp[k], "X=", 2) == 0) {
                values[i] = p->world.start.envp[k];
            }
        }
        world_down(&p->world);
    }
    cr_assert_str_eq(values[0], values[1]);
    cr_assert_str_neq(values[0], values[2]);
}

Test(world, unknown_variable_is_an_error_with_its_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct place *p = place_new(a);
    struct shape_pair env = {.key = "WHERE", .value = "${hots}"};
    p->spec.given.env = (struct shape_pairs){&env, 1, 1};
    cr_assert_lt(world_up(a, &p->options, &p->world, &err), 0);
    cr_assert(strstr(err.msg, "WHERE") != NULL, "%s", err.msg);
}

Test(world, what_is_unproven_is_said)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list sentences = {0};
    walls_unproven(a, &walls_none, &sentences);
    cr_assert_geq(sentences.count, 4);
    for (size_t i = 0; i < sentences.count; i++) {
        cr_assert_eq(sentences.items[i][strlen(sentences.items[i]) - 1], '.');
    }
}
