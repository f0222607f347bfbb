/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/case.h"

#include "base/sys/fs.h"
#include "fake_checks.h"

#include <criterion/criterion.h>
#include <unistd.h>

struct folder {
    struct arena *arena;
    const char *dir;
};

static struct folder folder_make(void)
{
    struct folder f = {.arena = arena_new()};
    struct err err = {0};
    cr_assert_eq(fs_make_temp_dir(f.arena, NULL, "cases", &f.dir, &err), 0, "%s", err.msg);
    return f;
}

static void folder_done(struct folder *f)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(f->dir, &err), 0, "%s", err.msg);
    arena_free(f->arena);
}

static void put(const struct folder *f, const char *name, const char *text)
{
    struct err err = {0};
    const char *path = fs_join(f->arena, f->dir, name);
    cr_assert_eq(fs_make_dirs(fs_dirname(f->arena, path), 0700, &err), 0, "%s", err.msg);
    cr_assert_eq(fs_write_file(path, str_of(text), 0600, &err), 0, "%s", err.msg);
}

static const char *case_text(const struct folder *f, const char *id)
{
    return arena_printf(f->arena,
                        "id: %s\ntitle: t\nwhy: w\nclauses: [B-1]\ndo: [{operation: validate}]\n"
                        "expect: [{check: outcome.ok}]\n",
                        id);
}

static void put_case(const struct folder *f, const char *id)
{
    put(f, arena_printf(f->arena, "%s.yaml", id), case_text(f, id));
}

static void put_clauses(const struct folder *f)
{
    put(f, "clauses.yaml",
        "requirement_set: pwaf-2026.1\n"
        "clauses:\n"
        "  B-1: {level: MUST, text: A rule., source: RFC 1}\n"
        "  A-1: {level: REQ, text: Another., source: PWAF, url: \"https://example.com\","
        " excluded: not visible}\n");
}

Test(case_set, cases_and_clauses_are_sorted_and_found)
{
    struct folder f = folder_make();
    struct case_set *set = NULL;
    struct err err = {0};
    put_clauses(&f);
    put_case(&f, "pat/z");
    put_case(&f, "m2m/deep/b");
    put_case(&f, "m2m/deep");
    put(&f, "README.md", "words");
    put(&f, "m2m/README.md", "words");
    put(&f, "m2m/_draft.yaml", "not: a case");
    put(&f, "_fixtures/x.bin", "anything");
    cr_assert_eq(case_set_load(f.dir, fake_checks(), &set, &err), 0, "%s", err.msg);
    cr_assert_eq(set->case_count, 3);
    cr_expect_str_eq(set->cases[0]->id, "m2m/deep");
    cr_expect_str_eq(set->cases[1]->id, "m2m/deep/b");
    cr_expect_str_eq(set->cases[2]->id, "pat/z");
    cr_expect_str_eq(set->requirement_set, "pwaf-2026.1");
    cr_assert_eq(set->clause_count, 2);
    cr_expect_str_eq(set->clauses[0].id, "A-1");
    cr_expect_str_eq(set->clauses[0].excluded, "not visible");
    cr_expect_str_eq(set->clauses[0].url, "https://example.com");
    cr_expect_eq(case_set_clause(set, "B-1")->place.line, 3);
    cr_expect_str_eq(case_set_clause(set, "B-1")->level, "MUST");
    cr_expect_null(case_set_clause(set, "C-1"));
    cr_expect_eq(case_set_find(set, "pat/z"), set->cases[2]);
    cr_expect_null(case_set_find(set, "pat/y"));
    case_set_free(set);
    folder_done(&f);
}

static const char *digest_of(const struct folder *f)
{
    struct case_set *set = NULL;
    struct err err = {0};
    cr_assert_eq(case_set_load(f->dir, fake_checks(), &set, &err), 0, "%s", err.msg);
    cr_assert_eq(strlen(set->digest), 64);
    const char *digest = arena_strdup(f->arena, set->digest);
    case_set_free(set);
    return digest;
}

Test(case_set, the_digest_follows_the_meaning_not_the_layout)
{
    struct folder f = folder_make();
    put_clauses(&f);
    put_case(&f, "a/b");
    const char *before = digest_of(&f);
    put(&f, "a/b.yaml",
        arena_printf(f.arena, "# a comment\n%s", case_text(&f, "\"a/b\"   # more")));
    put(&f, "a/_note.yaml", "x");
    cr_expect_str_eq(digest_of(&f), before);
    put_case(&f, "a/c");
    const char *with_another = digest_of(&f);
    cr_expect_str_neq(with_another, before);
    put(&f, "clauses.yaml",
        "requirement_set: pwaf-2026.2\nclauses:\n  B-1: {level: MUST, text: A., source: R}\n");
    cr_expect_str_neq(digest_of(&f), with_another);
    folder_done(&f);
}

Test(case_set, variants_are_cases_of_the_set)
{
    struct folder f = folder_make();
    struct case_set *set = NULL;
    struct err err = {0};
    const char *rows = "vary: [{name: z, t: one}, {name: c, t: two}]\n";
    const char *text = "id: a/b\ntitle: \"${vary.t}\"\nwhy: w\nclauses: [B-1]\n"
                       "do: [{operation: validate}]\nexpect: [{check: outcome.ok}]\n";
    put_clauses(&f);
    put(&f, "a/b.yaml", arena_printf(f.arena, "%s%s", text, rows));
    put_case(&f, "a/c");
    cr_assert_eq(case_set_load(f.dir, fake_checks(), &set, &err), 0, "%s", err.msg);
    cr_assert_eq(set->case_count, 3);
    cr_expect_str_eq(set->cases[0]->id, "a/b-c");
    cr_expect_str_eq(case_set_find(set, "a/b-z")->title, "one");
    cr_expect_null(case_set_find(set, "a/b"));
    case_set_free(set);
    put_case(&f, "a/b-c");
    cr_expect_eq(case_set_load(f.dir, fake_checks(), &set, &err), -1);
    cr_expect_not_null(strstr(err.msg, "makes a case a/b-c"), "%s", err.msg);
    cr_expect_eq(err.line, 1);
    folder_done(&f);
}

