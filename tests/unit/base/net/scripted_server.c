/* SPDX-License-Identifier: Apache-2.0 */
#include "scripted_server.h"

#include "base/core/assert.h"
#include "base/sys/fd.h"
#include "base/text/number.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static size_t body_length(const char *head)
{
    const char *at = strcasestr(head, "\r\ncontent-length:");
    int64_t length = 0;
    struct err err = {0};
    if (at) {
        struct str text = str_trim(str_n(at + 17, strcspn(at + 17, "\r")));
        ASSERT(parse_int64(text, 0, 1000000, &length, &err) == 0);
    }
    return (size_t)length;
}

/* Reads one request; false when the peer closed. */
static bool receive(int fd, struct buf *request)
{
    for (;;) {
        const char *end = strstr(buf_z(request), "\r\n\r\n");
        if (end && request->len >= (size_t)(end - request->ptr) + 4 + body_length(request->ptr)) {
            return true;
        }
        char chunk[4096];
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
        if (n <= 0) {
            return false;
        }
        buf_add(request, chunk, (size_t)n);
    }
}

static void serve(struct scripted_server *s, int fd)
{
    for (;;) {
        int index = s->request_count;
        if (index >= SCRIPT_MAX || !s->answers[index] || !receive(fd, &s->requests[index])) {
            return;
        }
        s->request_count++;
        const char *answer = s->answers[index];
        struct err err = {0};
        if (strcmp(answer, CLOSE) == 0) {
            return;
        }
        if (strcmp(answer, HANG) == 0) {
            char c;
            (void)!recv(fd, &c, 1, 0);
            return;
        }
        if (fd_write_all(fd, str_of(answer), &err) < 0 || strcasestr(answer, "Connection: close")) {
            return;
        }
    }
}

static void *run(void *ctx)
{
    struct scripted_server *s = ctx;
    for (;;) {
        AUTO_FD int fd = accept(s->listen_fd, NULL, NULL);
        if (fd < 0) {
            return NULL; /* shut down */
        }
        s->connection_count++;
        serve(s, fd);
    }
}

static void listen_on(struct scripted_server *s, const struct sockaddr *address, socklen_t size)
{
    s->listen_fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT(s->listen_fd >= 0);
    ASSERT(bind(s->listen_fd, address, size) == 0);
    ASSERT(listen(s->listen_fd, 8) == 0);
}

void scripted_server_start(struct scripted_server *s, const char *unix_path)
{
    if (unix_path) {
        struct sockaddr_un un = {.sun_family = AF_UNIX};
        snprintf(un.sun_path, sizeof(un.sun_path), "%s", unix_path);
        listen_on(s, (const struct sockaddr *)&un, sizeof(un));
    } else {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t size = sizeof(in);
        listen_on(s, (const struct sockaddr *)&in, size);
        ASSERT(getsockname(s->listen_fd, (struct sockaddr *)&in, &size) == 0);
        s->port = ntohs(in.sin_port);
    }
    ASSERT(pthread_create(&s->thread, NULL, run, s) == 0);
}

void scripted_server_stop(struct scripted_server *s)
{
    if (s->listen_fd >= 0) {
        shutdown(s->listen_fd, SHUT_RDWR);
        pthread_join(s->thread, NULL);
        fd_close(&s->listen_fd);
    }
}

void scripted_server_done(struct scripted_server *s)
{
    scripted_server_stop(s);
    for (int i = 0; i < SCRIPT_MAX; i++) {
        buf_done(&s->requests[i]);
    }
}
