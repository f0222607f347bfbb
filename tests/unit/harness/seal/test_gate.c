/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/gate.h"

#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "cells.h"
#include "harness/seal/names.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

static const struct names_options mock_names = {.ipv4 = "127.0.0.1"};

static struct gate *open_gate(struct seal *seal, const struct gate_options *options)
{
    struct gate *gate = NULL;
    struct err err = {0};
    cr_assert_eq(gate_open(seal, options, &gate, &err), 0, "%s", err.msg);
    return gate;
}

/* Runs the script behind a gate and returns what it recorded, one line each. */
static const char *egress_of(struct arena *a, const char *script, const char *expected_output)
{
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "cell"});
    const struct seal_address served[] = {{"169.254.169.254", 80, SEAL_TCP}};
    struct gate *gate = open_gate(
        seal, &(struct gate_options){.names = &mock_names, .served = served, .served_count = 1});
    struct egress_records records = {0};
    struct err err = {0};
    cr_expect_str_eq(cell_sh(seal, a, script), expected_output);
    cr_assert_eq(gate_finish(gate, a, &records, &err), 0, "%s", err.msg);
    cr_expect_eq(gate_lost(gate), 0);
    AUTO_BUF struct buf text = {0};
    VEC_FOREACH(struct egress_record, r, &records) {
        static const char *const transports[] = {"dns", "tcp", "udp"};
        buf_printf(&text, "%s %s %s %d %s[%.*s]\n", transports[r->transport],
                   r->name[0] ? r->name : "-", r->address, r->port,
                   r->server_name[0] ? r->server_name : "-", (int)r->first_count, r->first_bytes);
    }
    gate_close(gate);
    seal_close(seal);
    return arena_strdup(a, buf_z(&text));
}

Test(gate, production_names_are_the_mock_and_no_egress)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_str_eq(egress_of(a,
                               "getent ahosts dbc-1.cloud.databricks.com | cut -d' ' -f1 | uniq; "
                               "getent hosts localhost | cut -d' ' -f1; "
                               "exec 3<>/dev/tcp/127.0.0.1/9",
                               "127.0.0.1\n::1\nbash: connect: Connection refused\n"
                               "bash: line 1: /dev/tcp/127.0.0.1/9: Connection refused\n=1"),
                     "");
}

Test(gate, another_name_is_a_decoy_that_is_told)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_str_eq(egress_of(a,
                               "getent ahostsv4 Telemetry.example.com | cut -d' ' -f1 | uniq; "
                               "getent ahosts telemetry.example.com | cut -d' ' -f1 | uniq",
                               "198.18.1.0\n198.18.1.0\n=0"),
                     "dns telemetry.example.com 198.18.1.0 0 -[]\n");
}

Test(gate, a_request_to_a_decoy_is_recorded_with_its_first_bytes)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_str_eq(egress_of(a,
                               "exec 3<>/dev/tcp/stats.example.com/80; "
                               "printf 'GET /x HTTP/1.1\\r\\nHost: stats.example.com\\r\\n\\r\\n' "
                               ">&3; cat <&3; exit 0",
                               "=0"),
                     "dns stats.example.com 198.18.1.0 0 -[]\n"
                     "tcp stats.example.com 198.18.1.0 80 stats.example.com"
                     "[GET /x HTTP/1.1\r\nHost: stats.example.com\r\n\r\n]\n");
}

Test(gate, addresses_by_themselves_are_recorded_whatever_the_port)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_str_eq(
        egress_of(a,
                  "for to in tcp/8.8.8.8/25 tcp/1.1.1.1/8443 tcp/2001:4860:4860::8888/22; "
                  "do (exec 3<>/dev/$to) 2>/dev/null; done; "
                  "echo -n query > /dev/udp/8.8.8.8/53; "
                  "echo -n query > /dev/udp/2001:4860:4860::8888/53; "
                  "(echo -n hello > /dev/tcp/9.9.9.9/443)",
                  "=0"),
        "tcp - 8.8.8.8 25 -[]\n"
        "tcp - 1.1.1.1 8443 -[]\n"
        "tcp - 2001:4860:4860::8888 22 -[]\n"
        "udp - 8.8.8.8 53 -[query]\n"
        "udp - 2001:4860:4860::8888 53 -[query]\n"
        "tcp - 9.9.9.9 443 -[hello]\n");
}

Test(gate, a_decoy_can_have_an_ipv6_address_too)
{
    static const struct names_options both = {.ipv4 = "127.0.0.1", .decoy_ipv6 = true};
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "cell"});
    struct gate *gate = open_gate(seal, &(struct gate_options){.names = &both});
    if (seal_has_ipv6(seal)) {
        cr_expect_str_eq(cell_sh(seal, a, "getent ahostsv6 one.example | cut -d' ' -f1 | uniq"),
                         "fd00::1:0\n=0");
        (void)cell_sh(seal, a, "echo -n hello > /dev/tcp/one.example/443");
        struct egress_records records = {0};
        struct err err = {0};
        cr_assert_eq(gate_finish(gate, a, &records, &err), 0, "%s", err.msg);
        cr_assert_eq(records.count, 2);
        cr_expect_str_eq(records.items[1].address, "fd00::1:0");
        cr_expect_str_eq(records.items[1].name, "one.example");
    }
    gate_close(gate);
    seal_close(seal);
}

Test(gate, what_others_serve_is_no_egress)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "cell"});
    const struct seal_address served[] = {{"169.254.169.254", 8080, SEAL_TCP}};
    struct gate *gate = open_gate(
        seal, &(struct gate_options){.names = &mock_names, .served = served, .served_count = 1});
    struct egress_records records = {0};
    struct err err = {0};
    (void)cell_sh(seal, a, "exec 3<>/dev/tcp/169.254.169.254/8080");
    (void)cell_sh(seal, a, "exec 3<>/dev/tcp/169.254.169.254/8081");
    cr_assert_eq(gate_finish(gate, a, &records, &err), 0, "%s", err.msg);
    cr_assert_eq(records.count, 1);
    cr_expect_eq(records.items[0].port, 8081);
    gate_close(gate);
    seal_close(seal);
}

Test(gate, records_can_be_read_while_it_serves)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "cell"});
    struct gate *gate = open_gate(seal, &(struct gate_options){.names = &mock_names});
    struct egress_records records = {0};
    struct err err = {0};
    cr_assert_eq(gate_read(gate, a, &records, &err), 0);
    cr_expect_eq(records.count, 0);
    (void)cell_sh(seal, a, "getent ahostsv4 one.example");
    struct poll_item item = {.fd = gate_fd(gate), .want_read = true};
    cr_assert_eq(poll_wait(&item, 1, 2000, &err), 1);
    cr_assert_eq(gate_read(gate, a, &records, &err), 0);
    cr_assert_eq(records.count, 1);
    cr_expect_str_eq(records.items[0].name, "one.example");
    gate_close(gate);
    seal_close(seal);
}

Test(gate, more_connections_than_it_holds_are_all_recorded)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *text = egress_of(
        a, "for i in {1..200}; do exec {fd}<>/dev/tcp/8.8.8.8/443; done; echo done", "done\n=0");
    size_t lines = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
        lines++;
    }
    cr_expect_eq(lines, 200);
}
