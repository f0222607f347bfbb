/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SCAN_H
#define BASE_SECRET_SCAN_H

/* Finds the canaries of a set in any bytes, in one pass, and replaces them by their markers.
 *
 * Looked for, per canary: the raw value; base64 and base64url at each of the three alignments (the
 * characters that come from the secret alone); hex, lower or upper; percent-encoded, either case
 * of the digits: each byte, or all but the unreserved ones, a space as %20 or +; JSON-escaped as
 * common writers do it (\/, \u003c for < > & and the like, non-ASCII as \uXXXX, everything as
 * \uXXXX); UTF-16, either order of bytes; reversed. A form shorter than 8 bytes is not looked for.
 *
 * A deep scanner (secret_scanner_new_deep) also finds
 *   fragments: any part of the raw value of 12 bytes and more, wherever it was cut; of a JWT, of
 * its signature; forms that are wrapped: with line ends, and blanks after them, between any of
 * their characters. By secret_scan and secret_redact only; a stream would have to be held back.
 *
 * Long forms: what the engine looks for is a form's needle, its last 64 bytes. The end is what
 * tells tokens apart: JWTs of one issuer share their beginning, their signatures differ. From a
 * needle a find is extended backwards as long as the bytes are the form's. Hence:
 *   found: the whole form; its end (such as a JWT's last segment) if it has the needle; any part of
 *     the form that ends where the form ends and is 64 bytes or longer, with its real length.
 *   not found: the first two segments of a JWT alone; a part without the needle of an encoded form;
 *     forms mixed in case; several encodings on top of each other (base64 of hex). A reversed value
 *     only as a whole.
 *
 * Overlapping finds are merged into one hit that covers all of them (redaction leaves nothing of
 * any) and is attributed to the longest; of equally long ones to the first encoding of the enum,
 * then to the canary added first. So of two canaries, one inside the other, the outer is named.
 *
 * Cost: the engine is an Aho-Corasick automaton built once per set, with a filter in front that
 * skips what cannot start a needle: a table step per byte at most, whatever the number of
 * canaries, plus the extension per find. Memory: about 24 KiB per canary, and its forms (some 30
 * times the length of the value); with fragments 40 bytes more per byte of the value.
 *
 * Streams: a scan keeps its state and the bytes that a form may have before its needle, so that
 * hits are the same however the stream is cut; offsets count from the first byte of the stream.
 * Ownership: the scanner copies what it needs of the set (and wipes it); canaries stay borrowed
 * from the set, which may grow meanwhile but has to outlive scanner and hits. Threads: a built
 * scanner may be used by several threads, each with its own scan. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/secret/secret.h"

#include <stdint.h>

#define SECRET_NEEDLE_MAX   64
#define SECRET_FRAGMENT_MIN 12

enum secret_encoding {
    ENCODING_RAW,
    ENCODING_BASE64,
    ENCODING_BASE64URL,
    ENCODING_HEX,
    ENCODING_PERCENT,
    ENCODING_JSON,
    ENCODING_UTF16,
    ENCODING_REVERSED,
    ENCODING_FRAGMENT /* a part of the raw value */
};
const char *secret_encoding_name(enum secret_encoding e); /* "raw", "base64", ... */

struct secret_hit {
    const struct canary *canary; /* borrowed from the set the scanner was built of */
    enum secret_encoding encoding;
    uint64_t offset; /* of the first byte, in the stream */
    size_t len;      /* of all that is covered */
};

struct secret_hits {
    struct secret_hit *items;
    size_t count, capacity;
};

struct secret_scanner;

struct secret_scanner *secret_scanner_new(const struct secret_set *set) NODISCARD;
/* One that finds fragments and wrapped forms as well. */
struct secret_scanner *secret_scanner_new_deep(const struct secret_set *set) NODISCARD;
void secret_scanner_free(struct secret_scanner *s);

/* One piece of bytes. Hits in order of offset, without overlaps. */
void secret_scan(const struct secret_scanner *s, struct arena *a, struct str bytes,
                 struct secret_hits *ret_hits);
/* The same, writing bytes to out with each hit replaced by «name» (raw) or «name:base64». */
void secret_redact(const struct secret_scanner *s, struct arena *a, struct str bytes,
                   struct buf *out, struct secret_hits *ret_hits);

/* A stream in pieces of any size. */
struct secret_stream;
struct secret_stream *secret_stream_new(const struct secret_scanner *s) NODISCARD;
void secret_stream_feed(struct secret_stream *st, struct str bytes);
/* Ends the stream; hits are copied into the arena. */
void secret_stream_finish_free(struct secret_stream *st, struct arena *a,
                               struct secret_hits *ret_hits);

/* "«name»" or "«name:base64»" as redaction writes it. */
void secret_marker(struct buf *out, const struct canary *canary, enum secret_encoding encoding);

#endif
