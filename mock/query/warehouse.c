/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/warehouse.h"

#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/state/workspace_store.h"

#define READY_MS "_ready_ms"

struct json *warehouse_wanted(struct exchange *x, const struct access *a, const char *id)
{
    struct json *w = object_get(api_objects(a, OBJECTS_WAREHOUSES), str_of(id));
    if (w == NULL) {
        (void)api_refuse(x, a, 404, "RESOURCE_DOES_NOT_EXIST", "SQL warehouse %s does not exist.",
                         id);
        return NULL;
    }
    (void)object_state_settle(w, mock_state_now_ms(a->state));
    return w;
}

static void start(const struct access *a, struct json *w)
{
    int64_t ready_ms =
        mock_state_now_ms(a->state) + a->workspace->behaviour->sql.warehouse_start_ms;
    object_state_begin(w, "STARTING", "RUNNING", ready_ms);
    json_set_int(w, READY_MS, ready_ms);
}

int64_t warehouse_ready_ms(const struct access *a, struct json *w)
{
    int64_t now_ms = mock_state_now_ms(a->state);
    const char *state = object_state_settle(w, now_ms);
    if (strcmp(state, "RUNNING") == 0) {
        return now_ms;
    }
    if (strcmp(state, "STARTING") != 0) {
        start(a, w);
    }
    return json_get_int(w, READY_MS, now_ms);
}
