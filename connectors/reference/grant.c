/* SPDX-License-Identifier: Apache-2.0 */
#include "grant.h"

#include "defects.h"
#include "google.h"

#include <curl/curl.h>

#include <string.h>

/* The application ids of Azure Databricks and of Azure Resource Manager in every tenant. */
#define AZURE_DATABRICKS "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
#define AZURE_MANAGEMENT "https://management.core.windows.net/"

/* The one address at which a machine's metadata is: plain HTTP, and never through a proxy. */
#define AZURE_METADATA \
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"

bool grant_is_of_workspace(enum auth_type auth)
{
    return auth == AUTH_M2M || auth == AUTH_FEDERATION;
}

/* name=value, form-encoded (RFC 6749 appendix B). */
static void add(struct text *form, const char *name, const char *value)
{
    char *escaped = curl_easy_escape(NULL, value, 0);
    text_printf(form, "%s%s=%s", form->len ? "&" : "", name, escaped);
    explicit_bzero(escaped, strlen(escaped));
    curl_free(escaped);
}

/* client_secret_basic: RFC 6749 section 2.3.1 has both halves form-encoded first. */
static void add_basic(struct text *half, const char *value)
{
    char *escaped = curl_easy_escape(NULL, value, 0);
    text_printf(half, "%s", defect_is(DEFECT_BASIC_NOT_ENCODED) ? value : escaped);
    explicit_bzero(escaped, strlen(escaped));
    curl_free(escaped);
}

static void make_client_credentials(const struct config *c, struct grant *g)
{
    add_basic(&g->username, c->client_id);
    add_basic(&g->password, c->client_secret);
    add(&g->body, "grant_type", "client_credentials");
    add(&g->body, "scope", "all-apis");
}

/* RFC 8693. The service principal has no secret; the workload's token stands for it. */
static void make_exchange(const struct config *c, struct grant *g)
{
    add(&g->body, "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    add(&g->body, "client_id", c->client_id);
    add(&g->body, "subject_token", c->subject_token);
    add(&g->body, "subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
    add(&g->body, "scope", "all-apis");
}

static void make_entra(const struct config *c, enum grant_purpose purpose, struct grant *g)
{
    char *tenant = curl_easy_escape(NULL, c->tenant_id, 0);
    text_printf(&g->url, "https://login.microsoftonline.com/%s/oauth2/v2.0/token", tenant);
    curl_free(tenant);
    if (c->auth == AUTH_OBO) {
        add(&g->body, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        add(&g->body, "requested_token_use", "on_behalf_of");
        add(&g->body, "assertion", c->token);
    } else {
        add(&g->body, "grant_type", "client_credentials");
    }
    add(&g->body, "client_id", c->client_id);
    add(&g->body, "client_secret", c->client_secret);
    add(&g->body, "scope",
        purpose == FOR_SECOND ? AZURE_MANAGEMENT "/.default" : AZURE_DATABRICKS "/.default");
}

static void make_metadata(const struct config *c, struct grant *g)
{
    char *id = curl_easy_escape(NULL, c->client_id, 0);
    text_printf(&g->url, "%s&resource=%s&client_id=%s", AZURE_METADATA, AZURE_DATABRICKS, id);
    curl_free(id);
    g->headers[0] = "Metadata: true";
}

int grant_make(const struct config *c, enum grant_purpose purpose, const char *url,
               struct grant *ret, struct failure *f)
{
    bool is_metadata = c->auth == AUTH_MSI;
    *ret = (struct grant){0};
    switch (c->auth) {
    case AUTH_M2M:
        make_client_credentials(c, ret);
        break;
    case AUTH_FEDERATION:
        make_exchange(c, ret);
        break;
    case AUTH_ENTRA:
    case AUTH_OBO:
        make_entra(c, purpose, ret);
        break;
    case AUTH_MSI:
        make_metadata(c, ret);
        break;
    case AUTH_GOOGLE_CREDENTIALS:
    case AUTH_GOOGLE_ID:
        return google_grant_make(c, purpose, ret, f);
    case AUTH_PAT:
    case AUTH_TOKEN:
    case AUTH_U2M:
    case AUTH_U2M_BUILT_IN:
    case AUTH_TYPES:
        return failure_set(f, "%s asks for no token", auth_type_name(c->auth));
    }
    if (url) {
        text_printf(&ret->url, "%s", url);
    }
    ret->request = (struct http_request){
        .method = is_metadata ? "GET" : "POST",
        .url = text_z(&ret->url),
        .username = ret->username.len ? text_z(&ret->username) : NULL,
        .password = ret->username.len ? text_z(&ret->password) : NULL,
        .headers = ret->headers,
        .content_type = is_metadata ? NULL : "application/x-www-form-urlencoded",
        .body = is_metadata ? NULL : text_z(&ret->body),
        .is_patient = is_metadata};
    return 0;
}

void grant_done(struct grant *g)
{
    text_done(&g->url);
    text_done(&g->body);
    text_done(&g->username);
    text_done(&g->password);
}
