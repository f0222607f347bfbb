/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a sample run in the format named, or the schema of results.json, for readers that are not
 * ours. */
#include "harness/report/report.h"
#include "harness/report/results.h"

#include "sample_run.h"

#include "base/core/str.h"
#include "base/json/json.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    const char *name = argc > 1 ? argv[1] : "";
    const struct report_format *format = report_format_find(str_of(name));
    struct run_record *run = argc > 2 ? sample_run_green(a) : sample_run_new(a);
    if (format) {
        format->write(&out, run, NULL);
    } else if (str_eq_z(str_of(name), "schema")) {
        AUTO_JSON struct json *schema = shape_schema(&results_shape);
        json_write_pretty(&out, schema);
    } else {
        fprintf(stderr, "usage: render_report FORMAT|schema [green]\n");
        return 64;
    }
    return fwrite(buf_z(&out), 1, out.len, stdout) == out.len ? 0 : 1;
}
