/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_SEAL_H
#define HARNESS_SEAL_SEAL_H

/* The walls of a sealed world: one cell of Linux namespaces (user when needed, mount, network, pid,
 * ipc, uts) with a small init of ours as its pid 1. Inside there is only loopback and every address
 * is local, the file system is read-only but for one tmpfs ("the box"), and no program has a
 * capability. docs/isolation.md tells what is where and what is not walled off.
 *
 *     struct seal *seal = NULL;
 *     if (seal_open(&options, &seal, err) < 0) ...        ERR_UNAVAILABLE: err says what refused
 *     int fd = -1;                                        and how to allow it
 *     seal_listen(seal, &(struct seal_address){"127.0.0.1", 443, SEAL_TCP}, &fd, err);
 *     seal_spawn(seal, &process_options, &p, err);        paths and names are the cell's
 *     seal_process_wait(seal, &p, 30000, &status, err);
 *     fs_walk(a, seal_path(seal, a, "home"), ...);        what it left behind
 *     seal_close(seal);                                   nothing of it is left
 *
 * Ownership: seal_close() ends the cell: the kernel kills whatever runs inside, drops its mounts
 * and its network; it accepts NULL. The same happens when the owner ends in any way, SIGKILL
 * included: the init dies with the thread that opened the cell (PR_SET_PDEATHSIG) and on end of
 * file of its control socket. Descriptors that were handed out stay valid and are the caller's.
 * Errors: ERR_UNAVAILABLE also when the cell has ended under a request. Threads: one at a time;
 * open from a single-threaded process (fork), in a thread that outlives the cell. Needs Linux 5.3.
 */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/sys/process.h"

#include <stdbool.h>
#include <stdint.h>

struct seal;
struct seal_guest;

/* A file or folder from outside shown inside; target must exist inside or lie in the box, /tmp,
 * /var/tmp. Never followed: nothing in it can be a device or gain rights (nodev, nosuid). */
struct seal_bind {
    const char *source, *target;
    bool writable;
};

/* A file inside that shows other bytes: those of the file `source` outside, or `content` when
 * source is NULL. Where `path` does not exist and cannot be made, it is left out (`seal_omitted`).
 */
struct seal_overlay {
    const char *path, *source;
    struct str content;
};

struct seal_options {
    const char *hostname; /* NULL = "cell" */
    bool user_namespace;  /* also when root; an ordinary user always gets one */
    int64_t box_bytes;    /* size cap of the box; 0 = 256 MiB */
    int64_t box_files;    /* how many files it may hold; 0 = 65536 */
    int64_t max_tasks;    /* processes and threads at once: so many can be, and at
                             most 300 more; 0 = not limited; needs Linux 6.14
                             (below it is not applied: process_limits.processes, but not for root) */
    const struct seal_bind *binds;
    size_t bind_count;
    const struct seal_overlay *overlays; /* besides, and before, those that seal_open makes */
    size_t overlay_count;
    const char *const *hidden; /* files and folders that shall be empty inside */
    size_t hidden_count;
    const struct seal_guest *guest; /* who starts programs inside; NULL = plain fork and exec */
    void *guest_ctx;                /* given to guest->begin */
};

/* Where things are inside. Everything writable is in the box, mounted at SEAL_BOX. */
#define SEAL_BOX  "/run"
#define SEAL_HOME SEAL_BOX "/home" /* also what /etc/passwd says */
#define SEAL_WORK SEAL_BOX "/work" /* an empty folder to start in */
#define SEAL_TMP  "/tmp"           /* box/tmp; /var/tmp is box/var-tmp, /dev/shm is box/shm */
/* Where /etc/resolv.conf points, and what is a resolver's default when there is none. */
#define SEAL_NAME_SERVER "127.0.0.1"
/* On lo besides 127.0.0.1 and ::1, so that getaddrinfo with AI_ADDRCONFIG finds both families. */
#define SEAL_OWN_IPV4 "198.18.0.1"
#define SEAL_OWN_IPV6 "fd00::1"

int seal_open(const struct seal_options *options, struct seal **ret_seal,
              struct err *err) NODISCARD;
