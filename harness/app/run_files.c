/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/run_files.h"

#include "base/sys/fs.h"

int run_file_load(struct arena *a, const char *name, struct run_file *ret, struct err *err)
{
    struct run_file f = {.name = name};
    bool is_dir = fs_is_dir(name);
    f.dir = is_dir ? name : fs_dirname(a, name);
    f.events = is_dir ? fs_join(a, name, "run.jsonl") : name;
    if (!fs_exists(f.events)) {
        err_at(err, f.events, 0, 0, "there is no run here");
        err_hint(err, "name the output folder of a run, or its run.jsonl");
        return -1;
    }
    if (run_record_load(a, f.events, &f.run, err) < 0) {
        return -1;
    }
    run_record_sort(f.run);
    *ret = f;
    return 0;
}
