/* SPDX-License-Identifier: Apache-2.0 */
/* A case file, key by key. Rules that need one part only stand beside its table; rules over the
 * whole file are in case_rules.c. */
#include "base/json/json.h"
#include "base/text/suggest.h"
#include "harness/spec/case_priv.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/rules_priv.h"

const char *const given_cloud_names[] = {"own", "aws", "azure", "gcp", NULL};
const char *const http_path_names[HTTP_PATH_FORMS + 1] = {"warehouse", "endpoint"};
const char *const given_credential_names[GIVEN_KINDS + 1] = {
    "good", "wrong-secret", "revoked", "expired", "missing", "reserved-characters", NULL};
const char *const given_host_names[HOST_FORMS + 1] = {"plain", "slash", "query",
                                                      "bare",  "http",  NULL};
#define CERTIFICATE_NAME(name, text, doc) text,
const char *const given_certificate_names[GIVEN_CERTIFICATES + 1] = {
    GIVEN_CERTIFICATE_TABLE(CERTIFICATE_NAME) NULL};
#undef CERTIFICATE_NAME

#define RESTART_NAME(name, text, doc) text,
const char *const restart_names[RESTART_COUNT] = {RESTART_TABLE(RESTART_NAME)};
#undef RESTART_NAME

static const char *const logging_names[] = {"default", "loudest"};
static const char *const role_names[] = {"case", "probe"};
static const char *const revoke_names[] = {"access-token", "refresh-token", "pat", "client-secret"};

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    MAX_WORD = 200,
    MAX_SENTENCE = 4000,
    MAX_TIMES = 1000
};
#define DAY_MS (24 * (int64_t)HOUR_MS)

static int given_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    struct given_file *file = decoded;
    file->given.loudest_logging = file->logging != 0;
    JSON_FOREACH(content, json_get(node, "files")) {
        if (rule_file_name(doc, content, err) < 0) {
            return -1;
        }
    }
    if (rule_templates(doc, json_get(node, "files"), RULE_CASE, err) < 0) {
        return -1;
    }
    return rule_env(doc, json_get(node, "environment"), RULE_CASE, err);
}

static const struct shape_field browser_fields[] = {
    {.key = "user",
     .type = SHAPE_ENUM,
     .dflt = "approves",
     .names = {browser_act_names, BROWSER_ACT_COUNT},
     .offset = offsetof(struct browser_play, act),
     .doc = "`approves` signs in and allows; `denies` signs in and denies; `leaves` closes the "
            "page"},
    {.key = "stray",
     .type = SHAPE_ENUM_SET,
     .names = {browser_stray_names, BROWSER_STRAY_COUNT},
     .offset = offsetof(struct browser_play, stray),
     .doc =
         "what else reaches the connector's listener: `favicon`; `early`, a forged answer before "
         "the page was opened; `other-host`, the same with a Host that is not loopback; "
         "`replay`, the user's answer once more",
     .example = "[replay]"},
};
static const struct shape browser_shape = {
    .name = "browser",
    .doc = "The user's browser, in modes that need one.",
    .size = sizeof(struct browser_play),
    .fields = browser_fields,
    .field_count = ARRAY_LEN(browser_fields),
};

