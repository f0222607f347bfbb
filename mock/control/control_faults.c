/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario.h"
#include "mock/control/control_priv.h"
#include "mock/fault/fault_rules.h"

int control_get_faults(struct exchange *x, struct err *err)
{
    (void)err;
    const struct fault_rules *rules = space_of(x)->faults;
    struct json *list = json_array();
    const struct fault_rule *rule = NULL;
    for (size_t i = 0; (rule = fault_rules_at(rules, i)) != NULL; i++) {
        struct json *o = json_object();
        json_set_string(o, "id", rule->spec.id);
        json_set_int(o, "matched", rule->matched);
        json_set_int(o, "acted", rule->acted);
        json_push(list, o);
    }
    http_reply_json(x->req, x->reply, 200, list);
    return 0;
}

static bool id_is_taken(const struct fault_rules *rules, const char *id)
{
    const struct fault_rule *rule = NULL;
    for (size_t i = 0; id != NULL && (rule = fault_rules_at(rules, i)) != NULL; i++) {
        if (strcmp(rule->spec.id, id) == 0) {
            return true;
        }
    }
    return false;
}

int control_post_faults(struct exchange *x, struct err *err)
{
    (void)err;
    struct fault_rules *rules = space_of(x)->faults;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct scenario_fault fault;
    if (control_body(x, &scenario_fault_shape, &doc, &fault) < 0) {
        return 0;
    }
    if (id_is_taken(rules, fault.id)) {
        control_refuse_text(x, 409, "there is a fault with this id already",
                            "remove it with DELETE /faults/ID, or leave the id out");
        return 0;
    }
    const char *id = NULL;
    struct err refusal = {0};
    const struct router *routes = control_of(x)->backend.routes;
    if (fault_rule_check(routes, &doc, doc.root, &fault, &refusal) < 0 ||
        fault_rules_add(rules, &fault, &id, &refusal) < 0) {
        control_refuse_err(x, &refusal);
        return 0;
    }
    struct json *o = json_object();
    json_set_string(o, "id", id);
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

int control_delete_fault(struct exchange *x, struct err *err)
{
    (void)err;
    struct str id = x->req->captures[0];
    if (!fault_rules_remove(space_of(x)->faults, arena_strndup(x->req->arena, id.ptr, id.len))) {
        control_refuse_text(x, 404, "there is no fault with this id", "GET /faults lists them");
        return 0;
    }
    http_reply_json(x->req, x->reply, 200, json_object());
    return 0;
}

int control_delete_faults(struct exchange *x, struct err *err)
{
    (void)err;
    fault_rules_clear(space_of(x)->faults);
    http_reply_json(x->req, x->reply, 200, json_object());
    return 0;
}

struct release_request {
    const char *id;
};
static const struct shape_field release_fields[] = {
    {.key = "id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct release_request, id),
     .doc = "The fault whose held answers are let go; all when absent."},
};
static const struct shape release_shape = {
    .name = "release",
    .doc = "Which held answers are let go.",
    .size = sizeof(struct release_request),
    .fields = release_fields,
    .field_count = ARRAY_LEN(release_fields),
};

int control_post_release(struct exchange *x, struct err *err)
{
    (void)err;
    const struct control_backend *b = &control_of(x)->backend;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct release_request request = {0};
    if (x->req->body.len > 0 && control_body(x, &release_shape, &doc, &request) < 0) {
        return 0;
    }
    struct json *o = json_object();
    json_set_int(o, "released", b->release(b->engine, space_of(x), request.id));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}
