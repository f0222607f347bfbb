/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_builder.h"

static void no_operations(struct bench *b)
{
    b->evidence.operation_count = 0;
}

static void second_fails(struct bench *b)
{
    b->evidence.operations[1].answer = ANSWER_ERROR;
    b->evidence.operations[1].error = "401 invalid_client: the client secret is wrong";
}

static void first_fails(struct bench *b)
{
    second_fails(b);
    b->evidence.operations[0] = b->evidence.operations[1];
    b->evidence.operations[0].index = 0;
    b->evidence.operations[1].answer = ANSWER_OK;
}

static void other_verb(struct bench *b)
{
    b->evidence.operations[0].verb = b->evidence.operations[1].verb = "dump";
}

static void many_fail(struct bench *b)
{
    struct evidence *e = &b->evidence;
    struct operation_record *ops = ARENA_ARRAY(b->arena, struct operation_record, 13);
    for (int i = 0; i < 13; i++) {
        ops[i] = (struct operation_record){
            .index = i, .verb = "validate", .answer = ANSWER_TIMEOUT, .exit_code = -1};
    }
    e->operations = ops;
    e->operation_count = 13;
}

static void rows_set(struct bench *b, size_t operation, int64_t rows)
{
    struct json *reply = json_object();
    json_set_int(json_set_bool(reply, "ok", true), "rows", rows);
    *VEC_PUSH(b->arena, &b->replies) = reply;
    b->evidence.operations[operation].reply = reply;
}

static void all_rows(struct bench *b)
{
    rows_set(b, 0, 3);
    rows_set(b, 1, 3);
}

static void a_row_short(struct bench *b)
{
    rows_set(b, 0, 3);
    rows_set(b, 1, 2);
}

static void a_row_short_and_failed(struct bench *b)
{
    a_row_short(b);
    second_fails(b);
}

#define ROWS_3 "{check: outcome.rows, with: {count: 3}}"

Test(outcome, rows)
{
    static const struct row rows[] = {
        {"all", all_rows, MODE_PAT, ROWS_3, VERDICT_PASS, "all 2 did",
         "each successful `validate' answers with 3 rows", NULL},
        {"one short", a_row_short, MODE_PAT, ROWS_3, VERDICT_FAIL, "validate 1: 2 rows", NULL,
         "validate 1: ok"},
        {"a failure has none", a_row_short_and_failed, MODE_PAT, ROWS_3, VERDICT_PASS, "all 1 did",
         NULL, NULL},
        {"not told", NULL, MODE_PAT, ROWS_3, VERDICT_FAIL, "validate 0 does not say how many", NULL,
         NULL},
        {"no operation", no_operations, MODE_PAT, ROWS_3, VERDICT_FAIL, "no `validate' succeeded",
         NULL, NULL},
    };
    ROWS_RUN(rows);
}

Test(outcome, ok)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: outcome.ok}", VERDICT_PASS, "2 of 2 succeeded",
         "every `validate' succeeds", NULL},
        {"the second fails", second_fails, MODE_PAT, "{check: outcome.ok}", VERDICT_FAIL,
         "validate 1: error after 42 ms (401 invalid_client: the client secret is wrong)", NULL,
         "the process ended with exit status 0"},
        {"only the first is asked for", second_fails, MODE_PAT,
         "{check: outcome.ok, with: {which: first}}", VERDICT_PASS, "1 of 1", NULL, NULL},
        {"only the last is asked for", second_fails, MODE_PAT,
         "{check: outcome.ok, with: {which: last}}", VERDICT_FAIL, "validate 1: error", NULL, NULL},
        {"only the last, and the first fails", first_fails, MODE_PAT,
         "{check: outcome.ok, with: {which: last}}", VERDICT_PASS, "1 of 1", NULL, NULL},
        {"no operation", no_operations, MODE_PAT, "{check: outcome.ok}", VERDICT_FAIL,
         "it was never performed", NULL, NULL},
        {"another operation", other_verb, MODE_PAT, "{check: outcome.ok}", VERDICT_FAIL,
         "it was never performed", NULL, NULL},
        {"the operation asked for", other_verb, MODE_PAT,
         "{check: outcome.ok, with: {operation: dump}}", VERDICT_PASS, "2 of 2", NULL, NULL},
        {"many", many_fail, MODE_PAT, "{check: outcome.ok}", VERDICT_FAIL,
         "validate 0: timeout after 0 ms (no message)", NULL, "... and 3 more"},
    };
    ROWS_RUN(rows);
}

static void answers_set(struct bench *b, enum answer first, enum answer second)
{
    b->evidence.operations[0].answer = first;
    b->evidence.operations[1].answer = second;
}

