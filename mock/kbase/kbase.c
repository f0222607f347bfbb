/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/kbase/kbase.h"

#include "base/core/attrs.h"
#include "base/json/json_read.h"
#include "base/secret/secret.h"
#include "mock/access/note.h"
#include "mock/state/kbase_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"

enum { CACHE_FOR_MS = 300000, NAME_MAX_CHARS = 100 };
#define AGENT_LIFETIME_MS ((int64_t)7 * 24 * 3600 * 1000)
#define SOURCE            "kbase/auth2 service/api, ErrorType"

/* The errors, by application code. */
static const struct kbase_error {
    int code, status;
    const char *http, *text;
} errors[] = {
    {10010, 400, "Bad Request", "No authentication token"},
    {10020, 401, "Unauthorized", "Invalid token"},
    {20010, 403, "Forbidden", "Account disabled"},
    {30000, 400, "Bad Request", "Missing input parameter"},
    {30001, 400, "Bad Request", "Illegal input parameter"},
};

static int refuse(struct exchange *x, int code, const char *detail)
{
    const struct kbase_error *e = errors;
    while (e->code != code) {
        e++;
    }
    struct json *inner = json_object(), *o = json_object();
    json_set_int(inner, "httpcode", e->status);
    json_set_string(inner, "httpstatus", e->http);
    json_set_int(inner, "appcode", e->code);
    json_set_string(inner, "apperror", e->text);
    json_set_string(inner, "message",
                    arena_printf(x->req->arena, "%d %s%s%s", e->code, e->text,
                                 detail != NULL ? ": " : "", detail != NULL ? detail : ""));
    json_set_string(inner, "callid", x->req->request_id);
    json_set_int(inner, "time", mock_state_now_ms(x->state));
    json_set(o, "error", inner);
    http_reply_json(x->req, x->reply, e->status, o);
    return 0;
}

static void note(struct exchange *x, struct str sent, const struct kbase_token *t,
                 enum credential_state state)
{
    const struct mock_state *s = x->state;
    const struct canary *c = sent.len > 0 ? secret_set_find(s->canaries, sent) : NULL;
    note_secret(x, str_starts(sent, STR("Bearer ")) ? STR("Bearer") : STR(""), c, state);
    if (t != NULL) {
        x->notes->principal = arena_strdup(x->req->arena, t->account->user);
        x->notes->credential.has_life = true;
        x->notes->credential.life_left_ms = t->expires_ms - mock_state_now_ms(s);
    }
}

/* NULL: the answer has been written. */
static const struct kbase_token *enter(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct http_field *header = http_req_header(x->req, "Authorization");
    struct str sent = header != NULL ? str_trim(header->value) : STR("");
    if (sent.len == 0) {
        note(x, sent, NULL, CREDENTIAL_ABSENT);
        (void)refuse(x, 10010, "No user token provided");
        return NULL;
    }
    const struct kbase_token *t = kbase_token_find(s->services->kbase, sent);
    if (t == NULL) {
        bool scheme = memchr(sent.ptr, ' ', sent.len) != NULL;
        bool other = secret_set_find(s->canaries, sent) != NULL;
        note(x, sent, NULL,
             scheme  ? CREDENTIAL_MALFORMED
             : other ? CREDENTIAL_WRONG
                     : CREDENTIAL_UNKNOWN);
    } else if (t->expires_ms <= mock_state_now_ms(s)) {
        note(x, sent, t, CREDENTIAL_EXPIRED);
        t = NULL;
    } else if (t->account->disabled) {
        note(x, sent, t, CREDENTIAL_REVOKED);
        (void)refuse(x, 20010, "This account is disabled");
        return NULL;
    } else {
        note(x, sent, t, CREDENTIAL_LIVE);
        return t;
    }
    (void)refuse(x, 10020, NULL);
    return NULL;
}

static struct json *token_json(const struct kbase_token *t)
{
    struct err ignored = {0};
    AUTO_JSON_DOC struct json_doc custom = {0};
    struct json *o = json_object();
    json_set_string(o, "type", t->type);
    json_set_string(o, "id", t->id);
    json_set_int(o, "expires", t->expires_ms);
    json_set_int(o, "created", t->created_ms);
    json_set_string(o, "name", t->name);
    json_set_string(o, "user", t->account->user);
    bool readable = json_read(str_of(t->custom), "custom context", NULL, &custom, &ignored) == 0;
    json_set(o, "custom", readable ? json_doc_take_root(&custom) : json_object());
    json_set_int(o, "cachefor", CACHE_FOR_MS);
    return o;
}

static int get_token(struct exchange *x, struct err *err UNUSED)
{
    const struct kbase_token *t = enter(x);
    if (t != NULL) {
        http_reply_json(x->req, x->reply, 200, token_json(t));
    }
    return 0;
}

