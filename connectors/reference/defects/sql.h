/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_SQL_H
#define REFERENCE_DEFECTS_SQL_H

/* What sabotage/sql.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_SQL(X)                                                                          \
    X(POLLS_WITHOUT_PAUSE, "polls-without-pause", "polls a statement without pauses")           \
    X(CLOSED_FAILS, "closed-fails", "takes CLOSED for a failure")                               \
    X(CANCELED_OK, "canceled-ok", "takes CANCELED for success")                                 \
    X(FAILED_LATER_OK, "failed-later-ok", "takes FAILED for success once it has polled")        \
    X(NO_ENDPOINTS, "older-path-refused", "does not know the older form of the HTTP path")      \
    X(NO_USER_AGENT_ON_POLLS, "user-agent-missing-on-polls", "sends no User-Agent with polls")  \
    X(TOKEN_OF_STATEMENT, "token-kept-while-polling", "polls with the token of the statement")  \
    X(STATEMENT_RETRIED_AT_ONCE, "statement-retried-at-once",                                   \
      "does not wait before it sends a statement again")                                        \
    X(SESSION_RETRIED_AT_ONCE, "session-retried-at-once",                                       \
      "does not wait before it opens a session again")                                          \
    X(SESSION_REFUSED_FOR_GOOD, "session-refused-for-good",                                     \
      "gives up when it cannot open a session at once")                                         \
    X(STATEMENT_SHOWS_TOKEN, "statement-error-shows-token",                                     \
      "quotes its token when a statement is refused")                                           \
    X(TELEMETRY_SHOWS_TOKEN, "telemetry-shows-token", "sends its token along with telemetry")   \
    X(FIRST_CHUNK_ONLY, "first-chunk-only", "reads the first chunk of a result only")           \
    X(WAREHOUSE_FIXED, "warehouse-fixed",                                                       \
      "sends a statement to a warehouse of its own choice first")                               \
    X(WAIT_TIMEOUT_WRONG, "wait-timeout-wrong", "asks to be kept waiting for 3 s first")        \
    X(EMPTY_PAGE_ENDS, "empty-page-ends", "ends a list at an empty page")                       \
    X(FIRST_PAGE_ONLY, "first-page-only", "reads the first page of a list")                     \
    X(TOKEN_TO_STORAGE, "token-to-storage", "sends its token to the storage of results")        \
    X(LINK_LOGGED, "link-logged", "logs presigned URLs")                                        \
    X(GONE_OK, "gone-statement-ok", "takes a statement that is gone for one that is done")      \
    X(CHUNK_SKIPPED, "missing-chunk-skipped", "takes what came before a missing chunk for all") \
    X(EXPIRED_LINK_EMPTY, "expired-link-empty", "takes a link that has expired for no rows")    \
    X(APP_STORM, "app-storm", "repeats a call that an App refuses")                             \
    X(APP_REFUSAL_OK, "app-refusal-ok", "takes the refusal of an App for success")              \
    X(APP_ANONYMOUS, "app-anonymous", "calls an App without a token")

#endif
