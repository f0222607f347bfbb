/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_CONNECT_H
#define REFERENCE_DEFECTS_CONNECT_H

/* What sabotage/connect.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_CONNECT(X)                                                                      \
    X(EXIT_NONZERO, "exit-nonzero-on-success", "ends with status 3 after success")              \
    X(IGNORES_END, "ignores-end-of-input", "does not end when its input does")                  \
    X(FAILS_SECOND, "fails-second-operation", "fails from the second operation on")             \
    X(TWO_CLIENT_AUTHS, "two-client-authentications", "sends the client secret in two ways")    \
    X(TOKEN_JSON, "token-request-json", "sends the token request as JSON")                      \
    X(TOKEN_NO_SCOPE, "token-request-without-scope", "asks for a token without a scope")        \
    X(TOKEN_REFRESH_GRANT, "refresh-grant-for-m2m", "asks for an M2M token by a refresh token") \
    X(TOKEN_DUPLICATE, "duplicate-parameter", "sends the scope twice")                          \
    X(LEAVES_CHILD, "leaves-child", "leaves a process behind")                                  \
    X(LOWER_CASE_BEARER, "lower-case-bearer", "writes the scheme as `bearer'")                  \
    X(ANONYMOUS_FIRST, "asks-anonymously-first", "sends a first call without credential")       \
    X(TOKEN_WITHOUT_NEED, "token-endpoint-without-need", "asks for a token though it has one")  \
    X(BASIC_NOT_ENCODED, "basic-not-encoded", "does not encode the halves of its Basic header") \
    X(PASSWORD_GRANT, "password-grant", "tries the password grant first")                       \
    X(SCOPE_TOO_WIDE, "scope-too-wide", "asks for a scope that it has no use for")              \
    X(TOKEN_TWICE, "token-in-second-header", "sends its token in a header of its own as well")  \
    X(HOST_SLASH_KEPT, "host-slash-kept", "keeps the slash at the host's end")                  \
    X(HOST_QUERY_KEPT, "host-query-kept", "keeps the query at the host's end")                  \
    X(HOST_SCHEME_NEEDED, "host-scheme-needed", "takes a host without a scheme for plain HTTP") \
    X(HTTP_ACCEPTED, "http-accepted", "sends credentials without TLS")                          \
    X(ANONYMOUS_WHEN_MISSING, "anonymous-when-missing", "goes on without any credential")

#endif
