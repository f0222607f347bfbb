/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "base/sys/fs.h"

#include <criterion/criterion.h>

TestSuite(run_case, .timeout = 60);

static struct run_fixture *environment_fixture(void)
{
    struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "environment", "${mode}", NULL);
    fixture_step(f, "validate", 1);
    return f;
}

static const char *env_of(const struct run_fixture *f, const char *name)
{
    return json_get_string(json_get(fixture_operation(f, 0)->reply, "env"), name, NULL);
}

Test(run_case, environment_is_the_whitelist_and_what_manifest_and_case_add)
{
    AUTO_FIXTURE struct run_fixture *f = environment_fixture();
    fixture_given_env(f, "EXTRA", "${http_path}");
    fixture_given_env(f, "TZ", "CET");
    fixture_run(f);
    static const char *const names[] = {"PATH",     "HOME",  "TMPDIR", "LANG",  "LC_ALL", "TZ",
                                        "NO_PROXY", "TOKEN", "HOST",   "TABLE", "EXTRA"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        cr_expect_not_null(env_of(f, names[i]), "%s", names[i]);
    }
    cr_assert_eq(json_count(json_get(fixture_operation(f, 0)->reply, "env")), ARRAY_LEN(names));
    cr_assert_str_eq(env_of(f, "PATH"), "/usr/local/bin:/usr/bin:/bin");
    cr_assert_str_eq(env_of(f, "TZ"), "CET", "the case wins");
    cr_assert_str_eq(env_of(f, "EXTRA"), "/sql/1.0/warehouses/abc123def4567890");
    cr_assert_str_eq(env_of(f, "TOKEN"), "\u00abpat\u00bb");
    const char *host = env_of(f, "HOST");
    cr_assert_str_eq(host + strlen("http://"), f->evidence->identity.host);
    cr_assert_str_eq(
        json_string_or(json_at(json_get(fixture_operation(f, 0)->reply, "argv"), 0), ""), "pat");
}

Test(run_case, modes_logging_and_mixed_credentials_add_their_settings)
{
    AUTO_FIXTURE struct run_fixture *f = environment_fixture();
    struct shape_pair m2m[] = {{.key = "SECRET", .value = "${client_secret}"},
                               {.key = "ID", .value = "${client_id}"}};
    struct shape_pair pat[] = {{.key = "PAT", .value = "${token}"}};
    struct shape_pair loud[] = {{.key = "LOG", .value = "debug"}};
    const char *loud_argv[] = {"--verbose"};
    f->manifest.modes[MODE_M2M].start.env = (struct shape_pairs){m2m, 2, 2};
    f->manifest.modes[MODE_PAT].start.env = (struct shape_pairs){pat, 1, 1};
    f->manifest.logging.env = (struct shape_pairs){loud, 1, 1};
    f->manifest.logging.argv = (struct str_list){loud_argv, 1, 1};
    f->job.mode = MODE_M2M;
    f->spec.given.also_modes = 1U << MODE_PAT;
    f->spec.given.loudest_logging = true;
    f->spec.given.undeclared_mode = true;
    fixture_run(f);
    cr_assert_str_eq(env_of(f, "SECRET"), "\u00abclient_secret\u00bb");
    cr_assert_str_eq(env_of(f, "PAT"), "\u00abpat\u00bb");
    cr_assert_str_eq(env_of(f, "LOG"), "debug");
    const struct json *argv = json_get(fixture_operation(f, 0)->reply, "argv");
    cr_assert_str_eq(json_string_or(json_at(argv, 0), ""), "undeclared-mode");
    cr_assert_str_eq(json_string_or(json_at(argv, 1), ""), "--verbose");
    cr_assert_str_eq(f->evidence->identity.principal, "connector-sp");
    cr_assert_str_eq(f->evidence->identity.credential, "client_secret");
    cr_assert_str_eq(f->evidence->identity.client_id, env_of(f, "ID"));
    cr_assert_str_eq(f->evidence->mode, "m2m");
}

struct credential_case {
    enum mode mode;
    enum given_credential given;
    const char *token, *secret, *credential;
};

