/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SCAN_H
#define BASE_SECRET_SCAN_H

/* Finds the canaries of a set in any bytes, in one pass, and replaces them by their markers.
 *
 * Looked for, per canary: the raw value, base64 and base64url at each of the three alignments, hex
 * (either case), percent-encoded (either case of the digits), JSON-escaped, UTF-16LE, reversed.
 * The engine is an Aho-Corasick automaton built once per set: the cost is one table step per byte,
 * whatever the number of canaries. Overlapping finds are merged, the longest wins.
 *
 * Streams: a scan keeps its state between calls, so that a value split over two writes is found;
 * offsets count from the first byte of the stream.
 * Ownership: the scanner copies what it needs of the set (and wipes it). Threads: a built scanner
 * may be used by several threads, each with its own scan. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/secret/secret.h"

#include <stdint.h>

enum secret_encoding {
    ENCODING_RAW,
    ENCODING_BASE64,
    ENCODING_BASE64URL,
    ENCODING_HEX,
    ENCODING_PERCENT,
    ENCODING_JSON,
    ENCODING_UTF16,
    ENCODING_REVERSED
};
const char *secret_encoding_name(enum secret_encoding e); /* "raw", "base64", ... */

struct secret_hit {
    const struct canary *canary; /* borrowed from the set the scanner was built of */
    enum secret_encoding encoding;
    uint64_t offset; /* of the first byte, in the stream */
    size_t len;
};

struct secret_hits {
    struct secret_hit *items;
    size_t count, capacity;
};

struct secret_scanner;

struct secret_scanner *secret_scanner_new(const struct secret_set *set) NODISCARD;
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
