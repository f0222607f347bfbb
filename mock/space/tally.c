/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/space/tally.h"

#include "base/core/xalloc.h"

#include <stdio.h>
#include <stdlib.h>

void tally_done(struct tally *t)
{
    size_t pos = 0;
    for (const struct map_entry *e = map_next(&t->counts, &pos); e != NULL;
         e = map_next(&t->counts, &pos)) {
        free(e->value);
    }
    map_done(&t->counts);
}

void tally_add(struct tally *t, const char *route, int status)
{
    char key[160];
    int len = snprintf(key, sizeof(key), "%s\n%d", route, status);
    struct str k = str_n(key, (size_t)len < sizeof(key) ? (size_t)len : sizeof(key) - 1);
    int64_t *count = map_get(&t->counts, k);
    if (count == NULL) {
        count = xcalloc(1, sizeof(*count));
        map_put(&t->counts, k, count);
    }
    (*count)++;
}

bool tally_next(const struct tally *t, size_t *pos, struct tally_row *ret)
{
    const struct map_entry *e = map_next(&t->counts, pos);
    if (e == NULL) {
        return false;
    }
    long split = str_find(e->key, STR("\n"), 0);
    size_t at = split < 0 ? e->key.len : (size_t)split;
    *ret = (struct tally_row){
        .route = str_slice(e->key, 0, at),
        .status = at < e->key.len ? str_slice(e->key, at + 1, e->key.len) : STR(""),
        .count = *(const int64_t *)e->value,
    };
    return true;
}
