/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

#include "base/core/str.h"

static void in_stdout(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "stdout", .offset = 12});
}

static void in_stderr(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "stderr", .encoding = "base64"});
}

static void in_file(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "file:~/cache/t.json", .detail = "0644"});
}

static void in_argv(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "argv", .detail = "curl argv[2]"});
}

static void in_environ(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "environ", .detail = "sh DATABRICKS_TOKEN"});
}

static void inherited(struct bench *b)
{
    bench_add_find(
        b, (struct secret_find){.place = "environ", .detail = "sh DATABRICKS_TOKEN inherited"});
}

static void in_answer(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "answer", .detail = "0"});
}

static void in_dump(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "dump", .detail = "1"});
}

static void in_url(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 1), "pat", "target");
}

static void in_login(struct bench *b)
{
    record_secret_add(b, bench_record(b, "oidc.token", 0), "client_secret", "body");
}

static void in_statement(struct bench *b)
{
    record_secret_add(b, bench_record(b, "sql.statement.execute", 1), "pat", "body");
}

static void in_header(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 1), "pat", "header:Referer");
}

static void in_body(struct bench *b)
{
    record_secret_add(b, bench_record(b, "uc.table.get", 1), "pat", "body");
}

static void in_decoy_url(struct bench *b)
{
    record_secret_add(b, bench_add_decoy(b), "pat", "target");
}

static void in_decoy(struct bench *b)
{
    bench_add_find(b, (struct secret_find){.place = "decoy", .name = "pat", .kind = "pat"});
}

#define IN(places) "{check: secrets.absent, with: {in: [" places "]}}"
#define ALL        "stdout, stderr, files, argv, environ, answers, dump, urls, headers"

