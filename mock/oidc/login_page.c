/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/authorize.h"
#include "mock/oidc/place.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/mock_state.h"
#include "mock/state/workspace_store.h"

/* What login.databricks.com does when a user who is signed in comes: it picks the workspace or the
 * account and goes on to its authorize endpoint (databricks-sdk-go credentials/u2m,
 * databricks/cli libs/auth). Here that is one step. */

/* ":8443" of the Host header, or "": a mock at another port is so for all its hosts. */
static const char *port_of(struct exchange *x)
{
    const struct http_field *host = http_req_header(x->req, "Host");
    struct str value = host != NULL ? host->value : STR("");
    return value.len > x->req->host.len ? arena_strndup(x->req->arena, value.ptr + x->req->host.len,
                                                        value.len - x->req->host.len)
                                        : "";
}

static const char *console_of(const struct workspace *w)
{
    return strcmp(w->cloud, "Azure") == 0 ? "accounts.azuredatabricks.net"
           : strcmp(w->cloud, "GCP") == 0 ? "accounts.gcp.databricks.com"
                                          : "accounts.cloud.databricks.com";
}

static struct oidc_place place_chosen(struct exchange *x, const struct workspace *w, bool account)
{
    struct arena *a = x->req->arena;
    const char *host = account ? console_of(w) : w->host;
    const char *origin =
        strcmp(w->host, "*") == 0
            ? http_req_origin(x->req)
            : arena_printf(a, "%s://%s%s", x->req->tls ? "https" : "http", host, port_of(x));
    return (struct oidc_place){
        .issuer = account ? arena_printf(a, "%s/oidc/accounts/%s", origin, w->account_id)
                          : arena_printf(a, "%s/oidc", origin),
        .audience = account ? w->account_id : w->workspace_id,
        .workspace = w,
    };
}

/* The query of "/oidc/v1/authorize?...", whatever account or workspace path it names. */
static bool destination_take(struct exchange *x, struct url_params *ret)
{
    struct err ignored = {0};
    struct str url = params_value(&x->req->params, "destination_url");
    long mark = str_find(url, STR("?"), 0);
    struct str path = str_slice(url, 0, mark < 0 ? url.len : (size_t)mark);
    struct str query = mark < 0 ? STR("") : str_slice(url, (size_t)mark + 1, url.len);
    return str_starts(path, STR("/oidc/")) && str_ends(path, STR("/v1/authorize")) &&
           form_parse(x->req->arena, query, ret, &ignored) == 0;
}

int authorize_login_page(struct exchange *x, struct err *err)
{
    const struct mock_state *s = x->state;
    const struct workspace *w = workspace_store_at(s->workspaces, 0);
    struct url_params params = {0};
    if (w == NULL || !destination_take(x, &params)) {
        recorded_error_reply(x->req, x->reply, "html-login", NULL);
        access_service_headers(x);
        return 0;
    }
    bool account = str_eq_z(params_value(&x->req->params, "target"), "ACCOUNT");
    struct oidc_place place = place_chosen(x, w, account);
    return authorize_at(x, &place, &params, true, err);
}
