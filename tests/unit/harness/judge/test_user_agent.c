/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void agent_set(struct bench *b, const char *value)
{
    record_header_set(b, bench_record(b, "uc.table.get", 1), "User-Agent", value);
}

static void agent_set_all(struct bench *b, const char *value)
{
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        record_header_set(b, r, "User-Agent", value);
    }
}

static void missing(struct bench *b)
{
    agent_set(b, NULL);
}

static void empty(struct bench *b)
{
    agent_set(b, "");
}

static void blank(struct bench *b)
{
    agent_set(b, " \t");
}

static void twice(struct bench *b)
{
    record_header_add(b, bench_record(b, "uc.table.get", 1), "user-agent", "again/1");
}

static void no_requests(struct bench *b)
{
    b->evidence.journal.count = 0;
}

static void missing_outside_the_api(struct bench *b)
{
    record_header_set(b, bench_record(b, "oidc.token", 0), "User-Agent", NULL);
}

#define API(name) "{check: user_agent." name ", with: {class: api}}"

Test(user_agent, present)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, API("present"), VERDICT_PASS, "all 4 do",
         "each request carries exactly one User-Agent that is not empty", NULL},
        {"missing", missing, MODE_PAT, API("present"), VERDICT_FAIL,
         "request #3 has 0 User-Agent headers", NULL, "User-Agent: none"},
        {"empty", empty, MODE_PAT, API("present"), VERDICT_FAIL,
         "request #3 has an empty User-Agent", NULL, NULL},
        {"blank", blank, MODE_PAT, API("present"), VERDICT_FAIL,
         "request #3 has an empty User-Agent", NULL, NULL},
        {"twice", twice, MODE_PAT, API("present"), VERDICT_FAIL,
         "request #3 has 2 User-Agent headers", NULL, NULL},
        {"missing where it was not looked at", missing_outside_the_api, MODE_M2M, API("present"),
         VERDICT_PASS, "all 4 do", NULL, NULL},
        {"missing where everything is looked at", missing_outside_the_api, MODE_M2M,
         "{check: user_agent.present}", VERDICT_FAIL, "request #2", NULL, NULL},
        {"no requests", no_requests, MODE_PAT, API("present"), VERDICT_FAIL,
         "there were no requests of class api", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void double_slash(struct bench *b)
{
    agent_set(b, "acme_lake//1.4.2");
}

static void broken_after_product(struct bench *b)
{
    agent_set(b, "Driver/2.0 (unclosed acme_lake/1.4.2");
}

Test(user_agent, grammar)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, API("grammar"), VERDICT_PASS, "all 4 do",
         "each User-Agent is a list of products and comments (RFC 9110 section 10.1.5)", NULL},
        {"double slash", double_slash, MODE_PAT, API("grammar"), VERDICT_FAIL,
         "request #3 has a User-Agent that breaks the grammar at byte 10: a version must follow "
         "the "
         "slash (`acme_lake//1.4.2')",
         NULL, NULL},
        {"missing", missing, MODE_PAT, API("grammar"), VERDICT_FAIL, "request #3 has no User-Agent",
         NULL, NULL},
        {"no requests", no_requests, MODE_PAT, API("grammar"), VERDICT_FAIL,
         "there were no requests of class api", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void other_product(struct bench *b)
{
    agent_set(b, "unknown/0.0.0 databricks-sdk-py/0.133.0");
}

static void product_as_prefix(struct bench *b)
{
    agent_set(b, "acme_lakehouse/1.4.2");
}

static void other_case(struct bench *b)
{
    agent_set(b, "Acme_Lake/1.4.2");
}

static void in_comment(struct bench *b)
{
    agent_set(b, "PyDatabricksSqlConnector/4.0.2 (acme_lake/1.4.2)");
}

static void without_version(struct bench *b)
{
    agent_set(b, "acme_lake databricks-sdk-py/0.133.0");
}

static void with_version_at_last(struct bench *b)
{
    agent_set(b, "acme_lake Driver/1 (acme_lake/1.4.2)");
}

Test(user_agent, product)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, API("product"), VERDICT_PASS, "all 4 do",
         "each User-Agent holds the product acme_lake/<version>", NULL},
        {"in a driver's comment", in_comment, MODE_PAT, API("product"), VERDICT_PASS, "all 4 do",
         NULL, NULL},
        {"in a field that breaks the grammar", broken_after_product, MODE_PAT, API("product"),
         VERDICT_PASS, "all 4 do", NULL, NULL},
        {"once without, once with a version", with_version_at_last, MODE_PAT, API("product"),
         VERDICT_PASS, "all 4 do", NULL, NULL},
        {"the SDK's default", other_product, MODE_PAT, API("product"), VERDICT_FAIL,
         "request #3 does not name acme_lake: `unknown/0.0.0 databricks-sdk-py/0.133.0'", NULL,
         NULL},
        {"a longer name", product_as_prefix, MODE_PAT, API("product"), VERDICT_FAIL,
         "does not name acme_lake", NULL, NULL},
        {"other letters", other_case, MODE_PAT, API("product"), VERDICT_FAIL,
         "does not name acme_lake", NULL, NULL},
        {"no version", without_version, MODE_PAT, API("product"), VERDICT_FAIL,
         "request #3 names acme_lake without a version", NULL, NULL},
        {"missing", missing, MODE_PAT, API("product"), VERDICT_FAIL, "request #3 has no User-Agent",
         NULL, NULL},
        {"no requests", no_requests, MODE_PAT, API("product"), VERDICT_FAIL,
         "there were no requests of class api", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void old_version(struct bench *b)
{
    agent_set(b, "acme_lake/1.4.1");
}

static void never_named(struct bench *b)
{
    agent_set_all(b, "unknown/0.0.0");
}

Test(user_agent, version)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, API("version"), VERDICT_PASS,
         "so says each of the 4 that name acme_lake",
         "the version sent is the connector's own, 1.4.2", NULL},
        {"in a driver's comment", in_comment, MODE_PAT, API("version"), VERDICT_PASS,
         "each of the 4", NULL, NULL},
        {"one that does not name it", other_product, MODE_PAT, API("version"), VERDICT_PASS,
         "each of the 3", NULL, NULL},
        {"an old one", old_version, MODE_PAT, API("version"), VERDICT_FAIL, "request #3 says 1.4.1",
         NULL, "acme_lake/1.4.1"},
        {"none", without_version, MODE_PAT, API("version"), VERDICT_FAIL,
         "request #3 says no version", NULL, NULL},
        {"never named", never_named, MODE_PAT, API("version"), VERDICT_FAIL,
         "none of 4 requests of class api names acme_lake", NULL, "unknown/0.0.0"},
        {"no requests", no_requests, MODE_PAT, API("version"), VERDICT_FAIL,
         "none of 0 requests of class api names acme_lake", NULL, NULL},
    };
    ROWS_RUN(rows);
}

