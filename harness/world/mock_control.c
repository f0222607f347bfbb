/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net/http_client.h"
#include "base/secret/secret.h"
#include "base/wire/control.h"
#include "base/wire/scenario.h"
#include "harness/world/mock_process.h"
#include "harness/world/scenario_encode.h"

#include <stdio.h>

static int refusal(const struct http_response *response, const char *method, const char *path,
                   struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    const char *said = "no reason given", *hint = "";
    if (json_read(buf_str(&response->body), "the mock's answer", NULL, &doc, &ignored) == 0) {
        said = json_get_string(doc.root, "error", said);
        hint = json_get_string(doc.root, "hint", hint);
    }
    err_set(err, ERR_PROTOCOL, "the mock server refused %s %s with %d: %.200s", method, path,
            response->status, said);
    err_hint(err, "%.200s", hint);
    return -1;
}

static int exchange(struct mock_process *m, const char *method, const char *path,
                    const struct json *body, struct http_response *ret, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    char url[256];
    (void)snprintf(url, sizeof(url), "http://mock%s", path);
    const struct http_header json_type = {"Content-Type", "application/json"};
    struct http_request request = {.method = method, .url = url};
    if (body != NULL) {
        json_write(&text, body);
        request.body = buf_str(&text);
        request.headers = &json_type;
        request.header_count = 1;
    }
    if (m->client == NULL) {
        return err_set(err, ERR_UNAVAILABLE, "the %s server is not running", m->name);
    }
    if (http_send(m->client, &request, ret, err) < 0) {
        return err_wrap(err, "the %s server did not answer %s %s", m->name, method, path);
    }
    return ret->status < 400 ? 0 : refusal(ret, method, path, err);
}

int mock_call(struct mock_process *m, const char *method, const char *path, const struct json *body,
              struct json_doc *ret_doc, struct err *err)
{
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    if (exchange(m, method, path, body, &response, err) < 0) {
        return -1;
    }
    if (ret_doc == NULL) {
        return 0;
    }
    return json_read(buf_str(&response.body), "the mock server's answer", NULL, ret_doc, err);
}

int mock_add_canary(struct mock_process *m, const char *name, const char *kind, const char *value,
                    struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    json_set_string(json_set_string(json_set_string(body, "name", name), "kind", kind), "value",
                    value);
    return mock_call(m, "POST", CONTROL_CANARIES, body, NULL, err);
}

int mock_mint(struct arena *a, struct mock_process *m, const struct mock_minting *minting,
              const char **ret_name, const char **ret_value, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    AUTO_JSON_DOC struct json_doc doc = {0};
    json_set_string(json_set_string(body, "kind", minting->kind), "principal", minting->principal);
    json_set_string(body, "host", minting->host);
    if (minting->lifetime_ms != 0) {
        json_set_int(body, "lifetime_ms", minting->lifetime_ms);
    }
    if (minting->issuer != NULL) {
        json_set_string(body, "issuer", minting->issuer);
    }
    if (minting->entra_app != NULL) {
        json_set_string(body, "entra_app", minting->entra_app);
    }
    if (minting->claims != NULL) {
        json_set(body, "claims", json_copy(minting->claims));
    }
    if (mock_call(m, "POST", CONTROL_MINT, body, &doc, err) < 0) {
        return -1;
    }
    const char *name = json_get_string(doc.root, "name", NULL);
    const char *value = json_get_string(doc.root, "value", NULL);
    if (name == NULL || value == NULL) {
        return err_set(err, ERR_PROTOCOL, "the mock server minted nothing");
    }
    *ret_name = arena_strdup(a, name);
    *ret_value = arena_strdup(a, value);
    return 0;
}

int mock_revoke(struct mock_process *m, const char *principal, const char *kind,
                int64_t *ret_revoked, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    AUTO_JSON_DOC struct json_doc doc = {0};
    json_set_string(body, "principal", principal);
    if (kind != NULL) {
        json_set_string(body, "kind", kind);
    }
    if (mock_call(m, "POST", CONTROL_REVOKE, body, &doc, err) < 0) {
        return -1;
    }
    *ret_revoked = json_get_int(doc.root, "revoked", 0);
    return 0;
}