static const struct {
    const char *what, *file, *text, *message;
    int line;
} wrong[] = {
    {"stray file", "m2m/notes.txt", "x", "not a case", 0},
    {"wrong ending", "m2m/x.yml", "x", "not a case", 0},
    {"case without a family", "x.yaml", "id: x\n", "", 1},
    {"id of another path", "a/x.yaml",
     "id: a/y\ntitle: t\nwhy: w\nclauses: [B-1]\ndo: [{operation: validate}]\n"
     "expect: [{check: outcome.ok}]\n",
     "differs", 1},
    {"level of a clause", "clauses.yaml",
     "requirement_set: r\nclauses:\n  B-1: {level: MUSS, text: t, source: s}\n", "`MUSS'", 3},
    {"id of a clause", "clauses.yaml",
     "requirement_set: r\nclauses:\n  b 1: {level: MUST, text: t, source: s}\n", "clause id", 3},
    {"clause twice", "clauses.yaml",
     "requirement_set: r\nclauses:\n  B-1: {level: MUST, text: t, source: s}\n"
     "  B-1: {level: MUST, text: t, source: s}\n",
     "B-1", 4},
    {"clause without text", "clauses.yaml",
     "requirement_set: r\nclauses:\n  B-1: {level: MUST, source: s}\n", "`text'", 3},
    {"no requirement set", "clauses.yaml", "clauses: {}\n", "`requirement_set'", 1},
};

Test(case_set, wrong_files_stop_the_loading)
{
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct folder f = folder_make();
        struct case_set *set = NULL;
        struct err err = {0};
        put_clauses(&f);
        put_case(&f, "a/b");
        put(&f, wrong[i].file, wrong[i].text);
        cr_expect_eq(case_set_load(f.dir, fake_checks(), &set, &err), -1, "%s", wrong[i].what);
        cr_expect_null(set);
        cr_expect_not_null(strstr(err.file, wrong[i].file), "%s: %s", wrong[i].what, err.file);
        cr_expect_not_null(strstr(err.msg, wrong[i].message), "%s: %s", wrong[i].what, err.msg);
        cr_expect_eq(err.line, wrong[i].line, "%s: %d", wrong[i].what, err.line);
        folder_done(&f);
    }
}

Test(case_set, a_link_is_no_case)
{
    struct folder f = folder_make();
    struct case_set *set = NULL;
    struct err err = {0};
    put_clauses(&f);
    put_case(&f, "a/b");
    cr_assert_eq(symlink("b.yaml", fs_join(f.arena, f.dir, "a/c.yaml")), 0);
    cr_expect_eq(case_set_load(f.dir, fake_checks(), &set, &err), -1);
    cr_expect_not_null(strstr(err.file, "a/c.yaml"));
    folder_done(&f);
}

Test(case_set, nothing_to_run_is_an_error)
{
    struct folder f = folder_make();
    struct case_set *set = NULL;
    struct err err = {0};
    cr_expect_eq(case_set_load(f.dir, fake_checks(), &set, &err), -1);
    put_clauses(&f);
    cr_expect_eq(case_set_load(f.dir, fake_checks(), &set, &err), -1);
    cr_expect_not_null(strstr(err.msg, "no case"), "%s", err.msg);
    cr_expect_eq(case_set_load("/nonexistent", fake_checks(), &set, &err), -1);
    cr_expect_null(set);
    folder_done(&f);
}

Test(case_set, the_clauses_of_the_suite_are_sentences_with_sources)
{
    struct folder f = folder_make();
    struct case_set *set = NULL;
    struct err err = {0};
    AUTO_BUF struct buf content = {0};
    cr_assert_eq(fs_read_file(SUITE_DIR "/clauses.yaml", 1 << 20, &content, &err), 0, "%s",
                 err.msg);
    put(&f, "clauses.yaml", buf_z(&content));
    put(&f, "m2m/x.yaml",
        "id: m2m/x\ntitle: t\nwhy: w\nclauses: [KIT-AUTH-5, RFC6749-3.2-post]\n"
        "do: [{operation: validate}]\nexpect: [{check: outcome.ok}]\n");
    cr_assert_eq(case_set_load(f.dir, fake_checks(), &set, &err), 0, "%d: %s", err.line, err.msg);
    cr_expect(set->clause_count >= 178, "%zu", set->clause_count);
    for (size_t i = 0; i < set->clause_count; i++) {
        const struct clause *c = &set->clauses[i];
        cr_expect(str_ends(str_of(c->text), STR(".")), "%s", c->id);
        cr_expect(c->text[0] >= 'A' && c->text[0] <= 'Z', "%s", c->id);
        cr_expect_eq(strncmp(c->id, "RFC", 3) == 0, strncmp(c->source, "RFC", 3) == 0, "%s", c->id);
        cr_expect(i == 0 || strcmp(set->clauses[i - 1].text, c->text) != 0, "%s", c->id);
    }
    case_set_free(set);
    folder_done(&f);
}
