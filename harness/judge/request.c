/* SPDX-License-Identifier: Apache-2.0 */
/* Family "request": what stands in requests. */
#include "harness/judge/families.h"

#include "base/core/assert.h"
#include "base/core/str.h"
#include "base/json/json_read.h"
#include "base/text/template.h"
#include "harness/judge/nearest.h"
#include "harness/judge/selection.h"
#include "harness/spec/vars.h"

enum part { IN_FORM, IN_QUERY, IN_JSON, PART_COUNT };
static const char *const part_names[PART_COUNT] = {"form", "query", "json"};

struct parameter_params {
    struct selection selection;
    const char *name, *equals, *ends;
    int part; /* enum part */
    bool absent;
};

/* A JSON number is compared as it is written. */
static const char *json_member(struct arena *a, const struct journal_record *r, const char *name)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    if (json_read(str_of(r->request.body ? r->request.body : ""), "body", NULL, &doc, &ignored) <
        0) {
        return NULL;
    }
    const struct json *member = json_get(doc.root, name);
    if (!member) {
        return NULL;
    }
    AUTO_BUF struct buf text = {0};
    if (json_type(member) == JSON_STRING) {
        buf_add_z(&text, json_string_or(member, ""));
    } else {
        json_write_canonical(&text, member);
    }
    return arena_strndup(a, buf_z(&text), text.len);
}

static const char *value_in(struct arena *a, const struct parameter_params *p,
                            const struct journal_record *r)
{
    switch ((enum part)p->part) {
    case IN_FORM:
        return journal_pair_get(&r->request.form, p->name);
    case IN_QUERY:
        return journal_pair_get(&r->request.query, p->name);
    case IN_JSON:
        return json_member(a, r, p->name);
    case PART_COUNT:
        break;
    }
    return NULL;
}

static const char *wrong_parameter(struct arena *a, const struct parameter_params *p,
                                   const struct journal_record *r)
{
    ASSERT(p->part < PART_COUNT);
    const char *value = value_in(a, p, r);
    if (p->absent) {
        return value ? arena_printf(a, "has %s=%s", p->name, value) : NULL;
    }
    if (!value) {
        return arena_printf(a, "has no %s in its %s", p->name, part_names[p->part]);
    }
    bool equal = !p->equals || str_eq_z(str_of(value), p->equals);
    bool ends = !p->ends || str_ends(str_of(value), str_of(p->ends));
    return equal && ends ? NULL : arena_printf(a, "has %s=%s", p->name, value);
}

static const char *parameter_expected(struct arena *a, const struct parameter_params *p,
                                      const char *what)
{
    const char *part = part_names[p->part];
    if (p->absent) {
        return arena_printf(a, "%s have no %s in their %s", what, p->name, part);
    }
    if (p->equals) {
        return arena_printf(a, "%s have %s=%s in their %s", what, p->name, p->equals, part);
    }
    return p->ends ? arena_printf(a, "%s have a %s that ends in %s in their %s", what, p->name,
                                  p->ends, part)
                   : arena_printf(a, "%s have a %s in their %s", what, p->name, part);
}

/* What is known of the identity may stand in a case as ${...}. */
static int equals_expand(const struct check_context *x, struct parameter_params *p, struct err *err)
{
    const struct identity_record *who = &x->evidence->identity;
    struct template_var known[] = {{var_names[VAR_WAREHOUSE_ID], who->warehouse_id},
                                   {var_names[VAR_CLIENT_ID], who->client_id},
                                   {var_names[VAR_TABLE], who->table}};
    const struct template_vars vars = {.items = known, .count = ARRAY_LEN(known)};
    return p->equals ? template_expand(x->arena, str_of(p->equals), &vars, &p->equals, err) : 0;
}

static void run_parameter(const struct check_context *x, struct check_outcome *o)
{
    struct parameter_params p = *(const struct parameter_params *)x->params;
    struct err err = {0};
    const char *what = selection_text(x->arena, &p.selection);
    if (equals_expand(x, &p, &err) < 0) {
        check_inconclusive(o, "the value expected is known", arena_strdup(x->arena, err.msg));
        return;
    }
    const char *expected = parameter_expected(x->arena, &p, what);
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&p.selection, r)) {
            continue;
        }
        looked_at++;
        const char *wrong = wrong_parameter(x->arena, &p, r);
        if (wrong) {
            const struct nearest_parameter near = {.name = p.name,
                                                   .equals = p.equals,
                                                   .part = part_names[p.part],
                                                   .value = value_in(x->arena, &p, r)};
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s", (long long)r->seq, wrong),
                       nearest_parameter_text(x->arena, &near, r));
            return;
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected, arena_printf(x->arena, "there were no %s", what),
                   nearest_text(x->arena, &p.selection, &x->evidence->journal));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

/* The credential's own header is not listed among the record's secrets. */
static void run_one_token(const struct check_context *x, struct check_outcome *o)
{
    static const char expected[] = "each API call carries its token in Authorization alone";
    const struct selection api = {.classes = 1u << ROUTE_API};
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(&api, r)) {
            continue;
        }
        looked_at++;
        VEC_FOREACH(const struct journal_secret, s, &r->secrets) {
            if (str_eq_z(str_of(s->name), r->credential.name)) {
                check_fail(
                    o, expected,
                    arena_printf(x->arena, "request #%lld has it in %s as well", (long long)r->seq,
                                 str_eq_z(str_of(s->where), "target") ? "its URL" : s->where),
                    check_exchange_text(x->arena, r));
                return;
            }
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected, "there was no API call", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

static const struct shape_field parameter_fields[] = {
    SELECTION_FIELDS,
    {.key = "name",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .offset = offsetof(struct parameter_params, name),
     .doc = "the parameter's name"},
    {.key = "in",
     .type = SHAPE_ENUM,
     .dflt = "form",
     .names = {part_names, PART_COUNT},
     .offset = offsetof(struct parameter_params, part),
     .doc = "where it stands: in the form or the JSON object of the body, or in the query"},
    {.key = "equals",
     .type = SHAPE_STRING,
     .offset = offsetof(struct parameter_params, equals),
     .doc = "its whole value; secrets as their markers; ${warehouse_id}, ${client_id}, ${table}",
     .example = "all-apis"},
    {.key = "ends",
     .type = SHAPE_STRING,
     .offset = offsetof(struct parameter_params, ends),
     .doc = "what its value ends in"},
    {.key = "absent",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct parameter_params, absent),
     .doc = "true: the parameter must not be there"},
};
static const struct shape parameter_shape = {.name = "request.parameter",
                                             .doc = "Which requests, and what stands in them.",
                                             .size = sizeof(struct parameter_params),
                                             .fields = parameter_fields,
                                             .field_count = ARRAY_LEN(parameter_fields),
                                             .validate = selection_validate};

static const struct check_row rows[] = {
    {.kind = {"request.parameter", "Every request of a kind has, or does not have, a parameter.",
              &parameter_shape},
     .run = run_parameter,
     .cause = "a parameter is left out, or has the value that another service wants",
     .fix = "look up what the endpoint asks for, and send that"},
    {.kind = {"request.one_token",
              "Each API call carries its token in the Authorization header, and nowhere else.",
              NULL},
     .run = run_one_token,
     .cause = "a helper for another API adds the token in its own way, as a parameter or a header",
     .fix = "let one function add the Authorization header, and nothing else carry the token"},
};

const struct check_family family_request = {
    .name = "request", .doc = "What stands in requests.", .rows = rows, .count = ARRAY_LEN(rows)};
