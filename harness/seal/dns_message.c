/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/dns_message.h"

#include <stdio.h>

#define HEADER_BYTES    12
#define MAX_LABEL       63
#define MAX_NAME        255
#define DNS_TYPE_OPT    41
#define UDP_SIZE        1232 /* what we tell by EDNS; the advice of DNS Flag Day 2020 */
#define TTL_S           60
#define FLAG_ANSWER     0x8000U
#define FLAG_TRUNCATED  0x0200U
#define FLAG_WANTED     0x0100U
#define FLAG_AVAILABLE  0x0080U
#define POINTER_TO_NAME 0xc00cU /* offset 12: the question's */

static uint16_t read_u16(struct str s, size_t at)
{
    return (uint16_t)((unsigned char)s.ptr[at] << 8 | (unsigned char)s.ptr[at + 1]);
}

static size_t label_write(struct str label, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < label.len; i++) {
        unsigned char c = (unsigned char)label.ptr[i];
        if (c >= 'A' && c <= 'Z') {
            c = (unsigned char)(c + ('a' - 'A'));
        }
        if (c <= ' ' || c >= 127 || c == '.' || c == '\\') {
            n += (size_t)snprintf(out + n, 5, "\\%03u", (unsigned)c);
        } else {
            out[n++] = (char)c;
        }
    }
    return n;
}

/* Reads the name at *at; a pointer is refused, as there is nothing before a question to point to.
 */
static bool name_read(struct str message, size_t *at, char out[DNS_NAME_SIZE])
{
    size_t start = *at, used = 0;
    for (;;) {
        if (*at >= message.len) {
            return false;
        }
        size_t len = (unsigned char)message.ptr[*at];
        if (len > MAX_LABEL || *at + 1 + len > message.len || *at + 1 + len - start > MAX_NAME) {
            return false;
        }
        struct str label = str_n(message.ptr + *at + 1, len);
        *at += 1 + len;
        if (len == 0) {
            out[used] = '\0';
            return true;
        }
        if (used > 0) {
            out[used++] = '.';
        }
        used += label_write(label, out + used);
    }
}

/* The one additional record that may follow: OPT, of the root name. */
static bool edns_read(struct str message, size_t *at)
{
    if (message.len - *at < 11 || message.ptr[*at] != '\0' ||
        read_u16(message, *at + 1) != DNS_TYPE_OPT) {
        return false;
    }
    size_t data = read_u16(message, *at + 9);
    *at += 11;
    if (message.len - *at < data) {
        return false;
    }
    *at += data;
    return true;
}

static enum dns_rcode body_read(struct str message, struct dns_question *ret)
{
    size_t at = HEADER_BYTES;
    unsigned additional = read_u16(message, 10);
    if (read_u16(message, 4) != 1 || read_u16(message, 6) != 0 || read_u16(message, 8) != 0 ||
        additional > 1 || !name_read(message, &at, ret->name) || message.len - at < 4) {
        return DNS_FORMAT_ERROR;
    }
    ret->type = read_u16(message, at);
    ret->class = read_u16(message, at + 2);
    at += 4;
    struct str wire = str_slice(message, HEADER_BYTES, at);
    ret->has_edns = additional == 1;
    if (ret->has_edns && !edns_read(message, &at)) {
        return DNS_FORMAT_ERROR;
    }
    if (at != message.len) {
        return DNS_FORMAT_ERROR;
    }
    ret->wire = wire;
    return ret->class == DNS_CLASS_IN ? DNS_OK : DNS_REFUSED;
}

bool dns_question_read(struct str message, struct dns_question *ret, enum dns_rcode *ret_rcode)
{
    if (message.len < HEADER_BYTES) {
        return false;
    }
    unsigned flags = read_u16(message, 2);
    if (flags & FLAG_ANSWER) {
        return false;
    }
    struct dns_question q = {.id = read_u16(message, 0),
                             .recursion_desired = (flags & FLAG_WANTED) != 0,
                             .opcode = (uint8_t)(flags >> 11 & 15)};
    enum dns_rcode rcode = DNS_NOT_IMPLEMENTED;
    if (q.opcode == 0) {
        rcode = flags & FLAG_TRUNCATED ? DNS_FORMAT_ERROR : body_read(message, &q);
    }
    *ret = q;
    *ret_rcode = rcode;
    return true;
}

static void add_u16(struct buf *out, unsigned n)
{
    buf_add_char(out, (char)(n >> 8));
    buf_add_char(out, (char)(n & 255));
}

void dns_reply_write(struct buf *out, const struct dns_question *q, const struct dns_answer *answer)
{
    bool has_address = answer->rcode == DNS_OK && answer->address != NULL;
    bool has_question = q->wire.len > 0;
    bool has_edns = q->has_edns && has_question;
    add_u16(out, q->id);
    add_u16(out, FLAG_ANSWER | (unsigned)q->opcode << 11 |
                     (q->recursion_desired ? FLAG_WANTED : 0U) | FLAG_AVAILABLE |
                     (unsigned)answer->rcode);
    add_u16(out, has_question);
    add_u16(out, has_address);
    add_u16(out, 0);
    add_u16(out, has_edns);
    buf_add_str(out, q->wire);
    if (has_address) {
        add_u16(out, POINTER_TO_NAME);
        add_u16(out, q->type);
        add_u16(out, DNS_CLASS_IN);
        add_u16(out, 0);
        add_u16(out, TTL_S);
        add_u16(out, (unsigned)answer->address_bytes);
        buf_add(out, answer->address, answer->address_bytes);
    }
    if (has_edns) {
        buf_add_char(out, '\0');
        add_u16(out, DNS_TYPE_OPT);
        add_u16(out, UDP_SIZE);
        add_u16(out, 0);
        add_u16(out, 0);
        add_u16(out, 0);
    }
}
