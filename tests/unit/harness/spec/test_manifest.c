/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/manifest.h"

#include "base/sys/fs.h"

#include <criterion/criterion.h>

static const char good[] =
    "assay: 1\n"
    "name: reference\n"
    "title: Reference connector\n"
    "version: 1.0.0\n"
    "language: c\n"
    "product: assay_reference\n"
    "homepage: https://example.com/reference\n"
    "drive: lines\n"
    "speaks: [unity-catalog, statements, thrift]\n"
    "cwd: work\n"
    "run:\n"
    "  argv: [\"${connector_dir}/bin/reference\", --auth, \"${mode}\"]\n"
    "  env: {CONNECTOR_HOST: \"${host}\", CONNECTOR_HTTP_PATH: \"${http_path}\"}\n"
    "modes:\n"
    "  pat: {env: {CONNECTOR_TOKEN: \"${token}\"}}\n"
    "  m2m: {env: {CONNECTOR_CLIENT_ID: \"${client_id}\"}, argv: [--m2m]}\n"
    "  token: {}\n"
    "  u2m: {}\n"
    "desktop: true\n"
    "requires:\n"
    "  - {path: bin/reference, hint: build it first}\n"
    "logging:\n"
    "  env: {LOG_LEVEL: debug}\n"
    "  argv: [--verbose]\n"
    "  files: [\"${home}/reference.log\"]\n"
    "options:\n"
    "  - {name: --name, argv: [--name, \"${option_value}\"]}\n"
    "  - {name: the file, env: {NAME: \"${option_value}\"},\n"
    "     files: {\"~/.acme\": \"name=${option_value}\"}}\n"
    "dump: true\n"
    "rows: true\n"
    "parallel: true\n"
    "limits: {start: 2s, case: 2m, output: 1MiB, processes: 7}\n"
    "expected_failures:\n"
    "  - case: m2m/*\n"
    "    check: wire.count\n"
    "    modes: [m2m]\n"
    "    reason: asks for a token per operation\n"
    "    owner: the connector's team\n"
    "    expires: \"2028-02-29\"\n"
    "    signature: 3 requests\n"
    "  - {case: pat/x, reason: r, owner: o, expires: \"2027-06-30\"}\n";

static struct manifest *read_good(struct arena *a, const char *text)
{
    struct manifest *m = NULL;
    struct err err = {0};
    char message[1024];
    int result = manifest_read(a, str_of(text), "some/connector.yaml", &m, &err);
    cr_assert_eq(result, 0, "%s", err_text(&err, message, sizeof(message)));
    return m;
}

Test(manifest, head_is_decoded_field_by_field)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    cr_expect_str_eq(m->path, "some/connector.yaml");
    cr_expect_str_eq(m->dir, "some");
    cr_expect_str_eq(m->name, "reference");
    cr_expect_str_eq(m->title, "Reference connector");
    cr_expect_str_eq(m->version, "1.0.0");
    cr_expect_str_eq(m->language, "c");
    cr_expect_str_eq(m->product, "assay_reference");
    cr_expect_str_eq(m->homepage, "https://example.com/reference");
    cr_expect_str_eq(m->cwd, "work");
    cr_expect_eq(m->drive, DRIVE_LINES);
}

Test(manifest, starts_and_modes_are_decoded)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    cr_assert_eq(m->run.argv.count, 3);
    cr_expect_str_eq(m->run.argv.items[2], "${mode}");
    cr_assert_eq(m->run.env.count, 2);
    cr_expect_str_eq(m->run.env.items[1].key, "CONNECTOR_HTTP_PATH");
    cr_expect_str_eq(m->run.env.items[1].value, "${http_path}");
    cr_expect_eq(manifest_mode_set(m),
                 1u << MODE_PAT | 1u << MODE_M2M | 1u << MODE_U2M | 1u << MODE_TOKEN);
    cr_expect(m->desktop);
    cr_expect_not(m->modes[MODE_U2M_BUILT_IN].declared);
    cr_expect_str_eq(m->modes[MODE_PAT].start.env.items[0].key, "CONNECTOR_TOKEN");
    cr_expect_str_eq(m->modes[MODE_M2M].start.argv.items[0], "--m2m");
    cr_expect_eq(m->modes[MODE_TOKEN].start.argv.count, 0);
}