Test(run_case, credentials_are_handed_out_as_the_case_says)
{
    static const struct credential_case cases[] = {
        {MODE_PAT, GIVEN_WRONG_SECRET, "\u00abwrong_pat\u00bb", "\u00abclient_secret\u00bb",
         "wrong_pat"},
        {MODE_PAT, GIVEN_REVOKED, "\u00abpat\u00bb", "\u00abclient_secret\u00bb", "pat"},
        {MODE_PAT, GIVEN_EXPIRED, "\u00abpat_2\u00bb", "\u00abclient_secret\u00bb", "pat_2"},
        {MODE_PAT, GIVEN_MISSING, "", "\u00abclient_secret\u00bb", NULL},
        {MODE_M2M, GIVEN_WRONG_SECRET, "\u00abpat\u00bb", "\u00abwrong_client_secret\u00bb",
         "wrong_client_secret"},
        {MODE_M2M, GIVEN_MISSING, "\u00abpat\u00bb", "", NULL},
        {MODE_TOKEN, GIVEN_GOOD, "\u00abaccess_token_1\u00bb", "\u00abclient_secret\u00bb",
         "access_token_1"},
        {MODE_TOKEN, GIVEN_WRONG_SECRET, "\u00abwrong_token\u00bb", "\u00abclient_secret\u00bb",
         "wrong_token"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FIXTURE struct run_fixture *f = environment_fixture();
        fixture_env(f, "SECRET", "${client_secret}");
        f->job.mode = cases[i].mode;
        f->spec.given.credential = (int)cases[i].given;
        fixture_run(f);
        cr_expect_str_eq(env_of(f, "TOKEN"), cases[i].token, "case %zu", i);
        cr_expect_str_eq(env_of(f, "SECRET"), cases[i].secret, "case %zu", i);
        const char *name = f->evidence->identity.credential;
        cr_expect_str_eq(name ? name : "none", cases[i].credential ? cases[i].credential : "none");
    }
}

static const struct file_record *planted_file(const struct run_fixture *f, const char *path)
{
    static const struct file_record none = {0};
    for (size_t i = 0; i < f->evidence->file_count; i++) {
        if (strcmp(f->evidence->files[i].path, path) == 0) {
            return &f->evidence->files[i];
        }
    }
    return &none;
}

Test(run_case, planted_files_and_poison_are_there_and_known)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_EXEC);
    fixture_command(f, "validate", "command.sh", "remember", NULL);
    fixture_step(f, "validate", 1);
    fixture_given_file(f, "~/.databrickscfg",
                       "[DEFAULT]\nhost=${poison_host}\ntoken=${poison_token}\n");
    fixture_given_file(f, "~/calls", "before\n");
    fixture_given_file(f, "${tmp}/a/b", "${poison_secret}");
    fixture_run(f);
    const struct secret_find *find = fixture_find(f, "poison_token", "file:~/.databrickscfg");
    cr_assert_not_null(find);
    cr_assert_str_eq(find->kind, "poison");
    cr_assert_str_eq(find->detail, "0600 planted");
    cr_assert_not_null(fixture_find(f, "poison_secret", "file:${tmp}/a/b"));
    cr_assert(planted_file(f, "~/.databrickscfg")->planted);
    cr_assert_not(planted_file(f, "~/.databrickscfg")->changed);
    cr_assert(planted_file(f, "~/calls")->changed);
    cr_assert_eq(f->evidence->decoy.count, 0);
}

Test(run_case, what_comes_to_the_decoy_is_recorded)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "good", NULL);
    fixture_step(f, "validate", 1);
    fixture_given_env(f, "LYING_AROUND", "${poison_host}");
    fixture_given_env(f, "TABLE", "never over the connector's own");
    fixture_env(f, "HOST", "${poison_host}");
    fixture_env(f, "TABLE", "${token}");
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_ERROR);
    cr_assert_eq(f->evidence->journal.count, 0);
    cr_assert_eq(f->evidence->decoy.count, 1);
    cr_assert_str_eq(f->evidence->decoy.items[0].request.target,
                     "/api/2.1/unity-catalog/tables/\u00abpat\u00bb");
    cr_assert_not_null(fixture_find(f, "pat", "decoy"));
}

Test(run_case, what_is_missing_could_not_run)
{
    AUTO_FIXTURE struct run_fixture *f = environment_fixture();
    struct manifest_requirement needs[] = {{.path = "lines.py", .hint = "never"},
                                           {.path = "build/app", .hint = "run make first"}};
    f->manifest.requires = (struct shape_list){needs, 2};
    fixture_run(f);
    cr_assert_str_eq(f->evidence->could_not_run, "build/app is missing; run make first");
    cr_assert_null(f->evidence->harness_error);

    AUTO_FIXTURE struct run_fixture *g = environment_fixture();
    g->job.mode = MODE_U2M;
    fixture_run(g);
    cr_assert(strstr(g->evidence->could_not_run, "browser") != NULL);
}

Test(run_case, failures_of_the_mock_are_harness_errors)
{
    static const struct mock_case {
        const char *options, *error;
        bool keeps_output;
    } options[] = {
        {"--deaf", "told not to start", false},
        {"--die-after 4", "mock server", false},
        {"--refuse /scenario", "refused by the puppet", false},
        {"--refuse /canaries", "refused by the puppet", false},
        {"--refuse /journal", "refused by the puppet", true},
        {"--failing", "failed in 2 requests", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        AUTO_FIXTURE struct run_fixture *f = environment_fixture();
        fixture_mock_options(f, options[i].options);
        fixture_run(f);
        cr_assert_not_null(f->evidence->harness_error, "%s", options[i].options);
        cr_expect(strstr(f->evidence->harness_error, options[i].error) != NULL, "%s: %s",
                  options[i].options, f->evidence->harness_error);
        cr_expect_eq(f->evidence->stdout_text.text != NULL, options[i].keeps_output,
                     "%s: what cannot be redacted is not kept", options[i].options);
    }
}

Test(run_case, mock_that_is_missing_is_a_harness_error)
{
    AUTO_FIXTURE struct run_fixture *f = environment_fixture();
    f->settings.mock_program = "/nonexistent/assay-mock";
    fixture_run(f);
    cr_assert(strstr(f->evidence->harness_error, "/nonexistent/assay-mock") != NULL);
}

Test(run_case, kept_world_stays)
{
    AUTO_FIXTURE struct run_fixture *f = environment_fixture();
    struct err err = {0};
    int sig = 0;
    f->settings.keep_worlds = true;
    const struct runner_options options = {.settings = &f->settings, .parallel = 1};
    cr_assert_eq(runner_run(&options, &f->job, 1, &sig, &err), 0, "%s", err.msg);
    struct fs_entries entries = {0};
    cr_assert_eq(fs_walk(f->arena, f->worlds, 1000, &entries, &err), 0);
    cr_assert_gt(entries.count, 3);
}