static void both_fail(struct bench *b)
{
    answers_set(b, ANSWER_ERROR, ANSWER_ERROR);
    b->evidence.operations[0].error = "invalid_client: wrong secret";
    b->evidence.operations[1].error = "invalid_client: wrong secret";
}

static void exit_codes_set(struct bench *b, int code)
{
    both_fail(b);
    b->evidence.operations[0].exit_code = b->evidence.operations[1].exit_code = code;
}

static void failing_commands(struct bench *b)
{
    exit_codes_set(b, 1);
}

static void minus_one_commands(struct bench *b)
{
    exit_codes_set(b, 255);
}

static void segfault_commands(struct bench *b)
{
    exit_codes_set(b, 139);
}

static void ended(struct bench *b, const char *end, int code)
{
    answers_set(b, ANSWER_ENDED, ANSWER_NOT_ASKED);
    b->evidence.operations[0].error = "the process ended with exit status 3";
    b->evidence.process.end = end;
    b->evidence.process.code = code;
    b->evidence.stderr_text.text = "Traceback\nRuntimeError: invalid_client: wrong secret\n";
}

static void ended_by_itself(struct bench *b)
{
    ended(b, "exited", 3);
}

static void ended_with_zero(struct bench *b)
{
    ended(b, "exited", 0);
}

static void ended_by_signal(struct bench *b)
{
    ended(b, "signaled", 11);
}

static void ended_by_shell_signal(struct bench *b)
{
    ended(b, "exited", 134);
}

static void first_not_asked(struct bench *b)
{
    answers_set(b, ANSWER_NOT_ASKED, ANSWER_ERROR);
}

static void first_hangs(struct bench *b)
{
    answers_set(b, ANSWER_TIMEOUT, ANSWER_NOT_ASKED);
    b->evidence.operations[0].error = "no answer within 5000 ms";
    b->evidence.process.end = "killed";
    b->evidence.process.killed_for = "stop";
}

static void invalid_answer(struct bench *b)
{
    answers_set(b, ANSWER_INVALID, ANSWER_NOT_ASKED);
}

