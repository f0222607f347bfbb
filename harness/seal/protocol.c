/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/protocol_priv.h"

#include "base/sys/fd.h"
#include "base/sys/fd_message.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PAYLOAD_BYTES ((off_t)16 * 1024 * 1024)
#define MAX_LIST          65536

void seal_fds_close(struct seal_fds *fds)
{
    for (size_t i = 0; i < fds->count; i++) {
        fd_close(&fds->fd[i]);
    }
    fds->count = 0;
}

static int payload_file(const struct buf *payload, struct err *err)
{
    int fd = memfd_create("seal", MFD_CLOEXEC);
    if (fd < 0) {
        return err_errno(err, "cannot make a memory file");
    }
    if (fd_write_all(fd, buf_str(payload), err) < 0) {
        fd_close(&fd);
        return -1;
    }
    return fd;
}

static int send_with_fds(int control_fd, const struct seal_message *m, const int *fds, size_t count,
                         struct err *err)
{
    struct seal_message copy = *m;
    struct fd_message message = {.bytes = &copy, .len = sizeof(copy), .fd_count = count};
    memcpy(message.fds, fds, count * sizeof(*fds));
    if (fd_message_send(control_fd, &message, err) < 0) {
        return err->code == ERR_UNAVAILABLE ? err_set(err, ERR_UNAVAILABLE, "the cell has ended")
                                            : err_wrap(err, "to the other side of the cell");
    }
    return 0;
}

int seal_send(int control_fd, struct seal_message *m, const struct seal_fds *fds,
              const struct buf *payload, struct err *err)
{
    int all[SEAL_MAX_FDS];
    size_t count = 0;
    AUTO_FD int file = -1;
    if (payload) {
        file = payload_file(payload, err);
        if (file < 0) {
            return -1;
        }
        m->flags |= SEAL_HAS_PAYLOAD;
        all[count++] = file;
    }
    for (size_t i = 0; fds && i < fds->count; i++) {
        if (count == SEAL_MAX_FDS) {
            return err_set(err, ERR_LIMIT, "more than %d descriptors to pass on", SEAL_MAX_FDS - 1);
        }
        all[count++] = fds->fd[i];
    }
    return send_with_fds(control_fd, m, all, count, err);
}

int seal_receive(int control_fd, struct seal_message *ret, struct seal_fds *ret_fds,
                 struct err *err)
{
    struct seal_message m;
    struct fd_message message = {.bytes = &m, .len = sizeof(m)};
    int got = fd_message_receive(control_fd, &message, err);
    if (got <= 0) {
        return got < 0 ? err_wrap(err, "from the other side of the cell") : 0;
    }
    if (message.len != sizeof(m)) {
        fd_message_close(&message);
        return err_set(err, ERR_INTERNAL, "a damaged message from the other side of the cell");
    }
    *ret = m;
    ret_fds->count = message.fd_count;
    memcpy(ret_fds->fd, message.fds, sizeof(message.fds));
    return 1;
}

int seal_payload(struct arena *a, const struct seal_message *m, struct seal_fds *fds,
                 struct str *ret, struct err *err)
{
    if (!(m->flags & SEAL_HAS_PAYLOAD) || fds->count == 0) {
        return err_set(err, ERR_INTERNAL, "a message of the cell lacks its payload");
    }
    AUTO_FD int fd = fds->fd[0];
    fds->count--;
    memmove(fds->fd, fds->fd + 1, fds->count * sizeof(int));
    struct stat st;
    if (fstat(fd, &st) < 0 || st.st_size > MAX_PAYLOAD_BYTES) {
        return err_set(err, ERR_LIMIT, "a message of the cell is too long");
    }
    char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
    for (off_t at = 0; at < st.st_size;) {
        ssize_t n = pread(fd, bytes + at, (size_t)(st.st_size - at), at);
        if (n <= 0) {
            return err_errno(err, "cannot read a message of the cell");
        }
        at += n;
    }
    *ret = str_n(bytes, (size_t)st.st_size);
    return 0;
}

