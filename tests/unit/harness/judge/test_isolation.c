/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void poison_as_credential(struct bench *b)
{
    struct journal_record *r = bench_record(b, "uc.table.get", 1);
    r->credential.kind = "poison";
    r->credential.name = "poison_token";
}

static void poison_by_name(struct bench *b)
{
    bench_record(b, "uc.table.get", 1)->credential.name = "poison_token";
}

static void poison_in_header(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 0), "poison_secret", "header:X-Auth");
}

static void poison_to_decoy(struct bench *b)
{
    struct journal_record *r = bench_add_decoy(b);
    r->credential.kind = "poison";
    r->credential.name = "poison_token";
}

static void other_secret(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 0), "client_secret", "header:X-Auth");
}

static void never_asked(struct bench *b)
{
    b->evidence.operations[0].answer = b->evidence.operations[1].answer = ANSWER_NOT_ASKED;
}

static void not_started(struct bench *b)
{
    b->evidence.process = (struct process_record){.killed_for = ""};
}

Test(isolation, no_poison)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: isolation.no_poison}", VERDICT_PASS,
         "none of 4 requests carries one",
         "no value planted in the environment or in files is ever sent", NULL},
        {"as the credential", poison_as_credential, MODE_PAT, "{check: isolation.no_poison}",
         VERDICT_FAIL, "request #3 carries poison_token as its credential", NULL,
         "poison_token, live"},
        {"as a credential known by name", poison_by_name, MODE_PAT, "{check: isolation.no_poison}",
         VERDICT_FAIL, "request #3 carries poison_token", NULL, NULL},
        {"in a header", poison_in_header, MODE_PAT, "{check: isolation.no_poison}", VERDICT_FAIL,
         "request #1 carries poison_secret in header:X-Auth", NULL, NULL},
        {"to the planted host", poison_to_decoy, MODE_PAT, "{check: isolation.no_poison}",
         VERDICT_FAIL, "request #1 carries poison_token as its credential", NULL, "scim/v2/Me"},
        {"a secret of its own", other_secret, MODE_PAT, "{check: isolation.no_poison}",
         VERDICT_PASS, "none of 4", NULL, NULL},
        {"never asked", never_asked, MODE_PAT, "{check: isolation.no_poison}", VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
        {"not started", not_started, MODE_PAT, "{check: isolation.no_poison}", VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void one_to_decoy(struct bench *b)
{
    bench_add_decoy(b);
}

static void two_to_decoy(struct bench *b)
{
    bench_add_decoy(b);
    bench_add_decoy(b);
}

Test(isolation, no_decoy)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: isolation.no_decoy}", VERDICT_PASS, "nothing came",
         "nothing is sent to the planted host", NULL},
        {"one request", one_to_decoy, MODE_PAT, "{check: isolation.no_decoy}", VERDICT_FAIL,
         "1 request went there", NULL, "scim/v2/Me"},
        {"two requests", two_to_decoy, MODE_PAT, "{check: isolation.no_decoy}", VERDICT_FAIL,
         "2 requests went there", NULL, "#2 "},
        {"never asked", never_asked, MODE_PAT, "{check: isolation.no_decoy}", VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static struct egress_record_text asked = {.transport = "tcp",
                                          .name = "telemetry.acme.example",
                                          .address = "",
                                          .port = 443,
                                          .server_name = "",
                                          .first = "CONNECT telemetry.acme.example:443"};

static void proxy_asked(struct bench *b)
{
    b->evidence.egress = &asked;
    b->evidence.egress_count = 1;
}

static void sealed(struct bench *b)
{
    b->evidence.isolation = "sealed";
}

static void sealed_asked(struct bench *b)
{
    sealed(b);
    proxy_asked(b);
}

Test(isolation, no_egress)
{
    static const struct row rows[] = {
        {"clean", sealed, MODE_PAT, "{check: isolation.no_egress}", VERDICT_PASS, "nothing was",
         NULL, NULL},
        {"one attempt", sealed_asked, MODE_PAT, "{check: isolation.no_egress}", VERDICT_FAIL,
         "1 attempts, first tcp telemetry.acme.example", NULL, "port 443"},
        {"without walls nobody knows", NULL, MODE_PAT, "{check: isolation.no_egress}",
         VERDICT_NOT_APPLICABLE, "only a sealed world", NULL, NULL},
        {"without walls, asked of the proxy", proxy_asked, MODE_PAT, "{check: isolation.no_egress}",
         VERDICT_FAIL, "1 attempts, first tcp telemetry.acme.example", NULL, "CONNECT telemetry"},
    };
    ROWS_RUN(rows);
}
