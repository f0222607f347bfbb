/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/listeners.h"

#include "base/sys/fd.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>

static const char table[] =
    "  sl  local_address rem_address   st tx_queue rx_queue\n"
    "   0: 0100007F:1F54 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   1: 00000000:1F54 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   2: 0100007F:1F54 0100007F:9C40 01 00000000:00000000 00:00000000 00000000\n"
    "   3: 00000000000000000000000001000000:1F54 00000000000000000000000000000000:0000 0A 0\n"
    "   4: 0100007F:1F55 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
    "   5: rubbish\n"
    "   6: 0000000000000000FFFF00000200007F:1F54 00000000000000000000000000000000:0000 0A 0\n";

Test(listeners, only_those_that_listen_on_the_port_are_named)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list found = {0};
    listeners_read(a, str_of(table), 8020, &found);
    cr_assert_eq(found.count, 4);
    cr_expect_str_eq(found.items[0], "127.0.0.1");
    cr_expect_str_eq(found.items[1], "0.0.0.0");
    cr_expect_str_eq(found.items[2], "::1");
    cr_expect_str_eq(found.items[3], "127.0.0.2"); /* for both families, and IPv4 all the same */
}

Test(listeners, nobody_listens_on_a_port_that_is_not_there)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list found = {0};
    listeners_read(a, str_of(table), 1, &found);
    cr_assert_eq(found.count, 0);
}

/* Of any family, on a port that the kernel chooses when *port is 0. */
static int listen_on(int family, const char *address, int *port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)*port)};
    bool is_v6 = family == AF_INET6;
    struct sockaddr *name = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t len = is_v6 ? sizeof(v6) : sizeof(v4);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), off = 0;
    if (fd < 0 ||
        inet_pton(family, address, is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1 ||
        (is_v6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0) ||
        bind(fd, name, len) < 0 || listen(fd, 1) < 0 || getsockname(fd, name, &len) < 0) {
        fd_close(&fd);
        return -1;
    }
    *port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
    return fd;
}

Test(listeners, the_kernel_says_by_both_ways_who_listens)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list asked = {0};
    int port = 0;
    AUTO_FD int first = listen_on(AF_INET, "127.0.0.1", &port);
    AUTO_FD int mapped = listen_on(AF_INET6, "::ffff:127.0.0.2", &port);
    AUTO_FD int six = listen_on(AF_INET6, "::1", &port);
    cr_assert(first >= 0 && mapped >= 0);
    const char *all = six >= 0 ? "127.0.0.1 127.0.0.2 ::1" : "127.0.0.1 127.0.0.2";
    if (listeners_ask(a, port, &asked)) {
        cr_expect_eq(asked.count, six >= 0 ? 3 : 2);
        cr_expect(str_list_has(&asked, STR("127.0.0.2")));
    }
    const char *told = listeners_of(a, port);
    cr_expect(strlen(told) == strlen(all) && str_starts(str_of(told), STR("127.0.0.1 ")), "%s",
              told);
    fd_close(&first);
    fd_close(&mapped);
    fd_close(&six);
    cr_expect_str_eq(listeners_of(a, port), "");
}
