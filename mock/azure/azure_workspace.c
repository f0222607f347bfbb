/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"
#include "mock/azure/azure.h"
#include "mock/azure/entra.h"
#include "mock/http/recorded_error.h"
#include "mock/state/workspace_store.h"

/* What an Azure workspace tells about its tenant: by where it redirects to. */

static const char *login_of(const struct workspace *w)
{
    struct str host = str_of(w->host);
    return str_ends(host, STR(".azure.us"))   ? "login.microsoftonline.us"
           : str_ends(host, STR(".azure.cn")) ? "login.partner.microsoftonline.cn"
                                              : "login.microsoftonline.com";
}

static void redirect(struct exchange *x, const char *location)
{
    http_reply_text(x->req, x->reply, 302, "text/html; charset=utf-8", STR(""));
    http_reply_header(x->req, x->reply, "location", location);
    access_service_headers(x);
}

int azure_aad_auth(struct exchange *x, struct err *err UNUSED)
{
    const struct workspace *w = access_workspace(x);
    if (w == NULL) {
        return 0;
    }
    if (w->tenant_id[0] == '\0') {
        recorded_error_reply(x->req, x->reply, "endpoint-not-found", NULL);
        access_service_headers(x);
        return 0;
    }
    redirect(x, arena_printf(
                    x->req->arena,
                    "https://%s/%s/oauth2/authorize?response_type=code&client_id=" ENTRA_DATABRICKS
                    "&redirect_uri=https%%3A%%2F%%2F%s%%2Flogin.html",
                    login_of(w), w->tenant_id, w->host));
    return 0;
}

/* The query is handed on as it came. */
int azure_authorize_redirect(struct exchange *x, struct err *err UNUSED)
{
    const struct workspace *w = access_workspace(x);
    if (w == NULL) {
        return 0;
    }
    struct arena *a = x->req->arena;
    const char *query =
        x->req->query.len > 0 ? arena_printf(a, "?%.*s", STR_ARG(x->req->query)) : "";
    bool azure = w->tenant_id[0] != '\0';
    redirect(x, azure ? arena_printf(a, "https://%s/%s/oauth2/v2.0/authorize%s", login_of(w),
                                     w->tenant_id, query)
                      : arena_printf(a, "%s/oidc/v1/authorize%s", http_req_origin(x->req), query));
    return 0;
}
