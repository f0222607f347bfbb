/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_AUTOMATON_PRIV_H
#define BASE_SECRET_AUTOMATON_PRIV_H

/* Many needles in one pass (Aho, Corasick 1975), for needles of at least 8 bytes.
 *
 * Almost every state of such an automaton has one child, so that children are linked lists (24
 * bytes per state); only the few with many children, next to the root, have a table. Nearly all
 * bytes of ordinary text lead from the root to the root: there a filter over blocks of three bytes
 * (Wu, Manber 1994) skips up to six bytes at a time, without reading them.
 *
 * Ownership: automaton_done() wipes and frees. Threads: reading is free for all once built. */

#include "base/core/str.h"

#include <stdint.h>

enum { NEEDLE_MIN = 8, NEEDLE_MAX = 255, NEEDLE_NONE = -1, STATE_ROOT = 0 };

struct automaton_state {
    uint32_t fail;    /* the longest proper suffix that is a state */
    uint32_t child;   /* the first of them, 0 = none */
    uint32_t sibling; /* 0 = none */
    uint32_t ending; /* the nearest state on the fail path, this one excluded, that ends a needle */
    int32_t needle;  /* that ends here, or NEEDLE_NONE */
    unsigned char byte; /* that leads here */
    unsigned char depth;
    uint16_t row; /* of the table of children, 0 = none */
};

struct automaton {
    struct automaton_state *states;
    uint32_t count, capacity;
    uint32_t (*rows)[256]; /* row 0 is the root's */
    uint32_t row_count;
    unsigned char *skips; /* per hash of a block: how far the next needle is at least */
    uint32_t skip_mask;
};

void automaton_init(struct automaton *a);
void automaton_done(struct automaton *a);
/* Returns the needle's number: the one it got when it was added first, else `number`. */
int32_t automaton_add(struct automaton *a, struct str needle, int32_t number);
/* After the last needle. needles are those added, for the filter. */
void automaton_finish(struct automaton *a, const struct str *needles, size_t count);

/* The next position from `at` on where a needle may start: step from there, from the root. */
size_t automaton_skip(const struct automaton *a, struct str text, size_t at);
uint32_t automaton_step(const struct automaton *a, uint32_t state, unsigned char byte);

#endif
