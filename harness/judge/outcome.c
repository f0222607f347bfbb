/* SPDX-License-Identifier: Apache-2.0 */
/* Family "outcome": what the connector itself said of its operations, and how it ended. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/json/json.h"

enum which { WHICH_ALL, WHICH_FIRST, WHICH_LAST };
static const char *const which_names[] = {"all", "first", "last"};

struct outcome_params {
    const char *operation;
    int which;
};

/* For structs that begin with a struct outcome_params. */
#define OUTCOME_FIELDS                                                                        \
    {.key = "operation",                                                                      \
     .type = SHAPE_STRING,                                                                    \
     .offset = offsetof(struct outcome_params, operation),                                    \
     .dflt = "validate",                                                                      \
     .doc = "the operations looked at, by their verb"},                                       \
    {                                                                                         \
        .key = "which", .type = SHAPE_ENUM, .offset = offsetof(struct outcome_params, which), \
        .names = {which_names, ARRAY_LEN(which_names)}, .dflt = "all",                        \
        .doc = "all of them, or the first or last only"                                       \
    }

struct message_params {
    struct outcome_params outcome;
    struct str_list any_of;
    int64_t min_length;
};

struct rows_params {
    int64_t count;
    const char *operation;
};

struct exit_params {
    bool zero;
};

struct chosen {
    const struct operation_record **items;
    size_t count, capacity;
};

static struct chosen operations_chosen(const struct check_context *x,
                                       const struct outcome_params *p)
{
    struct chosen c = {0};
    for (size_t i = 0; i < x->evidence->operation_count; i++) {
        const struct operation_record *op = &x->evidence->operations[i];
        if (str_eq_z(str_of(op->verb), p->operation)) {
            *VEC_PUSH(x->arena, &c) = op;
        }
    }
    if (c.count > 1 && p->which == WHICH_FIRST) {
        c.count = 1;
    } else if (c.count > 1 && p->which == WHICH_LAST) {
        c.items += c.count - 1;
        c.count = 1;
    }
    return c;
}

/* How shells and our own records write that a signal ended a command: 128 + its number. */
static bool is_signal_code(int code)
{
    return code > 128 && code <= 128 + 64;
}

/* A process that ends with a non-zero status instead of answering has reported an error too, if it
 * was not a signal that ended it. */
static bool is_error(const struct check_context *x, const struct operation_record *op)
{
    const struct process_record *p = &x->evidence->process;
    if (op->answer == ANSWER_ERROR) {
        return !is_signal_code(op->exit_code);
    }
    return op->answer == ANSWER_ENDED && p->started && p->end &&
           str_eq_z(str_of(p->end), "exited") && p->code != 0 && !is_signal_code(p->code);
}

/* What the connector said to its user. But for an error answer the record has our own words, and
 * the connector's are in stderr. */
static struct str error_text(const struct check_context *x, const struct operation_record *op)
{
    return str_trim(str_of(op->answer == ANSWER_ERROR ? op->error : x->evidence->stderr_text.text));
}

static const char *operation_name(const struct check_context *x, const struct operation_record *op)
{
    const char *option = check_option_of_operation(x->evidence, op);
    return arena_printf(x->arena, "%s %lld%s%s%s", op->verb, (long long)op->index,
                        option ? ", with the option `" : "", option ? option : "",
                        option ? "' set" : "");
}

static const char *operation_text(const struct check_context *x, const struct operation_record *op)
{
    struct arena *a = x->arena;
    const char *name = operation_name(x, op);
    const char *error = op->error && op->error[0] ? op->error : "no message";
    long long took_ms = (long long)(op->ended_ms - op->began_ms);
    if (op->answer == ANSWER_OK || op->answer == ANSWER_UNSUPPORTED) {
        return arena_printf(a, "%s: %s after %lld ms", name, answer_name(op->answer), took_ms);
    }
    if (op->answer == ANSWER_NOT_ASKED) {
        return arena_printf(a, "%s: not asked for any more", name);
    }
    return arena_printf(a, "%s: %s after %lld ms (%s)", name, answer_name(op->answer), took_ms,
                        error);
}