static struct json *roles_json(const struct kbase_account *a)
{
    struct json *list = json_array();
    for (size_t i = 0; i < a->roles.count; i++) {
        struct json *o = json_object();
        json_set_string(o, "id", a->roles.items[i]);
        json_set_string(o, "desc", a->roles.items[i]);
        json_push(list, o);
    }
    return list;
}

static int get_me(struct exchange *x, struct err *err UNUSED)
{
    const struct kbase_token *t = enter(x);
    if (t == NULL) {
        return 0;
    }
    const struct kbase_account *a = t->account;
    struct json *ident = json_object(), *idents = json_array(), *custom = json_array();
    json_set_string(ident, "provider", "OrcID");
    json_set_string(ident, "provusername", a->user);
    json_set_string(ident, "id", a->local_id);
    json_push(idents, ident);
    for (size_t i = 0; i < a->custom_roles.count; i++) {
        json_push(custom, json_string(a->custom_roles.items[i]));
    }
    struct json *o = json_object();
    json_set_string(o, "user", a->user);
    json_set_string(o, "anonid", a->anonymous_id);
    json_set_bool(o, "local", false);
    json_set_string(o, "display", a->display);
    json_set_string(o, "email", a->email);
    json_set_int(o, "created", a->created_ms);
    json_set(o, "lastlogin", json_int(a->created_ms));
    json_set(o, "customroles", custom);
    json_set(o, "roles", roles_json(a));
    json_set(o, "idents", idents);
    json_set(o, "policyids", json_array());
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

/* {"name": "...", "customcontext": {"k": "v"}?} */
static bool body_read(struct exchange *x, struct kbase_token *ret)
{
    struct err bad = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (json_read(x->req->body, "body", NULL, &doc, &bad) < 0 ||
        json_type(doc.root) != JSON_OBJECT) {
        (void)refuse(x, 30001, "Unable to read the request's JSON");
        return false;
    }
    const char *name = json_get_string(doc.root, "name", "");
    const struct json *custom = json_get(doc.root, "customcontext");
    if (name[0] == '\0') {
        (void)refuse(x, 30000, "token name");
        return false;
    }
    if (strlen(name) > NAME_MAX_CHARS ||
        (json_type(custom) != JSON_NULL && json_type(custom) != JSON_OBJECT)) {
        (void)refuse(x, 30001, "token name or customcontext");
        return false;
    }
    AUTO_BUF struct buf text = {0};
    if (json_type(custom) == JSON_OBJECT) {
        json_write(&text, custom);
    } else {
        buf_add_z(&text, "{}");
    }
    ret->name = arena_strdup(x->req->arena, name);
    ret->custom = arena_strdup(x->req->arena, buf_z(&text));
    return true;
}

static int make_token(struct exchange *x, struct err *err)
{
    const struct kbase_token *t = enter(x);
    if (t == NULL) {
        return 0;
    }
    struct kbase_token wanted = {.account = t->account, .type = "Agent"};
    if (!body_read(x, &wanted)) {
        return 0;
    }
    const struct kbase_token *made = kbase_token_make(x->state, &wanted, AGENT_LIFETIME_MS, err);
    if (made == NULL) {
        return -1;
    }
    *VEC_PUSH(x->req->arena, &x->notes->issued) = arena_strdup(x->req->arena, made->canary->name);
    struct json *o = token_json(made);
    json_set_string(o, "token", secret_reveal(made->canary->value).ptr);
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

#define ROWS(at_)                                                                                \
    {"kbase.token", "GET",     at_ "/token",                                                     \
     ROUTE_OTHER,   get_token, "Whose the token is, and until when.",                            \
     SOURCE},                                                                                    \
        {"kbase.token.make",      "POST", at_ "/token", ROUTE_OTHER, make_token,                 \
         "Makes an agent token.", SOURCE},                                                       \
    {                                                                                            \
        "kbase.me", "GET", at_ "/me", ROUTE_OTHER, get_me, "The account with its roles.", SOURCE \
    }

static int get_root(struct exchange *x, struct err *err UNUSED)
{
    struct json *o = json_object();
    json_set_string(o, "version", "0.7.2");
    json_set_string(o, "gitcommithash", "0000000000000000000000000000000000000000");
    json_set_string(o, "servicename", "Authentication Service");
    json_set_int(o, "servertime", mock_state_now_ms(x->state));
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}

static const struct route routes[] = {
    {"kbase.root", "GET", "/services/auth[/]", ROUTE_OTHER, get_root,
     "Which service it is; clients look before they hand out a token.",
     "kbase/auth2 service/ui/Root; kbase-auth-client KBaseAuthClient.create"},
    ROWS("/api/V2"),
    ROWS("/services/auth/api/V2"),
    ROWS("/testmode/api/V2"),
    ROWS("/services/auth/testmode/api/V2"),
};

static const char *const hosts[] = {"kbase.us", "*.kbase.us", NULL};
static const struct route_table table = {"kbase", routes, ARRAY_LEN(routes)};
const struct route_site kbase_site = {.table = &table, .hosts = hosts, .any_host = true};