#define IN_GIVEN(member) offsetof(struct given_file, given.member)
static const struct shape_field given_fields[] = {
    {.key = "credential",
     .type = SHAPE_ENUM,
     .dflt = "good",
     .names = {given_credential_names, GIVEN_KINDS},
     .offset = IN_GIVEN(credential),
     .doc =
         "what the connector is handed: `good`; `wrong-secret` has the right form and the wrong "
         "value; `revoked` was good; `expired` was good and its life is over (modes pat and "
         "token); `missing` leaves the mode's variables empty; `reserved-characters` is good and "
         "has such in it (mode m2m)"},
    {.key = "host_form",
     .type = SHAPE_ENUM,
     .dflt = "plain",
     .names = {given_host_names, HOST_FORMS},
     .offset = IN_GIVEN(host_form),
     .doc = "how `${host}` is written: `slash` ends in one, `query` has the path and query that "
            "browsers show, `bare` has no scheme, `http` the one without TLS (both in sealed "
            "worlds only)"},
    {.key = "certificate",
     .type = SHAPE_ENUM,
     .dflt = "good",
     .names = {given_certificate_names, GIVEN_CERTIFICATES},
     .offset = IN_GIVEN(certificate),
     .doc = "what every server shows as its TLS certificate: one that expired yesterday, is for "
            "another host, is signed by an unknown authority or by itself (sealed worlds only)"},
    {.key = "odd_claims",
     .type = SHAPE_BOOL,
     .offset = IN_GIVEN(odd_claims),
     .doc = "the token that is handed over has times with fractions, and in its payload both "
            "characters that only base64url has (mode token)"},
    {.key = "catalog",
     .type = SHAPE_OBJECT,
     .dflt = "{}",
     .shape = &scenario_catalog_shape,
     .offset = IN_GIVEN(catalog),
     .doc = "how Unity Catalog answers"},
    {.key = "more_tables",
     .type = SHAPE_INT,
     .min = 0,
     .max = 1000,
     .offset = IN_GIVEN(more_tables),
     .doc = "so many tables are in the schema beside `${table}`"},
    {.key = "cloud",
     .type = SHAPE_ENUM,
     .dflt = "own",
     .names = {given_cloud_names, CLOUD_COUNT + 1},
     .offset = IN_GIVEN(cloud),
     .doc = "whose workspace it is: `own` is what the connector's manifest says"},
    {.key = "also_modes",
     .type = SHAPE_ENUM_SET,
     .names = {mode_names, MODE_COUNT},
     .offset = IN_GIVEN(also_modes),
     .doc = "the start settings of these modes are added too: credentials are mixed",
     .example = "[pat]"},
    {.key = "undeclared_mode",
     .type = SHAPE_BOOL,
     .offset = IN_GIVEN(undeclared_mode),
     .doc = "`${mode}` is a word that no connector knows"},
    {.key = "access_token_lifetime",
     .type = SHAPE_DURATION_MS,
     .dflt = "1h",
     .min = 1,
     .max = 30 * DAY_MS,
     .offset = IN_GIVEN(access_token_lifetime_ms),
     .doc = "of every access token that is issued",
     .example = "4s"},
    {.key = "expiring_window",
     .type = SHAPE_DURATION_MS,
     .dflt = "30s",
     .min = 0,
     .max = HOUR_MS,
     .offset = IN_GIVEN(expiring_window_ms),
     .doc = "the server refuses tokens that have less life left than this; the real one, 30 s"},
    {.key = "environment",
     .type = SHAPE_STRING_MAP,
     .offset = IN_GIVEN(env),
     .doc = "environment variables besides the connector's own; those that the manifest sets stay "
            "as they are",
     .example = "{DATABRICKS_AUTH_TYPE: azure-cli}"},
    {.key = "files",
     .type = SHAPE_STRING_MAP,
     .offset = IN_GIVEN(files),
     .doc = "files that are there before it starts: path (below `~/` or `${tmp}/`) to content",
     .example = "{\"~/.databrickscfg\": \"[DEFAULT]\\nhost = ${poison_host}\\n\"}"},
    {.key = "logging",
     .type = SHAPE_ENUM,
     .dflt = "default",
     .names = {logging_names, ARRAY_LEN(logging_names)},
     .offset = offsetof(struct given_file, logging),
     .doc = "`loudest` adds what the manifest says under `logging`"},
    {.key = "options",
     .type = SHAPE_BOOL,
     .offset = IN_GIVEN(options),
     .doc = "performs the steps once for each of the manifest's `options`, in a connector that is "
            "started "
            "with it alone set to another product's token, and a HOME and TMPDIR of its own. The "
            "steps are operations only"},
    {.key = "spark_tls_off",
     .type = SHAPE_BOOL,
     .offset = IN_GIVEN(spark_tls_off),
     .doc = "the user switches TLS off for Spark Connect: `${spark_tls}` is false. The case is not "
            "applicable to connectors whose manifest does not use `${spark_tls}`"},
    {.key = "http_path",
     .type = SHAPE_ENUM,
     .dflt = "warehouse",
     .names = {http_path_names, HTTP_PATH_FORMS},
     .offset = IN_GIVEN(http_path),
     .doc = "the form of `${http_path}`: `warehouse` is that of today, `endpoint` the older "
            "/sql/1.0/endpoints/ID, which is still handed around. With the latter the case is not "
            "applicable to connectors whose manifest does not use `${http_path}`"},
    {.key = "statement",
     .type = SHAPE_STRING,
     .min = 1,
     .max = 4096,
     .offset = IN_GIVEN(statement),
     .doc = "the SQL text to run, `${statement}`; `SELECT 1` when absent",
     .example = "SELECT id FROM range(1000000)"},
    {.key = "faults",
     .type = SHAPE_OBJECTS,
     .shape = &scenario_fault_shape,
     .offset = IN_GIVEN(faults),
     .doc = "how the server misbehaves"},
    {.key = "statements",
     .type = SHAPE_OBJECTS,
     .shape = &scenario_statement_shape,
     .offset = IN_GIVEN(statements),
     .doc = "how SQL statements end"},
    {.key = "browser",
     .type = SHAPE_OBJECT,
     .shape = &browser_shape,
     .dflt = "{}",
     .offset = IN_GIVEN(browser),
     .doc = "what the user does in the browser, and who else talks to the connector's listener"},
    {.key = "oidc",
     .type = SHAPE_OBJECT,
     .shape = &scenario_oidc_shape,
     .dflt = "{}",
     .offset = IN_GIVEN(oidc),
     .doc = "how the identity provider behaves"},
    {.key = "app",
     .type = SHAPE_OBJECT,
     .shape = &scenario_token_policy_shape,
     .dflt = "{}",
     .offset = IN_GIVEN(app),
     .doc = "the token policy of the custom application (mode u2m)"},
};
#undef IN_GIVEN

