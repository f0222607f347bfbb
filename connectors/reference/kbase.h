/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_KBASE_H
#define REFERENCE_KBASE_H

/* KBase Auth2: who the user of CONNECTOR_KBASE_TOKEN is, as the service says. */

#include "workspace.h"

/* Fails when the service refuses the token, or it is over. free() *ret_user. */
int kbase_user(struct workspace *w, int64_t deadline_ms, char **ret_user, struct failure *f);

#endif
