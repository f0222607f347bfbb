/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_CONCURRENCY_H
#define REFERENCE_DEFECTS_CONCURRENCY_H

/* What sabotage/concurrency.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_CONCURRENCY(X)                                                                     \
    X(TOKEN_PER_THREAD, "token-per-thread", "fetches a token for each thread")                     \
    X(STAMPEDE_AT_EXPIRY, "stampede-at-expiry", "lets each thread replace a token that is over")   \
    X(ONE_BY_ONE, "parallel-one-by-one", "does what is asked for in parallel one after the other") \
    X(LOSES_ONE, "parallel-loses-one", "does not tell that one of several validations failed")     \
    X(CONNECTION_PER_CALL, "connection-per-call", "opens a connection for each call")

#endif
