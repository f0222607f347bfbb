/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_SQL_H
#define REFERENCE_DEFECTS_SQL_H

/* What sabotage/sql.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_SQL(X)                                                                   \
    X(POLLS_WITHOUT_PAUSE, "polls-without-pause", "polls a statement without pauses")    \
    X(CLOSED_FAILS, "closed-fails", "takes CLOSED for a failure")                        \
    X(CANCELED_OK, "canceled-ok", "takes CANCELED for success")                          \
    X(FAILED_LATER_OK, "failed-later-ok", "takes FAILED for success once it has polled") \
    X(FIRST_CHUNK_ONLY, "first-chunk-only", "reads the first chunk of a result only")

#endif
