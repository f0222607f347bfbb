/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_RUN_RUN_FIXTURE_H
#define TESTS_UNIT_HARNESS_RUN_RUN_FIXTURE_H

/* A manifest and a case made in memory, a puppet as the connector, the fake mock: one case is run
 * by the real scheduler in a real worker and its evidence loaded. Afterwards nothing is left: no
 * process below the test, no folder of a world. */

#include "harness/evidence/evidence.h"
#include "harness/run/runner.h"

enum { FIXTURE_STEPS = 8 };

struct run_fixture {
    struct arena *arena;
    const char *dir;    /* the test's own */
    const char *worlds; /* base_dir of the worlds */
    struct manifest manifest;
    struct case_spec spec;
    struct step steps[FIXTURE_STEPS];
    struct run_settings settings;
    struct run_job job;
    struct evidence *evidence;
    size_t processes_left; /* below the test after the run */
    size_t folders_left;   /* in `worlds` after the run */
    int64_t took_ms;
};

struct run_fixture *fixture_new(enum drive drive);
void fixture_free(struct run_fixture *f);
void fixture_free_ptr(struct run_fixture **f);
#define AUTO_FIXTURE AUTO(fixture_free_ptr)

/* The connector is puppets/<program> with these arguments (NULL-terminated list). */
void fixture_puppet(struct run_fixture *f, const char *program, ...);
/* drive exec: one more command of an operation (commands of one operation follow each other). */
void fixture_command(struct run_fixture *f, const char *operation, const char *program, ...);
void fixture_step(struct run_fixture *f, const char *operation, int64_t times);
void fixture_wait(struct run_fixture *f, int64_t ms);
void fixture_env(struct run_fixture *f, const char *name, const char *value); /* manifest */
void fixture_given_env(struct run_fixture *f, const char *name, const char *value);
void fixture_given_file(struct run_fixture *f, const char *path, const char *content);
/* The mock is started by a script that hands these options to the fake one. */
void fixture_mock_options(struct run_fixture *f, const char *options);

/* Runs and loads; asserts that the run itself went well and left nothing behind. */
void fixture_run(struct run_fixture *f);
/* For one operation of the case. */
const struct operation_record *fixture_operation(const struct run_fixture *f, size_t index);
const struct secret_find *fixture_find(const struct run_fixture *f, const char *name,
                                       const char *place);

#endif
