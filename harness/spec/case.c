/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/case.h"

#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/sys/fs.h"
#include "base/text/suggest.h"
#include "harness/spec/case_priv.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/rules_priv.h"
#include "harness/spec/vary_priv.h"

#include <stdlib.h>

enum { MAX_FILE_BYTES = 1024 * 1024 };

/* What the parts of a case are looked up in while it is being made. */
struct loader {
    struct arena *arena;
    const struct json_doc *doc;
    const struct check_catalog *checks;
    const struct case_set *clauses;
    const struct case_file *file;
};

static struct shape_list steps_make(const struct loader *l)
{
    struct step *steps = ARENA_ARRAY(l->arena, struct step, l->file->steps.count);
    for (size_t i = 0; i < l->file->steps.count; i++) {
        const struct step_file *from = SHAPE_LIST_AT(const struct step_file, l->file->steps, i);
        steps[i] = (struct step){
            .kind = from->operation        ? STEP_OPERATION
                    : from->has_wait       ? STEP_WAIT
                    : from->has_advance    ? STEP_ADVANCE
                    : from->has_advance_to ? STEP_ADVANCE_TO
                    : from->has_restart    ? STEP_RESTART
                                           : STEP_SERVER,
            .operation = from->operation,
            .times = from->times,
            .at_once = from->at_once,
            .wait_ms = from->wait_ms,
            .revoke = from->server.revoke,
            .add_faults = from->server.has_faults,
            .faults = from->server.faults,
            .advance_ms = from->has_advance ? from->advance_ms : from->server.advance_ms,
            .token = from->advance_to.token,
            .restart = from->restart,
            .before_expiry_ms = from->advance_to.before_expiry_ms,
            .place = from->place,
        };
    }
    return (struct shape_list){steps, l->file->steps.count};
}

static const struct check_kind *check_find(const struct loader *l, const struct json *node,
                                           const char *name, struct err *err)
{
    size_t count = l->checks->count;
    const char **names = ARENA_ARRAY(l->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        if (str_eq_z(str_of(name), l->checks->items[i]->name)) {
            return l->checks->items[i];
        }
        names[i] = l->checks->items[i]->name;
    }
    json_err(l->doc, node, err, "there is no check `%s'", name);
    suggest_hint(err, str_of(name), names, count);
    return NULL;
}

/* The parameters are decoded again by the judge; here only the author's mistakes count. */
static int with_check(const struct loader *l, const struct json *node,
                      const struct check_kind *kind, struct err *err)
{
    const struct json *with = json_get(node, "with");
    if (!kind->params) {
        return with ? json_err_key(l->doc, with, err, "check `%s' takes no parameters", kind->name)
                    : 0;
    }
    AUTO_ARENA struct arena *scratch = arena_new();
    void *params = arena_alloc(scratch, kind->params->size);
    if (with) {
        return shape_decode(scratch, l->doc, with, kind->params, params, err);
    }
    AUTO_JSON struct json *none = json_object();
    struct err inner = {0};
    if (shape_decode(scratch, l->doc, none, kind->params, params, &inner) == 0) {
        return 0;
    }
    json_err(l->doc, node, err, "check `%s' without `with': %s", kind->name, inner.msg);
    err_hint(err, "write with: {...}");
    return -1;
}

static int clauses_check(const struct loader *l, const struct json *node, struct err *err)
{
    const struct json *id = json_type(node) == JSON_STRING ? node : json_first(node);
    for (; id && l->clauses; id = id == node ? NULL : json_next(id)) {
        const char *word = json_string_or(id, "");
        if (case_set_clause(l->clauses, word)) {
            continue;
        }
        size_t count = l->clauses->clause_count;
        const char **names = ARENA_ARRAY(l->arena, const char *, count);
        for (size_t i = 0; i < count; i++) {
            names[i] = l->clauses->clauses[i].id;
        }
        json_err(l->doc, id, err, "there is no clause `%s'", word);
        suggest_hint(err, str_of(word), names, count);
        return -1;
    }
    return 0;
}

static int expectation_make(const struct loader *l, size_t i, struct expectation *ret,
                            struct err *err)
{
    const struct expectation_file *from =
        SHAPE_LIST_AT(const struct expectation_file, l->file->expectations, i);
    const struct json *node = json_at(json_get(l->doc->root, "expect"), i);
    const struct check_kind *kind = check_find(l, json_get(node, "check"), from->check, err);
    if (!kind || with_check(l, node, kind, err) < 0 ||
        clauses_check(l, json_get(node, "clauses"), err) < 0) {
        return -1;
    }
    *ret = (struct expectation){
        .kind = kind,
        .level = from->has_level ? from->level : l->file->spec.level,
        .clauses = from->clauses.count ? from->clauses : l->file->spec.clauses,
        .modes = from->modes,
        .with = from->with,
        .because = from->because,
        .place = from->place,
    };
    return 0;
}

