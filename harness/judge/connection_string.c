/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/connection_string.h"

#include <stdint.h>

struct reader {
    struct arena *arena;
    struct str text;
    size_t at;
    struct connection_string *out;
    const char *problem;
};

static int refuse(struct reader *r, size_t at, const char *problem)
{
    r->at = at;
    r->problem = problem;
    return -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static int read_host(struct reader *r)
{
    size_t from = r->at;
    bool bracketed = peek(r) == '[';
    while (r->at < r->text.len) {
        char c = peek(r);
        bool inside = bracketed && (is_hex(c) || c == ':' || c == '[' || c == '.');
        if (!inside && !is_alnum(c) && c != '.' && c != '-' && c != '_') {
            break;
        }
        r->at++;
    }
    if (bracketed && peek(r) != ']') {
        return refuse(r, from, "the address in brackets does not end");
    }
    r->at += bracketed ? 1 : 0;
    if (r->at == from) {
        return refuse(r, from, "there is no host");
    }
    if (peek(r) == '@') {
        return refuse(r, from, "a user name stands before the host");
    }
    r->out->host = str_slice(r->text, from, r->at);
    return 0;
}

static int read_port(struct reader *r)
{
    enum { MOST = 65535 };
    long port = 0;
    if (peek(r) != ':') {
        return 0;
    }
    size_t from = ++r->at;
    while (is_digit(peek(r)) && port <= MOST) {
        port = 10 * port + (peek(r) - '0');
        r->at++;
    }
    if (port < 1 || port > MOST) {
        return refuse(r, from, "this is no port");
    }
    r->out->port = str_slice(r->text, from, r->at);
    return 0;
}

/* «name» or «name:encoding», both quotes two bytes long. */
static size_t marker_len(struct str text, size_t at)
{
    static const struct str open = {"\xc2\xab", 2}, close = {"\xc2\xbb", 2};
    if (!str_starts(str_slice(text, at, text.len), open)) {
        return 0;
    }
    long end = str_find(text, close, at);
    return end < 0 ? 0 : (size_t)end + close.len - at;
}

static int read_value(struct reader *r)
{
    while (r->at < r->text.len && peek(r) != ';') {
        char c = peek(r);
        size_t marker = marker_len(r->text, r->at);
        bool escape = c == '%' && r->at + 2 < r->text.len && is_hex(r->text.ptr[r->at + 1]) &&
                      is_hex(r->text.ptr[r->at + 2]);
        if (marker > 0) {
            r->at += marker;
        } else if (escape) {
            r->at += 3;
        } else if (is_alnum(c) || (c != '\0' && memchr("-._~+=:,!*'()$@", c, 15) != NULL)) {
            r->at++;
        } else {
            return refuse(r, r->at,
                          c == '%' ? "a percent sign without two hexadecimal digits"
                                   : "this character has to be percent-encoded");
        }
    }
    return 0;
}

/* The parameters that Spark itself knows; others become metadata of each call. */
static const char *const known_keys[] = {"token",      "use_ssl",    "user_id",
                                         "user_agent", "session_id", "grpc_max_message_size"};

static const char *key_problem(const struct connection_string *c, struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(known_keys); i++) {
        if (str_eq_nocase(key, str_of(known_keys[i])) && !str_eq_z(key, known_keys[i])) {
            return "this is a parameter of Spark's in another case, which Spark does not know";
        }
    }
    VEC_FOREACH(const struct connection_param, p, c) {
        if (str_eq(p->key, key)) {
            return "this parameter stands there twice";
        }
    }
    return NULL;
}

static bool is_uuid(struct str s)
{
    bool is = s.len == 36;
    for (size_t i = 0; i < s.len && is; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        is = dash ? s.ptr[i] == '-' : is_hex(s.ptr[i]);
    }
    return is;
}

static const char *value_problem(struct str key, struct str value)
{
    if (value.len == 0) {
        return "this parameter has no value";
    }
    if (str_eq_z(key, "use_ssl") && !str_eq_nocase(value, STR("true")) &&
        !str_eq_nocase(value, STR("false"))) {
        return "use_ssl is neither true nor false";
    }
    if (str_eq_z(key, "session_id") && !is_uuid(value)) {
        return "session_id is no UUID";
    }
    for (size_t i = 0; str_eq_z(key, "grpc_max_message_size") && i < value.len; i++) {
        if (!is_digit(value.ptr[i])) {
            return "grpc_max_message_size is no number";
        }
    }
    return NULL;
}

static int read_param(struct reader *r)
{
    struct connection_param p = {.offset = r->at};
    while (is_alnum(peek(r)) || peek(r) == '_' || peek(r) == '-' || peek(r) == '.') {
        r->at++;
    }
    p.key = str_slice(r->text, p.offset, r->at);
    if (p.key.len == 0 || peek(r) != '=') {
        return refuse(r, r->at, "a parameter is written key=value");
    }
    const char *wrong = key_problem(r->out, p.key);
    size_t from = ++r->at;
    if (wrong != NULL) {
        return refuse(r, p.offset, wrong);
    }
    if (read_value(r) < 0) {
        return -1;
    }
    p.value = str_slice(r->text, from, r->at);
    wrong = value_problem(p.key, p.value);
    if (wrong != NULL) {
        return refuse(r, from, wrong);
    }
    *VEC_PUSH(r->arena, r->out) = p;
    return 0;
}

static int read_params(struct reader *r)
{
    if (r->at < r->text.len && peek(r) != '/') {
        return refuse(r, r->at,
                      peek(r) == ';' ? "the parameters begin before the slash of the path"
                                     : "neither a port nor the slash before the parameters");
    }
    r->at += r->at < r->text.len ? 1 : 0;
    while (r->at < r->text.len) {
        if (peek(r) != ';') {
            return refuse(r, r->at, "there is a path, and only `/' is one");
        }
        r->at++;
        if (r->at < r->text.len && read_param(r) < 0) { /* a `;' may end it all */
            return -1;
        }
    }
    return 0;
}

int connection_string_parse(struct arena *a, struct str text, struct connection_string *ret,
                            size_t *ret_bad_offset, const char **ret_problem)
{
    struct reader r = {.arena = a, .text = text, .out = ret};
    static const struct str scheme = {"sc://", 5};
    *ret = (struct connection_string){0};
    *ret_problem = NULL;
    int rc = str_starts(text, scheme) ? 0 : refuse(&r, 0, "it does not begin with sc://");
    r.at = rc == 0 ? scheme.len : 0;
    if (rc < 0 || read_host(&r) < 0 || read_port(&r) < 0 || read_params(&r) < 0) {
        *ret = (struct connection_string){0};
        *ret_bad_offset = r.at;
        *ret_problem = r.problem;
        return -1;
    }
    return 0;
}

struct str connection_param_get(const struct connection_string *c, const char *key)
{
    VEC_FOREACH(const struct connection_param, p, c) {
        if (str_eq_z(p->key, key)) {
            return p->value;
        }
    }
    return STR("");
}