static const char *killed_text(struct arena *a, const char *why)
{
    if (str_eq_z(str_of(why), "stop")) {
        return "the process did not end when asked to, and was killed";
    }
    if (str_eq_z(str_of(why), "time")) {
        return "the process ran out of time, and was killed";
    }
    if (str_eq_z(str_of(why), "output")) {
        return "the process wrote more than its limit, and was killed";
    }
    return arena_printf(a, "the process was killed%s%s", why && why[0] ? " for " : "",
                        why ? why : "");
}

static const char *ending_text(struct arena *a, const struct evidence *e)
{
    const struct process_record *p = &e->process;
    if (!p->started || !p->end) {
        return "no process was started";
    }
    if (str_eq_z(str_of(p->end), "exited")) {
        return arena_printf(a, "the process ended with exit status %d", p->code);
    }
    if (str_eq_z(str_of(p->end), "signaled")) {
        return arena_printf(a, "the process was ended by signal %d", p->code);
    }
    return killed_text(a, p->killed_for);
}

/* The last 600 bytes, from a whole code point on. */
static struct str stderr_tail(const struct evidence *e)
{
    struct str text = str_trim(str_of(e->stderr_text.text));
    size_t from = text.len > 600 ? text.len - 600 : 0;
    while (from < text.len && ((unsigned char)text.ptr[from] & 0xc0u) == 0x80) {
        from++;
    }
    return str_slice(text, from, text.len);
}

static const char *all_operations_text(const struct check_context *x, const struct chosen *c)
{
    AUTO_BUF struct buf b = {0};
    for (size_t i = 0; i < c->count && i < 10; i++) {
        buf_printf(&b, "%s\n", operation_text(x, c->items[i]));
    }
    if (c->count > 10) {
        buf_printf(&b, "... and %zu more\n", c->count - 10);
    }
    buf_printf(&b, "%s\n", ending_text(x->arena, x->evidence));
    struct str tail = stderr_tail(x->evidence);
    if (tail.len > 0) {
        buf_printf(&b, "stderr: %.*s\n", STR_ARG(tail));
    }
    return arena_strndup(x->arena, buf_z(&b), b.len);
}

static void run_ok(const struct check_context *x, struct check_outcome *o)
{
    const struct outcome_params *p = x->params;
    struct chosen c = operations_chosen(x, p);
    const char *expected = arena_printf(x->arena, "every `%s' succeeds", p->operation);
    if (c.count == 0) {
        check_fail(o, expected, "it was never performed", all_operations_text(x, &c));
        return;
    }
    for (size_t i = 0; i < c.count; i++) {
        if (c.items[i]->answer != ANSWER_OK) {
            check_fail(o, expected, operation_text(x, c.items[i]), all_operations_text(x, &c));
            return;
        }
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu of %zu succeeded", c.count, c.count));
}

static void run_error(const struct check_context *x, struct check_outcome *o)
{
    const struct outcome_params *p = x->params;
    struct chosen c = operations_chosen(x, p);
    const char *expected =
        arena_printf(x->arena, "`%s' is reported as failed by the connector itself", p->operation);
    if (c.count == 0) {
        check_fail(o, expected, "it was never performed", all_operations_text(x, &c));
        return;
    }
    for (size_t i = 0; i < c.count; i++) {
        /* What comes after the process has ended with an error was never asked for. */
        if (!is_error(x, c.items[i]) && !(i > 0 && c.items[i]->answer == ANSWER_NOT_ASKED)) {
            check_fail(o, expected, operation_text(x, c.items[i]), all_operations_text(x, &c));
            return;
        }
    }
    check_pass(o, expected, operation_text(x, c.items[0]));
}

static bool mentions_any(struct str text, const struct str_list *words)
{
    for (size_t i = 0; i < words->count; i++) {
        struct str w = str_of(words->items[i]);
        for (size_t at = 0; at + w.len <= text.len; at++) {
            if (str_eq_nocase(str_slice(text, at, at + w.len), w)) {
                return true;
            }
        }
    }
    return words->count == 0;
}

static size_t code_points(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        n += ((unsigned char)text.ptr[i] & 0xc0u) != 0x80;
    }
    return n;
}

