/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/suggest.h"

#include "base/core/buf.h"

enum { MAX_WORD = 64, MAX_LISTED = 16 };

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertion, deletion, replacement and swap of neighbours cost one. */
static size_t distance(struct str a, struct str b)
{
    size_t rows[3][MAX_WORD + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        before[j] = above[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1;
            row[j] = min_size(min_size(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1]) {
                row[j] = min_size(row[j], before[j - 2] + 1);
            }
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b.len];
}

const char *suggest(struct str typed, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t limit = typed.len >= 6 ? typed.len / 3 : 1;
    size_t best_distance = limit + 1;
    if (typed.len == 0 || typed.len > MAX_WORD) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct str c = str_of(candidates[i]);
        if (c.len > MAX_WORD || c.len > typed.len + limit || typed.len > c.len + limit) {
            continue;
        }
        size_t d = distance(typed, c);
        bool something_in_common = d < (c.len > typed.len ? c.len : typed.len);
        if (d < best_distance && something_in_common) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}

void suggest_hint(struct err *err, struct str typed, const char *const *candidates, size_t count)
{
    const char *near = suggest(typed, candidates, count);
    if (near) {
        err_hint(err, "did you mean `%s'?", near);
        return;
    }
    if (count == 0 || count > MAX_LISTED) {
        return;
    }
    AUTO_BUF struct buf list = {0};
    for (size_t i = 0; i < count; i++) {
        buf_printf(&list, "%s%s", i ? ", " : "", candidates[i]);
    }
    err_hint(err, "known: %s", buf_z(&list));
}
