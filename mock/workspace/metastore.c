/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/access/api.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

int metastore_assignment(struct exchange *x, struct err *err)
{
    struct access a;
    int64_t id;
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    if (parse_int64(str_of(a.workspace->workspace_id), 1, INT64_MAX, &id, err) < 0) {
        return err_wrap(err, "the workspace's id");
    }
    struct json *o = json_object();
    json_set_string(o, "metastore_id", a.workspace->metastore_id);
    json_set_int(o, "workspace_id", id);
    json_set_string(o, "default_catalog_name", "main");
    return api_reply(x, &a, o);
}

int metastore_summary(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_CATALOG, &a)) {
        return 0;
    }
    struct json *o = json_object();
    json_set_string(o, "metastore_id", a.workspace->metastore_id);
    json_set_string(o, "name", "metastore");
    json_set_string(o, "cloud", a.workspace->cloud);
    json_set_string(o, "owner", "account users");
    json_set_int(o, "created_at", a.workspace->created_ms);
    return api_reply(x, &a, o);
}
