/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"
#include "mock/fault/fault_body.h"

#include <criterion/criterion.h>

static const char *changed(struct arena *a, enum fault_body form, const char *body)
{
    struct http_req req = {.arena = a, .request_id = "id"};
    struct http_reply reply = {0};
    http_reply_text(&req, &reply, 200, "application/json", str_of(body));
    fault_body_change(form, &req, &reply);
    return arena_strndup(a, reply.body.len > 0 ? reply.body.ptr : "", reply.body.len);
}

Test(fault_body, each_text_form_is_what_its_name_says)
{
    AUTO_ARENA struct arena *a = arena_new();
    static const struct {
        enum fault_body form;
        const char *before, *after;
    } cases[] = {
        {FAULT_BODY_REAL, "{}", "{}"},
        {FAULT_BODY_JSON_ARRAY, "{}", "[{}]"},
        {FAULT_BODY_JSON_STRING, "{\"a\":1}", "\"{\\\"a\\\":1}\""},
        {FAULT_BODY_NULL, "{}", "null"},
        {FAULT_BODY_BOM, "{}", "\xEF\xBB\xBF{}"},
        {FAULT_BODY_NOT_UTF8, "{\"a\":\"b\"}",
         "{\"a\":\"\xFF"
         "b\"}"},
        {FAULT_BODY_DUPLICATE_KEYS, "{\"a\":1,\"b\":2}", "{\"a\":null,\"a\":1,\"b\":null,\"b\":2}"},
        {FAULT_BODY_DUPLICATE_KEYS, "[1]", "[1]"},
        {FAULT_BODY_TRUNCATED_JSON, "{\"a\":1}", "{\"a"},
        {FAULT_BODY_ESCAPED_SLASHES, "\"a/b\\/c\"", "\"a\\/b\\/c\""},
        {FAULT_BODY_EMPTY, "{}", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cr_expect_str_eq(changed(a, cases[i].form, cases[i].before), cases[i].after, "case %zu", i);
    }
}

Test(fault_body, gzip_has_its_magic_its_length_and_its_checksum)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    struct http_reply reply = {.body = STR("123456789")};
    fault_body_change(FAULT_BODY_GZIP_UNMARKED, &req, &reply);
    const unsigned char *b = (const unsigned char *)reply.body.ptr;
    cr_assert_eq(reply.body.len, 10U + 5U + 9U + 8U);
    cr_expect(b[0] == 0x1F && b[1] == 0x8B && b[10] == 1 && b[11] == 9);
    /* CRC-32 of "123456789" is the check value CBF43926 of its definition. */
    cr_expect(b[24] == 0x26 && b[25] == 0x39 && b[26] == 0xF4 && b[27] == 0xCB && b[28] == 9);
}

Test(fault_body, a_patch_merges_as_rfc_7396_says)
{
    static const struct {
        const char *body, *patch, *result;
    } cases[] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
        {"no json", "{\"a\":1}", "no json"},
    };
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct err err = {0};
        cr_assert_eq(json_read(str_of(cases[i].patch), "patch", NULL, &doc, &err), 0);
        struct http_reply reply = {.body = str_of(cases[i].body)};
        fault_body_patch(doc.root, &req, &reply);
        cr_expect(str_eq_z(reply.body, cases[i].result), "case %zu: %.*s", i, STR_ARG(reply.body));
    }
}
