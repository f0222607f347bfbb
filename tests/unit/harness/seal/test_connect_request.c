/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/connect_request.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

#define TAIL " HTTP/1.1\r\nHost: x\r\n\r\n"

Test(connect_request, tells_what_is_asked)
{
    static const struct {
        const char *bytes, *host;
        enum connect_found found;
        int port;
    } rows[] = {
        {"CONNECT dbc-1.cloud.databricks.com:443" TAIL, "dbc-1.cloud.databricks.com", CONNECT_TO,
         443},
        {"CONNECT DBC-1.Cloud.Databricks.com.:443" TAIL, "dbc-1.cloud.databricks.com", CONNECT_TO,
         443},
        {"CONNECT [fd00::A]:8443 HTTP/1.0\r\n\r\n", "fd00::a", CONNECT_TO, 8443},
        {"CONNECT 10.0.0.1:65535" TAIL "more", "10.0.0.1", CONNECT_TO, 65535},
        {"GET http://a.example/b?c" TAIL, "a.example", CONNECT_PLAIN, 80},
        {"POST HTTP://u:p@a.example:8080" TAIL, "a.example", CONNECT_PLAIN, 8080},
        {"GET http://a.example#f" TAIL, "a.example", CONNECT_PLAIN, 80},
        {"GET http://[::1]/" TAIL, "::1", CONNECT_PLAIN, 80},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct connect_request r = {0};
        cr_assert_eq(connect_read(str_of(rows[i].bytes), &r), rows[i].found, "%s", rows[i].bytes);
        cr_assert_str_eq(r.host, rows[i].host);
        cr_assert_eq(r.port, rows[i].port);
        cr_assert_str_eq(rows[i].bytes + r.head_len, i == 3 ? "more" : "");
    }
}

Test(connect_request, waits_for_the_end_of_the_head)
{
    struct connect_request r;
    cr_assert_eq(connect_read(STR(""), &r), CONNECT_MORE);
    cr_assert_eq(connect_read(STR("CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n"), &r),
                 CONNECT_MORE);
}

Test(connect_request, refuses_what_no_proxy_understands)
{
    static const char *const rows[] = {
        "CONNECT a.example" TAIL,   /* no port */
        "CONNECT a.example:0" TAIL, /* no such port */
        "CONNECT a.example:65536" TAIL,
        "CONNECT a.example:-1" TAIL,
        "CONNECT a.example:443x" TAIL,
        "CONNECT :443" TAIL,
        "CONNECT .:443" TAIL,
        "CONNECT a b:443" TAIL,
        "CONNECT a/b:443" TAIL,
        "CONNECT [fd00::1:443" TAIL,
        "CONNECT [fd00::1]443" TAIL,
        "CONNECT [a.example]:443 x" TAIL,
        "CONNECT a.example:443 HTTP/2.0\r\n\r\n",
        "CONNECT a.example:443\r\n\r\n",
        "CONNECT  a.example:443" TAIL,
        "GET /path" TAIL,
        "GET https://a.example/" TAIL,
        "GET http:///" TAIL,
        "GET http://a.example:x/" TAIL,
        " http://a.example/" TAIL,
        "\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct connect_request r = {.port = 7};
        cr_assert_eq(connect_read(str_of(rows[i]), &r), CONNECT_BAD, "%s", rows[i]);
        cr_assert_eq(r.port, 7, "nothing is filled in");
    }
    struct connect_request r;
    cr_assert_eq(connect_read(STR("CONNECT a\0.example:443 HTTP/1.1\r\n\r\n"), &r), CONNECT_BAD);
}
