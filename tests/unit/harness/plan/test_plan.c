/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/plan.h"

#include "worlds.h"

#include <criterion/criterion.h>

static const char *plan_text(struct worlds *w, const struct plan_request *request)
{
    struct plan plan = {0};
    struct err err = {0};
    cr_assert_eq(plan_make(w->arena, request, &plan, &err), 0, "%s", err.msg);
    cr_expect_eq(plan.selected, plan.count);
    return worlds_text(w->arena, &plan);
}

static void words_add(struct worlds *w, struct str_list *list, const char *word)
{
    *VEC_PUSH(w->arena, list) = word;
}

Test(plan, connectors_then_modes_then_probes_then_ids)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    request.manifest_count = 1;
    cr_expect_str_eq(plan_text(w, &request), "lines pat probe/alive\n"
                                             "lines pat probe/undeclared\n"
                                             "lines pat mixed/pat-and-m2m\n"
                                             "lines pat mixed/pat-and-token\n"
                                             "lines pat secrets/dump\n"
                                             "lines pat sql/held\n"
                                             "lines pat sql/statement\n"
                                             "lines m2m probe/alive\n"
                                             "lines m2m probe/undeclared\n"
                                             "lines m2m m2m/cached\n"
                                             "lines m2m m2m/held\n"
                                             "lines u2m probe/alive\n"
                                             "lines u2m probe/undeclared\n"
                                             "lines u2m u2m/browser\n"
                                             "lines token probe/alive\n"
                                             "lines token probe/undeclared\n");
    worlds_free(w);
}

#define UNTOLD                                                                                  \
    "gives a mode that is not declared, but this connector is not told its mode: `${mode}` is " \
    "not used in its argv or env"

Test(plan, what_cannot_be_run_is_planned_with_its_reason)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    request.manifests = w->manifests + 1;
    request.manifest_count = 2;
    cr_expect_str_eq(
        plan_text(w, &request),
        "count pat probe/alive\n"
        "count pat probe/undeclared !" UNTOLD "\n"
        "count pat mixed/pat-and-m2m !mixes in mode `m2m`, which this connector does not declare\n"
        "count pat mixed/pat-and-token !mixes in mode `token`, which this connector does not "
        "declare\n"
        "count pat secrets/dump !needs `dump`: this connector does not print its configuration\n"
        "count pat sql/held !needs `session`: this connector performs its rounds without being "
        "asked\n"
        "count pat sql/statement\n"
        "exec pat probe/alive\n"
        "exec pat probe/undeclared\n"
        "exec pat mixed/pat-and-m2m\n"
        "exec pat mixed/pat-and-token !mixes in mode `token`, which this connector does not "
        "declare\n"
        "exec pat secrets/dump !needs `dump`: this connector does not print its configuration\n"
        "exec pat sql/held !needs `session`: this connector is started anew for each operation\n"
        "exec pat sql/statement !needs `statements`: this connector does not speak it\n"
        "exec m2m probe/alive\n"
        "exec m2m probe/undeclared !" UNTOLD "\n"
        "exec m2m m2m/cached !needs `operations`: this connector performs one operation in a "
        "process\n"
        "exec m2m m2m/held !needs `session`: this connector is started anew for each operation\n");
    worlds_free(w);
}

Test(plan, filters_are_united_within_and_cut_between)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    words_add(w, &request.auth, "u2m");
    words_add(w, &request.auth, "m2m");
    words_add(w, &request.globs, "*/browser");
    words_add(w, &request.globs, "m2m/*");
    request.manifest_count = 1;
    cr_expect_str_eq(plan_text(w, &request),
                     "lines m2m probe/alive\nlines m2m probe/undeclared\n"
                     "lines m2m m2m/cached\nlines m2m m2m/held\n"
                     "lines u2m probe/alive\nlines u2m probe/undeclared\nlines u2m u2m/browser\n");
    request.max_level = LEVEL_MUST;
    cr_expect_str_eq(plan_text(w, &request),
                     "lines m2m probe/alive\nlines m2m probe/undeclared\nlines m2m m2m/cached\n"
                     "lines u2m probe/alive\nlines u2m probe/undeclared\nlines u2m u2m/browser\n");
    worlds_free(w);
}

Test(plan, a_family_selects_all_of_its_modes)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    words_add(w, &request.auth, "u2m");
    words_add(w, &request.globs, "probe/alive");
    cr_expect_str_eq(plan_text(w, &request), "lines u2m probe/alive\nlines token probe/alive\n");
    worlds_free(w);
}

Test(plan, a_level_selects_it_and_what_is_stricter)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    request.manifest_count = 1;
    request.max_level = LEVEL_SHOULD;
    const char *text = plan_text(w, &request);
    cr_expect_null(strstr(text, "secrets/dump"));
    cr_expect_not_null(strstr(text, "m2m/held"));
    cr_expect_not_null(strstr(text, "m2m/cached"));
    worlds_free(w);
}

