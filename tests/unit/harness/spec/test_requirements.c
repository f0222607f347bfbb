/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/coverage.h"
#include "harness/spec/requirements.h"

#include "base/sys/fs.h"
#include "fake_checks.h"

#include <criterion/criterion.h>

struct suite {
    struct arena *arena;
    const char *dir;
    struct case_set *set;
};

static void put(const struct suite *s, const char *name, const char *text)
{
    struct err err = {0};
    const char *path = fs_join(s->arena, s->dir, name);
    cr_assert_eq(fs_make_dirs(fs_dirname(s->arena, path), 0700, &err), 0, "%s", err.msg);
    cr_assert_eq(fs_write_file(path, str_of(text), 0600, &err), 0, "%s", err.msg);
}

static void suite_load(struct suite *s)
{
    struct err err = {0};
    case_set_free(s->set);
    cr_assert_eq(case_set_load(s->dir, fake_checks(), &s->set, &err), 0, "%s", err.msg);
}

static struct suite suite_new(void)
{
    struct suite s = {.arena = arena_new()};
    struct err err = {0};
    cr_assert_eq(fs_make_temp_dir(s.arena, NULL, "cases", &s.dir, &err), 0, "%s", err.msg);
    put(&s, "clauses.yaml",
        "requirement_set: all\nclauses:\n"
        "  A-1: {level: REQ, text: A rule., source: S}\n"
        "  B-1: {level: MUST, text: A rule., source: S}\n"
        "  B-2: {level: MUST, text: A rule., source: S, excluded: cannot be seen}\n");
    put(&s, "x/y.yaml",
        "id: x/y\ntitle: t\nwhy: w\nclauses: [B-1]\ndo: [{operation: validate}]\n"
        "expect: [{check: outcome.ok}]\n");
    suite_load(&s);
    return s;
}

static void suite_done(struct suite *s)
{
    struct err err = {0};
    case_set_free(s->set);
    cr_expect_eq(fs_remove_tree(s->dir, &err), 0, "%s", err.msg);
    arena_free(s->arena);
}

/* Puts the set with the digest that its content has. */
static void put_frozen(const struct suite *s, const char *name, const char *content)
{
    struct requirement_set set = {0};
    struct err err = {0};
    const char *path = arena_printf(s->arena, "requirements/%s.yaml", name);
    put(s, path, arena_printf(s->arena, "%sdigest: \"0\"\n", content));
    cr_assert_eq(requirement_set_load(s->arena, s->set, name, &set, &err), -1);
    cr_assert(str_find(str_of(err.msg), STR("frozen"), 0) >= 0, "%s", err.msg);
    long at = str_find(str_of(err.hint), STR("new name; "), 0);
    cr_assert(at >= 0, "%s", err.hint);
    put(s, path,
        arena_printf(s->arena, "%sdigest: \"%.64s\"\n", content,
                     err.hint + at + strlen("new name; ")));
}

Test(requirements, a_set_gates_its_own_clauses_only)
{
    struct suite s = suite_new();
    struct requirement_set set = {0};
    struct err err = {0};
    put_frozen(&s, "one", "name: one\ntitle: T\nclauses: [B-1]\n");
    cr_assert_eq(requirement_set_load(s.arena, s.set, "one", &set, &err), 0, "%s", err.msg);
    struct str_list in = {0}, out = {0}, none = {0};
    *VEC_PUSH(s.arena, &in) = "B-1";
    *VEC_PUSH(s.arena, &out) = "A-1";
    cr_expect(requirement_set_has(&set, "B-1"));
    cr_expect_not(requirement_set_has(&set, "A-1"));
    cr_expect(requirement_set_gates(&set, &in, &none));
    cr_expect_not(requirement_set_gates(&set, &out, &in), "the check's own clauses decide");
    cr_expect(requirement_set_gates(&set, &none, &in));
    cr_expect_not(requirement_set_gates(&set, &none, &out));
    cr_expect(requirement_set_gates(&set, &none, &none));
    suite_done(&s);
}

Test(requirements, levels_take_what_the_catalogue_has)
{
    struct suite s = suite_new();
    struct requirement_set set = {0};
    struct err err = {0};
    put_frozen(&s, "musts", "name: musts\ntitle: T\nlevels: [MUST]\n");
    cr_assert_eq(requirement_set_load(s.arena, s.set, "musts", &set, &err), 0, "%s", err.msg);
    cr_expect_eq(set.clauses.count, 2);
    suite_done(&s);
}

Test(requirements, an_edited_set_is_refused)
{
    struct suite s = suite_new();
    struct requirement_set set = {0};
    struct err err = {0};
    AUTO_BUF struct buf text = {0};
    put_frozen(&s, "one", "name: one\ntitle: T\nclauses: [B-1]\n");
    const char *path = fs_join(s.arena, s.dir, "requirements/one.yaml");
    cr_assert_eq(fs_read_file(path, 1 << 16, &text, &err), 0);
    long at = str_find(buf_str(&text), STR("B-1"), 0);
    text.ptr[at] = 'A';
    put(&s, "requirements/one.yaml", buf_z(&text));
    cr_expect_eq(requirement_set_load(s.arena, s.set, "one", &set, &err), -1);
    cr_expect(str_find(str_of(err.msg), STR("frozen"), 0) >= 0, "%s", err.msg);
    cr_expect_eq(err.line, 4);
    suite_done(&s);
}

