/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/columns_priv.h"

#include "harness/evidence/evidence.h"

#include <limits.h>

#define COLUMN(record, member, kind)                                              \
    {                                                                             \
        .key = #member, .type = (kind), .offset = offsetof(struct record, member) \
    }
#define COLUMNS(record, rows)                                                        \
    {                                                                                \
        .items = (rows), .count = ARRAY_LEN(rows), .row_size = sizeof(struct record) \
    }

static const struct column evidence_rows[] = {
    COLUMN(evidence, connector, COLUMN_STRING),     COLUMN(evidence, case_id, COLUMN_STRING),
    COLUMN(evidence, mode, COLUMN_STRING),          COLUMN(evidence, product, COLUMN_STRING),
    COLUMN(evidence, version, COLUMN_STRING),       COLUMN(evidence, isolation, COLUMN_STRING),
    COLUMN(evidence, clock, COLUMN_STRING),         COLUMN(evidence, drive, COLUMN_STRING),
    COLUMN(evidence, could_not_run, COLUMN_STRING), COLUMN(evidence, harness_error, COLUMN_STRING),
    COLUMN(evidence, clock_problem, COLUMN_STRING), COLUMN(evidence, duration_ms, COLUMN_INT64),
    COLUMN(evidence, execs_lost, COLUMN_INT64),     COLUMN(evidence, jitter_ms, COLUMN_INT64),
};
const struct columns evidence_columns = COLUMNS(evidence, evidence_rows);

static const struct column identity_rows[] = {
    COLUMN(identity_record, principal, COLUMN_STRING),
    COLUMN(identity_record, client_id, COLUMN_STRING),
    COLUMN(identity_record, credential, COLUMN_STRING),
    COLUMN(identity_record, warehouse_id, COLUMN_STRING),
    COLUMN(identity_record, table, COLUMN_STRING),
    COLUMN(identity_record, table_id, COLUMN_STRING),
    COLUMN(identity_record, host, COLUMN_STRING),
    COLUMN(identity_record, secret_sha256, COLUMN_STRING),
    COLUMN(identity_record, secret_base64_sha256, COLUMN_STRING),
    COLUMN(identity_record, spark_host, COLUMN_STRING),
};
const struct columns identity_columns = COLUMNS(identity_record, identity_rows);

static const struct column process_rows[] = {
    COLUMN(process_record, started, COLUMN_BOOL),
    COLUMN(process_record, start_error, COLUMN_STRING),
    COLUMN(process_record, end, COLUMN_STRING),
    COLUMN(process_record, code, COLUMN_INT),
    COLUMN(process_record, killed_for, COLUMN_STRING),
    COLUMN(process_record, began_ms, COLUMN_INT64),
    COLUMN(process_record, ended_ms, COLUMN_INT64),
    COLUMN(process_record, user_ms, COLUMN_INT64),
    COLUMN(process_record, system_ms, COLUMN_INT64),
    COLUMN(process_record, max_rss_bytes, COLUMN_INT64),
};
const struct columns process_columns = COLUMNS(process_record, process_rows);

static const struct column stray_rows[] = {
    COLUMN(stray_record, command, COLUMN_STRING),
    COLUMN(stray_record, pid, COLUMN_INT64),
};
const struct columns stray_columns = COLUMNS(stray_record, stray_rows);

static const struct column operation_rows[] = {
    COLUMN(operation_record, index, COLUMN_INT64),
    COLUMN(operation_record, step, COLUMN_INT64),
    COLUMN(operation_record, verb, COLUMN_STRING),
    COLUMN(operation_record, answer, COLUMN_ANSWER),
    COLUMN(operation_record, error, COLUMN_STRING),
    COLUMN(operation_record, exit_code, COLUMN_INT),
    COLUMN(operation_record, began_ms, COLUMN_INT64),
    COLUMN(operation_record, ended_ms, COLUMN_INT64),
    COLUMN(operation_record, first_seq, COLUMN_INT64),
    COLUMN(operation_record, last_seq, COLUMN_INT64),
};
const struct columns operation_columns = COLUMNS(operation_record, operation_rows);

