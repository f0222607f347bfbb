/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program under the virtual clock and does what its output asks for.
 *
 *   driver [--repeat N] [--deadline SECONDS] [--start-offset S] [--counters] [--zombie] PROGRAM
 *          [ARGUMENT...]
 *
 * --zombie: a child of ours that has ended and is not taken stands in front of all reports.
 *
 * Lines of the program's stdout:
 *   JUMP S [MS]     jump by S seconds, MS milliseconds from now, then write "jumped" to its stdin
 *   SUSPEND S [MS]  the same as over a suspension of the machine
 *   OK NAME         a check held
 *   FAIL NAME ...   a check failed
 * All else is passed on. The run is good when at least one check held, none failed, the program
 * left with 0 before the deadline, and the clock stayed sound; exit 0, else 1, 77 when clocks
 * cannot be moved on this machine. */
#include "base/core/buf.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/text/number.h"
#include "harness/clock/tracer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 65536, SKIPPED = 77, DEFAULT_DEADLINE_S = 30 };

struct options {
    int64_t repeat, deadline_s, start_offset_s;
    bool counters, zombie;
    char **command;
};

struct run {
    struct tracer *tracer;
    int in_fd, out_fd; /* the program's stdin and stdout, our ends */
    bool ended;
    struct process_status status;
    int64_t held, failed, execs;
    int64_t jump_s, jump_at_ms; /* a jump that is due later; 0 = none */
    enum tracer_jump jump_kind;
};

static void on_exit_of(void *ctx, pid_t pid, const struct process_status *status)
{
    struct run *r = ctx;
    (void)pid;
    r->ended = true;
    r->status = *status;
}

static void on_exec_of(void *ctx, const struct process_view *view)
{
    struct run *r = ctx;
    r->execs++;
    if (view->argv.count == 0 || view->pid <= 0) {
        printf("FAIL exec-record\n");
        r->failed++;
    }
}

static void say_error(const struct err *err)
{
    char text[1024];
    printf("driver: %s\n", err_text(err, text, sizeof(text)));
}

static void jump(struct run *r)
{
    struct err err = {0};
    int64_t before = monotonic_ms();
    if (tracer_jump(r->tracer, r->jump_kind, r->jump_s, &err) < 0) {
        say_error(&err);
        r->failed++;
    }
    printf("# jump of %lld s took %lld ms\n", (long long)r->jump_s,
           (long long)(monotonic_ms() - before));
    r->jump_s = 0;
    if (fd_write_all(r->in_fd, STR("jumped\n"), &err) < 0) {
        printf("# the program does not read\n");
    }
}

static void on_line(struct run *r, struct str line)
{
    char text[256];
    long long seconds = 0, ms = 0;
    (void)snprintf(text, sizeof(text), "%.*s", STR_ARG(line));
    bool suspends = sscanf(text, "SUSPEND %lld %lld", &seconds, &ms) >= 1;
    if (suspends || sscanf(text, "JUMP %lld %lld", &seconds, &ms) >= 1) {
        r->jump_kind = suspends ? JUMP_SUSPEND : JUMP_ALL;
        r->jump_s = seconds;
        r->jump_at_ms = monotonic_ms() + ms;
        return;
    }
    printf("%.*s\n", STR_ARG(line));
    if (str_starts(line, STR("OK "))) {
        r->held++;
    } else if (str_starts(line, STR("FAIL "))) {
        r->failed++;
    }
}

/* False when the program closed its stdout. */
static bool read_lines(struct run *r, struct buf *pending)
{
    struct err err = {0};
    int more = fd_read_available(r->out_fd, pending, &err);
    long end;
    while ((end = str_find(buf_str(pending), STR("\n"), 0)) >= 0) {
        on_line(r, str_slice(buf_str(pending), 0, (size_t)end));
        buf_remove_front(pending, (size_t)end + 1);
    }
    return more > 0;
}

static void loop(struct run *r, int64_t deadline)
{
    AUTO_BUF struct buf pending = {0};
    bool open = true;
    buf_init(&pending, LINE_MAX_BYTES);
    while ((open || !r->ended) && monotonic_ms() < deadline) {
        struct err err = {0};
        struct poll_item items[2] = {{.fd = tracer_fd(r->tracer), .want_read = true},
                                     {.fd = open ? r->out_fd : -1, .want_read = true}};
        int64_t now = monotonic_ms(), until = deadline;
        if (r->jump_s != 0 && r->jump_at_ms <= now) {
            jump(r);
            continue;
        }
        until = r->jump_s != 0 && r->jump_at_ms < until ? r->jump_at_ms : until;
        if (poll_wait(items, 2, until - now, &err) < 0) {
            return;
        }
        if (items[1].ready_read) {
            open = read_lines(r, &pending);
        }
        tracer_handle(r->tracer);
    }
}

