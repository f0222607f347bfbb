/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/lines_answer.h"

#include "base/json/json_read.h"

static struct lines_answer invalid(const char *problem, bool has_seq)
{
    return (struct lines_answer){ANSWER_INVALID, problem, has_seq};
}

static struct lines_answer body_read(const struct json *root)
{
    const struct json *ok = json_get(root, "ok"), *unsupported = json_get(root, "unsupported");
    const struct json *error = json_get(root, "error");
    if ((ok != NULL && json_type(ok) != JSON_BOOL) ||
        (unsupported != NULL && json_type(unsupported) != JSON_BOOL)) {
        return invalid("`ok' and `unsupported' must be true or false", true);
    }
    if (error != NULL && json_type(error) != JSON_STRING) {
        return invalid("`error' must be a string", true);
    }
    bool said_so = json_bool_or(unsupported, false);
    if (ok == NULL && !said_so) {
        return invalid("the answer has neither `ok' nor `unsupported'", true);
    }
    if (json_bool_or(ok, false)) {
        return said_so ? invalid("an answer cannot be ok and unsupported", true)
                       : (struct lines_answer){ANSWER_OK, NULL, true};
    }
    said_so = said_so || str_eq_z(str_of(json_string_or(error, "")), "unsupported");
    return (struct lines_answer){said_so ? ANSWER_UNSUPPORTED : ANSWER_ERROR, NULL, true};
}

struct lines_answer lines_answer_read(struct str line, int64_t seq)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    const struct json_limits limits = {.max_bytes = LINES_MAX_BYTES};
    if (line.len > LINES_MAX_BYTES) {
        return invalid("the line is longer than 1 MiB", false);
    }
    if (json_read(line, "answer", &limits, &doc, &ignored) < 0) {
        return invalid("the line is not JSON", false);
    }
    if (json_type(doc.root) != JSON_OBJECT) {
        return invalid("the line is not a JSON object", false);
    }
    int64_t answered = json_get_int(doc.root, "seq", INT64_MIN);
    if (answered == INT64_MIN) {
        return invalid("the answer has no number `seq'", false);
    }
    if (answered != seq) {
        return invalid("the answer's `seq' is not the one that was asked", true);
    }
    return body_read(doc.root);
}
