/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a connector writes is an answer or invalid with a reason; only an object with the number
 * that was asked is an answer. */
#include "base/core/assert.h"
#include "harness/run/lines_answer.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str line = str_n((const char *)data, size);
    struct lines_answer a = lines_answer_read(line, 1);
    ASSERT((a.answer == ANSWER_INVALID) == (a.problem != NULL));
    if (a.answer == ANSWER_INVALID) {
        return 0;
    }
    ASSERT(a.answer == ANSWER_OK || a.answer == ANSWER_ERROR || a.answer == ANSWER_UNSUPPORTED);
    ASSERT(a.has_seq && memchr(line.ptr, '{', line.len) != NULL);
    struct lines_answer other = lines_answer_read(line, 2);
    ASSERT(other.answer == ANSWER_INVALID && other.has_seq);
    return 0;
}
