/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_SECRET_PLANTED_H
#define TESTS_UNIT_BASE_SECRET_PLANTED_H

/* What the scanner's tests plant: encoders written apart from the scanner's own, and noise. */

#include "base/core/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define PLANTED_PAT "dapi5f0c1b7e9a3d4826b1c0ffee12345678"
#define PLANTED_JWT_HEAD                                                                           \
    "eyJraWQiOiJOemJMc1hoOHVEQ2NkLTZNTndYRjRXXzdub1dYRlpBZkhreFpzUkdDOVhzIiwidHlwIjoiYXQrand0Iiwi" \
    "YWxnIjoiUlMyNTYifQ"
#define PLANTED_SIGNATURE_A \
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
#define PLANTED_SIGNATURE_B \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

struct planted_form {
    const char *name; /* the encoding's */
    void (*write)(struct buf *out, struct str value);
    size_t head; /* bytes written before what is to be found */
};

extern const struct planted_form planted_forms[];
extern const size_t planted_form_count;

/* False when this form of the value is the value itself or the form of an earlier row. */
bool planted_form_differs(const struct planted_form *form, struct str value);
void planted_base64(struct buf *out, struct str bytes);
/* Bytes of all kinds from a linear congruential generator. */
void planted_noise(struct buf *out, size_t len, uint64_t seed);

#endif
