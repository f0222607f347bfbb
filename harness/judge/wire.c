/* SPDX-License-Identifier: Apache-2.0 */
/* Family "wire": how often, in what form and to where requests went. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "harness/judge/nearest.h"
#include "harness/judge/selection.h"

struct count_params {
    struct selection selection;
    int64_t min, max;
    bool has_max;
    const char *per; /* a form parameter: each of its values is counted apart; or NULL */
};

struct header_params {
    struct selection selection;
    const char *name, *equals;
    bool absent;
    int64_t values; /* so many different ones at least; 0 = not looked at */
};

struct spacing_params {
    struct selection selection;
    int64_t min_ms, first, tolerance_ms;
};

/* `what` is selection_text's, which begins with "requests". */
static const char *count_text(struct arena *a, int64_t n, const char *what)
{
    if (n == 1) {
        return arena_printf(a, "1 request%s", what + strlen("requests"));
    }
    return n == 0 ? arena_printf(a, "no %s", what) : arena_printf(a, "%lld %s", (long long)n, what);
}

static const char *count_expected(struct arena *a, const struct count_params *p, const char *what)
{
    if (!p->has_max) {
        return arena_printf(a, "at least %s", count_text(a, p->min, what));
    }
    if (p->max == 0) {
        return count_text(a, 0, what);
    }
    if (p->min == p->max) {
        return arena_printf(a, "exactly %s", count_text(a, p->min, what));
    }
    return p->min == 0
               ? arena_printf(a, "at most %s", count_text(a, p->max, what))
               : arena_printf(a, "%lld to %s", (long long)p->min, count_text(a, p->max, what));
}

/* The same value asked for in the same way: what Google is asked for stands in the grant and the
 * path, not in the form. */
static int64_t count_like(const struct count_params *p, const struct journal *j,
                          const struct journal_record *one)
{
    const char *value = journal_pair_get(&one->request.form, p->per);
    int64_t n = 0;
    VEC_FOREACH(const struct journal_record, r, j) {
        const char *other = journal_pair_get(&r->request.form, p->per);
        n += selection_has(&p->selection, r) && strcmp(r->grant, one->grant) == 0 &&
             strcmp(r->request.path, one->request.path) == 0 &&
             str_eq_z(str_of(other ? other : ""), value ? value : "");
    }
    return n;
}

