/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_run.h"

#include <stdarg.h>

const char sample_odd_text[] =
    "a|b `c` ``` ~~~ <b>x</b> & \"q\" 'r' \\ «client_secret»\n# heading\n"
    "</details>\n- item\r\n\t[l](http://x) *e* _u_ \x01\x1b[31m \x7f "
    "\xf0\x9f\x94\xa5 $m$";

struct str_list strings(struct arena *a, size_t count, ...)
{
    struct str_list list = {0};
    va_list args;
    va_start(args, count);
    for (size_t i = 0; i < count; i++) {
        *VEC_PUSH(a, &list) = va_arg(args, const char *);
    }
    va_end(args);
    return list;
}

struct run_result *result_add(struct arena *a, struct run_record *run, struct run_result result)
{
    struct run_result *r = VEC_PUSH(a, &run->results);
    *r = result;
    return r;
}

struct check_result *check_add(struct arena *a, struct run_result *result,
                               struct check_result check)
{
    struct check_result *list = ARENA_ARRAY(a, struct check_result, result->check_count + 1);
    for (size_t i = 0; i < result->check_count; i++) {
        list[i] = result->checks[i];
    }
    list[result->check_count] = check;
    result->checks = list;
    return &list[result->check_count++];
}

static void connectors_fill(struct arena *a, struct run_record *run)
{
    *VEC_PUSH(a, &run->connectors) =
        (struct run_connector){.name = "acme",
                               .title = "Acme Lake",
                               .version = "1.4.2",
                               .language = "python",
                               .product = "acme_lake",
                               .drive = "lines",
                               .manifest_path = "acme/connector.yaml",
                               .manifest_at = "/src/acme/connector.yaml",
                               .manifest_digest = "aa11",
                               .excuse = {"", "", ""},
                               .modes = strings(a, 2, "pat", "m2m")};
    *VEC_PUSH(a, &run->connectors) =
        (struct run_connector){.name = "acme-cli",
                               .title = "Acme CLI",
                               .version = "0.9.0",
                               .language = "go",
                               .product = "acme_cli",
                               .drive = "exec",
                               .manifest_path = "cli/connector.yaml",
                               .manifest_at = "/src/cli/connector.yaml",
                               .manifest_digest = "bb22",
                               .excuse = {"", "", ""},
                               .modes = strings(a, 2, "pat", "token"),
                               .skipped_modes = strings(a, 1, "token")};
}

static void case_add(struct arena *a, struct run_record *run, const char *id, const char *family,
                     struct str_list clauses)
{
    *VEC_PUSH(a, &run->cases) = (struct run_case){.id = id,
                                                  .family = family,
                                                  .title = "A title",
                                                  .why = "A reason.",
                                                  .level = "must",
                                                  .is_probe = id[0] == 'p',
                                                  .clauses = clauses};
}

static void clause_add(struct arena *a, struct run_record *run, const char *id, const char *text,
                       const char *excluded)
{
    *VEC_PUSH(a, &run->clauses) = (struct run_clause){.id = id,
                                                      .level = "MUST",
                                                      .text = text,
                                                      .source = "RFC 6749 section 2.3",
                                                      .url = "https://example.org/rfc6749",
                                                      .excluded = excluded};
}

static void suite_fill(struct arena *a, struct run_record *run)
{
    case_add(a, run, "probe/nonce", "probe", strings(a, 1, "KIT-VAL-1"));
    case_add(a, run, "connect/pat", "connect", strings(a, 2, "KIT-AUTH-3", "KIT-VAL-1"));
    case_add(a, run, "connect/m2m", "connect", strings(a, 1, "KIT-AUTH-3"));
    case_add(a, run, "errors/wrong-secret", "errors", strings(a, 1, "RFC6749-5.2-error-json"));
    case_add(a, run, "secrets/dump", "secrets", strings(a, 1, "PWAF-TOK-1"));
    case_add(a, run, "m2m/token-cached", "m2m", strings(a, 1, "KIT-AUTH-5"));
    clause_add(a, run, "KIT-AUTH-3", "Each declared mode connects", NULL);
    clause_add(a, run, "KIT-AUTH-5", "One token serves many operations", NULL);
    clause_add(a, run, "KIT-VAL-1", "A table and a statement prove a connection", NULL);
    clause_add(a, run, "PWAF-TOK-1", "No credential is written down", NULL);
    clause_add(a, run, "RFC6749-2.3-one-client-auth", "One way of client authentication", NULL);
    clause_add(a, run, "RFC6749-5.2-error-json", "The error's reason reaches the user", NULL);
    clause_add(a, run, "RFC6819-4.1", "Installed clients keep no secret",
               "Cannot be seen from outside");
}