static const struct column option_rows[] = {
    COLUMN(option_record, name, COLUMN_STRING),
    COLUMN(option_record, first_seq, COLUMN_INT64),
    COLUMN(option_record, last_seq, COLUMN_INT64),
    COLUMN(option_record, first_operation, COLUMN_INT64),
    COLUMN(option_record, last_operation, COLUMN_INT64),
};
const struct columns option_columns = COLUMNS(option_record, option_rows);

static const struct column find_rows[] = {
    COLUMN(secret_find, name, COLUMN_STRING),     COLUMN(secret_find, kind, COLUMN_STRING),
    COLUMN(secret_find, encoding, COLUMN_STRING), COLUMN(secret_find, place, COLUMN_STRING),
    COLUMN(secret_find, detail, COLUMN_STRING),   COLUMN(secret_find, offset, COLUMN_INT64),
    COLUMN(secret_find, excerpt, COLUMN_STRING),
};
const struct columns find_columns = COLUMNS(secret_find, find_rows);

static const struct column file_rows[] = {
    COLUMN(file_record, path, COLUMN_STRING),      COLUMN(file_record, mode, COLUMN_UNSIGNED),
    COLUMN(file_record, size_bytes, COLUMN_INT64), COLUMN(file_record, planted, COLUMN_BOOL),
    COLUMN(file_record, changed, COLUMN_BOOL),
};
const struct columns file_columns = COLUMNS(file_record, file_rows);

static const struct column output_rows[] = {
    COLUMN(output_record, name, COLUMN_STRING),
    COLUMN(output_record, bytes, COLUMN_INT64),
    COLUMN(output_record, truncated, COLUMN_BOOL),
};
const struct columns output_columns = COLUMNS(output_record, output_rows);

static const struct column exec_rows[] = {
    COLUMN(exec_record, pid, COLUMN_INT64),   COLUMN(exec_record, parent, COLUMN_INT64),
    COLUMN(exec_record, argv, COLUMN_STRING), COLUMN(exec_record, environ, COLUMN_STRING),
    COLUMN(exec_record, at_ms, COLUMN_INT64),
};
const struct columns exec_columns = COLUMNS(exec_record, exec_rows);

static const struct column egress_rows[] = {
    COLUMN(egress_record_text, transport, COLUMN_STRING),
    COLUMN(egress_record_text, name, COLUMN_STRING),
    COLUMN(egress_record_text, address, COLUMN_STRING),
    COLUMN(egress_record_text, port, COLUMN_INT),
    COLUMN(egress_record_text, server_name, COLUMN_STRING),
    COLUMN(egress_record_text, first, COLUMN_STRING),
    COLUMN(egress_record_text, at_ms, COLUMN_INT64),
};
const struct columns egress_columns = COLUMNS(egress_record_text, egress_rows);

static const struct column visit_rows[] = {
    COLUMN(browser_visit_record, index, COLUMN_INT64),
    COLUMN(browser_visit_record, at_ms, COLUMN_INT64),
    COLUMN(browser_visit_record, pages, COLUMN_INT64),
    COLUMN(browser_visit_record, opener, COLUMN_STRING),
    COLUMN(browser_visit_record, url, COLUMN_STRING),
    COLUMN(browser_visit_record, agent, COLUMN_STRING),
    COLUMN(browser_visit_record, end, COLUMN_STRING),
    COLUMN(browser_visit_record, status, COLUMN_INT),
    COLUMN(browser_visit_record, detail, COLUMN_STRING),
    COLUMN(browser_visit_record, screenshot, COLUMN_STRING),
};
const struct columns visit_columns = COLUMNS(browser_visit_record, visit_rows);

static const struct column callback_rows[] = {
    COLUMN(browser_callback_record, visit, COLUMN_INT64),
    COLUMN(browser_callback_record, at_ms, COLUMN_INT64),
    COLUMN(browser_callback_record, kind, COLUMN_STRING),
    COLUMN(browser_callback_record, method, COLUMN_STRING),
    COLUMN(browser_callback_record, url, COLUMN_STRING),
    COLUMN(browser_callback_record, listeners, COLUMN_STRING),
    COLUMN(browser_callback_record, status, COLUMN_INT),
    COLUMN(browser_callback_record, content_type, COLUMN_STRING),
    COLUMN(browser_callback_record, referrer_policy, COLUMN_STRING),
    COLUMN(browser_callback_record, body, COLUMN_STRING),
    COLUMN(browser_callback_record, loads, COLUMN_STRING),
    COLUMN(browser_callback_record, problem, COLUMN_STRING),
    COLUMN(browser_callback_record, closed_after_ms, COLUMN_INT64),
};
const struct columns callback_columns = COLUMNS(browser_callback_record, callback_rows);

