/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net/http_client.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "scripted_server.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define OK_BYE   "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye"

static struct arena *arena;
static struct scripted_server server;
static struct http_client *client;

static void set_up(void)
{
    struct err err = {0};
    struct http_client_options options = {.timeout_ms = 20000};
    arena = arena_new();
    server.listen_fd = -1;
    client = http_client_new(&options, &err);
    cr_assert_not_null(client, "%s", err.msg);
}

static void tear_down(void)
{
    http_client_free_ptr(&client); /* first: the server waits for its connections to end */
    scripted_server_done(&server);
    arena_free(arena);
}

TestSuite(http_client, .init = set_up, .fini = tear_down, .timeout = 60);

static void use_client(struct http_client_options options)
{
    struct err err = {0};
    http_client_free(client);
    client = http_client_new(&options, &err);
    cr_assert_not_null(client, "%s", err.msg);
}

static void serve(const char *first, const char *second, const char *third)
{
    server.answers[0] = first;
    server.answers[1] = second;
    server.answers[2] = third;
    scripted_server_start(&server, NULL);
}

static const char *url_of(const char *path)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", server.port, path);
}

static const char *received(int index)
{
    http_client_free_ptr(&client);
    scripted_server_stop(&server);
    return buf_z(&server.requests[index]);
}

static void send_ok(const struct http_request *request, struct http_response *response)
{
    struct err err = {0};
    cr_assert_eq(http_send(client, request, response, &err), 0, "%s", err.msg);
}

/* Sends, forgets the answer, returns the status. */
static int get(const char *url)
{
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&(struct http_request){.method = "GET", .url = url}, &response);
    return response.status;
}

Test(http_client, a_get_sends_only_what_was_asked_for)
{
    serve(OK_EMPTY, NULL, NULL);
    const struct http_header headers[] = {
        {"X-First", "1"}, {"User-Agent", "me"}, {"Accept", "text/plain"}, {"X-Empty", ""}};
    struct http_request request = {
        .method = "GET", .url = url_of("/a?b=c"), .headers = headers, .header_count = 4};
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&request, &response);
    cr_assert_eq(response.status, 200);
    cr_assert_str_eq(received(0),
                     arena_printf(arena,
                                  "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-First: 1\r\n"
                                  "User-Agent: me\r\nAccept: text/plain\r\nX-Empty:\r\n\r\n",
                                  server.port));
}

Test(http_client, methods_and_bodies_go_out_as_given)
{
    static const struct {
        const char *method, *body, *content_type;
        const char *has, *has_not;
    } rows[] = {
        {"POST", "a=1", NULL, "Content-Type: application/x-www-form-urlencoded\r\n", "Expect"},
        {"POST", "{}", "application/json", "Content-Type: application/json\r\n", "urlencoded"},
        {"POST", "", NULL, "Content-Length: 0\r\n", "Content-Type"},
        {"PUT", "xyz", "text/plain", "Content-Length: 3\r\n", "urlencoded"},
        {"PATCH", "p", "text/plain", "Content-Length: 1\r\n", "urlencoded"},
        {"DELETE", "", NULL, "Host: ", "Content-"},
        {"OPTIONS", "", NULL, "Host: ", "Content-"},
        {"GET", "body", "text/plain", "Content-Length: 4\r\n", "urlencoded"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        server.answers[i] = OK_EMPTY;
    }
    scripted_server_start(&server, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_header header = {"Content-Type", rows[i].content_type};
        struct http_request request = {.method = rows[i].method,
                                       .url = url_of("/"),
                                       .headers = &header,
                                       .header_count = rows[i].content_type ? 1 : 0,
                                       .body = str_of(rows[i].body)};
        AUTO_HTTP_RESPONSE struct http_response response = {0};
        send_ok(&request, &response);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *got = received((int)i);
        const char *line = arena_printf(arena, "%s / HTTP/1.1\r\n", rows[i].method);
        cr_expect_eq(strncmp(got, line, strlen(line)), 0, "row %zu: %s", i, got);
        cr_expect_not_null(strstr(got, rows[i].has), "row %zu: %s", i, got);
        cr_expect_null(strstr(got, rows[i].has_not), "row %zu: %s", i, got);
        cr_expect_str_eq(strstr(got, "\r\n\r\n") + 4, rows[i].body, "row %zu: %s", i, got);
    }
    cr_expect_eq(server.connection_count, 1, "one connection serves all");
}

Test(http_client, a_head_expects_no_body)
{
    serve("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", OK_EMPTY, NULL);
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&(struct http_request){.method = "HEAD", .url = url_of("/")}, &response);
    cr_assert_eq(response.body.len, 0u);
    cr_assert_str_eq(http_response_header(&response, "content-length"), "500");
    cr_assert_eq(get(url_of("/")), 200);
}

