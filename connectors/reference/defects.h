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
    X(PHONES_HOME, "phones-home", "looks for an update at a host of its own")                      \
    X(CRASH_ON_HTML, "crash-on-html", "dies by a signal when an answer is not JSON")               \
    X(SILENT_WITHOUT_JSON, "silent-without-json", "has no message for an answer that is not JSON") \
    X(EMPTY_ERROR_OK, "empty-error-ok", "takes an error without a body for success")               \
    X(CONTENT_TYPE_NEEDED, "content-type-needed", "reads no answer without Content-Type")          \
    X(LOGIN_PAGE_OK, "login-page-ok", "takes a page with status 200 for success")                  \
    X(EMPTY_TOKEN_USED, "empty-token-used", "goes on when it got a page for a token")              \
    X(ONE_DIALECT, "one-error-dialect", "reads error_code and message only")                       \
    X(REQUEST_ID_LOST, "request-id-lost", "drops the request id of an error")                      \
    X(STORM_ON_401, "retry-storm-on-401", "repeats a call that is answered 401")                   \
    X(STORM_ON_404, "retry-storm-on-404", "repeats a call that is answered 404")                   \
    X(OK_ON_404, "reports-ok-on-404", "takes an absent table for success")                         \
    X(REFRESH_ON_SCOPE, "refresh-on-scope", "fetches another token when a scope is missing")       \
    X(REFRESH_ON_GATEWAY, "refresh-on-gateway-403",                                                \
      "fetches another token after any 403 of the gateway")                                        \
    X(STATEMENT_STATUS_IGNORED, "statement-status-ignored",                                        \
      "takes a refused statement for success")                                                     \
    X(RETRY_AT_ONCE, "retry-at-once", "does not wait before it tries again")                       \
    X(RETRY_DATE_IGNORED, "retry-date-ignored", "reads Retry-After as seconds only")               \
    X(RETRY_FOREVER, "retry-forever", "tries for ever while it is told to come later")             \
    X(NO_RETRY, "no-retry", "gives up at the first 503")                                           \
    X(NO_TOKEN_RETRY, "no-token-retry", "gives up when the token endpoint is busy")                \
    X(POST_REPEATED, "statement-repeated", "sends a statement again when its answer is lost")      \
    X(GET_NOT_REPEATED, "get-not-repeated", "gives up when a connection breaks")                   \
    X(RESET_STORM, "reset-storm", "tries for ever while connections break")                        \
    X(CUT_BODY_OK, "cut-answer-ok", "takes an answer that was cut short for a whole one")          \
    X(REFRESH_401_ONLY, "refresh-on-401-only", "fetches another token after 401 only")             \
    X(REFRESH_403_ONLY, "refresh-on-403-only", "fetches another token after 403 only")             \
    X(TYPE_CASE_SENSITIVE, "token-type-case-sensitive", "understands `Bearer' in this case only")  \
    X(TYPE_IGNORED, "token-type-ignored", "uses tokens of any type")                               \
    X(EXPIRES_STRING_LOST, "expires-in-string-lost", "takes a lifetime in quotes for none")        \
    X(EXPIRES_ABSENT_ZERO, "expires-in-absent-zero", "does not keep a token without lifetime")     \
    X(EXPIRES_ABSENT_FOREVER, "expires-in-absent-forever",                                         \
      "keeps a token without lifetime for a day")                                                  \
    X(EXPIRES_ZERO_LOOP, "expires-in-zero-loop", "asks again while a lifetime is 0")               \
    X(EXTRA_REFUSED, "extra-members-refused", "refuses token answers with unknown members")        \
    X(SCOPE_MUST_MATCH, "scope-must-match", "refuses tokens of another scope than asked for")      \
    X(TOKEN_TRUNCATED, "token-truncated", "keeps 4096 bytes of a token")                           \
    X(READS_NETRC, "reads-netrc", "prefers the password of ~/.netrc")                              \
    X(PROXY_FROM_ENV, "proxy-from-env", "follows the proxies of the environment")                  \
    X(DISCOVERY_FROM_ENV, "discovery-from-env", "follows DATABRICKS_DISCOVERY_URL")                \
    X(CONFIG_FILE_FROM_ENV, "config-file-from-env", "follows DATABRICKS_CONFIG_FILE")              \
    X(PRODUCT_FROM_ENV, "product-from-env", "takes its product from the environment")              \
    X(READS_TOKEN_CACHE, "reads-token-cache", "uses a token of another tool's cache")              \
    X(FOLLOWS_REDIRECT, "follows-redirect", "follows redirects with its token")                    \
    X(FOLLOWS_TOKEN_REDIRECT, "follows-token-redirect", "follows redirects of the token endpoint") \
    X(HTML_ERROR_SHOWS_TOKEN, "html-error-shows-token",                                            \
      "quotes its token when an answer is not JSON")                                               \
    X(LOG_SECOND_TOKEN, "log-second-token", "logs its tokens, but not the first")                  \
    X(DEBUG_HEADERS, "debug-headers", "logs headers when DATABRICKS_DEBUG_HEADERS is set")         \
    X(POLLS_WITHOUT_PAUSE, "polls-without-pause", "polls a statement without pauses")              \
    X(CLOSED_FAILS, "closed-fails", "takes CLOSED for a failure")                                  \
    X(CANCELED_OK, "canceled-ok", "takes CANCELED for success")                                    \
    X(FAILED_LATER_OK, "failed-later-ok", "takes FAILED for success once it has polled")

#define DEFECT_ENUM(name, text, doc) DEFECT_##name,
enum defect { DEFECT_NONE, DEFECT_TABLE(DEFECT_ENUM) DEFECT_COUNT };
#undef DEFECT_ENUM

/* NULL or "": none. An unknown name is an error, told on stderr. Called once, at the start. */
int defects_choose(const char *name);
bool defect_is(enum defect d);
bool defects_on(void);
void defects_print(FILE *out);

#endif
