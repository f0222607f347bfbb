/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"
#include "base/text/suggest.h"
#include "harness/spec/case_priv.h"

#include <stdlib.h>

static const char *const clause_levels[] = {"MUST", "SHOULD", "MAY",  "REQ",
                                            "DOC",  "OBS",    "SEED", "INFERRED"};

enum { MAX_WORD = 200, MAX_SENTENCE = 2000 };

static bool is_clause_id(struct str s)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\0' || !strchr(allowed, s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z';
}

static int clause_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    struct clause *clause = decoded;
    const char *id = json_key(node);
    clause->place = json_place_of_key(doc, node);
    if (!is_clause_id(str_of(id))) {
        json_err_key(doc, node, err, "`%s' is not a clause id", id ? id : "");
        err_hint(err, "letters, digits, '.', '_' and '-', beginning with a capital");
        return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(clause_levels); i++) {
        if (str_eq_z(str_of(clause->level), clause_levels[i])) {
            return 0;
        }
    }
    json_err(doc, json_get(node, "level"), err, "`%s' is not a clause's level", clause->level);
    suggest_hint(err, str_of(clause->level), clause_levels, ARRAY_LEN(clause_levels));
    return -1;
}

static const struct shape_field clause_fields[] = {
    {.key = "level",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct clause, level),
     .doc = "the source's word: MUST, SHOULD, MAY (their negations included); REQ a partner "
            "requirement; DOC vendor guidance; OBS needed because of how servers were seen to "
            "behave; SEED asked for by one of the documents this project began with; INFERRED"},
    {.key = "text",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct clause, text),
     .doc = "the rule in one sentence"},
    {.key = "source",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct clause, source),
     .doc = "document and section"},
    {.key = "url",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct clause, url),
     .doc = "where to read it"},
    {.key = "excluded",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct clause, excluded),
     .doc = "why no case tests it"},
};

static const struct shape clause_shape = {
    .name = "clause",
    .doc = "One normative sentence.",
    .size = sizeof(struct clause),
    .fields = clause_fields,
    .field_count = ARRAY_LEN(clause_fields),
    .validate = clause_validate,
};

static const struct shape_field file_fields[] = {
    {.key = "requirement_set",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct clauses_file, requirement_set),
     .doc = "name of the frozen set of clauses that gates",
     .example = "pwaf-2026.1"},
    {.key = "clauses",
     .type = SHAPE_OBJECT_MAP,
     .required = true,
     .shape = &clause_shape,
     .key_offset = offsetof(struct clause, id),
     .offset = offsetof(struct clauses_file, clauses),
     .doc = "id to clause"},
};

const struct shape *clauses_file_shape(void)
{
    static const struct shape shape = {
        .name = "clauses.yaml",
        .doc = "The normative sentences that cases test.",
        .size = sizeof(struct clauses_file),
        .fields = file_fields,
        .field_count = ARRAY_LEN(file_fields),
    };
    return &shape;
}

static int clause_compare(const void *a, const void *b)
{
    return strcmp(((const struct clause *)a)->id, ((const struct clause *)b)->id);
}

int clauses_read(struct case_set *set, struct str text, const char *path, struct buf *ret_canonical,
                 struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct clauses_file file = {0};
    if (yaml_read(text, path, NULL, &doc, err) < 0 ||
        shape_decode(set->arena, &doc, doc.root, clauses_file_shape(), &file, err) < 0) {
        return -1;
    }
    if (file.clauses.count > 0) {
        qsort(file.clauses.items, file.clauses.count, sizeof(struct clause), clause_compare);
    }
    set->clauses = file.clauses.items;
    set->clause_count = file.clauses.count;
    set->requirement_set = file.requirement_set;
    json_write_canonical(ret_canonical, doc.root);
    return 0;
}

const struct clause *case_set_clause(const struct case_set *set, const char *id)
{
    struct clause key = {.id = id};
    if (set->clause_count == 0) {
        return NULL;
    }
    return bsearch(&key, set->clauses, set->clause_count, sizeof(key), clause_compare);
}
