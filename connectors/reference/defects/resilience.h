/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_RESILIENCE_H
#define REFERENCE_DEFECTS_RESILIENCE_H

/* What sabotage/resilience.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_RESILIENCE(X)                                                                  \
    X(RETRY_AT_ONCE, "retry-at-once", "does not wait before it tries again")                   \
    X(RETRY_DATE_IGNORED, "retry-date-ignored", "reads Retry-After as seconds only")           \
    X(RETRY_AFTER_NEEDED, "retry-after-needed", "gives up when 429 does not say for how long") \
    X(RETRY_FOREVER, "retry-forever", "tries for ever while it is told to come later")         \
    X(NO_RETRY, "no-retry", "gives up at the first 503")                                       \
    X(NO_TOKEN_RETRY, "no-token-retry", "gives up when the token endpoint is busy")            \
    X(POST_REPEATED, "statement-repeated", "sends a statement again when its answer is lost")  \
    X(GET_NOT_REPEATED, "get-not-repeated", "gives up when a connection breaks")               \
    X(REFUSED_IS_FINAL, "refused-is-final", "gives up when no connection can be made")         \
    X(RESET_STORM, "reset-storm", "tries for ever while connections break")                    \
    X(CUT_BODY_OK, "cut-answer-ok", "takes an answer that was cut short for a whole one")

#endif
