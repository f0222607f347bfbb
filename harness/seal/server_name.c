/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/server_name.h"

#include "base/core/buf.h"

#define TLS_HANDSHAKE    22
#define TLS_CLIENT_HELLO 1
#define EXT_SERVER_NAME  0
#define NAME_TYPE_HOST   0
#define MAX_HELLO        ((size_t)16 * 1024)

/* Takes size bytes of big-endian number off the front. */
static bool take_number(struct str *in, size_t size, size_t *ret)
{
    size_t n = 0;
    if (in->len < size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        n = n << 8 | (unsigned char)in->ptr[i];
    }
    *in = str_slice(*in, size, in->len);
    *ret = n;
    return true;
}

static bool take_bytes(struct str *in, size_t count, struct str *ret)
{
    if (in->len < count) {
        return false;
    }
    *ret = str_slice(*in, 0, count);
    *in = str_slice(*in, count, in->len);
    return true;
}

/* A vector with a length of size bytes before it. */
static bool take_vector(struct str *in, size_t size, struct str *ret)
{
    size_t len;
    return take_number(in, size, &len) && take_bytes(in, len, ret);
}

static bool copy_name(struct str name, char out[SERVER_NAME_SIZE])
{
    if (name.len == 0 || name.len >= SERVER_NAME_SIZE) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] <= ' ' || name.ptr[i] > '~') {
            return false;
        }
    }
    memcpy(out, name.ptr, name.len);
    out[name.len] = '\0';
    return true;
}

static bool server_name_extension(struct str data, char out[SERVER_NAME_SIZE])
{
    struct str list, name;
    size_t type;
    return take_vector(&data, 2, &list) && take_number(&list, 1, &type) && type == NAME_TYPE_HOST &&
           take_vector(&list, 2, &name) && copy_name(name, out);
}

static bool hello_name(struct str hello, char out[SERVER_NAME_SIZE])
{
    struct str skipped, extensions;
    if (!take_bytes(&hello, 2 + 32, &skipped) || /* version, random */
        !take_vector(&hello, 1, &skipped) ||     /* session id */
        !take_vector(&hello, 2, &skipped) ||     /* cipher suites */
        !take_vector(&hello, 1, &skipped) ||     /* compression */
        !take_vector(&hello, 2, &extensions)) {
        return false;
    }
    size_t type;
    struct str data;
    while (take_number(&extensions, 2, &type) && take_vector(&extensions, 2, &data)) {
        if (type == EXT_SERVER_NAME) {
            return server_name_extension(data, out);
        }
    }
    return false;
}

/* A hello may be spread over several records. */
static enum server_name_found tls_read(struct str bytes, char out[SERVER_NAME_SIZE])
{
    AUTO_BUF struct buf joined = {0};
    size_t type, version, wanted = 4;
    while (joined.len < wanted) {
        struct str fragment;
        if (!take_number(&bytes, 1, &type) || !take_number(&bytes, 2, &version)) {
            return SERVER_NAME_MORE;
        }
        if (type != TLS_HANDSHAKE || version >> 8 != 3) {
            return SERVER_NAME_NONE;
        }
        if (!take_vector(&bytes, 2, &fragment)) {
            return SERVER_NAME_MORE;
        }
        if (fragment.len == 0) {
            return SERVER_NAME_NONE;
        }
        buf_add_str(&joined, fragment);
        if (joined.len < 4) {
            continue;
        }
        struct str head = buf_str(&joined);
        size_t kind, len;
        if (!take_number(&head, 1, &kind) || !take_number(&head, 3, &len) ||
            kind != TLS_CLIENT_HELLO || len > MAX_HELLO) {
            return SERVER_NAME_NONE;
        }
        wanted = 4 + len;
    }
    return hello_name(str_slice(buf_str(&joined), 4, wanted), out) ? SERVER_NAME_TLS
                                                                   : SERVER_NAME_NONE;
}

/* To the end of the header: what follows Host may tell more (Authorization). */
static enum server_name_found http_read(struct str bytes, char out[SERVER_NAME_SIZE])
{
    struct str rest = bytes, line;
    bool complete = str_find(bytes, STR("\r\n\r\n"), 0) >= 0;
    bool first = true, found = false;
    while (!found && str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        struct str value = line, name;
        if (first && line.len > 0 && (line.ptr[0] < 'A' || line.ptr[0] > 'Z')) {
            return SERVER_NAME_NONE; /* no method begins like this */
        }
        found = !first && rest.ptr && str_split(&value, ':', &name) &&
                str_eq_nocase(name, STR("host")) && copy_name(str_trim(value), out);
        first = false;
    }
    if (!complete) {
        return SERVER_NAME_MORE;
    }
    return found ? SERVER_NAME_HTTP : SERVER_NAME_NONE;
}

enum server_name_found server_name_read(struct str bytes, char out[SERVER_NAME_SIZE],
                                        bool *ret_is_tls)
{
    out[0] = '\0';
    *ret_is_tls = bytes.len > 0 && bytes.ptr[0] == TLS_HANDSHAKE;
    if (bytes.len == 0) {
        return SERVER_NAME_MORE;
    }
    return *ret_is_tls ? tls_read(bytes, out) : http_read(bytes, out);
}
