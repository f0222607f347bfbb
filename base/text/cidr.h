/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_CIDR_H
#define BASE_TEXT_CIDR_H

/* Internet addresses and ranges of them in text: "192.0.2.7", "10.0.0.0/8", "2001:db8::/32"
 * (RFC 4632 section 3.1, RFC 4291 section 2.3). Pure. */

#include "base/core/str.h"

#include <stdbool.h>

/* An address, or an address and a prefix length that fits it. */
bool cidr_is_valid(struct str range);
/* The address is in the range; false when either cannot be read. An IPv4 address that is mapped
 * into IPv6 (::ffff:192.0.2.7) counts as IPv4. */
bool cidr_contains(struct str range, struct str address);

#endif
