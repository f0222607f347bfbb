/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/journal.h"

#include "base/json/json_read.h"

#include <criterion/criterion.h>

static struct journal_record sample(struct arena *a)
{
    struct journal_record r = {
        .seq = 7,
        .time_ms = 1795222406247,
        .real_ms = 403,
        .took_ms = 2,
        .answered_ms = 1,
        .connection = 3,
        .connection_request = 4,
        .tls = true,
        .route = "oidc.token",
        .class = ROUTE_TOKEN,
        .nearest = "GET /x",
        .grant = "refresh_token",
        .principal = "sp",
        .fault = "fault-1",
        .request = {.method = "POST",
                    .host = "h",
                    .target = "/t?a=1",
                    .path = "/t",
                    .framing = "chunked",
                    .body = "b\xc3\xa9",
                    .body_bytes = 99},
        .credential = {.scheme = "Basic",
                       .name = "client_secret",
                       .kind = "client-secret",
                       .state = CREDENTIAL_EXPIRING,
                       .has_life = true,
                       .life_left_ms = -5},
        .response = {.status = 401, .body = "no", .end = "sent"},
    };
    *VEC_PUSH(a, &r.request.query) = (struct journal_pair){"a", "1"};
    *VEC_PUSH(a, &r.request.headers) = (struct journal_pair){"Host", "h"};
    *VEC_PUSH(a, &r.request.headers) = (struct journal_pair){"X", "1"};
    *VEC_PUSH(a, &r.request.headers) = (struct journal_pair){"x", "2"};
    *VEC_PUSH(a, &r.request.form) = (struct journal_pair){"f", ""};
    *VEC_PUSH(a, &r.response.headers) = (struct journal_pair){"server", "s"};
    *VEC_PUSH(a, &r.response.issued) = "access_token_1";
    *VEC_PUSH(a, &r.secrets) = (struct journal_secret){"pat", "base64", "target", 12};
    return r;
}

static struct str written(struct arena *a, const struct journal_record *r)
{
    AUTO_BUF struct buf out = {0};
    AUTO_JSON struct json *json = journal_record_encode(r);
    json_write(&out, json);
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

Test(journal, a_record_survives_being_written_and_read)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_record before = sample(a);
    struct str text = written(a, &before);
    struct journal journal = {0};
    struct err err = {0};
    cr_assert_eq(journal_read(a, text, "j", &journal, &err), 0, "%s", err.msg);
    cr_assert_eq(journal.count, 1);
    const struct journal_record *after = &journal.items[0];
    struct str again = written(a, after);
    cr_expect(str_eq(text, again), "%s", again.ptr);
    cr_expect_eq(after->seq, 7);
    cr_expect_eq(after->class, ROUTE_TOKEN);
    cr_expect_eq(after->credential.state, CREDENTIAL_EXPIRING);
    cr_expect_eq(after->credential.life_left_ms, -5);
    cr_expect_eq(after->secrets.items[0].offset, 12);
    cr_expect_str_eq(after->response.issued.items[0], "access_token_1");
    cr_expect(after->tls);
}

Test(journal, headers_are_found_in_any_case_and_pairs_exactly)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_record r = sample(a);
    cr_expect_str_eq(journal_header(&r.request.headers, "HOST"), "h");
    cr_expect_null(journal_header(&r.request.headers, "none"));
    cr_expect_str_eq(journal_pair_get(&r.request.headers, "x"), "2");
    cr_expect_null(journal_pair_get(&r.request.headers, "host"));
    cr_expect_eq(journal_pair_count(&r.request.headers, "X"), 1);
}

Test(journal, lost_records_are_counted)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct journal journal = {0};
    struct err err = {0};
    cr_assert_eq(journal_read(a, STR("{\"dropped\":3}\n\n"), "j", &journal, &err), 0);
    cr_expect_eq(journal.dropped, 3);
    cr_expect_eq(journal.count, 0);
}

Test(journal, what_is_wrong_is_said_with_the_line)
{
    static const struct {
        const char *from, *to, *said;
    } cases[] = {
        {"\"seq\":7", "\"seq\":\"7\"", "'seq' is not of type number"},
        {"\"seq\":7,", "", "'seq' is missing"},
        {"\"class\":\"token\"", "\"class\":\"tokens\"", "'class' has a value that is not known"},
        {"\"state\":\"expiring\"", "\"state\":\"x\"", "'credential.state' has a value"},
        {"[\"a\",\"1\"]", "[\"a\"]", "'request.query' has a value"},
        {"\"status\":401", "\"status\":-1", "'response.status' has a value"},
        {"\"tls\":true", "\"tls\":1", "'tls' is not of type boolean"},
    };
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_record r = sample(a);
    struct str good = written(a, &r);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        long at = str_find(good, str_of(cases[i].from), 0);
        cr_assert_geq(at, 0, "%s", cases[i].from);
        const char *bad = arena_printf(a, "%s\n%.*s%s%s\n", good.ptr, (int)at, good.ptr,
                                       cases[i].to, good.ptr + (size_t)at + strlen(cases[i].from));
        struct journal journal = {0};
        struct err err = {0};
        cr_assert_eq(journal_read(a, str_of(bad), "run.ndjson", &journal, &err), -1, "%s", bad);
        cr_expect_not_null(strstr(err.msg, cases[i].said), "%s", err.msg);
        cr_expect_eq(err.line, 2);
        cr_expect_str_eq(err.file, "run.ndjson");
    }
}

Test(journal, names_of_classes_and_states_lead_back)
{
    for (int c = 0; c < ROUTE_CLASS_COUNT; c++) {
        cr_expect_eq(route_class_of(route_class_name((enum route_class)c)), c);
    }
    for (int s = 0; s < CREDENTIAL_STATE_COUNT; s++) {
        cr_expect_eq(credential_state_of(credential_state_name((enum credential_state)s)), s);
    }
    cr_expect_eq(route_class_of("none"), -1);
    cr_expect_eq(credential_state_of("none"), -1);
}
