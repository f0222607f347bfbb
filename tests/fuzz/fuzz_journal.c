/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as a journal; what is read has to come out the same again. */

#include "base/core/assert.h"
#include "base/wire/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(const struct journal *journal, struct buf *out)
{
    VEC_FOREACH(const struct journal_record, r, journal) {
        AUTO_JSON struct json *json = journal_record_encode(r);
        json_write(out, json);
        buf_add_char(out, '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf first = {0};
    AUTO_BUF struct buf second = {0};
    struct journal journal = {0}, again = {0};
    struct err err = {0};
    if (journal_read(a, str_n((const char *)data, size), "fuzz", &journal, &err) < 0) {
        ASSERT(err.code != ERR_NONE && err.msg[0] != '\0');
        return 0;
    }
    write_all(&journal, &first);
    ASSERT(journal_read(a, buf_str(&first), "again", &again, &err) == 0);
    write_all(&again, &second);
    ASSERT(str_eq(buf_str(&first), buf_str(&second)));
    return 0;
}
