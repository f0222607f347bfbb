/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include <criterion/criterion.h>

#include <signal.h>

TestSuite(drive_lines, .timeout = 60);

static struct run_fixture *run_behaviour(const char *behaviour, int64_t times)
{
    struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", behaviour, NULL);
    fixture_step(f, "validate", times);
    fixture_run(f);
    return f;
}

Test(drive_lines, good_connector_is_asked_and_its_exchanges_are_numbered)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "good", NULL);
    fixture_step(f, "validate", 2);
    fixture_step(f, "dump", 1);
    fixture_step(f, "no-such-verb", 1);
    fixture_run(f);
    const struct operation_record *second = fixture_operation(f, 1);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK, "%s", fixture_operation(f, 0)->error);
    cr_assert_eq(second->answer, ANSWER_OK);
    cr_assert_str_eq(json_get_string(second->reply, "table_id", ""),
                     f->evidence->identity.table_id);
    cr_assert_eq(second->first_seq, 2);
    cr_assert_eq(second->last_seq, 2);
    cr_assert_eq(f->evidence->journal.count, 2);
    cr_assert_eq(fixture_operation(f, 2)->answer, ANSWER_OK);
    cr_assert_str_eq(json_get_string(fixture_operation(f, 2)->reply, "text", ""),
                     "Config(token=***)");
    cr_assert_eq(fixture_operation(f, 3)->answer, ANSWER_UNSUPPORTED);
    cr_assert_str_eq(f->evidence->process.end, "exited");
    cr_assert_eq(f->evidence->process.code, 0);
    cr_assert_str_eq(f->evidence->process.killed_for, "");
    cr_assert_eq(f->evidence->process.stray_count, 0);
    cr_assert_str_eq(f->evidence->identity.credential, "pat");
    cr_assert_eq(f->evidence->find_count, 0);
}

struct broken_case {
    const char *behaviour;
    enum answer answer;
    const char *error; /* part of it */
};

Test(drive_lines, whoever_breaks_the_protocol_is_invalid)
{
    static const struct broken_case cases[] = {
        {"not-json", ANSWER_INVALID, "not JSON: connecting with \u00abpat\u00bb"},
        {"wrong-seq", ANSWER_INVALID, "seq"},
        {"two-answers", ANSWER_INVALID, "more than one line"},
        {"late-second-answer", ANSWER_INVALID, "second answer"},
        {"long-line", ANSWER_INVALID, "longer than 1 MiB"},
        {"nul-bytes", ANSWER_INVALID, "not JSON"},
        {"closed-stdout", ANSWER_INVALID, "closed its stdout"},
        {"die-of-signal", ANSWER_ENDED, "signal 11"},
        {"exit-at-once", ANSWER_ENDED, "exit status 1"},
        {"exit-without-answer", ANSWER_ENDED, "exit status 0"},
        {"says-unsupported", ANSWER_UNSUPPORTED, "unsupported"},
        {"error-with-secret", ANSWER_ERROR, "denied \u00abpat\u00bb"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FIXTURE struct run_fixture *f = run_behaviour(cases[i].behaviour, 1);
        const struct operation_record *op = fixture_operation(f, 0);
        cr_expect_eq(op->answer, cases[i].answer, "%s: %s (%s)", cases[i].behaviour,
                     answer_name(op->answer), op->error ? op->error : "");
        cr_expect(op->error != NULL && strstr(op->error, cases[i].error) != NULL, "%s: %s",
                  cases[i].behaviour, op->error ? op->error : "no error text");
    }
}

Test(drive_lines, after_a_broken_answer_nothing_more_is_asked)
{
    AUTO_FIXTURE struct run_fixture *f = run_behaviour("wrong-seq", 3);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_INVALID);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_NOT_ASKED);
    cr_assert_eq(fixture_operation(f, 2)->answer, ANSWER_NOT_ASKED);
}

Test(drive_lines, who_ends_between_operations_is_noticed_while_waiting)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "exit-between", NULL);
    fixture_step(f, "validate", 1);
    fixture_wait(f, 10000);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_ENDED);
    cr_assert_eq(fixture_operation(f, 1)->step, 2);
    cr_assert_eq(fixture_operation(f, 2)->answer, ANSWER_NOT_ASKED);
    cr_assert_lt(f->took_ms, 8000);
}

Test(drive_lines, pauses_last_as_long_as_the_case_says)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "ok", NULL);
    fixture_step(f, "validate", 1);
    fixture_wait(f, 150);
    fixture_step(f, "validate", 1);
    fixture_run(f);
    int64_t pause = fixture_operation(f, 1)->began_ms - fixture_operation(f, 0)->ended_ms;
    cr_assert_geq(pause, 150);
    cr_assert_lt(pause, 10000, "a busy machine may take its time, but not so much");
}

