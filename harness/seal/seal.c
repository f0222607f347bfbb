/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/seal.h"

#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/text/number.h"
#include "harness/seal/cell_priv.h"
#include "harness/seal/refusal.h"
#include "harness/seal/seal_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CELL_NAMESPACES (CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS)
#define MAX_PASSWD      ((size_t)1024 * 1024)

/* ---- inside, until it serves ---- */

static NORETURN void init_fail(int control_fd, const struct err *err)
{
    struct seal_message m = {.verb = SEAL_MSG_FAILED};
    struct err ignored = {0};
    m.u.err = *err;
    _exit(seal_send(control_fd, &m, NULL, NULL, &ignored) < 0 ? 2 : 1);
}

/* A copy of the owner holds all its descriptors and handlers: none is the cell's business. */
static int init_shed(struct cell *cell, struct err *err)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++) {
        (void)sigaction(sig, &action, NULL);
    }
    (void)setsid(); /* no controlling terminal */
    (void)prctl(PR_SET_NAME, "cell-init");
    int high = fcntl(cell->control_fd, F_DUPFD_CLOEXEC, SEAL_MAX_PASSED_FD);
    int null = open("/dev/null", O_RDWR);
    if (high < 0 || null < 0) {
        return err_errno(err, "cannot set up the cell's init");
    }
    for (int fd = 0; fd < 3; fd++) {
        if (dup2(null, fd) < 0) {
            return err_errno(err, "cannot set up the cell's init");
        }
    }
    if (syscall(SYS_close_range, 3, (unsigned)high - 1, 0) < 0 ||
        syscall(SYS_close_range, (unsigned)high + 1, UINT_MAX, 0) < 0) {
        for (int fd = 3; fd < (int)sysconf(_SC_OPEN_MAX); fd++) { /* Linux before 5.9 */
            (void)(fd == high ? 0 : close(fd));
        }
    }
    cell->control_fd = high;
    return 0;
}

static int init_die_with_owner(struct cell *cell, struct err *err)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
        return err_errno(err, "cannot tie the cell to its owner");
    }
    struct pollfd gone = {.fd = cell->control_fd};
    if (poll(&gone, 1, 0) > 0) { /* the owner ended before the call above */
        _exit(1);
    }
    return 0;
}

static NORETURN void init_run(struct cell *cell)
{
    const char *hostname = cell->options->hostname ? cell->options->hostname : "cell";
    struct err err = {0};
    int first_fd = cell->control_fd;
    if (init_shed(cell, &err) < 0) {
        init_fail(first_fd, &err);
    }
    /* Changing one's id clears the death signal: it is set after the map, and once more at the end.
     */
    if (init_die_with_owner(cell, &err) < 0 || cell_identity_map(cell, &err) < 0 ||
        cell_network_up(cell, &err) < 0) {
        init_fail(cell->control_fd, &err);
    }
    if (sethostname(hostname, strlen(hostname)) < 0) {
        (void)err_errno(&err, "cannot name the cell '%s'", hostname);
        init_fail(cell->control_fd, &err);
    }
    if (cell_mounts_make(cell, &err) < 0 || cell_rights_drop(&err) < 0 ||
        init_die_with_owner(cell, &err) < 0) {
        init_fail(cell->control_fd, &err);
    }
    cell_serve(cell);
}

/* ---- the files that every cell sees differently ---- */

static struct str z(const char *text)
{
    return str_of(text);
}

/* So that clients that ask the user database for the home folder (Java's user.home) get the box's.
 */
static struct str passwd_text(struct arena *a)
{
    AUTO_BUF struct buf text = {0};
    AUTO_BUF struct buf out = {0};
    struct err ignored = {0};
    unsigned uid = getuid(), gid = getgid();
    const char *name = uid == 0 ? "root" : "connector";
    if (fs_read_file("/etc/passwd", MAX_PASSWD, &text, &ignored) < 0) {
        buf_reset(&text);
    }
    struct str rest = buf_str(&text), line;
    struct str key = z(arena_printf(a, "%u", uid));
    while (str_split(&rest, '\n', &line)) {
        struct str fields = line, login = {0}, part = {0};
        bool ok = str_split(&fields, ':', &login) && str_split(&fields, ':', &part) &&
                  str_split(&fields, ':', &part);
        if (ok && str_eq(part, key)) {
            name = arena_strndup(a, login.ptr, login.len);
        } else if (line.len > 0) {
            buf_add_str(&out, line);
            buf_add_char(&out, '\n');
        }
    }
    return z(arena_printf(a, "%s:x:%u:%u::" SEAL_HOME ":/bin/sh\n%s", name, uid, gid, buf_z(&out)));
}