void pack_number(struct buf *out, int64_t n)
{
    buf_add(out, &n, sizeof(n));
}

void pack_text(struct buf *out, const char *z)
{
    pack_number(out, z ? (int64_t)strlen(z) : -1);
    if (z) {
        buf_add(out, z, strlen(z));
    }
}

void pack_list(struct buf *out, const char *const *strings, size_t count)
{
    pack_number(out, strings ? (int64_t)count : -1);
    for (size_t i = 0; strings && i < count; i++) {
        pack_text(out, strings[i]);
    }
}

int64_t unpack_number(struct str *in, bool *ok)
{
    int64_t n = 0;
    if (in->len < sizeof(n)) {
        *ok = false;
        return 0;
    }
    memcpy(&n, in->ptr, sizeof(n));
    *in = str_slice(*in, sizeof(n), in->len);
    return n;
}

const char *unpack_text(struct arena *a, struct str *in, bool *ok)
{
    int64_t len = unpack_number(in, ok);
    if (!*ok || len < 0) {
        return NULL;
    }
    if ((uint64_t)len > in->len) {
        *ok = false;
        return NULL;
    }
    const char *z = arena_strndup(a, in->ptr, (size_t)len);
    *in = str_slice(*in, (size_t)len, in->len);
    return z;
}

const char *const *unpack_list(struct arena *a, struct str *in, size_t *ret_count, bool *ok)
{
    int64_t count = unpack_number(in, ok);
    *ret_count = 0;
    if (!*ok || count < 0) {
        return NULL;
    }
    if (count > MAX_LIST) {
        *ok = false;
        return NULL;
    }
    const char **strings = ARENA_ARRAY(a, const char *, (size_t)count + 1);
    for (int64_t i = 0; i < count && *ok; i++) {
        strings[i] = unpack_text(a, in, ok);
    }
    *ret_count = (size_t)count;
    return strings;
}

static size_t vector_length(const char *const *strings)
{
    size_t count = 0;
    while (strings && strings[count]) {
        count++;
    }
    return count;
}

void pack_process_options(struct buf *out, const struct process_options *options)
{
    pack_list(out, options->argv, vector_length(options->argv));
    pack_list(out, options->envp, vector_length(options->envp));
    pack_text(out, options->search_path);
    pack_text(out, options->cwd);
    pack_number(out, (int64_t)options->pass_fd_count);
    for (size_t i = 0; i < options->pass_fd_count; i++) {
        pack_number(out, options->pass_fds[i]);
    }
    buf_add(out, &options->limits, sizeof(options->limits));
}

int unpack_process_options(struct arena *a, struct str payload, struct process_options *ret,
                           struct err *err)
{
    bool ok = true;
    size_t count = 0;
    struct process_options o = {.stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    o.argv = unpack_list(a, &payload, &count, &ok);
    o.envp = unpack_list(a, &payload, &count, &ok);
    o.search_path = unpack_text(a, &payload, &ok);
    o.cwd = unpack_text(a, &payload, &ok);
    int64_t fd_count = unpack_number(&payload, &ok);
    ok = ok && fd_count >= 0 && fd_count < SEAL_MAX_FDS;
    int *fds = ARENA_ARRAY(a, int, ok ? (size_t)fd_count : 0);
    for (int64_t i = 0; ok && i < fd_count; i++) {
        fds[i] = (int)unpack_number(&payload, &ok);
    }
    if (!ok || payload.len != sizeof(o.limits)) {
        return err_set(err, ERR_INTERNAL, "a damaged request to start a program in the cell");
    }
    memcpy(&o.limits, payload.ptr, sizeof(o.limits));
    o.pass_fds = fds;
    o.pass_fd_count = (size_t)fd_count;
    *ret = o;
    return 0;
}
