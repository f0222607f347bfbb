/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/wire/scenario.h"
#include "tests/unit/mock/desk/desk.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is accepted can be loaded and asked about. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk *desk;
    struct err err = {0};
    struct scenario scenario;
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_JSON_DOC struct json_doc doc = {0};
    desk = desk != NULL ? desk : desk_new();
    if (yaml_read(str_n((const char *)data, size), "fuzz.yaml", NULL, &doc, &err) < 0) {
        return 0;
    }
    if (scenario_decode(a, &doc, doc.root, &scenario, &err) < 0) {
        ASSERT(err.code != ERR_NONE && err.msg[0] != '\0');
        return 0;
    }
    ASSERT(mock_state_load(desk->state, &scenario, &err) == 0);
    json_free(mock_state_credentials(desk->state));
    json_free(mock_state_canaries(desk->state, &err));
    (void)desk_send(desk, &(struct desk_request){.target = "/.well-known/databricks-config"});
    return 0;
}
