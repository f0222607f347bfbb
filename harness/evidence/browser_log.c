/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"
#include "harness/evidence/columns_priv.h"
#include "harness/evidence/evidence.h"

struct visits {
    struct browser_visit_record *items;
    size_t count, capacity;
};
struct callbacks {
    struct browser_callback_record *items;
    size_t count, capacity;
};

static int line_read(struct arena *a, struct str line, struct visits *visits,
                     struct callbacks *callbacks, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (json_read(line, "the browser's log", NULL, &doc, err) < 0) {
        return -1;
    }
    const struct json *visit = json_get(doc.root, "visit");
    const struct json *callback = json_get(doc.root, "callback");
    if (json_get(doc.root, "ready") != NULL) {
        return 0;
    }
    if (visit != NULL) {
        return columns_read(&visit_columns, a, visit, VEC_PUSH(a, visits), err);
    }
    return columns_read(&callback_columns, a, callback, VEC_PUSH(a, callbacks), err);
}

int browser_log_read(struct arena *a, struct str log, int64_t zero_ms, struct evidence *e,
                     struct err *err)
{
    struct visits visits = {0};
    struct callbacks callbacks = {0};
    struct str line;
    while (str_split(&log, '\n', &line)) {
        if (line.len > 0 && line_read(a, line, &visits, &callbacks, err) < 0) {
            return err_wrap(err, "what the browser saw");
        }
    }
    VEC_FOREACH(struct browser_visit_record, visit, &visits) {
        visit->at_ms -= zero_ms;
    }
    VEC_FOREACH(struct browser_callback_record, callback, &callbacks) {
        callback->at_ms -= zero_ms;
    }
    e->visits = visits.items;
    e->visit_count = visits.count;
    e->callbacks = callbacks.items;
    e->callback_count = callbacks.count;
    return 0;
}
