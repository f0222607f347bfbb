/* SPDX-License-Identifier: Apache-2.0 */
/* sock_diag(7): asked for listening sockets alone, the kernel leaves its table of connections out.
 * That table is one for the whole machine, and a walk through it takes milliseconds. */
#include "harness/browser/listeners_priv.h"

#include "base/sys/fd.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 32 * 1024, STATE_LISTEN = 10 };

struct question {
    struct nlmsghdr head;
    struct inet_diag_req_v2 body;
};

enum part { PART_MORE, PART_LAST, PART_REFUSED };

static bool ask(int fd, int family)
{
    const struct question q = {.head = {.nlmsg_len = sizeof(q),
                                        .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                                        .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                               .body = {.sdiag_family = (uint8_t)family,
                                        .sdiag_protocol = IPPROTO_TCP,
                                        .idiag_states = 1U << STATE_LISTEN}};
    return send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q);
}

/* `left` bytes of messages, as they came in. */
static enum part part_read(struct arena *a, const char *at, size_t left, int port,
                           struct str_list *ret)
{
    while (left >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr head;
        struct inet_diag_msg socket_told;
        memcpy(&head, at, sizeof(head));
        if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > left ||
            head.nlmsg_type == NLMSG_ERROR) {
            return PART_REFUSED;
        }
        if (head.nlmsg_type == NLMSG_DONE) {
            return PART_LAST;
        }
        if (head.nlmsg_len >= NLMSG_HDRLEN + sizeof(socket_told)) {
            memcpy(&socket_told, at + NLMSG_HDRLEN, sizeof(socket_told));
            if (socket_told.idiag_state == STATE_LISTEN &&
                ntohs(socket_told.id.idiag_sport) == port) {
                listeners_add(a, socket_told.idiag_family == AF_INET6, socket_told.id.idiag_src,
                              ret);
            }
        }
        size_t step = NLMSG_ALIGN(head.nlmsg_len);
        at += step < left ? step : left;
        left -= step < left ? step : left;
    }
    return PART_MORE;
}

bool listeners_ask(struct arena *a, int port, struct str_list *ret)
{
    static const int families[] = {AF_INET, AF_INET6};
    AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    char *answer = arena_alloc(a, ANSWER_MAX);
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        enum part part = PART_MORE;
        if (fd < 0 || !ask(fd, families[i])) {
            return false;
        }
        while (part == PART_MORE) {
            ssize_t n = recv(fd, answer, ANSWER_MAX, 0);
            part = n > 0 ? part_read(a, answer, (size_t)n, port, ret) : PART_REFUSED;
        }
        if (part == PART_REFUSED) {
            return false;
        }
    }
    return true;
}