static const struct shape given_shape = {
    .name = "given",
    .doc = "The world before the first step. Strings may use every `${name}`.",
    .size = sizeof(struct given_file),
    .fields = given_fields,
    .field_count = ARRAY_LEN(given_fields),
    .validate = given_validate,
};

static int server_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                           struct err *err)
{
    (void)decoded;
    if (json_count(node) == 0) {
        json_err(doc, node, err, "`server' says nothing to do");
        err_hint(err, "at least one of revoke, faults, advance");
        return -1;
    }
    const struct json *revoke = json_get(node, "revoke");
    const struct json *kind = json_type(revoke) == JSON_STRING ? revoke : json_first(revoke);
    for (; kind; kind = kind == revoke ? NULL : json_next(kind)) {
        const char *word = json_string_or(kind, "");
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(revoke_names) && !known; i++) {
            known = str_eq_z(str_of(word), revoke_names[i]);
        }
        if (!known) {
            json_err(doc, kind, err, "`%s' is not a credential that can be revoked", word);
            suggest_hint(err, str_of(word), revoke_names, ARRAY_LEN(revoke_names));
            return -1;
        }
    }
    return 0;
}

static const struct shape_field server_fields[] = {
    {.key = "revoke",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct server_file, revoke),
     .doc = "credentials of the connector's identity that end now: access-token, refresh-token, "
            "pat, client-secret",
     .example = "[access-token]"},
    {.key = "faults",
     .type = SHAPE_OBJECTS,
     .shape = &scenario_fault_shape,
     .present_offset = (long)offsetof(struct server_file, has_faults),
     .offset = offsetof(struct server_file, faults),
     .doc = "faults that are added from here on"},
    {.key = "advance",
     .type = SHAPE_DURATION_MS,
     .min = 1,
     .max = 90 * DAY_MS,
     .offset = offsetof(struct server_file, advance_ms),
     .doc = "the server's clock, and no other, is moved forward",
     .example = "30m"},
};

