/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"
#include "mock/access/api.h"
#include "mock/http/recorded_error.h"
#include "mock/workspace/handlers_priv.h"

enum { FLAGS_TTL_S = 900 };

/* No flag is on, telemetry included. */
int noise_feature_flags(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_NOISE, &a)) {
        return 0;
    }
    struct json *o = json_object();
    json_set(o, "flags", json_array());
    json_set_int(o, "ttl_seconds", FLAGS_TTL_S);
    access_reply(x, &a, 200, o);
    return 0;
}

static void take_telemetry(struct exchange *x)
{
    struct err bad = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (json_read(x->req->body, "telemetry", NULL, &doc, &bad) < 0 ||
        json_type(doc.root) != JSON_OBJECT) {
        recorded_error_reply(x->req, x->reply, "malformed-request", NULL);
    } else {
        struct json *o = json_object();
        json_set(o, "errors", json_array());
        json_set_int(o, "numProtoSuccess", (int64_t)json_count(json_get(doc.root, "protoLogs")));
        http_reply_json(x->req, x->reply, 200, o);
    }
    access_service_headers(x);
}

int noise_telemetry(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (api_enter(x, API_NOISE, &a)) {
        take_telemetry(x);
    }
    return 0;
}

int noise_telemetry_unauthenticated(struct exchange *x, struct err *err UNUSED)
{
    access_look(x);
    take_telemetry(x);
    return 0;
}
