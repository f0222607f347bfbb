/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_DNS_MESSAGE_H
#define HARNESS_SEAL_DNS_MESSAGE_H

/* The little of DNS that a resolver inside a cell needs: one question in, at most one address out
 * (RFC 1035 section 4, EDNS of RFC 6891). Pure. Strict: a message that is not exactly one question,
 * with or without an OPT record, is a format error. */

#include "base/core/buf.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

#define DNS_TYPE_A    1
#define DNS_TYPE_AAAA 28
#define DNS_CLASS_IN  1

enum dns_rcode { /* RFC 1035 section 4.1.1 */
                 DNS_OK = 0,
                 DNS_FORMAT_ERROR = 1,
                 DNS_SERVER_FAILURE = 2,
                 DNS_NO_NAME = 3,
                 DNS_NOT_IMPLEMENTED = 4,
                 DNS_REFUSED = 5
};

/* Four characters for each of 255 bytes at worst. */
#define DNS_NAME_SIZE 1024

struct dns_question {
    uint16_t id, type, class;
    bool recursion_desired, has_edns;
    uint8_t opcode;
    char name[DNS_NAME_SIZE]; /* lower case, dotted, no dot at the end; "\DDD" for odd bytes */
    struct str wire;          /* the question section, borrowed from the message; empty if unread */
};

/* Returns false when nothing may be answered (too short, or itself an answer). Otherwise *ret_rcode
 * is DNS_OK, or what to answer instead; then of *ret only id, opcode and recursion_desired count.
 */
bool dns_question_read(struct str message, struct dns_question *ret, enum dns_rcode *ret_rcode);

struct dns_answer {
    enum dns_rcode rcode;
    const unsigned char *address; /* 4 or 16 bytes; NULL = there is nothing of that type */
    size_t address_bytes;
};
/* Appends the message. */
void dns_reply_write(struct buf *out, const struct dns_question *q,
                     const struct dns_answer *answer);

#endif
