/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_LINES_ANSWER_H
#define HARNESS_RUN_LINES_ANSWER_H

/* Reads one line that a connector (drive lines) wrote to stdout. Pure. */

#include "base/core/str.h"
#include "harness/evidence/evidence.h"

enum { LINES_MAX_BYTES = 1024 * 1024 }; /* one answer, without its line end */

struct lines_answer {
    enum answer answer;  /* OK, ERROR, UNSUPPORTED or INVALID */
    const char *problem; /* INVALID: what is wrong, a static sentence */
    bool has_seq;        /* a JSON object with a whole number as seq */
};

/* line: without its line end; seq: the number that was asked. */
struct lines_answer lines_answer_read(struct str line, int64_t seq);

#endif
