/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_LAST_LOOK_PRIV_H
#define HARNESS_RUN_LAST_LOOK_PRIV_H

/* Our own output is searched like everyone's: after a case's evidence was saved, and, by whoever
 * holds the other end of canary_fd, when the reports of the run are written. */

#include "base/core/err.h"

struct secret_scanner;
struct secret_set;

/* Fails (ERR_INTERNAL) when a file below dir holds a canary. */
int evidence_look(const struct secret_scanner *scanner, const char *dir, struct err *err) NODISCARD;
/* Appends a line of JSON per canary, {"name","kind","value"}, in one write. */
int canaries_hand_over(const struct secret_set *canaries, int fd, struct err *err) NODISCARD;

#endif