static int expectations_make(const struct loader *l, struct shape_list *ret, struct err *err)
{
    size_t count = l->file->expectations.count;
    struct expectation *items = ARENA_ARRAY(l->arena, struct expectation, count);
    if (clauses_check(l, json_get(l->doc->root, "clauses"), err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (expectation_make(l, i, &items[i], err) < 0) {
            return -1;
        }
    }
    *ret = (struct shape_list){items, count};
    return 0;
}

/* The id of a file is its path; one whose variants have names of their own is called by its folder.
 */
static int id_check(const struct loader *l, const struct json_doc *doc, const char *path,
                    struct err *err)
{
    const struct json *id = json_get(doc->root, "id");
    const char *word = json_string_or(id, path ? path : "");
    const char *in_folder =
        path ? arena_printf(l->arena, "%s/${vary.name}", fs_dirname(l->arena, path)) : word;
    if (!path || str_eq_z(str_of(word), path) || str_eq_z(str_of(word), in_folder)) {
        return 0;
    }
    if (rule_word(doc, id, grammar_is_case_id, "a case id", err) < 0) {
        err_hint(err, "family/name, of lower-case letters, digits and '-'");
        return -1;
    }
    json_err(doc, id, err, "the id differs from the file's path");
    err_hint(err, "write `id: %s', or move the file", path);
    return -1;
}

static int case_make(const struct loader *l, const struct case_source *source,
                     struct case_file *file, struct err *err)
{
    struct case_spec *spec = &file->spec;
    if (shape_decode(l->arena, l->doc, l->doc->root, case_file_shape(), file, err) < 0 ||
        case_rules(l->doc, file, err) < 0 || expectations_make(l, &spec->expectations, err) < 0) {
        return -1;
    }
    spec->path = arena_strdup(l->arena, source->path);
    spec->family =
        arena_strndup(l->arena, spec->id, (size_t)str_find(str_of(spec->id), STR("/"), 0));
    spec->is_probe = file->role != 0;
    spec->modes = spec->modes ? spec->modes : ALL_MODES;
    spec->given = file->given.given;
    spec->steps = steps_make(l);
    spec->doc = l->doc;
    return 0;
}

static void doc_free(struct json_doc *doc)
{
    if (doc) {
        json_doc_done(doc);
        free(doc);
    }
}

/* Reports and lists show titles: two cases of one title cannot be told apart there. */
static int title_check(const struct case_list *list, const struct case_spec *spec, struct err *err)
{
    VEC_FOREACH(struct case_spec *const, other, list) {
        if (str_eq_z(str_of(spec->title), (*other)->title)) {
            json_err(spec->doc, json_get(spec->doc->root, "title"), err,
                     "the variants %s and %s have one title", (*other)->id, spec->id);
            err_hint(err, "write something of the row into it, such as ${vary.name_of_a_column}");
            return -1;
        }
    }
    return 0;
}

static int variant_make(struct loader *l, const struct case_source *source,
                        struct vary_table *table, struct case_list *list, struct err *err)
{
    struct json_doc *doc = xcalloc(1, sizeof(*doc));
    struct case_file *file = ARENA_NEW(l->arena, struct case_file);
    l->doc = doc;
    l->file = file;
    if (vary_expand(table, list->count, doc, err) < 0 ||
        (list->count == 0 && vary_all_used(table, err) < 0) ||
        case_make(l, source, file, err) < 0 || title_check(list, &file->spec, err) < 0) {
        doc_free(doc);
        return -1;
    }
    *VEC_PUSH(l->arena, list) = &file->spec;
    return 0;
}

int case_read(struct arena *a, const struct case_source *source, const struct check_catalog *checks,
              const struct case_set *clauses, struct case_list *ret, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO(case_list_done) struct case_list list = {0};
    struct loader l = {.arena = a, .checks = checks, .clauses = clauses};
    struct vary_table table;
    if (yaml_read(source->text, source->path, NULL, &doc, err) < 0 ||
        id_check(&l, &doc, source->id, err) < 0 || vary_open(&doc, &table, err) < 0) {
        return -1;
    }
    while (list.count < table.count) {
        if (variant_make(&l, source, &table, &list, err) < 0) {
            return -1;
        }
    }
    *ret = list;
    list = (struct case_list){0};
    return 0;
}

int case_load(struct arena *a, const struct case_source *file, const struct check_catalog *checks,
              const struct case_set *clauses, struct case_list *ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    if (fs_read_file(file->path, MAX_FILE_BYTES, &content, err) < 0) {
        return err_wrap(err, "case");
    }
    struct case_source source = {buf_str(&content), file->path, file->id};
    return case_read(a, &source, checks, clauses, ret, err);
}

void case_doc_free(const struct case_spec *spec)
{
    /* case_read made it; the public pointer is const for the readers' sake. */
    union {
        const struct json_doc *borrowed;
        struct json_doc *owned;
    } doc = {.borrowed = spec->doc};
    doc_free(doc.owned);
}

void case_done(struct case_spec *spec)
{
    if (spec) {
        case_doc_free(spec);
        spec->doc = NULL;
    }
}

void case_list_done(struct case_list *list)
{
    VEC_FOREACH(struct case_spec *, spec, list) {
        case_done(*spec);
    }
    *list = (struct case_list){0};
}

bool case_moves_clock(const struct case_spec *spec)
{
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        if (step->kind == STEP_ADVANCE || step->kind == STEP_ADVANCE_TO) {
            return true;
        }
    }
    return false;
}

bool case_asks(const struct case_spec *spec, const char *operation)
{
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        if (step->kind == STEP_OPERATION && str_eq_z(str_of(step->operation), operation)) {
            return true;
        }
    }
    return false;
}

enum cloud case_cloud(const struct case_spec *spec, const struct manifest *m)
{
    return (enum cloud)(spec->given.cloud == GIVEN_CLOUD_OWN ? m->cloud
                                                             : spec->given.cloud - GIVEN_CLOUD_AWS);
}