static const char *message_expected(struct arena *a, const struct message_params *p)
{
    AUTO_BUF struct buf words = {0};
    for (size_t i = 0; i < p->any_of.count; i++) {
        buf_printf(&words, "%s%s", i ? ", " : "", p->any_of.items[i]);
    }
    return arena_printf(a, "the error message has at least %lld characters%s%s",
                        (long long)p->min_length,
                        words.len ? " and names the trouble by one of: " : "", buf_z(&words));
}

static void run_message(const struct check_context *x, struct check_outcome *o)
{
    const struct message_params *p = x->params;
    struct chosen c = operations_chosen(x, &p->outcome);
    const char *expected = message_expected(x->arena, p);
    struct str first = {0};
    size_t judged = 0;
    for (size_t i = 0; i < c.count; i++) {
        const struct operation_record *op = c.items[i];
        if (op->answer == ANSWER_OK || op->answer == ANSWER_NOT_ASKED) {
            continue;
        }
        struct str text = error_text(x, op);
        if ((int64_t)code_points(text) < p->min_length || !mentions_any(text, &p->any_of)) {
            check_fail(o, expected,
                       text.len ? operation_text(x, op)
                                : arena_printf(x->arena, "%s %lld gave no message", op->verb,
                                               (long long)op->index),
                       all_operations_text(x, &c));
            return;
        }
        first = judged++ == 0 ? text : first;
    }
    if (judged == 0) {
        check_fail(o, expected, "no operation failed, so there was no message",
                   all_operations_text(x, &c));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "`%.*s'", STR_ARG(str_slice(first, 0, 300))));
}

