/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_RANDOM_H
#define REFERENCE_RANDOM_H

/* What nobody can guess, and the one-way form of it that PKCE sends first (RFC 7636). */

#include "text.h"

/* 32 random bytes as 43 characters of base64url: 256 bits. NULL when the system has none. */
char *random_text(void);
/* BASE64URL(SHA256(text)), without padding. */
char *sha256_text(const char *text);

#endif
