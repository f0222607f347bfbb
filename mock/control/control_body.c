/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/control/control_priv.h"

void control_refuse_text(struct exchange *x, int status, const char *error, const char *hint)
{
    struct json *body = json_object();
    json_set_string(body, "error", error);
    json_set_string(body, "hint", hint);
    http_reply_json(x->req, x->reply, status, body);
}

void control_refuse(struct exchange *x, int status, const struct err *err)
{
    const char *text = err->line > 0 ? arena_printf(x->req->arena, "%s:%d:%d: %s", err->file,
                                                    err->line, err->column, err->msg)
                                     : err->msg;
    control_refuse_text(x, status, text, err->hint);
}

void control_refuse_err(struct exchange *x, const struct err *err)
{
    control_refuse(x, err->code == ERR_NOT_FOUND ? 404 : 400, err);
}

int control_body_doc(struct exchange *x, struct json_doc *doc)
{
    struct err err = {0};
    if (x->req->body.len == 0) {
        control_refuse_text(x, 400, "the request has no body", "send a JSON object");
        return -1;
    }
    if (json_read(x->req->body, "body", NULL, doc, &err) < 0) {
        control_refuse(x, 400, &err);
        return -1;
    }
    return 0;
}

int control_body(struct exchange *x, const struct shape *shape, struct json_doc *doc, void *ret)
{
    struct err err = {0};
    if (control_body_doc(x, doc) < 0) {
        return -1;
    }
    if (shape_decode(x->req->arena, doc, doc->root, shape, ret, &err) < 0) {
        control_refuse(x, 400, &err);
        return -1;
    }
    return 0;
}
