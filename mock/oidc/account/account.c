/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/account/account.h"

#include "base/sys/clock.h"
#include "base/text/number.h"
#include "mock/access/access.h"
#include "mock/access/note.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/account/account_priv.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

enum { PAGE_DEFAULT = 100, PAGE_MAX = 1000, STRINGS_MAX = 100, STRING_MAX_BYTES = 2000 };

/* A token of a workspace is refused here as one of the account is there; PATs are of workspaces. */
static const char *refusal(const struct workspace *account, struct credential_answer *answer)
{
    const struct credential *c = answer->credential;
    if (answer->error != NULL) {
        return answer->error;
    }
    if (c->kind == SECRET_PAT) {
        answer->state = CREDENTIAL_WRONG;
        return "credential-not-sent";
    }
    if (account == NULL || strcmp(c->audience, account->account_id) != 0) {
        answer->state = CREDENTIAL_WRONG;
        return "invalid-access-token";
    }
    return c->principal->account_admin ? NULL : "permission-denied";
}

bool account_enter(struct exchange *x, struct account_call *ret)
{
    struct mock_state *s = x->state;
    const struct http_field *header = http_req_header(x->req, "Authorization");
    const struct credential_question q = {
        .authorization = header != NULL ? header->value : STR(""),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
        .scope = "all-apis",
    };
    struct credential_answer answer;
    const struct workspace *w = workspace_store_account(s->workspaces, x->req->captures[0]);
    *ret = (struct account_call){.x = x, .state = s, .account = w};
    credential_check(s, &q, &answer);
    const char *error = refusal(w, &answer);
    note_credential(x, &answer);
    if (error != NULL) {
        account_refuse(ret, error, answer.message[0] != '\0' ? answer.message : NULL);
        return false;
    }
    ret->admin = answer.credential->principal;
    return true;
}

const struct principal *account_service_principal(struct account_call *c, size_t capture)
{
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(c->state->principals, i)) != NULL; i++) {
        if (p->kind == PRINCIPAL_SERVICE && str_eq_z(c->x->req->captures[capture], p->id)) {
            return p;
        }
    }
    account_refuse(c, "resource-does-not-exist", "There is no such service principal");
    return NULL;
}

void account_reply(struct account_call *c, struct json *body_take)
{
    http_reply_json(c->x->req, c->x->reply, 200, body_take);
    access_service_headers(c->x);
}

void account_refuse(struct account_call *c, const char *error, const char *message)
{
    recorded_error_reply(c->x->req, c->x->reply, error, message);
    access_service_headers(c->x);
}

bool account_body(struct account_call *c, struct json_doc *ret_doc)
{
    struct err ignored = {0};
    if (json_read(c->x->req->body, "body", NULL, ret_doc, &ignored) < 0) {
        account_refuse(c, "malformed-request", NULL);
        return false;
    }
    if (json_type(ret_doc->root) != JSON_OBJECT) {
        account_refuse(c, "malformed-request", NULL);
        return false;
    }
    return true;
}

bool account_strings(struct account_call *c, const struct json *body, const char *key,
                     const struct str_list **ret)
{
    struct arena *a = c->x->req->arena;
    const struct json *list = json_get(body, key);
    if (list == NULL) {
        return true;
    }
    struct str_list *strings = ARENA_NEW(a, struct str_list);
    bool ok = json_type(list) == JSON_ARRAY && json_count(list) <= STRINGS_MAX;
    JSON_FOREACH(item, list) {
        const char *text = json_string_or(item, "");
        ok = ok && text[0] != '\0' && strlen(text) <= STRING_MAX_BYTES;
        *VEC_PUSH(a, strings) = arena_strdup(a, text);
    }
    if (!ok) {
        account_refuse(c, "invalid-parameter", arena_printf(a, "%s is no list of strings", key));
        return false;
    }
    *ret = strings;
    return true;
}

static bool query_number(struct account_call *c, const char *name, int64_t max, size_t *ret)
{
    const struct url_param *p = params_get(&c->x->req->params, name);
    struct err ignored = {0};
    int64_t number;
    if (p == NULL || p->value.len == 0) {
        return true;
    }
    if (parse_int64(p->value, 0, max, &number, &ignored) < 0) {
        account_refuse(c, "invalid-parameter",
                       arena_printf(c->x->req->arena, "%s is invalid", name));
        return false;
    }
    *ret = (size_t)number;
    return true;
}

bool account_page_take(struct account_call *c, struct account_page *ret)
{
    *ret = (struct account_page){.size = PAGE_DEFAULT};
    if (!query_number(c, "page_size", INT32_MAX, &ret->size) ||
        !query_number(c, "page_token", INT32_MAX, &ret->from)) {
        return false;
    }
    if (ret->size == 0 || ret->size > PAGE_MAX) {
        ret->size = ret->size == 0 ? PAGE_DEFAULT : PAGE_MAX;
    }
    return true;
}

void account_page_reply(struct account_call *c, const struct account_page *page, const char *key,
                        struct json *list_take, bool more)
{
    struct json *o = json_object();
    json_set(o, key, list_take);
    if (more) {
        json_set_string(o, "next_page_token",
                        arena_printf(c->x->req->arena, "%zu", page->from + page->size));
    }
    account_reply(c, o);
}

void account_set_time(struct json *o, const char *key, int64_t wall_ms)
{
    char text[32];
    json_set_string(o, key, format_rfc3339(wall_ms, text, sizeof(text)));
}
