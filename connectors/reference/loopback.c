/* SPDX-License-Identifier: Apache-2.0 */
#include "loopback.h"

#include "clock.h"
#include "defects.h"
#include "log.h"
#include "sabotage.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 16384, HEAD_MS = 2000, FORGED_MS = 5000, BACKLOG = 8 };

static int listen_at(const struct sockaddr *address, socklen_t size, int family)
{
    int yes = 1;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
    }
    if (bind(fd, address, size) < 0 || listen(fd, BACKLOG) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Both families: to a browser, localhost may be either. A machine without IPv6 has the one. */
int loopback_open(struct loopback *l, int port, struct failure *f)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    if (defect_is(DEFECT_LISTENS_EVERYWHERE)) {
        v4.sin_addr.s_addr = htonl(INADDR_ANY);
    }
    *l = (struct loopback){.port = port};
    l->fds[0] = listen_at((const struct sockaddr *)&v4, sizeof(v4), AF_INET);
    l->fds[1] = listen_at((const struct sockaddr *)&v6, sizeof(v6), AF_INET6);
    return l->fds[0] >= 0 ? 0
                          : failure_set(f,
                                        "port %d of this machine is taken: another sign-in may be "
                                        "going on; end it or try again",
                                        port);
}

void loopback_close(struct loopback *l)
{
    for (int i = 0; i < 2; i++) {
        if (l->fds[i] >= 0) {
            close(l->fds[i]);
            l->fds[i] = -1;
        }
    }
}

/* The head of one request, NUL-terminated; false when it does not come. */
static bool head_read(int fd, char *head, int64_t deadline_ms)
{
    size_t len = 0;
    while (len < HEAD_MAX) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = deadline_ms - clock_now_ms();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0) {
            return false;
        }
        ssize_t n = read(fd, head + len, HEAD_MAX - len);
        if (n <= 0) {
            return false;
        }
        len += (size_t)n;
        head[len] = '\0';
        if (strstr(head, "\r\n\r\n")) {
            return true;
        }
    }
    return false;
}

static const char page[] =
    "HTTP/1.1 %d %s\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
    "\r\n"
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Acme Connector</title>"
    "</head>\n<body><h1>%s</h1><p>%s</p></body></html>\n";

struct verdict {
    int status;
    const char *reason, *title, *text;
};
static const struct verdict signed_in = {200, "OK", "Signed in",
                                         "You can close this page and go back to the program."};
static const struct verdict refused = {200, "OK", "Not signed in",
                                       "Access was refused. The program tells more."};
static const struct verdict forged = {400, "Bad Request", "Not signed in",
                                      "This answer does not belong to the sign-in that is going "
                                      "on."};
static const struct verdict elsewhere = {404, "Not Found", "Nothing here", "This is no page."};

static void answer_send(int fd, const struct verdict *v, const char *query)
{
    struct text out = {0};
    text_printf(&out, page, v->status, v->reason, v->title, v->text);
    if (defects_on()) {
        sabotage_page(&out, query);
    }
    for (size_t sent = 0; sent < out.len;) {
        ssize_t n = send(fd, out.ptr + sent, out.len - sent, MSG_NOSIGNAL);
        if (n <= 0) {
            break;
        }
        sent += (size_t)n;
    }
    (void)shutdown(fd, SHUT_WR);
    text_done(&out);
}

/* The decoded value; NULL when it is absent, or there twice (RFC 6749 section 3.1). */
static char *param(const char *query, const char *name)
{
    size_t len = strlen(name);
    char *value = NULL;
    int count = 0;
    for (const char *p = query; *p;) {
        size_t piece = strcspn(p, "&");
        if (piece > len && strncmp(p, name, len) == 0 && p[len] == '=' && count++ == 0) {
            struct text raw = {0};
            text_add(&raw, p + len + 1, piece - len - 1);
            for (size_t i = 0; i < raw.len; i++) {
                raw.ptr[i] = raw.ptr[i] == '+' ? ' ' : raw.ptr[i];
            }
            char *plain = curl_easy_unescape(NULL, text_z(&raw), 0, NULL);
            value = string_copy(plain ? plain : "");
            curl_free(plain);
            text_done(&raw);
        }
        p += piece + (p[piece] == '&');
    }
    if (count > 1) {
        secret_free(value);
        value = NULL;
    }
    return value;
}

static bool same(const char *a, const char *b)
{
    size_t len = strlen(b);
    unsigned char differs = 0;
    if (!a || strlen(a) != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) { /* as long for a wrong one as for the right one */
        differs |= (unsigned char)(a[i] ^ b[i]);
    }
    return differs == 0;
}

/* Names the server quotes are not trusted with a terminal. */
static void plain(char *text)
{
    for (char *p = text; p && *p; p++) {
        *p = isprint((unsigned char)*p) ? *p : '?';
    }
}

enum heard { HEARD_NOTHING, HEARD_FORGED, HEARD_CODE, HEARD_END };

