/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/url.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct {
    const char *text, *scheme, *userinfo, *host;
    int port;
    bool has_port;
    const char *path, *query, *fragment;
} good[] = {
    {"http://h", "http", "", "h", 80, false, "/", "", ""},
    {"HTTPS://ExAmple.COM", "https", "", "example.com", 443, false, "/", "", ""},
    {"https://h:8443/a/b?x=1&y#z", "https", "", "h", 8443, true, "/a/b", "x=1&y", "z"},
    {"https://h:443", "https", "", "h", 443, true, "/", "", ""},
    {"http://h?q", "http", "", "h", 80, false, "/", "q", ""},
    {"http://h#f?g", "http", "", "h", 80, false, "/", "", "f?g"},
    {"http://h/a?b?c#d#e", "http", "", "h", 80, false, "/a", "b?c", "d#e"},
    {"http://u:p@h/", "http", "u:p", "h", 80, false, "/", "", ""},
    {"http://h/@x", "http", "", "h", 80, false, "/@x", "", ""},
    {"http://[::1]:8020/cb", "http", "", "::1", 8020, true, "/cb", "", ""},
    {"http://[FE80::1]", "http", "", "fe80::1", 80, false, "/", "", ""},
    {"http://127.0.0.1/%41", "http", "", "127.0.0.1", 80, false, "/%41", "", ""},
    {"unix+x.y-1://h", "unix+x.y-1", "", "h", 0, false, "", "", ""},
    {"http://h/\xc3\xa9", "http", "", "h", 80, false, "/\xc3\xa9", "", ""},
};

Test(url, parts_are_found)
{
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct url url;
        cr_assert_eq(url_parse(a, str_of(good[i].text), &url, &err), 0, "%s: %s", good[i].text,
                     err.msg);
        cr_expect(str_eq_z(url.scheme, good[i].scheme), "%s", good[i].text);
        cr_expect(str_eq_z(url.userinfo, good[i].userinfo), "%s", good[i].text);
        cr_expect(str_eq_z(url.host, good[i].host), "%s", good[i].text);
        cr_expect_eq(url.port, good[i].port, "%s", good[i].text);
        cr_expect_eq(url.has_port, good[i].has_port, "%s", good[i].text);
        cr_expect(str_eq_z(url.path, good[i].path), "%s", good[i].text);
        cr_expect(str_eq_z(url.query, good[i].query), "%s", good[i].text);
        cr_expect(str_eq_z(url.fragment, good[i].fragment), "%s", good[i].text);
    }
}

Test(url, broken_ones_are_refused)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "not an absolute URL"},
        {"/path", "not an absolute URL"},
        {"//h/x", "not an absolute URL"},
        {"h/x", "not an absolute URL"},
        {"http:/h", "not an absolute URL"},
        {"1http://h", "not an absolute URL"},
        {"://h", "not an absolute URL"},
        {"http://", "without a host"},
        {"http:///x", "without a host"},
        {"http://:80", "without a host"},
        {"http://u@", "without a host"},
        {"http://h:", "port"},
        {"http://h:0", "port"},
        {"http://h:65536", "port"},
        {"http://h:x", "port"},
        {"http://h:-1", "port"},
        {"http://h:80:80", "port"},
        {"http://a b/", "white space"},
        {"http://h/a b", "white space"},
        {"http://h/\n", "white space"},
        {"http://h/\x01", "control"},
        {"http://h/\x7f", "control"},
        {"http://a\\b/", "host"},
        {"http://a@b@c/", "two `@'"},
        {"http://h<x>/", "host"},
        {"http://[::1", "IPv6"},
        {"http://[::g]", "IPv6"},
        {"http://[127.0.0.1]", "IPv6"},
        {"http://[::1]x", "between"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct err err = {0};
        struct url url = {.port = 77};
        cr_expect_eq(url_parse(a, str_of(bad[i].text), &url, &err), -1, "%s", bad[i].text);
        cr_expect(strstr(err.msg, bad[i].message) != NULL, "%s: %s", bad[i].text, err.msg);
        cr_expect_eq(url.port, 77);
    }
}

Test(url, a_nul_byte_is_refused)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct url url;
    cr_expect_eq(url_parse(a, STR("http://h\0.evil/"), &url, &err), -1);
}
