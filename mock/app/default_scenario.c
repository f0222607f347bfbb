/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/default_scenario.h"

#include "base/sys/fs.h"

#define CONFIG_MAX_BYTES ((size_t)16 * 1024 * 1024)

static const char default_scenario[] = "workspaces:\n"
                                       "  - host: \"*\"\n"
                                       "    tables: [main.default.trips, samples.nyctaxi.trips]\n"
                                       "principals:\n"
                                       "  - name: service-principal\n"
                                       "    kind: service-principal\n"
                                       "  - name: user@example.com\n"
                                       "    has_pat: true\n";

int scenario_load(struct arena *a, const char *path, struct json_doc *ret_doc, struct scenario *ret,
                  struct err *err)
{
    if (path == NULL) {
        if (yaml_read(str_of(default_scenario), "default scenario", NULL, ret_doc, err) < 0) {
            return -1;
        }
        return scenario_decode(a, ret_doc, ret_doc->root, ret, err);
    }
    AUTO_BUF struct buf text = {0};
    if (fs_read_file(path, CONFIG_MAX_BYTES, &text, err) < 0 ||
        json_or_yaml_read(buf_str(&text), path, ret_doc, err) < 0) {
        return -1;
    }
    return scenario_decode(a, ret_doc, ret_doc->root, ret, err);
}
