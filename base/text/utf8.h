/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_UTF8_H
#define BASE_TEXT_UTF8_H

/* UTF-8 (RFC 3629): validity, decoding, encoding. */

#include "base/core/buf.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* True when s is valid UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
 * ret_bad_offset (may be NULL) gets the first offending byte otherwise. */
bool utf8_is_valid(struct str s, size_t *ret_bad_offset);
/* Decodes one code point at the start of s; returns its length in bytes, or 0 when invalid. */
size_t utf8_decode(struct str s, uint32_t *ret_code_point);
void utf8_encode(struct buf *out, uint32_t code_point);
/* Copies s, replacing each invalid byte by U+FFFD. */
void utf8_repair(struct buf *out, struct str s);

#endif
