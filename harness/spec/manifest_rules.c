/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of connector.yaml that need more than one key, or the words of its head. */
#include "base/json/json.h"
#include "base/text/template.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/manifest_priv.h"
#include "harness/spec/rules_priv.h"

enum { FORMAT_VERSION = 1 };

static int head_rules(const struct json_doc *doc, const struct json *node,
                      const struct manifest_file *file, struct err *err)
{
    if (file->format != FORMAT_VERSION) {
        json_err(doc, json_get(node, "assay"), err, "format version %lld is not known",
                 (long long)file->format);
        err_hint(err, "write `assay: %d'", FORMAT_VERSION);
        return -1;
    }
    if (rule_word(doc, json_get(node, "name"), grammar_is_slug, "a short name", err) < 0) {
        err_hint(err, "lower-case letters, digits and '-'");
        return -1;
    }
    if (rule_word(doc, json_get(node, "version"), grammar_is_version, "a version", err) < 0) {
        err_hint(err, "such as 1.4.0");
        return -1;
    }
    if (rule_word(doc, json_get(node, "product"), grammar_is_product, "a product token", err) < 0) {
        err_hint(err, "write <isv>_<product> without a version, such as Acme_WarehouseSync");
        return -1;
    }
    if (file->speaks == 0) {
        json_err(doc, json_get(node, "speaks"), err, "`speaks' names nothing to do");
        err_hint(err, "at least one of unity-catalog, statements, thrift");
        return -1;
    }
    return rule_templates(doc, json_get(node, "cwd"), RULE_MANIFEST, err);
}

static int command_rules(const struct json_doc *doc, const struct json *argv, struct err *err)
{
    if (json_type(argv) != JSON_ARRAY || json_count(argv) == 0) {
        json_err(doc, argv, err, "a command is not a list of program and arguments");
        err_hint(err, "write [[program, argument, ...], ...]");
        return -1;
    }
    JSON_FOREACH(word, argv) {
        if (json_type(word) != JSON_STRING) {
            json_err(doc, word, err, "an argument must be a string, not a %s",
                     json_type_name(json_type(word)));
            err_hint(err, "put it in quotes");
            return -1;
        }
    }
    if (json_string_or(json_first(argv), "")[0] == '\0') {
        return json_err(doc, json_first(argv), err, "the program's name is empty");
    }
    return rule_templates(doc, argv, RULE_MANIFEST, err);
}

/* `argv: prog` is a list of one as well. */
static int run_rules(const struct json_doc *doc, const struct json *node, const struct manifest *m,
                     struct err *err)
{
    const struct json *argv = json_get(json_get(node, "run"), "argv");
    if (m->run.argv.count == 0) {
        json_err(doc, argv ? argv : node, err, "`drive: %s' needs `run: {argv: [...]}'",
                 drive_names[m->drive]);
        err_hint(err, "the program to start, then its arguments");
        return -1;
    }
    if (m->run.argv.items[0][0] == '\0') {
        return json_err(doc, argv, err, "the program's name is empty");
    }
    const struct json *operations = json_get(node, "operations");
    if (operations) {
        json_err_key(doc, operations, err, "`operations' is for `drive: exec' only");
        err_hint(err, "with drive lines or count, `run' is the one program");
        return -1;
    }
    return 0;
}

static int count_rules(const struct json_doc *doc, const struct json *node, struct err *err)
{
    const char *name = var_names[VAR_OPERATIONS];
    if (rule_use_find(json_get(node, "run"), name)) {
        return 0;
    }
    JSON_FOREACH(mode, json_get(node, "modes")) {
        if (!rule_use_find(mode, name)) {
            json_err_key(doc, mode, err, "`drive: count' needs `${%s}' in argv or env", name);
            err_hint(err, "it says how many rounds to perform");
            return -1;
        }
    }
    return 0;
}

