/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/thrift_call.h"

#include <criterion/criterion.h>

#define HEAD "\x80\x01\x00\x01"

Test(thrift_call, the_name_stands_at_the_head_of_the_body_and_only_there)
{
    static const struct {
        const char *what;
        struct str body;
        const char *name;
    } rows[] = {
        {"a call", {HEAD "\0\0\0\x0bOpenSession\0\0\0\x01", 23}, "OpenSession"},
        {"a name and nothing else", {HEAD "\0\0\0\x0bOpenSession", 19}, "OpenSession"},
        {"no name", {HEAD "\0\0\0\0", 8}, ""},
        {"nothing", {"", 0}, ""},
        {"a head cut short", {HEAD "\0\0\0", 7}, ""},
        {"a name cut short", {HEAD "\0\0\0\x0bOpenSessio", 18}, ""},
        {"a name of no call", {HEAD "\0\0\0\x41", 8 + 0x41}, ""},
        {"a length of 4 GB", {HEAD "\xff\xff\xff\xffOpenSession", 19}, ""},
        {"a reply", {"\x80\x01\x00\x02\0\0\0\x0bOpenSession", 19}, ""},
        {"the form that is not strict", {"\0\0\0\x0bOpenSession\x01\0\0\0\x01", 20}, ""},
    };
    char longest[8 + 0x41] = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_req req = {.body = rows[i].body};
        if (rows[i].body.len == sizeof(longest)) {
            memcpy(longest, HEAD "\0\0\0\x41", 8);
            memset(longest + 8, 'a', 0x41);
            req.body = str_n(longest, sizeof(longest));
        }
        struct str name = thrift_call_name(&req);
        cr_expect(str_eq_z(name, rows[i].name), "%s: %.*s", rows[i].what, STR_ARG(name));
    }
}

static const char *header_of(const struct http_reply *reply, const char *name, struct arena *a)
{
    const struct http_field *f = http_reply_get_header(reply, name);
    return f != NULL ? arena_strndup(a, f->value.ptr, f->value.len) : "";
}

Test(thrift_call, a_refusal_is_told_in_headers_too)
{
    static const struct {
        int status;
        const char *body, *message;
    } rows[] = {
        {403, "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no\"}", "no"},
        {400, "{\"message\":\"at the border\"}", "at the border"},
        {399, "{\"message\":\"below it\"}", ""},
        {200, "{\"message\":\"all is well\"}", ""},
        {500, "{\"message\":\"\"}", ""},
        {500, "{\"error\":\"no message\"}", ""},
        {502, "<html>", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct http_req req = {.arena = a};
        struct http_reply reply = {.status = rows[i].status, .body = str_of(rows[i].body)};
        thrift_call_refused(&req, &reply);
        cr_expect_str_eq(header_of(&reply, "x-databricks-reason-phrase", a), rows[i].message);
        cr_expect_str_eq(header_of(&reply, "x-thriftserver-error-message", a), rows[i].message);
    }
}

Test(thrift_call, what_the_handler_said_in_a_header_stays)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    struct http_reply reply = {.status = 429, .body = STR("{\"message\":\"slow down\"}")};
    http_reply_header(&req, &reply, "X-Databricks-Reason-Phrase", "its own");
    thrift_call_refused(&req, &reply);
    cr_expect_eq(reply.headers.count, 2);
    cr_expect_str_eq(header_of(&reply, "x-databricks-reason-phrase", a), "its own");
    cr_expect_str_eq(header_of(&reply, "x-thriftserver-error-message", a), "slow down");
}
