/* SPDX-License-Identifier: Apache-2.0 */
/* Every way to read a clock, before and after a jump, in this process, a fork and a new program. */
#include "probe.h"

#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>

static const struct {
    clockid_t id;
    const char *name;
} moved[] = {{CLOCK_REALTIME, "realtime"},
             {CLOCK_MONOTONIC, "monotonic"},
             {CLOCK_MONOTONIC_RAW, "monotonic-raw"},
             {CLOCK_REALTIME_COARSE, "realtime-coarse"},
             {CLOCK_MONOTONIC_COARSE, "monotonic-coarse"},
             {CLOCK_BOOTTIME, "boottime"},
             {11, "tai"}};
enum { CLOCKS = sizeof(moved) / sizeof(moved[0]) };

struct reading {
    int64_t libc[CLOCKS], raw[CLOCKS], cpu, tod, raw_tod, time, raw_time;
};

static struct reading read_all(void)
{
    struct reading r;
    struct timeval tv;
    for (int i = 0; i < CLOCKS; i++) {
        r.libc[i] = clock_ms(moved[i].id);
        r.raw[i] = raw_clock_ms(moved[i].id);
    }
    r.cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    gettimeofday(&tv, NULL);
    r.tod = (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
    syscall(SYS_gettimeofday, &tv, NULL);
    r.raw_tod = (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
    r.time = (int64_t)time(NULL) * 1000;
    time_t t = 0;
    r.raw_time = (int64_t)syscall(SYS_time, &t) * 1000;
    if (t * 1000 != r.raw_time) {
        r.raw_time = -1;
    }
    return r;
}

static bool is_later(int64_t before, int64_t after, int seconds)
{
    int64_t moved_ms = after - before - (int64_t)seconds * S_TO_MS;
    return moved_ms > -1100 && moved_ms < 5000;
}

static void compare(const char *where, const struct reading *a, const struct reading *b,
                    int seconds)
{
    char name[64];
    for (int i = 0; i < CLOCKS; i++) {
        snprintf(name, sizeof(name), "%s-%s", where, moved[i].name);
        check(is_later(a->libc[i], b->libc[i], seconds), name, b->libc[i] - a->libc[i]);
        snprintf(name, sizeof(name), "%s-%s-call", where, moved[i].name);
        check(is_later(a->raw[i], b->raw[i], seconds), name, b->raw[i] - a->raw[i]);
    }
    snprintf(name, sizeof(name), "%s-others", where);
    check(is_later(a->tod, b->tod, seconds) && is_later(a->raw_tod, b->raw_tod, seconds) &&
              is_later(a->time, b->time, seconds) && is_later(a->raw_time, b->raw_time, seconds),
          name, b->tod - a->tod);
    snprintf(name, sizeof(name), "%s-cpu-time-is-left-alone", where);
    check(b->cpu >= 0 && b->cpu < 60000, name, b->cpu);
}

static void in_child(const char *where, const struct reading *before, int seconds, bool by_vfork,
                     char **argv)
{
    int status = -1;
    char text[32], jumped[32];
    snprintf(text, sizeof(text), "%lld", (long long)before->libc[0]);
    snprintf(jumped, sizeof(jumped), "%d", seconds);
    char *const args[] = {argv[0], text, jumped, NULL};
    fflush(stdout);
    pid_t pid = by_vfork ? vfork() : fork();
    if (pid == 0) {
        if (by_vfork) {
            execv(argv[0], args);
            _exit(9);
        }
        struct reading r = read_all();
        compare(where, before, &r, seconds);
        _exit(failures != 0);
    }
    waitpid(pid, &status, 0);
    check(status == 0, where, status);
}

/* clocks BEFORE_MS SECONDS: the program that vfork and exec start */
static int as_child(char **argv)
{
    int64_t before = strtoll(argv[1], NULL, 10);  /* allow: a test program of its own */
    int seconds = (int)strtol(argv[2], NULL, 10); /* allow: a test program of its own */
    return is_later(before, clock_ms(CLOCK_REALTIME), seconds) ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        return as_child(argv);
    }
    struct reading first = read_all();
    jump_now(JUMP_S);
    struct reading second = read_all();
    compare("first-jump", &first, &second, JUMP_S);
    in_child("fork", &first, JUMP_S, false, argv);
    in_child("vfork-exec", &first, JUMP_S, true, argv);
    jump_now(7 * 86400);
    struct reading third = read_all();
    compare("second-jump", &second, &third, 7 * 86400);
    in_child("fork-again", &first, JUMP_S + 7 * 86400, false, argv);
    in_child("vfork-exec-again", &first, JUMP_S + 7 * 86400, true, argv);
    struct timespec ts;
    check(clock_gettime(99, &ts) < 0 && syscall(SYS_clock_gettime, 0, (void *)8) < 0, "errors-stay",
          0);
    return failures != 0;
}
