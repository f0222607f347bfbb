/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/families.h"

#include "base/core/str.h"

#include <criterion/criterion.h>

static void shape_is_documented(const struct shape *s, const char *check)
{
    cr_expect(s->doc && s->doc[0], "%s: shape without doc", check);
    for (size_t i = 0; i < s->field_count; i++) {
        const struct shape_field *f = &s->fields[i];
        cr_expect(f->doc && f->doc[0], "%s: `%s' without doc", check, f->key);
        if (f->shape) {
            shape_is_documented(f->shape, check);
        }
    }
}

static bool is_sentence(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    return len > 10 && text[0] >= 'A' && text[0] <= 'Z' && text[len - 1] == '.';
}

/* Causes and fixes follow a title, so they begin small and end without a full stop. */
static bool is_phrase(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    return len > 10 && text[len - 1] != '.';
}

Test(registry, every_row_is_whole)
{
    for (size_t f = 0; f < check_family_count; f++) {
        const struct check_family *family = check_families[f];
        cr_expect(is_sentence(family->doc), "%s", family->name);
        cr_expect_gt(family->count, 0, "%s", family->name);
        for (size_t i = 0; i < family->count; i++) {
            const struct check_row *row = &family->rows[i];
            cr_expect(is_sentence(row->kind.doc), "%s: doc", row->kind.name);
            cr_expect(is_phrase(row->cause), "%s: cause", row->kind.name);
            cr_expect(is_phrase(row->fix), "%s: fix", row->kind.name);
            cr_expect_not_null(row->run, "%s", row->kind.name);
            if (row->kind.params) {
                shape_is_documented(row->kind.params, row->kind.name);
            }
        }
    }
}

Test(registry, names_begin_with_their_family_and_are_found)
{
    for (size_t f = 0; f < check_family_count; f++) {
        struct str family = str_of(check_families[f]->name);
        for (size_t i = 0; i < check_families[f]->count; i++) {
            const struct check_row *row = &check_families[f]->rows[i];
            struct str name = str_of(row->kind.name);
            cr_expect(str_starts(name, family) && name.len > family.len + 1 &&
                          name.ptr[family.len] == '.',
                      "%s", row->kind.name);
            /* The first of that name is this one: no other has it. */
            cr_expect_eq(check_find(row->kind.name), row, "%s", row->kind.name);
        }
    }
    cr_expect_null(check_find("wire"));
    cr_expect_null(check_find("wire.counts"));
}

Test(registry, every_family_is_in_the_list)
{
    static const struct check_family *const all[] = {
        &family_concurrency, &family_identity,   &family_isolation, &family_oauth, &family_outcome,
        &family_probe,       &family_request,    &family_secrets,   &family_spark, &family_token,
        &family_u2m,         &family_user_agent, &family_wire,
    };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        size_t found = 0;
        for (size_t f = 0; f < check_family_count; f++) {
            found += check_families[f] == all[i];
        }
        cr_expect_eq(found, 1, "%s", all[i]->name);
    }
    cr_expect_eq(check_family_count, ARRAY_LEN(all));
}

Test(registry, the_catalogue_has_every_row)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct check_catalog *catalog = judge_catalog_new(a);
    size_t rows = 0;
    for (size_t f = 0; f < check_family_count; f++) {
        rows += check_families[f]->count;
    }
    cr_expect_eq(catalog->count, rows);
    for (size_t i = 0; i < catalog->count; i++) {
        cr_expect_eq(&check_find(catalog->items[i]->name)->kind, catalog->items[i]);
    }
}
