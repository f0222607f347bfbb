/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/door.h"

#include "base/text/cidr.h"
#include "mock/http/recorded_error.h"
#include "mock/state/credential_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

#define REASON_HEADER "x-databricks-reason-phrase"

void door_refuse(struct exchange *x, const struct workspace *w, const char *error,
                 const char *message)
{
    const struct recorded_error *row = recorded_error_find(error);
    const char *plain = message != NULL ? message : row->message;
    bool gateway = strstr(row->body, "\"error_code\":4") != NULL;
    if (!gateway || !w->behaviour->door.request_ids || strstr(row->body, "${reqid}") != NULL) {
        recorded_error_reply(x->req, x->reply, error, message);
        return;
    }
    recorded_error_reply(x->req, x->reply, error,
                         arena_printf(x->req->arena, "%s [ReqId: %s]", plain, x->req->request_id));
    if (http_reply_get_header(x->reply, REASON_HEADER) != NULL) {
        http_reply_header(x->req, x->reply, REASON_HEADER, plain);
        http_reply_header(x->req, x->reply, "x-databricks-apiproxy-response-code-details",
                          "ext_authz_denied");
    }
}

const char *door_unknown_error(const struct workspace *w)
{
    return w->behaviour->door.unknown_token == UNKNOWN_TOKEN_401 ? "credential-not-sent"
                                                                 : "invalid-access-token";
}

static bool refuse(struct exchange *x, const struct access *a, const char *error,
                   const char *message)
{
    door_refuse(x, a->workspace, error, message);
    access_service_headers(x);
    return false;
}

static bool source_is_allowed(const struct scenario_door *door, struct str source)
{
    bool allowed = door->allowed_sources.count == 0;
    for (size_t i = 0; i < door->allowed_sources.count && !allowed; i++) {
        allowed = cidr_contains(str_of(door->allowed_sources.items[i]), source);
    }
    return allowed && !door->blocked;
}

/* The workspace that the request says it is for, when that is another one; else NULL. */
static const char *other_workspace(struct exchange *x, const struct workspace *w)
{
    static const char *const names[] = {"X-Databricks-Workspace-Id", "X-Databricks-Org-Id"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct http_field *header = http_req_header(x->req, names[i]);
        if (header != NULL && !str_eq_z(header->value, w->workspace_id)) {
            struct str shown = str_slice(header->value, 0, 64);
            return arena_printf(x->req->arena, "%.*s", STR_ARG(shown));
        }
    }
    return NULL;
}

bool door_enter(struct exchange *x, const struct access *a)
{
    const struct workspace *w = a->workspace;
    const struct scenario_door *door = &w->behaviour->door;
    struct arena *arena = x->req->arena;
    struct str source = x->req->source;
    const char *other = other_workspace(x, w);
    if (!source_is_allowed(door, source)) {
        return refuse(x, a, "ip-acl",
                      arena_printf(arena,
                                   "Source IP address: %.*s is blocked by Databricks IP ACL for "
                                   "workspace: %s",
                                   STR_ARG(source), w->workspace_id));
    }
    if (door->assigned.count > 0 && !str_list_has(&door->assigned, str_of(a->principal->name))) {
        x->notes->credential.state = CREDENTIAL_WRONG;
        return refuse(x, a, "not-assigned",
                      arena_printf(arena, "Unauthorized access to Org: %s", w->workspace_id));
    }
    if (other != NULL) {
        x->notes->credential.state = CREDENTIAL_WRONG;
        return refuse(x, a, "wrong-org", arena_printf(arena, "Invalid access to Org: %s", other));
    }
    if (w->behaviour->tokens.disabled && a->credential->kind == SECRET_PAT) {
        return refuse(x, a, "invalid-access-token", NULL);
    }
    return true;
}

bool door_is_admin(const struct access *a)
{
    return str_list_has(&a->workspace->behaviour->door.admins, str_of(a->principal->name));
}
