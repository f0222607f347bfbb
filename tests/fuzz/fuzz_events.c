/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an event stream: reading is safe, a stream is complete only with its footer, and
 * what was read can be rendered in every form. */
#include "harness/report/events.h"
#include "harness/report/report.h"

#include "base/core/assert.h"
#include "base/core/str.h"
#include "base/text/utf8.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render_check(const struct run_record *run)
{
    AUTO_BUF struct buf report = {0};
    AUTO_BUF struct buf junit = {0};
    AUTO_BUF struct buf summary = {0};
    build_report_write(&report, run, run);
    junit_write(&junit, run);
    summary_write(&summary, run);
    ASSERT(utf8_is_valid(buf_str(&report), NULL));
    ASSERT(utf8_is_valid(buf_str(&junit), NULL));
    ASSERT(utf8_is_valid(buf_str(&summary), NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct run_record *run = NULL;
    struct str text = str_n((const char *)data, size);
    if (run_record_read(a, text, "run.jsonl", &run, &err) < 0) {
        ASSERT(run == NULL && err.code != ERR_NONE && err.msg[0] != '\0');
        return 0;
    }
    ASSERT(run != NULL && run->run_id != NULL && err.code == ERR_NONE);
    ASSERT(!run->complete || str_find(text, STR("run-end"), 0) > 0 ||
           str_find(text, STR("\\u"), 0) > 0);
    ASSERT(run->complete || run_exit_code(run, false) != 0);
    render_check(run);
    return 0;
}