static const struct shape server_shape = {
    .name = "server",
    .doc = "What the server is told between operations.",
    .size = sizeof(struct server_file),
    .fields = server_fields,
    .field_count = ARRAY_LEN(server_fields),
    .validate = server_validate,
};

static const char *const advance_tokens[] = {"access", "refresh"};
static const struct shape_field advance_to_fields[] = {
    {.key = "token",
     .type = SHAPE_ENUM,
     .required = true,
     .names = {advance_tokens, ARRAY_LEN(advance_tokens)},
     .offset = offsetof(struct advance_to_file, token),
     .doc = "the token whose life counts: `access` is the one that an API call carried last, "
            "`refresh` "
            "the refresh token that was issued last"},
    {.key = "before_expiry",
     .type = SHAPE_DURATION_MS,
     .required = true,
     .min = 0,
     .max = 60 * DAY_MS,
     .offset = offsetof(struct advance_to_file, before_expiry_ms),
     .doc = "how much of its life is to be left"},
};
static const struct shape advance_to_shape = {
    .name = "advance_to",
    .doc = "A point in the life of a token.",
    .size = sizeof(struct advance_to_file),
    .fields = advance_to_fields,
    .field_count = ARRAY_LEN(advance_to_fields),
};

static int step_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                         struct err *err)
{
    struct step_file *step = decoded;
    int kinds = (step->operation ? 1 : 0) + (step->has_wait ? 1 : 0) + (step->has_server ? 1 : 0) +
                (step->has_advance ? 1 : 0) + (step->has_advance_to ? 1 : 0) +
                (step->has_restart ? 1 : 0);
    step->place = json_place_of(doc, node);
    if (kinds != 1) {
        json_err(doc, node, err, kinds ? "a step does one thing" : "a step without anything to do");
        err_hint(err, "write exactly one of operation, wait, server, advance, advance_to, restart");
        return -1;
    }
    if (step->has_times && !step->operation) {
        return json_err_key(doc, json_get(node, "times"), err, "`times' belongs to `operation'");
    }
    bool is_parallel = step->operation && str_eq_z(STR("parallel"), step->operation);
    if (step->has_at_once != is_parallel) {
        json_err(doc, node, err, "`at_once' and the operation `parallel' belong together");
        err_hint(err, "such as {operation: parallel, at_once: 8}");
        return -1;
    }
    if (rule_word(doc, json_get(node, "operation"), grammar_is_slug, "a name for an operation",
                  err) < 0) {
        err_hint(err, "lower-case letters, digits and '-'");
        return -1;
    }
    return 0;
}

