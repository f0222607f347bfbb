/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into assay by torture.sh: lets the n-th call of one kind fail, in the main process or
 * in the workers that it forks, and says in a file whether that happened. Other programs run under
 * it are left alone.
 *
 *     TORTURE_CALL    memory, read, write or fork
 *     TORTURE_AT      which one, from 1; 0 = none, count only
 *     TORTURE_WHO     main or worker
 *     TORTURE_MARK    a file: gets "hit" when it fails, else at the end the number of calls */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own, which need no look-up that allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
pid_t __libc_fork(void);
ssize_t __read_chk(int fd, void *out, size_t count, size_t room);

enum call { CALL_NONE, CALL_MEMORY, CALL_READ, CALL_WRITE, CALL_FORK };

static enum call chosen;
static long at;
static bool in_workers;
static pid_t main_pid;
static char mark_path[4096];
static _Atomic long calls;

static void mark(const char *text)
{
    long fd =
        syscall(SYS_openat, AT_FDCWD, mark_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0) {
        (void)syscall(SYS_write, fd, text, strlen(text));
        (void)syscall(SYS_close, fd);
    }
}

static bool must_fail(enum call call)
{
    if (call != chosen) {
        return false;
    }
    bool is_main = getpid() == main_pid;
    if (is_main == in_workers || atomic_fetch_add(&calls, 1) + 1 != at) {
        return false;
    }
    mark("hit");
    return true;
}

__attribute__((constructor)) static void torture_begin(void)
{
    static const char *const names[] = {"", "memory", "read", "write", "fork"};
    const char *call = getenv("TORTURE_CALL"), *number = getenv("TORTURE_AT");
    const char *who = getenv("TORTURE_WHO"), *path = getenv("TORTURE_MARK");
    if (!call || !number || !who || !path || strcmp(program_invocation_short_name, "assay") != 0) {
        return;
    }
    main_pid = getpid();
    in_workers = strcmp(who, "worker") == 0;
    for (const char *p = number; *p >= '0' && *p <= '9' && at < 1000000000; p++) {
        at = at * 10 + (*p - '0');
    }
    (void)snprintf(mark_path, sizeof(mark_path), "%s", path);
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(call, names[i]) == 0) {
            chosen = (enum call)i;
        }
    }
}

__attribute__((destructor)) static void torture_end(void)
{
    char text[32];
    if (chosen != CALL_NONE && at == 0 && getpid() == main_pid) {
        (void)snprintf(text, sizeof(text), "%ld", atomic_load(&calls));
        mark(text);
    }
}

void *malloc(size_t size)
{
    if (must_fail(CALL_MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (must_fail(CALL_MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    if (must_fail(CALL_MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(p, size);
}

ssize_t read(int fd, void *out, size_t count)
{
    if (must_fail(CALL_READ)) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_read, fd, out, count);
}

ssize_t __read_chk(int fd, void *out, size_t count, size_t room)
{
    return count <= room ? read(fd, out, count) : (errno = EFAULT, -1);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    if (must_fail(CALL_WRITE)) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_write, fd, bytes, count);
}

pid_t fork(void)
{
    if (must_fail(CALL_FORK)) {
        errno = EAGAIN;
        return -1;
    }
    pid_t pid = __libc_fork();
    if (pid == 0 && in_workers && at != 0) {
        atomic_store(&calls, 0);
    }
    return pid;
}
