/* SPDX-License-Identifier: Apache-2.0 */
/* Where the virtual clock has not been ported to. */
#include "harness/clock/tracer.h"

#include "base/core/assert.h"

struct tracer {
    int unused;
};

struct tracer *tracer_new(const struct tracer_hooks *hooks, struct err *err)
{
    (void)hooks;
    err_set(err, ERR_UNAVAILABLE, "clocks cannot be moved on this processor");
    err_hint(err, "use the real clock with short lifetimes");
    return NULL;
}

struct tracer *tracer_new_watching(const struct tracer_hooks *hooks, struct err *err)
{
    return tracer_new(hooks, err);
}

int tracer_try(struct err *err)
{
    return err_set(err, ERR_UNAVAILABLE, "programs cannot be followed on this processor");
}

void tracer_free(struct tracer *t)
{
    ASSERT(t == NULL);
}

void tracer_free_ptr(struct tracer **t)
{
    tracer_free(*t);
}

int tracer_start(struct tracer *t, const struct process_options *options, pid_t *ret_pid,
                 struct err *err)
{
    (void)t, (void)options, (void)ret_pid, (void)err;
    UNREACHABLE();
}

int tracer_fd(const struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

void tracer_handle(struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

bool tracer_is_empty(const struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

bool tracer_rests(struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

int tracer_jump(struct tracer *t, enum tracer_jump kind, int64_t seconds, struct err *err)
{
    (void)t, (void)kind, (void)seconds, (void)err;
    UNREACHABLE();
}

int64_t tracer_offset(const struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

bool tracer_is_sound(const struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}

const struct tracer_counters *tracer_counters(const struct tracer *t)
{
    (void)t;
    UNREACHABLE();
}
