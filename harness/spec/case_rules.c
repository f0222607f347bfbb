/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a case file that need more than one key. */
#include "base/json/json.h"
#include "harness/spec/case_priv.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/rules_priv.h"

static const char *first_mode(unsigned set)
{
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if (set & (1u << i)) {
            return mode_names[i];
        }
    }
    return "";
}

static const struct step_file *step_at(const struct case_file *file, size_t i)
{
    return SHAPE_LIST_AT(const struct step_file, file->steps, i);
}

/* The node of step i, or of the file when it cannot be said. */
static const struct json *step_node(const struct json_doc *doc, size_t i)
{
    return json_at(json_get(doc->root, "do"), i);
}

/* Only a connector that waits for its next order, or for an answer, can be held between two
 * operations. */
static int session_rule(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    bool seen_operation = false;
    size_t between = 0;
    bool is_between = false;
    for (size_t i = 0; i < file->steps.count; i++) {
        if (step_at(file, i)->has_restart) {
            seen_operation = is_between = false;
        } else if (!step_at(file, i)->operation) {
            if (seen_operation && !is_between) {
                between = i;
                is_between = true;
            }
        } else if (is_between && !(file->spec.needs & (1u << CAN_SESSION | 1u << CAN_ROUNDS))) {
            json_err(doc, step_node(doc, between), err,
                     "a step between operations, but `needs' has neither `session' nor `rounds'");
            err_hint(err, "not every connector can be held there; write needs: [session], or "
                          "[rounds] when it may as well be held by an answer");
            return -1;
        } else {
            seen_operation = true;
        }
    }
    return 0;
}

/* Operations that not every connector can perform. */
static const struct {
    const char *name;
    enum capability capability;
} optional_verbs[] = {{"dump", CAN_DUMP}, {"parallel", CAN_PARALLEL}};

static int restart_rule(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    for (size_t i = 0; i < file->steps.count; i++) {
        if (step_at(file, i)->has_restart && !(file->spec.needs & (1u << CAN_RESTART))) {
            json_err(doc, step_node(doc, i), err, "`restart', but `needs' has no `restart'");
            err_hint(err, "not every connector can be ended in between; write needs: [restart]");
            return -1;
        }
    }
    return 0;
}

/* They are performed several times over: what changed the server or the clock would meet the
 * second start as well. */
static int options_rule(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    if (file->given.given.options && !(file->spec.needs & (1u << CAN_OPTIONS))) {
        json_err(doc, json_get(json_get(doc->root, "given"), "options"), err,
                 "`options', but `needs' has no `options'");
        err_hint(err, "not every connector has any; write needs: [options]");
        return -1;
    }
    for (size_t i = 0; file->given.given.options && i < file->steps.count; i++) {
        if (!step_at(file, i)->operation) {
            json_err(doc, step_node(doc, i), err,
                     "with `options' the steps are operations, and this is none");
            err_hint(err, "they are performed once for each option of the connector");
            return -1;
        }
    }
    return 0;
}

static int step_rules(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    if (file->steps.count == 0) {
        json_err(doc, json_get(doc->root, "do"), err, "`do' has no step");
        err_hint(err, "at least one, such as {operation: validate}");
        return -1;
    }
    for (size_t i = 0; i < file->steps.count; i++) {
        const char *operation = step_at(file, i)->operation;
        for (size_t v = 0; operation && v < ARRAY_LEN(optional_verbs); v++) {
            const char *verb = optional_verbs[v].name;
            bool has = file->spec.needs >> optional_verbs[v].capability & 1u;
            if (str_eq_z(str_of(verb), operation) && !has) {
                json_err(doc, step_node(doc, i), err, "operation `%s', but `needs' has no `%s'",
                         verb, verb);
                err_hint(err, "not every connector can; write needs: [%s]", verb);
                return -1;
            }
        }
    }
    if (options_rule(doc, file, err) < 0 || restart_rule(doc, file, err) < 0) {
        return -1;
    }
    return session_rule(doc, file, err);
}

static int given_rules(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    const struct json *given = json_get(doc->root, "given");
    const struct case_given *g = &file->given.given;
    unsigned modes = file->spec.modes ? file->spec.modes : ALL_MODES;
    if (g->also_modes & modes) {
        json_err(doc, json_get(given, "also_modes"), err,
                 "mode `%s' is in `also_modes' and in the case's modes",
                 first_mode(g->also_modes & modes));
        err_hint(err, "name the case's own modes under `modes'");
        return -1;
    }
    if (g->credential == GIVEN_RESERVED && modes != 1u << MODE_M2M) {
        json_err(doc, json_get(given, "credential"), err,
                 "`reserved-characters' are those of a client secret");
        err_hint(err, "write modes: [m2m]");
        return -1;
    }
    if (g->odd_claims && modes != 1u << MODE_TOKEN) {
        json_err(doc, json_get(given, "odd_claims"), err,
                 "`odd_claims' are those of a token that is handed over");
        err_hint(err, "write modes: [token]");
        return -1;
    }
    unsigned can_expire = 1u << MODE_PAT | 1u << MODE_TOKEN;
    if (g->credential == GIVEN_EXPIRED && (modes & ~can_expire)) {
        json_err(doc, json_get(given, "credential"), err,
                 "what is handed over in mode `%s' does not expire",
                 first_mode(modes & ~can_expire));
        err_hint(err, "write modes: [pat, token], or one of them");
        return -1;
    }
    return 0;
}

static int expectation_rules(const struct json_doc *doc, const struct case_file *file,
                             struct err *err)
{
    const struct json *list = json_get(doc->root, "expect");
    unsigned modes = file->spec.modes ? file->spec.modes : ALL_MODES;
    if (file->expectations.count == 0) {
        json_err(doc, list, err, "`expect' has no check");
        err_hint(err, "a case that cannot fail proves nothing");
        return -1;
    }
    for (size_t i = 0; i < file->expectations.count; i++) {
        const struct expectation_file *e =
            SHAPE_LIST_AT(const struct expectation_file, file->expectations, i);
        const struct json *node = json_at(list, i);
        if (e->modes & ~modes) {
            json_err(doc, json_get(node, "modes"), err, "the case does not run in mode `%s'",
                     first_mode(e->modes & ~modes));
            return -1;
        }
        if (e->clauses.count == 0 && file->spec.clauses.count == 0) {
            json_err(doc, node, err, "check `%s' tests no clause", e->check);
            err_hint(err, "name ids of clauses.yaml under `clauses', here or for the case");
            return -1;
        }
    }
    return 0;
}

int case_rules(const struct json_doc *doc, const struct case_file *file, struct err *err)
{
    if (rule_word(doc, json_get(doc->root, "id"), grammar_is_case_id, "a case id", err) < 0) {
        err_hint(err, "family/name, of lower-case letters, digits and '-'");
        return -1;
    }
    if (given_rules(doc, file, err) < 0 || step_rules(doc, file, err) < 0) {
        return -1;
    }
    return expectation_rules(doc, file, err);
}
