/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "cells.h"
#include "harness/seal/seal.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct seal_options plain;

static int listen_at(struct seal *seal, const char *address, int port, enum seal_socket_type type)
{
    int fd = -1;
    struct err err = {0};
    struct seal_address where = {address, port, type};
    cr_assert_eq(seal_listen(seal, &where, &fd, &err), 0, "%s", err.msg);
    return fd;
}

/* What a connection inside to address:port says to the listener outside. */
static void expect_arrival(struct seal *seal, int listener, const char *address, const char *text)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *script = arena_printf(a, "echo -n '%s' > /dev/tcp/%s", text, address);
    cr_expect_str_eq(cell_sh(seal, a, script), "=0", "%s", address);
    struct poll_item item = {.fd = listener, .want_read = true};
    struct err err = {0};
    cr_assert_eq(poll_wait(&item, 1, 2000, &err), 1, "%s", address);
    AUTO_FD int fd = accept(listener, NULL, NULL);
    char got[64] = "";
    cr_assert_gt(read(fd, got, sizeof(got) - 1), 0);
    cr_expect_str_eq(got, text);
}

Test(seal_network, a_specific_address_wins_over_a_wildcard)
{
    struct seal *seal = cell_open(&plain);
    int any = listen_at(seal, "0.0.0.0", 443, SEAL_TCP);
    int ours = listen_at(seal, "127.0.0.1", 443, SEAL_TCP);
    int metadata = listen_at(seal, "169.254.169.254", 443, SEAL_TCP);
    for (int i = 0; i < 8; i++) { /* not by chance, as within a group of equals */
        expect_arrival(seal, ours, "127.0.0.1/443", "ours");
        expect_arrival(seal, metadata, "169.254.169.254/443", "metadata");
        expect_arrival(seal, any, "8.8.8.8/443", "other");
    }
    expect_arrival(seal, any, "198.18.1.7/443", "decoy");
    if (seal_has_ipv6(seal)) {
        int any6 = listen_at(seal, "::", 443, SEAL_TCP);
        int ours6 = listen_at(seal, "::1", 443, SEAL_TCP);
        expect_arrival(seal, ours6, "::1/443", "ours");
        expect_arrival(seal, any6, "2001:4860:4860::8888/443", "other");
        expect_arrival(seal, any6, "fd00::1:5/443", "decoy");
        fd_close(&any6);
        fd_close(&ours6);
    }
    fd_close(&any);
    fd_close(&ours);
    fd_close(&metadata);
    seal_close(seal);
}

Test(seal_network, a_port_without_a_listener_is_refused_at_once)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    cr_expect_not_null(
        strstr(cell_sh(seal, a, "exec 3<>/dev/tcp/1.1.1.1/25"), "Connection refused"));
    cr_expect_not_null(
        strstr(cell_sh(seal, a, "exec 3<>/dev/tcp/127.0.0.1/25"), "Connection refused"));
    seal_close(seal);
}

Test(seal_network, a_listener_of_the_connector_is_its_own)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *one = cell_open(&plain), *other = cell_open(&plain);
    int fd = listen_at(one, "127.0.0.1", 8020, SEAL_TCP);
    cr_expect_not_null(strstr(cell_sh(other, a, "exec 3<>/dev/tcp/127.0.0.1/8020"), "refused"));
    fd_close(&fd);
    seal_close(one);
    seal_close(other);
}

Test(seal_network, nothing_but_loopback_is_there)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    cr_expect_str_eq(cell_sh(seal, a,
                             "tail -n +3 /proc/net/dev | cut -d: -f1; cat /proc/net/route | "
                             "tail -n +2"),
                     "    lo\n=0");
    seal_close(seal);
}

Test(seal_network, datagrams_arrive_and_are_answered)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    int fd = listen_at(seal, "127.0.0.1", 5353, SEAL_UDP);
    cr_expect_str_eq(cell_sh(seal, a, "echo -n ping > /dev/udp/127.0.0.1/5353"), "=0");
    char got[16] = "";
    cr_assert_eq(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 4);
    cr_expect_str_eq(got, "ping");
    fd_close(&fd);
    seal_close(seal);
}

Test(seal_network, an_address_that_cannot_be_is_refused)
{
    static const struct seal_address rows[] = {
        {"localhost", 1, SEAL_TCP}, {"127.0.0.1", 65536, SEAL_TCP}, {"", 1, SEAL_UDP}};
    struct seal *seal = cell_open(&plain);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = -1;
        struct err err = {0};
        cr_expect_eq(seal_listen(seal, &rows[i], &fd, &err), -1);
        cr_expect_eq(err.code, ERR_INVALID);
    }
    seal_close(seal);
}