static int operation_rules(const struct json_doc *doc, const struct json *operation,
                           struct err *err)
{
    if (!grammar_is_slug(str_of(json_key(operation)))) {
        json_err_key(doc, operation, err, "`%s' is not a name for an operation",
                     json_key(operation));
        err_hint(err, "lower-case letters, digits and '-'");
        return -1;
    }
    if (json_type(operation) != JSON_ARRAY || json_count(operation) == 0) {
        json_err(doc, operation, err, "operation `%s' is not a list of commands",
                 json_key(operation));
        err_hint(err, "write [[program, argument, ...], ...]");
        return -1;
    }
    JSON_FOREACH(command, operation) {
        if (command_rules(doc, command, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int exec_rules(const struct json_doc *doc, const struct json *node,
                      const struct manifest_file *file, struct err *err)
{
    if (file->manifest.run.argv.count > 0) {
        json_err_key(doc, json_get(json_get(node, "run"), "argv"), err,
                     "`drive: exec' takes no `run.argv'");
        err_hint(err, "each operation lists its whole commands under `operations'");
        return -1;
    }
    if (!json_get(file->operations, "validate")) {
        json_err(doc, file->operations ? file->operations : node, err,
                 "`drive: exec' needs the operation `validate'");
        err_hint(err, "write operations: {validate: [[program, argument, ...]]}");
        return -1;
    }
    JSON_FOREACH(operation, file->operations) {
        if (operation_rules(doc, operation, err) < 0) {
            return -1;
        }
    }
    if (file->dump && !json_get(file->operations, "dump")) {
        json_err(doc, json_get(node, "dump"), err, "`dump: true' without an operation `dump'");
        err_hint(err, "list its commands under `operations'");
        return -1;
    }
    return 0;
}

static int cloud_rules(const struct json_doc *doc, const struct json *node,
                       const struct manifest *m, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(vars_of_clouds); i++) {
        const struct cloud_var *v = &vars_of_clouds[i];
        bool here = strcmp(v->cloud, cloud_names[m->cloud]) == 0;
        const struct json *use = here ? NULL : rule_use_find(node, var_names[v->var]);
        if (use) {
            json_err(doc, use, err, "`${%s}' has a value with `cloud: %s' only", var_names[v->var],
                     v->cloud);
            return -1;
        }
    }
    return 0;
}

/* Findings tell options by their names. */
static int option_rules(const struct json_doc *doc, const struct json *node,
                        const struct manifest *m, struct err *err)
{
    for (size_t i = 1; i < m->options.count; i++) {
        const char *name = SHAPE_LIST_AT(const struct manifest_option, m->options, i)->name;
        for (size_t k = 0; k < i; k++) {
            const struct manifest_option *before =
                SHAPE_LIST_AT(const struct manifest_option, m->options, k);
            if (str_eq_z(str_of(name), before->name)) {
                const struct json *at = json_at(json_get(node, "options"), i);
                json_err(doc, json_get(at, "name"), err,
                         "the option `%s' is listed twice, first in line %d", name,
                         (int)before->place.line);
                err_hint(err, "give each a name of its own");
                return -1;
            }
        }
    }
    return 0;
}

int manifest_rules(const struct json_doc *doc, const struct json *node, void *decoded,
                   struct err *err)
{
    const struct manifest_file *file = decoded;
    const struct manifest *m = &file->manifest;
    if (head_rules(doc, node, file, err) < 0 || cloud_rules(doc, node, m, err) < 0) {
        return -1;
    }
    if (option_rules(doc, node, m, err) < 0) {
        return -1;
    }
    if (file->rows && m->drive != DRIVE_LINES) {
        json_err(doc, json_get(node, "rows"), err, "`rows: true' needs answers to be told in");
        err_hint(err, "take `rows' out, or use `drive: lines'");
        return -1;
    }
    if (m->desktop && !m->modes[MODE_U2M].declared && !m->modes[MODE_U2M_BUILT_IN].declared) {
        json_err(doc, json_get(node, "desktop"), err,
                 "`desktop: true' without a mode that opens a page");
        err_hint(err, "declare the mode u2m or u2m-built-in, or take `desktop' out");
        return -1;
    }
    if (file->parallel && m->drive != DRIVE_LINES) {
        json_err(doc, json_get(node, "parallel"), err,
                 "`parallel: true' needs one process that can be asked");
        err_hint(err, "take `parallel' out, or use `drive: lines'");
        return -1;
    }
    if (m->drive == DRIVE_EXEC) {
        if (exec_rules(doc, node, file, err) < 0) {
            return -1;
        }
    } else if (run_rules(doc, node, m, err) < 0) {
        return -1;
    }
    if (m->drive == DRIVE_COUNT) {
        if (file->dump) {
            json_err(doc, json_get(node, "dump"), err, "`drive: count' cannot be asked to dump");
            err_hint(err, "take `dump' out, or use drive lines or exec");
            return -1;
        }
        return count_rules(doc, node, err);
    }
    const struct json *use = rule_use_find(node, var_names[VAR_OPERATIONS]);
    if (use) {
        json_err(doc, use, err, "`${operations}' has a value with `drive: count' only");
        return -1;
    }
    return 0;
}
