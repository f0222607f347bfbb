/* SPDX-License-Identifier: Apache-2.0 */
/* What a tracer could break: signals, job control, forks by threads, spawn, exec by a thread, ends
 * of threads during jumps, calls that a jump disturbs. */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;

static atomic_int signals_seen;
static int64_t first_ms;
static char *program;

static void on_signal(int sig)
{
    (void)sig;
    signals_seen++;
}

/* processes check BEFORE_MS JUMPED_S: a program that only looks at the clock. */
static int clock_child(char **argv)
{
    int64_t before = strtoll(argv[2], NULL, 10); /* allow: a test program of its own */
    int64_t jumped = strtoll(argv[3], NULL, 10); /* allow: a test program of its own */
    int64_t gone = clock_ms(CLOCK_REALTIME) - before - jumped * 1000;
    return gone > -1100 && gone < 60000 ? 0 : 3;
}

static char *const *child_args(int64_t jumped_s)
{
    static char texts[2][32];
    static char *args[5];
    snprintf(texts[0], sizeof(texts[0]), "%lld", (long long)first_ms);
    snprintf(texts[1], sizeof(texts[1]), "%lld", (long long)jumped_s);
    args[0] = program;
    args[1] = "check";
    args[2] = texts[0];
    args[3] = texts[1];
    return args;
}

static void spawns(int64_t jumped_s)
{
    pid_t pid;
    int status = -1;
    posix_spawn(&pid, program, NULL, NULL, child_args(jumped_s), environ);
    waitpid(pid, &status, 0);
    check(status == 0, "posix-spawn", status);
}

static void *fork_in_thread(void *p)
{
    int *status = p;
    pid_t pid = fork();
    if (pid == 0) {
        execv(program, child_args(JUMP_S));
        _exit(9);
    }
    waitpid(pid, status, 0);
    return NULL;
}

static void thread_forks(void)
{
    enum { COUNT = 8 };
    pthread_t threads[COUNT];
    int status[COUNT], bad = 0;
    (void)child_args(JUMP_S);
    for (int i = 0; i < COUNT; i++) {
        pthread_create(&threads[i], NULL, fork_in_thread, &status[i]);
    }
    for (int i = 0; i < COUNT; i++) {
        pthread_join(threads[i], NULL);
        bad += status[i] != 0;
    }
    check(bad == 0, "threads-that-fork", bad);
}

static void *exec_in_thread(void *p)
{
    (void)p;
    execv(program, child_args(JUMP_S));
    _exit(9);
}

/* The thread that executes takes over the process, others end. */
static void thread_exec(void)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t a, b;
        static int ignored;
        pthread_create(&b, NULL, fork_in_thread, &ignored);
        pthread_create(&a, NULL, exec_in_thread, NULL);
        pthread_join(a, NULL);
        _exit(8);
    }
    waitpid(pid, &status, 0);
    check(status == 0, "exec-by-a-thread", status);
}

static void delivery(void)
{
    signals_seen = 0;
    for (int i = 0; i < 50; i++) {
        kill(getpid(), SIGUSR1);
        raise(SIGUSR2);
    }
    check(signals_seen == 100, "signals-are-delivered", signals_seen);
}

/* A signal in a wait that a jump moved: EINTR, then as long as it should be. */
static void interrupted_wait(void)
{
    struct timespec t = deadline_in(CLOCK_MONOTONIC, 600);
    struct itimerval it = {.it_value = {.tv_usec = 100000}};
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    signals_seen = 0;
    setitimer(ITIMER_REAL, &it, NULL);
    int first = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    int second = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    int64_t took = clock_ms(CLOCK_MONOTONIC) - start;
    check(first == EINTR && second == 0 && signals_seen == 1 && is_about(took, 600),
          "signal-in-a-moved-wait", took);
}

