/* SPDX-License-Identifier: Apache-2.0 */
/* connector.yaml, key by key. Rules that need one part only stand beside its table; rules over the
 * whole file are in manifest_rules.c. */
#include "base/json/json.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/manifest_priv.h"
#include "harness/spec/rules_priv.h"

const char *const drive_names[DRIVE_KINDS + 1] = {"lines", "count", "exec", NULL};

const char *const env_host_names[ENV_HOSTS + 1] = {"loopback", "production", NULL};

const char *const cloud_names[CLOUD_COUNT + 1] = {"aws", "azure", "gcp", NULL};

#define CAPABILITY_NAME(name, text, doc) text,
const char *const capability_names[CAPABILITY_COUNT + 1] = {CAPABILITY_TABLE(CAPABILITY_NAME) NULL};
#undef CAPABILITY_NAME

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    MAX_WORD = 200,
    MAX_SENTENCE = 2000,
    SPEAKS_COUNT =
        CAN_SESSION /* the first names of the capability table are what `speaks` may say */
};
#define KIB ((int64_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static int argv_rule(const struct json_doc *doc, const struct json *argv, struct err *err)
{
    return rule_templates(doc, argv, RULE_MANIFEST, err);
}

static int start_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    (void)decoded;
    if (argv_rule(doc, json_get(node, "argv"), err) < 0) {
        return -1;
    }
    return rule_env(doc, json_get(node, "env"), RULE_MANIFEST, err);
}

static const struct shape_field start_fields[] = {
    {.key = "argv",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct manifest_start, argv),
     .doc = "program and arguments; a mode's are appended to those of `run`",
     .example = "[\"${connector_dir}/bin/connector\", \"--auth\", \"${mode}\"]"},
    {.key = "env",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct manifest_start, env),
     .doc = "environment variables; a mode's are added to those of `run` and win over them",
     .example = "{DATABRICKS_HOST: \"${host}\"}"},
};

static const struct shape start_shape = {
    .name = "start",
    .doc = "How a process is started. Nothing else of assay's own environment reaches it.",
    .size = sizeof(struct manifest_start),
    .fields = start_fields,
    .field_count = ARRAY_LEN(start_fields),
    .validate = start_validate,
};

#define MODE_FIELD(mode, text, family, title)                                                      \
    {.key = text,                                                                                  \
     .type = SHAPE_OBJECT,                                                                         \
     .shape = &start_shape,                                                                        \
     .offset = (mode) * sizeof(struct manifest_mode) + offsetof(struct manifest_mode, start),      \
     .present_offset =                                                                             \
         (long)((mode) * sizeof(struct manifest_mode) + offsetof(struct manifest_mode, declared)), \
     .doc = title},
static const struct shape_field modes_fields[] = {MODE_TABLE(MODE_FIELD)};
#undef MODE_FIELD

static int modes_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    (void)decoded;
    if (json_count(node) > 0) {
        return 0;
    }
    json_err(doc, node, err, "`modes' declares no mode");
    err_hint(err, "such as pat, m2m or token; the modes are listed in docs/reference/manifest.md");
    return -1;
}

static const struct shape modes_shape = {
    .name = "modes",
    .doc =
        "The ways to authenticate that the connector has, each with what it adds to `run`. A mode "
        "that needs nothing more is written `{}`.",
    .size = sizeof(struct manifest_mode[MODE_COUNT]),
    .fields = modes_fields,
    .field_count = ARRAY_LEN(modes_fields),
    .validate = modes_validate,
};

static const struct shape_field requirement_fields[] = {
    {.key = "path",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = 4096,
     .offset = offsetof(struct manifest_requirement, path),
     .doc = "file or folder, relative to the manifest",
     .example = ".venv/bin/python"},
    {.key = "hint",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct manifest_requirement, hint),
     .doc = "what to do when it is not there",
     .example = "run scripts/bootstrap"},
};

static const struct shape requirement_shape = {
    .name = "requirement",
    .doc = "Something that must exist before the connector can be started; without it all cases "
           "end as could-not-run.",
    .size = sizeof(struct manifest_requirement),
    .fields = requirement_fields,
    .field_count = ARRAY_LEN(requirement_fields),
};

