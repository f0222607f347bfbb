/* SPDX-License-Identifier: Apache-2.0 */
/* A question that is read gives a printable lower-case name, and an answer whose question, read on
 * its own, is the same one. */
#include "base/core/assert.h"
#include "harness/seal/dns_message.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name)
{
    ASSERT(strlen(name) < DNS_NAME_SIZE);
    for (; *name; name++) {
        ASSERT(*name > ' ' && *name <= '~' && (*name < 'A' || *name > 'Z'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_BUF struct buf reply = {0};
    struct dns_question q, again;
    enum dns_rcode rcode, again_rcode;
    static const unsigned char address[4] = {127, 0, 0, 1};
    if (!dns_question_read(str_n((const char *)data, size), &q, &rcode)) {
        return 0;
    }
    struct dns_answer answer = {.rcode = rcode, .address = address, .address_bytes = 4};
    dns_reply_write(&reply, &q, &answer);
    ASSERT(reply.len >= 12 && !dns_question_read(buf_str(&reply), &again, &again_rcode));
    if (rcode != DNS_OK) {
        return 0;
    }
    check_name(q.name);
    AUTO_BUF struct buf alone = {0};
    buf_add(&alone, "\0\0\1\0\0\1\0\0\0\0\0\0", 12);
    buf_add_str(&alone, str_slice(buf_str(&reply), 12, 12 + q.wire.len));
    ASSERT(dns_question_read(buf_str(&alone), &again, &again_rcode) && again_rcode == DNS_OK);
    ASSERT(strcmp(again.name, q.name) == 0 && again.type == q.type);
    return 0;
}
