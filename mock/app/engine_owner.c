/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/app/engine_priv.h"
#include "mock/app/routes.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct engine *engine_new(const struct engine_options *options, struct err *err)
{
    struct engine *e = xcalloc(1, sizeof(*e));
    engine_lock_init(e);
    clock_init(&e->clock);
    e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const struct mock_state_options state_options = {.seeded = options->seeded,
                                                     .seed = options->seed};
    e->state = e->wake_fd >= 0 ? mock_state_new(&e->clock, &state_options, err) : NULL;
    if (e->state == NULL) {
        if (e->wake_fd < 0) {
            err_errno(err, "cannot make an event descriptor");
        }
        engine_free(e);
        return NULL;
    }
    if (options->max_listed > 0) {
        e->state->max_listed = options->max_listed;
    }
    struct rng ids;
    if (options->seeded) {
        rng_init_seeded(&ids, options->seed);
    } else {
        rng_init_system(&ids);
    }
    e->id_base = rng_uint64(&ids);
    e->router = routes_router_new();
    e->journal = journal_store_new(&e->clock, options->journal_max_bytes);
    e->faults = fault_rules_new(&e->clock);
    return e;
}

void engine_free(struct engine *e)
{
    if (e == NULL) {
        return;
    }
    fault_rules_free(e->faults);
    journal_store_free(e->journal);
    router_free(e->router);
    mock_state_free(e->state);
    delay_queue_done(&e->delays);
    if (e->wake_fd >= 0) {
        (void)close(e->wake_fd);
    }
    engine_lock_done(e);
    free(e);
}

static int faults_load(struct fault_rules *rules, const struct scenario *scenario, struct err *err)
{
    for (size_t i = 0; i < scenario->faults.count; i++) {
        const char *id = NULL;
        if (fault_rules_add(rules, SHAPE_LIST_AT(struct scenario_fault, scenario->faults, i), &id,
                            err) < 0) {
            return -1;
        }
    }
    return 0;
}

int engine_load(struct engine *e, const struct scenario *scenario, struct err *err)
{
    struct fault_rules *rules = fault_rules_new(&e->clock);
    if (faults_load(rules, scenario, err) < 0) {
        fault_rules_free(rules);
        return -1;
    }
    engine_lock_alone(e);
    const struct journal_canaries canaries = {.set = e->state->canaries,
                                              .generation = e->state->canary_generation,
                                              .unlisted = e->state->unlisted};
    journal_store_freeze(e->journal, &canaries);
    int result = mock_state_load(e->state, scenario, err);
    if (result == 0) {
        fault_rules_move(e->faults, rules);
    }
    pthread_mutex_unlock(&e->lock);
    fault_rules_free(rules);
    return result;
}

_Atomic int64_t *engine_connection_ids(struct engine *e)
{
    return &e->connection_ids;
}

int engine_fd(const struct engine *e)
{
    return e->wake_fd;
}

void engine_tick(struct engine *e)
{
    uint64_t count;
    ssize_t ignored = read(e->wake_fd, &count, sizeof(count));
    (void)ignored;
    pthread_mutex_lock(&e->lock);
    int64_t now_ms = monotonic_ms();
    for (struct run *run = delay_queue_pop(&e->delays, now_ms); run != NULL;
         run = delay_queue_pop(&e->delays, now_ms)) {
        run->wait = WAIT_NONE;
        http_server_resume(run->later);
    }
    pthread_mutex_unlock(&e->lock);
}

int64_t engine_next_due_ms(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    int64_t due_ms = delay_queue_next_ms(&e->delays);
    pthread_mutex_unlock(&e->lock);
    return due_ms;
}

void engine_begin_shutdown(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    e->shutting_down = true;
    pthread_mutex_unlock(&e->lock);
}

const struct mock_state *engine_state(const struct engine *e)
{
    return e->state;
}

const struct router *engine_router(const struct engine *e)
{
    return e->router;
}

/* ---- for the control interface ---- */

static void backend_lock(void *engine)
{
    engine_lock_alone(engine);
}

static void backend_unlock(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_unlock(&e->lock);
}

static int backend_load(void *engine, const struct scenario *scenario, struct err *err)
{
    return engine_load(engine, scenario, err);
}

static int64_t backend_release(void *engine, const char *fault_id)
{
    struct engine *e = engine;
    int64_t released = 0;
    pthread_mutex_lock(&e->lock);
    for (struct run *run = e->held, *next = NULL; run != NULL; run = next) {
        next = run->next;
        if (fault_id == NULL || strcmp(run->rule->spec.id, fault_id) == 0) {
            run_wait_leave(e, run);
            http_server_resume(run->later);
            released++;
        }
    }
    pthread_mutex_unlock(&e->lock);
    return released;
}

static int64_t backend_failures(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_lock(&e->lock);
    int64_t failures = e->failures;
    pthread_mutex_unlock(&e->lock);
    return failures;
}

struct control_backend engine_control_backend(struct engine *e)
{
    return (struct control_backend){
        .engine = e,
        .state = e->state,
        .journal = e->journal,
        .faults = e->faults,
        .clock = &e->clock,
        .lock = backend_lock,
        .unlock = backend_unlock,
        .load = backend_load,
        .release = backend_release,
        .failures = backend_failures,
    };
}