static int logging_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                            struct err *err)
{
    if (start_validate(doc, node, decoded, err) < 0) {
        return -1;
    }
    return rule_templates(doc, json_get(node, "files"), RULE_MANIFEST, err);
}

static const struct shape_field logging_fields[] = {
    {.key = "env",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct manifest_logging, env),
     .doc = "environment variables that make logging loudest",
     .example = "{LOG_LEVEL: debug}"},
    {.key = "argv",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct manifest_logging, argv),
     .doc = "arguments that make logging loudest",
     .example = "[--verbose]"},
    {.key = "files",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct manifest_logging, files),
     .doc = "where log files are written",
     .example = "[\"${home}/connector.log\"]"},
};

static const struct shape logging_shape = {
    .name = "logging",
    .doc =
        "How the connector is made to log all it can, for the cases that look for secrets in logs.",
    .size = sizeof(struct manifest_logging),
    .fields = logging_fields,
    .field_count = ARRAY_LEN(logging_fields),
    .validate = logging_validate,
};

/* An option that does not take the value would show nothing. */
static int option_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    if (start_validate(doc, node, decoded, err) < 0 ||
        rule_templates(doc, json_get(node, "files"), RULE_MANIFEST, err) < 0) {
        return -1;
    }
    JSON_FOREACH(file, json_get(node, "files")) {
        if (rule_file_name(doc, file, err) < 0) {
            return -1;
        }
    }
    if (!rule_uses(node, var_names[VAR_OPTION_VALUE])) {
        json_err(doc, node, err, "the option sets nothing to `${option_value}'");
        err_hint(
            err,
            "write how a user sets it to any text, such as argv: [--name, \"${option_value}\"]");
        return -1;
    }
    return 0;
}

static const struct shape_field option_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct manifest_option, name),
     .place_offset = (long)offsetof(struct manifest_option, place),
     .doc = "as its users know it; findings name it",
     .example = "--client-name"},
    {.key = "argv",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct manifest_option, argv),
     .doc = "arguments, with `${option_value}` where a user writes a text",
     .example = "[--client-name, \"${option_value}\"]"},
    {.key = "env",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct manifest_option, env),
     .doc = "environment variables likewise",
     .example = "{ACME_CLIENT_NAME: \"${option_value}\"}"},
    {.key = "files",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct manifest_option, files),
     .doc = "configuration files likewise: path below `~/` or `${tmp}/`, and content",
     .example = "{\"~/.acme.conf\": \"client_name=${option_value}\"}"},
};

static const struct shape option_shape = {
    .name = "option",
    .doc = "Something that users of the connector may set to any text. The case user-agent/options "
           "starts the connector once for each option, with it alone set to another product's "
           "token, which must not become the connector's. What has to be set together to have an "
           "effect is one option.",
    .size = sizeof(struct manifest_option),
    .fields = option_fields,
    .field_count = ARRAY_LEN(option_fields),
    .validate = option_validate,
};

#define LIMIT(name, kind, member, preset, lowest, highest, text)                       \
    {                                                                                  \
        .key = name, .type = kind, .offset = offsetof(struct manifest_limits, member), \
        .dflt = preset, .min = lowest, .max = highest, .doc = text                     \
    }
static const struct shape_field limits_fields[] = {
    LIMIT("start", SHAPE_DURATION_MS, start_ms, "10s", 100, 10 * MINUTE_MS,
          "until the first sign of life"),
    LIMIT("operation", SHAPE_DURATION_MS, operation_ms, "30s", 100, 10 * MINUTE_MS,
          "for one operation; longer counts as a hang"),
    LIMIT("stop", SHAPE_DURATION_MS, stop_ms, "5s", 100, MINUTE_MS, "to end after it was asked to"),
    LIMIT("case", SHAPE_DURATION_MS, case_ms, "60s", SECOND_MS, 60 * MINUTE_MS, "for a whole case"),
    LIMIT("output", SHAPE_SIZE_BYTES, output_bytes, "16MiB", KIB, GIB,
          "kept of stdout and of stderr, each"),
    LIMIT("memory", SHAPE_SIZE_BYTES, memory_bytes, "0", 0, 1024 * GIB,
          "address space of each process; 0 is no limit, which runtimes that reserve a lot need"),
    LIMIT("processes", SHAPE_INT, processes, "128", 1, 100000, "processes and threads at a time"),
    LIMIT("open_files", SHAPE_INT, open_files, "1024", 16, 1 << 20,
          "file descriptors of each process"),
    LIMIT("file_size", SHAPE_SIZE_BYTES, file_bytes, "256MiB", 4 * KIB, 64 * GIB,
          "size of each file it writes"),
};
#undef LIMIT

