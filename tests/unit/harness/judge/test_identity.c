/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void drop_credential(struct bench *b)
{
    bench_record(b, "uc.table.get", 1)->credential =
        (struct journal_credential){.scheme = "", .name = "", .kind = ""};
}

static void other_principal(struct bench *b)
{
    bench_record(b, "sql.statement.execute", 0)->principal = "somebody-else";
}

static void unknown_credential(struct bench *b)
{
    struct journal_record *r = bench_record(b, "uc.table.get", 0);
    r->principal = "";
    r->credential = (struct journal_credential){
        .scheme = "Bearer", .name = "", .kind = "", .state = CREDENTIAL_UNKNOWN};
}

static void other_kind(struct bench *b)
{
    bench_record(b, "uc.table.get", 0)->credential.kind = "access-token";
}

static void no_kind(struct bench *b)
{
    bench_record(b, "uc.table.get", 0)->credential.kind = "";
}

static void no_requests(struct bench *b)
{
    b->evidence.journal.count = 0;
}

static void only_token_requests(struct bench *b)
{
    b->evidence.journal.count = 2;
}

Test(identity, as_given)
{
    static const struct row rows[] = {
        {"clean pat", NULL, MODE_PAT, "{check: identity.as_given}", VERDICT_PASS, "all 4 did",
         "each API call stands for sp-1, with a credential of kind pat", NULL},
        {"clean m2m", NULL, MODE_M2M, "{check: identity.as_given}", VERDICT_PASS, "all 4 did",
         "each API call stands for sp-1, with a credential of kind access-token", NULL},
        {"clean token", NULL, MODE_TOKEN, "{check: identity.as_given}", VERDICT_PASS, "all 4 did",
         NULL, NULL},
        {"one call without a credential", drop_credential, MODE_PAT, "{check: identity.as_given}",
         VERDICT_FAIL, "request #3 carries no credential", NULL,
         "#3 +30ms GET /api/2.1/unity-catalog/tables/main.default.t -> 200 (no credential"},
        {"another principal", other_principal, MODE_PAT, "{check: identity.as_given}", VERDICT_FAIL,
         "request #2 stands for somebody-else", NULL, "pat, live"},
        {"a credential of nobody", unknown_credential, MODE_PAT, "{check: identity.as_given}",
         VERDICT_FAIL, "request #1 stands for nobody: its credential is unknown", NULL,
         "Bearer, unknown"},
        {"another kind", other_kind, MODE_PAT, "{check: identity.as_given}", VERDICT_FAIL,
         "request #1 carries a credential of kind access-token", NULL, NULL},
        {"no kind", no_kind, MODE_PAT, "{check: identity.as_given}", VERDICT_FAIL,
         "request #1 carries a credential of no known kind", NULL, NULL},
        {"nothing was sent", no_requests, MODE_PAT, "{check: identity.as_given}", VERDICT_FAIL,
         "there was no API call", NULL, NULL},
        {"no API call", only_token_requests, MODE_M2M, "{check: identity.as_given}", VERDICT_FAIL,
         "there was no API call", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void refused(struct bench *b)
{
    b->evidence.journal.count = 0;
    b->evidence.operations[0].answer = ANSWER_ERROR;
    b->evidence.operations[1].answer = ANSWER_ERROR;
}

static void refused_after_discovery(struct bench *b)
{
    refused(b);
    bench_add_record(b, "oidc.discovery", 200);
}

static void token_asked_for(struct bench *b)
{
    refused_after_discovery(b);
    bench_add_record(b, "oidc.token", 401)->credential.state = CREDENTIAL_ABSENT;
}

static void browser_sent(struct bench *b)
{
    refused(b);
    bench_add_record(b, "oidc.discovery", 302)->class = ROUTE_AUTHORIZE;
}

static void wrong_credential_sent(struct bench *b)
{
    refused(b);
    bench_add_record(b, "uc.table.get", 401)->credential.state = CREDENTIAL_MALFORMED;
}

static void secret_in_a_body(struct bench *b)
{
    refused_after_discovery(b);
    record_secret_add(b, bench_record(b, "oidc.discovery", 0), "client_secret", "body");
}

static void credential_to_the_decoy(struct bench *b)
{
    refused(b);
    bench_add_decoy(b)->credential.state = CREDENTIAL_UNKNOWN;
}

static void never_asked(struct bench *b)
{
    refused(b);
    b->evidence.operation_count = 0;
}

Test(identity, nothing_sent)
{
    static const struct row rows[] = {
        {"refused at once", refused, MODE_PAT, "{check: identity.nothing_sent}", VERDICT_PASS,
         "none of 0 does", "no request carries a credential or asks for one", NULL},
        {"refused after discovery", refused_after_discovery, MODE_M2M,
         "{check: identity.nothing_sent}", VERDICT_PASS, "none of 1 does", NULL, NULL},
        {"a token request without a credential", token_asked_for, MODE_M2M,
         "{check: identity.nothing_sent}", VERDICT_FAIL, "request #2 goes to a token endpoint",
         NULL, "POST /oidc/v1/token -> 401"},
        {"the browser was opened", browser_sent, MODE_U2M, "{check: identity.nothing_sent}",
         VERDICT_FAIL, "request #1 goes to an authorization endpoint", NULL, NULL},
        {"a credential, if a bad one", wrong_credential_sent, MODE_PAT,
         "{check: identity.nothing_sent}", VERDICT_FAIL, "request #1 carries a credential", NULL,
         "malformed"},
        {"a secret in a body", secret_in_a_body, MODE_M2M, "{check: identity.nothing_sent}",
         VERDICT_FAIL, "request #1 carries client_secret in body", NULL, NULL},
        {"a credential to the planted host", credential_to_the_decoy, MODE_PAT,
         "{check: identity.nothing_sent}", VERDICT_FAIL, "request #1 carries a credential", NULL,
         "a credential, unknown"},
        {"never asked", never_asked, MODE_PAT, "{check: identity.nothing_sent}",
         VERDICT_INCONCLUSIVE, "no operation was performed, so this shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void pat_alone(struct bench *b)
{
    b->manifest.ways_in = 1u << MODE_PAT;
}

static void pat_and_m2m(struct bench *b)
{
    b->manifest.ways_in = 1u << MODE_PAT | 1u << MODE_M2M;
}

Test(identity, other_way)
{
    static const struct row rows[] = {
        {"pat and m2m", pat_and_m2m, MODE_PAT, "{check: identity.other_way}", VERDICT_PASS,
         "OAuth M2M", NULL, NULL},
        {"pat alone", pat_alone, MODE_PAT, "{check: identity.other_way}", VERDICT_FAIL,
         "the mode pat alone", NULL, NULL},
    };
    ROWS_RUN(rows);
}
