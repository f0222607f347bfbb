/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "base/text/suggest.h"
#include "mock/control/control_priv.h"
#include "mock/fault/fault_rules.h"

#define NAMES_MAX (CONTROL_QUERY_MAX - 1)

/* Besides `space`, which every call takes. */
static const struct {
    route_handler *handler;
    const char *names[NAMES_MAX];
} queries[] = {
    {control_get_tokens, {"kind"}},
    {control_get_journal, {"after", "route"}},
    {control_get_journal_last, {"route", "count"}},
    {control_get_journal_count, {"route"}},
    {control_get_journal_wait, {"route", "count", "timeout_ms"}},
    {control_post_journal_take, {"route", "count", "timeout_ms"}},
};

size_t control_query_names(const struct route *route, const char *ret[CONTROL_QUERY_MAX])
{
    size_t count = 0;
    ret[count++] = "space";
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        for (size_t k = 0; queries[i].handler == route->handler && k < NAMES_MAX; k++) {
            if (queries[i].names[k] != NULL) {
                ret[count++] = queries[i].names[k];
            }
        }
    }
    return count;
}

static bool is_known(struct str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_z(name, names[i])) {
            return true;
        }
    }
    return false;
}

bool control_query_check(const struct route *route, struct exchange *x)
{
    const char *names[CONTROL_QUERY_MAX];
    size_t count = control_query_names(route, names);
    struct err err = {0};
    VEC_FOREACH(const struct url_param, p, &x->req->params) {
        if (!is_known(p->name, names, count)) {
            err_set(&err, ERR_INVALID, "unknown query parameter '%.*s'", STR_ARG(p->name));
            suggest_hint(&err, p->name, names, count);
            control_refuse(x, 400, &err);
            return false;
        }
    }
    const char *pattern = control_query(x, "route");
    const struct router *routes = control_of(x)->backend.routes;
    if (pattern != NULL && pattern[0] != '\0' &&
        fault_route_check(routes, str_of(pattern), &err) < 0) {
        err_wrap(&err, "query parameter 'route'");
        control_refuse(x, 400, &err);
        return false;
    }
    return true;
}

const char *control_query(struct exchange *x, const char *name)
{
    const struct url_param *p = params_get(&x->req->params, name);
    return p != NULL ? arena_strndup(x->req->arena, p->value.ptr, p->value.len) : NULL;
}

bool control_query_int(struct exchange *x, const char *name, int64_t dflt, int64_t *ret)
{
    const struct url_param *p = params_get(&x->req->params, name);
    struct err err = {0};
    if (p == NULL) {
        *ret = dflt;
        return true;
    }
    if (parse_int64(p->value, 0, INT64_MAX / 2, ret, &err) < 0) {
        err_wrap(&err, "query parameter '%s'", name);
        control_refuse(x, 400, &err);
        return false;
    }
    return true;
}
