/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

#define TOKEN "token=«kbase_token»"
#define HOST  "spark-alice.example"

static struct operation_record *asked(struct bench *b, enum answer answer)
{
    struct operation_record *op = &b->evidence.operations[b->evidence.operation_count++];
    *op = (struct operation_record){.index = 2, .verb = "spark-url", .answer = answer};
    b->evidence.identity.spark_host = HOST;
    return op;
}

static void told(struct bench *b, const char *url)
{
    struct operation_record *op = asked(b, ANSWER_OK);
    struct json *reply = json_object();
    json_set_string(reply, "url", url);
    *VEC_PUSH(b->arena, &b->replies) = reply;
    op->reply = reply;
}

static void good(struct bench *b)
{
    told(b, "sc://" HOST ":443/;" TOKEN ";use_ssl=true");
}

static void token_alone(struct bench *b)
{
    told(b, "sc://" HOST "/;" TOKEN);
}

static void good_then_bad(struct bench *b)
{
    good(b);
    told(b, "sc://" HOST "/sql;" TOKEN);
}

static void no_url(struct bench *b)
{
    told(b, "");
}

static void other_scheme(struct bench *b)
{
    told(b, "https://" HOST ":443/;" TOKEN);
}

static void failed(struct bench *b)
{
    asked(b, ANSWER_ERROR)->error = "HTTP 401";
}

static void hung(struct bench *b)
{
    asked(b, ANSWER_TIMEOUT);
}

static void no_token(struct bench *b)
{
    told(b, "sc://" HOST ":443/;use_ssl=true");
}

static void plain(struct bench *b)
{
    told(b, "sc://" HOST "/;" TOKEN ";use_ssl=false");
}

static void plain_by_default(struct bench *b)
{
    told(b, "sc://" HOST "/;x-kbase-" TOKEN);
}

static void tls_off(struct bench *b)
{
    b->given = "{spark_tls_off: true}";
}

static void off_and_plain(struct bench *b)
{
    tls_off(b);
    plain(b);
}

static void off_and_flagged(struct bench *b)
{
    off_and_plain(b);
    json_set_string(b->replies.items[b->replies.count - 1], "warning",
                    "the token goes without TLS");
}

static void off_and_warned_of_other(struct bench *b)
{
    off_and_plain(b);
    json_set_string(b->replies.items[b->replies.count - 1], "warning", "this is deprecated");
}

static void off_and_encrypted(struct bench *b)
{
    tls_off(b);
    good(b);
}

static void off_and_no_token(struct bench *b)
{
    tls_off(b);
    told(b, "sc://" HOST "/;use_ssl=false");
}

static void off_and_refused(struct bench *b)
{
    tls_off(b);
    asked(b, ANSWER_ERROR)->error = "a token needs TLS";
}

static void off_and_refused_for_other(struct bench *b)
{
    tls_off(b);
    failed(b);
}

static void other_host(struct bench *b)
{
    told(b, "sc://spark-mallory.example:443/;" TOKEN);
}

static void host_in_upper_part(struct bench *b)
{
    told(b, "sc://" HOST ".evil.example/;" TOKEN);
}

static void host_unknown(struct bench *b)
{
    good(b);
    b->evidence.identity.spark_host = NULL;
}

#define ROW(what, spoil, check, verdict, seen)                                   \
    {                                                                            \
        what, spoil, MODE_TOKEN, "{check: " check "}", verdict, seen, NULL, NULL \
    }

Test(spark, connection_string)
{
    static const struct row rows[] = {
        ROW("good", good, "spark.connection_string", VERDICT_PASS, "all 1 answers"),
        ROW("token alone", token_alone, "spark.connection_string", VERDICT_PASS, "all 1"),
        ROW("never asked", NULL, "spark.connection_string", VERDICT_FAIL, "never asked for"),
        ROW("nothing told", no_url, "spark.connection_string", VERDICT_FAIL, "under `url'"),
        ROW("scheme", other_scheme, "spark.connection_string", VERDICT_FAIL, "byte 0 "),
        ROW("second bad", good_then_bad, "spark.connection_string", VERDICT_FAIL, "is a path"),
        ROW("an error", failed, "spark.connection_string", VERDICT_FAIL, "error, HTTP 401"),
        ROW("a hang", hung, "spark.connection_string", VERDICT_FAIL, "timeout"),
    };
    ROWS_RUN(rows);
}