int mock_add_fault(struct mock_process *m, const struct scenario_fault *fault, struct err *err)
{
    AUTO_JSON struct json *body = scenario_encode(&scenario_fault_shape, fault);
    return mock_call(m, "POST", CONTROL_FAULTS, body, NULL, err);
}

int mock_wall_ms(struct mock_process *m, int64_t *ret_wall_ms, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_CLOCK, NULL, &doc, err) < 0) {
        return -1;
    }
    *ret_wall_ms = json_get_int(doc.root, "wall_ms", 0);
    return 0;
}

int mock_newest_end(struct mock_process *m, const char *kind, bool *ret_found, int64_t *ret_end_ms,
                    struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_BUF struct buf path = {0};
    int64_t newest_ms = -1;
    buf_printf(&path, "%s?kind=%s", CONTROL_TOKENS, kind);
    if (mock_call(m, "GET", buf_z(&path), NULL, &doc, err) < 0) {
        return -1;
    }
    *ret_found = false;
    JSON_FOREACH(token, doc.root) {
        int64_t issued_ms = json_get_int(token, "issued_ms", 0);
        if (issued_ms >= newest_ms && json_get(token, "expires_ms") != NULL) {
            newest_ms = issued_ms;
            *ret_found = true;
            *ret_end_ms = json_get_int(token, "expires_ms", 0);
        }
    }
    return 0;
}

int mock_advance(struct mock_process *m, int64_t advance_ms, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    json_set_int(body, "advance_ms", advance_ms);
    return mock_call(m, "POST", CONTROL_CLOCK, body, NULL, err);
}

int mock_rounds_watch(struct mock_process *m, const struct mock_rounds *what, struct err *err)
{
    AUTO_JSON struct json *body = json_object();
    struct json *holds = json_array();
    for (size_t i = 0; i < what->hold_count; i++) {
        json_push(holds, json_int(what->hold_after[i]));
    }
    json_set(body, "hold_after", holds);
    if (what->table != NULL) {
        json_set_string(body, "table", what->table);
    }
    if (what->statement != NULL) {
        json_set_string(body, "statement", what->statement);
    }
    return mock_call(m, "PUT", CONTROL_ROUNDS, body, NULL, err);
}

int mock_rounds_look(struct mock_process *m, int64_t *ret_ended, bool *ret_held, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_ROUNDS, NULL, &doc, err) < 0) {
        return -1;
    }
    *ret_ended = json_get_int(doc.root, "ended", 0);
    *ret_held = json_get_int(doc.root, "held", 0) > 0;
    return 0;
}

int mock_rounds_release(struct mock_process *m, struct err *err)
{
    return mock_call(m, "POST", CONTROL_ROUNDS_RELEASE, NULL, NULL, err);
}

int mock_journal_seq(struct mock_process *m, int64_t *ret_seq, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_JOURNAL_COUNT, NULL, &doc, err) < 0) {
        return -1;
    }
    int64_t seq = json_get_int(doc.root, "seq", -1);
    if (seq < 0) {
        return err_set(err, ERR_PROTOCOL, "the mock server did not say how long its journal is");
    }
    *ret_seq = seq;
    return 0;
}

int mock_journal(struct mock_process *m, struct buf *ret_ndjson, struct err *err)
{
    AUTO_HTTP_RESPONSE struct http_response response = {0};
    if (exchange(m, "GET", CONTROL_JOURNAL, NULL, &response, err) < 0) {
        return -1;
    }
    buf_add_str(ret_ndjson, buf_str(&response.body));
    return 0;
}

int mock_canaries(struct mock_process *m, struct secret_set *set, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_CANARIES, NULL, &doc, err) < 0) {
        return -1;
    }
    JSON_FOREACH(item, doc.root) {
        const char *name = json_get_string(item, "name", NULL);
        const char *value = json_get_string(item, "value", NULL);
        int kind = secret_kind_of(json_get_string(item, "kind", ""));
        if (name == NULL || value == NULL || kind < 0 || strlen(value) < 8) {
            return err_set(err, ERR_PROTOCOL,
                           "the mock server names a canary without value or kind");
        }
        (void)secret_set_add(set, name, (enum secret_kind)kind, str_of(value));
    }
    return 0;
}