static struct run_record *run_begin(struct arena *a)
{
    struct run_record *run = ARENA_NEW(a, struct run_record);
    *run = (struct run_record){
        .run_id = "20260615T101500Z-7f3a",
        .started = "2026-06-15T10:15:00Z",
        .suite_digest = "9f86d081",
        .requirement_set = "pwaf-2026.1",
        .world = {.isolation = "env",
                  .clock = "real",
                  .system = "Linux 6.1 x86_64",
                  .assay_version = "0.1.0",
                  .unproven = strings(a, 1, "Requests to other hosts are not seen."),
                  .jobs = 4},
        .complete = true,
        .duration_ms = 61500};
    return run;
}

static struct check_result passed(const char *check, struct str_list clauses)
{
    return (struct check_result){.check = check,
                                 .level = LEVEL_MUST,
                                 .verdict = VERDICT_PASS,
                                 .clauses = clauses,
                                 .expected = "it holds",
                                 .seen = "it did"};
}

static struct check_result failed(const char *check, struct str_list clauses, enum verdict verdict)
{
    struct check_result c = passed(check, clauses);
    c.verdict = verdict;
    c.level = verdict == VERDICT_WARN ? LEVEL_SHOULD : LEVEL_MUST;
    c.because = "A user must learn why.";
    c.expected = "the error message has at least 8 characters";
    c.seen = "validate 0 gave no message";
    c.excerpt = "#3 +30ms POST /oidc/v1/token -> 401 (client_secret, wrong; User-Agent: a/1)\n"
                "stderr: Traceback\n";
    c.cause = "the server's reason is dropped on its way to the user";
    c.fix = "put `error` and `error_description` into the message";
    c.xfail_reason = verdict == VERDICT_XFAIL || verdict == VERDICT_XPASS
                         ? "known; mended in 1.5 | see the tracker"
                         : NULL;
    return c;
}

static struct run_result result_of(const char *connector, const char *mode, const char *case_id,
                                   enum verdict verdict)
{
    return (struct run_result){.connector = connector,
                               .mode = mode,
                               .case_id = case_id,
                               .verdict = verdict,
                               .duration_ms = 1250};
}

static void judged_fill(struct arena *a, struct run_record *run)
{
    struct run_result *r =
        result_add(a, run, result_of("acme", "pat", "probe/nonce", VERDICT_PASS));
    r->evidence = "evidence/acme/pat/probe/nonce";
    check_add(a, r, passed("probe.nonce", strings(a, 1, "KIT-VAL-1")));
    r = result_add(a, run, result_of("acme", "pat", "connect/pat", VERDICT_WARN));
    r->evidence = "evidence/acme/pat/connect/pat";
    check_add(a, r, passed("outcome.ok", strings(a, 2, "KIT-AUTH-3", "KIT-VAL-1")));
    check_add(a, r, failed("wire.header", strings(a, 1, "KIT-AUTH-3"), VERDICT_WARN));
    r = result_add(a, run, result_of("acme", "m2m", "connect/m2m", VERDICT_XFAIL));
    r->evidence = "evidence/acme/m2m/connect/m2m";
    check_add(a, r, failed("outcome.ok", strings(a, 1, "KIT-AUTH-3"), VERDICT_XFAIL));
    r = result_add(a, run, result_of("acme", "m2m", "errors/wrong-secret", VERDICT_FAIL));
    r->evidence = "evidence/acme/m2m/errors/wrong-secret";
    r->jitter_ms = 17;
    check_add(a, r, passed("outcome.error", strings(a, 1, "RFC6749-5.2-error-json")));
    check_add(a, r,
              failed("outcome.message", strings(a, 1, "RFC6749-5.2-error-json"), VERDICT_FAIL));
    r = result_add(a, run, result_of("acme", "m2m", "m2m/token-cached", VERDICT_XPASS));
    check_add(a, r, failed("token.cached", strings(a, 1, "KIT-AUTH-5"), VERDICT_XPASS));
    r = result_add(a, run, result_of("acme", "pat", "secrets/dump", VERDICT_INCONCLUSIVE));
    check_add(a, r, failed("secrets.absent", strings(a, 1, "PWAF-TOK-1"), VERDICT_INCONCLUSIVE));
    check_add(a, r,
              (struct check_result){.check = "probe.nonce",
                                    .level = LEVEL_MAY,
                                    .verdict = VERDICT_NOT_APPLICABLE,
                                    .seen = "only the `lines' drive has answers"});
}

