/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "base/core/xalloc.h"
#include "base/sys/fs.h"
#include "base/sys/process.h"

#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

struct operations_building {
    struct manifest_operation *items;
    size_t count, capacity;
};

struct run_fixture *fixture_new(enum drive drive)
{
    struct err err = {0};
    struct run_fixture *f = xcalloc(1, sizeof(*f));
    f->arena = arena_new();
    int rc = fs_make_temp_dir(f->arena, NULL, "t-run-", &f->dir, &err);
    cr_assert_eq(rc, 0, "%s", err.msg);
    f->worlds = fs_join(f->arena, f->dir, "w");
    rc = fs_make_dirs(f->worlds, 0700, &err);
    cr_assert_eq(rc, 0, "%s", err.msg);
    f->manifest = (struct manifest){.path = "connector.yaml",
                                    .dir = PUPPETS_DIR,
                                    .name = "puppet",
                                    .version = "1",
                                    .product = "puppet",
                                    .drive = drive,
                                    .cwd = ".",
                                    .limits = {.start_ms = 5000,
                                               .operation_ms = 5000,
                                               .stop_ms = 3000,
                                               .case_ms = 20000,
                                               .output_bytes = 4 * 1024 * 1024}};
    f->spec = (struct case_spec){.id = "puppet/case",
                                 .family = "puppet",
                                 .steps = {.items = f->steps},
                                 .given = {.access_token_lifetime_ms = 3600 * 1000}};
    f->settings =
        (struct run_settings){.mock_program = PUPPETS_DIR "/fake_mock.py", .base_dir = f->worlds};
    f->job = (struct run_job){.manifest = &f->manifest,
                              .spec = &f->spec,
                              .mode = MODE_PAT,
                              .evidence_dir = fs_join(f->arena, f->dir, "evidence")};
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        f->manifest.modes[i].declared = true;
    }
    fixture_env(f, "TOKEN", "${token}");
    fixture_env(f, "HOST", "${host}");
    fixture_env(f, "TABLE", "${table}");
    return f;
}

void fixture_free(struct run_fixture *f)
{
    struct err err = {0};
    evidence_done(f->evidence);
    int rc = fs_remove_tree(f->dir, &err);
    cr_expect_eq(rc, 0, "%s", err.msg);
    arena_free(f->arena);
    free(f);
}

void fixture_free_ptr(struct run_fixture **f)
{
    fixture_free(*f);
}

static struct str_list argv_make(struct run_fixture *f, const char *program, va_list args)
{
    struct str_list argv = {0};
    *VEC_PUSH(f->arena, &argv) = fs_join(f->arena, PUPPETS_DIR, program);
    for (const char *arg = va_arg(args, const char *); arg; arg = va_arg(args, const char *)) {
        *VEC_PUSH(f->arena, &argv) = arg;
    }
    return argv;
}

void fixture_puppet(struct run_fixture *f, const char *program, ...)
{
    va_list args;
    va_start(args, program);
    f->manifest.run.argv = argv_make(f, program, args);
    va_end(args);
}

void fixture_command(struct run_fixture *f, const char *operation, const char *program, ...)
{
    va_list args;
    va_start(args, program);
    struct str_list argv = argv_make(f, program, args);
    va_end(args);
    struct shape_list *operations = &f->manifest.operations;
    struct manifest_operation *last =
        operations->count > 0
            ? SHAPE_LIST_AT(struct manifest_operation, *operations, operations->count - 1)
            : NULL;
    if (last == NULL || strcmp(last->name, operation) != 0) {
        struct manifest_operation *all =
            ARENA_ARRAY(f->arena, struct manifest_operation, operations->count + 1);
        if (operations->count > 0) {
            memcpy(all, operations->items, operations->count * sizeof(*all));
        }
        last = &all[operations->count];
        last->name = operation;
        *operations = (struct shape_list){all, operations->count + 1};
    }
    struct str_list *commands = ARENA_ARRAY(f->arena, struct str_list, last->commands.count + 1);
    if (last->commands.count > 0) {
        memcpy(commands, last->commands.items, last->commands.count * sizeof(*commands));
    }
    commands[last->commands.count] = argv;
    last->commands = (struct shape_list){commands, last->commands.count + 1};
}

