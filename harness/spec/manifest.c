/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/manifest.h"

#include "base/json/json.h"
#include "base/sys/fs.h"
#include "base/text/template.h"
#include "harness/spec/manifest_priv.h"

enum { MAX_FILE_BYTES = 1024 * 1024 };

static void speaks_derive(struct arena *a, struct manifest *m, unsigned speaks)
{
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        if (speaks & (1u << i)) {
            *VEC_PUSH(a, &m->speaks) = capability_names[i];
        }
    }
}

static bool has_operation(const struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->operations.count; i++) {
        const struct manifest_operation *o =
            SHAPE_LIST_AT(const struct manifest_operation, m->operations, i);
        if (str_eq_z(str_of(name), o->name)) {
            return true;
        }
    }
    return false;
}

/* Where a round that nobody asked for ends: with its statement, or its table. A driver's protocol
 * goes on behind the last row, with calls that need a credential. */
static bool rounds_are_seen(unsigned set)
{
    unsigned rest = 1u << CAN_STATEMENTS | 1u << CAN_UNITY_CATALOG;
    bool by_driver = (set & 1u << CAN_THRIFT) && !(set & 1u << CAN_STATEMENTS);
    return (set & rest) != 0 && !by_driver;
}

static unsigned capabilities_derive(const struct manifest_file *file)
{
    unsigned set = file->speaks;
    if (file->manifest.drive == DRIVE_LINES) {
        set |= 1u << CAN_SESSION | 1u << CAN_OPERATIONS | 1u << CAN_ROUNDS;
    }
    if (file->manifest.drive != DRIVE_COUNT) {
        set |= 1u << CAN_RESTART;
    }
    if (file->manifest.drive == DRIVE_COUNT) {
        set |= 1u << CAN_OPERATIONS;
        set |= rounds_are_seen(set) ? 1u << CAN_ROUNDS : 0;
    }
    if (set & (1u << CAN_STATEMENTS | 1u << CAN_THRIFT)) {
        set |= 1u << CAN_SQL;
    }
    if (set & 1u << CAN_THRIFT) {
        set |= 1u << CAN_SQL_SESSIONS;
    }
    if (file->parallel) {
        set |= 1u << CAN_PARALLEL;
    }
    if (file->manifest.options.count > 0) {
        set |= 1u << CAN_OPTIONS;
    }
    if (file->rows) {
        set |= 1u << CAN_ROWS;
    }
    if (file->dump || has_operation(&file->manifest, "dump")) {
        set |= 1u << CAN_DUMP;
    }
    return set;
}

static struct str_list argv_copy(struct arena *a, const struct json *argv)
{
    struct str_list list = {0};
    JSON_FOREACH(word, argv) {
        *VEC_PUSH(a, &list) = arena_strdup(a, json_string_or(word, ""));
    }
    return list;
}

/* The rules have looked at the nodes already (manifest_rules.c). */
static struct shape_list operations_copy(struct arena *a, const struct json *operations)
{
    size_t count = json_count(operations), i = 0;
    struct manifest_operation *items = ARENA_ARRAY(a, struct manifest_operation, count);
    JSON_FOREACH(operation, operations) {
        size_t commands = json_count(operation), j = 0;
        struct str_list *argvs = ARENA_ARRAY(a, struct str_list, commands);
        JSON_FOREACH(command, operation) {
            argvs[j++] = argv_copy(a, command);
        }
        items[i].name = arena_strdup(a, json_key(operation));
        items[i++].commands = (struct shape_list){argvs, commands};
    }
    return (struct shape_list){items, count};
}

int manifest_read(struct arena *a, struct str text, const char *path, struct manifest **ret,
                  struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct manifest_file *file = ARENA_NEW(a, struct manifest_file);
    if (yaml_read(text, path, NULL, &doc, err) < 0) {
        return -1;
    }
    if (shape_decode(a, &doc, doc.root, manifest_file_shape(), file, err) < 0) {
        return -1;
    }
    struct manifest *m = &file->manifest;
    m->path = arena_strdup(a, path);
    m->dir = fs_dirname(a, path);
    if (!m->title) {
        m->title = m->name;
    }
    speaks_derive(a, m, file->speaks);
    m->operations = operations_copy(a, file->operations);
    m->capabilities = capabilities_derive(file);
    m->ways_in = manifest_mode_set(m);
    file->operations = NULL; /* the document ends here */
    *ret = m;
    return 0;
}

int manifest_load(struct arena *a, const char *path, struct manifest **ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    const char *dir = NULL;
    struct manifest *m = NULL;
    if (fs_read_file(path, MAX_FILE_BYTES, &content, err) < 0 ||
        fs_real_path(a, fs_dirname(a, path), &dir, err) < 0) {
        return err_wrap(err, "manifest");
    }
    if (manifest_read(a, buf_str(&content), path, &m, err) < 0) {
        return -1;
    }
    m->dir = dir;
    *ret = m;
    return 0;
}

unsigned manifest_mode_set(const struct manifest *m)
{
    unsigned set = 0;
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        set |= m->modes[i].declared ? 1u << i : 0;
    }
    return set;
}

static bool list_uses(const struct str_list *list, const char *name)
{
    VEC_FOREACH(const char *, word, list) {
        if (template_uses(str_of(*word), name)) {
            return true;
        }
    }
    return false;
}

static bool start_uses(const struct manifest_start *start, const char *name)
{
    VEC_FOREACH(struct shape_pair, pair, &start->env) {
        if (template_uses(str_of(pair->value), name)) {
            return true;
        }
    }
    return list_uses(&start->argv, name);
}

bool manifest_uses(const struct manifest *m, enum mode mode, enum var var)
{
    const char *name = var_names[var];
    if (start_uses(&m->run, name) || start_uses(&m->modes[mode].start, name)) {
        return true;
    }
    for (size_t i = 0; i < m->operations.count; i++) {
        const struct shape_list commands =
            SHAPE_LIST_AT(const struct manifest_operation, m->operations, i)->commands;
        for (size_t j = 0; j < commands.count; j++) {
            if (list_uses(SHAPE_LIST_AT(const struct str_list, commands, j), name)) {
                return true;
            }
        }
    }
    return false;
}

const struct cloud_var *manifest_foreign_use(const struct manifest *m, enum mode mode,
                                             enum cloud cloud)
{
    for (size_t i = 0; i < ARRAY_LEN(vars_of_clouds); i++) {
        const struct cloud_var *v = &vars_of_clouds[i];
        if (strcmp(v->cloud, cloud_names[cloud]) != 0 && manifest_uses(m, mode, v->var)) {
            return v;
        }
    }
    return NULL;
}