void columns_write(const struct columns *columns, const void *row, struct json *object)
{
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *c = &columns->items[i];
        const void *at = (const char *)row + c->offset;
        const char *text = NULL;
        switch (c->type) {
        case COLUMN_STRING:
            text = *(const char *const *)at;
            break;
        case COLUMN_ANSWER:
            text = answer_name(*(const enum answer *)at);
            break;
        case COLUMN_INT64:
            json_set_int(object, c->key, *(const int64_t *)at);
            break;
        case COLUMN_INT:
            json_set_int(object, c->key, *(const int *)at);
            break;
        case COLUMN_UNSIGNED:
            json_set_int(object, c->key, *(const unsigned *)at);
            break;
        case COLUMN_BOOL:
            json_set_bool(object, c->key, *(const bool *)at);
            break;
        }
        if (text != NULL) {
            json_set_string(object, c->key, text);
        }
    }
}

static int answer_read(const char *text, enum answer *ret, struct err *err)
{
    for (int i = 0; i < ANSWER_COUNT; i++) {
        if (strcmp(answer_name((enum answer)i), text) == 0) {
            *ret = (enum answer)i;
            return 0;
        }
    }
    return err_set(err, ERR_INVALID, "`%.40s' is not the name of an answer", text);
}

static int integer_read(const struct column *c, const struct json *node, void *at, struct err *err)
{
    int64_t value = json_int_or(node, 0);
    if (node != NULL && json_type(node) != JSON_NUMBER) {
        return err_set(err, ERR_INVALID, "`%s' must be a number", c->key);
    }
    if (c->type == COLUMN_INT64) {
        *(int64_t *)at = value;
    } else if (c->type == COLUMN_INT && value >= INT_MIN && value <= INT_MAX) {
        *(int *)at = (int)value;
    } else if (c->type == COLUMN_UNSIGNED && value >= 0 && value <= UINT_MAX) {
        *(unsigned *)at = (unsigned)value;
    } else {
        return err_set(err, ERR_INVALID, "`%s' is out of range", c->key);
    }
    return 0;
}

static int column_read(const struct column *c, struct arena *a, const struct json *node, void *at,
                       struct err *err)
{
    const char *text = json_string_or(node, NULL);
    switch (c->type) {
    case COLUMN_STRING:
        *(const char **)at = text != NULL ? arena_strdup(a, text) : NULL;
        return 0;
    case COLUMN_ANSWER:
        return answer_read(text != NULL ? text : "", at, err);
    case COLUMN_BOOL:
        *(bool *)at = json_bool_or(node, false);
        return 0;
    case COLUMN_INT64:
    case COLUMN_INT:
    case COLUMN_UNSIGNED:
        break;
    }
    return integer_read(c, node, at, err);
}

int columns_read(const struct columns *columns, struct arena *a, const struct json *object,
                 void *ret_row, struct err *err)
{
    if (json_type(object) != JSON_OBJECT) {
        return err_set(err, ERR_INVALID, "an object is missing");
    }
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *c = &columns->items[i];
        void *at = (char *)ret_row + c->offset;
        if (column_read(c, a, json_get(object, c->key), at, err) < 0) {
            return -1;
        }
    }
    return 0;
}

struct json *columns_write_rows(const struct columns *columns, const void *rows, size_t count)
{
    struct json *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct json *object = json_object();
        columns_write(columns, (const char *)rows + i * columns->row_size, object);
        json_push(array, object);
    }
    return array;
}

int columns_read_rows(const struct columns *columns, struct arena *a, const struct json *array,
                      void **ret_rows, size_t *ret_count, struct err *err)
{
    size_t count = json_count(array), i = 0;
    char *rows = arena_array(a, count, columns->row_size);
    JSON_FOREACH(node, array) {
        if (columns_read(columns, a, node, rows + i * columns->row_size, err) < 0) {
            return err_wrap(err, "entry %zu", i);
        }
        i++;
    }
    *ret_rows = count > 0 ? rows : NULL;
    *ret_count = count;
    return 0;
}
