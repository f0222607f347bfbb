/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/session.h"

#include "base/crypto/random.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_seed.h"
#include "mock/statements/handlers_priv.h"
#include "mock/statements/place.h"
#include "mock/query/warehouse.h"

#define OWNER "_owner"

struct json *session_wanted(struct exchange *x, const struct access *a, const char *id,
                            const char *warehouse_id)
{
    struct json *s = object_get(api_objects(a, OBJECTS_SESSIONS), str_of(id));
    if (s == NULL || strcmp(json_get_string(s, OWNER, ""), a->principal->name) != 0) {
        (void)api_refuse(x, a, 404, "RESOURCE_DOES_NOT_EXIST", "The session %s was not found.", id);
        return NULL;
    }
    if (strcmp(json_get_string(s, "warehouse_id", ""), warehouse_id) != 0) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE",
                         "The session %s does not belong to the warehouse %s.", id, warehouse_id);
        return NULL;
    }
    return s;
}

int session_create(struct exchange *x, struct err *err UNUSED)
{
    static const char *const kept[] = {"catalog", "schema"};
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *warehouse_id;
    struct json *warehouse;
    char id[37];
    if (!api_enter(x, API_SQL, &a) || !api_body(x, &a, &body) ||
        ((warehouse_id = statement_place_of(x).warehouse_id) == NULL &&
         (warehouse_id = api_required(x, &a, body.root, "warehouse_id")) == NULL) ||
        (warehouse = warehouse_wanted(x, &a, warehouse_id)) == NULL) {
        return 0;
    }
    (void)warehouse_ready_ms(&a, warehouse);
    struct json *s = json_object();
    (void)rng_uuid(&a.state->rng, id);
    json_set_string(s, "session_id", id);
    json_set_string(s, "warehouse_id", warehouse_id);
    json_set_string(s, OWNER, a.principal->name);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        const char *value = json_get_string(body.root, kept[i], NULL);
        if (value != NULL) {
            json_set_string(s, kept[i], value);
        }
    }
    return api_put(x, &a, OBJECTS_SESSIONS, id, s)
               ? api_reply(x, &a, json_set_string(json_object(), "session_id", id))
               : 0;
}

int session_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const struct statement_place place = statement_place_of(x);
    if (!api_enter(x, API_SQL, &a)) {
        return 0;
    }
    /* Older JDBC drivers and the kernel put it into the query, the Python driver into a body. */
    const char *warehouse_id =
        place.warehouse_id != NULL ? place.warehouse_id : api_param(x, "warehouse_id");
    if (warehouse_id == NULL &&
        (!api_body(x, &a, &body) ||
         (warehouse_id = api_required(x, &a, body.root, "warehouse_id")) == NULL)) {
        return 0;
    }
    const char *id = place.session_id;
    if (session_wanted(x, &a, id, warehouse_id) == NULL) {
        return 0;
    }
    (void)object_remove(api_objects(&a, OBJECTS_SESSIONS), str_of(id));
    return api_done(x, &a);
}