Test(manifest, the_rest_is_decoded)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    const struct manifest_requirement *r =
        SHAPE_LIST_AT(const struct manifest_requirement, m->requires, 0);
    cr_assert_eq(m->requires.count, 1);
    cr_expect_str_eq(r->path, "bin/reference");
    cr_expect_str_eq(r->hint, "build it first");
    cr_expect_str_eq(m->logging.env.items[0].value, "debug");
    cr_expect_str_eq(m->logging.argv.items[0], "--verbose");
    cr_expect_str_eq(m->logging.files.items[0], "${home}/reference.log");
    cr_assert_eq(m->speaks.count, 3);
    cr_expect_str_eq(m->speaks.items[0], "unity-catalog");
    unsigned unspoken = 1u << CAN_DISCOVERY | 1u << CAN_LISTS | 1u << CAN_LINKS | 1u << CAN_APPS |
                        1u << CAN_KBASE | 1u << CAN_SPARK | 1u << CAN_SECRETS |
                        1u << CAN_MANAGEMENT | 1u << CAN_GOOGLE_ACCESS;
    cr_expect_eq(m->capabilities, ((1u << CAPABILITY_COUNT) - 1) & ~unspoken);
}

Test(manifest, options_are_decoded_one_by_one)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    cr_assert_eq(m->options.count, 2);
    const struct manifest_option *first =
        SHAPE_LIST_AT(const struct manifest_option, m->options, 0);
    const struct manifest_option *second =
        SHAPE_LIST_AT(const struct manifest_option, m->options, 1);
    cr_expect_str_eq(first->name, "--name");
    cr_assert_eq(first->argv.count, 2);
    cr_expect_str_eq(first->argv.items[1], "${option_value}");
    cr_expect_eq(first->env.count + first->files.count, 0);
    cr_expect_str_eq(second->name, "the file");
    cr_expect_str_eq(second->env.items[0].key, "NAME");
    cr_expect_str_eq(second->files.items[0].key, "~/.acme");
    cr_expect_eq(second->argv.count, 0);
    cr_expect_eq(second->place.line, first->place.line + 1);
}

Test(manifest, limits_have_defaults_key_by_key)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    cr_expect_eq(m->limits.start_ms, 2000);
    cr_expect_eq(m->limits.case_ms, 120000);
    cr_expect_eq(m->limits.operation_ms, 30000);
    cr_expect_eq(m->limits.stop_ms, 5000);
    cr_expect_eq(m->limits.output_bytes, 1 << 20);
    cr_expect_eq(m->limits.memory_bytes, 0);
    cr_expect_eq(m->limits.processes, 7);
    cr_expect_eq(m->limits.open_files, 1024);
    cr_expect_eq(m->limits.file_bytes, 256 << 20);
}

Test(manifest, expected_failures_are_decoded_with_their_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, good);
    cr_assert_eq(m->expected_failures.count, 2);
    const struct manifest_expected_failure *f = m->expected_failures.items;
    cr_expect_str_eq(f[0].case_id, "m2m/*");
    cr_expect_str_eq(f[0].check, "wire.count");
    cr_expect_eq(f[0].modes, 1u << MODE_M2M);
    cr_expect_str_eq(f[0].reason, "asks for a token per operation");
    cr_expect_str_eq(f[0].owner, "the connector's team");
    cr_expect_str_eq(f[0].expires, "2028-02-29");
    cr_expect_str_eq(f[0].signature, "3 requests");
    cr_expect_eq(f[0].place.line, 35);
    cr_expect_str_eq(f[1].check, "");
    cr_expect_eq(f[1].modes, 0);
    cr_expect_null(f[1].signature);
    cr_expect_eq(f[1].place.line, 42);
}

static const char smallest[] = "assay: 1\nname: s\nversion: \"1\"\nlanguage: go\nproduct: a_b\n"
                               "drive: count\nspeaks: statements\n"
                               "run: {argv: [./s, \"${operations}\"]}\nmodes: {u2m: {}}\n";