static const struct shape limits_shape = {
    .name = "limits",
    .doc = "What the connector may use. Times are real time.",
    .size = sizeof(struct manifest_limits),
    .fields = limits_fields,
    .field_count = ARRAY_LEN(limits_fields),
};

int expected_failure_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                              struct err *err)
{
    struct manifest_expected_failure *f = decoded;
    f->place = json_place_of(doc, node);
    if (rule_word(doc, json_get(node, "case"), grammar_is_case_glob, "a case id or a glob", err) <
        0) {
        return -1;
    }
    bool of_run = f->case_id && str_eq_z(str_of(f->case_id), EXPECTED_ONE_PRODUCT);
    if (of_run && (json_get(node, "check") || json_get(node, "modes"))) {
        json_err(doc, json_get(node, "case"), err,
                 "`" EXPECTED_ONE_PRODUCT "' is about all runs and modes together");
        err_hint(err, "leave `check' and `modes' out");
        return -1;
    }
    if (rule_word(doc, json_get(node, "expires"), grammar_is_date, "a date that exists", err) < 0) {
        err_hint(err, "write it as YYYY-MM-DD");
        return -1;
    }
    return 0;
}

static const struct shape_field failure_fields[] = {
    EXPECTED_FAILURE_FIELDS(struct manifest_expected_failure, )};

static const struct shape failure_shape = {
    .name = "expected failure",
    .doc = "A check that is known to fail. Strict both ways: if it passes, or if the entry matches "
           "nothing, the run fails.",
    .size = sizeof(struct manifest_expected_failure),
    .fields = failure_fields,
    .field_count = ARRAY_LEN(failure_fields),
    .validate = expected_failure_validate,
};

