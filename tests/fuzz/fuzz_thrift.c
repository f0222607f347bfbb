/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "mock/sql/thrift_value.h"
#include "tests/unit/mock/desk/desk.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { GUID_BYTES = 16 };

static const char scenario[] =
    "workspaces: [{host: ws.example.com, warehouse_id: abc123, tables: [main.default.trips],\n"
    "  sql: {attachment_limit: 100}}]\n"
    "principals: [{name: user@example.com, pat: " DESK_PAT "}]\n"
    "statements: [{text: \"SELECT 2\", running_polls: 1}, {text: \"SELECT 3\", state: FAILED}]\n";

/* What the server named last; an input names it as 16 times S or O. */
static struct known {
    char session[GUID_BYTES], operation[GUID_BYTES];
} known;

static void replace(char *bytes, size_t len, char mark, const char guid[GUID_BYTES])
{
    char marks[GUID_BYTES];
    memset(marks, mark, sizeof(marks));
    for (size_t i = 0; i + GUID_BYTES <= len; i++) {
        if (memcmp(bytes + i, marks, GUID_BYTES) == 0) {
            memcpy(bytes + i, guid, GUID_BYTES);
        }
    }
}

static void learn(char into[GUID_BYTES], const struct thrift_value *handle)
{
    const struct thrift_value *guid =
        thrift_get(thrift_get(handle, 1, THRIFT_STRUCT), 1, THRIFT_STRING);
    if (guid != NULL) {
        ASSERT(guid->text.len == GUID_BYTES);
        memcpy(into, guid->text.ptr, GUID_BYTES);
    }
}

/* A reply is a message that can be read, with the caller's number and name, and a status in it;
 * what cannot be read is refused as a whole. */
static void look_at(struct arena *a, const struct desk_reply *r, struct str sent)
{
    struct thrift_message asked, told;
    struct err err = {0};
    bool good = thrift_read(a, sent, &asked, &err) == 0;
    ASSERT(r->reply.status == (good ? 200 : 400));
    if (!good) {
        return;
    }
    if (thrift_read(a, r->reply.body, &told, &err) < 0) {
        ASSERT(err.code == ERR_LIMIT); /* more values than a request may have */
        return;
    }
    ASSERT(told.seqid == asked.seqid && str_eq(told.name, asked.name));
    const struct thrift_value *answer = thrift_get(&told.arguments, 0, THRIFT_STRUCT);
    ASSERT((answer != NULL) == (told.kind == THRIFT_REPLY));
    ASSERT(answer == NULL || thrift_get(thrift_get(answer, 1, THRIFT_STRUCT), 1, THRIFT_I32));
    learn(str_eq_z(told.name, "OpenSession") ? known.session : known.operation,
          thrift_get(answer, str_eq_z(told.name, "OpenSession") ? 3 : 2, THRIFT_STRUCT));
}

static void send(struct desk *desk, struct str message)
{
    AUTO_ARENA struct arena *a = arena_new();
    char *bytes = arena_strndup(a, message.ptr, message.len);
    replace(bytes, message.len, 'S', known.session);
    replace(bytes, message.len, 'O', known.operation);
    const struct desk_reply *r =
        desk_send(desk, &(struct desk_request){.method = "POST",
                                               .target = "/sql/1.0/warehouses/abc123",
                                               .authorization = "Bearer " DESK_PAT,
                                               .body = bytes,
                                               .body_len = message.len});
    look_at(a, r, str_n(bytes, message.len));
}

/* The input is calls, one after the other, each with its length in two bytes before it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk_lease lease;
    struct desk *desk = desk_lease(&lease, scenario);
    while (size > 2) {
        size_t len = (size_t)data[0] << 8 | data[1];
        data += 2;
        size -= 2;
        len = len < size ? len : size;
        if (len > 0) {
            send(desk, str_n((const char *)data, len));
        }
        data += len;
        size -= len;
    }
    return 0;
}