/* What an answer to this very request says. */
static enum heard answer_take(int fd, const struct loopback_wanted *wanted, const char *query,
                              char **ret_code, struct failure *f)
{
    char *error = param(query, "error"), *description = param(query, "error_description");
    char *iss = param(query, "iss"), *code = param(query, "code");
    enum heard heard = HEARD_END;
    bool foreign = iss && ((strcmp(iss, wanted->issuer) != 0 && !defect_is(DEFECT_ISS_IGNORED)) ||
                           defect_is(DEFECT_ISS_REFUSED));
    plain(error);
    plain(description);
    if (foreign) {
        failure_set(f, "the sign-in was answered by another server: it is not completed");
        answer_send(fd, &forged, query);
    } else if (error && !defect_is(DEFECT_ERROR_CALLBACK_IGNORED)) {
        failure_set(f, "the sign-in was refused: %.100s%s%.300s", error, description ? ": " : "",
                    description ? description : "");
        answer_send(fd, &refused, query);
    } else if (strstr(query, "x_unknown") && defect_is(DEFECT_EXTRA_PARAMS_REFUSED)) {
        failure_set(f, "the sign-in was answered with more than was asked for");
        answer_send(fd, &forged, query);
    } else if (!code && !error) {
        failure_set(f, "the sign-in was answered without a code");
        answer_send(fd, &refused, query);
    } else {
        *ret_code = string_copy(code ? code : "");
        answer_send(fd, &signed_in, query);
        heard = HEARD_CODE;
    }
    secret_free(code);
    free(iss);
    free(error);
    free(description);
    return heard;
}

static bool host_is_ours(const char *head, int port)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *host = strcasestr(head, "\r\nHost:");
    if (!host) {
        return false;
    }
    host += strlen("\r\nHost:");
    host += strspn(host, " \t");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct text wanted = {0};
        text_printf(&wanted, "%s:%d\r\n", names[i], port);
        bool is = strncasecmp(host, text_z(&wanted), wanted.len) == 0;
        text_done(&wanted);
        if (is) {
            return true;
        }
    }
    return false;
}

static enum heard request_take(const struct loopback *l, int fd, char *head,
                               const struct loopback_wanted *wanted, char **ret_code,
                               struct failure *f)
{
    bool ours = host_is_ours(head, l->port);
    char *target = strncmp(head, "GET ", 4) == 0 ? head + 4 : head + strlen(head);
    target[strcspn(target, " \r\n")] = '\0';
    char *query = strchr(target, '?');
    if (query) {
        *query++ = '\0';
    }
    bool first_decides = defect_is(DEFECT_FIRST_REQUEST_DECIDES);
    if (!ours || ((strcmp(target, wanted->path) != 0 || !query) && !first_decides)) {
        answer_send(fd, &elsewhere, "");
        return HEARD_NOTHING;
    }
    char *state = query ? param(query, "state") : NULL;
    bool right = same(state, wanted->state) || defect_is(DEFECT_STATE_IGNORED) ||
                 defect_is(DEFECT_STATE_ABSENT) || (!state && defect_is(DEFECT_STATE_OPTIONAL));
    free(state);
    if (!right && first_decides) {
        failure_set(f, "the sign-in was answered with another state");
        answer_send(fd, &forged, "");
        return HEARD_END;
    }
    if (!right) {
        log_debug("an answer with another state was turned away");
        answer_send(fd, &forged, "");
        return HEARD_FORGED;
    }
    return answer_take(fd, wanted, query ? query : "", ret_code, f);
}

/* The next connection, or -1 at the deadline. */
static int next_connection(const struct loopback *l, int64_t deadline_ms)
{
    struct pollfd p[2] = {{.fd = l->fds[0], .events = POLLIN}, {.fd = l->fds[1], .events = POLLIN}};
    int64_t left = deadline_ms - clock_now_ms();
    if (left <= 0 || poll(p, 2, (int)left) <= 0) {
        return -1;
    }
    return accept4(p[0].revents ? l->fds[0] : l->fds[1], NULL, NULL, SOCK_CLOEXEC);
}

/* A moment is waited for the same answer, and it is welcomed. */
static void welcome_again(const struct loopback *l, char *head)
{
    enum { AGAIN_MS = 500 };
    int64_t until_ms = clock_now_ms() + AGAIN_MS;
    int fd = next_connection(l, until_ms);
    if (fd >= 0) {
        if (head_read(fd, head, until_ms + AGAIN_MS)) {
            answer_send(fd, &signed_in, "");
        }
        close(fd);
    }
}

int loopback_await(struct loopback *l, const struct loopback_wanted *wanted, char **ret_code,
                   struct failure *f)
{
    char *head = calloc(1, HEAD_MAX + 1);
    int64_t deadline_ms = wanted->deadline_ms;
    enum heard heard = HEARD_NOTHING;
    bool was_forged = false;
    while (head && heard != HEARD_CODE && heard != HEARD_END) {
        int fd = next_connection(l, deadline_ms);
        int64_t now_ms = clock_now_ms();
        if (fd < 0) {
            break;
        }
        int64_t head_ms = now_ms + HEAD_MS < deadline_ms ? now_ms + HEAD_MS : deadline_ms;
        heard = head_read(fd, head, head_ms) ? request_take(l, fd, head, wanted, ret_code, f)
                                             : HEARD_NOTHING;
        if (heard == HEARD_FORGED && !was_forged && now_ms + FORGED_MS < deadline_ms) {
            deadline_ms = now_ms + FORGED_MS; /* whoever sent it must not end it, nor hold it up */
        }
        was_forged = was_forged || heard == HEARD_FORGED;
        close(fd);
    }
    if (heard == HEARD_CODE && defect_is(DEFECT_REPLAY_ANSWERED)) {
        welcome_again(l, head);
    }
    explicit_bzero(head, HEAD_MAX);
    free(head);
    if (heard == HEARD_CODE) {
        return 0;
    }
    return heard == HEARD_END ? -1
           : was_forged
               ? failure_set(f, "the sign-in was answered with another state: it is not completed")
               : failure_set(f, "the sign-in was not completed in time: no answer came from the "
                                "browser");
}
