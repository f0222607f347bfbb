/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include <criterion/criterion.h>

TestSuite(drive_count, .timeout = 60);

Test(drive_count, number_of_rounds_is_handed_over_and_one_exit_answers_for_all)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_COUNT);
    fixture_puppet(f, "command.sh", "count", "${operations}", NULL);
    fixture_step(f, "validate", 2);
    fixture_step(f, "validate", 1);
    fixture_run(f);
    cr_assert_eq(f->evidence->operation_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct operation_record *op = fixture_operation(f, i);
        cr_expect_eq(op->answer, ANSWER_OK);
        cr_expect_eq(op->index, (int64_t)i);
        cr_expect_eq(op->exit_code, -1);
        cr_expect_eq(op->began_ms, fixture_operation(f, 0)->began_ms);
    }
    cr_assert_str_eq(f->evidence->stdout_text.text, "3 rounds\n");
}

Test(drive_count, failing_exit_is_an_error_of_each_operation)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_COUNT);
    fixture_puppet(f, "command.sh", "4", "refused: ${token}", NULL);
    fixture_step(f, "validate", 2);
    fixture_step(f, "dump", 1);
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_ERROR);
    cr_assert_str_eq(fixture_operation(f, 1)->error, "refused: \u00abpat\u00bb");
    cr_assert_eq(fixture_operation(f, 2)->answer, ANSWER_UNSUPPORTED);
    cr_assert_eq(f->evidence->process.code, 4);
}

Test(drive_count, who_does_not_end_is_killed)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_COUNT);
    fixture_puppet(f, "command.sh", "hang", NULL);
    fixture_step(f, "validate", 2);
    f->manifest.limits.start_ms = 100;
    f->manifest.limits.operation_ms = 100;
    fixture_run(f);
    cr_assert_eq(fixture_operation(f, 0)->answer, ANSWER_TIMEOUT);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_TIMEOUT);
    cr_assert_str_eq(f->evidence->process.killed_for, "time");
}

Test(drive_count, with_each_option_a_process_of_its_own_answers)
{
    static struct shape_pair variable = {.key = "OPTION", .value = "${option_value}"};
    static struct shape_pair other = {.key = "OTHER", .value = "${option_value}"};
    static struct manifest_option options[] = {
        {.name = "first", .env = {.items = &other, .count = 1}},
        {.name = "second", .env = {.items = &variable, .count = 1}},
    };
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_COUNT);
    f->manifest.options = (struct shape_list){.items = options, .count = 2};
    f->spec.given.options = true;
    fixture_puppet(f, "command.sh", "option", "${operations}", NULL);
    fixture_step(f, "validate", 2);
    fixture_run(f);
    cr_assert_str_eq(f->evidence->stdout_text.text, "2 no variable\n2 assay_canary/9.9.9\n");
    cr_assert_eq(f->evidence->operation_count, 4);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(fixture_operation(f, i)->answer, i < 2 ? ANSWER_OK : ANSWER_ERROR);
    }
    cr_assert_eq(f->evidence->option_count, 2);
    cr_expect_eq(f->evidence->options[1].first_operation, 2);
}
