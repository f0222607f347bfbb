/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/reference.h"

#include "harness/spec/case.h"
#include "harness/spec/manifest.h"
#include "harness/spec/vars.h"

static const char *const drive_docs[DRIVE_KINDS] = {
    "a long-running process. An operation is asked for by one line of JSON on its standard input, "
    "`{\"seq\":1,\"do\":\"validate\"}`, and answered by one line on its standard output: "
    "`{\"seq\":1,\"ok\":true}` or `{\"seq\":1,\"ok\":false,\"error\":\"...\"}`. What it does not "
    "know it answers with `ok` false and the error `unsupported`. The end of its input ends it",
    "a process that performs `${operations}` rounds and ends, such as a test script that exists "
    "already",
    "one command, or several in a row, per operation, started anew each time with the same HOME. "
    "All must exit with 0",
};

#define CAPABILITY_DOC(name, text, doc) doc,
static const char *const capability_docs[CAPABILITY_COUNT] = {CAPABILITY_TABLE(CAPABILITY_DOC)};
#undef CAPABILITY_DOC

static const char *const capability_sources[CAPABILITY_COUNT] = {
    [CAN_UNITY_CATALOG] = "listed under `speaks`",
    [CAN_STATEMENTS] = "listed under `speaks`",
    [CAN_THRIFT] = "listed under `speaks`",
    [CAN_DISCOVERY] = "listed under `speaks`",
    [CAN_LISTS] = "listed under `speaks`",
    [CAN_LINKS] = "listed under `speaks`",
    [CAN_APPS] = "listed under `speaks`",
    [CAN_KBASE] = "listed under `speaks`",
    [CAN_SPARK] = "listed under `speaks`",
    [CAN_SECRETS] = "listed under `speaks`",
    [CAN_MANAGEMENT] = "listed under `speaks`",
    [CAN_GOOGLE_ACCESS] = "listed under `speaks`",
    [CAN_SQL_SESSIONS] = "`sql-sessions` or `thrift` listed under `speaks`",
    [CAN_SESSION] = "`drive: lines`",
    [CAN_ROUNDS] = ("`drive: lines`, or `drive: count` without Thrift: the server holds the answer "
                    "that ends a round"),
    [CAN_DUMP] = "`dump: true`, or with `drive: exec` an operation `dump`",
    [CAN_PARALLEL] = "`parallel: true`",
    [CAN_OPERATIONS] = "`drive: lines` or `drive: count`",
    [CAN_RESTART] = "`drive: lines` or `drive: exec`",
    [CAN_SQL] = "`statements` or `thrift` listed under `speaks`",
    [CAN_ROWS] = "`rows: true`",
    [CAN_OPTIONS] = "`options`",
};

static void drives_add(struct buf *out)
{
    buf_add_z(out, "\n## Drives\n\nHow operations are asked for (`drive`):\n\n");
    for (size_t i = 0; i < DRIVE_KINDS; i++) {
        buf_printf(out, "- `%s`: %s.\n", drive_names[i], drive_docs[i]);
    }
}

static void modes_add(struct buf *out)
{
    buf_add_z(out, "\n## Modes\n\n| mode | chosen by `--auth` | what it is |\n|---|---|---|\n");
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        const char *name = mode_name((enum mode)i), *family = mode_family((enum mode)i);
        buf_printf(out, "| `%s` | `%s`", name, name);
        if (!str_eq_z(str_of(name), family)) {
            buf_printf(out, ", `%s`", family);
        }
        buf_printf(out, " | %s |\n", mode_title((enum mode)i));
    }
}

static void vars_add(struct buf *out, size_t count)
{
    buf_add_z(out, "| name | what it is |\n|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "| `${%s}` | %s |\n", var_names[i], var_docs[i]);
    }
}

static void capabilities_add(struct buf *out)
{
    buf_add_z(out, "\n## Capabilities\n\nCases say under `needs` what a connector must be able to "
                   "do. The manifest does not list it; it follows:\n\n"
                   "| capability | what it is | a connector has it by |\n|---|---|---|\n");
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        buf_printf(out, "| `%s` | %s | %s |\n", capability_names[i], capability_docs[i],
                   capability_sources[i]);
    }
}

void spec_manifest_markdown(struct buf *out)
{
    buf_add_z(out, "# The manifest of a connector\n\n`assay init` writes one to "
                   "begin with, `assay lint` checks one.\n\n");
    shape_markdown(out, manifest_file_shape());
    drives_add(out);
    modes_add(out);
    buf_add_z(out, "\n## Variables\n\nStrings in `argv`, `env`, `cwd`, `operations` and `logging` "
                   "may use these. A name that is not known is an error; `$$` is a plain `$`.\n\n");
    vars_add(out, VAR_POISON_HOST);
    capabilities_add(out);
}

static void verdicts_add(struct buf *out)
{
    buf_add_z(out, "\n## Verdicts\n\n| verdict | the run can still pass | what it means |\n"
                   "|---|---|---|\n");
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        enum verdict v = (enum verdict)i;
        buf_printf(out, "| %s | %s | %s |\n", verdict_name(v), verdict_is_green(v) ? "yes" : "no",
                   verdict_doc(v));
    }
}

static void checks_add(struct buf *out, const struct check_catalog *checks)
{
    buf_add_z(out, "\n## Checks\n");
    for (size_t i = 0; i < checks->count; i++) {
        const struct check_kind *kind = checks->items[i];
        buf_printf(out, "\n### `%s`\n\n%s\n\n", kind->name, kind->doc);
        if (!kind->params) {
            buf_add_z(out, "Takes no parameters.\n");
            continue;
        }
        buf_add_z(out, "| parameter | when absent | what it is |\n|---|---|---|\n");
        for (size_t j = 0; j < kind->params->field_count; j++) {
            const struct shape_field *f = &kind->params->fields[j];
            buf_printf(out, "| `%s` | ", f->key);
            if (f->required) {
                buf_add_z(out, "required");
            } else if (f->dflt) {
                buf_printf(out, "`%s`", f->dflt);
            }
            buf_printf(out, " | %s |\n", f->doc ? f->doc : "");
        }
    }
}

void spec_case_markdown(struct buf *out, const struct check_catalog *checks)
{
    buf_add_z(out, "# Case files\n\nA case is one YAML file below `cases/`; its path without "
                   "`.yaml` is its id. Files and folders whose names begin with `_` are left "
                   "out. `assay lint` checks one.\n\n");
    shape_markdown(out, case_file_shape());
    buf_add_z(out, "\n## Rules over several keys\n\n"
                   "- A wait or a server step between two operations needs `needs: [session]`: "
                   "other connectors could not be held there.\n"
                   "- The operation `dump` needs `needs: [dump]`, `parallel` needs `needs: "
                   "[parallel]` and `at_once`.\n"
                   "- `credential: expired` is for the modes pat and token only.\n"
                   "- `also_modes` and the case's modes have nothing in common.\n"
                   "- Every check tests at least one clause, its own or the case's.\n"
                   "\n## Variables\n\nStrings under `given` may use these.\n\n");
    vars_add(out, VAR_COUNT);
    capabilities_add(out);
    buf_add_z(out, "\n## Clauses\n\n`cases/clauses.yaml` lists what cases test.\n\n");
    shape_markdown(out, clauses_file_shape());
    verdicts_add(out);
    checks_add(out, checks);
}