static void show_counters(const struct tracer *t)
{
    const struct tracer_counters *c = tracer_counters(t);
    printf("# execs %lld threads %lld raw %lld rewritten %lld reissued %lld timers %lld rings %lld "
           "foreign %lld lost %lld%s%s\n",
           (long long)c->execs, (long long)c->threads, (long long)c->raw_clock_calls,
           (long long)c->waits_rewritten, (long long)c->waits_reissued, (long long)c->timers_moved,
           (long long)c->rings, (long long)c->foreign_programs, (long long)c->lost_tasks,
           c->first_problem != NULL ? ": " : "", c->first_problem != NULL ? c->first_problem : "");
    struct rusage own;
    if (getrusage(RUSAGE_SELF, &own) == 0) {
        printf("# the tracer itself: user %lld us, system %lld us\n",
               (long long)own.ru_utime.tv_sec * 1000000 + own.ru_utime.tv_usec,
               (long long)own.ru_stime.tv_sec * 1000000 + own.ru_stime.tv_usec);
    }
}

static int start(struct run *r, const struct options *o, struct err *err)
{
    extern char **environ;
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    pid_t pid;
    if (fd_pipe(in, err) < 0 || fd_pipe(out, err) < 0) {
        return -1;
    }
    const struct process_options options = {.argv = (const char *const *)o->command,
                                            .envp = (const char *const *)environ,
                                            .search_path = "/usr/local/bin:/usr/bin:/bin",
                                            .stdin_fd = in[0],
                                            .stdout_fd = out[1],
                                            .stderr_fd = 2};
    int result = tracer_start(r->tracer, &options, &pid, err);
    fd_close(&in[0]);
    fd_close(&out[1]);
    r->in_fd = in[1];
    r->out_fd = out[0];
    return result < 0 ? -1 : fd_set_nonblocking(r->out_fd, true, err);
}

static int run_once(const struct options *o)
{
    struct run r = {.in_fd = -1, .out_fd = -1};
    const struct tracer_hooks hooks = {.ctx = &r, .on_exec = on_exec_of, .on_exit = on_exit_of};
    struct err err = {0};
    r.tracer = tracer_new(&hooks, &err);
    if (r.tracer == NULL) {
        say_error(&err);
        return err.code == ERR_UNAVAILABLE ? SKIPPED : 1;
    }
    if ((o->start_offset_s > 0 && tracer_jump(r.tracer, JUMP_ALL, o->start_offset_s, &err) < 0) ||
        start(&r, o, &err) < 0) {
        say_error(&err);
        tracer_free(r.tracer);
        return err.code == ERR_UNAVAILABLE ? SKIPPED : 1;
    }
    loop(&r, monotonic_ms() + o->deadline_s * 1000);
    if (o->counters || r.failed > 0 || !r.ended || !tracer_is_sound(r.tracer)) {
        show_counters(r.tracer);
    }
    bool good = r.ended && r.status.end == PROCESS_EXITED && r.status.code == 0 && r.held > 0 &&
                r.failed == 0 && r.execs > 0 && tracer_is_sound(r.tracer);
    if (!good) {
        printf("driver: %s; exit %d, %lld held, %lld failed\n",
               r.ended ? "the program ended" : "the program did not end in time", r.status.code,
               (long long)r.held, (long long)r.failed);
    }
    if (!r.ended && getenv("DRIVER_PAUSE") != NULL) { /* to look at what hangs, by hand */
        printf("# pid %d stands\n", (int)getpid());
        fflush(stdout);
        sleep_ms(1000000);
    }
    fd_close(&r.in_fd);
    fd_close(&r.out_fd);
    tracer_free(r.tracer);
    return good ? 0 : 1;
}

static int64_t number_of(const char *text)
{
    int64_t n = 0;
    struct err err = {0};
    if (text == NULL || parse_int64(str_of(text), 0, 1000000000, &n, &err) < 0) {
        fprintf(stderr, "driver: not a number: %s\n", text != NULL ? text : "");
        exit(64);
    }
    return n;
}

/* Left for good: as a rule the owner takes it a moment later, when all reports were looked at. */
static void zombie_make(void)
{
    siginfo_t info;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    if (pid < 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0) {
        perror("driver: no child that has ended");
        exit(1);
    }
}

/* The index of the program's name. */
static int options_read(int argc, char **argv, struct options *o)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--counters") == 0) {
            o->counters = true;
        } else if (strcmp(argv[i], "--repeat") == 0) {
            o->repeat = number_of(argv[++i]);
        } else if (strcmp(argv[i], "--deadline") == 0) {
            o->deadline_s = number_of(argv[++i]);
        } else if (strcmp(argv[i], "--start-offset") == 0) {
            o->start_offset_s = number_of(argv[++i]);
        } else if (strcmp(argv[i], "--zombie") == 0) {
            o->zombie = true;
        }
    }
    return i;
}

int main(int argc, char **argv)
{
    struct options o = {.repeat = 1, .deadline_s = DEFAULT_DEADLINE_S};
    int i = options_read(argc, argv, &o);
    o.command = argv + i;
    if (i >= argc) {
        fprintf(stderr, "usage: driver [options] program [argument...]\n");
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    signals_ignore_pipe();
    if (o.zombie) {
        zombie_make();
    }
    for (int64_t n = 0; n < o.repeat; n++) {
        int result = run_once(&o);
        if (result != 0) {
            printf("driver: run %lld of %lld\n", (long long)n + 1, (long long)o.repeat);
            return result;
        }
    }
    return 0;
}
