/* SPDX-License-Identifier: Apache-2.0 */
/* The network of a cell: lo alone, and a route that makes every address local to it. So nothing can
 * leave, a connection to any address is answered inside, and the tap on lo sees where it wanted to
 * go. */
#include "harness/seal/cell_priv.h"

#include "base/sys/fd.h"
#include "harness/seal/refusal.h"
#include "harness/seal/seal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOPBACK_INDEX 1 /* the first interface of every network namespace */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

struct request {
    struct nlmsghdr header;
    union {
        struct ifinfomsg link;
        struct ifaddrmsg address;
        struct rtmsg route;
    } body;
    char attributes[64];
};

static void add_attribute(struct request *r, unsigned short type, const void *value, size_t size)
{
    struct rtattr attribute = {.rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type};
    char *at = (char *)r + NLMSG_ALIGN(r->header.nlmsg_len);
    memcpy(at, &attribute, sizeof(attribute));
    memcpy(at + RTA_LENGTH(0), value, size);
    r->header.nlmsg_len = (unsigned)(NLMSG_ALIGN(r->header.nlmsg_len) + RTA_SPACE(size));
}

/* Sends one request and reads its acknowledgement: 0 or the errno. */
static int ask_kernel(int fd, const struct request *r)
{
    if (send(fd, r, r->header.nlmsg_len, 0) < 0) {
        return errno;
    }
    struct {
        struct nlmsghdr header;
        struct nlmsgerr verdict;
        char rest[512];
    } answer;
    ssize_t n = recv(fd, &answer, sizeof(answer), 0);
    if (n < 0) {
        return errno;
    }
    if ((size_t)n < NLMSG_LENGTH(sizeof(struct nlmsgerr)) ||
        answer.header.nlmsg_type != NLMSG_ERROR) {
        return EPROTO;
    }
    return -answer.verdict.error;
}

static struct request request_of(unsigned short type, size_t body_size)
{
    struct request r = {
        .header = {.nlmsg_len = (unsigned)NLMSG_LENGTH(body_size),
                   .nlmsg_type = type,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE}};
    return r;
}

static int link_up(int fd)
{
    struct request r = request_of(RTM_NEWLINK, sizeof(r.body.link));
    r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    r.body.link = (struct ifinfomsg){.ifi_family = AF_UNSPEC,
                                     .ifi_index = LOOPBACK_INDEX,
                                     .ifi_flags = IFF_UP,
                                     .ifi_change = IFF_UP};
    return ask_kernel(fd, &r);
}

static size_t address_bytes(int family, const char *text, void *out)
{
    return inet_pton(family, text, out) == 1 ? (family == AF_INET ? 4 : 16) : 0;
}

static int address_add(int fd, int family, const char *text)
{
    unsigned char bytes[16];
    size_t size = address_bytes(family, text, bytes);
    struct request r = request_of(RTM_NEWADDR, sizeof(r.body.address));
    r.body.address = (struct ifaddrmsg){.ifa_family = (unsigned char)family,
                                        .ifa_prefixlen = (unsigned char)(size * 8),
                                        .ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD,
                                        .ifa_scope = RT_SCOPE_UNIVERSE,
                                        .ifa_index = LOOPBACK_INDEX};
    add_attribute(&r, IFA_LOCAL, bytes, size);
    add_attribute(&r, IFA_ADDRESS, bytes, size);
    return ask_kernel(fd, &r);
}

/* ip route add local default dev lo table local */
static int everything_local(int fd, int family)
{
    struct request r = request_of(RTM_NEWROUTE, sizeof(r.body.route));
    r.body.route = (struct rtmsg){.rtm_family = (unsigned char)family,
                                  .rtm_table = RT_TABLE_LOCAL,
                                  .rtm_protocol = RTPROT_STATIC,
                                  .rtm_scope = RT_SCOPE_HOST,
                                  .rtm_type = RTN_LOCAL};
    unsigned index = LOOPBACK_INDEX;
    add_attribute(&r, RTA_OIF, &index, sizeof(index));
    return ask_kernel(fd, &r);
}

/* Keeps TCP segments with SYN and without ACK, and UDP, unless to 127.0.0.0/8 or ::1: run in the
 * kernel, so that the connector's ordinary traffic costs nothing. */
static int filter_attach(int fd)
{
    enum { DROP = 30, KEEP = 31, IPV6 = 14 }; /* line numbers below */
#define TO(line, at) (unsigned char)((line) - (at)-1)
    struct sock_filter lines[] = {
        /* 0 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        /* 1 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
        /* 2 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x60, TO(IPV6, 2), 0),
        /* 3 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, TO(DROP, 3)),
        /* 4 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 16),
        /* 5 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 127, TO(DROP, 5), 0),
        /* 6 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
        /* 7 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, TO(DROP, 7), 0), /* later fragments */
        /* 8 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        /* 9 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
        /* 10 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, TO(KEEP, 10), 0),
        /* 11 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, TO(DROP, 11)),
        /* 12 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
        /* 13 */ BPF_JUMP(BPF_JMP | BPF_JA, TO(28, 13), 0, 0),
        /* 14 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24),
        /* 15 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, TO(22, 15)),
        /* 16 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 28),
        /* 17 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, TO(22, 17)),
        /* 18 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 32),
        /* 19 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, TO(22, 19)),
        /* 20 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 36),
        /* 21 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, TO(DROP, 21), 0),
        /* 22 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
        /* 23 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, TO(KEEP, 23), 0),
        /* 24 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, TO(DROP, 24)),
        /* 25 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 40 + 13),
        /* 26 */ BPF_JUMP(BPF_JMP | BPF_JA, TO(28, 26), 0, 0),
        /* 27 */ BPF_STMT(BPF_RET | BPF_K, 0),
        /* 28 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        /* 29 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, TO(KEEP, 29), TO(DROP, 29)),
        /* 30 */ BPF_STMT(BPF_RET | BPF_K, 0),
        /* 31 */ BPF_STMT(BPF_RET | BPF_K, 2048),
    };
#undef TO
    struct sock_fprog program = {.len = (unsigned short)ARRAY_LEN(lines), .filter = lines};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int tap_open(void)
{
    AUTO_FD int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_ll where = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = LOOPBACK_INDEX};
    int yes = 1;
    /* The filter before the bind: no packet may slip in between. */
    if (fd < 0 || filter_attach(fd) < 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0 ||
        bind(fd, (struct sockaddr *)&where, sizeof(where)) < 0) {
        return -1;
    }
    return fd_take(&fd);
}

int cell_network_up(struct cell *cell, struct err *err)
{
    AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) {
        return refusal_of(REFUSAL_NETWORK, cell->own_user_namespace, err);
    }
    int failed = link_up(fd);
    failed = failed ? failed : address_add(fd, AF_INET, SEAL_OWN_IPV4);
    failed = failed ? failed : address_add(fd, AF_INET, "169.254.169.254");
    failed = failed ? failed : everything_local(fd, AF_INET);
    if (failed) {
        errno = failed;
        return refusal_of(REFUSAL_NETWORK, cell->own_user_namespace, err);
    }
    cell->has_ipv6 =
        address_add(fd, AF_INET6, SEAL_OWN_IPV6) == 0 && everything_local(fd, AF_INET6) == 0;
    cell->tap_fd = tap_open();
    return 0;
}
