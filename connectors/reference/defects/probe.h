/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_PROBE_H
#define REFERENCE_DEFECTS_PROBE_H

/* What sabotage/probe.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_PROBE(X)                                                                   \
    X(ANSWERS_ANYTHING, "answers-unknown-verbs", "answers ok to words it does not know")   \
    X(FAKES_SUCCESS, "fakes-success", "answers ok without any request")                    \
    X(FAKES_NONCE, "fakes-nonce", "makes up the table's id")                               \
    X(SKIPS_STATEMENT, "skips-statement", "does not run the statement")                    \
    X(MODE_FALLS_BACK, "unknown-mode-falls-back", "takes another mode for an unknown one") \
    X(UNKNOWN_ROUTE, "extra-unknown-route", "calls a route that does not exist")

#endif
