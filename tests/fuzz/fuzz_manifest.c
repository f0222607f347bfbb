/* SPDX-License-Identifier: Apache-2.0 */
/* connector.yaml from any bytes: read, or refused with a place; what is read can be walked. */
#include "base/core/assert.h"
#include "harness/spec/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct manifest *m = NULL;
    struct err err = {0};
    if (manifest_read(a, str_n((const char *)data, size), "fuzz.yaml", &m, &err) < 0) {
        ASSERT(m == NULL);
        ASSERT(err.msg[0] != '\0');
        return 0;
    }
    ASSERT(manifest_mode_set(m) != 0);
    ASSERT(m->drive == DRIVE_EXEC ? m->operations.count > 0 : m->run.argv.count > 0);
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        for (unsigned var = 0; var < VAR_COUNT; var++) {
            bool uses = manifest_uses(m, (enum mode)mode, (enum var)var);
            ASSERT(!uses || var < VAR_POISON_HOST);
        }
    }
    return 0;
}
