/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void made_up(struct bench *b)
{
    operation_reply_set(b, &b->evidence.operations[1], "made-up");
}

static void without_id(struct bench *b)
{
    operation_reply_set(b, &b->evidence.operations[0], NULL);
}

static void without_reply(struct bench *b)
{
    b->evidence.operations[0].reply = NULL;
}

static void none_succeeds(struct bench *b)
{
    b->evidence.operations[0].answer = b->evidence.operations[1].answer = ANSWER_ERROR;
}

static void not_lines(struct bench *b)
{
    b->manifest.drive = DRIVE_EXEC;
}

static void no_catalog(struct bench *b)
{
    b->manifest.capabilities = 1u << CAN_STATEMENTS;
}

static void no_nonce(struct bench *b)
{
    b->evidence.identity.table_id = NULL;
    without_id(b);
}

static void empty_nonce(struct bench *b)
{
    b->evidence.identity.table_id = "";
    without_id(b);
}

Test(probe, nonce)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: probe.nonce}", VERDICT_PASS, "all 2 carry `nonce-7f3a'",
         "each successful `validate' answers with the table_id of the server", NULL},
        {"made up", made_up, MODE_PAT, "{check: probe.nonce}", VERDICT_FAIL,
         "validate 1 answers with `made-up', the server gave `nonce-7f3a'", NULL, NULL},
        {"without", without_id, MODE_PAT, "{check: probe.nonce}", VERDICT_FAIL,
         "validate 0 answers without a table_id", NULL, NULL},
        {"without a reply", without_reply, MODE_PAT, "{check: probe.nonce}", VERDICT_FAIL,
         "validate 0 answers without a table_id", NULL, NULL},
        {"none succeeds", none_succeeds, MODE_PAT, "{check: probe.nonce}", VERDICT_FAIL,
         "no `validate' succeeded", NULL, NULL},
        {"another drive", not_lines, MODE_PAT, "{check: probe.nonce}", VERDICT_NOT_APPLICABLE,
         "only the `lines' drive", NULL, NULL},
        {"no catalog", no_catalog, MODE_PAT, "{check: probe.nonce}", VERDICT_NOT_APPLICABLE,
         "does not get the table", NULL, NULL},
        {"no nonce was made", no_nonce, MODE_PAT, "{check: probe.nonce}", VERDICT_INCONCLUSIVE,
         "the server gave the table no id", NULL, NULL},
        {"an empty nonce", empty_nonce, MODE_PAT, "{check: probe.nonce}", VERDICT_INCONCLUSIVE,
         "the server gave the table no id", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void second_succeeds(struct bench *b)
{
    b->evidence.operations[0].answer = ANSWER_ERROR;
}

static void no_operations(struct bench *b)
{
    b->evidence.operation_count = 0;
}

static void ended_at_once(struct bench *b)
{
    b->evidence.operations[0].answer = ANSWER_ENDED;
    b->evidence.operations[1].answer = ANSWER_NOT_ASKED;
}

Test(probe, never_ok)
{
    static const struct row rows[] = {
        {"all fail", none_succeeds, MODE_PAT, "{check: probe.never_ok}", VERDICT_PASS,
         "none of 2 did", "no operation succeeds in a mode that the manifest does not declare",
         NULL},
        {"it ends at once", ended_at_once, MODE_PAT, "{check: probe.never_ok}", VERDICT_PASS,
         "none of 2 did", NULL, NULL},
        {"one succeeds", second_succeeds, MODE_PAT, "{check: probe.never_ok}", VERDICT_FAIL,
         "validate 1 was ok", NULL, NULL},
        {"nothing was asked", no_operations, MODE_PAT, "{check: probe.never_ok}",
         VERDICT_INCONCLUSIVE, "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}
