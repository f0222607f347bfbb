/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/lines_answer.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

struct answer_case {
    const char *line;
    enum answer answer;
    bool has_seq;
};

Test(lines_answer, lines_are_read_strictly)
{
    static const struct answer_case cases[] = {
        {"{\"seq\":7,\"ok\":true}", ANSWER_OK, true},
        {" {\"ok\":true,\"seq\":7,\"table_id\":\"x\"} ", ANSWER_OK, true},
        {"{\"seq\":7,\"ok\":false,\"error\":\"no\"}", ANSWER_ERROR, true},
        {"{\"seq\":7,\"ok\":false}", ANSWER_ERROR, true},
        {"{\"seq\":7,\"ok\":false,\"error\":\"unsupported\"}", ANSWER_UNSUPPORTED, true},
        {"{\"seq\":7,\"unsupported\":true}", ANSWER_UNSUPPORTED, true},
        {"{\"seq\":7,\"ok\":false,\"unsupported\":true}", ANSWER_UNSUPPORTED, true},
        {"{\"seq\":7,\"ok\":true,\"unsupported\":true}", ANSWER_INVALID, true},
        {"{\"seq\":7,\"unsupported\":false}", ANSWER_INVALID, true},
        {"{\"seq\":8,\"ok\":true}", ANSWER_INVALID, true},
        {"{\"seq\":\"7\",\"ok\":true}", ANSWER_INVALID, false},
        {"{\"seq\":7.5,\"ok\":true}", ANSWER_INVALID, false},
        {"{\"seq\":7,\"ok\":1}", ANSWER_INVALID, true},
        {"{\"seq\":7,\"ok\":false,\"error\":3}", ANSWER_INVALID, true},
        {"{\"seq\":7}", ANSWER_INVALID, true},
        {"{\"ok\":true}", ANSWER_INVALID, false},
        {"[7,true]", ANSWER_INVALID, false},
        {"", ANSWER_INVALID, false},
        {"{\"seq\":7,\"ok\":true}{\"seq\":7,\"ok\":true}", ANSWER_INVALID, false},
        {"{\"seq\":7,\"seq\":7,\"ok\":true}", ANSWER_INVALID, false},
        {"{\"seq\":7,\"ok\":true,\"x\":\"\xff\"}", ANSWER_INVALID, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct lines_answer a = lines_answer_read(str_of(cases[i].line), 7);
        cr_expect_eq(a.answer, cases[i].answer, "%s: %s", cases[i].line, answer_name(a.answer));
        cr_expect_eq(a.has_seq, cases[i].has_seq, "%s", cases[i].line);
        cr_expect_eq(a.problem != NULL, a.answer == ANSWER_INVALID, "%s", cases[i].line);
    }
}