Test(http_client, headers_of_the_answer_keep_order_names_and_duplicates)
{
    serve("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
          "HTTP/1.1 404 Not Found\r\nX-b: 1\r\nSet-Cookie: a=1\r\nSet-Cookie:  b=2 \r\n"
          "X-Folded: one\r\n  two\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nhi",
          NULL, NULL);
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&(struct http_request){.method = "GET", .url = url_of("/")}, &response);
    static const struct http_header expected[] = {
        {"X-b", "1"},    {"Set-Cookie", "a=1"},   {"Set-Cookie", "b=2"}, {"X-Folded", "one two"},
        {"X-Empty", ""}, {"Content-Length", "2"},
    };
    cr_assert_eq(response.status, 404);
    cr_assert_str_eq(buf_z(&response.body), "hi");
    cr_assert_eq(response.header_count, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        cr_expect_str_eq(response.headers[i].name, expected[i].name);
        cr_expect_str_eq(response.headers[i].value, expected[i].value);
    }
    cr_assert_str_eq(http_response_header(&response, "SET-COOKIE"), "a=1");
    cr_assert_null(http_response_header(&response, "X-Early"));
    cr_assert_str_eq(response.final_url, url_of("/"));
}

Test(http_client, redirects_are_not_followed_unless_asked)
{
    serve("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n", NULL, NULL);
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&(struct http_request){.method = "GET", .url = url_of("/")}, &response);
    cr_assert_eq(response.status, 302);
    cr_assert_str_eq(http_response_header(&response, "Location"), "/next");
    (void)received(0);
    cr_assert_eq(server.request_count, 1);
}

Test(http_client, a_followed_redirect_yields_the_final_answer_only)
{
    serve("HTTP/1.1 302 Found\r\nLocation: /next?x=1\r\nX-Old: 1\r\nContent-Length: 3\r\n\r\nold",
          "HTTP/1.1 200 OK\r\nX-New: 1\r\nContent-Length: 3\r\n\r\nnew", NULL);
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(
        &(struct http_request){
            .method = "POST", .url = url_of("/"), .body = STR("a=1"), .max_redirects = 1},
        &response);
    cr_assert_eq(response.status, 200);
    cr_assert_str_eq(buf_z(&response.body), "new");
    cr_assert_null(http_response_header(&response, "X-Old"));
    cr_assert_str_eq(response.final_url, url_of("/next?x=1"));
    cr_assert_eq(strncmp(received(1), "GET /next?x=1 ", 14), 0, "a 302 turns POST into GET");
}