Test(drive_lines, who_hangs_is_killed_for_time)
{
    static const char *const behaviours[] = {"hang-at-start", "hang-in-operation", "half-line"};
    for (size_t i = 0; i < ARRAY_LEN(behaviours); i++) {
        AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
        fixture_puppet(f, "lines.py", behaviours[i], NULL);
        fixture_step(f, "validate", 2);
        f->manifest.limits.start_ms = 400;
        f->manifest.limits.operation_ms = 200;
        fixture_run(f);
        cr_expect_eq(fixture_operation(f, 0)->answer, ANSWER_TIMEOUT, "%s", behaviours[i]);
        cr_expect_eq(fixture_operation(f, 1)->answer, ANSWER_NOT_ASKED, "%s", behaviours[i]);
        cr_expect_str_eq(f->evidence->process.end, "killed");
        cr_expect_str_eq(f->evidence->process.killed_for, "time");
        cr_expect_eq(f->evidence->process.code, SIGKILL);
    }
}

Test(drive_lines, time_limit_of_the_case_bounds_everything)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "hang-in-second", NULL);
    fixture_step(f, "validate", 1);
    fixture_wait(f, 60000);
    fixture_step(f, "validate", 1);
    f->spec.time_limit_ms = 3000; /* the first has to end in it on a busy machine, too */
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_NOT_ASKED);
    cr_assert_str_eq(f->evidence->process.killed_for, "time");
    cr_assert_lt(f->took_ms, 20000);
}

Test(drive_lines, who_ignores_the_end_of_input_and_sigterm_is_killed_to_stop)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "deaf-to-term", NULL);
    fixture_step(f, "validate", 1);
    f->manifest.limits.stop_ms = 100;
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_assert_str_eq(f->evidence->process.killed_for, "stop");
    cr_assert_str_eq(f->evidence->process.end, "killed");
    cr_assert_eq(f->evidence->process.code, SIGKILL);
}

Test(drive_lines, process_that_hides_in_its_own_session_is_swept_and_recorded)
{
    AUTO_FIXTURE struct run_fixture *f = run_behaviour("escape", 1);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_assert_eq(f->evidence->process.stray_count, 1);
    cr_assert(strstr(f->evidence->process.strays[0].command, "python3") != NULL, "%s",
              f->evidence->process.strays[0].command);
    cr_assert_gt(f->evidence->process.strays[0].pid, 1);
    cr_assert_str_eq(f->evidence->process.end, "exited");
}

Test(drive_lines, flood_of_output_is_stopped_at_the_limit)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    fixture_puppet(f, "lines.py", "flood", NULL);
    fixture_step(f, "validate", 1);
    f->manifest.limits.output_bytes = 300 * 1024;
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_ENDED);
    cr_assert(strstr(fixture_operation(f, 0)->error, "307200 bytes") != NULL);
    cr_assert_str_eq(f->evidence->process.killed_for, "output");
    cr_assert(f->evidence->stdout_text.truncated);
    cr_assert_eq(f->evidence->stdout_text.bytes, 300 * 1024);
    cr_assert_eq(strlen(f->evidence->stdout_text.text), 256 * 1024);
}

Test(drive_lines, connector_that_cannot_start_could_not_run)
{
    static const char *const programs[] = {"no-such-program", "README.md"};
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
        fixture_puppet(f, programs[i], NULL);
        fixture_step(f, "validate", 1);
        fixture_run(f);
        cr_expect_null(f->evidence->harness_error);
        cr_assert_not_null(f->evidence->could_not_run, "%s", programs[i]);
        cr_expect(strstr(f->evidence->could_not_run, programs[i]) != NULL, "%s",
                  f->evidence->could_not_run);
        cr_expect_not(f->evidence->process.started);
        cr_expect_not_null(f->evidence->process.start_error);
        cr_expect_eq(f->evidence->operation_count, 0);
    }
}

/* What one option broke is no matter of the next; each has the requests of its own start. */
Test(drive_lines, with_each_option_it_is_started_anew)
{
    static struct shape_pair breaks = {.key = "HOST", .value = "${option_value}"};
    static struct shape_pair harmless = {.key = "NAME", .value = "${option_value}"};
    static struct manifest_option options[] = {
        {.name = "first", .env = {.items = &harmless, .count = 1}},
        {.name = "breaks", .env = {.items = &breaks, .count = 1}},
        {.name = "last", .env = {.items = &harmless, .count = 1}},
    };
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    f->manifest.options = (struct shape_list){.items = options, .count = 3};
    f->spec.given.options = true;
    fixture_puppet(f, "lines.py", "good", NULL);
    fixture_step(f, "validate", 1);
    fixture_run(f);
    cr_assert_eq(f->evidence->operation_count, 3);
    cr_expect_eq(fixture_operation(f, 0)->answer, ANSWER_OK);
    cr_expect_eq(fixture_operation(f, 1)->answer, ANSWER_ENDED);
    cr_expect_eq(fixture_operation(f, 2)->answer, ANSWER_OK);
    const struct option_record *o = f->evidence->options;
    cr_assert_eq(f->evidence->option_count, 3);
    cr_expect(o[0].first_seq == 1 && o[0].last_seq == 1);
    cr_expect(o[1].first_seq == 2 && o[1].last_seq == 1);
    cr_expect(o[2].first_seq == 2 && o[2].last_seq == 2);
}
