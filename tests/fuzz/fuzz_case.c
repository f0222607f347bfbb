/* SPDX-License-Identifier: Apache-2.0 */
/* A case file from any bytes: read, or refused with a message; what is read can be run. */
#include "base/core/assert.h"
#include "base/json/json.h"
#include "harness/spec/case.h"

struct count_params {
    const char *route;
    int64_t max;
};

static const struct shape_field count_fields[] = {
    {.key = "route",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = 50,
     .offset = offsetof(struct count_params, route),
     .doc = "name"},
    {.key = "max",
     .type = SHAPE_INT,
     .dflt = "1",
     .min = 0,
     .max = 9,
     .offset = offsetof(struct count_params, max),
     .doc = "at most"},
};
static const struct shape count_shape = {.name = "wire.count",
                                         .doc = "Counts.",
                                         .size = sizeof(struct count_params),
                                         .fields = count_fields,
                                         .field_count = ARRAY_LEN(count_fields)};
static const struct check_kind ok = {"outcome.ok", "Well.", NULL};
static const struct check_kind count = {"wire.count", "So many.", &count_shape};
static const struct check_kind *const kinds[] = {&ok, &count};
static const struct check_catalog catalog = {kinds, ARRAY_LEN(kinds)};
static const struct clause clauses[] = {{.id = "KIT-AUTH-5"}, {.id = "PWAF-TOK-3"}};
static const struct case_set set = {.clauses = clauses, .clause_count = ARRAY_LEN(clauses)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void can_be_run(const struct case_spec *spec)
{
    ASSERT(spec->modes != 0 && spec->steps.count > 0 && spec->expectations.count > 0);
    ASSERT(json_get(spec->doc->root, "vary") == NULL);
    for (size_t i = 0; i < spec->expectations.count; i++) {
        const struct expectation *e =
            SHAPE_LIST_AT(const struct expectation, spec->expectations, i);
        ASSERT(e->kind && e->clauses.count > 0);
        ASSERT(case_set_clause(&set, e->clauses.items[0]) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct case_list list = {0};
    struct err err = {0};
    struct case_source source = {str_n((const char *)data, size), "fuzz.yaml", NULL};
    if (case_read(a, &source, &catalog, &set, &list, &err) < 0) {
        ASSERT(list.count == 0);
        ASSERT(err.msg[0] != '\0');
        return 0;
    }
    ASSERT(list.count > 0);
    for (size_t i = 0; i < list.count; i++) {
        can_be_run(list.items[i]);
    }
    case_list_done(&list);
    return 0;
}