Test(http_client, too_many_redirects_are_a_limit_error)
{
    const char *loop = "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n";
    struct err err = {0};
    serve(loop, loop, loop);
    struct http_request request = {
        .method = "GET", .url = url_of("/?token=hush"), .max_redirects = 2};
    struct http_response response = {.status = -7};
    cr_assert_eq(http_send(client, &request, &response, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT);
    cr_assert_not_null(strstr(err.msg, "2 times"), "%s", err.msg);
    cr_assert_null(strstr(err.msg, "hush"));
    cr_assert_eq(response.status, -7, "untouched on failure");
}

Test(http_client, a_redirect_to_another_scheme_is_refused)
{
    struct err err = {0};
    serve("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", NULL,
          NULL);
    struct http_request request = {.method = "GET", .url = url_of("/"), .max_redirects = 2};
    struct http_response response;
    cr_assert_eq(http_send(client, &request, &response, &err), -1);
    cr_assert_eq(err.code, ERR_IO);
}

Test(http_client, a_body_beyond_the_cap_is_a_limit_error)
{
    static const struct {
        size_t cap;
        bool fits;
    } rows[] = {{2, false}, {3, true}, {0, true}};
    serve(OK_BYE, OK_BYE, OK_BYE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct http_request request = {
            .method = "GET", .url = url_of("/x?hush"), .max_body_bytes = rows[i].cap};
        AUTO_HTTP_RESPONSE struct http_response response = {0};
        int rc = http_send(client, &request, &response, &err);
        cr_expect_eq(rc, rows[i].fits ? 0 : -1, "cap %zu: %s", rows[i].cap, err.msg);
        cr_expect_eq(err.code, rows[i].fits ? ERR_NONE : ERR_LIMIT);
        cr_expect_null(strstr(err.msg, "hush"));
    }
}

Test(http_client, endless_headers_are_a_limit_error)
{
    AUTO_BUF struct buf answer = {0};
    struct err err = {0};
    buf_add_z(&answer, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 5000; i++) {
        buf_printf(&answer, "X-%d: %080d\r\n", i, i);
    }
    serve(buf_z(&answer), NULL, NULL);
    struct http_request request = {.method = "GET", .url = url_of("/")};
    struct http_response response;
    cr_assert_eq(http_send(client, &request, &response, &err), -1);
    cr_assert_eq(err.code, ERR_LIMIT, "%s", err.msg);
    tear_down(); /* the server still reads `answer` */
    arena = NULL;
}

Test(http_client, silence_is_a_timeout)
{
    struct err err = {0};
    use_client((struct http_client_options){.timeout_ms = 60});
    serve(HANG, NULL, NULL);
    struct http_request request = {.method = "GET", .url = url_of("/slow?hush")};
    struct http_response response;
    int64_t before = monotonic_ms();
    cr_assert_eq(http_send(client, &request, &response, &err), -1);
    cr_assert_eq(err.code, ERR_TIMEOUT);
    cr_assert(monotonic_ms() - before >= 50);
    cr_assert_not_null(strstr(err.msg, "/slow"), "%s", err.msg);
    cr_assert_not_null(strstr(err.msg, "60ms"), "%s", err.msg);
    cr_assert_null(strstr(err.msg, "hush"));
}

Test(http_client, a_refused_connection_names_the_url_without_its_secrets)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(in);
    AUTO_FD int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* never listens */
    cr_assert_eq(bind(bound, (const struct sockaddr *)&in, size), 0);
    cr_assert_eq(getsockname(bound, (struct sockaddr *)&in, &size), 0);
    const char *place = arena_printf(arena, "127.0.0.1:%d/path", ntohs(in.sin_port));
    const char *url = arena_printf(arena, "http://user:hush@%s?code=hush#hush", place);
    struct err err = {0};
    struct http_request request = {.method = "GET", .url = url};
    struct http_response response;
    cr_assert_eq(http_send(client, &request, &response, &err), -1);
    cr_assert_eq(err.code, ERR_IO);
    cr_assert_eq(err.sys_errno, ECONNREFUSED);
    cr_assert_not_null(strstr(err.msg, arena_printf(arena, "http://%s", place)), "%s", err.msg);
    cr_assert_null(strstr(err.msg, "hush"), "%s", err.msg);
    cr_assert_null(strstr(err.msg, "user"), "%s", err.msg);
}

