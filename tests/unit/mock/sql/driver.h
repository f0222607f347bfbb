/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_SQL_DRIVER_H
#define TESTS_UNIT_MOCK_SQL_DRIVER_H

/* A SQL driver on the desk: makes calls with the codec's writer and reads the answers with its
 * reader. That both agree with the rest of the world is shown by tests/component/sql. */

#include "mock/sql/thrift_value.h"
#include "mock/sql/thrift_write.h"
#include "tests/unit/mock/desk/desk.h"

#define DRIVER_PATH "/sql/1.0/warehouses/abc123"

struct driver {
    struct desk *desk;
    struct arena *arena;
    const char *target, *authorization; /* NULL = the user's PAT at DRIVER_PATH */
    struct thrift_message last;
    const struct desk_reply *reply; /* of the last call */
};

struct driver *driver_new(void);
void driver_free(struct driver *d);
/* The workspace with these members of `sql`, and these statements. */
void driver_load(struct driver *d, const char *sql, const char *statements);

/* The fields of a request, which are written by `fill` (NULL = none); the answer's response struct,
 * or NULL when it is none: then driver.reply or driver.last has it. */
typedef void driver_fill(struct buf *b, const void *context);
const struct thrift_value *driver_call(struct driver *d, const char *name, driver_fill *fill,
                                       const void *context);

/* Opens a session; its handle. */
const struct thrift_value *driver_open(struct driver *d);
struct driver_statement {
    const struct thrift_value *session;
    const char *text;
    bool direct, arrow, links, wait; /* wait: not runAsync */
    int64_t max_rows;                /* of the direct results; 0 = 1000 */
};
const struct thrift_value *driver_execute(struct driver *d, const struct driver_statement *s);
/* A call with a handle and nothing else. */
const struct thrift_value *driver_about(struct driver *d, const char *name,
                                        const struct thrift_value *handle);

/* Of a response, or of one inside of it. */
int64_t driver_status(const struct thrift_value *response);
const char *driver_message(struct driver *d, const struct thrift_value *response);
/* Field by field down, all structs; NULL at the first that is absent. */
const struct thrift_value *driver_down(const struct thrift_value *v, const int *path, size_t count);
#define DOWN(v, ...) \
    driver_down(v, (const int[]){__VA_ARGS__}, ARRAY_LEN(((const int[]){__VA_ARGS__})))

/* Writes a value that was read, as a field. */
void driver_put(struct buf *b, int16_t id, const struct thrift_value *v);

#endif