Test(spark, tls)
{
    static const struct row rows[] = {
        ROW("good", good, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("a token implies it", token_alone, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("never asked", NULL, "spark.tls", VERDICT_FAIL, "never asked for"),
        ROW("no token", no_token, "spark.tls", VERDICT_FAIL, "without the user's token"),
        ROW("plain", plain, "spark.tls", VERDICT_FAIL, "the credential in `token' without TLS"),
        ROW("another key", plain_by_default, "spark.tls", VERDICT_FAIL, "in `x-kbase-token'"),
        ROW("an error", failed, "spark.tls", VERDICT_FAIL, "gave no connection string"),
        ROW("off: plain", off_and_plain, "spark.tls", VERDICT_FAIL, "without TLS"),
        ROW("off: flagged", off_and_flagged, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("off: warned of other", off_and_warned_of_other, "spark.tls", VERDICT_FAIL, "without"),
        ROW("off: encrypted", off_and_encrypted, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("off: no token", off_and_no_token, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("off: refused", off_and_refused, "spark.tls", VERDICT_PASS, "all 1 answers"),
        ROW("off: other refusal", off_and_refused_for_other, "spark.tls", VERDICT_FAIL,
            "gave no connection string"),
    };
    ROWS_RUN(rows);
}

Test(spark, host)
{
    static const struct row rows[] = {
        ROW("good", good, "spark.host", VERDICT_PASS, "all 1 answers"),
        ROW("never asked", NULL, "spark.host", VERDICT_FAIL, "never asked for"),
        ROW("another", other_host, "spark.host", VERDICT_FAIL, "`spark-mallory.example'"),
        ROW("longer", host_in_upper_part, "spark.host", VERDICT_FAIL, "evil"),
        ROW("not a string", other_scheme, "spark.host", VERDICT_FAIL, "byte 0"),
        ROW("refused", failed, "spark.host", VERDICT_FAIL, "gave no connection string"),
        ROW("not known", host_unknown, "spark.host", VERDICT_FAIL, "does not say which host"),
    };
    ROWS_RUN(rows);
}

static struct operation_record *read_secret(struct bench *b, const char *sha256)
{
    struct operation_record *op = asked(b, ANSWER_OK);
    struct json *reply = json_object();
    op->verb = "read-secret";
    if (sha256) {
        json_set_string(reply, "sha256", sha256);
    }
    *VEC_PUSH(b->arena, &b->replies) = reply;
    op->reply = reply;
    b->evidence.identity.secret_sha256 = "aa11";
    b->evidence.identity.secret_base64_sha256 = "bb22";
    return op;
}

static void decoded(struct bench *b)
{
    read_secret(b, "AA11");
}

static void undecoded(struct bench *b)
{
    read_secret(b, "aa11");
    read_secret(b, "bb22");
}

static void another_value(struct bench *b)
{
    read_secret(b, "cc33");
}

static void no_digest(struct bench *b)
{
    read_secret(b, NULL);
}

static void not_read(struct bench *b)
{
    struct operation_record *op = read_secret(b, "aa11");
    op->answer = ANSWER_ERROR;
    op->error = "HTTP 404";
}

static void no_secret_there(struct bench *b)
{
    read_secret(b, "aa11");
    b->evidence.identity.secret_sha256 = NULL;
}

Test(outcome, secret_value)
{
    static const struct row rows[] = {
        ROW("decoded", decoded, "outcome.secret_value", VERDICT_PASS, "all 1 did"),
        ROW("not asked", NULL, "outcome.secret_value", VERDICT_FAIL, "never performed"),
        ROW("one undecoded", undecoded, "outcome.secret_value", VERDICT_FAIL, "still in base64"),
        ROW("another", another_value, "outcome.secret_value", VERDICT_FAIL, "something else"),
        ROW("no digest", no_digest, "outcome.secret_value", VERDICT_FAIL, "tells no `sha256'"),
        ROW("an error", not_read, "outcome.secret_value", VERDICT_FAIL, "HTTP 404"),
        ROW("none", no_secret_there, "outcome.secret_value", VERDICT_FAIL, "has no secret"),
    };
    ROWS_RUN(rows);
}
