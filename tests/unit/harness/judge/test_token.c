/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void second_token(struct bench *b)
{
    bench_add_record(b, "oidc.token", 200);
}

static void refused_token(struct bench *b)
{
    bench_add_record(b, "oidc.token", 503);
}

static void no_token(struct bench *b)
{
    bench_record(b, "oidc.token", 0)->response.status = 500;
}

static void one_ok(struct bench *b)
{
    b->evidence.operations[1].answer = ANSWER_ERROR;
}

static void no_operations(struct bench *b)
{
    b->evidence.operation_count = 0;
}

Test(token, cached)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_M2M, "{check: token.cached}", VERDICT_PASS,
         "1 token for 2 operations that succeeded", "at most 1 token for all operations", NULL},
        {"two", second_token, MODE_M2M, "{check: token.cached}", VERDICT_FAIL,
         "2 tokens for 2 operations that succeeded", NULL, "#7 "},
        {"two may be", second_token, MODE_M2M, "{check: token.cached, with: {max: 2}}",
         VERDICT_PASS, "2 tokens", "at most 2 tokens for all operations", NULL},
        {"a refused request brings none", refused_token, MODE_M2M, "{check: token.cached}",
         VERDICT_PASS, "1 token", NULL, NULL},
        {"none", no_token, MODE_M2M, "{check: token.cached}", VERDICT_FAIL, "0 tokens", NULL, NULL},
        {"one operation", one_ok, MODE_M2M, "{check: token.cached}", VERDICT_FAIL,
         "1 operation succeeded, which shows nothing about reuse", NULL, NULL},
        {"no operation", no_operations, MODE_M2M, "{check: token.cached}", VERDICT_FAIL,
         "0 operations succeeded, which shows nothing about reuse", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static struct journal_credential *second_credential(struct bench *b)
{
    struct journal_credential *c = &bench_record(b, "uc.table.get", 1)->credential;
    c->name = "access_token_2";
    return c;
}

static void renewed(struct bench *b)
{
    second_credential(b)->state = CREDENTIAL_LIVE;
}

static void renewed_by_expiring(struct bench *b)
{
    second_credential(b)->state = CREDENTIAL_EXPIRING;
}

static void renewed_by_expired(struct bench *b)
{
    second_credential(b)->state = CREDENTIAL_EXPIRED;
}

/* ... and the call after that still has the old one. */
static void renewed_late(struct bench *b)
{
    second_credential(b)->state = CREDENTIAL_LIVE;
    struct journal_credential *c = &bench_record(b, "sql.statement.execute", 1)->credential;
    c->has_life = true;
    c->life_left_ms = 35000;
}

static void renewed_by_pat(struct bench *b)
{
    second_credential(b)->kind = "pat";
}

static void no_calls(struct bench *b)
{
    b->evidence.journal.count = 2;
}

Test(token, renewed)
{
    static const struct row rows[] = {
        {"renewed", renewed, MODE_M2M, "{check: token.renewed}", VERDICT_PASS,
         "2 different, the last access_token_2",
         "API calls with at least 2 different access tokens, each in force", NULL},
        {"in its last moments", renewed_by_expiring, MODE_M2M, "{check: token.renewed}",
         VERDICT_PASS, "2 different", NULL, NULL},
        {"kept", NULL, MODE_M2M, "{check: token.renewed}", VERDICT_FAIL,
         "1 different, the last access_token_1", NULL, "access_token_1, live"},
        {"by one that has ended", renewed_by_expired, MODE_M2M, "{check: token.renewed}",
         VERDICT_FAIL, "1 different", NULL, NULL},
        {"by another kind", renewed_by_pat, MODE_M2M, "{check: token.renewed}", VERDICT_FAIL,
         "1 different", NULL, NULL},
        {"not often enough", renewed, MODE_M2M, "{check: token.renewed, with: {min: 3}}",
         VERDICT_FAIL, "2 different", NULL, NULL},
        {"in time", renewed_late, MODE_M2M, "{check: token.renewed, with: {left: 35s}}",
         VERDICT_PASS, "2 different",
         "API calls with at least 2 different access tokens, each in force and for 35000 ms or "
         "more",
         NULL},
        {"too late", renewed_late, MODE_M2M, "{check: token.renewed, with: {left: 36s}}",
         VERDICT_FAIL, "2 different, the last access_token_2; too late for 1 call", NULL, NULL},
        {"no API call", no_calls, MODE_M2M, "{check: token.renewed}", VERDICT_FAIL,
         "no API call with an access token in force", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void one_expired(struct bench *b)
{
    struct journal_credential *c = &bench_record(b, "uc.table.get", 1)->credential;
    c->state = CREDENTIAL_EXPIRED;
    c->has_life = true;
    c->life_left_ms = -1500;
}

static void one_revoked(struct bench *b)
{
    bench_record(b, "uc.table.get", 1)->credential.state = CREDENTIAL_REVOKED;
}

#define EXPIRED "{check: token.never, with: {states: [expired]}}"

Test(token, never)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_M2M, EXPIRED, VERDICT_PASS, "none of 4 API calls",
         "no requests of class api with a credential that was expired", NULL},
        {"one", one_expired, MODE_M2M, EXPIRED, VERDICT_FAIL, "1 of 4 API calls", NULL,
         "access_token_1, expired, -1500 ms left"},
        {"another state", one_revoked, MODE_M2M, EXPIRED, VERDICT_PASS, "none of 4", NULL, NULL},
        {"one of several states", one_revoked, MODE_M2M,
         "{check: token.never, with: {states: [expired, revoked]}}", VERDICT_FAIL, "1 of 4",
         "no requests of class api with a credential that was expired or revoked", NULL},
        {"no API call", no_calls, MODE_M2M, EXPIRED, VERDICT_FAIL, "there were no API calls at all",
         NULL, NULL},
    };
    ROWS_RUN(rows);
}