static void overlays_complete(struct arena *a, struct seal_options *o)
{
    const char *host = o->hostname ? o->hostname : "cell";
    const struct seal_overlay own[] = {
        {"/etc/resolv.conf", NULL, STR("nameserver " SEAL_NAME_SERVER "\n")},
        {"/etc/nsswitch.conf", NULL,
         STR("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\n"
             "protocols: files\nservices: files\nethers: files\nrpc: files\n")},
        {"/etc/hosts", NULL,
         z(arena_printf(a, "127.0.0.1 localhost %s\n::1 localhost ip6-localhost\n", host))},
        {"/etc/passwd", NULL, passwd_text(a)},
    };
    size_t count = o->overlay_count + ARRAY_LEN(own);
    struct seal_overlay *all = ARENA_ARRAY(a, struct seal_overlay, count);
    if (o->overlay_count > 0) {
        memcpy(all, o->overlays, o->overlay_count * sizeof(*all));
    }
    memcpy(all + o->overlay_count, own, sizeof(own));
    o->overlays = all;
    o->overlay_count = count;
}

/* ---- outside ---- */

static int clone_init(struct seal *s, struct cell *cell, int owner_fd, struct err *err)
{
    unsigned long flags = CELL_NAMESPACES | SIGCHLD;
    if (cell->own_user_namespace) {
        flags |= CLONE_NEWUSER;
    }
    fflush(NULL);
    long pid = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (pid < 0) {
        return refusal_of(REFUSAL_CLONE, cell->own_user_namespace, err);
    }
    if (pid == 0) {
        (void)close(owner_fd); /* or the init would never see its owner's end */
        init_run(cell);
    }
    s->init_pid = (pid_t)pid;
    long fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);
    if (fd < 0) {
        return err_errno(err, "cannot watch the cell");
    }
    s->init_pidfd = (int)fd;
    return 0;
}

static int await_ready(struct seal *s, struct err *err)
{
    struct seal_message m;
    AUTO(seal_fds_close) struct seal_fds fds = {.count = 0};
    int got = seal_receive(s->control_fd, &m, &fds, err);
    if (got < 0) {
        return -1;
    }
    if (got == 0) {
        return err_set(err, ERR_INTERNAL, "the cell's init ended before it was ready");
    }
    if (m.verb != SEAL_MSG_READY) {
        *err = m.u.err;
        return -1;
    }
    struct str payload;
    if (seal_payload(s->arena, &m, &fds, &payload, err) < 0) {
        return -1;
    }
    bool ok = true;
    size_t count = 0;
    const char *const *omitted = unpack_list(s->arena, &payload, &count, &ok);
    for (size_t i = 0; i < count; i++) {
        *VEC_PUSH(s->arena, &s->omitted) = omitted[i];
    }
    s->has_ipv6 = (m.flags & SEAL_HAS_IPV6) != 0;
    s->box_fd = fds.fd[0];
    s->tap_fd = m.flags & SEAL_HAS_TAP ? fds.fd[1] : -1;
    fds.count = 0;
    return 0;
}

static int seal_begin(struct seal *s, const struct seal_options *options, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        return err_errno(err, "cannot make the cell's control socket");
    }
    s->control_fd = pair[0];
    AUTO_FD int inner_fd = pair[1];
    struct seal_options complete = *options;
    overlays_complete(s->arena, &complete);
    struct cell cell = {.options = &complete,
                        .arena = s->arena,
                        .uid = geteuid(),
                        .gid = getegid(),
                        .own_user_namespace = options->user_namespace || geteuid() != 0,
                        .control_fd = inner_fd,
                        .box_fd = -1,
                        .tap_fd = -1};
    if (clone_init(s, &cell, s->control_fd, err) < 0) {
        return -1;
    }
    fd_close(&inner_fd);
    return await_ready(s, err);
}

int seal_open(const struct seal_options *options, struct seal **ret_seal, struct err *err)
{
    struct seal *s = xcalloc(1, sizeof(*s));
    *s = (struct seal){
        .arena = arena_new(), .init_pidfd = -1, .control_fd = -1, .box_fd = -1, .tap_fd = -1};
    if (seal_begin(s, options, err) < 0) {
        seal_close(s);
        return -1;
    }
    *ret_seal = s;
    return 0;
}

static void events_close(struct seal_events *events)
{
    VEC_FOREACH(struct seal_event, it, events) {
        seal_fds_close(&it->fds);
    }
}

void seal_close(struct seal *s)
{
    if (!s) {
        return;
    }
    if (s->init_pid > 0) {
        (void)kill(s->init_pid, SIGKILL); /* not reaped yet: the number is its own */
        while (waitpid(s->init_pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    events_close(&s->exited);
    events_close(&s->execs);
    fd_close(&s->init_pidfd);
    fd_close(&s->control_fd);
    fd_close(&s->box_fd);
    fd_close(&s->tap_fd);
    arena_free(s->arena);
    free(s);
}

void seal_close_ptr(struct seal **s)
{
    seal_close(*s);
    *s = NULL;
}

pid_t seal_init_pid(const struct seal *s)
{
    return s->init_pid;
}

bool seal_has_ipv6(const struct seal *s)
{
    return s->has_ipv6;
}

const struct str_list *seal_omitted(const struct seal *s)
{
    return &s->omitted;
}

int seal_tap(const struct seal *s)
{
    return s->tap_fd;
}

int seal_event_fd(const struct seal *s)
{
    return s->control_fd;
}

const char *seal_path(const struct seal *s, struct arena *a, const char *name)
{
    return arena_printf(a, "/proc/self/fd/%d/%s", s->box_fd, name[0] ? name : ".");
}