/* With `per`, of the value that occurs most often. */
static int64_t count_of(const struct count_params *p, const struct journal *j)
{
    int64_t most = 0;
    if (!p->per) {
        return (int64_t)selection_count(&p->selection, j);
    }
    VEC_FOREACH(const struct journal_record, r, j) {
        int64_t n = selection_has(&p->selection, r) ? count_like(p, j, r) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static void run_count(const struct check_context *x, struct check_outcome *o)
{
    const struct count_params *p = x->params;
    const struct journal *j = &x->evidence->journal;
    const char *what = selection_text(x->arena, &p->selection);
    int64_t n = count_of(p, j);
    what = p->per ? arena_printf(x->arena, "%s with one and the same %s", what, p->per) : what;
    const char *expected = count_expected(x->arena, p, what);
    const char *seen = count_text(x->arena, n, what);
    if (n >= p->min && (!p->has_max || n <= p->max)) {
        check_pass(o, expected, seen);
        return;
    }
    struct selection all = {0};
    const char *excerpt = selection_excerpt(x->arena, &p->selection, j, 12);
    const char *nearest = n < p->min ? nearest_text(x->arena, &p->selection, j) : NULL;
    excerpt = excerpt ? excerpt : selection_excerpt(x->arena, &all, j, 12);
    check_fail(o, expected, seen,
               nearest ? arena_printf(x->arena, "%s%s", nearest, excerpt ? excerpt : "") : excerpt);
}

/* What is wrong with the header of one request, or NULL. Each of several must be right. */
static const char *wrong_header(struct arena *a, const struct header_params *p,
                                const struct journal_record *r)
{
    size_t n = 0;
    VEC_FOREACH(const struct journal_pair, h, &r->request.headers) {
        if (!str_eq_nocase(str_of(h->name), str_of(p->name))) {
            continue;
        }
        n++;
        if (p->absent || (p->equals && !str_eq_z(str_of(h->value), p->equals))) {
            return arena_printf(a, "has `%s: %s'", h->name, h->value);
        }
    }
    return n == 0 && !p->absent ? arena_printf(a, "does not have the header %s", p->name) : NULL;
}

static const char *header_expected(struct arena *a, const struct header_params *p, const char *what)
{
    if (p->absent) {
        return arena_printf(a, "%s do not carry the header %s", what, p->name);
    }
    if (p->values > 0) {
        return arena_printf(a, "%s carry the header %s, with %lld or more different values", what,
                            p->name, (long long)p->values);
    }
    return p->equals ? arena_printf(a, "%s carry `%s: %s'", what, p->name, p->equals)
                     : arena_printf(a, "%s carry the header %s", what, p->name);
}

static int64_t header_values(struct arena *a, const struct header_params *p,
                             const struct journal *j)
{
    struct str_list seen = {0};
    VEC_FOREACH(const struct journal_record, r, j) {
        VEC_FOREACH(const struct journal_pair, h, &r->request.headers) {
            bool is_it =
                selection_has(&p->selection, r) && str_eq_nocase(str_of(h->name), str_of(p->name));
            if (is_it && !str_list_has(&seen, str_of(h->value))) {
                *VEC_PUSH(a, &seen) = h->value;
            }
        }
    }
    return (int64_t)seen.count;
}

static void run_header(const struct check_context *x, struct check_outcome *o)
{
    const struct header_params *p = x->params;
    const char *what = selection_text(x->arena, &p->selection);
    const char *expected = header_expected(x->arena, p, what);
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&p->selection, r)) {
            continue;
        }
        looked_at++;
        const char *wrong = wrong_header(x->arena, p, r);
        if (wrong) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s", (long long)r->seq, wrong),
                       p->absent ? check_exchange_text(x->arena, r)
                                 : nearest_header_text(x->arena, p->name, p->equals, r));
            return;
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected, arena_printf(x->arena, "there were no %s", what),
                   nearest_text(x->arena, &p->selection, &x->evidence->journal));
        return;
    }
    int64_t values = p->values > 0 ? header_values(x->arena, p, &x->evidence->journal) : 0;
    if (values < p->values) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%lld different over %zu requests", (long long)values,
                                looked_at),
                   selection_excerpt(x->arena, &p->selection, &x->evidence->journal, 12));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

/* The shortest pause between two of them; *ret_hasty comes after it, NULL when there was none. */
static int64_t least_pause(const struct spacing_params *p, const struct journal *j,
                           const struct journal_record **ret_hasty, bool *ret_any)
{
    const struct journal_record *before = NULL;
    int64_t least_ms = INT64_MAX, seen = 0;
    *ret_hasty = NULL;
    VEC_FOREACH(const struct journal_record, r, j) {
        if (!selection_has(&p->selection, r) || (p->first > 0 && seen++ >= p->first)) {
            continue;
        }
        int64_t pause_ms = before ? r->real_ms - before->real_ms : INT64_MAX;
        if (pause_ms < least_ms) {
            least_ms = pause_ms;
            *ret_hasty = r;
        }
        before = r;
    }
    *ret_any = before != NULL;
    return least_ms;
}

/* From the beginning of one exchange to that of the next, in real time, which no test moves. The
 * end of an exchange is stamped when the answer has left, which on a busy machine is after the
 * client has read it: counted from there, a pause could seem shorter than it was. A beginning is
 * stamped late too, by the machine's jitter at most, so that a pause can seem longer or shorter by
 * that: what is short by no more does not fail, and beyond the tolerance what is long by less does
 * not pass. */