Test(requirements, wrong_names_and_unknown_clauses_are_refused)
{
    struct suite s = suite_new();
    struct requirement_set set = {0};
    struct err err = {0};
    put_frozen(&s, "pwaf", "name: pwaf\ntitle: T\nclauses: [A-1]\n");
    cr_expect_eq(requirement_set_load(s.arena, s.set, "pwav", &set, &err), -1);
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect(str_find(str_of(err.hint), STR("pwaf"), 0) >= 0, "%s", err.hint);
    put(&s, "requirements/other.yaml", "name: one\ntitle: T\nclauses: [A-1]\ndigest: x\n");
    cr_expect_eq(requirement_set_load(s.arena, s.set, "other", &set, &err), -1);
    cr_expect(str_find(str_of(err.msg), STR("is named `one'"), 0) >= 0, "%s", err.msg);
    put_frozen(&s, "gone", "name: gone\ntitle: T\nclauses: [A-1, A-9]\n");
    cr_expect_eq(requirement_set_load(s.arena, s.set, "gone", &set, &err), -1);
    cr_expect(str_find(str_of(err.msg), STR("A-9"), 0) >= 0, "%s", err.msg);
    put_frozen(&s, "empty", "name: empty\ntitle: T\n");
    cr_expect_eq(requirement_set_load(s.arena, s.set, "empty", &set, &err), -1);
    suite_done(&s);
}

static size_t findings(const struct suite *s, const char *list_text, struct str_list *ret)
{
    struct coverage coverage;
    struct coverage_list list = {0};
    struct err err = {0};
    *ret = (struct str_list){0};
    coverage_of(s->arena, s->set, fake_checks(), &coverage);
    if (list_text) {
        const char *path = fs_join(s->arena, s->dir, "uncovered.txt");
        put(s, "uncovered.txt", list_text);
        cr_assert_eq(coverage_list_load(s->arena, path, &list, &err), 0, "%s", err.msg);
    }
    coverage_judge(s->arena, &coverage, list_text ? &list : NULL, ret);
    return ret->count;
}

/* In the suite: A-1 is cited by nobody, B-2 is excluded; two of the three checks are not called. */
Test(coverage, what_is_missing_is_found_unless_it_is_listed)
{
    struct suite s = suite_new();
    struct str_list found;
    cr_expect_eq(findings(&s, NULL, &found), 3, "%zu", found.count);
    struct coverage coverage;
    coverage_of(s.arena, s.set, fake_checks(), &coverage);
    cr_assert_eq(coverage.gaps.count, 3);
    const char *all = arena_printf(s.arena, "# known\n%s\n\n%s\n%s\n", coverage.gaps.items[0],
                                   coverage.gaps.items[1], coverage.gaps.items[2]);
    cr_expect_eq(findings(&s, all, &found), 0);
    cr_expect_eq(findings(&s, "clause A-1\n", &found), 2);
    cr_expect_eq(findings(&s, arena_printf(s.arena, "%sclause A-1\n", all), &found), 1);
    cr_expect(str_find(str_of(found.items[0]), STR("uncovered.txt:6: clause A-1"), 0) >= 0, "%s",
              found.items[0]);
    cr_expect_eq(findings(&s, arena_printf(s.arena, "%sclause B-1\n", all), &found), 1);
    cr_expect_eq(findings(&s, arena_printf(s.arena, "%sclause B-2\n", all), &found), 1);
    suite_done(&s);
}

Test(coverage, an_excluded_clause_that_is_tested_is_a_fault)
{
    struct suite s = suite_new();
    struct str_list found;
    put(&s, "x/z.yaml",
        "id: x/z\ntitle: t\nwhy: w\nclauses: [B-2, A-1]\ndo: [{operation: validate}]\n"
        "expect: [{check: outcome.ok}]\n");
    suite_load(&s);
    cr_expect_eq(findings(&s, NULL, &found), 3);
    cr_expect(str_find(str_of(found.items[0]), STR("B-2 is excluded, but x/z tests it"), 0) >= 0,
              "%s", found.items[0]);
    suite_done(&s);
}

Test(coverage, a_list_with_other_words_is_refused)
{
    struct suite s = suite_new();
    struct coverage_list list = {0};
    struct err err = {0};
    put(&s, "uncovered.txt", "clause A-1\nA-2\n");
    const char *path = fs_join(s.arena, s.dir, "uncovered.txt");
    cr_expect_eq(coverage_list_load(s.arena, path, &list, &err), -1);
    cr_expect_eq(err.line, 2);
    suite_done(&s);
}
