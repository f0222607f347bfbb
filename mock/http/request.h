/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_REQUEST_H
#define MOCK_HTTP_REQUEST_H

/* One request as it came, and the answer as it is to go. Independent of the server library.
 *
 * Ownership: everything lives in the exchange's arena, which ends when the journal has taken what
 * it keeps. Handlers run to completion on one thread; they never block and never see half a body.
 */

#include "base/core/arena.h"
#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/json/json.h"
#include "base/text/url.h"
#include "base/wire/journal.h"

#include <stdbool.h>
#include <stdint.h>

struct http_field {
    struct str name, value;
};
struct http_fields {
    struct http_field *items;
    size_t count, capacity;
};
bool http_fields_same(const struct http_fields *a, const struct http_fields *b);
/* One block of memory with all texts, for free(). */
struct http_fields *http_fields_copy(const struct http_fields *from) NODISCARD;
size_t http_fields_bytes(const struct http_fields *fields); /* of the names and values */

/* The headers that came with the request before on the same connection. Clients repeat theirs, with
 * a long token among them: the journal then keeps them once. Threads: those of the connection's
 * exchanges, one after the other. */
struct http_head {
    struct http_fields *fields; /* NULL = none, or they are too long */
    uint64_t journal;           /* the store that knows them; 0 = none */
    uint32_t journal_tag;       /* what it knows them by */
};

enum http_framing { FRAMING_NONE, FRAMING_CONTENT_LENGTH, FRAMING_CHUNKED };

struct http_req {
    struct arena *arena;
    struct str method, target;  /* raw, as on the request line */
    struct str path;            /* percent-decoded, without the query */
    struct str query;           /* raw */
    struct url_params params;   /* of the query */
    struct http_fields headers; /* in order; the texts are the listener's, which it keeps until the
                                   exchange is over */
    struct http_head *head;     /* the same ones; NULL = they came for the first time */
    struct str body;
    bool body_cut; /* longer than the listener takes: http_reply_too_large() */
    enum http_framing framing;
    bool tls;
    int64_t connection, connection_request;
    int64_t seq; /* its number in the journal */
    const char
        *request_id;   /* a UUID for x-request-id and "[ReqId: ...]"; set before handlers run */
    struct str source; /* the address of the peer, "" when unknown */
    struct str host;   /* lower case, without port; "" when absent */
    const struct str *captures; /* what the route's {name} parts matched, decoded, in order */
    size_t capture_count;
    struct url_params *form; /* http_req_form() read it; NULL = not yet */
};

const struct http_field *http_req_field(const struct http_req *r, struct str name); /* or NULL */
size_t http_req_field_count(const struct http_req *r, struct str name);
/* Of a literal the compiler knows the length. */
static inline const struct http_field *http_req_header(const struct http_req *r, const char *name)
{
    return http_req_field(r, str_of(name));
}
static inline size_t http_req_header_count(const struct http_req *r, const char *name)
{
    return http_req_field_count(r, str_of(name));
}
/* The body as a form, read once and kept; NULL when it is none or was cut. */
const struct url_params *http_req_form(struct http_req *r);
/* "http://host:port" as the client addressed us, for absolute URLs in documents. */
const char *http_req_origin(const struct http_req *r);

/* How the end of a reply's body is told. */
enum http_reply_framing {
    REPLY_LENGTH,
    REPLY_CHUNKED,     /* with a stream only */
    REPLY_UNTIL_CLOSE, /* with a stream only */
    REPLY_TWO_LENGTHS, /* the wrong one first, then the right one; without a stream only */
    REPLY_BAD_CHUNK    /* chunked, and the second chunk's size is no number */
};

/* A body that is made while it is sent. `read` fills at most `max` bytes and returns how many, or
 * one of these. It is called on the listener's thread. */
#define HTTP_STREAM_LATER 0L /* nothing yet: asked again after http_server_resume() */
#define HTTP_STREAM_END   (-1L)
#define HTTP_STREAM_CUT   (-2L) /* FIN although more was announced */
#define HTTP_STREAM_RESET (-3L) /* RST */
struct http_stream {
    long (*read)(void *context, char *out, size_t max);
    void *context;
};

struct kept_reply;

struct http_reply {
    int status; /* 0 until set */
    struct http_fields headers;
    struct str body; /* with a stream: what it would send, for the journal */
    enum http_reply_framing framing;
    int64_t length_off_by; /* the announced Content-Length is wrong by so much; with a stream only,
                              but for REPLY_TWO_LENGTHS */
    const struct http_stream *stream; /* NULL = the body as it is */
    struct str keep_key;     /* with bytes: it may be kept under this (mock/http/reply_memo.h) */
    struct kept_reply *kept; /* what it is a copy of; NULL = nothing, or it was changed since */
    struct kept_reply *held; /* what its parts may belong to: the exchange lets go of it */
};

/* Setting headers replaces by name; all copy into the exchange's arena. */
void http_reply_header(struct http_req *r, struct http_reply *reply, const char *name,
                       const char *value);
void http_reply_remove_header(struct http_reply *reply, const char *name);
void http_reply_text(struct http_req *r, struct http_reply *reply, int status,
                     const char *content_type, struct str body);
/* Without a copy; the body is empty afterwards. */
void http_reply_take(struct http_req *r, struct http_reply *reply, int status,
                     const char *content_type, struct buf *body_take);
/* 413: what a hook answers when req->body_cut is set. */
void http_reply_too_large(struct http_req *r, struct http_reply *reply);
const struct http_field *http_reply_get_header(const struct http_reply *reply, const char *name);
/* Writes and frees body. content-type: application/json */
void http_reply_json(struct http_req *r, struct http_reply *reply, int status,
                     struct json *body_take);

/* What the handlers find out for the journal while they work. Names are canary names. */
struct http_notes {
    const char *grant, *principal;
    struct journal_credential credential;
    struct str_list issued;
    /* Of what the answer tells all that was left to tell: a table's full name, a statement's text.
     */
    struct str table_told, statement_told;
};

#endif
