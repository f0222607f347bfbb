/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_ERRORS_H
#define REFERENCE_DEFECTS_ERRORS_H

/* What sabotage/errors.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_ERRORS(X)                                                                          \
    X(OK_ON_403, "reports-ok-on-403", "reports success when a call is answered 403")               \
    X(FAILED_STATEMENT_OK, "failed-statement-ok", "takes HTTP 200 for a statement's success")      \
    X(NO_MESSAGE, "error-without-message", "says that it failed, but not why")                     \
    X(CRASH_ON_403, "crash-on-403", "dies by a signal when a call is answered 403")                \
    X(HANG_ON_403, "hangs-on-403", "waits for ever when a call is answered 403")                   \
    X(EXIT_ZERO_ON_ERROR, "exit-zero-on-error", "ends with status 0 after a failure")              \
    X(RETRY_STORM, "retry-storm-on-403", "repeats a call that is answered 403")                    \
    X(TOKEN_STORM, "token-storm-on-wrong-secret", "repeats a token request that is refused")       \
    X(REFRESH_ON_DENIED, "refresh-on-permission-denied",                                           \
      "fetches another token when a permission is missing")                                        \
    X(CRASH_ON_HTML, "crash-on-html", "dies by a signal when an answer is not JSON")               \
    X(SILENT_WITHOUT_JSON, "silent-without-json", "has no message for an answer that is not JSON") \
    X(EMPTY_ERROR_OK, "empty-error-ok", "takes an error without a body for success")               \
    X(CONTENT_TYPE_NEEDED, "content-type-needed", "reads no answer without Content-Type")          \
    X(LOGIN_PAGE_OK, "login-page-ok", "takes a page with status 200 for success")                  \
    X(EMPTY_TOKEN_USED, "empty-token-used", "goes on when it got a page for a token")              \
    X(ONE_DIALECT, "one-error-dialect", "reads error_code and message only")                       \
    X(REQUEST_ID_LOST, "request-id-lost", "drops the request id of an error")                      \
    X(REQUEST_ID_DETAILS_LOST, "request-id-in-details-lost",                                       \
      "does not look into the details of an error")                                                \
    X(REQUEST_ID_TEXT_LOST, "request-id-in-text-lost",                                             \
      "cuts what is in brackets off the text of an error")                                         \
    X(STORM_ON_401, "retry-storm-on-401", "repeats a call that is answered 401")                   \
    X(STORM_ON_404, "retry-storm-on-404", "repeats a call that is answered 404")                   \
    X(OK_ON_404, "reports-ok-on-404", "takes an absent table for success")                         \
    X(REFRESH_ON_SCOPE, "refresh-on-scope", "fetches another token when a scope is missing")       \
    X(REFRESH_ON_GATEWAY, "refresh-on-gateway-403",                                                \
      "fetches another token after any 403 of the gateway")                                        \
    X(STATEMENT_STATUS_IGNORED, "statement-status-ignored", "takes a refused statement for success")

#endif