static void run_spacing(const struct check_context *x, struct check_outcome *o)
{
    const struct spacing_params *p = x->params;
    const struct journal *j = &x->evidence->journal;
    const struct journal_record *hasty = NULL;
    bool any = false;
    int64_t least_ms = least_pause(p, j, &hasty, &any), jitter_ms = x->evidence->jitter_ms;
    int64_t tolerance_ms = p->tolerance_ms > 0 ? p->tolerance_ms : p->min_ms / 2;
    const char *what = selection_text(x->arena, &p->selection);
    const char *expected = arena_printf(
        x->arena, "at least %lld ms from each of the %s to the next", (long long)p->min_ms, what);
    if (!hasty) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%s %s, so there was no pause",
                                any ? "only one of the" : "no", what),
                   selection_excerpt(x->arena, &p->selection, j, 12));
    } else if (least_ms + jitter_ms < p->min_ms) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%lld ms before request #%lld", (long long)least_ms,
                                (long long)hasty->seq),
                   selection_excerpt(x->arena, &p->selection, j, 12));
    } else if (least_ms < p->min_ms ||
               (jitter_ms > tolerance_ms && least_ms - jitter_ms < p->min_ms)) {
        check_noisy(o, expected,
                    arena_printf(x->arena,
                                 "%lld ms before request #%lld, but this machine was up to %lld ms "
                                 "late, where %lld ms are tolerated",
                                 (long long)least_ms, (long long)hasty->seq, (long long)jitter_ms,
                                 (long long)tolerance_ms));
    } else {
        check_pass(o, expected, arena_printf(x->arena, "%lld ms or more", (long long)least_ms));
    }
}

/* An exchange the mock has no route for leaves us without an answer to judge by: the connector may
 * be right and the mock too small, so this is never a failure of the connector. */
static void run_known_routes(const struct check_context *x, struct check_outcome *o)
{
    struct selection unknown = {.classes = 1u << ROUTE_UNKNOWN};
    const struct journal *j = &x->evidence->journal;
    const char *expected = "every request goes to a route that the mock knows";
    size_t n = selection_count(&unknown, j);
    if (j->count == 0) {
        check_inconclusive(o, expected, "there was no request");
        return;
    }
    if (n == 0) {
        check_pass(o, expected, arena_printf(x->arena, "all %zu do", j->count));
        return;
    }
    VEC_FOREACH(const struct journal_record, r, j) {
        if (selection_has(&unknown, r)) {
            check_inconclusive(o, expected,
                               arena_printf(x->arena, "%zu of %zu did not, first %s %s%s%s", n,
                                            j->count, r->request.method, r->request.target,
                                            r->nearest[0] ? "; the nearest known is " : "",
                                            r->nearest));
            return;
        }
    }
}

static bool is_ok_validate(const struct operation_record *op)
{
    return op->answer == ANSWER_OK && str_eq_z(str_of(op->verb), "validate");
}

static bool shares_range(const struct operation_record *a, const struct operation_record *b)
{
    return a->first_seq == b->first_seq && a->last_seq == b->last_seq;
}

/* Where operations cannot be told apart on the wire (drive count) they share one range, and as many
 * calls must be in it as there are operations. */
static bool has_its_call(const struct evidence *e, const struct operation_record *op,
                         struct str_list routes)
{
    struct selection call = {.routes = routes};
    size_t operations = 0, calls = 0;
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct operation_record *other = &e->operations[i];
        operations += other == op || (is_ok_validate(other) && shares_range(op, other));
    }
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        calls += r->seq >= op->first_seq && r->seq <= op->last_seq && selection_has(&call, r) &&
                 r->response.status >= 200 && r->response.status < 300;
    }
    return calls >= operations;
}

/* What a successful validation lacks on the wire, or NULL. */
static const char *missing_call(const struct check_context *x, const struct operation_record *op)
{
    const char *table = "uc.table.get";
    const char *execute[] = {"sql.statement.execute", "sql.thrift.ExecuteStatement"};
    const struct str_list table_get = {.items = &table, .count = 1};
    /* of a connector that speaks one of the two, the other does not count */
    bool rest = x->manifest->capabilities >> CAN_STATEMENTS & 1u;
    bool thrift = x->manifest->capabilities >> CAN_THRIFT & 1u;
    const struct str_list statement = {.items = execute + (rest ? 0 : 1),
                                       .count = (size_t)rest + (size_t)thrift};
    if ((x->manifest->capabilities >> CAN_UNITY_CATALOG & 1u) &&
        !has_its_call(x->evidence, op, table_get)) {
        return "a table get of its own";
    }
    if ((rest || thrift) && !has_its_call(x->evidence, op, statement)) {
        return "a statement of its own";
    }
    return NULL;
}