static const struct {
    const char *auth, *glob;
    int max_level;
    const char *message, *hint;
} nothing[] = {
    {"m2n", NULL, LEVEL_MAY, "no mode `m2n'", "`m2m'"},
    {"everything", NULL, LEVEL_MAY, "no mode `everything'", "pat, m2m"},
    {NULL, "m2m/cache", LEVEL_MAY, "no case matches `m2m/cache'", "`m2m/cached'"},
    {NULL, "zzz/**", LEVEL_MAY, "no case matches `zzz/**'", ""},
    {"pat", "m2m/*", LEVEL_MAY, "`m2m/*' matches no case of the modes", "assay list"},
    {NULL, "secrets/*", LEVEL_MUST, "`secrets/*' matches no case", "levels"},
};

Test(plan, filters_that_select_nothing_are_usage_errors)
{
    struct worlds *w = worlds_new();
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
        struct plan_request request = worlds_request(w);
        struct plan plan = {0};
        struct err err = {0};
        if (nothing[i].auth) {
            words_add(w, &request.auth, nothing[i].auth);
        }
        if (nothing[i].glob) {
            words_add(w, &request.globs, nothing[i].glob);
        }
        request.max_level = nothing[i].max_level;
        cr_expect_eq(plan_make(w->arena, &request, &plan, &err), -1, "row %zu", i);
        cr_expect_eq(err.code, ERR_USAGE, "row %zu", i);
        cr_expect_not_null(strstr(err.msg, nothing[i].message), "%s", err.msg);
        cr_expect_not_null(strstr(err.hint, nothing[i].hint), "%s", err.hint);
    }
    worlds_free(w);
}

Test(plan, a_mode_that_no_connector_declares_is_a_usage_error)
{
    struct worlds *w = worlds_new();
    struct plan_request request = worlds_request(w);
    struct plan plan = {0};
    struct err err = {0};
    request.manifests = w->manifests + 1;
    request.manifest_count = 2;
    words_add(w, &request.auth, "pat");
    words_add(w, &request.auth, "token");
    cr_expect_eq(plan_make(w->arena, &request, &plan, &err), -1);
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect_str_eq(err.hint, "declared: pat, m2m");
    worlds_free(w);
}

Test(plan, connectors_of_the_same_name_are_refused)
{
    struct worlds *w = worlds_new();
    const struct manifest *twice[] = {w->manifests[0], w->manifests[0]};
    struct plan_request request = worlds_request(w);
    struct plan plan = {0};
    struct err err = {0};
    request.manifests = twice;
    request.manifest_count = 2;
    cr_expect_eq(plan_make(w->arena, &request, &plan, &err), -1);
    cr_expect_eq(err.code, ERR_USAGE);
    worlds_free(w);
}

static const char *why_not(struct worlds *w, const char *operation, const char *env,
                           const char *given)
{
    const char *manifest = arena_printf(w->arena,
                                        "assay: 1\nname: beside\nversion: \"1\"\nlanguage: c\n"
                                        "product: a_b\ndrive: lines\nspeaks: [kbase, spark]\n"
                                        "run: {argv: [./x], env: {%s}}\nmodes: {token: {}}\n",
                                        env);
    static const struct check_kind ok = {"outcome.ok", "Well.", NULL};
    static const struct check_kind *const kinds[] = {&ok};
    static const struct check_catalog catalog = {kinds, 1};
    const char *text =
        arena_printf(w->arena,
                     "id: a/b\ntitle: t\nwhy: w\nclauses: [X]\ndo: [{operation: %s}]\n"
                     "given: {%s}\nexpect: [{check: outcome.ok}]\n",
                     operation, given);
    struct case_source source = {str_of(text), "a/b", NULL};
    struct manifest *m = NULL;
    struct case_list list = {0};
    struct err err = {0};
    cr_assert_eq(manifest_read(w->arena, str_of(manifest), "beside", &m, &err), 0, "%s", err.msg);
    cr_assert_eq(case_read(w->arena, &source, &catalog, NULL, &list, &err), 0, "%s", err.msg);
    const char *reason = plan_not_applicable(w->arena, m, MODE_TOKEN, list.items[0]);
    case_list_done(&list);
    return reason;
}

Test(plan, who_speaks_to_no_workspace_is_not_asked_to_validate_one)
{
    struct worlds *w = worlds_new();
    const char *reason = why_not(w, "validate", "", "");
    cr_assert_not_null(reason);
    cr_expect_str_eq(reason, "asks to validate a workspace, and this connector speaks to none");
    cr_expect_null(why_not(w, "kbase-token", "", ""));
    worlds_free(w);
}

Test(plan, tls_is_switched_off_for_who_is_told_of_it)
{
    struct worlds *w = worlds_new();
    const char *reason = why_not(w, "spark-url", "", "spark_tls_off: true");
    cr_assert_not_null(reason);
    cr_expect_not_null(strstr(reason, "`${spark_tls}` is not used"), "%s", reason);
    cr_expect_null(why_not(w, "spark-url", "TLS: \"${spark_tls}\"", "spark_tls_off: true"));
    cr_expect_null(why_not(w, "spark-url", "", ""));
    worlds_free(w);
}
