/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/recorded_error.h"
#include "mock/state/credential_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"
#include "mock/workspace/pat.h"

/* Where tokens are off, nobody may use this API; the text is the service's
 * (databricks/terraform-databricks-examples#196). */
static bool enter(struct exchange *x, struct access *a)
{
    if (!api_enter(x, API_TOKENS, a)) {
        return false;
    }
    if (a->workspace->behaviour->tokens.disabled) {
        (void)api_refuse(x, a, 403, "PERMISSION_DENIED",
                         "User does not have permission to use tokens.");
        return false;
    }
    return true;
}

int token_create(struct exchange *x, struct err *err)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    struct credential *made;
    if (!enter(x, &a) || !api_body(x, &a, &body)) {
        return 0;
    }
    if (pat_create(x, &a, body.root, a.principal, &made, err) < 0) {
        return -1;
    }
    return made != NULL ? pat_reply_new(x, &a, made, pat_info(&a, made)) : 0;
}

int token_list(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    if (!enter(x, &a)) {
        return 0;
    }
    struct json *infos = json_array(), *o = json_object();
    size_t pos = 0;
    for (const struct credential *c; (c = pat_next(&a, a.principal, &pos)) != NULL;) {
        json_push(infos, pat_info(&a, c));
    }
    json_set(o, "token_infos", infos);
    return api_reply(x, &a, o);
}

int token_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    const char *id;
    if (!enter(x, &a) || !api_body(x, &a, &body) ||
        (id = api_required(x, &a, body.root, "token_id")) == NULL) {
        return 0;
    }
    struct credential *c = pat_find(&a, a.principal, str_of(id));
    if (c == NULL) {
        return api_refuse(x, &a, 404, "RESOURCE_DOES_NOT_EXIST", "Token with id %s does not exist.",
                          id);
    }
    c->revoked = true;
    return api_done(x, &a);
}
