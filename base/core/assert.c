/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"

#include <stdio.h>
#include <stdlib.h>

void assert_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "assay: internal error at %s:%d: %s\n", file, line, what);
    fflush(NULL);
    abort();
}