static void unjudged_fill(struct arena *a, struct run_record *run)
{
    struct run_result *r =
        result_add(a, run, result_of("acme-cli", "pat", "probe/nonce", VERDICT_COULD_NOT_RUN));
    r->reason = "the connector could not be started: no such file";
    r = result_add(a, run, result_of("acme-cli", "pat", "connect/pat", VERDICT_HARNESS_ERROR));
    r->reason = "the mock ended | by itself";
    r = result_add(a, run, result_of("acme-cli", "pat", "secrets/dump", VERDICT_NOT_APPLICABLE));
    r->reason = "the connector cannot dump";
    r = result_add(a, run, result_of("acme-cli", "pat", "errors/wrong-secret", VERDICT_FLAKY));
    r->reason = "passed only the second time";
}

struct run_record *sample_run_new(struct arena *a)
{
    struct run_record *run = run_begin(a);
    connectors_fill(a, run);
    suite_fill(a, run);
    judged_fill(a, run);
    unjudged_fill(a, run);
    run->problems = strings(a, 1, "expected_failures: an entry for m2m/* matches nothing");
    run->exit_code = 70;
    return run;
}

struct run_record *sample_run_previous(struct arena *a)
{
    struct run_record *run = run_begin(a);
    run->run_id = "20260614T090000Z-1c2d";
    run->started = "2026-06-14T09:00:00Z";
    connectors_fill(a, run);
    suite_fill(a, run);
    struct run_result *r =
        result_add(a, run, result_of("acme", "pat", "probe/nonce", VERDICT_FAIL));
    check_add(a, r, failed("probe.nonce", strings(a, 1, "KIT-VAL-1"), VERDICT_FAIL));
    r = result_add(a, run, result_of("acme", "m2m", "errors/wrong-secret", VERDICT_FAIL));
    check_add(a, r, failed("outcome.error", strings(a, 1, "RFC6749-5.2-error-json"), VERDICT_FAIL));
    check_add(a, r, passed("outcome.message", strings(a, 1, "RFC6749-5.2-error-json")));
    r = result_add(a, run, result_of("acme-cli", "pat", "probe/nonce", VERDICT_COULD_NOT_RUN));
    r->reason = "the connector could not be started: no such file";
    r = result_add(a, run, result_of("acme-cli", "pat", "connect/pat", VERDICT_PASS));
    check_add(a, r, passed("outcome.ok", strings(a, 1, "KIT-AUTH-3")));
    run->exit_code = 1;
    return run;
}

struct run_record *sample_run_green(struct arena *a)
{
    struct run_record *run = run_begin(a);
    connectors_fill(a, run);
    run->connectors.count = 1;
    suite_fill(a, run);
    struct run_result *r =
        result_add(a, run, result_of("acme", "pat", "connect/pat", VERDICT_PASS));
    r->evidence = "evidence/acme/pat/connect/pat";
    check_add(a, r, passed("outcome.ok", strings(a, 1, "KIT-AUTH-3")));
    return run;
}
