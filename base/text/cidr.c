/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/cidr.h"

#include "base/text/number.h"

#include <arpa/inet.h>

enum { IPV4_BITS = 32, IPV6_BITS = 128, BYTE_BITS = 8, MAPPED_BYTES = 12 };

struct address {
    unsigned char bytes[IPV6_BITS / BYTE_BITS];
    int bits; /* 32 or 128 */
};

static bool address_read(struct str text, struct address *ret)
{
    char copy[INET6_ADDRSTRLEN];
    static const unsigned char mapped[MAPPED_BYTES] = {[10] = 0xff, [11] = 0xff};
    if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len) != NULL) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, ret->bytes) == 1) {
        ret->bits = IPV4_BITS;
        return true;
    }
    if (inet_pton(AF_INET6, copy, ret->bytes) != 1) {
        return false;
    }
    ret->bits = IPV6_BITS;
    if (memcmp(ret->bytes, mapped, sizeof(mapped)) == 0) {
        memmove(ret->bytes, ret->bytes + MAPPED_BYTES, IPV4_BITS / BYTE_BITS);
        ret->bits = IPV4_BITS;
    }
    return true;
}

static bool range_read(struct str range, struct address *ret, int *ret_prefix)
{
    struct err ignored = {0};
    long slash = str_find(range, STR("/"), 0);
    int64_t prefix;
    if (!address_read(str_slice(range, 0, slash < 0 ? range.len : (size_t)slash), ret)) {
        return false;
    }
    *ret_prefix = ret->bits;
    if (slash < 0) {
        return true;
    }
    if (parse_int64(str_slice(range, (size_t)slash + 1, range.len), 0, ret->bits, &prefix,
                    &ignored) < 0) {
        return false;
    }
    *ret_prefix = (int)prefix;
    return true;
}

bool cidr_is_valid(struct str range)
{
    struct address a;
    int prefix;
    return range_read(range, &a, &prefix);
}

bool cidr_contains(struct str range, struct str address)
{
    struct address wanted, asked;
    int prefix;
    if (!range_read(range, &wanted, &prefix) || !address_read(address, &asked) ||
        wanted.bits != asked.bits) {
        return false;
    }
    int whole = prefix / BYTE_BITS, rest = prefix % BYTE_BITS;
    if (memcmp(wanted.bytes, asked.bytes, (size_t)whole) != 0) {
        return false;
    }
    return rest == 0 || (wanted.bytes[whole] ^ asked.bytes[whole]) >> (BYTE_BITS - rest) == 0;
}
