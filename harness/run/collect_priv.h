/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_COLLECT_PRIV_H
#define HARNESS_RUN_COLLECT_PRIV_H

#include "harness/run/session_priv.h"

/* After the connector's end, while the mocks still run: asks for all canaries, looks for them in
 * everything, redacts, and fills the evidence. Without the canaries nothing of the connector's can
 * be kept, so on an error texts stay empty. */
int collect(struct session *s, struct err *err) NODISCARD;

/* Part of it (collect_browser.c). */
int collect_browser(struct session *s, struct capture *c, struct err *err) NODISCARD;

#endif
