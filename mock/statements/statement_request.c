/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/statement_request.h"

#include "mock/statements/place.h"

#include "base/json/json_read.h"
#include "base/text/number.h"

enum {
    DEFAULT_WAIT_S = 10,
    MIN_WAIT_S = 5,
    MAX_WAIT_S = 50,
    MS_PER_S = 1000,
    MAX_PARAMETERS = 256
};

#define MAX_TEXT_BYTES ((size_t)16 * 1024 * 1024)
#define MAX_BODY_BYTES (MAX_TEXT_BYTES + (size_t)1024 * 1024)

static const char *const format_names[] = {"JSON_ARRAY", "ARROW_STREAM", "CSV"};

const char *statement_format_name(enum statement_format f)
{
    return format_names[f];
}

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

static bool malformed(struct request_reader *r, const char *key, const char *wanted)
{
    return fail(
        r, "malformed-request",
        arena_printf(r->arena, "Could not parse request object: '%s' is not %s.", key, wanted));
}

/* An optional string member; *ret stays when it is absent. */
static bool take_string(struct request_reader *r, const char *key, const char **ret)
{
    const struct json *node = json_get(r->body, key);
    if (node == NULL || json_type(node) == JSON_NULL) {
        return true;
    }
    if (json_type(node) != JSON_STRING) {
        return malformed(r, key, "a string");
    }
    *ret = arena_strdup(r->arena, json_string_or(node, ""));
    return true;
}

