/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/glob.h"
#include "base/text/suggest.h"
#include "mock/fault/fault_rules.h"
#include "mock/http/recorded_error.h"
#include "mock/http/route.h"

#define ROUTES_MAX 1024

int fault_error_check(const char *name, struct err *err)
{
    if (name == NULL || recorded_error_find(name) != NULL) {
        return 0;
    }
    const char *known[128];
    size_t count = 0;
    while (count < ARRAY_LEN(known) && recorded_error_at(count) != NULL) {
        known[count] = recorded_error_at(count)->name;
        count++;
    }
    err_set(err, ERR_INVALID, "unknown recorded error '%s'", name);
    suggest_hint(err, str_of(name), known, count);
    return -1;
}

int fault_route_check(const struct router *routes, struct str pattern, struct err *err)
{
    const char *known[ROUTES_MAX];
    size_t count = 0;
    const struct route *route = NULL;
    while (count < ARRAY_LEN(known) && (route = router_at(routes, count)) != NULL) {
        if (glob_match(pattern, str_of(route->name))) {
            return 0;
        }
        known[count++] = route->name;
    }
    if (glob_match(pattern, STR(""))) {
        return 0; /* what has no route */
    }
    err_set(err, ERR_INVALID, "no route is called '%.*s'", STR_ARG(pattern));
    suggest_hint(err, pattern, known, count);
    if (err->hint[0] == '\0') {
        err_hint(err, "assay-mock routes lists them; a pattern such as sql.* names several");
    }
    return -1;
}

/* The same complaint, at a place. */
static int place(const struct json_doc *doc, const struct json *node, const struct err *from,
                 struct err *err)
{
    (void)json_err(doc, node, err, "%s", from->msg);
    err_hint(err, "%s", from->hint);
    return -1;
}

int fault_rule_check(const struct router *routes, const struct json_doc *doc,
                     const struct json *node, const struct scenario_fault *f, struct err *err)
{
    struct err found = {0};
    if (fault_error_check(f->error, &found) < 0) {
        return place(doc, json_get(node, "error"), &found, err);
    }
    const struct json *list = json_get(node, "routes");
    for (size_t i = 0; routes != NULL && i < f->routes.count; i++) {
        const struct json *one = json_at(list, i);
        if (fault_route_check(routes, str_of(f->routes.items[i]), &found) < 0) {
            return place(doc, one != NULL ? one : list, &found, err);
        }
    }
    return 0;
}
