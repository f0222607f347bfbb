/* SPDX-License-Identifier: Apache-2.0 */
/* assay list: the cases of the suite, one a line. */
#include "harness/app/app.h"
#include "harness/app/option_rows.h"

#include "base/cli/exit_code.h"
#include "base/cli/term.h"
#include "base/json/json.h"
#include "base/text/glob.h"
#include "base/text/suggest.h"

struct list_options {
    const char *cases_dir;
    struct str_list cases;
    const char *auth;
    bool json;
};

static const struct cli_option options[] = {
    OPTION_CASE(list_options, ""),
    OPTION_AUTH(list_options, CLI_STRING, false, "only cases for " OPTION_AUTH_DOC),
    OPTION_CASES_DIR(list_options),
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct list_options, json),
     .doc = "as one JSON array, for other programs"},
};

static bool is_listed(const struct list_options *o, unsigned modes, const struct case_spec *c)
{
    bool matches = o->cases.count == 0;
    for (size_t i = 0; i < o->cases.count; i++) {
        matches = matches || glob_match(str_of(o->cases.items[i]), str_of(c->id));
    }
    return matches && (c->modes & modes) != 0;
}

static const char *modes_text(struct arena *a, unsigned modes)
{
    const char *text = "";
    for (int m = 0; m < MODE_COUNT; m++) {
        if (modes >> m & 1u) {
            text = arena_printf(a, "%s%s%s", text, text[0] ? "," : "", mode_name((enum mode)m));
        }
    }
    return text;
}

static struct json *case_json(const struct case_spec *c)
{
    struct json *o = json_object();
    struct json *checks = json_array();
    json_set_string(o, "id", c->id);
    json_set_string(o, "title", c->title);
    json_set_string(o, "level", level_names[c->level]);
    json_set_bool(o, "probe", c->is_probe);
    struct json *modes = json_array();
    for (int m = 0; m < MODE_COUNT; m++) {
        if (c->modes >> m & 1u) {
            json_push(modes, json_string(mode_name((enum mode)m)));
        }
    }
    json_set(o, "modes", modes);
    for (size_t i = 0; i < c->expectations.count; i++) {
        json_push(checks,
                  json_string(SHAPE_LIST_AT(struct expectation, c->expectations, i)->kind->name));
    }
    json_set(o, "checks", checks);
    return o;
}

static int run(void *context, const void *parsed, const struct str_list *args)
{
    const struct app *app = context;
    const struct list_options *o = parsed;
    struct err err = {0};
    AUTO_CASE_SET struct case_set *set = NULL;
    unsigned modes = o->auth ? mode_set_of(str_of(o->auth)) : ~0u;
    size_t shown = 0;
    (void)args;
    if (modes == 0) {
        err_set(&err, ERR_USAGE, "`%s' is not a mode", o->auth);
        suggest_hint(&err, str_of(o->auth), mode_names, MODE_COUNT);
        return app_fail(&err);
    }
    if (app_suite_load(app, o->cases_dir, &set, &err) < 0) {
        return app_fail(&err);
    }
    AUTO_JSON struct json *array = json_array();
    for (size_t i = 0; i < set->case_count; i++) {
        const struct case_spec *c = set->cases[i];
        if (!is_listed(o, modes, c)) {
            continue;
        }
        shown++;
        if (o->json) {
            json_push(array, case_json(c));
        } else {
            say_result("%-36s %-18s %s%s\n", c->id, modes_text(app->arena, c->modes),
                       c->is_probe ? "(probe) " : "", c->title);
        }
    }
    if (o->json) {
        AUTO_BUF struct buf text = {0};
        json_write_pretty(&text, array);
        say_result("%s\n", buf_z(&text));
    } else {
        say_info("%zu of %zu cases; suite %.12s", shown, set->case_count, set->digest);
    }
    return shown > 0 ? EXIT_OK : EXIT_INCOMPLETE;
}

const struct cli_command command_list = {
    .name = "list",
    .summary = "list the cases of the suite",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .options_size = sizeof(struct list_options),
    .run = run,
};
