/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"
#include "mock/http/request.h"

#define USUAL_BODY_BYTES ((size_t)1500)

static struct str text_copy(struct arena *a, struct str s)
{
    return str_n(arena_strndup(a, s.ptr != NULL ? s.ptr : "", s.len), s.len);
}

static struct http_field *reply_field(const struct http_reply *reply, const char *name)
{
    struct str wanted = str_of(name);
    VEC_FOREACH(struct http_field, field, &reply->headers) {
        if (str_eq_nocase(field->name, wanted)) {
            return field;
        }
    }
    return NULL;
}

const struct http_field *http_reply_get_header(const struct http_reply *reply, const char *name)
{
    return reply_field(reply, name);
}

void http_reply_header(struct http_req *r, struct http_reply *reply, const char *name,
                       const char *value)
{
    struct http_field *field = reply_field(reply, name);
    reply->kept = NULL;
    if (field == NULL) {
        field = VEC_PUSH(r->arena, &reply->headers);
        field->name = text_copy(r->arena, str_of(name));
    }
    field->value = text_copy(r->arena, str_of(value));
}

void http_reply_remove_header(struct http_reply *reply, const char *name)
{
    struct http_field *field = reply_field(reply, name);
    if (field == NULL) {
        return;
    }
    reply->kept = NULL;
    size_t index = (size_t)(field - reply->headers.items);
    reply->headers.count--;
    memmove(field, field + 1, (reply->headers.count - index) * sizeof(*field));
}

void http_reply_text(struct http_req *r, struct http_reply *reply, int status,
                     const char *content_type, struct str body)
{
    reply->kept = NULL;
    reply->status = status;
    reply->body = text_copy(r->arena, body);
    http_reply_header(r, reply, "content-type", content_type);
}

void http_reply_take(struct http_req *r, struct http_reply *reply, int status,
                     const char *content_type, struct buf *body_take)
{
    size_t len;
    char *bytes = buf_take(body_take, &len);
    arena_own(r->arena, bytes);
    reply->kept = NULL;
    reply->status = status;
    reply->body = str_n(bytes, len);
    http_reply_header(r, reply, "content-type", content_type);
}

void http_reply_json(struct http_req *r, struct http_reply *reply, int status,
                     struct json *body_take)
{
    AUTO_BUF struct buf out = {0};
    buf_reserve(&out, USUAL_BODY_BYTES);
    json_write(&out, body_take);
    json_free(body_take);
    http_reply_text(r, reply, status, "application/json", buf_str(&out));
}

void http_reply_too_large(struct http_req *r, struct http_reply *reply)
{
    http_reply_text(r, reply, 413, "text/plain; charset=utf-8", STR("Request body is too large\n"));
    http_reply_header(r, reply, "connection", "close");
}
