/* SPDX-License-Identifier: Apache-2.0 */
/* assay explain: all there is to know of one case or one check, from the tables. */
#include "harness/app/app.h"
#include "harness/app/option_rows.h"
#include "harness/app/explain_json.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/json/json.h"
#include "base/text/number.h"
#include "base/text/suggest.h"
#include "harness/judge/families.h"

struct explain_options {
    const char *cases_dir;
    bool json;
};

static const struct cli_option options[] = {
    OPTION_CASES_DIR(explain_options),
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct explain_options, json),
     .doc = "as one JSON object, for other programs"},
};
static const struct cli_positional positionals[] = {
    {.arg = "NAME", .required = true, .doc = "a case's id, a check's name or a clause's id"},
};

static void print_clause(const struct case_set *set, const char *id)
{
    const struct clause *c = case_set_clause(set, id);
    if (c) {
        say_result("  %s (%s, %s)\n      %s\n", c->id, c->level, c->source, c->text);
    }
}

static void print_step(const struct step *s)
{
    char text[32];
    switch (s->kind) {
    case STEP_OPERATION:
        say_result("  ask for `%s' %lld time%s\n", s->operation, (long long)s->times,
                   s->times == 1 ? "" : "s");
        break;
    case STEP_WAIT:
        say_result("  wait %s\n", format_duration_ms(s->wait_ms, text, (int)sizeof(text)));
        break;
    case STEP_ADVANCE:
        say_result("  move the clocks of connector and server by %s\n",
                   format_duration_ms(s->advance_ms, text, (int)sizeof(text)));
        break;
    case STEP_ADVANCE_TO:
        say_result("  move both clocks to %s before the access token ends\n",
                   format_duration_ms(s->before_expiry_ms, text, (int)sizeof(text)));
        break;
    case STEP_RESTART:
        say_result("  end the connector and start it again: %s\n", restart_names[s->restart]);
        break;
    case STEP_SERVER:
        say_result("  tell the server:");
        for (size_t i = 0; i < s->revoke.count; i++) {
            say_result(" revoke %s;", s->revoke.items[i]);
        }
        if (s->advance_ms != 0) {
            say_result(" its clock goes %s ahead;",
                       format_duration_ms(s->advance_ms, text, (int)sizeof(text)));
        }
        if (s->add_faults) {
            say_result(" %zu fault rules;", s->faults.count);
        }
        say_result("\n");
        break;
    }
}

static void print_given(const struct case_spec *c)
{
    const struct json *given = json_get(c->doc->root, "given");
    if (given) {
        AUTO_BUF struct buf text = {0};
        json_write_pretty(&text, given);
        say_result("given\n%s\n", buf_z(&text));
    }
}

static void print_expectation(const struct expectation *e)
{
    const struct check_row *row = check_find(e->kind->name);
    say_result("  %s (%s)", e->kind->name, level_names[e->level]);
    if (e->with) {
        AUTO_BUF struct buf text = {0};
        json_write(&text, e->with);
        say_result(" %s", buf_z(&text));
    }
    say_result("\n      %s\n", row ? row->kind.doc : "");
    if (e->because) {
        say_result("      because: %s\n", e->because);
    }
    for (size_t i = 0; i < e->clauses.count; i++) {
        say_result("%s%s", i ? ", " : "      clauses: ", e->clauses.items[i]);
    }
    say_result(e->clauses.count ? "\n" : "");
}

static void explain_case(const struct case_set *set, const struct case_spec *c)
{
    struct str_list clauses = c->clauses;
    say_result("%s: %s\n%s\n\n%s\n\n", c->id, c->title, c->path, c->why);
    say_result("level %s%s; modes:", level_names[c->level], c->is_probe ? ", a probe" : "");
    for (int m = 0; m < MODE_COUNT; m++) {
        if (c->modes >> m & 1u) {
            say_result(" %s", mode_name((enum mode)m));
        }
    }
    say_result("; needs:");
    for (int n = 0; n < CAPABILITY_COUNT; n++) {
        if (c->needs >> n & 1u) {
            say_result(" %s", capability_names[n]);
        }
    }
    say_result("%s\n\n", c->needs ? "" : " nothing special");
    print_given(c);
    say_result("do\n");
    for (size_t i = 0; i < c->steps.count; i++) {
        print_step(SHAPE_LIST_AT(struct step, c->steps, i));
    }
    say_result("\nexpect\n");
    for (size_t i = 0; i < c->expectations.count; i++) {
        print_expectation(SHAPE_LIST_AT(struct expectation, c->expectations, i));
    }
    if (clauses.count > 0) {
        say_result("\nclauses of the case\n");
    }
    for (size_t i = 0; i < clauses.count; i++) {
        print_clause(set, clauses.items[i]);
    }
    for (size_t i = 0; i < c->history.count; i++) {
        say_result("%s%s", i ? ", " : "\nseen in the field: ", c->history.items[i]);
    }
    say_result(c->history.count ? "\n" : "");
}

