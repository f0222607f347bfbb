/* SPDX-License-Identifier: Apache-2.0 */
/* Family "spark": the connection string by which a Spark Connect session would be opened, as the
 * connector tells it when asked to `spark-url`. */
#include "harness/judge/families.h"

#include "base/core/str.h"
#include "base/json/json.h"
#include "harness/judge/connection_string.h"

#define VERB "spark-url"

/* Words by which a refusal or a warning says that it is about TLS. */
static const char *const tls_words[] = {"tls", "ssl", "plaintext", "plain text", "encrypt"};

static const char *url_of(const struct operation_record *op)
{
    return op->answer == ANSWER_OK ? json_get_string(op->reply, "url", "") : NULL;
}

static bool names_tls(const char *text)
{
    struct str t = str_of(text ? text : "");
    for (size_t w = 0; w < ARRAY_LEN(tls_words); w++) {
        struct str word = str_of(tls_words[w]);
        for (size_t at = 0; at + word.len <= t.len; at++) {
            if (str_eq_nocase(str_slice(t, at, at + word.len), word)) {
                return true;
            }
        }
    }
    return false;
}

/* What is wrong with one answer: NULL = nothing. A string is parsed for it; c is NULL where the
 * connector told none. */
typedef const char *spark_wrong(const struct check_context *x, const struct operation_record *op,
                                const struct connection_string *c);

static const char *wrong_string(const struct check_context *x, const struct operation_record *op,
                                struct connection_string *ret)
{
    const char *url = url_of(op), *problem = NULL;
    size_t at = 0;
    if (url[0] == '\0') {
        return "tells no connection string under `url'";
    }
    if (connection_string_parse(x->arena, str_of(url), ret, &at, &problem) < 0) {
        return arena_printf(x->arena, "byte %zu of its connection string: %s", at, problem);
    }
    return NULL;
}

/* Asks `wrong' of every answer to the verb. */
static void each_answer(const struct check_context *x, struct check_outcome *o,
                        const char *expected, spark_wrong *wrong)
{
    size_t told = 0;
    for (size_t i = 0; i < x->evidence->operation_count; i++) {
        const struct operation_record *op = &x->evidence->operations[i];
        struct connection_string c = {0};
        if (!str_eq_z(str_of(op->verb), VERB)) {
            continue;
        }
        told++;
        bool has_url = op->answer == ANSWER_OK;
        const char *why = has_url ? wrong_string(x, op, &c) : NULL;
        why = why != NULL ? why : wrong(x, op, has_url ? &c : NULL);
        if (why != NULL) {
            check_fail(o, expected,
                       arena_printf(x->arena, "%s %lld %s", VERB, (long long)op->index, why),
                       has_url ? url_of(op) : op->error);
            return;
        }
    }
    if (told == 0) {
        check_fail(o, expected, "it was never asked for", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "so it was in all %zu answers", told));
}

static const char *no_string(const struct check_context *x, const struct operation_record *op)
{
    return arena_printf(x->arena, "gave no connection string: %s%s%s", answer_name(op->answer),
                        op->error ? ", " : "", op->error ? op->error : "");
}

static const char *wrong_grammar(const struct check_context *x, const struct operation_record *op,
                                 const struct connection_string *c)
{
    return c != NULL ? NULL : no_string(x, op);
}

static void run_connection_string(const struct check_context *x, struct check_outcome *o)
{
    each_answer(x, o,
                "a connection string of the scheme sc, without a path, with parameters as Spark "
                "writes them",
                wrong_grammar);
}

/* The parameter that holds a canary, whatever its name: Spark sends all of them with each call. */
static const struct connection_param *credential_in(const struct connection_string *c)
{
    VEC_FOREACH(const struct connection_param, p, c) {
        if (str_find(p->value, STR("\xc2\xab"), 0) >= 0) {
            return p;
        }
    }
    return NULL;
}

/* Spark turns TLS on for its own parameter `token' alone. */
static bool is_encrypted(const struct connection_string *c)
{
    struct str use_ssl = connection_param_get(c, "use_ssl");
    return use_ssl.len > 0 ? str_eq_nocase(use_ssl, STR("true"))
                           : connection_param_get(c, "token").len > 0;
}

static const char *wrong_tls(const struct check_context *x, const struct operation_record *op,
                             const struct connection_string *c)
{
    bool off = x->spec->given.spark_tls_off;
    if (c == NULL) {
        bool refused = op->answer == ANSWER_ERROR && off && names_tls(op->error);
        return refused ? NULL : no_string(x, op);
    }
    const struct connection_param *credential = credential_in(c);
    if (credential == NULL) {
        return off ? NULL : "gave a connection string without the user's token";
    }
    bool flagged = off && names_tls(json_get_string(op->reply, "warning", ""));
    if (is_encrypted(c) || flagged) {
        return NULL;
    }
    return arena_printf(x->arena, "sends the credential in `%.*s' without TLS",
                        STR_ARG(credential->key));
}

static void run_tls(const struct check_context *x, struct check_outcome *o)
{
    each_answer(x, o,
                x->spec->given.spark_tls_off
                    ? "with TLS switched off: refused or warned of by a text that names TLS, or no "
                      "credential in the connection string"
                    : "the user's token in the connection string, and TLS with it",
                wrong_tls);
}

static const char *wrong_host(const struct check_context *x, const struct operation_record *op,
                              const struct connection_string *c)
{
    const char *wanted = x->evidence->identity.spark_host;
    if (c == NULL) {
        return no_string(x, op);
    }
    if (wanted == NULL) {
        return "cannot be judged: the evidence does not say which host it is";
    }
    return str_eq_z(c->host, wanted)
               ? NULL
               : arena_printf(x->arena, "goes to the host `%.*s', and the user's is `%s'",
                              STR_ARG(c->host), wanted);
}

static void run_host(const struct check_context *x, struct check_outcome *o)
{
    each_answer(x, o, "the host made of the user name that the service gives to the token",
                wrong_host);
}

static const struct check_row rows[] = {
    {.kind = {"spark.connection_string",
              "Spark Connect's connection string is written as Spark reads it: scheme sc, no path, "
              "parameters whose keys are told apart by case.",
              NULL},
     .run = run_connection_string,
     .cause = "the string was put together like another kind of URL",
     .fix = "write sc://host:port/;key=value;key=value, with keys as Spark's documentation has "
            "them and values percent-encoded"},
    {.kind =
         {"spark.tls",
          "A token in the connection string goes over TLS: with TLS switched off it is refused, "
          "warned of (`warning` in the answer), or left out.",
          NULL},
     .run = run_tls,
     .cause = "use_ssl is written without a look at what else is in the string",
     .fix = "refuse a token together with use_ssl=false, and say so"},
    {.kind = {"spark.host",
              "Spark Connect's host is made of the user name that KBase Auth2 gives to the token, "
              "and of no other.",
              NULL},
     .run = run_host,
     .cause =
         "the name of the account on this machine, or one from a setting, is put into the host",
     .fix = "ask Auth2 whose the token is, and put that name into the host"},
};

const struct check_family family_spark = {.name = "spark",
                                          .doc = "How a Spark Connect session would be opened.",
                                          .rows = rows,
                                          .count = ARRAY_LEN(rows)};
