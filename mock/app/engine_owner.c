/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/app/engine_priv.h"
#include "mock/app/routes.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct engine *engine_new(const struct space_options *options, size_t threads, struct err *err)
{
    struct engine *e = xcalloc(1, sizeof(*e));
    engine_lock_init(e, threads);
    e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    e->router = routes_router_new();
    struct space_options of_spaces = *options;
    of_spaces.routes = e->router;
    e->spaces = e->wake_fd >= 0 ? space_set_new(&of_spaces, err) : NULL;
    if (e->spaces == NULL) {
        if (e->wake_fd < 0) {
            err_errno(err, "cannot make an event descriptor");
        }
        engine_free(e);
        return NULL;
    }
    engine_kept_init(e);
    return e;
}

void engine_free(struct engine *e)
{
    if (e == NULL) {
        return;
    }
    space_set_free(e->spaces);
    router_free(e->router);
    delay_queue_done(&e->delays);
    if (e->wake_fd >= 0) {
        (void)close(e->wake_fd);
    }
    engine_lock_done(e);
    free(e);
}

int engine_load(struct engine *e, const struct json_doc *doc, const struct scenario *scenario,
                struct err *err)
{
    engine_lock_alone(e);
    int result = space_load(space_set_default(e->spaces), doc, scenario, err);
    engine_unlock(e);
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
    engine_lock(e);
    int64_t now_ms = monotonic_ms();
    for (struct run *run = delay_queue_pop(&e->delays, now_ms); run != NULL;
         run = delay_queue_pop(&e->delays, now_ms)) {
        run->wait = WAIT_NONE;
        http_server_resume(run->later);
    }
    engine_unlock(e);
}

int64_t engine_next_due_ms(struct engine *e)
{
    engine_lock(e);
    int64_t due_ms = delay_queue_next_ms(&e->delays);
    engine_unlock(e);
    return due_ms;
}

void engine_begin_shutdown(struct engine *e)
{
    engine_lock(e);
    e->shutting_down = true;
    engine_unlock(e);
}

const struct mock_state *engine_state(const struct engine *e)
{
    return space_set_default(e->spaces)->state;
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
    engine_unlock(e);
}

static int64_t backend_release(void *engine, const struct space *space, const char *fault_id)
{
    struct engine *e = engine;
    int64_t released = 0;
    for (struct run *run = e->held, *next = NULL; run != NULL; run = next) {
        next = run->next;
        bool by_id =
            run->rule != NULL && fault_id != NULL && strcmp(run->rule->spec.id, fault_id) == 0;
        if (run->space == space && run->round.wait != ROUND_WAITS && (fault_id == NULL || by_id)) {
            run_wait_leave(e, run);
            http_server_resume(run->later);
            released++;
        }
    }
    return released;
}

static int64_t backend_release_rounds(void *engine, const struct space *space)
{
    struct engine *e = engine;
    int64_t released = 0;
    for (struct run *run = e->held, *next = NULL; run != NULL; run = next) {
        next = run->next;
        if (run->space == space && run->round.wait == ROUND_WAITS) {
            run_wait_leave(e, run);
            http_server_resume(run->later);
            released++;
        }
    }
    return released;
}

static int64_t backend_failures(void *engine)
{
    const struct engine *e = engine;
    return e->failures;
}

struct control_backend engine_control_backend(struct engine *e)
{
    return (struct control_backend){
        .engine = e,
        .spaces = e->spaces,
        .routes = e->router,
        .lock = backend_lock,
        .unlock = backend_unlock,
        .release = backend_release,
        .release_rounds = backend_release_rounds,
        .failures = backend_failures,
    };
}
