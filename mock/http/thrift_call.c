/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/thrift_call.h"

#include "base/json/json_read.h"

enum { HEAD_BYTES = 8, NAME_MAX_BYTES = 64, BITS_PER_BYTE = 8 };

struct str thrift_call_name(const struct http_req *req)
{
    static const unsigned char call[] = {0x80, 0x01, 0x00, 0x01};
    struct str body = req->body;
    if (body.len < HEAD_BYTES || memcmp(body.ptr, call, sizeof(call)) != 0) {
        return STR("");
    }
    size_t len = 0;
    for (size_t i = sizeof(call); i < HEAD_BYTES; i++) {
        len = len << BITS_PER_BYTE | (unsigned char)body.ptr[i];
    }
    if (len > NAME_MAX_BYTES || len > body.len - HEAD_BYTES) {
        return STR("");
    }
    return str_slice(body, HEAD_BYTES, HEAD_BYTES + len);
}

static void header_default(struct http_req *req, struct http_reply *reply, const char *name,
                           const char *value)
{
    if (http_reply_get_header(reply, name) == NULL) {
        http_reply_header(req, reply, name, value);
    }
}

void thrift_call_refused(struct http_req *req, struct http_reply *reply)
{
    struct err ignored = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (reply->status < 400 || json_read(reply->body, "answer", NULL, &doc, &ignored) < 0) {
        return;
    }
    const char *message = json_get_string(doc.root, "message", "");
    if (message[0] != '\0') {
        header_default(req, reply, "x-databricks-reason-phrase", message);
        header_default(req, reply, "x-thriftserver-error-message", message);
    }
}