/* What was fetched is told by the answer; that it was served is on the wire (wire.*). */
static void run_rows(const struct check_context *x, struct check_outcome *o)
{
    const struct rows_params *p = x->params;
    const struct outcome_params all = {.operation = p->operation};
    struct chosen c = operations_chosen(x, &all);
    const char *expected = arena_printf(x->arena, "each successful `%s' answers with %lld rows",
                                        p->operation, (long long)p->count);
    size_t judged = 0;
    for (size_t i = 0; i < c.count; i++) {
        const struct operation_record *op = c.items[i];
        if (op->answer != ANSWER_OK) {
            continue;
        }
        judged++;
        int64_t rows = json_get_int(op->reply, "rows", -1);
        if (rows != p->count) {
            check_fail(o, expected,
                       rows < 0 ? arena_printf(x->arena, "%s %lld does not say how many", op->verb,
                                               (long long)op->index)
                                : arena_printf(x->arena, "%s %lld: %lld rows", op->verb,
                                               (long long)op->index, (long long)rows),
                       all_operations_text(x, &c));
            return;
        }
    }
    if (judged == 0) {
        check_fail(o, expected, arena_printf(x->arena, "no `%s' succeeded", p->operation),
                   all_operations_text(x, &c));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu did", judged));
}

/* The connector tells the digest of what it would use; the value itself is a secret. */
static const char *wrong_secret_value(const struct check_context *x,
                                      const struct operation_record *op)
{
    const struct identity_record *who = &x->evidence->identity;
    struct str told = str_of(json_get_string(op->reply, "sha256", ""));
    if (op->answer != ANSWER_OK) {
        return operation_text(x, op);
    }
    if (told.len == 0) {
        return arena_printf(x->arena, "%s %lld tells no `sha256'", op->verb, (long long)op->index);
    }
    if (str_eq_nocase(told, str_of(who->secret_base64_sha256))) {
        return "the digest of what the API answers: the value is still in base64";
    }
    return str_eq_nocase(told, str_of(who->secret_sha256)) ? NULL : "the digest of something else";
}

static void run_secret_value(const struct check_context *x, struct check_outcome *o)
{
    const struct outcome_params all = {.operation = "read-secret"};
    struct chosen c = operations_chosen(x, &all);
    const char *expected = "each `read-secret' tells the SHA-256 of the secret's value";
    if (c.count == 0 || x->evidence->identity.secret_sha256 == NULL) {
        check_fail(o, expected, c.count ? "the workspace has no secret" : "it was never performed",
                   all_operations_text(x, &c));
        return;
    }
    for (size_t i = 0; i < c.count; i++) {
        const char *why = wrong_secret_value(x, c.items[i]);
        if (why != NULL) {
            check_fail(o, expected, why, all_operations_text(x, &c));
            return;
        }
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu did", c.count));
}

static void run_exit(const struct check_context *x, struct check_outcome *o)
{
    const struct exit_params *p = x->params;
    const struct process_record *r = &x->evidence->process;
    const char *expected = p->zero ? "the process ends by itself with exit status 0"
                                   : "the process ends by itself with a non-zero exit status";
    bool by_itself = r->started && r->end && str_eq_z(str_of(r->end), "exited");
    if (!by_itself || (r->code == 0) != p->zero) {
        struct chosen none = {0};
        check_fail(o, expected, ending_text(x->arena, x->evidence), all_operations_text(x, &none));
        return;
    }
    check_pass(o, expected, ending_text(x->arena, x->evidence));
}

static void run_in_time(const struct check_context *x, struct check_outcome *o)
{
    const char *expected =
        "every operation is answered within its limit, and the process ends when "
        "asked to";
    struct chosen none = {0};
    for (size_t i = 0; i < x->evidence->operation_count; i++) {
        if (x->evidence->operations[i].answer == ANSWER_TIMEOUT) {
            check_fail(o, expected, operation_text(x, &x->evidence->operations[i]),
                       all_operations_text(x, &none));
            return;
        }
    }
    if (x->evidence->process.end && str_eq_z(str_of(x->evidence->process.end), "killed")) {
        check_fail(o, expected, ending_text(x->arena, x->evidence), all_operations_text(x, &none));
        return;
    }
    check_pass(o, expected, ending_text(x->arena, x->evidence));
}

static void run_clean(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "no process is left behind when the connector has ended";
    const struct process_record *p = &x->evidence->process;
    if (p->stray_count > 0) {
        AUTO_BUF struct buf b = {0};
        for (size_t i = 0; i < p->stray_count; i++) {
            buf_printf(&b, "%s (pid %lld)\n", p->strays[i].command, (long long)p->strays[i].pid);
        }
        check_fail(o, expected,
                   p->stray_count == 1
                       ? "1 process had to be killed"
                       : arena_printf(x->arena, "%zu processes had to be killed", p->stray_count),
                   arena_strndup(x->arena, buf_z(&b), b.len));
        return;
    }
    check_pass(o, expected, "nothing was left");
}

static void run_refused(const struct check_context *x, struct check_outcome *o)
{
    const struct outcome_params *p = x->params;
    struct chosen c = operations_chosen(x, p);
    const char *expected = arena_printf(x->arena, "`%s' is answered \"unsupported\"", p->operation);
    if (c.count == 0) {
        check_fail(o, expected, "it was never asked for", all_operations_text(x, &c));
        return;
    }
    for (size_t i = 0; i < c.count; i++) {
        if (c.items[i]->answer != ANSWER_UNSUPPORTED) {
            check_fail(o, expected, operation_text(x, c.items[i]), all_operations_text(x, &c));
            return;
        }
    }
    check_pass(o, expected, operation_text(x, c.items[0]));
}

static const struct shape_field outcome_fields[] = {OUTCOME_FIELDS};
static const struct shape outcome_shape = {.name = "outcome",
                                           .doc = "which operations are looked at",
                                           .size = sizeof(struct outcome_params),
                                           .fields = outcome_fields,
                                           .field_count = ARRAY_LEN(outcome_fields)};

static const struct shape_field message_fields[] = {
    OUTCOME_FIELDS,
    {.key = "any_of",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct message_params, any_of),
     .doc = "words of which one must occur, upper or lower case; none given: any message will do",
     .example = "[client, credential, 401]"},
    {.key = "min_length",
     .type = SHAPE_INT,
     .offset = offsetof(struct message_params, min_length),
     .min = 1,
     .max = 1000,
     .dflt = "8",
     .doc = "the least number of characters"},
};
static const struct shape message_shape = {.name = "message",
                                           .doc = "what the error message must say",
                                           .size = sizeof(struct message_params),
                                           .fields = message_fields,
                                           .field_count = ARRAY_LEN(message_fields)};

static const struct shape_field rows_fields[] = {
    {.key = "operation",
     .type = SHAPE_STRING,
     .dflt = "validate",
     .offset = offsetof(struct rows_params, operation),
     .doc = "the operations looked at, by their verb"},
    {.key = "count",
     .type = SHAPE_INT,
     .offset = offsetof(struct rows_params, count),
     .required = true,
     .min = 0,
     .max = 100000000,
     .doc = "how many there are",
     .example = "1000000"},
};
static const struct shape rows_shape = {.name = "rows",
                                        .doc = "how many rows a statement has",
                                        .size = sizeof(struct rows_params),
                                        .fields = rows_fields,
                                        .field_count = ARRAY_LEN(rows_fields)};

static const struct shape_field exit_fields[] = {
    {.key = "zero",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct exit_params, zero),
     .dflt = "true",
     .doc = "true: status 0 is expected; false: any other"},
};
static const struct shape exit_shape = {.name = "exit",
                                        .doc = "how the process ends",
                                        .size = sizeof(struct exit_params),
                                        .fields = exit_fields,
                                        .field_count = ARRAY_LEN(exit_fields)};