static bool cites(const struct str_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq_z(str_of(list->items[i]), name)) {
            return true;
        }
    }
    return false;
}

static void print_users(const struct case_set *set, const char *check, const char *clause)
{
    say_result("\nused by\n");
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *c = set->cases[i];
        for (size_t e = 0; e < c->expectations.count; e++) {
            const struct expectation *x = SHAPE_LIST_AT(struct expectation, c->expectations, e);
            bool same = check ? str_eq_z(str_of(x->kind->name), check) : cites(&x->clauses, clause);
            if (same) {
                say_result("  %s: %s\n", c->id, x->kind->name);
            }
        }
    }
}

static void explain_check(const struct case_set *set, const struct check_row *row)
{
    say_result("%s\n%s\n\nlikely cause when it fails: %s\nwhat to change: %s\n", row->kind.name,
               row->kind.doc, row->cause, row->fix);
    if (row->kind.params) {
        AUTO_BUF struct buf text = {0};
        shape_markdown(&text, row->kind.params);
        say_result("\n%s", buf_z(&text));
    }
    print_users(set, row->kind.name, NULL);
}

static int explain_unknown(const struct app *app, const struct case_set *set, const char *name)
{
    struct err err = {0};
    struct str_list known = {0};
    for (size_t i = 0; i < set->case_count; i++) {
        *VEC_PUSH(app->arena, &known) = set->cases[i]->id;
    }
    for (size_t f = 0; f < check_family_count; f++) {
        for (size_t i = 0; i < check_families[f]->count; i++) {
            *VEC_PUSH(app->arena, &known) = check_families[f]->rows[i].kind.name;
        }
    }
    for (size_t i = 0; i < set->clause_count; i++) {
        *VEC_PUSH(app->arena, &known) = set->clauses[i].id;
    }
    err_set(&err, ERR_USAGE, "there is no case, check or clause named `%s'", name);
    suggest_hint(&err, str_of(name), known.items, known.count);
    return app_fail(&err);
}

/* False when there is nothing of that name. */
static bool tell_json(const struct case_set *set, const char *name)
{
    const struct case_spec *c = case_set_find(set, name);
    const struct check_row *row = check_find(name);
    const struct clause *clause = case_set_clause(set, name);
    AUTO_BUF struct buf text = {0};
    if (!c && !row && !clause) {
        return false;
    }
    AUTO_JSON struct json *o = c     ? explain_case_json(c)
                               : row ? explain_check_json(set, row)
                                     : explain_clause_json(set, clause);
    json_write_pretty(&text, o);
    say_result("%s\n", buf_z(&text));
    return true;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct explain_options *o = parsed;
    const char *name = args->items[0];
    struct err err = {0};
    AUTO_CASE_SET struct case_set *set = NULL;
    int code = EXIT_OK;
    if (app_suite_load(app, o->cases_dir, &set, &err) < 0) {
        return app_fail(&err);
    }
    if (o->json && tell_json(set, name)) {
        code = EXIT_OK;
    } else if (case_set_find(set, name)) {
        explain_case(set, case_set_find(set, name));
    } else if (check_find(name)) {
        explain_check(set, check_find(name));
    } else if (case_set_clause(set, name)) {
        print_clause(set, name);
        print_users(set, NULL, name);
    } else {
        code = explain_unknown(app, set, name);
    }
    return code;
}

const struct cli_command command_explain = {
    .name = "explain",
    .summary = "tell all about a case, a check or a clause",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .positionals = positionals,
    .positional_count = ARRAY_LEN(positionals),
    .options_size = sizeof(struct explain_options),
    .run = run,
};
