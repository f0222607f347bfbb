/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/kept_priv.h"
#include "mock/http/server_priv.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

#define STREAM_BLOCK_BYTES 16384

/* Dissolving the association sends RST at once: SO_LINGER alone would let the library's shutdown()
 * send FIN first. */
void connection_reset(int fd)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    (void)connect(fd, &nowhere, sizeof(nowhere));
}

/* What the library keeps back to fill a packet goes now: a pause begins. */
static void connection_flush(const struct http_suspended *x)
{
    int fd = exchange_fd(x), off = 0, on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static ssize_t encrypted_send(const struct http_suspended *x, struct str bytes)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info != NULL ? gnutls_record_send(info->tls_session, bytes.ptr, bytes.len) : -1;
}

/* Past the library, in one go. What a full socket would take only a part of (these are few bytes,
 * and the peer waits for them) could not be followed by anything that makes sense: RST. */
static bool wire_send(const struct http_suspended *x, struct str bytes)
{
    connection_flush(x);
    int fd = exchange_fd(x);
    ssize_t sent = x->server->tls ? encrypted_send(x, bytes)
                                  : send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    bool whole = sent >= 0 && (size_t)sent == bytes.len;
    if (!whole) {
        connection_reset(fd);
    }
    return whole;
}

const char *http_status_text(int status)
{
    return MHD_get_reason_phrase_for((unsigned)status);
}

bool http_server_send_early(struct http_suspended *later, struct str bytes)
{
    return wire_send(later, bytes);
}

static ssize_t on_stream(void *context, uint64_t at, char *out, size_t max)
{
    (void)at;
    struct http_suspended *x = context;
    const struct http_stream *stream = x->reply.stream;
    while (!exchange_is_gone(x)) {
        long got = stream->read(stream->context, out, max);
        if (got > 0) {
            return got;
        }
        switch (got) {
        case HTTP_STREAM_END:
            return MHD_CONTENT_READER_END_OF_STREAM;
        case HTTP_STREAM_LATER:
            connection_flush(x);
            if (exchange_suspend(x)) {
                return 0;
            }
            break;
        case HTTP_STREAM_RESET:
            connection_reset(exchange_fd(x));
            return MHD_CONTENT_READER_END_WITH_ERROR;
        default:
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
    }
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *response_of(struct http_suspended *x)
{
    const struct http_reply *reply = &x->reply;
    if (reply->stream != NULL) {
        bool known = reply->framing == REPLY_LENGTH && reply->length_off_by >= 0;
        uint64_t size =
            known ? (uint64_t)((int64_t)reply->body.len + reply->length_off_by) : MHD_SIZE_UNKNOWN;
        return MHD_create_response_from_callback(size, STREAM_BLOCK_BYTES, on_stream, x, NULL);
    }
    union {
        const char *in;
        void *out; /* the library's parameter is not const; it does not write */
    } body = {.in = reply->body.ptr};
    return MHD_create_response_from_buffer(reply->body.len, body.out, MHD_RESPMEM_PERSISTENT);
}

static void length_add(struct MHD_Response *response, int64_t bytes, enum MHD_ResponseFlags flags)
{
    char text[32];
    (void)snprintf(text, sizeof(text), "%lld", (long long)bytes);
    (void)MHD_set_response_options(response, flags | MHD_RF_INSANITY_HEADER_CONTENT_LENGTH,
                                   MHD_RO_END);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_LENGTH, text);
}

static void response_frame(const struct http_reply *reply, struct MHD_Response *response)
{
    int64_t length = (int64_t)reply->body.len + reply->length_off_by;
    if (reply->framing == REPLY_UNTIL_CLOSE) {
        (void)MHD_set_response_options(response, MHD_RF_HTTP_1_0_SERVER, MHD_RO_END);
    } else if (reply->framing == REPLY_TWO_LENGTHS) {
        length_add(response, length, MHD_RF_NONE);
    } else if (reply->length_off_by < 0) {
        /* A body whose length the library does not know, not chunked: sent until it ends. */
        length_add(response, length, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT);
    }
}

/* The fast way: nothing has changed what was kept, but for the request's id and the date. */
static bool is_whole_copy(const struct http_reply *reply)
{
    return reply->kept != NULL && reply->headers.count == reply->kept->headers.count + 1 &&
           reply->stream == NULL && reply->framing == REPLY_LENGTH;
}

static enum MHD_Result kept_send(struct http_suspended *x)
{
    x->prepared = kept_reply_prepared(x->reply.kept, &x->reply);
    if (x->prepared == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result =
        MHD_queue_response(x->mhd, (unsigned)x->reply.status, x->prepared->response);
    x->answered = result == MHD_YES;
    return result;
}

/* Past the library, which makes no mistakes: then the connection ends. */
static enum MHD_Result bad_chunk_send(const struct http_suspended *x)
{
    const struct http_reply *reply = &x->reply;
    size_t half = reply->body.len / 2;
    AUTO_BUF struct buf out = {0};
    buf_printf(&out, "HTTP/1.1 %d Odd\r\n", reply->status);
    VEC_FOREACH(const struct http_field, field, &reply->headers) {
        buf_printf(&out, "%.*s: %.*s\r\n", STR_ARG(field->name), STR_ARG(field->value));
    }
    buf_add_z(&out, "transfer-encoding: chunked\r\n\r\n");
    if (half > 0) {
        buf_printf(&out, "%zx\r\n", half);
        buf_add_str(&out, str_slice(reply->body, 0, half));
        buf_add_z(&out, "\r\n");
    }
    buf_add_z(&out, "zz\r\n");
    buf_add_str(&out, str_slice(reply->body, half, reply->body.len));
    (void)wire_send(x, buf_str(&out));
    return MHD_NO;
}

enum MHD_Result reply_send(struct http_suspended *x)
{
    const struct http_reply *reply = &x->reply;
    if (reply->framing == REPLY_BAD_CHUNK) {
        return bad_chunk_send(x);
    }
    if (is_whole_copy(reply)) {
        return kept_send(x);
    }
    struct MHD_Response *response = response_of(x);
    if (response == NULL) {
        return MHD_NO;
    }
    VEC_FOREACH(const struct http_field, field, &reply->headers) {
        /* Refused are the framing headers, which the library writes, and illegal bytes. */
        (void)MHD_add_response_header(response, field->name.ptr, field->value.ptr);
    }
    response_frame(reply, response);
    enum MHD_Result result = MHD_queue_response(x->mhd, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    x->answered = result == MHD_YES;
    return result;
}
