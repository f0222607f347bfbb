/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"
#include "mock/fault/fault_apply.h"

#define TOO_LONG_BY  16
#define TOO_SHORT_BY 4
/* What was sent has to be on its way before RST overtakes it. */
#define RESET_PAUSE_MS 20

/* A body on its way out in pieces. Lives in the request's arena. */
struct sending {
    const struct scenario_fault *spec;
    const struct fault_pace *pace;
    struct str body;
    size_t at, limit;
    bool paused, cut;
};

static long sending_end(struct sending *s)
{
    if (!s->cut) {
        return HTTP_STREAM_END;
    }
    switch (s->spec->end) {
    case FAULT_END_HANG:
        s->pace->again_in(s->pace->context, -1);
        return HTTP_STREAM_LATER;
    case FAULT_END_RESET:
        if (!s->paused) {
            s->paused = true;
            s->pace->again_in(s->pace->context, RESET_PAUSE_MS);
            return HTTP_STREAM_LATER;
        }
        return HTTP_STREAM_RESET;
    default:
        return HTTP_STREAM_CUT;
    }
}

static long sending_read(void *context, char *out, size_t max)
{
    struct sending *s = context;
    if (s->at == s->limit) {
        return sending_end(s);
    }
    int64_t pause_ms = s->spec->wire.drip_ms;
    if (pause_ms > 0 && s->at > 0 && !s->paused) {
        s->paused = true;
        s->pace->again_in(s->pace->context, pause_ms);
        return HTTP_STREAM_LATER;
    }
    s->paused = false;
    size_t len = s->limit - s->at;
    len = len < max ? len : max;
    if (pause_ms > 0 && len > (size_t)s->spec->wire.drip_bytes) {
        len = (size_t)s->spec->wire.drip_bytes;
    }
    memcpy(out, s->body.ptr + s->at, len);
    s->at += len;
    return (long)len;
}

static size_t cut_of(const struct scenario_fault_wire *w, size_t len)
{
    size_t at = w->cut_percent > 0
                    ? len / 100 * (size_t)w->cut_percent + len % 100 * (size_t)w->cut_percent / 100
                    : (size_t)w->cut_at;
    return at < len ? at : len;
}

static void stream_begin(const struct scenario_fault *f, struct http_req *req,
                         struct http_reply *reply, const struct fault_pace *pace)
{
    struct sending *s = ARENA_NEW(req->arena, struct sending);
    *s = (struct sending){.spec = f, .pace = pace, .body = reply->body, .limit = reply->body.len};
    s->cut = scenario_fault_cuts(&f->wire) || reply->length_off_by > 0;
    if (scenario_fault_cuts(&f->wire)) {
        s->limit = cut_of(&f->wire, reply->body.len);
    }
    struct http_stream *stream = ARENA_NEW(req->arena, struct http_stream);
    *stream = (struct http_stream){.read = sending_read, .context = s};
    reply->stream = stream;
}

/* The bytes after the first answer, on the same connection: nobody asked for them. */
static void answer_twice(struct http_req *req, struct http_reply *reply)
{
    AUTO_BUF struct buf both = {0};
    buf_add_str(&both, reply->body);
    buf_printf(&both, "HTTP/1.1 %d Again\r\n", reply->status);
    VEC_FOREACH(const struct http_field, field, &reply->headers) {
        buf_printf(&both, "%.*s: %.*s\r\n", STR_ARG(field->name), STR_ARG(field->value));
    }
    buf_printf(&both, "content-length: %zu\r\n\r\n", reply->body.len);
    buf_add_str(&both, reply->body);
    reply->length_off_by = (int64_t)reply->body.len - (int64_t)both.len;
    reply->body = str_n(arena_strndup(req->arena, both.ptr, both.len), both.len);
}

static int64_t short_by(const struct http_reply *reply)
{
    return reply->body.len < TOO_SHORT_BY ? -(int64_t)reply->body.len : -TOO_SHORT_BY;
}

bool fault_apply_sending(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply, const struct fault_pace *pace)
{
    const struct scenario_fault *f = &rule->spec;
    switch (f->wire.framing) {
    case FAULT_FRAMING_CHUNKED:
        reply->framing = REPLY_CHUNKED;
        break;
    case FAULT_FRAMING_UNTIL_CLOSE:
        reply->framing = REPLY_UNTIL_CLOSE;
        break;
    case FAULT_FRAMING_LONG:
        reply->length_off_by = TOO_LONG_BY;
        break;
    case FAULT_FRAMING_SHORT:
        reply->length_off_by = short_by(reply);
        break;
    case FAULT_FRAMING_TWO_LENGTHS:
        reply->framing = REPLY_TWO_LENGTHS;
        reply->length_off_by = short_by(reply);
        return false;
    case FAULT_FRAMING_BAD_CHUNK:
        reply->framing = REPLY_BAD_CHUNK;
        return true;
    case FAULT_FRAMING_TWICE:
        answer_twice(req, reply);
        break;
    default:
        break;
    }
    if (scenario_fault_cuts(&f->wire) || f->wire.drip_ms > 0 || reply->framing != REPLY_LENGTH ||
        reply->length_off_by != 0) {
        stream_begin(f, req, reply, pace);
        return scenario_fault_cuts(&f->wire) || reply->length_off_by > 0;
    }
    return false;
}