Test(secrets, each_place_is_looked_at)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, IN(ALL), VERDICT_PASS, "none was found",
         "no credential occurs, in any encoding, in: " ALL, NULL},
        {"stdout", in_stdout, MODE_PAT, IN("stdout"), VERDICT_FAIL,
         "1 finding, first: client_secret (raw) in stdout at byte 12: secret=«client_secret»",
         "no credential occurs, in any encoding, in: stdout", "in stdout at byte 12"},
        {"stderr", in_stderr, MODE_PAT, IN("stderr"), VERDICT_FAIL,
         "client_secret (base64) in stderr", NULL, NULL},
        {"files", in_file, MODE_PAT, IN("files"), VERDICT_FAIL,
         "in file:~/cache/t.json, 0644 at byte 0", NULL, NULL},
        {"argv", in_argv, MODE_PAT, IN("argv"), VERDICT_FAIL, "in argv, curl argv[2]", NULL, NULL},
        {"environ", in_environ, MODE_PAT, IN("environ"), VERDICT_FAIL,
         "in environ, sh DATABRICKS_TOKEN", NULL, NULL},
        {"inherited environ", inherited, MODE_PAT, IN("environ"), VERDICT_PASS, "none was found",
         NULL, NULL},
        {"answers", in_answer, MODE_PAT, IN("answers"), VERDICT_FAIL, "in answer, 0", NULL, NULL},
        {"dump", in_dump, MODE_PAT, IN("dump"), VERDICT_FAIL, "in dump, 1", NULL, NULL},
        {"URL", in_url, MODE_PAT, IN("urls"), VERDICT_FAIL,
         "pat (raw) in the URL of request #3: #3 +30ms GET", NULL, NULL},
        {"header", in_header, MODE_PAT, IN("headers"), VERDICT_FAIL,
         "pat (raw) in the header:Referer of request #3", NULL, NULL},
        {"the body is where some belong", in_body, MODE_PAT, IN(ALL), VERDICT_PASS,
         "none was found", NULL, NULL},
        {"and others do not", in_statement, MODE_PAT, IN("bodies"), VERDICT_FAIL,
         "pat (raw) in the body of request #", NULL, NULL},
        {"the login's body is no such place", in_login, MODE_M2M, IN("bodies"), VERDICT_PASS,
         "none was found", NULL, NULL},
        {"URL to the planted host", in_decoy_url, MODE_PAT, IN("urls"), VERDICT_FAIL,
         "pat (raw) in the URL of request #1 to the planted host", NULL, NULL},
        {"anywhere to the planted host", in_decoy, MODE_PAT, IN("headers"), VERDICT_FAIL,
         "pat (raw) in decoy", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void everywhere(struct bench *b)
{
    in_stdout(b);
    in_stderr(b);
    in_file(b);
    in_argv(b);
    in_environ(b);
    in_answer(b);
    in_dump(b);
    in_url(b);
    in_header(b);
    in_decoy(b);
}

/* Each place selects its own findings and no other's. */
Test(secrets, places_that_were_not_named_are_left_alone)
{
    static const char *const places[] = {"stdout",  "stderr",  "files", "argv",
                                         "environ", "answers", "dump",  "urls"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct bench *b = bench_new(MODE_PAT, 2);
        everywhere(b);
        const char *yaml =
            arena_printf(b->arena, "[{check: secrets.absent, with: {in: %s}}]", places[i]);
        const struct case_result *r = bench_judge(b, yaml);
        cr_expect_eq(strncmp(r->checks[0].seen, "1 finding,", 10), 0, "%s: %s", places[i],
                     r->checks[0].seen);
        bench_free(b);
    }
}

static void many(struct bench *b)
{
    for (int i = 0; i < 20; i++) {
        in_stdout(b);
    }
}

static void cut_stdout(struct bench *b)
{
    b->evidence.stdout_text.truncated = true;
}

static void cut_stderr(struct bench *b)
{
    b->evidence.stderr_text.truncated = true;
}

static void cut_and_found(struct bench *b)
{
    cut_stdout(b);
    in_stdout(b);
}

static void no_operations(struct bench *b)
{
    b->evidence.operation_count = 0;
}

static void found_though_nothing_was_asked(struct bench *b)
{
    no_operations(b);
    in_stdout(b);
}

Test(secrets, what_was_not_searched_is_not_called_clean)
{
    static const struct row rows[] = {
        {"many", many, MODE_PAT, IN("stdout"), VERDICT_FAIL, "20 findings, first: ", NULL, NULL},
        {"cut", cut_stdout, MODE_PAT, IN("stdout"), VERDICT_INCONCLUSIVE,
         "none was found, but standard output was larger than its limit", NULL, NULL},
        {"answers come through stdout", cut_stdout, MODE_PAT, IN("answers"), VERDICT_INCONCLUSIVE,
         "standard output", NULL, NULL},
        {"dumps as well", cut_stdout, MODE_PAT, IN("dump"), VERDICT_INCONCLUSIVE, "standard output",
         NULL, NULL},
        {"cut stderr", cut_stderr, MODE_PAT, IN("stderr"), VERDICT_INCONCLUSIVE, "standard error",
         NULL, NULL},
        {"the other stream was cut", cut_stderr, MODE_PAT, IN("stdout, files"), VERDICT_PASS,
         "none was found", NULL, NULL},
        {"found before the cut", cut_and_found, MODE_PAT, IN("stdout"), VERDICT_FAIL, "1 finding",
         NULL, NULL},
        {"nothing was asked", no_operations, MODE_PAT, IN("stdout"), VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
        {"found all the same", found_though_nothing_was_asked, MODE_PAT, IN("stdout"), VERDICT_FAIL,
         "1 finding", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void planted(struct bench *b, const char *kind, bool is_planted, bool changed)
{
    struct file_record *f = ARENA_NEW(b->arena, struct file_record);
    *f = (struct file_record){
        .path = "~/.databrickscfg", .mode = 0600, .planted = is_planted, .changed = changed};
    b->evidence.files = f;
    b->evidence.file_count = 1;
    bench_add_find(
        b, (struct secret_find){.place = "file:~/.databrickscfg", .detail = "0600", .kind = kind});
}

static void planted_untouched(struct bench *b)
{
    planted(b, "pat", true, false);
}

static void planted_poison_changed(struct bench *b)
{
    planted(b, "poison", true, true);
}

static void planted_and_added_to(struct bench *b)
{
    planted(b, "pat", true, true);
}

static void its_own(struct bench *b)
{
    planted(b, "pat", false, false);
}

Test(secrets, what_the_case_planted_is_not_the_connectors)
{
    static const struct row rows[] = {
        {"untouched", planted_untouched, MODE_PAT, IN("files"), VERDICT_PASS, "none was found",
         NULL, NULL},
        {"poison in a changed file", planted_poison_changed, MODE_PAT, IN("files"), VERDICT_PASS,
         "none was found", NULL, NULL},
        {"a secret added to it", planted_and_added_to, MODE_PAT, IN("files"), VERDICT_FAIL,
         "1 finding", NULL, NULL},
        {"a file of its own", its_own, MODE_PAT, IN("files"), VERDICT_FAIL, "1 finding", NULL,
         NULL},
    };
    ROWS_RUN(rows);
}
