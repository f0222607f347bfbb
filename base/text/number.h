/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_NUMBER_H
#define BASE_TEXT_NUMBER_H

/* Text to numbers, checked: the whole text must be the number. */

#include "base/core/err.h"
#include "base/core/str.h"

#include <stdint.h>

int parse_int64(struct str text, int64_t min, int64_t max, int64_t *ret, struct err *err) NODISCARD;
/* "250ms", "30s", "10m", "1h", "7d", sums such as "1h30m", fractions such as "2.5s" that come to
 * whole milliseconds; a bare number or a sign is refused. Result in milliseconds. */
int parse_duration_ms(struct str text, int64_t *ret_ms, struct err *err) NODISCARD;
/* "512", "16KiB", "4MiB", "1GiB". Result in bytes. */
int parse_size_bytes(struct str text, int64_t *ret_bytes, struct err *err) NODISCARD;
/* Writes "1h30m", "2.5s", "250ms" the way a person would. out needs 32 bytes. */
const char *format_duration_ms(int64_t ms, char *out, int out_size);

/* A number as JSON writes it (RFC 8259 section 6); beyond the range of a double is an error. Needs
 * the "C" locale's decimal point, which our programs never change. */
int parse_double(struct str text, double *ret, struct err *err) NODISCARD;
/* The shortest text that reads back as the same finite double; whole numbers below 2^53 without
 * fraction or exponent. out needs 32 bytes. */
const char *format_double(double value, char *out, int out_size);

#endif
