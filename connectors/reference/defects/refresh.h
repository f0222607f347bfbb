/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_REFRESH_H
#define REFERENCE_DEFECTS_REFRESH_H

/* What sabotage/refresh.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_REFRESH(X)                                                                     \
    X(SHORT_LIFE_LOOP, "short-life-loop", "asks again while a lifetime is under a minute")     \
    X(LIFE_OVERFLOW, "expires-in-overflow", "takes a huge lifetime for none")                  \
    X(EXPIRY_BY_DATE, "expiry-by-date", "counts a lifetime from the server's Date")            \
    X(MARGIN_31, "margin-of-31-seconds", "replaces a token 31 seconds before its end")         \
    X(MONOTONIC_EXPIRY, "expiry-by-monotonic-clock",                                           \
      "counts a lifetime by a clock that stands still while the machine is suspended")         \
    X(STORM_AT_THE_END, "storm-in-last-minutes", "fetches a token for each call near the end") \
    X(CATCHES_UP, "refreshes-catch-up", "makes up for each refresh that it slept through")

#endif
