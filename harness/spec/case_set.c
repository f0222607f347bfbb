/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"
#include "base/json/json.h"
#include "base/sys/fs.h"
#include "harness/spec/case.h"
#include "harness/spec/case_priv.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_ENTRIES = 20000, MAX_CLAUSES_BYTES = 4 * 1024 * 1024 };

static const char clauses_name[] = "clauses.yaml";

/* Those of all files. */
struct all_cases {
    const struct case_spec **items;
    size_t count, capacity;
};

/* A part of the path begins with '_': drafts and fixtures. */
static bool is_left_out(const char *path)
{
    struct str rest = str_of(path), part;
    while (str_split(&rest, '/', &part)) {
        if (part.len > 0 && part.ptr[0] == '_') {
            return true;
        }
    }
    return false;
}

static bool is_beside_cases(const struct fs_entry *entry)
{
    return S_ISDIR(entry->mode) || is_left_out(entry->path) ||
           str_eq_z(str_of(fs_basename(entry->path)), "README.md") ||
           str_eq_z(str_of(entry->path), clauses_name) ||
           str_eq_z(str_of(entry->path), "uncovered.txt") ||
           str_starts(str_of(entry->path), STR("requirements/"));
}

static int stray_file(const char *path, struct err *err)
{
    err_at(err, path, 0, 0, "not a case: cases are plain files that end in .yaml");
    err_hint(err, "move it away, or begin its name with '_'");
    return -1;
}

static int entry_load(struct case_set *set, const struct fs_entry *entry,
                      const struct check_catalog *checks, struct all_cases *all, struct err *err)
{
    struct str path = str_of(entry->path);
    const char *full = fs_join(set->arena, set->dir, entry->path);
    struct case_list list = {0};
    if (!S_ISREG(entry->mode) || !str_ends(path, STR(".yaml"))) {
        return stray_file(full, err);
    }
    const struct case_source file = {
        .path = full, .id = arena_strndup(set->arena, path.ptr, path.len - STR(".yaml").len)};
    if (case_load(set->arena, &file, checks, set, &list, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct case_spec *, spec, &list) {
        *VEC_PUSH(set->arena, all) = *spec;
    }
    set->cases = all->items;
    set->case_count = all->count;
    return 0;
}

static int case_compare(const void *a, const void *b)
{
    return strcmp((*(const struct case_spec *const *)a)->id,
                  (*(const struct case_spec *const *)b)->id);
}

/* A variant may be called as a file is. */
static int ids_check(const struct case_set *set, struct err *err)
{
    for (size_t i = 1; i < set->case_count; i++) {
        const struct case_spec *a = set->cases[i - 1], *b = set->cases[i];
        if (str_eq_z(str_of(a->id), b->id)) {
            json_err(b->doc, json_get(b->doc->root, "id"), err, "%s makes a case %s, too", a->path,
                     b->id);
            err_hint(err, "call the file or its variant otherwise");
            return -1;
        }
    }
    return 0;
}

static void digest_make(struct case_set *set, struct str clauses)
{
    AUTO_BUF struct buf all = {0};
    buf_add_str(&all, clauses);
    for (size_t i = 0; i < set->case_count; i++) {
        buf_add_char(&all, '\n');
        json_write_canonical(&all, set->cases[i]->doc->root);
    }
    sha256_hex(buf_str(&all), set->digest);
}

static int set_load(struct case_set *set, const struct check_catalog *checks, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    AUTO_BUF struct buf canonical = {0};
    struct fs_entries entries = {0};
    struct all_cases all = {0};
    const char *clauses = fs_join(set->arena, set->dir, clauses_name);
    if (fs_read_file(clauses, MAX_CLAUSES_BYTES, &content, err) < 0 ||
        clauses_read(set, buf_str(&content), clauses, &canonical, err) < 0 ||
        fs_walk(set->arena, set->dir, MAX_ENTRIES, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct fs_entry, entry, &entries) {
        if (!is_beside_cases(entry) && entry_load(set, entry, checks, &all, err) < 0) {
            return -1;
        }
    }
    if (all.count == 0) {
        return err_set(err, ERR_NOT_FOUND, "no case in %s", set->dir);
    }
    qsort(set->cases, set->case_count, sizeof(set->cases[0]), case_compare);
    digest_make(set, buf_str(&canonical));
    return ids_check(set, err);
}

int case_set_load(const char *dir, const struct check_catalog *checks, struct case_set **ret,
                  struct err *err)
{
    struct arena *arena = arena_new();
    struct case_set *set = ARENA_NEW(arena, struct case_set);
    set->arena = arena;
    set->dir = arena_strdup(arena, dir);
    if (set_load(set, checks, err) < 0) {
        case_set_free(set);
        return -1;
    }
    *ret = set;
    return 0;
}

void case_set_free(struct case_set *set)
{
    if (!set) {
        return;
    }
    for (size_t i = 0; i < set->case_count; i++) {
        case_doc_free(set->cases[i]);
    }
    arena_free(set->arena);
}

void case_set_free_ptr(struct case_set **set)
{
    case_set_free(*set);
}

const struct case_spec *case_set_find(const struct case_set *set, const char *id)
{
    struct case_spec key = {.id = id};
    const struct case_spec *wanted = &key;
    if (set->case_count == 0) {
        return NULL;
    }
    const struct case_spec **found =
        bsearch(&wanted, set->cases, set->case_count, sizeof(wanted), case_compare);
    return found ? *found : NULL;
}