Test(http_client, a_connection_closed_without_an_answer_is_an_io_error)
{
    struct err err = {0};
    serve(CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort", NULL);
    for (int i = 0; i < 2; i++) {
        struct http_request request = {.method = "POST", .url = url_of("/"), .body = STR("x")};
        struct http_response response;
        err = (struct err){0};
        cr_expect_eq(http_send(client, &request, &response, &err), -1);
        cr_expect_eq(err.code, ERR_IO, "%s", err.msg);
    }
}

Test(http_client, what_could_split_a_request_is_refused)
{
    static const struct {
        const char *method, *url, *name, *value;
    } rows[] = {
        {"GET / HTTP/1.1\r\nX:", "http://127.0.0.1:1/", "a", "b"},
        {"", "http://127.0.0.1:1/", "a", "b"},
        {"GET", "http://127.0.0.1:1/", "a\r\nX", "b"},
        {"GET", "http://127.0.0.1:1/", "a:", "b"},
        {"GET", "http://127.0.0.1:1/", "", "b"},
        {"GET", "http://127.0.0.1:1/", "a", "hush\nX: y"},
        {"GET", "http://127.0.0.1:1/", "a", "hush\rX"},
        {"GET", "file:///etc/passwd", "a", "b"},
        {"GET", "127.0.0.1:1", "a", "b"},
        {"GET", "hush@127.0.0.1:1", "a", "b"},
        {"GET", "http://127.0.0.1:1/a b", "a", "b"},
        {"GET", "http://127.0.0.1:99999/", "a", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct http_header header = {rows[i].name, rows[i].value};
        struct http_request request = {
            .method = rows[i].method, .url = rows[i].url, .headers = &header, .header_count = 1};
        struct http_response response;
        cr_expect_eq(http_send(client, &request, &response, &err), -1, "row %zu", i);
        cr_expect_eq(err.code, ERR_INVALID, "row %zu: %s", i, err.msg);
        cr_expect_null(strstr(err.msg, "hush"), "row %zu: %s", i, err.msg);
    }
}

Test(http_client, the_environment_is_not_looked_at)
{
    const char *dir = NULL;
    struct err err = {0};
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-net-", &dir, &err), 0);
    const char *netrc = fs_join(arena, dir, ".netrc");
    cr_assert_eq(fs_write_file(netrc, STR("machine 127.0.0.1 login u password p\n"), 0600, &err),
                 0);
    setenv("HOME", dir, 1);
    setenv("NETRC", netrc, 1);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    serve(OK_BYE, NULL, NULL);
    cr_assert_eq(get(url_of("/")), 200);
    cr_assert_null(strstr(received(0), "Authorization"));
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(http_client, cookies_are_kept_only_when_asked)
{
    for (int on = 0; on < 2; on++) {
        server = (struct scripted_server){.listen_fd = -1};
        use_client((struct http_client_options){.cookies = on == 1});
        serve("HTTP/1.1 200 OK\r\nSet-Cookie: s=1; Path=/\r\nContent-Length: 0\r\n\r\n", OK_EMPTY,
              NULL);
        cr_assert_eq(get(url_of("/")), 200);
        cr_assert_eq(get(url_of("/")), 200);
        cr_assert_eq(strstr(received(1), "Cookie: s=1\r\n") != NULL, on == 1, "%s", received(1));
        scripted_server_done(&server);
    }
}

Test(http_client, a_unix_socket_is_used_whatever_the_host)
{
    const char *dir = NULL;
    struct err err = {0};
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-net-", &dir, &err), 0);
    const char *path = fs_join(arena, dir, "control");
    use_client((struct http_client_options){.unix_socket = path});
    struct http_request request = {.method = "GET", .url = "http://control.invalid/x"};
    struct http_response nothing;
    cr_assert_eq(http_send(client, &request, &nothing, &err), -1);
    cr_assert_eq(err.code, ERR_IO);
    cr_assert_not_null(strstr(err.msg, path), "%s", err.msg);
    server.answers[0] = OK_BYE;
    scripted_server_start(&server, path);
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    send_ok(&request, &response);
    cr_assert_str_eq(buf_z(&response.body), "bye");
    cr_assert_not_null(strstr(received(0), "Host: control.invalid\r\n"));
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(http_client, destructors_accept_nothing)
{
    http_client_free(NULL);
    struct http_response response = {0};
    http_response_done(&response);
    http_response_done(&response);
}
