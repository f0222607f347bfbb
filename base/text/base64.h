/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_BASE64_H
#define BASE_TEXT_BASE64_H

/* base64 and base64url (RFC 4648 sections 4 and 5), hex. Decoders are strict: no white space, no
 * missing or wrong padding, no non-zero trailing bits. Output is appended to a buf. */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/str.h"

enum base64_alphabet {
    BASE64_STANDARD, /* + / with padding */
    BASE64_URL       /* - _ without padding (RFC 7515 section 2) */
};

void base64_encode(struct buf *out, struct str bytes, enum base64_alphabet alphabet);
int base64_decode(struct buf *out, struct str text, enum base64_alphabet alphabet,
                  struct err *err) NODISCARD;
void hex_encode(struct buf *out, struct str bytes); /* lower case */
int hex_decode(struct buf *out, struct str text, struct err *err) NODISCARD;

#endif