/* An optional whole number of at least min. */
static bool take_count(struct request_reader *r, const char *key, int64_t min, int64_t *ret)
{
    const struct json *node = json_get(r->body, key);
    if (node == NULL || json_type(node) == JSON_NULL) {
        return true;
    }
    int64_t n = json_int_or(node, -1);
    if (json_type(node) != JSON_NUMBER) {
        return malformed(r, key, "a number");
    }
    if (n < min) {
        return fail(r, "invalid-parameter",
                    arena_printf(r->arena, "%s must be at least %lld.", key, (long long)min));
    }
    *ret = n;
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

struct words {
    const char *const *items;
    size_t count;
};

/* One of the words, by its index; the first is the default. */
static bool take_word(struct request_reader *r, const char *key, struct words words, size_t *ret)
{
    const char *value = words.items[0];
    if (!take_string(r, key, &value)) {
        return false;
    }
    for (size_t i = 0; i < words.count; i++) {
        if (strcmp(value, words.items[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    return fail(r, "invalid-parameter",
                arena_printf(r->arena, "The parameter '%s' has an unknown value.", key));
}

static bool take_wait(struct request_reader *r, int64_t *ret_ms)
{
    struct err bad = {0};
    const char *text = NULL;
    if (!take_string(r, "wait_timeout", &text)) {
        return false;
    }
    if (text == NULL) {
        *ret_ms = DEFAULT_WAIT_S * MS_PER_S;
        return true;
    }
    struct str s = str_of(text);
    int64_t seconds;
    if (!str_ends(s, STR("s")) ||
        parse_int64(str_slice(s, 0, s.len - 1), 0, MAX_WAIT_S, &seconds, &bad) < 0 ||
        (seconds != 0 && seconds < MIN_WAIT_S)) {
        return fail(r, "invalid-parameter", "wait_timeout must be 0s, or between 5s and 50s.");
    }
    *ret_ms = seconds * MS_PER_S;
    return true;
}

/* INLINE goes with JSON_ARRAY only. */
static bool take_form(struct request_reader *r, struct statement_request *q)
{
    static const char *const dispositions[] = {"INLINE", "EXTERNAL_LINKS",
                                               "INLINE_OR_EXTERNAL_LINKS"};
    size_t disposition, format;
    if (!take_word(r, "disposition", (struct words){dispositions, ARRAY_LEN(dispositions)},
                   &disposition) ||
        !take_word(r, "format", (struct words){format_names, ARRAY_LEN(format_names)}, &format)) {
        return false;
    }
    q->disposition = (enum statement_disposition)disposition;
    q->format = (enum statement_format)format;
    if (q->disposition == RESULT_INLINE && q->format != RESULT_JSON) {
        return fail(r, "invalid-parameter",
                    "The disposition INLINE supports the format JSON_ARRAY only.");
    }
    return true;
}

/* Only what is not JSON is compressed. */
static bool take_compression(struct request_reader *r, struct statement_request *q)
{
    static const char *const names[] = {"NONE", "LZ4_FRAME"};
    size_t compression;
    if (!take_word(r, "result_compression", (struct words){names, ARRAY_LEN(names)},
                   &compression)) {
        return false;
    }
    q->compressed = compression == 1 && q->format != RESULT_JSON;
    return true;
}

static bool parameter_is_new(const struct sql_parameters *known, const char *name)
{
    for (size_t i = 0; i < known->count; i++) {
        if (strcmp(known->items[i].name, name) == 0) {
            return false;
        }
    }
    return true;
}

/* {"name":"...","value":"..."?,"type":"..."?} */
static bool take_parameter(struct request_reader *r, const struct json *node,
                           struct sql_parameters *into)
{
    struct sql_parameter p = {.type = {.kind = SQL_STRING}};
    struct request_reader inside = {.arena = r->arena, .body = node, .fault = r->fault};
    const char *type = NULL;
    if (json_type(node) != JSON_OBJECT) {
        return malformed(r, "parameters", "a list of objects");
    }
    if (!take_required(&inside, "name", &p.name) || !take_string(&inside, "value", &p.value) ||
        !take_string(&inside, "type", &type)) {
        return false;
    }
    if (!parameter_is_new(into, p.name)) {
        return fail(r, "invalid-parameter",
                    arena_printf(r->arena, "The parameter '%s' is given twice.", p.name));
    }
    if (type != NULL && !sql_type_read(str_of(type), &p.type)) {
        return fail(r, "invalid-parameter",
                    arena_printf(r->arena, "The parameter '%s' has an unsupported type.", p.name));
    }
    *VEC_PUSH(r->arena, into) = p;
    return true;
}

static bool take_parameters(struct request_reader *r, struct sql_parameters *ret)
{
    const struct json *list = json_get(r->body, "parameters");
    if (list == NULL || json_type(list) == JSON_NULL) {
        return true;
    }
    if (json_type(list) != JSON_ARRAY) {
        return malformed(r, "parameters", "a list");
    }
    if (json_count(list) > MAX_PARAMETERS) {
        return fail(r, "invalid-parameter", "There are too many parameters.");
    }
    JSON_FOREACH(node, list) {
        if (!take_parameter(r, node, ret)) {
            return false;
        }
    }
    return true;
}

static bool take_all(struct request_reader *r, struct statement_request *q)
{
    static const char *const on_timeout[] = {"CONTINUE", "CANCEL"};
    size_t on_wait_timeout;
    if ((q->warehouse_id == NULL && !take_required(r, "warehouse_id", &q->warehouse_id)) ||
        !take_required(r, "statement", &q->statement) || !take_wait(r, &q->wait_timeout_ms) ||
        !take_word(r, "on_wait_timeout", (struct words){on_timeout, ARRAY_LEN(on_timeout)},
                   &on_wait_timeout) ||
        !take_form(r, q) || !take_compression(r, q) || !take_string(r, "catalog", &q->catalog) ||
        !take_string(r, "schema", &q->schema) ||
        (q->session_id == NULL && !take_string(r, "session_id", &q->session_id)) ||
        !take_count(r, "row_limit", 1, &q->row_limit) ||
        !take_count(r, "byte_limit", 1, &q->byte_limit) || !take_parameters(r, &q->parameters)) {
        return false;
    }
    q->cancel_on_timeout = on_wait_timeout == 1;
    return strlen(q->statement) <= MAX_TEXT_BYTES ||
           fail(r, "invalid-parameter", "The statement is longer than 16 MiB.");
}

bool statement_request_read(struct arena *a, struct str body, const struct statement_place *place,
                            struct statement_request *ret, struct statement_fault *ret_fault)
{
    static const struct json_limits limits = {.max_bytes = MAX_BODY_BYTES};
    struct err bad = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct request_reader r = {.arena = a, .fault = ret_fault};
    struct statement_request q = {
        .warehouse_id = place->warehouse_id,
        .session_id = place->session_id,
        .row_limit = -1,
        .byte_limit = -1,
    };
    if (json_read(body, "request", &limits, &doc, &bad) < 0 || json_type(doc.root) != JSON_OBJECT) {
        return fail(&r, "malformed-request", NULL);
    }
    r.body = doc.root;
    if (!take_all(&r, &q)) {
        return false;
    }
    *ret = q;
    return true;
}
