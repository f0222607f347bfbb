/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net/http_client_priv.h"

void http_collector_init(struct http_collector *c, size_t max_body_bytes)
{
    *c = (struct http_collector){.arena = arena_new()};
    buf_init(&c->body, max_body_bytes > 0 ? max_body_bytes : BUF_DEFAULT_CAP);
}

void http_collector_done(struct http_collector *c)
{
    arena_free(c->arena);
    buf_done(&c->body);
    *c = (struct http_collector){0};
}

static const char *keep(struct http_collector *c, struct str s)
{
    return arena_strndup(c->arena, s.ptr, s.len);
}

bool http_collector_header(struct http_collector *c, struct str line)
{
    c->header_bytes += line.len;
    if (c->header_bytes > HEADERS_MAX_BYTES) {
        c->too_many_headers = true;
        return false;
    }
    if (str_starts(line, STR("HTTP/"))) {
        c->headers.count = 0; /* what came before was a 1xx or a redirect */
        return true;
    }
    struct str text = str_trim(line), name;
    if (text.len == 0) {
        return true;
    }
    if ((line.ptr[0] == ' ' || line.ptr[0] == '\t') && c->headers.count > 0) {
        /* A folded line (RFC 9112 section 5.2): one space instead of the fold. */
        struct http_header *last = &c->headers.items[c->headers.count - 1];
        last->value = arena_printf(c->arena, "%s %.*s", last->value, STR_ARG(text));
        return true;
    }
    struct str value = text;
    (void)str_split(&value, ':', &name);
    value = str_trim(value);
    *VEC_PUSH(c->arena, &c->headers) =
        (struct http_header){.name = keep(c, name), .value = keep(c, value)};
    return true;
}

bool http_collector_body(struct http_collector *c, struct str bytes)
{
    buf_add_str(&c->body, bytes);
    c->body_too_large = c->body.truncated;
    return !c->body_too_large;
}

void http_collector_finish(struct http_collector *c, int status, const char *final_url,
                           struct http_response *ret_response)
{
    *ret_response = (struct http_response){
        .status = status,
        .headers = c->headers.items,
        .header_count = c->headers.count,
        .body = c->body,
        .final_url = arena_strdup(c->arena, final_url),
        .arena = TAKE_PTR(c->arena),
    };
    c->body = (struct buf){0};
}

void http_response_done(struct http_response *r)
{
    arena_free(r->arena);
    buf_done(&r->body);
    *r = (struct http_response){0};
}

const char *http_response_header(const struct http_response *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (str_eq_nocase(str_of(r->headers[i].name), str_of(name))) {
            return r->headers[i].value;
        }
    }
    return NULL;
}
