/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd.h"
#include "mock/http/listen_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static int address_parse(const char *text, int port, union address *ret, socklen_t *ret_len,
                         struct err *err)
{
    union address a;
    memset(&a, 0, sizeof(a));
    const char *numeric = strcmp(text, "localhost") == 0 ? "127.0.0.1" : text;
    if (inet_pton(AF_INET, numeric, &a.v4.sin_addr) == 1) {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)port);
        *ret_len = sizeof(a.v4);
    } else if (inet_pton(AF_INET6, numeric, &a.v6.sin6_addr) == 1) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)port);
        *ret_len = sizeof(a.v6);
    } else {
        err_set(err, ERR_USAGE, "'%s' is not an address to listen on", text);
        err_hint(err, "give a numeric one, such as 127.0.0.1, 0.0.0.0 or ::1");
        return -1;
    }
    *ret = a;
    return 0;
}

int listen_tcp(const char *address, int port, int *ret_fd, struct err *err)
{
    union address a;
    socklen_t len = 0;
    if (address_parse(address, port, &a, &len, err) < 0) {
        return -1;
    }
    AUTO_FD int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return err_errno(err, "cannot make a socket");
    }
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, &a.any, len) < 0 || listen(fd, BACKLOG) < 0) {
        bool taken = errno == EADDRINUSE;
        err_errno(err, "cannot listen on %s port %d", address, port);
        err->code = ERR_UNAVAILABLE;
        if (taken) {
            err_hint(err, "another program has that port; choose one with --port, 0 = any");
        }
        return -1;
    }
    *ret_fd = fd_take(&fd);
    return 0;
}

/* Removes the socket file of a process that is gone. */
static int stale_remove(const union address *a, struct err *err)
{
    const char *path = a->local.sun_path;
    struct stat st;
    if (lstat(path, &st) < 0) {
        return 0;
    }
    if (!S_ISSOCK(st.st_mode)) {
        return err_set(err, ERR_UNAVAILABLE, "'%s' exists and is not a socket", path);
    }
    AUTO_FD int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe >= 0 && connect(probe, &a->any, sizeof(a->local)) == 0) {
        return err_set(err, ERR_UNAVAILABLE, "another program listens on '%s'", path);
    }
    if (unlink(path) < 0) {
        return err_errno(err, "cannot remove the old socket '%s'", path);
    }
    return 0;
}

int listen_unix(const char *path, int *ret_fd, struct err *err)
{
    union address a;
    memset(&a, 0, sizeof(a));
    a.local.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(a.local.sun_path)) {
        return err_set(err, ERR_USAGE, "the socket path is longer than %zu bytes: '%s'",
                       sizeof(a.local.sun_path) - 1, path);
    }
    memcpy(a.local.sun_path, path, strlen(path) + 1);
    if (stale_remove(&a, err) < 0) {
        return -1;
    }
    AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return err_errno(err, "cannot make a socket");
    }
    /* Nobody can connect before listen(), hence not before the mode is right. */
    if (bind(fd, &a.any, sizeof(a.local)) < 0 || chmod(path, 0600) < 0 || listen(fd, BACKLOG) < 0) {
        err_errno(err, "cannot listen on '%s'", path);
        err->code = ERR_UNAVAILABLE;
        return -1;
    }
    *ret_fd = fd_take(&fd);
    return 0;
}

int listen_port(int fd)
{
    union address a = {0};
    socklen_t len = sizeof(a);
    if (getsockname(fd, &a.any, &len) < 0) {
        return 0;
    }
    if (a.any.sa_family == AF_INET) {
        return ntohs(a.v4.sin_port);
    }
    return a.any.sa_family == AF_INET6 ? ntohs(a.v6.sin6_port) : 0;
}
