/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_rules.h"
#include "mock/http/recorded_error.h"

bool fault_replaces_handler(const struct fault_rule *rule)
{
    const struct scenario_fault *f = &rule->spec;
    return !f->after_handler && (f->status != 0 || f->body != NULL || f->error != NULL);
}

void fault_apply_answer(const struct fault_rule *rule, struct http_req *req,
                        struct http_reply *reply)
{
    const struct scenario_fault *f = &rule->spec;
    if (f->error != NULL) {
        *reply = (struct http_reply){0};
        recorded_error_reply(req, reply, f->error, NULL);
    }
    if (f->body != NULL) {
        reply->body = str_of(arena_strdup(req->arena, f->body));
    }
    if (f->status != 0) {
        reply->status = (int)f->status;
    }
    if (reply->status == 0) {
        reply->status = 200; /* a body alone, in place of the handler's answer */
    }
}

static void header_change(struct http_req *req, struct http_reply *reply, const char *name,
                          const char *value)
{
    if (value[0] == '\0') {
        http_reply_remove_header(reply, name);
    } else {
        http_reply_header(req, reply, name, value);
    }
}

void fault_apply_headers(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply)
{
    const struct scenario_fault *f = &rule->spec;
    if (f->content_type != NULL) {
        header_change(req, reply, "content-type", f->content_type);
    }
    VEC_FOREACH(const struct shape_pair, pair, &f->headers) {
        header_change(req, reply, pair->key, pair->value);
    }
}
