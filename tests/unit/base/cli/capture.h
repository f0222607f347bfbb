/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_CLI_CAPTURE_H
#define TESTS_UNIT_BASE_CLI_CAPTURE_H

/* What goes to stdout and stderr between start and end. */

#include "base/core/buf.h"

struct capture {
    int files[2], saved[2];
};

void capture_start(struct capture *c);
void capture_end(struct capture *c, struct buf *ret_stdout, struct buf *ret_stderr);

#endif
