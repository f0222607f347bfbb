/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/mutants.h"

#include "base/core/buf.h"
#include "base/core/map.h"
#include "base/json/json_read.h"
#include "base/sys/fs.h"
#include "harness/spec/mode.h"

enum { MAX_FILE_BYTES = 4 * 1024 * 1024, MAX_WORD = 200, MAX_SENTENCE = 1000 };

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
     .doc = "the case's id"},
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
     .doc = "the connector's folder"},
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

int mutants_load(struct arena *a, const char *path, struct mutants *ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_MAP struct map names = {0};
    struct mutants_file file = {0};
    if (fs_read_file(path, MAX_FILE_BYTES, &content, err) < 0 ||
        json_or_yaml_read(buf_str(&content), path, &doc, err) < 0 ||
        shape_decode(a, &doc, doc.root, &file_shape, &file, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < file.mutants.count; i++) {
        struct mutant *m = SHAPE_LIST_AT(struct mutant, file.mutants, i);
        if (map_put(&names, str_of(m->name), m)) {
            return err_at(err, path, m->place.line, m->place.column,
                          "there are two mutants named `%s'", m->name);
        }
    }
    *ret = (struct mutants){
        .path = arena_strdup(a, path), .items = file.mutants.items, .count = file.mutants.count};
    return 0;
}
