/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_PROTOCOL_PRIV_H
#define HARNESS_SEAL_PROTOCOL_PRIV_H

/* What the owner of a cell and its init say to each other over a SOCK_SEQPACKET pair. Both are the
 * same program, so a message is a struct; strings of any length travel in a memory file, which is
 * then the first of the descriptors. Requests are answered in order; EXITED and EXEC come between.
 */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/fd_message.h"
#include "base/sys/process.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum seal_verb {
    /* owner to init */
    SEAL_MSG_START = 1, /* payload: options; descriptors: stdin, stdout, stderr, passed ones */
    SEAL_MSG_SIGNAL,    /* pid, number */
    SEAL_MSG_LISTEN,    /* address, number = SOCK_STREAM or SOCK_DGRAM */
    SEAL_MSG_ASK,       /* number = verb; payload: the question */
    /* init to owner */
    SEAL_MSG_READY,   /* descriptors: box, tap when flag; payload: omitted overlays */
    SEAL_MSG_STARTED, /* pid; descriptor: pidfd */
    SEAL_MSG_SOCKET,  /* descriptor */
    SEAL_MSG_ANSWER,  /* payload */
    SEAL_MSG_DONE,
    SEAL_MSG_FAILED, /* err */
    SEAL_MSG_EXITED, /* pid, status */
    SEAL_MSG_EXEC    /* pid, number = parent, at_ms; payload: argv, environ */
};

struct seal_message {
    enum seal_verb verb;
    int32_t pid, number;
    uint32_t flags; /* SEAL_HAS_... */
    union {
        struct sockaddr_storage address;
        struct process_status status;
        struct err err;
        int64_t at_ms;
    } u;
};
#define SEAL_HAS_PAYLOAD 1U
#define SEAL_HAS_TAP     2U
#define SEAL_HAS_IPV6    4U
#define SEAL_HAS_STDIN   8U  /* then also << 1 stdout, << 2 stderr */
#define SEAL_IS_PLAIN    64U /* START: not by the guest */

#define SEAL_MAX_FDS FD_MESSAGE_MAX_FDS

struct seal_fds {
    int fd[SEAL_MAX_FDS];
    size_t count;
};
void seal_fds_close(struct seal_fds *fds); /* for AUTO() */

/* fds and payload may be NULL; fds stay the caller's. */
int seal_send(int control_fd, struct seal_message *m, const struct seal_fds *fds,
              const struct buf *payload, struct err *err) NODISCARD;
/* Blocks. 1 = got one, whose descriptors are then the caller's; 0 = the other side has ended. */
int seal_receive(int control_fd, struct seal_message *ret, struct seal_fds *ret_fds,
                 struct err *err) NODISCARD;
/* Takes the payload out of the first descriptor, which is closed and removed. */
int seal_payload(struct arena *a, const struct seal_message *m, struct seal_fds *fds,
                 struct str *ret, struct err *err) NODISCARD;

/* Payload encoding. A NULL string and a NULL list survive. */
void pack_number(struct buf *out, int64_t n);
void pack_text(struct buf *out, const char *z);
void pack_list(struct buf *out, const char *const *strings, size_t count);
/* Each consumes the front of *in; on damage they set *ok false and return 0 or NULL. */
int64_t unpack_number(struct str *in, bool *ok);
const char *unpack_text(struct arena *a, struct str *in, bool *ok);
/* NULL-terminated. */
const char *const *unpack_list(struct arena *a, struct str *in, size_t *ret_count, bool *ok);

/* Options of a program, without descriptors 0 to 2. */
void pack_process_options(struct buf *out, const struct process_options *options);
int unpack_process_options(struct arena *a, struct str payload, struct process_options *ret,
                           struct err *err) NODISCARD;

#endif
