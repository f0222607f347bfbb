/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/connection_string.h"

#include <criterion/criterion.h>

struct row {
    const char *text;
    long bad; /* offset; -1 = accepted */
    const char *says;
};

Test(connection_string, what_spark_reads_is_read_and_nothing_else)
{
    static const struct row rows[] = {
        {"sc://host", -1, NULL},
        {"sc://host/", -1, NULL},
        {"sc://host:15002/;", -1, NULL},
        {"sc://spark-alice_b.berdl.kbase.us:443/;token=abc;use_ssl=true", -1, NULL},
        {"sc://[2001:db8::1]:443/;use_ssl=FALSE", -1, NULL},
        {"sc://h/;token=«kbase_token»;x-kbase-token=a%2Fb", -1, NULL},
        {"sc://h/;session_id=00112233-4455-6677-8899-aabbccddeeff;grpc_max_message_size=9", -1,
         NULL},
        {"", 0, "sc://"},
        {"SC://host", 0, "sc://"},
        {"https://host/;token=a", 0, "sc://"},
        {"sc://", 5, "no host"},
        {"sc://:443/", 5, "no host"},
        {"sc://user@host", 5, "user name"},
        {"sc://[::1/;a=b", 5, "does not end"},
        {"sc://h:/;a=b", 7, "no port"},
        {"sc://h:65536", 7, "no port"},
        {"sc://h;token=a", 6, "before the slash"},
        {"sc://h?token=a", 6, "neither a port nor"},
        {"sc://h/sql;token=a", 7, "there is a path"},
        {"sc://h/;token", 13, "key=value"},
        {"sc://h/;=a", 8, "key=value"},
        {"sc://h/;token=", 14, "no value"},
        {"sc://h/;Token=a", 8, "another case"},
        {"sc://h/;a=b;USE_SSL=true", 12, "another case"},
        {"sc://h/;a=b;a=c", 12, "twice"},
        {"sc://h/;token=a/b", 15, "percent-encoded"},
        {"sc://h/;token=a b", 15, "percent-encoded"},
        {"sc://h/;token=a%4", 15, "two hexadecimal digits"},
        {"sc://h/;token=«", 14, "percent-encoded"},
        {"sc://h/;use_ssl=yes", 16, "neither true nor false"},
        {"sc://h/;session_id=1", 19, "no UUID"},
        {"sc://h/;grpc_max_message_size=4m", 30, "no number"},
    };
    AUTO_ARENA struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct connection_string c;
        size_t bad = 0;
        const char *problem = NULL;
        int rc = connection_string_parse(a, str_of(rows[i].text), &c, &bad, &problem);
        cr_expect_eq(rc, rows[i].bad < 0 ? 0 : -1, "`%s': %s", rows[i].text,
                     problem ? problem : "accepted");
        cr_expect(rows[i].bad < 0 || (long)bad == rows[i].bad, "`%s': byte %zu", rows[i].text, bad);
        cr_expect(rows[i].bad < 0 || (problem && strstr(problem, rows[i].says)), "`%s': %s",
                  rows[i].text, problem ? problem : "");
    }
}

Test(connection_string, its_parts_are_given)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct connection_string c;
    size_t bad;
    const char *problem;
    cr_assert_eq(connection_string_parse(a, STR("sc://h.example:443/;use_ssl=true;user_id=a%20b"),
                                         &c, &bad, &problem),
                 0);
    cr_expect(str_eq_z(c.host, "h.example"));
    cr_expect(str_eq_z(c.port, "443"));
    cr_expect_eq(c.count, 2);
    cr_expect(str_eq_z(connection_param_get(&c, "user_id"), "a%20b"));
    cr_expect_eq(connection_param_get(&c, "token").len, 0);
    cr_expect_eq(c.items[1].offset, 33);
}
