/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/mutants.h"

#include "base/core/buf.h"
#include "base/core/map.h"
#include "base/json/json_read.h"
#include "base/sys/fs.h"
#include "base/text/glob.h"
#include "harness/spec/mode.h"

enum { MAX_FILE_BYTES = 4 * 1024 * 1024, MAX_FILES = 1000, MAX_WORD = 200, MAX_SENTENCE = 1000 };

struct mutants_file {
    struct shape_list mutants;
};

static const struct shape_field kill_fields[] = {
    {.key = "case",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct mutant_kill, case_id),
     .place_offset = offsetof(struct mutant_kill, place),
     .doc = "the case's id; a pattern such as errors/* for collateral"},
    {.key = "check",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct mutant_kill, check),
     .doc = "the check's name"},
};
static const struct shape kill_shape = {.name = "kill",
                                        .doc = "A check of a case that must not be green.",
                                        .size = sizeof(struct mutant_kill),
                                        .fields = kill_fields,
                                        .field_count = ARRAY_LEN(kill_fields)};

static const struct shape_field mutant_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct mutant, name),
     .place_offset = offsetof(struct mutant, place),
     .doc = "its name"},
    {.key = "what",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct mutant, what),
     .doc = "what is wrong with it, in a sentence"},
    {.key = "connector",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct mutant, connector),
     .doc = "the name of the connector's folder"},
    {.key = "env",
     .type = SHAPE_STRING_MAP,
     .required = true,
     .offset = offsetof(struct mutant, env),
     .doc = "variables that switch the defect on"},
    {.key = "modes",
     .type = SHAPE_ENUM_SET,
     .names = {mode_names, MODE_COUNT},
     .offset = offsetof(struct mutant, modes),
     .doc = "the modes it is run in; none: all"},
    {.key = "declares",
     .type = SHAPE_ENUM_SET,
     .names = {mode_names, MODE_COUNT},
     .offset = offsetof(struct mutant, declares),
     .doc = "the only modes that its manifest declares; none: those of its connector's"},
    {.key = "killed_by",
     .type = SHAPE_OBJECTS,
     .required = true,
     .shape = &kill_shape,
     .offset = offsetof(struct mutant, killed_by),
     .doc = "checks that must see it, each in at least one mode"},
    {.key = "collateral",
     .type = SHAPE_OBJECTS,
     .shape = &kill_shape,
     .offset = offsetof(struct mutant, collateral),
     .doc = "further checks that see it as well; anything else that is not green is an error"},
};

static int mutant_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    const struct mutant *m = decoded;
    if (m->killed_by.count == 0) {
        return json_err(doc, node, err, "`%s' names no check that must see it", m->name);
    }
    return 0;
}

static const struct shape mutant_shape = {.name = "mutant",
                                          .doc = "A connector that is wrong in one way.",
                                          .size = sizeof(struct mutant),
                                          .fields = mutant_fields,
                                          .field_count = ARRAY_LEN(mutant_fields),
                                          .validate = mutant_validate};

static const struct shape_field file_fields[] = {
    {.key = "mutants",
     .type = SHAPE_OBJECTS,
     .required = true,
     .shape = &mutant_shape,
     .offset = offsetof(struct mutants_file, mutants),
     .doc = "the mutants"},
};
static const struct shape file_shape = {.name = "mutants file",
                                        .doc = "Connectors that are deliberately wrong.",
                                        .size = sizeof(struct mutants_file),
                                        .fields = file_fields,
                                        .field_count = ARRAY_LEN(file_fields)};

static int manifest_find(struct arena *a, struct mutant *m, struct err *err)
{
    static const char *const above[] = {"..", "../.."};
    for (size_t i = 0; i < ARRAY_LEN(above); i++) {
        const char *path = arena_printf(a, "%s/%s/%s/connector.yaml", fs_dirname(a, m->file),
                                        above[i], m->connector);
        if (fs_exists(path)) {
            return fs_real_path(a, path, &m->manifest, err);
        }
    }
    return err_at(err, m->file, m->place.line, m->place.column,
                  "the mutant %s is of the connector `%s', which has no connector.yaml", m->name,
                  m->connector);
}

static int file_load(struct arena *a, const char *path, struct mutants *ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct mutants_file file = {0};
    if (fs_read_file(path, MAX_FILE_BYTES, &content, err) < 0 ||
        json_or_yaml_read(buf_str(&content), path, &doc, err) < 0 ||
        shape_decode(a, &doc, doc.root, &file_shape, &file, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < file.mutants.count; i++) {
        struct mutant *m = SHAPE_LIST_AT(struct mutant, file.mutants, i);
        m->file = arena_strdup(a, path);
        if (manifest_find(a, m, err) < 0) {
            return -1;
        }
        *VEC_PUSH(a, ret) = *m;
    }
    return 0;
}

static int folder_load(struct arena *a, const char *path, struct mutants *ret, struct err *err)
{
    struct fs_entries entries = {0};
    size_t files = 0;
    if (fs_walk(a, path, MAX_FILES, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct fs_entry, entry, &entries) {
        if (str_ends(str_of(entry->path), STR(".yaml"))) {
            files++;
            if (file_load(a, fs_join(a, path, entry->path), ret, err) < 0) {
                return -1;
            }
        }
    }
    return files > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "no .yaml file with mutants in %s", path);
}

int mutants_load(struct arena *a, const struct str_list *paths, struct mutants *ret,
                 struct err *err)
{
    AUTO_MAP struct map names = {0};
    *ret = (struct mutants){0};
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];
        if ((fs_is_dir(path) ? folder_load(a, path, ret, err) : file_load(a, path, ret, err)) < 0) {
            return -1;
        }
    }
    VEC_FOREACH(struct mutant, m, ret) {
        if (map_put(&names, str_of(m->name), m)) {
            return err_at(err, m->file, m->place.line, m->place.column,
                          "there are two mutants named `%s'", m->name);
        }
    }
    return 0;
}

bool mutant_kill_names(const struct mutant_kill *k, const char *case_id, const char *check)
{
    return str_eq_z(str_of(k->check), check) && glob_match(str_of(k->case_id), str_of(case_id));
}
