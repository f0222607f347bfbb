/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/rules_priv.h"

#include "base/text/template.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/vars.h"

int rule_broken(const struct json_doc *doc, const struct json *node, const struct err *inner,
                struct err *err)
{
    json_err(doc, node, err, "%s", inner->msg);
    if (inner->hint[0]) {
        err_hint(err, "%s", inner->hint);
    }
    return -1;
}

static int template_rule(const struct json_doc *doc, const struct json *node,
                         enum rule_author author, struct err *err)
{
    struct str text = str_of(json_string_or(node, ""));
    struct err inner = {0};
    size_t known = author == RULE_CASE ? VAR_COUNT : VAR_POISON_HOST;
    if (template_check(text, var_names, known, &inner) == 0) {
        return 0;
    }
    for (size_t i = VAR_POISON_HOST; i < VAR_COUNT; i++) {
        if (template_uses(text, var_names[i])) {
            json_err(doc, node, err, "`${%s}' is for cases only", var_names[i]);
            err_hint(err, "a manifest has no decoys; take it out");
            return -1;
        }
    }
    return rule_broken(doc, node, &inner, err);
}

int rule_templates(const struct json_doc *doc, const struct json *node, enum rule_author author,
                   struct err *err)
{
    if (json_type(node) == JSON_STRING) {
        return template_rule(doc, node, author, err);
    }
    /* Documents are at most 64 levels deep (base/json/json_read.h). */
    JSON_FOREACH(child, node) {
        if (rule_templates(doc, child, author, err) < 0) {
            return -1;
        }
    }
    return 0;
}

int rule_env(const struct json_doc *doc, const struct json *node, enum rule_author author,
             struct err *err)
{
    JSON_FOREACH(child, node) {
        if (!grammar_is_env_name(str_of(json_key(child)))) {
            json_err_key(doc, child, err, "`%s' is not a name for an environment variable",
                         json_key(child));
            err_hint(err, "letters, digits and '_', not beginning with a digit");
            return -1;
        }
    }
    return rule_templates(doc, node, author, err);
}

int rule_word(const struct json_doc *doc, const struct json *node, bool (*grammar)(struct str),
              const char *what, struct err *err)
{
    if (!node || grammar(str_of(json_string_or(node, "")))) {
        return 0;
    }
    json_err(doc, node, err, "`%s' is not %s", json_string_or(node, ""), what);
    return -1;
}

int rule_file_name(const struct json_doc *doc, const struct json *file, struct err *err)
{
    struct str name = str_of(json_key(file)), part;
    if (!str_starts(name, STR("~/")) && !str_starts(name, STR("${tmp}/"))) {
        json_err_key(doc, file, err, "`%s' is not below HOME or TMPDIR", json_key(file));
        err_hint(err, "begin it with `~/' or `${tmp}/'");
        return -1;
    }
    struct str rest = name;
    bool is_first = true;
    while (str_split(&rest, '/', &part)) {
        bool leads_out = part.len == 0 || str_eq_z(part, ".") || str_eq_z(part, "..");
        if (leads_out || (!is_first && str_find(part, STR("$"), 0) >= 0)) {
            return json_err_key(doc, file, err, "`%s' is not a plain path", json_key(file));
        }
        is_first = false;
    }
    return 0;
}

const struct json *rule_use_find(const struct json *node, const char *name)
{
    if (json_type(node) == JSON_STRING) {
        return template_uses(str_of(json_string_or(node, "")), name) ? node : NULL;
    }
    JSON_FOREACH(child, node) {
        const struct json *found = rule_use_find(child, name);
        if (found) {
            return found;
        }
    }
    return NULL;
}

bool rule_uses(const struct json *node, const char *name)
{
    return rule_use_find(node, name) != NULL;
}
