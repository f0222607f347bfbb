/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/automaton_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 3, SKIP_MAX = NEEDLE_MIN - BLOCK + 1, ROW_CHILDREN = 8, ROWS_MAX = UINT16_MAX };

/* By hand rather than by realloc, which may leave a copy of the old states behind. */
static void states_grow(struct automaton *a)
{
    uint32_t capacity = a->capacity ? a->capacity * 2 : 1024;
    ASSERT(capacity > a->capacity);
    struct automaton_state *states = xmalloc(capacity * sizeof(*states));
    if (a->states) {
        memcpy(states, a->states, a->count * sizeof(*states));
        explicit_bzero(a->states, a->count * sizeof(*states));
        free(a->states);
    }
    a->states = states;
    a->capacity = capacity;
}

static uint32_t state_new(struct automaton *a, unsigned char byte, unsigned depth)
{
    if (a->count == a->capacity) {
        states_grow(a);
    }
    a->states[a->count] = (struct automaton_state){
        .needle = NEEDLE_NONE,
        .byte = byte,
        .depth = (unsigned char)depth,
    };
    return a->count++;
}

void automaton_init(struct automaton *a)
{
    *a = (struct automaton){0};
    a->rows = xcalloc(1, sizeof(*a->rows));
    a->row_count = 1;
    state_new(a, 0, 0); /* the root */
}

void automaton_done(struct automaton *a)
{
    if (a->states) {
        explicit_bzero(a->states, a->count * sizeof(*a->states));
        explicit_bzero(a->skips, (size_t)a->skip_mask + 1);
    }
    free(a->states);
    free(a->rows); /* holds numbers of states only */
    free(a->skips);
    *a = (struct automaton){0};
}

/* 0 when there is none: no child is the root. */
static uint32_t child_of(const struct automaton *a, uint32_t state, unsigned char byte)
{
    const struct automaton_state *s = &a->states[state];
    if (s->row != 0 || state == STATE_ROOT) {
        return a->rows[s->row][byte];
    }
    uint32_t child = s->child;
    while (child != 0 && a->states[child].byte != byte) {
        child = a->states[child].sibling;
    }
    return child;
}

static uint32_t child_add(struct automaton *a, uint32_t parent, unsigned char byte)
{
    uint32_t child = state_new(a, byte, a->states[parent].depth + 1u);
    a->states[child].sibling = a->states[parent].child;
    a->states[parent].child = child;
    if (parent == STATE_ROOT) {
        a->rows[0][byte] = child;
    }
    return child;
}

int32_t automaton_add(struct automaton *a, struct str needle, int32_t number)
{
    uint32_t state = STATE_ROOT;
    ASSERT(needle.len >= NEEDLE_MIN && needle.len <= NEEDLE_MAX);
    for (size_t i = 0; i < needle.len; i++) {
        unsigned char byte = (unsigned char)needle.ptr[i];
        uint32_t child = child_of(a, state, byte);
        state = child ? child : child_add(a, state, byte);
    }
    if (a->states[state].needle == NEEDLE_NONE) {
        a->states[state].needle = number;
    }
    return a->states[state].needle;
}

static bool is_crowded(const struct automaton *a, uint32_t state)
{
    uint32_t children = 0;
    for (uint32_t at = a->states[state].child; at != 0 && children < ROW_CHILDREN;
         at = a->states[at].sibling) {
        children++;
    }
    return children == ROW_CHILDREN;
}

/* Tables for the states with many children; once there are, no needle may be added. */
static void rows_make(struct automaton *a)
{
    for (uint32_t state = STATE_ROOT + 1; state < a->count; state++) {
        if (is_crowded(a, state) && a->row_count < ROWS_MAX) {
            a->rows = xrealloc(a->rows, a->row_count + 1, sizeof(*a->rows));
            uint32_t *row = a->rows[a->row_count];
            memset(row, 0, sizeof(*a->rows));
            for (uint32_t at = a->states[state].child; at != 0; at = a->states[at].sibling) {
                row[a->states[at].byte] = at;
            }
            a->states[state].row = (uint16_t)a->row_count++;
        }
    }
}

/* Breadth first, so that what a state falls back to is finished before it. */
static void links_make(struct automaton *a)
{
    uint32_t *queue = xmalloc(a->count * sizeof(*queue));
    uint32_t head = 0, tail = 0;
    queue[tail++] = STATE_ROOT;
    while (head < tail) {
        uint32_t parent = queue[head++];
        for (uint32_t at = a->states[parent].child; at != 0; at = a->states[at].sibling) {
            struct automaton_state *s = &a->states[at];
            s->fail = parent == STATE_ROOT ? STATE_ROOT
                                           : automaton_step(a, a->states[parent].fail, s->byte);
            const struct automaton_state *f = &a->states[s->fail];
            s->ending = f->needle != NEEDLE_NONE ? s->fail : f->ending;
            queue[tail++] = at;
        }
    }
    free(queue);
}

static uint32_t block_hash(const struct automaton *a, const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    uint32_t block = (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16;
    return (block * 0x9e3779b1u >> 14) & a->skip_mask;
}

static void filter_make(struct automaton *a, const struct str *needles, size_t count)
{
    /* 18 bits at most, as the hash has no more; small sets get a table that fits the L1 cache. */
    a->skip_mask = (1u << (count < 1000 ? 15 : count < 4000 ? 17 : 18)) - 1;
    a->skips = xmalloc((size_t)a->skip_mask + 1);
    memset(a->skips, SKIP_MAX, (size_t)a->skip_mask + 1);
    for (size_t n = 0; n < count; n++) {
        for (size_t at = 0; at < SKIP_MAX; at++) {
            unsigned char *skip = &a->skips[block_hash(a, needles[n].ptr + at)];
            size_t distance = SKIP_MAX - 1 - at;
            *skip = distance < *skip ? (unsigned char)distance : *skip;
        }
    }
}

void automaton_finish(struct automaton *a, const struct str *needles, size_t count)
{
    rows_make(a);
    links_make(a);
    filter_make(a, needles, count);
}

size_t automaton_skip(const struct automaton *a, struct str text, size_t at)
{
    while (text.len - at >= NEEDLE_MIN) {
        unsigned char skip = a->skips[block_hash(a, text.ptr + at + NEEDLE_MIN - BLOCK)];
        if (skip == 0) {
            break;
        }
        at += skip;
    }
    return at;
}

uint32_t automaton_step(const struct automaton *a, uint32_t state, unsigned char byte)
{
    for (;;) {
        uint32_t child = child_of(a, state, byte);
        if (child != 0 || state == STATE_ROOT) {
            return child;
        }
        state = a->states[state].fail;
    }
}
