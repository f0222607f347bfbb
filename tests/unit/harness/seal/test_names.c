/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/names.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>

static struct names *new_names(const struct names_options *options)
{
    struct err err = {0};
    struct names *n = names_new(options, &err);
    cr_assert_not_null(n, "%s", err.msg);
    return n;
}

Test(names, production_names_are_the_mock)
{
    static const struct {
        const char *name;
        enum name_kind kind;
    } rows[] = {
        {"dbc-00000000-0000.cloud.databricks.com", NAME_OURS},
        {"accounts.cloud.databricks.com", NAME_OURS},
        {"adb-1.2.azuredatabricks.net", NAME_OURS},
        {"1.2.gcp.databricks.com", NAME_OURS},
        {"LOGIN.microsoftonline.com", NAME_OURS},
        {"app-1.aws.databricksapps.com", NAME_OURS},
        {"login.databricks.com", NAME_OURS},
        {"sts.windows.net", NAME_OURS},
        {"pipelines.actions.githubusercontent.com", NAME_OURS},
        {"narrative.kbase.us", NAME_OURS},
        {"localhost", NAME_OURS},
        {"cloud.databricks.com", NAME_DECOY},
        {"evilcloud.databricks.com", NAME_DECOY},
        {"databricks.com", NAME_DECOY},
        {"x.login.microsoftonline.com", NAME_DECOY},
        {"dbc-1.cloud.databricks.com.example.org", NAME_DECOY},
        {"", NAME_DECOY},
    };
    struct names *n = new_names(&(struct names_options){.ipv4 = "127.0.0.1"});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct name_meaning m;
        names_look_up(n, str_of(rows[i].name), &m);
        cr_expect_eq(m.kind, rows[i].kind, "'%s'", rows[i].name);
    }
    names_free(n);
}

Test(names, the_metadata_server_has_an_address_of_its_own)
{
    struct names *n = new_names(&(struct names_options){.ipv4 = "127.0.0.1",
                                                        .ipv6 = "::1",
                                                        .metadata = "metadata.google.internal",
                                                        .metadata_ipv4 = "169.254.169.254"});
    struct name_meaning m, other;
    char text[INET6_ADDRSTRLEN];
    names_look_up(n, STR("metadata.google.internal"), &m);
    names_look_up(n, STR("oauth2.googleapis.com"), &other);
    cr_expect_eq(m.kind, NAME_OURS);
    cr_expect_str_eq(inet_ntop(AF_INET, m.ipv4, text, sizeof(text)), "169.254.169.254");
    cr_expect_not(m.has_ipv6);
    cr_expect_str_eq(inet_ntop(AF_INET, other.ipv4, text, sizeof(text)), "127.0.0.1");
    names_free(n);
}

Test(names, a_decoy_keeps_its_address_and_is_found_by_it)
{
    struct names *n = new_names(&(struct names_options){.ipv4 = "127.0.0.1", .decoy_ipv6 = true});
    struct name_meaning first, again, other;
    char text[INET6_ADDRSTRLEN];
    names_look_up(n, STR("telemetry.example.com"), &first);
    names_look_up(n, STR("telemetry.example.com"), &again);
    names_look_up(n, STR("updates.example.com"), &other);
    cr_expect(first.is_new && !again.is_new && other.is_new);
    cr_expect_arr_eq(first.ipv4, again.ipv4, 4);
    cr_expect_arr_neq(first.ipv4, other.ipv4, 4);
    cr_expect_str_eq(inet_ntop(AF_INET, other.ipv4, text, sizeof(text)), "198.18.1.1");
    cr_expect_str_eq(names_of_address(n, text), "updates.example.com");
    cr_expect_str_eq(inet_ntop(AF_INET6, other.ipv6, text, sizeof(text)), "fd00::1:1");
    cr_expect_str_eq(names_of_address(n, text), "updates.example.com");
    cr_expect_str_eq(names_of_address(n, "8.8.8.8"), "");
    names_free(n);
}

Test(names, the_number_of_decoys_is_capped)
{
    struct names *n = new_names(&(struct names_options){.ipv4 = "127.0.0.1"});
    struct name_meaning m;
    char name[32];
    for (int i = 0; i < NAMES_MAX_DECOYS; i++) {
        (void)snprintf(name, sizeof(name), "n%d.example", i);
        names_look_up(n, str_of(name), &m);
        cr_assert_eq(m.kind, NAME_DECOY);
    }
    names_look_up(n, STR("one.too.many"), &m);
    cr_expect_eq(m.kind, NAME_TOO_MANY);
    names_look_up(n, STR("n7.example"), &m);
    cr_expect_eq(m.kind, NAME_DECOY);
    names_free(n);
}

Test(names, own_patterns_replace_the_production_ones)
{
    static const char *const patterns[] = {"one.example", "*.two.example"};
    struct names *n =
        new_names(&(struct names_options){.patterns = patterns, .pattern_count = 2, .ipv6 = "::1"});
    struct name_meaning m;
    names_look_up(n, STR("a.b.two.example"), &m);
    cr_expect(m.kind == NAME_OURS && !m.has_ipv4 && m.has_ipv6 && m.ipv6[15] == 1);
    names_look_up(n, STR("x.cloud.databricks.com"), &m);
    cr_expect_eq(m.kind, NAME_DECOY);
    names_free(n);
}

Test(names, an_address_that_is_none_is_refused)
{
    struct err err = {0};
    cr_expect_null(names_new(&(struct names_options){.ipv4 = "localhost"}, &err));
    cr_expect_eq(err.code, ERR_INVALID);
}
