/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/requirements.h"

#include "base/crypto/digest.h"
#include "base/json/json.h"
#include "base/sys/fs.h"
#include "base/text/suggest.h"

#include <stdlib.h>

enum { MAX_SET_BYTES = 1024 * 1024, MAX_SETS = 1000, MAX_WORD = 200 };

struct set_file {
    const char *name, *title, *digest;
    struct str_list levels, clauses;
};

static const struct shape_field set_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct set_file, name),
     .doc = "as the file is named, without .yaml"},
    {.key = "title",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct set_file, title),
     .doc = "for people"},
    {.key = "levels",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct set_file, levels),
     .doc = "every clause of these levels (MUST, REQ, ...), whatever the catalogue has"},
    {.key = "clauses",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct set_file, clauses),
     .doc = "these clauses"},
    {.key = "digest",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct set_file, digest),
     .doc = "SHA-256 over the rest of this file in canonical JSON"},
};
static const struct shape set_shape = {
    .name = "requirement set",
    .doc = "The clauses that gate.",
    .size = sizeof(struct set_file),
    .fields = set_fields,
    .field_count = ARRAY_LEN(set_fields),
};

static void content_digest(const struct json *root, char out[65])
{
    AUTO_JSON struct json *copy = json_copy(root);
    AUTO_BUF struct buf canonical = {0};
    json_remove(copy, "digest");
    json_write_canonical(&canonical, copy);
    sha256_hex(buf_str(&canonical), out);
}

static int digest_check(const struct json_doc *doc, const struct set_file *file, char out[65],
                        struct err *err)
{
    content_digest(doc->root, out);
    if (str_eq_z(str_of(file->digest), out)) {
        return 0;
    }
    json_err(doc, json_get(doc->root, "digest"), err,
             "the requirement set `%s' is frozen, and its content is not that of its digest",
             file->name);
    err_hint(err, "undo the change, or give the set a new name; %s is the digest of what is there",
             out);
    return -1;
}

static int word_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool listed(const struct str_list *list, const char *word)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq_z(str_of(list->items[i]), word)) {
            return true;
        }
    }
    return false;
}

static int clauses_resolve(struct arena *a, const struct case_set *cases,
                           const struct json_doc *doc, const struct set_file *file,
                           struct str_list *ret, struct err *err)
{
    for (size_t i = 0; i < file->clauses.count; i++) {
        if (!case_set_clause(cases, file->clauses.items[i])) {
            return json_err(doc, json_at(json_get(doc->root, "clauses"), i), err,
                            "there is no clause `%s'", file->clauses.items[i]);
        }
    }
    for (size_t i = 0; i < cases->clause_count; i++) {
        const struct clause *c = &cases->clauses[i];
        if (listed(&file->levels, c->level) || listed(&file->clauses, c->id)) {
            *VEC_PUSH(a, ret) = c->id;
        }
    }
    if (ret->count == 0) {
        return json_err(doc, doc->root, err, "the requirement set has no clause");
    }
    qsort(ret->items, ret->count, sizeof(ret->items[0]), word_compare);
    return 0;
}

static int set_read(struct arena *a, const struct case_set *cases, const char *path,
                    struct requirement_set *ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct set_file file = {0};
    struct requirement_set set = {.path = path};
    if (fs_read_file(path, MAX_SET_BYTES, &content, err) < 0 ||
        yaml_read(buf_str(&content), path, NULL, &doc, err) < 0 ||
        shape_decode(a, &doc, doc.root, &set_shape, &file, err) < 0) {
        return -1;
    }
    const char *base = fs_basename(path);
    if (!str_eq_z(str_of(base), arena_printf(a, "%s.yaml", file.name))) {
        return json_err(&doc, json_get(doc.root, "name"), err, "the set is named `%s', its file %s",
                        file.name, base);
    }
    if (digest_check(&doc, &file, set.digest, err) < 0 ||
        clauses_resolve(a, cases, &doc, &file, &set.clauses, err) < 0) {
        return -1;
    }
    set.name = file.name;
    set.title = file.title;
    *ret = set;
    return 0;
}

int requirement_set_names(struct arena *a, const struct case_set *cases, struct str_list *ret,
                          struct err *err)
{
    struct fs_entries entries = {0};
    const char *dir = fs_join(a, cases->dir, "requirements");
    if (!fs_is_dir(dir)) {
        return 0;
    }
    if (fs_walk(a, dir, MAX_SETS, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(const struct fs_entry, e, &entries) {
        struct str name = str_of(e->path);
        if (!str_ends(name, STR(".yaml"))) {
            return err_at(err, fs_join(a, dir, e->path), 0, 0,
                          "not a requirement set: they are files that end in .yaml");
        }
        *VEC_PUSH(a, ret) = arena_strndup(a, name.ptr, name.len - STR(".yaml").len);
    }
    return 0;
}

int requirement_set_load(struct arena *a, const struct case_set *cases, const char *name,
                         struct requirement_set *ret, struct err *err)
{
    struct str_list names = {0};
    if (requirement_set_names(a, cases, &names, err) < 0) {
        return -1;
    }
    if (!listed(&names, name)) {
        err_set(err, ERR_USAGE, "the suite has no requirement set `%s'", name);
        suggest_hint(err, str_of(name), names.items, names.count);
        return -1;
    }
    const char *path = fs_join(a, cases->dir, arena_printf(a, "requirements/%s.yaml", name));
    return set_read(a, cases, path, ret, err);
}

bool requirement_set_has(const struct requirement_set *set, const char *clause)
{
    return set->clauses.count > 0 && bsearch(&clause, set->clauses.items, set->clauses.count,
                                             sizeof(clause), word_compare) != NULL;
}

bool requirement_set_gates(const struct requirement_set *set, const struct str_list *of_check,
                           const struct str_list *of_case)
{
    const struct str_list *clauses = of_check->count > 0 ? of_check : of_case;
    for (size_t i = 0; i < clauses->count; i++) {
        if (requirement_set_has(set, clauses->items[i])) {
            return true;
        }
    }
    return clauses->count == 0;
}
