/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/x509.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "mock/http/server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define LIMIT_S     1
#define PATIENCE_MS 20000

static enum serve_result serve(void *context, struct http_req *req, struct http_reply *reply,
                               struct http_suspended *later, void **exchange_data)
{
    (void)context, (void)req, (void)reply, (void)later, (void)exchange_data;
    return SERVE_CLOSE;
}

static void done(void *context, struct http_req *req, const struct http_reply *reply,
                 bool completed, void *exchange_data)
{
    (void)context, (void)req, (void)reply, (void)completed, (void)exchange_data;
}

static struct http_server *tls_server(int threads)
{
    struct err err = {0};
    AUTO_BUF struct buf cert = {0}, key = {0};
    struct x509_ca *ca = x509_ca_new("test", &err);
    const char *const names[] = {"localhost"};
    const struct x509_options flawless = {.names = names, .name_count = 1};
    cr_assert_eq(x509_ca_issue(ca, &flawless, &cert, &key, &err), 0, "%s", err.msg);
    x509_ca_free(ca);
    const struct http_server_options options = {
        .address = "127.0.0.1",
        .listen_fd = -1,
        .cert_pem = buf_z(&cert),
        .key_pem = buf_z(&key),
        .threads = threads,
        .idle_timeout_s = LIMIT_S,
    };
    const struct http_server_hooks hooks = {.serve = serve, .done = done};
    struct http_server *s = http_server_new(&options, &hooks, &err);
    cr_assert_not_null(s, "%s", err.msg);
    return s;
}

static int client(const struct http_server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(s)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    cr_assert_eq(send(fd, "\x16\x03\x01", 3, 0), 3); /* a record's first bytes */
    return fd;
}

/* Runs the server as its owner does until it has closed the connection; how long that took. */
static int64_t closed_after_ms(struct http_server *s, int fd)
{
    int64_t start = monotonic_ms(), waited = 0;
    char byte;
    while (waited < PATIENCE_MS && recv(fd, &byte, 1, MSG_DONTWAIT) < 0) {
        struct err err = {0};
        struct poll_item items[] = {{.fd = http_server_fd(s), .want_read = true},
                                    {.fd = fd, .want_read = true}};
        int64_t timeout_ms = http_server_timeout_ms(s);
        cr_assert_geq(poll_wait(items, 2, timeout_ms < 0 ? PATIENCE_MS : timeout_ms, &err), 0);
        http_server_run(s);
        waited = monotonic_ms() - start;
    }
    return waited;
}

ParameterizedTestParameters(handshake, ends_with_the_time_that_a_connection_has)
{
    static int threads[] = {0, 2};
    return cr_make_param_array(int, threads, 2);
}

ParameterizedTest(int *threads, handshake, ends_with_the_time_that_a_connection_has)
{
    struct http_server *s = tls_server(*threads);
    AUTO_FD int fd = client(s);
    int64_t took = closed_after_ms(s, fd);
    cr_expect_geq(took, LIMIT_S * 1000 - 1);
    cr_expect_lt(took, PATIENCE_MS);
    http_server_free(s);
}
