/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing may outlive its case: kill what is below us, reap it, look again. Killing a process gives
 * us its children (as their reaper), so the loop reaches whatever hid in new sessions and groups.
 */
#include "base/sys/process.h"

#include "base/sys/clock.h"
#include "base/sys/process_priv.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PAUSE_MS 1
#define LAST_PAUSE_MS  20

struct sweep {
    struct arena *arena;
    struct process_strays strays;
    struct process_rows listed; /* beside strays: when each one started */
};

static bool is_listed(const struct sweep *s, const struct process_row *row)
{
    VEC_FOREACH(struct process_row, it, &s->listed) {
        if (it->pid == row->pid && it->start == row->start) {
            return true;
        }
    }
    return false;
}

static void strike(struct sweep *s, const struct process_row *row)
{
    /* The state of a program whose first thread left while others run is 'Z' as well. */
    bool ended = row->state == 'Z' || row->state == 'X';
    if (!ended && !is_listed(s, row)) {
        *VEC_PUSH(s->arena, &s->strays) = (struct process_stray){
            .pid = row->pid,
            .command = process_command(s->arena, row->pid),
        };
        *VEC_PUSH(s->arena, &s->listed) = *row;
    }
    (void)kill(row->pid, SIGKILL);
}

/* One by one and by number: the pids to keep belong to others who wait for them. */
static void reap(const struct process_rows *rows)
{
    VEC_FOREACH(struct process_row, row, rows) {
        siginfo_t info;
        (void)waitid(P_PID, (id_t)row->pid, &info, WEXITED | WNOHANG);
    }
}

/* Cheap proof that nothing is below us: no child at all. */
static bool is_childless(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

int process_sweep(struct arena *a, const pid_t *keep, size_t keep_count, int64_t deadline_ms,
                  struct process_strays *ret_strays, struct err *err)
{
    struct sweep s = {.arena = a};
    int64_t pause_ms = FIRST_PAUSE_MS;
    bool struck = false;
    while (!is_childless()) {
        AUTO_ARENA struct arena *scratch = arena_new();
        struct process_rows rows = {0};
        if (process_rows_below(scratch, getpid(), keep, keep_count, &rows, err) < 0) {
            return -1;
        }
        if (rows.count == 0) {
            break;
        }
        bool expired = struck && monotonic_ms() >= deadline_ms; /* a late start has one try */
        VEC_FOREACH(struct process_row, row, &rows) {
            strike(&s, row);
        }
        reap(&rows);
        struck = true;
        if (expired) {
            pid_t left = rows.items[0].pid;
            return err_set(err, ERR_TIMEOUT, "%zu processes could not be ended, such as %ld (%s)",
                           rows.count, (long)left, process_command(scratch, left));
        }
        sleep_ms(pause_ms);
        pause_ms = pause_ms * 2 < LAST_PAUSE_MS ? pause_ms * 2 : LAST_PAUSE_MS;
    }
    *ret_strays = s.strays;
    return 0;
}