Test(user_agent, same_on_every_request)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, API("same"), VERDICT_PASS, "all 4 do",
         "every request carries the same User-Agent", NULL},
        {"one that differs", old_version, MODE_PAT, API("same"), VERDICT_FAIL, "request #3 `", NULL,
         "the values part at byte"},
        {"one without is presence's to say", missing, MODE_PAT, API("same"), VERDICT_PASS,
         "all 3 do", NULL, NULL},
        {"no requests", no_requests, MODE_PAT, API("same"), VERDICT_FAIL, "0 carried one", NULL,
         NULL},
    };
    ROWS_RUN(rows);
}

Test(user_agent, product_tokens_are_each_told_once)
{
    struct bench *b = bench_new(MODE_M2M, 2);
    struct str_list tokens = judge_product_tokens(b->arena, &b->manifest, &b->evidence);
    cr_assert_eq(tokens.count, 1);
    cr_expect_str_eq(tokens.items[0], "acme_lake/1.4.2");
    agent_set(b, "acme_lake/1.4.1 python/3");
    tokens = judge_product_tokens(b->arena, &b->manifest, &b->evidence);
    cr_assert_eq(tokens.count, 2);
    cr_expect_str_eq(tokens.items[1], "acme_lake/1.4.1");
    agent_set(b, "acme_lake");
    tokens = judge_product_tokens(b->arena, &b->manifest, &b->evidence);
    cr_assert_eq(tokens.count, 2);
    cr_expect_str_eq(tokens.items[1], "acme_lake");
    agent_set_all(b, "python/3");
    cr_expect_eq(judge_product_tokens(b->arena, &b->manifest, &b->evidence).count, 0);
    bench_free(b);
}

static struct option_record tried[] = {{"--name", 1, 2, 0, 0}, {"NAME", 3, 4, 1, 1}};

static void tries_options(struct bench *b)
{
    b->evidence.options = tried;
    b->evidence.option_count = ARRAY_LEN(tried);
}

static void an_option_names_it(struct bench *b)
{
    tries_options(b);
    agent_set(b, "assay_canary/9.9.9");
}

static void each_option_names_it(struct bench *b)
{
    tries_options(b);
    agent_set_all(b, "assay_canary/9.9.9");
}

static void an_option_moves_the_version(struct bench *b)
{
    tries_options(b);
    agent_set(b, "acme_lake/9.9.9");
}

static void an_option_breaks_it(struct bench *b)
{
    tries_options(b);
    b->evidence.operations[1].answer = ANSWER_ENDED;
}

Test(user_agent, the_option_that_changes_it_is_named)
{
    static const struct row rows[] = {
        {"clean", tries_options, MODE_PAT, API("product"), VERDICT_PASS, "all 4 do", NULL, NULL},
        {"one", an_option_names_it, MODE_PAT, API("product"), VERDICT_FAIL,
         "request #3 does not name acme_lake: `assay_canary/9.9.9', with the option `NAME' set",
         NULL, NULL},
        {"each", each_option_names_it, MODE_PAT, API("product"), VERDICT_FAIL,
         "with the option `--name' set, and so with the option `NAME'", NULL, NULL},
        {"its version", an_option_moves_the_version, MODE_PAT, API("version"), VERDICT_FAIL,
         "request #3 says 9.9.9, with the option `NAME' set", NULL, NULL},
        {"an operation", an_option_breaks_it, MODE_PAT, "{check: outcome.ok}", VERDICT_FAIL,
         "validate 1, with the option `NAME' set: ended", NULL, NULL},
    };
    ROWS_RUN(rows);
}
