/* SPDX-License-Identifier: Apache-2.0 */
/* Family "wire": how often, in what form and to where requests went. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "harness/judge/selection.h"

struct count_params {
    struct selection selection;
    int64_t min, max;
    bool has_max;
};

struct header_params {
    struct selection selection;
    const char *name, *equals;
    bool absent;
};

static void run_count(const struct check_context *x, struct check_outcome *o)
{
    const struct count_params *p = x->params;
    const struct journal *j = &x->evidence->journal;
    const char *what = selection_text(x->arena, &p->selection);
    int64_t n = (int64_t)selection_count(&p->selection, j);
    const char *expected =
        !p->has_max ? arena_printf(x->arena, "at least %lld %s", (long long)p->min, what)
        : p->min == p->max
            ? arena_printf(x->arena, "exactly %lld %s", (long long)p->min, what)
            : arena_printf(x->arena, "%lld to %lld %s", (long long)p->min, (long long)p->max, what);
    const char *seen = arena_printf(x->arena, "%lld %s", (long long)n, what);
    if (n >= p->min && (!p->has_max || n <= p->max)) {
        check_pass(o, expected, seen);
        return;
    }
    struct selection all = {0};
    const char *excerpt = selection_excerpt(x->arena, &p->selection, j, 12);
    check_fail(o, expected, seen, excerpt ? excerpt : selection_excerpt(x->arena, &all, j, 12));
}

static bool header_is_right(const struct header_params *p, const struct journal_record *r)
{
    const char *value = journal_header(&r->request.headers, p->name);
    if (p->absent) {
        return value == NULL;
    }
    return value && (!p->equals || str_eq_z(str_of(value), p->equals));
}

static void run_header(const struct check_context *x, struct check_outcome *o)
{
    const struct header_params *p = x->params;
    const char *what = selection_text(x->arena, &p->selection);
    const char *expected =
        p->absent   ? arena_printf(x->arena, "%s carry no %s header", what, p->name)
        : p->equals ? arena_printf(x->arena, "%s carry `%s: %s'", what, p->name, p->equals)
                    : arena_printf(x->arena, "%s carry a %s header", what, p->name);
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&p->selection, r)) {
            continue;
        }
        looked_at++;
        if (!header_is_right(p, r)) {
            const char *value = journal_header(&r->request.headers, p->name);
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld has %s%s%s", (long long)r->seq,
                                    value ? "`" : "none", value ? value : "", value ? "'" : ""),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected, arena_printf(x->arena, "there were no %s", what), NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "so did all %zu", looked_at));
}

/* An exchange the mock has no route for leaves us without an answer to judge by: the connector may
 * be right and the mock too small, so this is never a failure of the connector. */
static void run_known_routes(const struct check_context *x, struct check_outcome *o)
{
    struct selection unknown = {.classes = 1u << ROUTE_UNKNOWN};
    const struct journal *j = &x->evidence->journal;
    const char *expected = "every request goes to a route that the mock knows";
    size_t n = selection_count(&unknown, j);
    if (n == 0) {
        check_pass(o, expected, arena_printf(x->arena, "so did all %zu", j->count));
        return;
    }
    VEC_FOREACH(const struct journal_record, r, j) {
        if (selection_has(&unknown, r)) {
            check_inconclusive(o, expected,
                               arena_printf(x->arena, "%zu did not, first %s %s%s%s", n,
                                            r->request.method, r->request.target,
                                            r->nearest[0] ? "; the nearest known is " : "",
                                            r->nearest));
            return;
        }
    }
}

static bool seen_between(const struct journal *j, const char *route, int64_t first, int64_t last)
{
    VEC_FOREACH(const struct journal_record, r, j) {
        if (r->seq >= first && r->seq <= last && str_eq_z(str_of(r->route), route) &&
            r->response.status >= 200 && r->response.status < 300) {
            return true;
        }
    }
    return false;
}

/* Both calls of each successful validation must be on the wire, and in their order: an adapter that
 * answers ok without asking the server is found here. Where operations cannot be told apart on the
 * wire (drive count), the whole journal is one range. */
