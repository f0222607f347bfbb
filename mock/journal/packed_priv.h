/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_PACKED_PRIV_H
#define MOCK_JOURNAL_PACKED_PRIV_H

/* An ended exchange in one run of bytes: fixed fields, then texts with their lengths. Raw: holds
 * secrets; redact_priv.h makes a record of it. */

#include "mock/journal/journal_store.h"
#include "mock/journal/known_priv.h"

/* Looked at for secrets beyond what is shown, so that one that begins before the cut is found. */
#define JOURNAL_BODY_KEPT_BYTES (JOURNAL_BODY_SHOWN_BYTES + (size_t)8 * 1024)

struct packed_head {
    struct journal_begun begun;
    int64_t took_ms, answered_ms, moved_ms, connection, connection_request, body_bytes,
        life_left_ms;
    const struct route *route;
    int status;
    unsigned char framing, credential_state;
    bool tls, has_life;
    uint32_t
        known; /* the reply is that one, with an id and a date of its own; 0 = it is all here */
    uint32_t known_head; /* the request's headers are those; 0 = they are here */
    uint32_t request_headers, reply_headers, issued;
};

/* Views into the packed bytes and known replies, in the order in which they were packed. */
struct unpacked {
    struct packed_head head;
    struct str method, target, host, body, reply_body;
    struct str grant, principal, fault, nearest, end;
    struct str credential[3];                          /* scheme, name, kind */
    struct http_fields request_headers, reply_headers; /* items in the arena */
    struct {
        struct str *items;
        size_t count, capacity;
    } issued;
};

/* `journal` says which store's tags count. */
struct str pack(struct arena *a, const struct journal_ended *e, int64_t took_ms, uint64_t journal);
void unpack(struct arena *a, const struct known *known, struct str bytes, struct unpacked *ret);

#endif
