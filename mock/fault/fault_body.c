/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_body.h"

#include "base/json/json_read.h"
#include "mock/http/recorded_error.h"

static void body_set(struct http_req *req, struct http_reply *reply, const struct buf *text)
{
    struct str s = buf_str(text);
    reply->body = str_n(arena_strndup(req->arena, s.len > 0 ? s.ptr : "", s.len), s.len);
}

static void body_wrap(struct http_req *req, struct http_reply *reply, const char *before,
                      const char *after)
{
    AUTO_BUF struct buf text = {0};
    buf_add_z(&text, before);
    buf_add_str(&text, reply->body);
    buf_add_z(&text, after);
    body_set(req, reply, &text);
}

static void body_as_string(struct http_req *req, struct http_reply *reply)
{
    AUTO_BUF struct buf text = {0};
    json_write_string(&text, reply->body);
    body_set(req, reply, &text);
}

static void body_twice_each_key(struct http_req *req, struct http_reply *reply)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    if (json_read(reply->body, "body", NULL, &doc, &ignored) < 0 ||
        json_type(doc.root) != JSON_OBJECT) {
        return;
    }
    AUTO_BUF struct buf text = {0};
    buf_add_char(&text, '{');
    JSON_FOREACH(member, doc.root) {
        buf_add_z(&text, text.len > 1 ? "," : "");
        json_write_string(&text, str_of(json_key(member)));
        buf_add_z(&text, ":null,");
        json_write_string(&text, str_of(json_key(member)));
        buf_add_char(&text, ':');
        json_write(&text, member);
    }
    buf_add_char(&text, '}');
    body_set(req, reply, &text);
}

/* 0xFF never occurs in UTF-8 (RFC 3629 section 3). */
static void body_not_utf8(struct http_req *req, struct http_reply *reply)
{
    long colon = str_find(reply->body, STR(":\""), 0);
    size_t at = colon < 0 ? 0 : (size_t)colon + 2;
    AUTO_BUF struct buf text = {0};
    buf_add_str(&text, str_slice(reply->body, 0, at));
    buf_add_char(&text, (char)0xFF);
    buf_add_str(&text, str_slice(reply->body, at, reply->body.len));
    body_set(req, reply, &text);
}

/* A slash that is escaped already stays so. */
static void body_escape_slashes(struct http_req *req, struct http_reply *reply)
{
    AUTO_BUF struct buf text = {0};
    bool escaped = false;
    for (size_t i = 0; i < reply->body.len; i++) {
        char c = reply->body.ptr[i];
        buf_add_z(&text, c == '/' && !escaped ? "\\" : "");
        buf_add_char(&text, c);
        escaped = c == '\\' && !escaped;
    }
    body_set(req, reply, &text);
}

static uint32_t crc32_of(struct str s)
{
    uint32_t crc = 0xFFFFFFFFU;
    for (size_t i = 0; i < s.len; i++) {
        crc ^= (unsigned char)s.ptr[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
        }
    }
    return ~crc;
}

static void add_little_endian(struct buf *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        buf_add_char(out, (char)(value >> (8 * i) & 0xFFU));
    }
}

#define STORED_MAX_BYTES ((size_t)0xFFFF)

/* RFC 1952 round stored blocks of RFC 1951 section 3.2.4: the form matters, not the size. */
static void body_gzip(struct http_req *req, struct http_reply *reply)
{
    static const unsigned char head[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255};
    AUTO_BUF struct buf out = {0};
    buf_add(&out, head, sizeof(head));
    size_t at = 0;
    do {
        size_t left = reply->body.len - at;
        size_t len = left < STORED_MAX_BYTES ? left : STORED_MAX_BYTES;
        buf_add_char(&out, len == left ? 1 : 0);
        add_little_endian(&out, (uint32_t)len, 2);
        add_little_endian(&out, ~(uint32_t)len, 2);
        buf_add_str(&out, str_slice(reply->body, at, at + len));
        at += len;
    } while (at < reply->body.len);
    add_little_endian(&out, crc32_of(reply->body), 4);
    add_little_endian(&out, (uint32_t)reply->body.len, 4);
    body_set(req, reply, &out);
}

static void body_login_page(struct http_req *req, struct http_reply *reply)
{
    int status = reply->status;
    recorded_error_reply(req, reply, "html-login", NULL);
    reply->status = status;
}

void fault_body_change(enum fault_body form, struct http_req *req, struct http_reply *reply)
{
    switch (form) {
    case FAULT_BODY_JSON_ARRAY:
        body_wrap(req, reply, "[", "]");
        break;
    case FAULT_BODY_JSON_STRING:
        body_as_string(req, reply);
        break;
    case FAULT_BODY_NULL:
        reply->body = STR("null");
        break;
    case FAULT_BODY_BOM:
        body_wrap(req, reply, "\xEF\xBB\xBF", "");
        break;
    case FAULT_BODY_WRONG_CHARSET:
        http_reply_header(req, reply, "content-type", "application/json; charset=utf-16");
        break;
    case FAULT_BODY_NOT_UTF8:
        body_not_utf8(req, reply);
        break;
    case FAULT_BODY_DUPLICATE_KEYS:
        body_twice_each_key(req, reply);
        break;
    case FAULT_BODY_TRAILING_GARBAGE:
        body_wrap(req, reply, "", "\n<!-- served by node 7 -->\n");
        break;
    case FAULT_BODY_TRUNCATED_JSON:
        reply->body = str_slice(reply->body, 0, reply->body.len / 2);
        break;
    case FAULT_BODY_ESCAPED_SLASHES:
        body_escape_slashes(req, reply);
        break;
    case FAULT_BODY_EMPTY:
        reply->body = STR("");
        break;
    case FAULT_BODY_NO_CONTENT_TYPE:
        http_reply_remove_header(reply, "content-type");
        break;
    case FAULT_BODY_TEXT_PLAIN:
        http_reply_header(req, reply, "content-type", "text/plain; charset=utf-8");
        break;
    case FAULT_BODY_GZIP_UNMARKED:
        body_gzip(req, reply);
        break;
    case FAULT_BODY_HTML_LOGIN:
        body_login_page(req, reply);
        break;
    case FAULT_BODY_REAL:
    case FAULT_BODY_COUNT:
    default:
        break;
    }
}

static struct json *merged(const struct json *target, const struct json *patch)
{
    if (json_type(patch) != JSON_OBJECT) {
        return json_copy(patch);
    }
    struct json *result = json_type(target) == JSON_OBJECT ? json_copy(target) : json_object();
    JSON_FOREACH(member, patch) {
        const char *key = json_key(member);
        struct json *value =
            json_type(member) != JSON_NULL ? merged(json_get(result, key), member) : NULL;
        (void)json_remove(result, key);
        if (value != NULL) {
            json_set(result, key, value);
        }
    }
    return result;
}

void fault_body_patch(const struct json *patch, struct http_req *req, struct http_reply *reply)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    if (json_read(reply->body, "body", NULL, &doc, &ignored) < 0) {
        return;
    }
    AUTO_JSON struct json *result = merged(doc.root, patch);
    AUTO_BUF struct buf text = {0};
    json_write(&text, result);
    body_set(req, reply, &text);
}