Test(manifest, what_is_left_out_has_defaults)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, smallest);
    cr_expect_str_eq(m->title, "s");
    cr_expect_str_eq(m->cwd, ".");
    cr_expect_null(m->homepage);
    cr_expect_eq(m->limits.start_ms, 10000);
    cr_expect_eq(m->limits.file_bytes, 256 << 20);
    cr_expect_eq(m->capabilities,
                 1u << CAN_STATEMENTS | 1u << CAN_OPERATIONS | 1u << CAN_ROUNDS | 1u << CAN_SQL);
    cr_expect_eq(manifest_mode_set(m), 1u << MODE_U2M);
}

static const char exec[] =
    "assay: 1\nname: cli\nversion: 2.0.0\nlanguage: shell\nproduct: a_cli\ndrive: exec\n"
    "speaks: [unity-catalog]\nmodes: {pat: {argv: [--pat]}}\n"
    "operations:\n"
    "  validate: [[./login.sh, a], [./get.sh, \"${mode}\", \"${table}\"]]\n"
    "  dump: [[./dump.sh]]\n";

Test(manifest, operations_of_drive_exec_are_lists_of_commands)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *m = read_good(a, exec);
    cr_assert_eq(m->operations.count, 2);
    const struct manifest_operation *o = m->operations.items;
    cr_expect_str_eq(o[0].name, "validate");
    cr_assert_eq(o[0].commands.count, 2);
    const struct str_list *get = SHAPE_LIST_AT(const struct str_list, o[0].commands, 1);
    cr_assert_eq(get->count, 3);
    cr_expect_str_eq(get->items[0], "./get.sh");
    cr_expect_str_eq(get->items[2], "${table}");
    cr_expect_str_eq(o[1].name, "dump");
    cr_expect_eq(m->capabilities, 1u << CAN_UNITY_CATALOG | 1u << CAN_DUMP | 1u << CAN_RESTART);
}

Test(manifest, uses_of_a_variable_are_found_wherever_a_mode_starts)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct manifest *lines = read_good(a, good);
    cr_expect(manifest_uses(lines, MODE_TOKEN, VAR_MODE));
    cr_expect(manifest_uses(lines, MODE_PAT, VAR_HTTP_PATH));
    cr_expect(manifest_uses(lines, MODE_PAT, VAR_TOKEN));
    cr_expect_not(manifest_uses(lines, MODE_M2M, VAR_TOKEN));
    const struct manifest *commands = read_good(a, exec);
    cr_expect(manifest_uses(commands, MODE_PAT, VAR_MODE));
    cr_expect_not(manifest_uses(commands, MODE_PAT, VAR_HOST));
}

Test(manifest, a_loaded_file_knows_its_folder)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *dir = NULL, *real = NULL;
    struct manifest *m = NULL;
    cr_assert_eq(fs_make_temp_dir(a, NULL, "spec", &dir, &err), 0);
    const char *path = fs_join(a, dir, "connector.yaml");
    cr_assert_eq(fs_write_file(path, str_of(smallest), 0600, &err), 0);
    cr_assert_eq(manifest_load(a, path, &m, &err), 0);
    cr_assert_eq(fs_real_path(a, dir, &real, &err), 0);
    cr_expect_str_eq(m->dir, real);
    cr_expect_str_eq(m->path, path);
    cr_expect_eq(fs_remove_tree(dir, &err), 0);
}

Test(manifest, a_missing_file_is_said_so)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct manifest *m = NULL;
    cr_expect_eq(manifest_load(a, "/nonexistent/connector.yaml", &m, &err), -1);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    cr_expect_null(m);
}

Test(manifest, rounds_are_seen_where_nothing_follows_the_last_row)
{
    static const struct {
        const char *speaks;
        bool rounds;
    } rows[] = {{"[unity-catalog, statements]", true},
                {"[unity-catalog]", true},
                {"[statements, thrift]", true},
                {"[thrift]", false},
                {"[unity-catalog, thrift]", false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        const struct manifest *m = read_good(
            a, arena_printf(a,
                            "assay: 1\nname: s\nversion: 1.0.0\nlanguage: c\nproduct: a_s\n"
                            "drive: count\nspeaks: %s\nmodes: {pat: {}}\n"
                            "run: {argv: [./s, \"${operations}\"]}\n",
                            rows[i].speaks));
        cr_expect_eq(m->capabilities >> CAN_ROUNDS & 1u, rows[i].rounds, "%s", rows[i].speaks);
    }
}