static const struct check_row rows[] = {
    {.kind = {"outcome.ok", "The connector reports success for the operations.", &outcome_shape},
     .run = run_ok,
     .cause = "the connector did not get through with good credentials",
     .fix = "read the error text and the exchanges, and run the same start command by hand"},
    {.kind = {"outcome.error",
              "The connector reports failure for the operations: it says so itself, by an error "
              "answer or a non-zero exit status, and neither hangs nor dies by a signal.",
              &outcome_shape},
     .run = run_error,
     .cause = "a refusal of the server was swallowed, or brought the connector down",
     .fix = "check the status and the body of every answer, and pass the failure on"},
    {.kind = {"outcome.message", "The text of the failure says something a user can act on.",
              &message_shape},
     .run = run_message,
     .cause = "the server's reason is dropped on its way to the user",
     .fix =
         "put `error` and `error_description`, or `error_code` and `message`, of the answer into "
         "the message (and no secret)"},
    {.kind = {"outcome.rows", "A result arrives with all of its rows.", &rows_shape},
     .run = run_rows,
     .cause = "only the first chunk, page or batch of the result is read",
     .fix =
         "follow the result to its end: next_chunk_index, hasMoreRows, or the driver's iterator"},
    {.kind = {"outcome.secret_value",
              "The secret that `read-secret` got is the value that a user stored, told by its "
              "SHA-256.",
              NULL},
     .run = run_secret_value,
     .cause = "the value is used as the Secrets API writes it, in base64",
     .fix = "decode the member `value` of the answer from base64"},
    {.kind = {"outcome.exit", "The process ends by itself with the exit status expected.",
              &exit_shape},
     .run = run_exit,
     .cause = "the exit status does not follow from what happened",
     .fix = "end with 0 only when everything that was asked for succeeded"},
    {.kind = {"outcome.in_time",
              "No operation runs into its time limit and the process ends when asked to.", NULL},
     .run = run_in_time,
     .cause = "a wait without a limit, or a thread that keeps the process alive",
     .fix = "give every request a timeout and stop background work at the end"},
    {.kind = {"outcome.clean", "No descendant of the connector outlives it.", NULL},
     .run = run_clean,
     .cause = "a helper process was started and not waited for",
     .fix = "end and reap helper processes before exiting"},
    {.kind = {"outcome.refused", "The operation is answered \"unsupported\".", &outcome_shape},
     .run = run_refused,
     .cause = "the adapter answers words that it does not know",
     .fix = "answer {\"seq\":n,\"unsupported\":true} to every verb that the adapter does not "
            "implement"},
};

const struct check_family family_outcome = {
    .name = "outcome",
    .doc = "What the connector itself says of its operations, and how it ends.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
