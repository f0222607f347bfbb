/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_QUIET_PRIV_H
#define HARNESS_RUN_QUIET_PRIV_H

/* Waits, before the clocks move, until the connector has nothing under way. A client may renew its
 * token behind an operation that has ended; an answer that it has not taken in when the clocks move
 * would count from the hour after.
 *
 * Where programs are followed it shows: none of them runs, and nothing new is asked, in some looks
 * one after the other. Each look asks the mock, which answers what came before it, so that a client
 * that waited for the mock is seen to run in the next. Elsewhere, and where something runs all the
 * time, nothing new must be asked for a while. */

#include "harness/run/session_priv.h"

/* 0 also when the connector was never quiet: a case does not fail for that. */
int quiet_await(struct session *s, struct err *err) NODISCARD;

#endif
