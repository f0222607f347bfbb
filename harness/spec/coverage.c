/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/coverage.h"

#include "base/core/buf.h"
#include "base/core/map.h"
#include "base/sys/fs.h"

#include <stdlib.h>

enum { MAX_LIST_BYTES = 1024 * 1024 };

struct uses {
    struct map clauses; /* id -> id of a case that cites it */
    struct map checks;  /* name -> id of a case that calls it */
};

static void clauses_note(struct uses *u, const struct str_list *list, char *case_id)
{
    for (size_t i = 0; i < list->count; i++) {
        map_put(&u->clauses, str_of(list->items[i]), case_id);
    }
}

/* A case's clauses count only when it has a check: its checks without clauses of their own stand
 * for them. */
static void case_note(struct arena *a, struct uses *u, const struct case_spec *c,
                      struct coverage *ret)
{
    char *id = arena_strdup(a, c->id);
    for (size_t i = 0; i < c->expectations.count; i++) {
        const struct expectation *e = SHAPE_LIST_AT(struct expectation, c->expectations, i);
        clauses_note(u, &e->clauses, id);
        clauses_note(u, &c->clauses, id);
        map_put(&u->checks, str_of(e->kind->name), id);
        if (e->clauses.count == 0 && c->clauses.count == 0) {
            *VEC_PUSH(a, &ret->faults) =
                arena_printf(a, "%s:%d:%d: the check %s stands for no clause", c->path,
                             e->place.line, e->place.column, e->kind->name);
        }
    }
}

static int word_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void coverage_of(struct arena *a, const struct case_set *set, const struct check_catalog *checks,
                 struct coverage *ret)
{
    struct uses u = {0};
    *ret = (struct coverage){.clauses = set->clause_count};
    for (size_t i = 0; i < set->case_count; i++) {
        case_note(a, &u, set->cases[i], ret);
    }
    for (size_t i = 0; i < set->clause_count; i++) {
        const struct clause *c = &set->clauses[i];
        const char *used_by = map_get(&u.clauses, str_of(c->id));
        ret->covered += used_by != NULL;
        ret->excluded += c->excluded != NULL;
        if (used_by && c->excluded) {
            *VEC_PUSH(a, &ret->faults) =
                arena_printf(a, "%s/clauses.yaml:%d:%d: the clause %s is excluded, but %s tests it",
                             set->dir, c->place.line, c->place.column, c->id, used_by);
        } else if (!used_by && !c->excluded) {
            *VEC_PUSH(a, &ret->gaps) = arena_printf(a, "clause %s", c->id);
        }
    }
    for (size_t i = 0; i < checks->count; i++) {
        if (!map_get(&u.checks, str_of(checks->items[i]->name))) {
            *VEC_PUSH(a, &ret->gaps) = arena_printf(a, "check %s", checks->items[i]->name);
        }
    }
    if (ret->gaps.count > 0) {
        qsort(ret->gaps.items, ret->gaps.count, sizeof(ret->gaps.items[0]), word_compare);
    }
    map_done(&u.clauses);
    map_done(&u.checks);
}

int coverage_list_load(struct arena *a, const char *path, struct coverage_list *ret,
                       struct err *err)
{
    AUTO_BUF struct buf content = {0};
    struct coverage_list list = {.path = arena_strdup(a, path)};
    struct str line;
    if (fs_read_file(path, MAX_LIST_BYTES, &content, err) < 0) {
        return -1;
    }
    struct str rest = buf_str(&content);
    for (int number = 1; str_split(&rest, '\n', &line); number++) {
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        if (!str_starts(line, STR("clause ")) && !str_starts(line, STR("check "))) {
            return err_at(err, path, number, 1, "neither `clause ID' nor `check NAME'");
        }
        *VEC_PUSH(a, &list) = (struct coverage_line){arena_strndup(a, line.ptr, line.len), number};
    }
    *ret = list;
    return 0;
}

static bool is_gap(const struct coverage *coverage, const char *text)
{
    for (size_t i = 0; i < coverage->gaps.count; i++) {
        if (str_eq_z(str_of(coverage->gaps.items[i]), text)) {
            return true;
        }
    }
    return false;
}

static int line_of(const struct coverage_list *list, const char *gap, size_t below)
{
    for (size_t i = 0; list && i < list->count && i < below; i++) {
        if (str_eq_z(str_of(list->items[i].gap), gap)) {
            return list->items[i].line;
        }
    }
    return 0;
}

void coverage_judge(struct arena *a, const struct coverage *coverage,
                    const struct coverage_list *list, struct str_list *ret_findings)
{
    for (size_t i = 0; i < coverage->faults.count; i++) {
        *VEC_PUSH(a, ret_findings) = coverage->faults.items[i];
    }
    for (size_t i = 0; i < coverage->gaps.count; i++) {
        const char *gap = coverage->gaps.items[i];
        if (line_of(list, gap, SIZE_MAX) == 0) {
            bool is_clause = str_starts(str_of(gap), STR("clause "));
            *VEC_PUSH(a, ret_findings) = arena_printf(
                a, "%s: %s", gap,
                is_clause ? "no case has a check for it, and clauses.yaml does not say `excluded'"
                          : "no case calls it");
        }
    }
    for (size_t i = 0; list && i < list->count; i++) {
        const struct coverage_line *l = &list->items[i];
        int before = line_of(list, l->gap, i);
        if (before > 0) {
            *VEC_PUSH(a, ret_findings) = arena_printf(a, "%s:%d: %s stands on line %d already",
                                                      list->path, l->line, l->gap, before);
        } else if (!is_gap(coverage, l->gap)) {
            *VEC_PUSH(a, ret_findings) =
                arena_printf(a, "%s:%d: %s is covered, or does not exist: remove the line",
                             list->path, l->line, l->gap);
        }
    }
}
