/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/recorded_error.h"

#include "base/json/json_read.h"

#include <criterion/criterion.h>

static const char request_id[] = "11111111-2222-4333-8444-555555555555";

static void reply_make(struct arena *a, const char *name, const char *message,
                       struct http_reply *reply)
{
    struct http_req req = {.arena = a, .request_id = request_id};
    *reply = (struct http_reply){0};
    recorded_error_reply(&req, reply, name, message);
}

static bool is_json(const struct http_reply *reply)
{
    const struct http_field *type = http_reply_get_header(reply, "content-type");
    return type != NULL && str_starts(type->value, STR("application/json"));
}

Test(recorded_error, every_row_makes_a_whole_answer)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct recorded_error *row = NULL;
    for (size_t i = 0; (row = recorded_error_at(i)) != NULL; i++) {
        struct http_reply reply;
        reply_make(a, row->name, "it said \"<no>\"\n", &reply);
        cr_expect_eq(recorded_error_find(row->name), row, "%s is there twice", row->name);
        cr_expect(reply.status >= 200 && reply.status < 600);
        cr_expect_eq(str_find(reply.body, STR("${"), 0), -1, "%s", row->name);
        cr_expect(row->source != NULL && row->source[0] != '\0');
        if (is_json(&reply)) {
            AUTO_JSON_DOC struct json_doc doc = {0};
            struct err err = {0};
            cr_expect_eq(json_read(reply.body, row->name, NULL, &doc, &err), 0, "%s", err.msg);
        }
    }
}

Test(recorded_error, gateway_codes_are_numbers_and_service_codes_are_names)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_reply reply;
    reply_make(a, "invalid-access-token", NULL, &reply);
    cr_expect_eq(reply.status, 403);
    cr_expect(str_eq_z(reply.body, "{\"error_code\":403,\"message\":\"Invalid access token.\"}"));
    cr_expect_null(http_reply_get_header(&reply, "www-authenticate"));
    reply_make(a, "credential-not-sent", NULL, &reply);
    cr_expect_eq(reply.status, 401);
    cr_expect(str_eq_z(http_reply_get_header(&reply, "www-authenticate")->value,
                       "Bearer realm=\"DatabricksRealm\""));
    reply_make(a, "permission-denied", "no", &reply);
    cr_expect(str_eq_z(reply.body, "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no\"}"));
}

Test(recorded_error, request_ids_are_filled_in)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_reply reply;
    reply_make(a, "ip-acl", "blocked", &reply);
    cr_expect_geq(str_find(reply.body, STR("blocked [ReqId: 11111111-"), 0), 0);
    reply_make(a, "invalid_client", NULL, &reply);
    cr_expect_geq(str_find(reply.body, STR("\"error_id\":\"11111111-"), 0), 0);
}

Test(recorded_error, an_empty_answer_has_no_type)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_reply reply;
    reply_make(a, "empty-400", NULL, &reply);
    cr_expect_eq(reply.status, 400);
    cr_expect_eq(reply.body.len, 0);
    cr_expect_null(http_reply_get_header(&reply, "content-type"));
}

Test(recorded_error, texts_cannot_break_their_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_reply reply;
    reply_make(a, "invalid-access-token", "a\r\nx: y", &reply);
    cr_expect(
        str_eq_z(http_reply_get_header(&reply, "x-databricks-reason-phrase")->value, "ax: y"));
    reply_make(a, "html-403", "<script>", &reply);
    cr_expect_eq(str_find(reply.body, STR("<script>"), 0), -1);
}

Test(recorded_error, service_errors_carry_the_request_id_in_their_details)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct http_req req = {.arena = a, .request_id = request_id};
    struct http_reply reply = {0};
    recorded_error_service(&req, &reply, 404, "NOT_FOUND", "nothing");
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err err = {0};
    cr_assert_eq(json_read(reply.body, "body", NULL, &doc, &err), 0);
    cr_expect_str_eq(json_get_string(doc.root, "error_code", ""), "NOT_FOUND");
    const struct json *info = json_at(json_get(doc.root, "details"), 0);
    cr_expect_str_eq(json_get_string(info, "request_id", ""), request_id);
}
