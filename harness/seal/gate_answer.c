/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/gate_priv.h"

#include "base/sys/clock.h"
#include "harness/seal/dns_message.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#define MAX_QUESTION 4096

void gate_copy_name(char out[EGRESS_NAME_SIZE], const char *name)
{
    (void)snprintf(out, EGRESS_NAME_SIZE, "%s", name);
}

static void record_lookup(struct gate_worker *w, const char *name, const struct name_meaning *m)
{
    struct egress_record *r = gate_record(w);
    if (r) {
        r->transport = EGRESS_DNS;
        gate_copy_name(r->name, name);
        (void)inet_ntop(AF_INET, m->ipv4, r->address, sizeof(r->address));
    }
}

static void answer(struct gate_worker *w, struct str message, struct buf *out)
{
    struct dns_question q;
    struct dns_answer a = {.address = NULL};
    if (!dns_question_read(message, &q, &a.rcode)) {
        return;
    }
    struct name_meaning m = {.kind = NAME_OURS};
    if (a.rcode == DNS_OK) {
        names_look_up(w->names, str_of(q.name), &m);
        a.rcode = m.kind == NAME_TOO_MANY ? DNS_SERVER_FAILURE : DNS_OK;
    }
    if (m.is_new) {
        record_lookup(w, q.name, &m);
    }
    if (q.type == DNS_TYPE_A && m.has_ipv4) {
        a.address = m.ipv4;
        a.address_bytes = sizeof(m.ipv4);
    } else if (q.type == DNS_TYPE_AAAA && m.has_ipv6) {
        a.address = m.ipv6;
        a.address_bytes = sizeof(m.ipv6);
    }
    dns_reply_write(out, &q, &a);
}

void gate_answer_udp(struct gate_worker *w)
{
    char message[MAX_QUESTION];
    struct sockaddr_storage from;
    socklen_t from_size = sizeof(from);
    ssize_t n = recvfrom(w->sockets.dns_udp, message, sizeof(message), MSG_DONTWAIT,
                         (struct sockaddr *)&from, &from_size);
    if (n < 0) {
        return;
    }
    AUTO_BUF struct buf out = {0};
    answer(w, str_n(message, (size_t)n), &out);
    if (out.len > 0) {
        (void)sendto(w->sockets.dns_udp, out.ptr, out.len, MSG_DONTWAIT | MSG_NOSIGNAL,
                     (struct sockaddr *)&from, from_size);
    }
}

/* Each message has its length before it (RFC 1035 section 4.2.2). */
bool gate_answer_tcp(struct gate_worker *w, struct gate_peer *p)
{
    while (p->in.len >= 2) {
        const unsigned char *head = (const unsigned char *)p->in.ptr;
        size_t len = (size_t)head[0] << 8 | head[1];
        if (len > MAX_QUESTION) {
            return false;
        }
        if (p->in.len < 2 + len) {
            return true;
        }
        AUTO_BUF struct buf out = {0};
        AUTO_BUF struct buf framed = {0};
        answer(w, str_n(p->in.ptr + 2, len), &out);
        buf_add_char(&framed, (char)(out.len >> 8));
        buf_add_char(&framed, (char)(out.len & 255));
        buf_add_str(&framed, buf_str(&out));
        if (out.len == 0 || send(p->fd, framed.ptr, framed.len, MSG_DONTWAIT | MSG_NOSIGNAL) !=
                                (ssize_t)framed.len) {
            return false;
        }
        buf_remove_front(&p->in, 2 + len);
    }
    return true;
}
