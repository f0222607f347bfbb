/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_SECRETS_H
#define REFERENCE_DEFECTS_SECRETS_H

/* What sabotage/secrets.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_SECRETS(X)                                                                         \
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
    X(HTML_ERROR_SHOWS_TOKEN, "html-error-shows-token",                                            \
      "quotes its token when an answer is not JSON")                                               \
    X(LOG_SECOND_TOKEN, "log-second-token", "logs its tokens, but not the first")                  \
    X(DEBUG_HEADERS, "debug-headers", "logs headers when DATABRICKS_DEBUG_HEADERS is set")

#endif
