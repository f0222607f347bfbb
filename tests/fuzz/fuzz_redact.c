/* SPDX-License-Identifier: Apache-2.0 */

/* A request made of any bytes with a secret planted in its target, a header and its body: the value
 * never stands in the journal's export, and the export can be read. */

#include "base/core/assert.h"
#include "base/sys/clock.h"
#include "mock/journal/journal_store.h"

static const struct route routes[] = {
    {.name = "t", .method = "POST", .pattern = "/", .class = ROUTE_TOKEN},
    {.name = "a", .method = "GET", .pattern = "/", .class = ROUTE_AUTHORIZE},
    {.name = "o", .method = "GET", .pattern = "/", .class = ROUTE_OTHER},
};
/* Not beginning with a hexadecimal digit: the end of "\u001d" in JSON is no part of it. */
static const struct str secret = {"zapi0123456789uvwxyz", 20};

static struct str planted(struct arena *a, struct str text, size_t at)
{
    at = text.len > 0 ? at % (text.len + 1) : 0;
    const char *whole = arena_printf(a, "%.*s%s%.*s", (int)at, text.ptr, secret.ptr,
                                     (int)(text.len - at), text.ptr + at);
    return str_of(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) {
        return 0;
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct str text = str_of(arena_strndup(a, (const char *)data + 4, size - 4));
    struct str first = {0}, second = {0}, rest = text;
    (void)str_split(&rest, '\n', &first);
    (void)str_split(&rest, '\n', &second);
    struct http_req req = {.arena = a, .method = STR("GET")};
    req.target = planted(a, first, data[1]);
    req.body = planted(a, rest.ptr != NULL ? rest : STR(""), data[3]);
    *VEC_PUSH(a, &req.headers) =
        (struct http_field){data[0] & 4 ? STR("Authorization") : STR("X"),
                            planted(a, second.ptr != NULL ? second : STR(""), data[2])};
    *VEC_PUSH(a, &req.headers) = (struct http_field){
        STR("Content-Type"),
        data[0] & 8 ? STR("application/x-www-form-urlencoded") : STR("application/json")};

    struct clock clock;
    clock_init(&clock);
    struct journal_store *store = journal_store_new(&clock, 0);
    struct secret_set *set = secret_set_new();
    (void)secret_set_add(set, "pat", SECRET_PAT, secret);
    struct http_notes notes = {0};
    struct http_reply reply = {.status = 200, .body = req.body};
    const struct route *route = (data[0] & 3) < 3 ? &routes[data[0] & 3] : NULL;
    const struct journal_ended ended = {.begun = journal_store_begin(store, route),
                                        .req = &req,
                                        .reply = &reply,
                                        .notes = &notes,
                                        .route = route,
                                        .fault = "",
                                        .end = "sent"};
    journal_store_end(store, &ended, 0);
    const struct journal_canaries canaries = {.set = set, .generation = 0};
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    ASSERT(journal_store_export(store, &canaries, 0, &out, &err) == 0);
    ASSERT(str_find(buf_str(&out), secret, 0) < 0);
    struct journal journal = {0};
    ASSERT(journal_read(a, buf_str(&out), "export", &journal, &err) == 0);
    ASSERT(journal.count == 1);
    journal_store_free(store);
    secret_set_free(set);
    return 0;
}