void seal_close(struct seal *seal);
void seal_close_ptr(struct seal **seal); /* for AUTO() */

/* The init's pid as seen from outside: everything inside is below it (process_list_below). */
pid_t seal_init_pid(const struct seal *seal);
bool seal_has_ipv6(const struct seal *seal);
/* Overlay paths that could not be placed, for the report. Borrowed from the seal. */
const struct str_list *seal_omitted(const struct seal *seal);
/* A path by which the calling process, or a child it forks, reads and writes `name` ("home", "tmp",
 * "var-tmp", "shm", "work", or "" for all of it) of the box, whatever runs inside and also after
 * the cell has ended by itself; until seal_close. */
const char *seal_path(const struct seal *seal, struct arena *a, const char *name);

/* ---- sockets inside ---- */

enum seal_socket_type { SEAL_TCP, SEAL_UDP };
struct seal_address {
    const char *address; /* IPv4 or IPv6 literal; any address is local inside; "0.0.0.0", "::" */
    int port;            /* 0 = any free one */
    enum seal_socket_type type;
};
/* A socket of the cell's network, bound and (TCP) listening, close-on-exec, blocking. A specific
 * address wins over a wildcard on the same port. IPv6 sockets take IPv6 only. */
int seal_listen(struct seal *seal, const struct seal_address *address, int *ret_fd,
                struct err *err) NODISCARD;
/* A packet socket on lo that sees TCP SYNs and UDP datagrams to addresses other than loopback, IP
 * header first (harness/seal/packet.h). Borrowed from the seal; -1 when the kernel has none. */
int seal_tap(const struct seal *seal);

/* ---- programs inside ---- */

struct seal_process {
    pid_t pid;       /* outside */
    pid_t inner_pid; /* inside */
    int pidfd;       /* POLLIN: it has ended */
};
/* As process_start (base/sys/process.h), inside: argv, cwd and search_path are the cell's; the
 * numbers in pass_fds are the caller's and the child's and below SEAL_MAX_PASSED_FD. The child has
 * no capabilities and can gain none (no_new_privs), no controlling terminal, umask 022, no core
 * dumps. */
#define SEAL_MAX_PASSED_FD 256
int seal_spawn(struct seal *seal, const struct process_options *options, struct seal_process *ret,
               struct err *err) NODISCARD;
/* The same, but started by the init itself and not by the guest: what belongs to the harness and
 * not to the connector. A guest need not reap it: its end shows at pidfd, not by seal_process_wait.
 */
int seal_spawn_plain(struct seal *seal, const struct process_options *options,
                     struct seal_process *ret, struct err *err) NODISCARD;
/* To the process group that the child leads. No error when it has ended. */
int seal_signal(struct seal *seal, const struct seal_process *p, int sig,
                struct err *err) NODISCARD;
/* Waits until the child is reaped or timeout_ms passed (-1 = no limit): then PROCESS_RUNNING.
 * Closes pidfd when reaped. Processes it left behind run on until seal_close. */
int seal_process_wait(struct seal *seal, struct seal_process *p, int64_t timeout_ms,
                      struct process_status *ret_status, struct err *err) NODISCARD;

/* ---- what the guest tells (harness/seal/guest.h); the plain guest tells nothing ---- */

struct seal_exec { /* a program was executed somewhere in the cell */
    pid_t inner_pid, inner_parent;
    int64_t at_ms; /* of monotonic_ms() */
    struct str_list argv, environ;
};
/* POLLIN: seal_next_exec or seal_process_wait may have news. */
int seal_event_fd(const struct seal *seal);
/* The next one, in the arena. Returns 1, 0 when there is none now, -1 when the cell has ended. */
int seal_next_exec(struct seal *seal, struct arena *a, struct seal_exec *ret,
                   struct err *err) NODISCARD;
/* Puts a question to the guest (such as a jump of its clock) and waits for the answer, appended. */
int seal_ask(struct seal *seal, int verb, struct str question, struct buf *answer,
             struct err *err) NODISCARD;

#endif
