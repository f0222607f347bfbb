/* SPDX-License-Identifier: Apache-2.0 */
#include "worlds.h"

#include "base/core/xalloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const char *const manifests[] = {
    "drive: lines\nspeaks: [unity-catalog, statements]\ndump: true\n"
    "run: {argv: [./x, \"${mode}\"]}\nmodes: {pat: {}, m2m: {}, u2m: {}, token: {}}\n",
    "drive: count\nspeaks: [statements]\nrun: {argv: [./x, \"${operations}\"]}\nmodes: {pat: {}}\n",
    "drive: exec\nspeaks: [unity-catalog]\noperations: {validate: [[./x]]}\n"
    "modes: {m2m: {}, pat: {argv: [\"${mode}\"]}}\n",
};
static const char *const names[] = {"lines", "count", "exec"};

/* In the order of their ids. */
static const struct {
    const char *id, *more;
} cases[] = {
    {"m2m/cached", "modes: [m2m]\nneeds: [operations]\n"},
    {"m2m/held", "modes: [m2m]\nneeds: [session]\nlevel: should\n"},
    {"mixed/pat-and-m2m", "modes: [pat]\ngiven: {also_modes: [m2m]}\n"},
    {"mixed/pat-and-token", "modes: [pat]\ngiven: {also_modes: [token]}\n"},
    {"probe/alive", "role: probe\n"},
    {"probe/undeclared", "role: probe\ngiven: {undeclared_mode: true}\n"},
    {"secrets/dump", "needs: [dump]\nmodes: [pat]\nlevel: may\n"},
    {"sql/held", "needs: [session]\nmodes: [pat]\n"},
    {"sql/statement", "needs: [statements]\nmodes: [pat]\n"},
    {"u2m/browser", "modes: [u2m]\n"},
};

static const struct check_kind ok = {"outcome.ok", "Well.", NULL};
static const struct check_kind *const kinds[] = {&ok};
static const struct check_catalog catalog = {kinds, 1};

struct worlds *worlds_new(void)
{
    struct worlds *w = xcalloc(1, sizeof(*w));
    struct err err = {0};
    w->arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(manifests); i++) {
        const char *text = arena_printf(
            w->arena, "assay: 1\nname: %s\nversion: \"1\"\nlanguage: c\nproduct: a_b\n%s", names[i],
            manifests[i]);
        struct manifest *m = NULL;
        cr_assert_eq(manifest_read(w->arena, str_of(text), names[i], &m, &err), 0, "%s", err.msg);
        w->manifests[i] = m;
    }
    w->set.cases = ARENA_ARRAY(w->arena, const struct case_spec *, ARRAY_LEN(cases));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *text =
            arena_printf(w->arena,
                         "id: %s\ntitle: t\nwhy: w\nclauses: [X]\n%sdo: [{operation: validate}]\n"
                         "expect: [{check: outcome.ok}]\n",
                         cases[i].id, cases[i].more);
        struct case_source source = {str_of(text), cases[i].id, NULL};
        struct case_list list = {0};
        cr_assert_eq(case_read(w->arena, &source, &catalog, NULL, &list, &err), 0, "%s", err.msg);
        w->specs[i] = list.items[0];
        w->set.cases[i] = w->specs[i];
    }
    w->set.case_count = ARRAY_LEN(cases);
    return w;
}

void worlds_free(struct worlds *w)
{
    for (size_t i = 0; i < w->set.case_count; i++) {
        case_done(w->specs[i]);
    }
    arena_free(w->arena);
    free(w);
}

struct plan_request worlds_request(const struct worlds *w)
{
    return (struct plan_request){.manifests = w->manifests,
                                 .manifest_count = ARRAY_LEN(w->manifests),
                                 .cases = &w->set,
                                 .max_level = LEVEL_MAY};
}

const char *worlds_text(struct arena *a, const struct plan *plan)
{
    AUTO_BUF struct buf out = {0};
    VEC_FOREACH(const struct plan_job, job, plan) {
        buf_printf(&out, "%s %s %s%s%s\n", job->manifest->name, mode_name(job->mode), job->spec->id,
                   job->not_applicable ? " !" : "", job->not_applicable ? job->not_applicable : "");
    }
    return arena_strdup(a, buf_z(&out));
}