Test(outcome, error)
{
    static const struct row rows[] = {
        {"it says so", both_fail, MODE_PAT, "{check: outcome.error}", VERDICT_PASS,
         "validate 0: error after 42 ms (invalid_client: wrong secret)",
         "`validate' is reported as failed by the connector itself", NULL},
        {"a command fails", failing_commands, MODE_PAT, "{check: outcome.error}", VERDICT_PASS,
         "validate 0: error", NULL, NULL},
        {"a command ends with -1", minus_one_commands, MODE_PAT, "{check: outcome.error}",
         VERDICT_PASS, "validate 0: error", NULL, NULL},
        {"a command dies", segfault_commands, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: error", NULL, NULL},
        {"it ends with a status", ended_by_itself, MODE_PAT, "{check: outcome.error}", VERDICT_PASS,
         "validate 0: ended", NULL, NULL},
        {"it ends with status 0", ended_with_zero, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: ended", NULL, "the process ended with exit status 0"},
        {"it dies by a signal", ended_by_signal, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: ended", NULL, "the process was ended by signal 11"},
        {"its shell reports a signal", ended_by_shell_signal, MODE_PAT, "{check: outcome.error}",
         VERDICT_FAIL, "validate 0: ended", NULL, "exit status 134"},
        {"it hangs", first_hangs, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: timeout after 42 ms (no answer within 5000 ms)", NULL,
         "the process did not end when asked to, and was killed"},
        {"it breaks the protocol", invalid_answer, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: invalid", NULL, "validate 1: not asked for any more"},
        {"it succeeds", NULL, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: ok after 42 ms", NULL, NULL},
        {"one of two succeeds", second_fails, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "validate 0: ok", NULL, NULL},
        {"the first was not asked", first_not_asked, MODE_PAT, "{check: outcome.error}",
         VERDICT_FAIL, "validate 0: not asked for any more", NULL, NULL},
        {"the last was not asked", ended_by_itself, MODE_PAT,
         "{check: outcome.error, with: {which: last}}", VERDICT_FAIL,
         "validate 1: not asked for any more", NULL, NULL},
        {"no operation", no_operations, MODE_PAT, "{check: outcome.error}", VERDICT_FAIL,
         "it was never performed", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void short_message(struct bench *b)
{
    both_fail(b);
    b->evidence.operations[1].error = " error\n";
}

static void wide_message(struct bench *b)
{
    both_fail(b);
    b->evidence.operations[0].error = "äöüß";
}

static void no_message(struct bench *b)
{
    both_fail(b);
    b->evidence.operations[0].error = NULL;
}

static void silent_end(struct bench *b)
{
    ended_by_itself(b);
    b->evidence.stderr_text.text = NULL;
}

static void ok_then_error(struct bench *b)
{
    second_fails(b);
}

#define ANY_OF "{check: outcome.message, with: {any_of: [INVALID_CLIENT, '401']}}"

Test(outcome, message)
{
    static const struct row rows[] = {
        {"it names the trouble", both_fail, MODE_PAT, ANY_OF, VERDICT_PASS,
         "`invalid_client: wrong secret'",
         "the error message has at least 8 characters and names the trouble by one of: "
         "INVALID_CLIENT, 401",
         NULL},
        {"any message will do", both_fail, MODE_PAT, "{check: outcome.message}", VERDICT_PASS,
         "wrong secret", "the error message has at least 8 characters", NULL},
        {"it is in the text of a process that ended", ended_by_itself, MODE_PAT, ANY_OF,
         VERDICT_PASS, "RuntimeError: invalid_client", NULL, NULL},
        {"the message of the failed one is shown", ok_then_error, MODE_PAT, ANY_OF, VERDICT_PASS,
         "`401 invalid_client", NULL, NULL},
        {"none of the words", both_fail, MODE_PAT,
         "{check: outcome.message, with: {any_of: [expired]}}", VERDICT_FAIL,
         "validate 0: error after 42 ms (invalid_client: wrong secret)", NULL, NULL},
        {"too short", short_message, MODE_PAT, "{check: outcome.message}", VERDICT_FAIL,
         "validate 1: error", NULL, NULL},
        {"characters are counted, not bytes", wide_message, MODE_PAT,
         "{check: outcome.message, with: {min_length: 5}}", VERDICT_FAIL, "äöüß", NULL, NULL},
        {"long enough in characters", wide_message, MODE_PAT,
         "{check: outcome.message, with: {min_length: 4}}", VERDICT_PASS, "`äöüß'", NULL, NULL},
        {"no message", no_message, MODE_PAT, "{check: outcome.message}", VERDICT_FAIL,
         "validate 0 gave no message", NULL, NULL},
        {"our words are not its message", silent_end, MODE_PAT, "{check: outcome.message}",
         VERDICT_FAIL, "validate 0 gave no message", NULL, NULL},
        {"nor is a time that ran out", first_hangs, MODE_PAT, "{check: outcome.message}",
         VERDICT_FAIL, "validate 0 gave no message", NULL, NULL},
        {"nothing failed", NULL, MODE_PAT, "{check: outcome.message}", VERDICT_FAIL,
         "no operation failed, so there was no message", NULL, NULL},
        {"no operation", no_operations, MODE_PAT, "{check: outcome.message}", VERDICT_FAIL,
         "no operation failed", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void exits_with_two(struct bench *b)
{
    b->evidence.process.code = 2;
}

static void killed_in_time(struct bench *b)
{
    b->evidence.process.end = "killed";
    b->evidence.process.killed_for = "time";
    b->evidence.process.code = 9;
}

static void killed_for_output(struct bench *b)
{
    killed_in_time(b);
    b->evidence.process.killed_for = "output";
}

static void killed_without_reason(struct bench *b)
{
    killed_in_time(b);
    b->evidence.process.killed_for = NULL;
}

static void not_started(struct bench *b)
{
    b->evidence.process = (struct process_record){.killed_for = ""};
}

Test(outcome, exit)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: outcome.exit}", VERDICT_PASS,
         "the process ended with exit status 0", "the process ends by itself with exit status 0",
         NULL},
        {"another status", exits_with_two, MODE_PAT, "{check: outcome.exit}", VERDICT_FAIL,
         "the process ended with exit status 2", NULL, NULL},
        {"another status wanted", exits_with_two, MODE_PAT,
         "{check: outcome.exit, with: {zero: false}}", VERDICT_PASS, "exit status 2",
         "the process ends by itself with a non-zero exit status", NULL},
        {"zero, and another wanted", NULL, MODE_PAT, "{check: outcome.exit, with: {zero: false}}",
         VERDICT_FAIL, "exit status 0", NULL, NULL},
        {"killed", killed_in_time, MODE_PAT, "{check: outcome.exit, with: {zero: false}}",
         VERDICT_FAIL, "the process ran out of time, and was killed", NULL, NULL},
        {"killed for its output", killed_for_output, MODE_PAT, "{check: outcome.exit}",
         VERDICT_FAIL, "the process wrote more than its limit, and was killed", NULL, NULL},
        {"killed, who knows why", killed_without_reason, MODE_PAT, "{check: outcome.exit}",
         VERDICT_FAIL, "the process was killed", NULL, NULL},
        {"by a signal", ended_by_signal, MODE_PAT, "{check: outcome.exit, with: {zero: false}}",
         VERDICT_FAIL, "the process was ended by signal 11", NULL, NULL},
        {"not started", not_started, MODE_PAT, "{check: outcome.exit}", VERDICT_FAIL,
         "no process was started", NULL, NULL},
        {"nothing was asked", no_operations, MODE_PAT, "{check: outcome.exit}",
         VERDICT_INCONCLUSIVE, "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

Test(outcome, in_time)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: outcome.in_time}", VERDICT_PASS,
         "the process ended with exit status 0",
         "every operation is answered within its limit, and the process ends when asked to", NULL},
        {"an operation hangs", first_hangs, MODE_PAT, "{check: outcome.in_time}", VERDICT_FAIL,
         "validate 0: timeout after 42 ms", NULL, NULL},
        {"it had to be killed", killed_in_time, MODE_PAT, "{check: outcome.in_time}", VERDICT_FAIL,
         "the process ran out of time, and was killed", NULL, NULL},
        {"a failure in time is in time", both_fail, MODE_PAT, "{check: outcome.in_time}",
         VERDICT_PASS, "exit status 0", NULL, NULL},
        {"not started", not_started, MODE_PAT, "{check: outcome.in_time}", VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
        {"nothing was asked", no_operations, MODE_PAT, "{check: outcome.in_time}",
         VERDICT_INCONCLUSIVE, "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void strays(struct bench *b, size_t n)
{
    static struct stray_record left[] = {{"browser-helper", 41}, {"sleep", 42}};
    b->evidence.process.strays = left;
    b->evidence.process.stray_count = n;
}

static void one_stray(struct bench *b)
{
    strays(b, 1);
}

static void two_strays(struct bench *b)
{
    strays(b, 2);
}

Test(outcome, clean)
{
    static const struct row rows[] = {
        {"clean", NULL, MODE_PAT, "{check: outcome.clean}", VERDICT_PASS, "nothing was left",
         "no process is left behind when the connector has ended", NULL},
        {"one", one_stray, MODE_PAT, "{check: outcome.clean}", VERDICT_FAIL,
         "1 process had to be killed", NULL, "browser-helper (pid 41)"},
        {"two", two_strays, MODE_PAT, "{check: outcome.clean}", VERDICT_FAIL,
         "2 processes had to be killed", NULL, "sleep (pid 42)"},
        {"not started", not_started, MODE_PAT, "{check: outcome.clean}", VERDICT_INCONCLUSIVE,
         "shows nothing", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void both_unsupported(struct bench *b)
{
    answers_set(b, ANSWER_UNSUPPORTED, ANSWER_UNSUPPORTED);
}

static void one_unsupported(struct bench *b)
{
    answers_set(b, ANSWER_UNSUPPORTED, ANSWER_OK);
}

Test(outcome, refused)
{
    static const struct row rows[] = {
        {"refused", both_unsupported, MODE_PAT, "{check: outcome.refused}", VERDICT_PASS,
         "validate 0: unsupported after 42 ms", "`validate' is answered \"unsupported\"", NULL},
        {"answered ok", NULL, MODE_PAT, "{check: outcome.refused}", VERDICT_FAIL, "validate 0: ok",
         NULL, NULL},
        {"the second is answered ok", one_unsupported, MODE_PAT, "{check: outcome.refused}",
         VERDICT_FAIL, "validate 1: ok", NULL, NULL},
        {"an error is no refusal", both_fail, MODE_PAT, "{check: outcome.refused}", VERDICT_FAIL,
         "validate 0: error", NULL, NULL},
        {"never asked for", NULL, MODE_PAT,
         "{check: outcome.refused, with: {operation: reticulate}}", VERDICT_FAIL,
         "it was never asked for", NULL, NULL},
    };
    ROWS_RUN(rows);
}

static void long_stderr(struct bench *b)
{
    char *text = arena_alloc(b->arena, 1502);
    second_fails(b);
    for (size_t i = 0; i < 1500; i += 3) {
        text[i] = '\xe2'; /* an en dash, three bytes */
        text[i + 1] = '\x80';
        text[i + 2] = '\x93';
    }
    text[1500] = '.';
    b->evidence.stderr_text.text = text;
}

Test(outcome, excerpt_of_stderr_begins_with_a_whole_code_point)
{
    struct bench *b = bench_new(MODE_PAT, 2);
    long_stderr(b);
    const struct case_result *r = bench_judge(b, "[{check: outcome.ok}]");
    const char *at = strstr(r->checks[0].excerpt, "stderr: ");
    cr_assert_not_null(at);
    cr_expect_eq(strncmp(at + strlen("stderr: "), "\xe2\x80\x93", 3), 0);
    cr_expect_leq(strlen(at), strlen("stderr: ") + 601);
    bench_free(b);
}