#define IN_MANIFEST(member) offsetof(struct manifest_file, manifest.member)
static const struct shape_field manifest_fields[] = {
    {.key = "assay",
     .type = SHAPE_INT,
     .required = true,
     .offset = offsetof(struct manifest_file, format),
     .doc = "version of this format: 1",
     .example = "1"},
    {.key = "name",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_MANIFEST(name),
     .doc = "short name: lower-case letters, digits and '-'",
     .example = "acme-warehouse-sync"},
    {.key = "title",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_MANIFEST(title),
     .doc = "name for people; the short name when absent"},
    {.key = "version",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_MANIFEST(version),
     .doc = "the connector's version, which its User-Agent carries too",
     .example = "\"1.4.0\""},
    {.key = "language",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_MANIFEST(language),
     .doc = "what it is written in, for the report",
     .example = "python"},
    {.key = "product",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_MANIFEST(product),
     .doc = "the User-Agent product token expected on the wire, without its version: "
            "`<isv>_<product>`",
     .example = "Acme_WarehouseSync"},
    {.key = "homepage",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = IN_MANIFEST(homepage),
     .doc = "where to read more"},
    {.key = "drive",
     .type = SHAPE_ENUM,
     .required = true,
     .names = {drive_names, DRIVE_KINDS},
     .offset = IN_MANIFEST(drive),
     .doc = "how operations are asked for: lines, count or exec"},
    {.key = "speaks",
     .type = SHAPE_ENUM_SET,
     .required = true,
     .names = {capability_names, SPEAKS_COUNT},
     .offset = offsetof(struct manifest_file, speaks),
     .doc = "what one operation does",
     .example = "[unity-catalog, statements]"},
    {.key = "cloud",
     .type = SHAPE_ENUM,
     .dflt = "aws",
     .names = {cloud_names, CLOUD_COUNT},
     .offset = IN_MANIFEST(cloud),
     .doc = "whose workspace it is started with: its host name has the form used there, and the "
            "cloud's own token services answer; other than aws needs a sealed world"},
    {.key = "env_host",
     .type = SHAPE_ENUM,
     .dflt = "loopback",
     .names = {env_host_names, ENV_HOSTS},
     .offset = IN_MANIFEST(env_host),
     .doc = "what `${host}` is with `--isolation env`: the mock's own address, over plain HTTP "
            "(loopback), or the workspace's host name over HTTPS (production), which the connector "
            "reaches through the proxy that HTTPS_PROXY names; for those that insist on such a "
            "name"},
    {.key = "desktop",
     .type = SHAPE_BOOL,
     .offset = IN_MANIFEST(desktop),
     .doc =
         "in modes with a browser it opens the page through the desktop and not by a command, as "
         "`java.awt.Desktop` and GIO do: a display (`DISPLAY`), a session bus and everybody's "
         "choice of a browser are there then, in sealed worlds"},
    {.key = "cwd",
     .type = SHAPE_STRING,
     .dflt = ".",
     .min = 1,
     .max = 4096,
     .offset = IN_MANIFEST(cwd),
     .doc = "working folder, relative to the manifest"},
    {.key = "run",
     .type = SHAPE_OBJECT,
     .shape = &start_shape,
     .offset = IN_MANIFEST(run),
     .present_offset = (long)offsetof(struct manifest_file, has_run),
     .doc = "how the connector is started in every mode"},
    {.key = "modes",
     .type = SHAPE_OBJECT,
     .required = true,
     .shape = &modes_shape,
     .offset = IN_MANIFEST(modes),
     .doc = "the modes it has"},
    {.key = "operations",
     .type = SHAPE_JSON,
     .offset = offsetof(struct manifest_file, operations),
     .doc = "with `drive: exec`: per operation the commands (argument lists) that perform it, in "
            "order; a mode's `argv` is appended to each",
     .example = "{validate: [[\"./connector.sh\", \"--auth\", \"${mode}\"]]}"},
    {.key = "requires",
     .type = SHAPE_OBJECTS,
     .shape = &requirement_shape,
     .offset = IN_MANIFEST(requires),
     .doc = "what must have been built or installed before"},
    {.key = "logging",
     .type = SHAPE_OBJECT,
     .shape = &logging_shape,
     .offset = IN_MANIFEST(logging),
     .doc = "how to make it log all it can"},
    {.key = "options",
     .type = SHAPE_OBJECTS,
     .shape = &option_shape,
     .offset = IN_MANIFEST(options),
     .doc = "what its users may set to any text, one by one"},
    {.key = "dump",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct manifest_file, dump),
     .doc = "with `drive: lines`: it answers `dump` with the text form of its configuration; with "
            "exec, an operation `dump` says so"},
    {.key = "parallel",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct manifest_file, parallel),
     .doc =
         "with `drive: lines`: it performs as many validations at the same time as `parallel` asks "
         "for, with one client"},
    {.key = "rows",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct manifest_file, rows),
     .doc = "with `drive: lines`: it answers `validate` with the number of rows that the statement "
            "had, as `rows`"},
    {.key = "limits",
     .type = SHAPE_OBJECT,
     .shape = &limits_shape,
     .dflt = "{}",
     .offset = IN_MANIFEST(limits),
     .doc = "what it may use"},
    {.key = "expected_failures",
     .type = SHAPE_OBJECTS,
     .shape = &failure_shape,
     .offset = IN_MANIFEST(expected_failures),
     .doc = "checks that are known to fail"},
};
#undef IN_MANIFEST

const struct shape *manifest_file_shape(void)
{
    static const struct shape shape = {
        .name = "connector.yaml",
        .doc = "Who the connector is, how it is started in each mode, and how it is asked to work.",
        .size = sizeof(struct manifest_file),
        .fields = manifest_fields,
        .field_count = ARRAY_LEN(manifest_fields),
        .validate = manifest_rules,
    };
    return &shape;
}