/* On a busy machine a child may begin late, and a wait that it begins after the jump is not due. */
static void await_sleep(pid_t pid)
{
    char path[64], text[256];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    for (int i = 0; i < 5000; i++) {
        FILE *f = fopen(path, "r");
        bool known = f != NULL && fgets(text, sizeof(text), f) != NULL;
        if (f != NULL) {
            fclose(f);
        }
        const char *close = known ? strrchr(text, ')') : NULL;
        if (close != NULL && close[2] == 'S') {
            return;
        }
        poll(NULL, 0, 1);
    }
}

/* A child that job control stops while the clock jumps, and that then goes on with its wait. */
static void job_control(int sig, const char *name)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGTSTP, SIG_DFL);
        struct timespec t = {.tv_sec = 3000};
        _exit(nanosleep(&t, NULL) == 0 ? 0 : 4);
    }
    await_sleep(pid);
    kill(pid, sig);
    bool stopped = waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status);
    check(stopped, name, status);
    jump_now(JUMP_S);
    poll(NULL, 0, 50);
    bool stays = waitpid(pid, &status, WNOHANG | WUNTRACED) == 0;
    check(stays, "stopped-stays-stopped", status);
    kill(pid, SIGCONT);
    bool went_on = waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status);
    check(went_on, "continued", status);
    waitpid(pid, &status, 0);
    check(status == 0, "its-wait-is-over", status);
}

static void *churn(void *p)
{
    atomic_bool *stop = p;
    while (!*stop) {
        poll(NULL, 0, 1);
        sched_yield();
    }
    return NULL;
}

static void *make_churn(void *p)
{
    atomic_bool *stop = p;
    while (!*stop) {
        pthread_t t;
        atomic_bool now = true;
        if (pthread_create(&t, NULL, churn, &now) == 0) {
            pthread_join(t, NULL);
        }
        pid_t pid = fork();
        if (pid == 0) {
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    return NULL;
}

/* Threads and processes come and go while the clock jumps. */
static void busy_jumps(void)
{
    atomic_bool stop = false;
    pthread_t threads[4];
    int64_t start = clock_ms(CLOCK_MONOTONIC);
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, i < 2 ? churn : make_churn, &stop);
    }
    for (int i = 0; i < 20; i++) {
        jump_now(10);
    }
    stop = true;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    check(clock_ms(CLOCK_MONOTONIC) - start >= 200 * 1000, "jumps-among-comings-and-goings",
          clock_ms(CLOCK_MONOTONIC) - start);
}

struct reader {
    int fd;
    ssize_t got;
    int error;
};

static void *read_with_timeout(void *p)
{
    struct reader *r = p;
    char byte;
    r->got = recv(r->fd, &byte, 1, 0);
    r->error = errno;
    return NULL;
}

/* Blocking calls that a jump need not or must not change. */
static void undisturbed(void)
{
    int plain[2], timed[2];
    struct timeval limit = {.tv_sec = 20};
    socketpair(AF_UNIX, SOCK_STREAM, 0, plain);
    socketpair(AF_UNIX, SOCK_STREAM, 0, timed);
    setsockopt(timed[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    struct reader readers[2] = {{.fd = plain[0]}, {.fd = timed[0]}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, read_with_timeout, &readers[i]);
    }
    ask_jump(JUMP_S, 50);
    await_jump();
    (void)!write(plain[1], "x", 1);
    (void)!write(timed[1], "x", 1);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        check(readers[i].got == 1, "a-blocked-read-goes-on", readers[i].error);
    }
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        return clock_child(argv);
    }
    program = argv[0];
    first_ms = clock_ms(CLOCK_REALTIME);
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, on_signal);
    struct sigaction plain = {.sa_handler = on_signal};
    sigaction(SIGALRM, &plain, NULL);
    spawns(0);
    delivery();
    jump_now(JUMP_S);
    spawns(JUMP_S);
    delivery();
    thread_forks();
    thread_exec();
    interrupted_wait();
    job_control(SIGSTOP, "stopped-by-SIGSTOP");
    job_control(SIGTSTP, "stopped-by-SIGTSTP");
    undisturbed();
    busy_jumps();
    check(system("sleep 0.1; exit 5") == 5 << 8, "shell", 0); /* allow: exercises the C library */
    return failures != 0;
}