static const struct shape_field step_fields[] = {
    {.key = "operation",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct step_file, operation),
     .doc =
         "asks the connector for an operation: `validate`, `parallel`, `dump`, or a word that it "
         "must refuse",
     .example = "validate"},
    {.key = "times",
     .type = SHAPE_INT,
     .dflt = "1",
     .min = 1,
     .max = MAX_TIMES,
     .present_offset = (long)offsetof(struct step_file, has_times),
     .offset = offsetof(struct step_file, times),
     .doc = "how often, one after the other"},
    {.key = "at_once",
     .type = SHAPE_INT,
     .min = 2,
     .max = 64,
     .present_offset = (long)offsetof(struct step_file, has_at_once),
     .offset = offsetof(struct step_file, at_once),
     .doc = "with `parallel`: how many validations at the same time",
     .example = "8"},
    {.key = "wait",
     .type = SHAPE_DURATION_MS,
     .min = 1,
     .max = 10 * MINUTE_MS,
     .present_offset = (long)offsetof(struct step_file, has_wait),
     .offset = offsetof(struct step_file, wait_ms),
     .doc = "lets real time pass",
     .example = "2s"},
    {.key = "server",
     .type = SHAPE_OBJECT,
     .shape = &server_shape,
     .present_offset = (long)offsetof(struct step_file, has_server),
     .offset = offsetof(struct step_file, server),
     .doc = "tells the server something"},
    {.key = "advance",
     .type = SHAPE_DURATION_MS,
     .min = SECOND_MS,
     .max = 60 * DAY_MS,
     .present_offset = (long)offsetof(struct step_file, has_advance),
     .offset = offsetof(struct step_file, advance_ms),
     .doc = "moves the clocks of connector and server together, by whole seconds; nothing waits",
     .example = "30m"},
    {.key = "advance_to",
     .type = SHAPE_OBJECT,
     .shape = &advance_to_shape,
     .present_offset = (long)offsetof(struct step_file, has_advance_to),
     .offset = offsetof(struct step_file, advance_to),
     .doc = "moves both clocks to a point in the life of a token",
     .example = "{token: access, before_expiry: 30s}"},
    {.key = "restart",
     .type = SHAPE_ENUM,
     .names = {restart_names, RESTART_COUNT},
     .present_offset = (long)offsetof(struct step_file, has_restart),
     .offset = offsetof(struct step_file, restart),
     .doc = "ends the connector and starts it again: `keep-home` with the same HOME, `fresh-home` "
            "with a new one, `other-app` with the same and, in mode u2m, the client id of another "
            "application",
     .example = "keep-home"},
};

static const struct shape step_shape = {
    .name = "step",
    .doc = "Exactly one of `operation`, `wait`, `server`.",
    .size = sizeof(struct step_file),
    .fields = step_fields,
    .field_count = ARRAY_LEN(step_fields),
    .validate = step_validate,
};

static int expectation_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                                struct err *err)
{
    (void)err;
    ((struct expectation_file *)decoded)->place = json_place_of(doc, node);
    return 0;
}

static const struct shape_field expectation_fields[] = {
    {.key = "check",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = offsetof(struct expectation_file, check),
     .doc = "name of the check",
     .example = "wire.count"},
    {.key = "with",
     .type = SHAPE_JSON,
     .offset = offsetof(struct expectation_file, with),
     .doc = "the check's parameters",
     .example = "{route: oidc.token, max: 1}"},
    {.key = "level",
     .type = SHAPE_ENUM,
     .names = {level_names, LEVEL_COUNT},
     .present_offset = (long)offsetof(struct expectation_file, has_level),
     .offset = offsetof(struct expectation_file, level),
     .doc = "must fails the run, should warns, may is told; the case's when absent"},
    {.key = "clauses",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct expectation_file, clauses),
     .doc = "what it tests, ids of clauses.yaml; the case's when absent"},
    {.key = "modes",
     .type = SHAPE_ENUM_SET,
     .names = {mode_names, MODE_COUNT},
     .offset = offsetof(struct expectation_file, modes),
     .doc = "only in these modes; the case's when absent"},
    {.key = "because",
     .type = SHAPE_STRING,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = offsetof(struct expectation_file, because),
     .doc = "the author's word on this check in this case, for the report"},
};

static const struct shape expectation_shape = {
    .name = "expectation",
    .doc = "A check that is applied to what was seen. Every one tests at least one clause.",
    .size = sizeof(struct expectation_file),
    .fields = expectation_fields,
    .field_count = ARRAY_LEN(expectation_fields),
    .validate = expectation_validate,
};