/* Both calls of each successful validation must be on the wire: an adapter that answers ok without
 * asking the server is found here. */
static void run_validation_calls(const struct check_context *x, struct check_outcome *o)
{
    const struct evidence *e = x->evidence;
    unsigned both = 1u << CAN_UNITY_CATALOG | 1u << CAN_SQL;
    unsigned can = x->manifest->capabilities & both;
    const char *expected =
        can == both ? "each successful `validate' gets the Unity Catalog table "
                      "and runs the statement, both answered 2xx"
        : can >> CAN_UNITY_CATALOG & 1u
            ? "each successful `validate' gets the Unity Catalog table, answered "
              "2xx"
            : "each successful `validate' runs the statement, answered 2xx";
    struct selection all = {0};
    size_t judged = 0;
    if (!can) {
        check_not_applicable(o, "the connector speaks neither unity-catalog nor SQL");
        return;
    }
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct operation_record *op = &e->operations[i];
        const char *missing = is_ok_validate(op) ? missing_call(x, op) : NULL;
        judged += is_ok_validate(op);
        if (missing) {
            check_fail(o, expected,
                       arena_printf(x->arena, "validate %lld was ok without %s",
                                    (long long)op->index, missing),
                       selection_excerpt(x->arena, &all, &e->journal, 12));
            return;
        }
    }
    if (judged == 0) {
        check_fail(o, expected, "no `validate' succeeded", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu did", judged));
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
    {.key = "per",
     .type = SHAPE_STRING,
     .offset = offsetof(struct count_params, per),
     .doc = "a form parameter: those with the same value are counted, and the most of them count",
     .example = "scope"},
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
    return selection_validate(doc, node, decoded, err);
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
    {.key = "values",
     .type = SHAPE_INT,
     .offset = offsetof(struct header_params, values),
     .min = 2,
     .max = 100,
     .doc = "at least so many different values of it are seen over all these exchanges"},
};

static int header_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct header_params *p = decoded;
    if (p->absent && (p->equals || p->values > 0)) {
        return json_err(doc, node, err, "a header cannot be `absent' and have a value");
    }
    if (p->equals && p->values > 0) {
        return json_err(doc, node, err, "a header that `equals' one value has no other");
    }
    return selection_validate(doc, node, decoded, err);
}

static const struct shape header_shape = {.name = "wire.header",
                                          .doc = "which exchanges, and the header",
                                          .size = sizeof(struct header_params),
                                          .fields = header_fields,
                                          .field_count = ARRAY_LEN(header_fields),
                                          .validate = header_validate};

static const struct shape_field spacing_fields[] = {
    SELECTION_FIELDS,
    {.key = "min",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct spacing_params, min_ms),
     .required = true,
     .min = 1,
     .max = 60000,
     .doc = "the shortest pause allowed, of real time",
     .example = "950ms"},
    {.key = "first",
     .type = SHAPE_INT,
     .offset = offsetof(struct spacing_params, first),
     .min = 2,
     .max = 1000,
     .doc = "only so many of them are looked at, from the first on; all when absent"},
    {.key = "tolerance",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct spacing_params, tolerance_ms),
     .min = 1,
     .max = 60000,
     .doc = "the jitter of the machine up to which the pauses are believed: beyond it only those "
            "pass that are longer than `min` by more than the jitter; half of `min` when absent",
     .example = "150ms"},
};

static const struct shape spacing_shape = {.name = "wire.spacing",
                                           .doc = "which exchanges, and how far apart",
                                           .size = sizeof(struct spacing_params),
                                           .fields = spacing_fields,
                                           .field_count = ARRAY_LEN(spacing_fields),
                                           .validate = selection_validate};

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
    {.kind = {"wire.spacing",
              "Between any two exchanges of a kind there is a pause, and there are two at least. "
              "Inconclusive where the machine was too busy to tell.",
              &spacing_shape},
     .run = run_spacing,
     .cause = "Retry-After is not read, or only one of its two forms is",
     .fix = "wait as long as Retry-After says, in seconds or until its date, before the next try"},
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
