/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/xalloc.h"
#include "mock/http/kept_priv.h"
#include "mock/http/route_priv.h"
#include "mock/http/server_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

/* Ten thousand connections remember theirs. */
#define HEAD_MAX_BYTES ((size_t)8 * 1024)

static struct http_connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static struct str arena_str(struct arena *a, const char *p, size_t len)
{
    return str_n(arena_strndup(a, p != NULL ? p : "", len), len);
}

struct http_connection *connection_new(struct MHD_Connection *mhd, int64_t id)
{
    struct http_connection *c = xcalloc(1, sizeof(*c));
    c->id = id;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
    if (address == NULL) {
        return c;
    }
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof(in));
        (void)inet_ntop(AF_INET, &in.sin_addr, c->source, sizeof(c->source));
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof(in6));
        (void)inet_ntop(AF_INET6, &in6.sin6_addr, c->source, sizeof(c->source));
    }
    return c;
}

void connection_free(struct http_connection *c)
{
    if (c != NULL) {
        free(c->head.fields);
        free(c);
    }
}

struct http_suspended *exchange_new(struct http_server *s, struct MHD_Connection *mhd,
                                    const char *target)
{
    struct http_connection *c = connection_of(mhd);
    struct arena *a = arena_pool_take(&s->arenas);
    struct http_suspended *x = ARENA_NEW(a, struct http_suspended);
    x->server = s;
    x->mhd = mhd;
    x->req.arena = a;
    x->req.target = arena_str(a, target, strlen(target));
    x->req.tls = s->tls;
    x->req.source = STR("");
    if (c != NULL) {
        x->req.source = str_of(c->source); /* the connection outlives its exchanges */
        x->req.connection = c->id;
        x->req.connection_request = ++c->requests;
    }
    buf_init(&x->body, s->max_body_bytes);
    return x;
}

void exchange_free(struct http_suspended *x)
{
    if (x != NULL) {
        struct http_server *s = x->server;
        if (x->prepared != NULL) {
            kept_reply_give_back(x->prepared);
        }
        kept_reply_unref(x->reply.held);
        buf_done(&x->body);
        arena_pool_give(&s->arenas, x->req.arena);
    }
}

static enum MHD_Result header_take(void *context, enum MHD_ValueKind kind, const char *key,
                                   size_t key_size, const char *value, size_t value_size)
{
    (void)kind;
    struct http_req *r = context;
    struct http_field *field = VEC_PUSH(r->arena, &r->headers);
    /* They stay where they are until the library is told that the exchange is over. */
    field->name = str_n(key, key_size);
    field->value = str_n(value != NULL ? value : "", value_size);
    return MHD_YES;
}

/* Whether the connection's last request had the same headers; if not, they are those to come. */
static void head_compare(struct http_connection *c, struct http_req *r)
{
    if (c->head.fields != NULL && http_fields_same(c->head.fields, &r->headers)) {
        r->head = &c->head;
        return;
    }
    bool fits = http_fields_bytes(&r->headers) <= HEAD_MAX_BYTES;
    free(c->head.fields);
    c->head = (struct http_head){.fields = fits ? http_fields_copy(&r->headers) : NULL};
}

/* "Host: NAME:port", the name in lower case; IPv6 literals keep their brackets. */
static struct str host_of(struct arena *a, struct str value)
{
    struct str host = str_trim(value);
    size_t end = host.len;
    while (end > 0 && host.ptr[end - 1] >= '0' && host.ptr[end - 1] <= '9') {
        end--;
    }
    if (end > 0 && host.ptr[end - 1] == ':') {
        host.len = end - 1;
    }
    char *lower = arena_strndup(a, host.ptr != NULL ? host.ptr : "", host.len);
    for (size_t i = 0; i < host.len; i++) {
        if (lower[i] >= 'A' && lower[i] <= 'Z') {
            lower[i] = (char)(lower[i] - 'A' + 'a');
        }
    }
    return str_n(lower, host.len);
}

static enum http_framing framing_of(const struct http_req *r)
{
    if (http_req_header(r, "Transfer-Encoding") != NULL) {
        return FRAMING_CHUNKED;
    }
    return http_req_header(r, "Content-Length") != NULL ? FRAMING_CONTENT_LENGTH : FRAMING_NONE;
}

void exchange_take_head(struct http_suspended *x, const char *method)
{
    struct http_req *r = &x->req;
    r->method = arena_str(r->arena, method, strlen(method));
    (void)MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, header_take, r);
    const struct http_field *host = http_req_header(r, "Host");
    r->host = host_of(r->arena, host != NULL ? host->value : STR(""));
    r->framing = framing_of(r);
    struct http_connection *c = connection_of(x->mhd);
    if (c != NULL) {
        head_compare(c, r);
    }
    r->path = route_segment_decode(r->arena, route_raw_path(r));
    const char *mark = memchr(r->target.ptr, '?', r->target.len);
    if (mark != NULL) {
        size_t from = (size_t)(mark - r->target.ptr) + 1;
        r->query = str_slice(r->target, from, r->target.len);
        struct err ignored = {0};
        /* A query that cannot be read has no parameters; the raw one is in the journal. */
        if (form_parse(r->arena, r->query, &r->params, &ignored) < 0) {
            r->params = (struct url_params){0};
        }
    }
}

void exchange_take_body(struct http_suspended *x)
{
    x->req.body = buf_str(&x->body);
    x->req.body_cut = x->body.truncated;
}
