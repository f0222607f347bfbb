/* SPDX-License-Identifier: Apache-2.0 */
#include "defects.h"

#include <string.h>

struct defect_row {
    const char *name, *doc;
};
#define DEFECT_ROW(name, text, doc) {text, doc},
static const struct defect_row rows[DEFECT_COUNT] = {{"", ""}, DEFECT_TABLE(DEFECT_ROW)};
#undef DEFECT_ROW

/* Set once before anything else happens, read everywhere. */
static enum defect chosen = DEFECT_NONE;

int defects_choose(const char *name)
{
    for (int i = DEFECT_NONE; i < DEFECT_COUNT; i++) {
        if (strcmp(name ? name : "", rows[i].name) == 0) {
            chosen = (enum defect)i;
            return 0;
        }
    }
    fprintf(stderr, "reference-connector: no defect is named %s; --defects lists them\n", name);
    return -1;
}

bool defect_is(enum defect d)
{
    return chosen == d;
}

bool defects_on(void)
{
    return chosen != DEFECT_NONE;
}

void defects_print(FILE *out)
{
    for (int i = DEFECT_NONE + 1; i < DEFECT_COUNT; i++) {
        fprintf(out, "%-34s %s\n", rows[i].name, rows[i].doc);
    }
}
