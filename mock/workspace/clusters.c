/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

/* databricks-sdk-py service/compute.py. A cluster takes as long to start and stop as the scenario
 * says of the warehouse. What is missing is a 400 here: libs/testserver of databricks/cli. */

#define CLUSTERS "clusters"

static struct json *wanted(struct exchange *x, const struct access *a, const char *id)
{
    struct json *c = object_get(api_objects(a, CLUSTERS), str_of(id));
    if (c == NULL) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Cluster %s does not exist", id);
        return NULL;
    }
    (void)object_state_settle(c, mock_state_now_ms(a->state));
    return c;
}

int clusters_list(struct exchange *x, struct err *err UNUSED)
{
    static const struct api_page_rule rule = {
        .size_param = "page_size", .min = 0, .max = 100, .ordinary = 20, .most = 100};
    struct access a;
    struct api_page page;
    if (!api_enter(x, API_CLUSTERS, &a) || !api_page_read(x, &a, &rule, &page)) {
        return 0;
    }
    struct object_list *list = api_objects(&a, CLUSTERS);
    size_t pos = 0;
    for (struct json *c; (c = object_next(list, &pos)) != NULL;) {
        (void)object_state_settle(c, mock_state_now_ms(a.state));
    }
    struct json *o = json_object();
    json_set(o, CLUSTERS, api_page_take(x, list, &page, NULL, NULL));
    const char *next = api_page_next(x, list, &page, NULL, NULL);
    json_set_string(o, "next_page_token", next != NULL ? next : "");
    json_set_string(o, "prev_page_token", "");
    return api_reply(x, &a, o);
}

int cluster_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const char *id;
    if (!api_enter(x, API_CLUSTERS, &a) || (id = api_required_param(x, &a, "cluster_id")) == NULL) {
        return 0;
    }
    const struct json *c = wanted(x, &a, id);
    return c != NULL ? api_reply(x, &a, object_view(c)) : 0;
}

static int64_t change_over_ms(const struct access *a)
{
    return mock_state_now_ms(a->state) + a->workspace->behaviour->sql.warehouse_start_ms;
}

int cluster_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *version;
    if (!api_enter(x, API_CLUSTERS, &a) || !api_body(x, &a, &body) ||
        (version = api_required(x, &a, body.root, "spark_version")) == NULL) {
        return 0;
    }
    int64_t number = object_store_number(workspace_store_objects(a.state->workspaces));
    const char *id = arena_printf(x->req->arena, "0101-000000-mock%04lld", (long long)number);
    struct json *c = json_object();
    json_set_string(c, "cluster_id", id);
    json_set_string(c, "cluster_name", json_get_string(body.root, "cluster_name", ""));
    json_set_string(c, "spark_version", version);
    json_set_string(c, "node_type_id", json_get_string(body.root, "node_type_id", ""));
    json_set_int(c, "num_workers", json_get_int(body.root, "num_workers", 0));
    json_set_string(c, "creator_user_name", principal_user_name(a.principal));
    json_set_string(c, "cluster_source", "API");
    json_set_int(c, "start_time", mock_state_now_ms(a.state));
    object_state_begin(c, "PENDING", "RUNNING", change_over_ms(&a));
    struct json *o = json_set_string(json_object(), "cluster_id", id);
    if (!api_put(x, &a, CLUSTERS, id, c)) {
        json_free(o);
        return 0;
    }
    return api_reply(x, &a, o);
}

/* As with the service a deleted cluster stays listed, as TERMINATED. */
int cluster_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *id;
    if (!api_enter(x, API_CLUSTERS, &a) || !api_body(x, &a, &body) ||
        (id = api_required(x, &a, body.root, "cluster_id")) == NULL) {
        return 0;
    }
    struct json *c = wanted(x, &a, id);
    if (c == NULL) {
        return 0;
    }
    object_state_begin(c, "TERMINATING", "TERMINATED", change_over_ms(&a));
    return api_done(x, &a);
}
