/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/mock/sql/driver.h"

#include "base/core/xalloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct driver *driver_new(void)
{
    struct driver *d = xcalloc(1, sizeof(*d));
    d->desk = desk_new();
    d->arena = arena_new();
    return d;
}

void driver_free(struct driver *d)
{
    desk_free(d->desk);
    arena_free(d->arena);
    free(d);
}

void driver_load(struct driver *d, const char *sql, const char *statements)
{
    desk_load(d->desk,
              arena_printf(d->arena,
                           "workspaces: [{host: ws.example.com, workspace_id: \"111\", "
                           "warehouse_id: abc123, tables: [main.default.trips], sql: {%s}}]\n"
                           "principals: [{name: user@example.com, pat: " DESK_PAT
                           "}, {name: robot, kind: service-principal}]\n"
                           "statements: [%s]\n",
                           sql, statements));
}

const struct thrift_value *driver_call(struct driver *d, const char *name, driver_fill *fill,
                                       const void *context)
{
    AUTO_BUF struct buf b = {0};
    struct err err = {0};
    thrift_put_message(&b, THRIFT_CALL, str_of(name), 77);
    thrift_begin(&b, 1);
    if (fill != NULL) {
        fill(&b, context);
    }
    thrift_end(&b);
    thrift_end(&b);
    const char *bearer = d->authorization != NULL ? d->authorization : "Bearer " DESK_PAT;
    d->reply = desk_send(
        d->desk, &(struct desk_request){.method = "POST",
                                        .target = d->target != NULL ? d->target : DRIVER_PATH,
                                        .authorization = bearer,
                                        .content_type = "application/x-thrift",
                                        .body = buf_z(&b),
                                        .body_len = b.len});
    if (d->reply->reply.status != 200) {
        return NULL;
    }
    struct str body = d->reply->reply.body;
    body.ptr = arena_memdup(d->arena, body.ptr, body.len);
    cr_assert_eq(thrift_read(d->arena, body, &d->last, &err), 0, "%s", err.msg);
    cr_assert_eq(d->last.seqid, 77);
    cr_assert(str_eq_z(d->last.name, name));
    return d->last.kind == THRIFT_REPLY ? thrift_get(&d->last.arguments, 0, THRIFT_STRUCT) : NULL;
}

static void open_fill(struct buf *b, const void *context)
{
    (void)context;
    thrift_put_i64(b, 0x502, 0xA508);
}

const struct thrift_value *driver_open(struct driver *d)
{
    const struct thrift_value *r = driver_call(d, "OpenSession", open_fill, NULL);
    cr_assert_not_null(r);
    return thrift_get(r, 3, THRIFT_STRUCT);
}

static void execute_fill(struct buf *b, const void *context)
{
    const struct driver_statement *s = context;
    driver_put(b, 1, s->session);
    thrift_put_text(b, 2, str_of(s->text));
    thrift_put_bool(b, 4, !s->wait);
    if (s->direct) {
        thrift_begin(b, 0x501);
        thrift_put_i64(b, 1, s->max_rows > 0 ? s->max_rows : 1000);
        thrift_end(b);
    }
    thrift_put_bool(b, 0x502, s->arrow);
    thrift_put_bool(b, 0x503, s->links);
}

const struct thrift_value *driver_execute(struct driver *d, const struct driver_statement *s)
{
    return driver_call(d, "ExecuteStatement", execute_fill, s);
}

static void about_fill(struct buf *b, const void *context)
{
    driver_put(b, 1, context);
}

const struct thrift_value *driver_about(struct driver *d, const char *name,
                                        const struct thrift_value *handle)
{
    return driver_call(d, name, about_fill, handle);
}

int64_t driver_status(const struct thrift_value *response)
{
    return thrift_number(thrift_get(response, 1, THRIFT_STRUCT), 1, THRIFT_I32, -1);
}

const char *driver_message(struct driver *d, const struct thrift_value *response)
{
    const char *text = thrift_text(d->arena, thrift_get(response, 1, THRIFT_STRUCT), 5);
    return text != NULL ? text : "";
}

const struct thrift_value *driver_down(const struct thrift_value *v, const int *path, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        v = thrift_get(v, (int16_t)path[i], THRIFT_STRUCT);
    }
    return v;
}

/* As much as handles have in them. */
void driver_put(struct buf *b, int16_t id, const struct thrift_value *v)
{
    switch ((int)v->type) {
    case THRIFT_BOOL:
        thrift_put_bool(b, id, v->number != 0);
        return;
    case THRIFT_I32:
        thrift_put_i32(b, id, (int32_t)v->number);
        return;
    case THRIFT_STRING:
        thrift_put_text(b, id, v->text);
        return;
    default:
        cr_assert_eq(v->type, THRIFT_STRUCT);
        thrift_begin(b, id);
        for (size_t i = 0; i < v->count; i++) {
            driver_put(b, v->items[i].id, &v->items[i].value);
        }
        thrift_end(b);
    }
}
