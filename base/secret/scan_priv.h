/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SCAN_PRIV_H
#define BASE_SECRET_SCAN_PRIV_H

/* The inside of a scan, shared by the files scan*.c. */

#include "base/secret/automaton_priv.h"
#include "base/secret/scan.h"
#include "base/secret/scan_forms_priv.h"

/* A needle is the tail of one or more forms; found, it is extended backwards over each of them. */
struct needle {
    struct str bytes;   /* inside its first form */
    int32_t first_form; /* then along next_form */
};

struct secret_scanner {
    struct form_list forms;
    int32_t *next_form; /* per form: the next one with the same needle, or -1 */
    struct needle *needles;
    size_t needle_count;
    size_t longest_form;
    unsigned char *pairs; /* deep: a bit, by hash, for each three bytes in a row of some form */
    struct automaton automaton;
};

/* A hit in the making: the finds merged so far, and the best single one of them. */
struct find {
    uint64_t from, to;
    int32_t form;
    size_t best_len;
};

struct finds {
    struct find *items; /* in order, disjoint */
    size_t count, capacity;
};

/* A fragment that goes on to where the piece ends: it may go on in the next one. */
struct pending {
    struct find find;
    size_t after; /* bytes of the form's `after` that have matched */
};
struct pendings {
    struct pending *items;
    size_t count, capacity;
};

struct secret_stream {
    const struct secret_scanner *scanner;
    uint32_t state;
    uint64_t base;       /* stream offset of the piece being fed */
    struct str piece;    /* it */
    unsigned char *past; /* the end of what came before it, at most twice the longest form */
    size_t past_len;
    struct finds finds;
    struct pendings pendings;
};

/* Adds a find to those before it, merging what overlaps. None may begin after it. */
void finds_add(const struct secret_scanner *s, struct finds *finds, struct find f);
void finds_done(struct finds *finds); /* for AUTO() */

void stream_end(struct secret_stream *st); /* what is pending has ended */
void stream_done(struct secret_stream *st);

/* Scans one piece as a stream of its own. */
void scan_alone(const struct secret_scanner *s, struct str bytes, struct finds *ret);

/* Adds to finds those that are wrapped into lines. */
void scan_wrapped(const struct secret_scanner *s, struct str bytes, struct finds *finds);
/* The bit set of s->pairs, made once all forms are known. */
void wrap_pairs_make(struct secret_scanner *s);
void wrap_pairs_done(struct secret_scanner *s);

#endif
