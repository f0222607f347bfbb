/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_H
#define REFERENCE_DEFECTS_H

/* The ways in which this connector can be made wrong, one at a time: CONNECTOR_DEFECT=name. They
 * prove that assay finds each of them (mutants.yaml says by which check) and are all off otherwise.
 * What they do is in sabotage.c; the connector calls it only where defects_on(). Whoever copies the
 * connector leaves both files out. */

#include <stdbool.h>
#include <stdio.h>

/*    name                               what the connector does */
#define DEFECT_TABLE(X)                                                                            \
    X(NO_USER_AGENT, "no-user-agent", "sends no User-Agent")                                       \
    X(NO_USER_AGENT_ON_STATEMENTS, "user-agent-missing-on-statements",                             \
      "sends no User-Agent with statements")                                                       \
    X(NO_USER_AGENT_ON_TOKEN, "no-user-agent-on-token", "sends no User-Agent for tokens")          \
    X(BAD_USER_AGENT, "user-agent-bad-grammar", "sends a User-Agent with an open comment")         \
    X(OTHER_USER_AGENT, "user-agent-other-product", "names another product")                       \
    X(STALE_USER_AGENT, "user-agent-stale-version", "names an earlier version of itself")          \
    X(TOKEN_PER_CALL, "token-per-call", "fetches a token for each call")                           \
    X(TOKEN_KEPT_FOREVER, "token-kept-forever", "keeps the first token, even when refused")        \
    X(EXPIRY_IGNORED, "token-expiry-ignored", "replaces a token only after it was refused")        \
    X(SUCCESS_REMEMBERED, "success-remembered", "repeats an old success once the token is over")   \
    X(LOG_TOKEN, "log-token", "logs the token, in two writes")                                     \
    X(LOG_TOKEN_STDOUT, "log-token-stdout", "logs the token to stdout")                            \
    X(LOG_SECRET_BASE64, "log-secret-base64", "logs its credential in base64")                     \
    X(LOG_BASIC_HEADER, "log-basic-header", "logs the header of the token request")                \
    X(TOKEN_IN_FILE, "token-in-file", "keeps the token in a file in HOME")                         \
    X(SECRET_IN_CHILD_ARGV, "secret-in-child-argv", "hands its credential to a child as argument") \
    X(SECRET_IN_CHILD_ENVIRON, "secret-in-child-environ",                                          \
      "hands its credential to a child in a variable")                                             \
    X(TOKEN_IN_URL, "token-in-url", "puts the token into the query, too")                          \
    X(TOKEN_IN_REFERER, "token-in-referer", "sends a Referer with the token in it")                \
    X(DUMP_UNMASKED, "dump-unmasked", "shows its credential in the string form of its objects")    \
    X(ERROR_SHOWS_SECRET, "error-shows-secret", "puts its credential into error messages")         \
    X(AUTH_TYPE_FROM_ENV, "auth-type-from-env", "follows DATABRICKS_AUTH_TYPE")                    \
    X(READS_DATABRICKSCFG, "reads-databrickscfg", "follows ~/.databrickscfg")                      \
    X(ENV_TOKEN_WINS, "env-token-wins", "prefers DATABRICKS_TOKEN and the like")                   \
    X(ENV_HOST_WINS, "env-host-wins", "prefers DATABRICKS_HOST")                                   \
    X(MIXED_ACCEPTED, "mixed-credentials-accepted", "takes credentials of two kinds")              \
    X(MIXED_REFUSED_LATE, "mixed-credentials-refused-late",                                        \
      "refuses credentials of two kinds after it has used them")                                   \
    X(OK_ON_403, "reports-ok-on-403", "reports success when a call is answered 403")               \
    X(FAILED_STATEMENT_OK, "failed-statement-ok", "takes HTTP 200 for a statement's success")      \
    X(NO_MESSAGE, "error-without-message", "says that it failed, but not why")                     \
    X(CRASH_ON_403, "crash-on-403", "dies by a signal when a call is answered 403")                \
    X(HANG_ON_403, "hangs-on-403", "waits for ever when a call is answered 403")                   \
    X(EXIT_ZERO_ON_ERROR, "exit-zero-on-error", "ends with status 0 after a failure")              \
    X(EXIT_NONZERO, "exit-nonzero-on-success", "ends with status 3 after success")                 \
    X(IGNORES_END, "ignores-end-of-input", "does not end when its input does")                     \
    X(FAILS_SECOND, "fails-second-operation", "fails from the second operation on")                \
    X(RETRY_STORM, "retry-storm-on-403", "repeats a call that is answered 403")                    \
    X(TOKEN_STORM, "token-storm-on-wrong-secret", "repeats a token request that is refused")       \
    X(REFRESH_ON_DENIED, "refresh-on-permission-denied",                                           \
      "fetches another token when a permission is missing")                                        \
    X(TWO_CLIENT_AUTHS, "two-client-authentications", "sends the client secret in two ways")       \
    X(TOKEN_JSON, "token-request-json", "sends the token request as JSON")                         \
    X(TOKEN_NO_SCOPE, "token-request-without-scope", "asks for a token without a scope")           \
    X(TOKEN_REFRESH_GRANT, "refresh-grant-for-m2m", "asks for an M2M token by a refresh token")    \
    X(TOKEN_DUPLICATE, "duplicate-parameter", "sends the scope twice")                             \
    X(LEAVES_CHILD, "leaves-child", "leaves a process behind")                                     \
    X(ANSWERS_ANYTHING, "answers-unknown-verbs", "answers ok to words it does not know")           \
    X(FAKES_SUCCESS, "fakes-success", "answers ok without any request")                            \
    X(FAKES_NONCE, "fakes-nonce", "makes up the table's id")                                       \
    X(SKIPS_STATEMENT, "skips-statement", "does not run the statement")                            \
    X(MODE_FALLS_BACK, "unknown-mode-falls-back", "takes another mode for an unknown one")         \
    X(UNKNOWN_ROUTE, "extra-unknown-route", "calls a route that does not exist")                   \
    X(LOWER_CASE_BEARER, "lower-case-bearer", "writes the scheme as `bearer'")                     \
    X(ANONYMOUS_FIRST, "asks-anonymously-first", "sends a first call without credential")          \
    X(TOKEN_WITHOUT_NEED, "token-endpoint-without-need", "asks for a token though it has one")     \
    X(PHONES_HOME, "phones-home", "looks for an update at a host of its own")

#define DEFECT_ENUM(name, text, doc) DEFECT_##name,
enum defect { DEFECT_NONE, DEFECT_TABLE(DEFECT_ENUM) DEFECT_COUNT };
#undef DEFECT_ENUM

/* NULL or "": none. An unknown name is an error, told on stderr. Called once, at the start. */
int defects_choose(const char *name);
bool defect_is(enum defect d);
bool defects_on(void);
void defects_print(FILE *out);

#endif
