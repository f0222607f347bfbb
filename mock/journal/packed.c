/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/packed_priv.h"

#include "base/core/assert.h"

static void put_text(struct buf *out, struct str s)
{
    uint32_t len = (uint32_t)s.len;
    buf_add(out, &len, sizeof(len));
    buf_add(out, s.ptr, s.len);
}

static void put_z(struct buf *out, const char *z)
{
    put_text(out, str_of(z));
}

static void put_fields(struct buf *out, const struct http_fields *fields)
{
    VEC_FOREACH(const struct http_field, field, fields) {
        put_text(out, field->name);
        put_text(out, field->value);
    }
}

static struct packed_head head_of(const struct journal_ended *e, int64_t took_ms)
{
    const struct http_req *req = e->req;
    const struct journal_credential *credential = &e->notes->credential;
    return (struct packed_head){
        .begun = e->begun,
        .took_ms = took_ms,
        .connection = req->connection,
        .connection_request = req->connection_request,
        .body_bytes = (int64_t)req->body.len,
        .life_left_ms = credential->life_left_ms,
        .route = e->route,
        .status = e->reply != NULL ? e->reply->status : 0,
        .framing = (unsigned char)req->framing,
        .credential_state = (unsigned char)credential->state,
        .tls = req->tls,
        .has_life = credential->has_life,
        .request_headers = (uint32_t)req->headers.count,
        .reply_headers = e->reply != NULL ? (uint32_t)e->reply->headers.count : 0,
        .issued = (uint32_t)e->notes->issued.count,
    };
}

void pack(struct buf *out, const struct journal_ended *e, int64_t took_ms)
{
    const struct http_req *req = e->req;
    const struct http_notes *notes = e->notes;
    struct packed_head head = head_of(e, took_ms);
    buf_add(out, &head, sizeof(head));
    put_text(out, req->method);
    put_text(out, req->target);
    put_text(out, req->host);
    put_text(out, str_slice(req->body, 0, JOURNAL_BODY_KEPT_BYTES));
    put_text(out,
             e->reply != NULL ? str_slice(e->reply->body, 0, JOURNAL_BODY_KEPT_BYTES) : STR(""));
    put_z(out, notes->grant);
    put_z(out, notes->principal);
    put_z(out, e->fault);
    put_z(out, e->nearest);
    put_z(out, e->end);
    put_z(out, notes->credential.scheme);
    put_z(out, notes->credential.name);
    put_z(out, notes->credential.kind);
    put_fields(out, &req->headers);
    if (e->reply != NULL) {
        put_fields(out, &e->reply->headers);
    }
    VEC_FOREACH(const char *, name, &notes->issued) {
        put_z(out, *name);
    }
}

static struct str take_text(struct str *rest)
{
    uint32_t len = 0;
    ASSERT(rest->len >= sizeof(len));
    memcpy(&len, rest->ptr, sizeof(len));
    *rest = str_n(rest->ptr + sizeof(len), rest->len - sizeof(len));
    ASSERT(rest->len >= len);
    struct str text = str_n(rest->ptr, len);
    *rest = str_n(rest->ptr + len, rest->len - len);
    return text;
}

static void take_fields(struct arena *a, struct str *rest, uint32_t count, struct http_fields *ret)
{
    for (uint32_t i = 0; i < count; i++) {
        struct http_field *field = VEC_PUSH(a, ret);
        field->name = take_text(rest);
        field->value = take_text(rest);
    }
}

void unpack(struct arena *a, struct str bytes, struct unpacked *ret)
{
    memset(ret, 0, sizeof(*ret));
    ASSERT(bytes.len >= sizeof(ret->head));
    memcpy(&ret->head, bytes.ptr, sizeof(ret->head));
    struct str rest = str_n(bytes.ptr + sizeof(ret->head), bytes.len - sizeof(ret->head));
    struct str *const texts[] = {&ret->method,       &ret->target,        &ret->host,
                                 &ret->body,         &ret->reply_body,    &ret->grant,
                                 &ret->principal,    &ret->fault,         &ret->nearest,
                                 &ret->end,          &ret->credential[0], &ret->credential[1],
                                 &ret->credential[2]};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *texts[i] = take_text(&rest);
    }
    take_fields(a, &rest, ret->head.request_headers, &ret->request_headers);
    take_fields(a, &rest, ret->head.reply_headers, &ret->reply_headers);
    for (uint32_t i = 0; i < ret->head.issued; i++) {
        *VEC_PUSH(a, &ret->issued) = take_text(&rest);
    }
}
