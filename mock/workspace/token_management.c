/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/http/recorded_error.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/pat.h"

enum { MS_PER_DAY = 86400000 };

/* Ids are numbers here (databricks-sdk-py service/settings.py, TokenInfo). */
static void set_id(struct json *o, const char *key, const char *id)
{
    struct err ignored = {0};
    int64_t n;
    if (parse_int64(str_of(id), 0, INT64_MAX, &n, &ignored) == 0) {
        json_set_int(o, key, n);
    }
}

static struct json *info_make(const struct access *a, const struct credential *c)
{
    struct json *o = pat_info(a, c);
    const struct json *note =
        object_get(api_objects(a, PAT_NOTES), str_of(json_get_string(o, "token_id", "")));
    set_id(o, "owner_id", c->principal->id);
    set_id(o, "created_by_id", json_get_string(note, "created_by_id", c->principal->id));
    json_set_string(
        o, "created_by_username",
        json_get_string(note, "created_by_username", principal_user_name(c->principal)));
    set_id(o, "workspace_id", a->workspace->workspace_id);
    json_set_int(o, "last_used_day", c->issued_ms / MS_PER_DAY * MS_PER_DAY);
    return o;
}

/* The text of the refusal: databricks/cli#596. */
int managed_token_create(struct exchange *x, struct err *err)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *id;
    struct credential *made;
    if (!api_enter(x, API_TOKEN_MANAGEMENT, &a) || !api_body(x, &a, &body) ||
        (id = api_required(x, &a, body.root, "application_id")) == NULL) {
        return 0;
    }
    const struct scenario_tokens *rules = &a.workspace->behaviour->tokens;
    if (rules->on_behalf_of_disabled || rules->disabled) {
        return api_refuse(x, &a, 403, "PERMISSION_DENIED",
                          "On-behalf-of token creation for service principals is not enabled for "
                          "this workspace");
    }
    const struct principal *p = principal_store_client(a.state->principals, str_of(id));
    if (p == NULL) {
        return api_refuse(x, &a, 404, "RESOURCE_DOES_NOT_EXIST",
                          "Service principal with application id %s does not exist.", id);
    }
    if (pat_create(x, &a, body.root, p, &made, err) < 0) {
        return -1;
    }
    return made != NULL ? pat_reply_new(x, &a, made, info_make(&a, made)) : 0;
}

static bool is_made_by(const struct json *info, const char *id, const char *name)
{
    struct err ignored = {0};
    int64_t wanted = 0;
    if (id != NULL && (parse_int64(str_of(id), 0, INT64_MAX, &wanted, &ignored) < 0 ||
                       json_get_int(info, "created_by_id", -1) != wanted)) {
        return false;
    }
    return name == NULL || strcmp(json_get_string(info, "created_by_username", ""), name) == 0;
}

int managed_tokens_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!api_enter(x, API_TOKEN_MANAGEMENT, &a)) {
        return 0;
    }
    const char *by_id = api_param(x, "created_by_id");
    const char *by_name = api_param(x, "created_by_username");
    struct json *infos = json_array(), *o = json_object();
    size_t pos = 0;
    for (const struct credential *c; (c = pat_next(&a, NULL, &pos)) != NULL;) {
        AUTO_JSON struct json *info = info_make(&a, c);
        if (is_made_by(info, by_id, by_name)) {
            json_push(infos, TAKE_PTR(info));
        }
    }
    json_set(o, "token_infos", infos);
    return api_reply(x, &a, o);
}

static struct credential *wanted(struct exchange *x, struct access *a)
{
    struct str id = x->req->captures[0];
    if (!api_enter(x, API_TOKEN_MANAGEMENT, a)) {
        return NULL;
    }
    struct credential *c = pat_find(a, NULL, id);
    if (c == NULL) {
        (void)api_refuse(x, a, 404, "RESOURCE_DOES_NOT_EXIST", "Token with id %.*s does not exist.",
                         STR_ARG(id));
    }
    return c;
}

int managed_token_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    const struct credential *c = wanted(x, &a);
    if (c == NULL) {
        return 0;
    }
    struct json *o = json_object();
    json_set(o, "token_info", info_make(&a, c));
    return api_reply(x, &a, o);
}

int managed_token_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    struct credential *c = wanted(x, &a);
    if (c == NULL) {
        return 0;
    }
    c->revoked = true;
    return api_done(x, &a);
}
