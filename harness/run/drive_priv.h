/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_DRIVE_PRIV_H
#define HARNESS_RUN_DRIVE_PRIV_H

/* How a connector is asked for operations (docs/connector-protocol.md). Functions fail only by
 * assay's own fault; what the connector does is put into the operation or the evidence. */

#include "harness/run/session_priv.h"
#include "harness/spec/manifest.h"

struct driver {
    /* Before the first step. */
    int (*begin)(struct session *s, struct err *err);
    /* Performs op->record.verb; fills answer, exit_code and the places of its texts. */
    int (*operate)(struct session *s, struct raw_operation *op, struct err *err);
    /* After the last step: nothing is left running afterwards. */
    int (*end)(struct session *s, struct err *err);
};

extern const struct driver drive_lines, drive_count, drive_exec;

#endif