#define IN_SPEC(member) offsetof(struct case_file, spec.member)
static const struct shape_field case_fields[] = {
    {.key = "id",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_SPEC(id),
     .doc = "the file's path below cases/ without `.yaml`; never used again for something else",
     .example = "m2m/token-cached"},
    {.key = "title",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_WORD,
     .offset = IN_SPEC(title),
     .doc = "what holds when it passes, as a sentence",
     .example = "One token serves many operations"},
    {.key = "why",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = MAX_SENTENCE,
     .offset = IN_SPEC(why),
     .doc = "what goes wrong for a customer when it fails"},
    {.key = "level",
     .type = SHAPE_ENUM,
     .dflt = "must",
     .names = {level_names, LEVEL_COUNT},
     .offset = IN_SPEC(level),
     .doc = "of every check that says nothing else"},
    {.key = "role",
     .type = SHAPE_ENUM,
     .dflt = "case",
     .names = {role_names, ARRAY_LEN(role_names)},
     .offset = offsetof(struct case_file, role),
     .doc = "a `probe` runs first; if it fails, the others could not run"},
    {.key = "modes",
     .type = SHAPE_ENUM_SET,
     .names = {mode_names, MODE_COUNT},
     .offset = IN_SPEC(modes),
     .doc = "modes it is run in; all when absent",
     .example = "[m2m]"},
    {.key = "needs",
     .type = SHAPE_ENUM_SET,
     .names = {capability_names, CAPABILITY_COUNT},
     .offset = IN_SPEC(needs),
     .doc = "what a connector must be able to do; the case is not applicable to others",
     .example = "[operations]"},
    {.key = "clauses",
     .type = SHAPE_STRINGS,
     .offset = IN_SPEC(clauses),
     .doc = "what it tests, ids of clauses.yaml: of every check that names none itself",
     .example = "[KIT-AUTH-5]"},
    {.key = "history",
     .type = SHAPE_STRINGS,
     .offset = IN_SPEC(history),
     .doc = "public reports of this going wrong",
     .example = "[databricks/cli#4768]"},
    {.key = "vary",
     .type = SHAPE_JSON,
     .offset = offsetof(struct case_file, vary),
     .doc =
         "a table: the file is a case for each of its rows. A row is an object: `name`, in which "
         "the case's id ends (`tokens/type` with `upper` is `tokens/type-upper`; with the id "
         "`errors/${vary.name}` it is the name alone), and values, the same ones in every row. "
         "Anywhere else `${vary.x}`, alone in a string, is the row's value `x`, of any type; "
         "inside of text it is a string or a number as text. Every value is used, and titles "
         "differ",
     .example = "[{name: lower, type: token-type-bearer}, {name: upper, type: token-type-BEARER}]"},
    {.key = "time_limit",
     .type = SHAPE_DURATION_MS,
     .min = SECOND_MS,
     .max = 60 * MINUTE_MS,
     .offset = IN_SPEC(time_limit_ms),
     .doc = "for the whole case; the manifest's when absent"},
    {.key = "given",
     .type = SHAPE_OBJECT,
     .shape = &given_shape,
     .dflt = "{}",
     .offset = offsetof(struct case_file, given),
     .doc = "the world before the first step"},
    {.key = "do",
     .type = SHAPE_OBJECTS,
     .required = true,
     .shape = &step_shape,
     .offset = offsetof(struct case_file, steps),
     .doc = "the steps, in order"},
    {.key = "expect",
     .type = SHAPE_OBJECTS,
     .required = true,
     .shape = &expectation_shape,
     .offset = offsetof(struct case_file, expectations),
     .doc = "the checks"},
};
#undef IN_SPEC

const struct shape *case_file_shape(void)
{
    static const struct shape shape = {
        .name = "case",
        .doc =
            "One experiment as data: the world that is given, the steps that are done, the checks "
            "that are expected to hold.",
        .size = sizeof(struct case_file),
        .fields = case_fields,
        .field_count = ARRAY_LEN(case_fields),
    };
    return &shape;
}
