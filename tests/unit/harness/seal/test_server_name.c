/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/server_name.h"

#include "base/core/buf.h"

#include <criterion/criterion.h>

static void add_vector(struct buf *out, int length_bytes, struct str content)
{
    for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
        buf_add_char(out, (char)(content.len >> shift));
    }
    buf_add_str(out, content);
}

/* A handshake message; name NULL = no server_name extension. */
static void make_hello(struct buf *out, const char *name)
{
    AUTO_BUF struct buf entry = {0}, list = {0}, extensions = {0}, body = {0};
    buf_add_str(&extensions, STR("\x00\x0b\x00\x02\x01\x00"));
    if (name) {
        buf_add_char(&entry, '\0');
        add_vector(&entry, 2, str_of(name));
        add_vector(&list, 2, buf_str(&entry));
        buf_add_str(&extensions, STR("\x00\x00"));
        add_vector(&extensions, 2, buf_str(&list));
    }
    buf_add_str(&body, STR("\x03\x03"));
    for (int i = 0; i < 32; i++) {
        buf_add_char(&body, 'r');
    }
    add_vector(&body, 1, STR("session"));
    add_vector(&body, 2, STR("\x13\x01"));
    add_vector(&body, 1, STR("\x00"));
    add_vector(&body, 2, buf_str(&extensions));
    buf_add_char(out, 1);
    add_vector(out, 3, buf_str(&body));
}

static void make_record(struct buf *out, struct str fragment)
{
    buf_add_str(out, STR("\x16\x03\x01"));
    add_vector(out, 2, fragment);
}

Test(server_name, the_name_of_a_client_hello_is_read_once_it_is_whole)
{
    AUTO_BUF struct buf hello = {0}, bytes = {0};
    char name[SERVER_NAME_SIZE];
    bool is_tls = false;
    make_hello(&hello, "api.example.com");
    make_record(&bytes, buf_str(&hello));
    for (size_t len = 1; len < bytes.len; len++) {
        cr_expect_eq(server_name_read(str_n(bytes.ptr, len), name, &is_tls), SERVER_NAME_MORE);
        cr_expect(is_tls);
        cr_expect_str_eq(name, "");
    }
    cr_expect_eq(server_name_read(buf_str(&bytes), name, &is_tls), SERVER_NAME_TLS);
    cr_expect_str_eq(name, "api.example.com");
}

Test(server_name, a_hello_in_several_records_is_joined)
{
    AUTO_BUF struct buf hello = {0}, bytes = {0};
    char name[SERVER_NAME_SIZE];
    bool is_tls = false;
    make_hello(&hello, "api.example.com");
    make_record(&bytes, str_slice(buf_str(&hello), 0, 3));
    make_record(&bytes, str_slice(buf_str(&hello), 3, 60));
    make_record(&bytes, str_slice(buf_str(&hello), 60, hello.len));
    cr_expect_eq(server_name_read(buf_str(&bytes), name, &is_tls), SERVER_NAME_TLS);
    cr_expect_str_eq(name, "api.example.com");
}

Test(server_name, a_hello_without_or_with_an_odd_name_has_none)
{
    static const char *const names[] = {NULL, "", "two words", "umlaut\xc3\xa4"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO_BUF struct buf hello = {0}, bytes = {0};
        char name[SERVER_NAME_SIZE];
        bool is_tls = false;
        make_hello(&hello, names[i]);
        make_record(&bytes, buf_str(&hello));
        cr_expect_eq(server_name_read(buf_str(&bytes), name, &is_tls), SERVER_NAME_NONE, "%zu", i);
        cr_expect(is_tls);
        cr_expect_str_eq(name, "");
    }
}

Test(server_name, the_host_of_a_request_is_read)
{
    static const struct {
        const char *bytes;
        enum server_name_found found;
        const char *name;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: a.example:80\r\n\r\n", SERVER_NAME_HTTP, "a.example:80"},
        {"GET / HTTP/1.1\r\nHost: a.example:80\r\nA", SERVER_NAME_MORE, "a.example:80"},
        {"GET / HTTP/1.1\r\naccept: x\r\nhOST:b.example\r\n\r\n", SERVER_NAME_HTTP, "b.example"},
        {"GET / HTTP/1.1\r\nHost: a.exam", SERVER_NAME_MORE, ""},
        {"GET / HTTP/1.1\r\nAccept: x\r\n\r\n", SERVER_NAME_NONE, ""},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", SERVER_NAME_NONE, ""},
        {"GET /", SERVER_NAME_MORE, ""},
        {"\x80\x2e\x01", SERVER_NAME_NONE, ""},
        {"", SERVER_NAME_MORE, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[SERVER_NAME_SIZE];
        bool is_tls = true;
        cr_expect_eq(server_name_read(str_of(rows[i].bytes), name, &is_tls), rows[i].found, "%zu",
                     i);
        cr_expect_str_eq(name, rows[i].name);
        cr_expect(!is_tls);
    }
}

Test(server_name, other_records_are_no_hello)
{
    char name[SERVER_NAME_SIZE];
    bool is_tls;
    cr_expect_eq(server_name_read(STR("\x16\x03\x01\x00\x04\x02\x00\x00\x00"), name, &is_tls),
                 SERVER_NAME_NONE);
    cr_expect_eq(server_name_read(STR("\x16\x03\x01\x00\x04\x01\xff\x00\x00"), name, &is_tls),
                 SERVER_NAME_NONE);
    cr_expect_eq(server_name_read(STR("\x16\x03\x01\x00\x00"), name, &is_tls), SERVER_NAME_NONE);
}