static void run_validation_calls(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    const char *expected = "each successful `validate' gets the Unity Catalog table and runs the "
                           "statement, both answered 2xx";
    bool table = x->manifest->capabilities >> CAN_UNITY_CATALOG & 1u;
    bool statement = x->manifest->capabilities >> CAN_STATEMENTS & 1u;
    size_t judged = 0;
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct operation_record *op = &e->operations[i];
        if (op->answer != ANSWER_OK || !str_eq_z(str_of(op->verb), "validate")) {
            continue;
        }
        judged++;
        bool has_table = seen_between(&e->journal, "uc.table.get", op->first_seq, op->last_seq);
        bool has_statement =
            seen_between(&e->journal, "sql.statement.execute", op->first_seq, op->last_seq);
        if ((table && !has_table) || (statement && !has_statement)) {
            struct selection all = {0};
            check_fail(o, expected,
                       arena_printf(x->arena, "`validate' %lld was ok without %s",
                                    (long long)op->index,
                                    table && !has_table ? "a table get" : "a statement"),
                       selection_excerpt(x->arena, &all, &e->journal, 12));
            return;
        }
    }
    if (judged == 0) {
        check_fail(o, expected, "no `validate' succeeded", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "so did all %zu", judged));
}

static const struct shape_field count_fields[] = {
    SELECTION_FIELDS,
    {.key = "min",
     .type = SHAPE_INT,
     .offset = offsetof(struct count_params, min),
     .min = 0,
     .max = 1000000,
     .doc = "the least number of them"},
    {.key = "max",
     .type = SHAPE_INT,
     .offset = offsetof(struct count_params, max),
     .present_offset = offsetof(struct count_params, has_max),
     .min = 0,
     .max = 1000000,
     .doc = "the greatest number of them; not given: any"},
};

static int count_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    const struct count_params *p = decoded;
    if (p->min == 0 && !p->has_max) {
        return json_err(doc, node, err, "wire.count needs `min' or `max', or it cannot fail");
    }
    if (p->has_max && p->max < p->min) {
        return json_err(doc, node, err, "`max' is smaller than `min'");
    }
    return 0;
}

static const struct shape count_shape = {.name = "wire.count",
                                         .doc = "which exchanges, and how many",
                                         .size = sizeof(struct count_params),
                                         .fields = count_fields,
                                         .field_count = ARRAY_LEN(count_fields),
                                         .validate = count_validate};

static const struct shape_field header_fields[] = {
    SELECTION_FIELDS,
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct header_params, name),
     .required = true,
     .min = 1,
     .max = 100,
     .doc = "the header's name"},
    {.key = "equals",
     .type = SHAPE_STRING,
     .offset = offsetof(struct header_params, equals),
     .doc = "its whole value; secrets as their markers"},
    {.key = "absent",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct header_params, absent),
     .doc = "true: the header must not be there"},
};
static const struct shape header_shape = {.name = "wire.header",
                                          .doc = "which exchanges, and the header",
                                          .size = sizeof(struct header_params),
                                          .fields = header_fields,
                                          .field_count = ARRAY_LEN(header_fields)};

static const struct check_row rows[] = {
    {.kind = {"wire.count", "The number of exchanges of a kind is within bounds.", &count_shape},
     .run = run_count,
     .cause = "requests are repeated without need, or are missing",
     .fix = "look at the exchanges listed: who sends them, and what stops it"},
    {.kind = {"wire.header", "Every exchange of a kind carries, or does not carry, a header.",
              &header_shape},
     .run = run_header,
     .cause = "a request is built by other code than the rest",
     .fix = "let one function add the common headers to every request"},
    {.kind =
         {"wire.known_routes",
          "Every request goes to a route that the mock knows; otherwise the case proves nothing.",
          NULL},
     .run = run_known_routes,
     .cause = "the connector uses an endpoint that the mock does not have",
     .fix =
         "if the endpoint exists, report it so that the mock can learn it; else correct the path"},
    {.kind = {"wire.validation_calls",
              "Each successful validation made both of the calls that prove a connection.", NULL},
     .run = run_validation_calls,
     .cause = "success is reported without asking the server",
     .fix = "make both calls for every `validate' and report what they answered"},
};

const struct check_family family_wire = {.name = "wire",
                                         .doc =
                                             "How often, in what form and to where requests went.",
                                         .rows = rows,
                                         .count = ARRAY_LEN(rows)};
