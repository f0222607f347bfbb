/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/statement_request.h"

#include "base/json/json_read.h"
#include "base/text/number.h"

enum { DEFAULT_WAIT_S = 10, MIN_WAIT_S = 5, MAX_WAIT_S = 50 };

struct request_reader {
    struct arena *arena;
    const struct json *body;
    struct statement_fault *fault;
};

static bool fail(struct request_reader *r, const char *error, const char *message)
{
    *r->fault = (struct statement_fault){error, message};
    return false;
}

/* An optional string member; *ret stays when it is absent. */
static bool take_string(struct request_reader *r, const char *key, const char **ret)
{
    const struct json *node = json_get(r->body, key);
    if (node == NULL || json_type(node) == JSON_NULL) {
        return true;
    }
    if (json_type(node) != JSON_STRING) {
        return fail(
            r, "malformed-request",
            arena_printf(r->arena, "Could not parse request object: '%s' is not a string.", key));
    }
    *ret = arena_strdup(r->arena, json_string_or(node, ""));
    return true;
}

static bool take_required(struct request_reader *r, const char *key, const char **ret)
{
    const char *value = "";
    if (!take_string(r, key, &value)) {
        return false;
    }
    if (str_trim(str_of(value)).len == 0) {
        return fail(r, "invalid-parameter",
                    arena_printf(r->arena, "The parameter '%s' is missing or empty.", key));
    }
    *ret = value;
    return true;
}

/* One of the words; the first is the default. */
static bool take_word(struct request_reader *r, const char *key, const char *const *words,
                      size_t count, const char **ret)
{
    const char *value = words[0];
    if (!take_string(r, key, &value)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret = words[i];
            return true;
        }
    }
    return fail(r, "invalid-parameter",
                arena_printf(r->arena, "The parameter '%s' has an unknown value.", key));
}

static bool take_wait(struct request_reader *r, int64_t *ret_s)
{
    struct err bad = {0};
    const char *text = NULL;
    if (!take_string(r, "wait_timeout", &text)) {
        return false;
    }
    if (text == NULL) {
        *ret_s = DEFAULT_WAIT_S;
        return true;
    }
    struct str s = str_of(text);
    int64_t seconds;
    if (!str_ends(s, STR("s")) ||
        parse_int64(str_slice(s, 0, s.len - 1), 0, MAX_WAIT_S, &seconds, &bad) < 0 ||
        (seconds != 0 && seconds < MIN_WAIT_S)) {
        return fail(r, "invalid-parameter", "wait_timeout must be 0s, or between 5s and 50s.");
    }
    *ret_s = seconds;
    return true;
}

static bool check_form_of_result(struct request_reader *r)
{
    static const char *const dispositions[] = {"INLINE", "EXTERNAL_LINKS",
                                               "INLINE_OR_EXTERNAL_LINKS"};
    static const char *const formats[] = {"JSON_ARRAY", "ARROW_STREAM", "CSV"};
    const char *disposition, *format;
    if (!take_word(r, "disposition", dispositions, ARRAY_LEN(dispositions), &disposition) ||
        !take_word(r, "format", formats, ARRAY_LEN(formats), &format)) {
        return false;
    }
    bool is_inline = strcmp(disposition, "INLINE") == 0;
    bool json = strcmp(format, "JSON_ARRAY") == 0;
    if (is_inline && !json) {
        return fail(r, "invalid-parameter",
                    "The disposition INLINE supports the format JSON_ARRAY only.");
    }
    if (!is_inline) {
        return fail(r, "invalid-parameter",
                    "This warehouse serves the disposition INLINE with JSON_ARRAY only.");
    }
    return true;
}

bool statement_request_read(struct arena *a, struct str body, struct statement_request *ret,
                            struct statement_fault *ret_fault)
{
    static const char *const on_timeout[] = {"CONTINUE", "CANCEL"};
    struct err bad = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct request_reader r = {.arena = a, .fault = ret_fault};
    struct statement_request q = {0};
    const char *on_wait_timeout;
    if (json_read(body, "request", NULL, &doc, &bad) < 0 || json_type(doc.root) != JSON_OBJECT) {
        return fail(&r, "malformed-request", NULL);
    }
    r.body = doc.root;
    if (!take_required(&r, "warehouse_id", &q.warehouse_id) ||
        !take_required(&r, "statement", &q.statement) || !take_wait(&r, &q.wait_timeout_s) ||
        !take_word(&r, "on_wait_timeout", on_timeout, ARRAY_LEN(on_timeout), &on_wait_timeout) ||
        !check_form_of_result(&r)) {
        return false;
    }
    q.cancel_on_timeout = strcmp(on_wait_timeout, "CANCEL") == 0;
    *ret = q;
    return true;
}
