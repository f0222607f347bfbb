/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EVIDENCE_CAPTURE_PRIV_H
#define HARNESS_EVIDENCE_CAPTURE_PRIV_H

#include "harness/evidence/capture.h"

/* Scans bytes and records up to CAPTURE_FINDS finds. When out is not NULL the redacted bytes are
 * appended to it. */
void capture_bytes(struct capture *c, struct str bytes, const char *place, const char *detail,
                   const struct capture_ranges *ranges, struct buf *out);

#endif
