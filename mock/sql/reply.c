/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/sql_result.h"
#include "mock/sql/call.h"
#include "mock/state/statement_store.h"

#include <stdarg.h>
#include <stdio.h>

enum { GUID_BYTES = 16, MESSAGE_MAX = 1024 };

/* Drivers take one or the other of the messages. */
void put_status(struct buf *b, int16_t id, const struct tcli_status *s)
{
    thrift_begin(b, id);
    thrift_put_i32(b, 1, (int32_t)s->code);
    if (s->sql_state != NULL) {
        thrift_put_text(b, 3, str_of(s->sql_state));
    }
    if (s->code == TCLI_ERROR || s->code == TCLI_INVALID_HANDLE) {
        thrift_put_i32(b, 4, 0);
    }
    if (s->message != NULL) {
        thrift_put_text(b, 5, str_of(s->message));
        thrift_put_text(b, 6, str_of(s->message));
    }
    thrift_end(b);
}

void put_success(struct buf *b, int16_t id)
{
    put_status(b, id, &(struct tcli_status){.code = TCLI_SUCCESS});
}

int call_refuse(struct call *c, enum tcli_status_code code, const char *sql_state,
                const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    put_status(c->out, 1, &(struct tcli_status){code, sql_state, message});
    return 0;
}

bool guid_read(struct str bytes, char out[37])
{
    char *at = out;
    if (bytes.len != GUID_BYTES) {
        return false;
    }
    for (size_t i = 0; i < GUID_BYTES; i++) {
        bool dash = i == 4 || i == 6 || i == 8 || i == 10;
        at += snprintf(at, 4, "%s%02x", dash ? "-" : "", (unsigned char)bytes.ptr[i]);
    }
    return true;
}

static unsigned nibble(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void put_guid(struct buf *b, int16_t id, const char *uuid)
{
    char bytes[GUID_BYTES];
    size_t at = 0;
    for (const char *p = uuid; at < sizeof(bytes) && p[0] != '\0' && p[1] != '\0'; p += 2) {
        p += *p == '-' ? 1 : 0;
        bytes[at++] = (char)(nibble(p[0]) << 4 | nibble(p[1]));
    }
    thrift_put_text(b, id, str_n(bytes, at));
}

void put_handle(struct buf *b, int16_t id, const char *uuid, const unsigned char secret[16])
{
    thrift_begin(b, id);
    put_guid(b, 1, uuid);
    thrift_put_text(b, 2, str_n((const char *)secret, GUID_BYTES));
    thrift_end(b);
}

void put_operation_handle(struct buf *b, int16_t id, const struct statement *st)
{
    thrift_begin(b, id);
    put_handle(b, 1, st->id, st->cursor.secret);
    thrift_put_i32(b, 2, st->cursor.operation);
    thrift_put_bool(b, 3, true);
    thrift_end(b);
}