static struct step *step_add(struct run_fixture *f)
{
    cr_assert_lt(f->spec.steps.count, FIXTURE_STEPS);
    return &f->steps[f->spec.steps.count++];
}

void fixture_step(struct run_fixture *f, const char *operation, int64_t times)
{
    *step_add(f) = (struct step){.kind = STEP_OPERATION, .operation = operation, .times = times};
}

void fixture_wait(struct run_fixture *f, int64_t ms)
{
    *step_add(f) = (struct step){.kind = STEP_WAIT, .wait_ms = ms};
}

void fixture_env(struct run_fixture *f, const char *name, const char *value)
{
    *VEC_PUSH(f->arena, &f->manifest.run.env) = (struct shape_pair){.key = name, .value = value};
}

void fixture_given_env(struct run_fixture *f, const char *name, const char *value)
{
    *VEC_PUSH(f->arena, &f->spec.given.env) = (struct shape_pair){.key = name, .value = value};
}

void fixture_given_file(struct run_fixture *f, const char *path, const char *content)
{
    *VEC_PUSH(f->arena, &f->spec.given.files) = (struct shape_pair){.key = path, .value = content};
}

void fixture_mock_options(struct run_fixture *f, const char *options)
{
    struct err err = {0};
    const char *path = fs_join(f->arena, f->dir, "mock.sh");
    const char *text =
        arena_printf(f->arena, "#!/bin/sh\nexec %s/fake_mock.py %s \"$@\"\n", PUPPETS_DIR, options);
    int rc = fs_write_file(path, str_of(text), 0755, &err);
    cr_assert_eq(rc, 0, "%s", err.msg);
    f->settings.mock_program = path;
}

static void ended(void *ctx, size_t job, int64_t took_ms)
{
    (void)job;
    ((struct run_fixture *)ctx)->took_ms = took_ms;
}

static void leftovers_count(struct run_fixture *f)
{
    struct err err = {0};
    struct process_views views = {0};
    struct fs_entries entries = {0};
    process_list_below(f->arena, getpid(), &views);
    f->processes_left = views.count;
    int rc = fs_walk(f->arena, f->worlds, 1000, &entries, &err);
    cr_assert_eq(rc, 0, "%s", err.msg);
    f->folders_left = entries.count;
}

void fixture_run(struct run_fixture *f)
{
    struct err err = {0};
    int sig = -1;
    const struct runner_options options = {
        .settings = &f->settings, .parallel = 1, .ctx = f, .on_end = ended};
    int rc = runner_run(&options, &f->job, 1, &sig, &err);
    cr_assert_eq(rc, 0, "run: %s; %s", err.msg, err.hint);
    cr_assert_eq(sig, 0);
    rc = evidence_load(f->arena, f->job.evidence_dir, &f->evidence, &err);
    cr_assert_eq(rc, 0, "load: %s", err.msg);
    leftovers_count(f);
    cr_assert_eq(f->processes_left, 0, "%zu processes survived the case", f->processes_left);
    cr_assert_eq(f->folders_left, 0, "%zu entries of the world's folder are left", f->folders_left);
}

const struct operation_record *fixture_operation(const struct run_fixture *f, size_t index)
{
    cr_assert_null(f->evidence->harness_error, "%s", f->evidence->harness_error);
    cr_assert_lt(index, f->evidence->operation_count, "there is no operation %zu", index);
    return &f->evidence->operations[index];
}

const struct secret_find *fixture_find(const struct run_fixture *f, const char *name,
                                       const char *place)
{
    for (size_t i = 0; i < f->evidence->find_count; i++) {
        const struct secret_find *find = &f->evidence->finds[i];
        if (strcmp(find->name, name) == 0 && strcmp(find->place, place) == 0) {
            return find;
        }
    }
    return NULL;
}
