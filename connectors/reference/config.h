/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_CONFIG_H
#define REFERENCE_CONFIG_H

/* What a connection is made with. It comes from the arguments and from variables named CONNECTOR_*,
 * and from nowhere else: no DATABRICKS_* variable, no ~/.databrickscfg, no netrc. So nothing that
 * lies around on a machine can decide who the connector is.
 *
 *   --auth TYPE              the way to authenticate; there is no default
 *   CONNECTOR_HOST           workspace URL
 *   CONNECTOR_TOKEN          pat: personal access token; token: the user's access token; obo: the
 *                            user's token for this application
 *   CONNECTOR_CLIENT_ID, CONNECTOR_CLIENT_SECRET    m2m, entra, obo: the service principal, or
 *                            application; msi: the id alone, of the managed identity
 *   CONNECTOR_CLIENT_ID      u2m: the application that is registered for this connector, with
 *                            CONNECTOR_CLIENT_SECRET if it is a confidential one; u2m-built-in:
 * none CONNECTOR_REDIRECT_PORT  u2m: the port of the redirect URL http://localhost:PORT/callback
 * (8020) CONNECTOR_SUBJECT_TOKEN  federation: the workload's own token CONNECTOR_TENANT_ID entra,
 * obo: the directory CONNECTOR_RESOURCE_ID    entra: of the workspace, where the application is no
 * user of it
 *   CONNECTOR_GOOGLE_CREDENTIALS    google-credentials: the key file of a service account, as JSON
 *   CONNECTOR_GOOGLE_SERVICE_ACCOUNT    google-id: the e-mail address of one that the machine's may
 *                            act for
 *   CONNECTOR_GOOGLE_ACCESS  google-*: 1 = an access token of Google's goes along with each call
 *   CONNECTOR_HTTP_PATH      /sql/1.0/warehouses/<id>, or CONNECTOR_WAREHOUSE_ID
 *   CONNECTOR_TABLE          catalog.schema.table
 *   CONNECTOR_STATEMENT      SQL text
 *   CONNECTOR_APP_URL        of a Databricks App; optional
 *   CONNECTOR_CLIENT_NAME    for whom it works; optional, and in no request
 *   CONNECTOR_APPLICATION    within what; likewise
 *   CONNECTOR_KBASE_URL, CONNECTOR_KBASE_TOKEN    of KBase Auth2, and a user's token of it;
 * optional CONNECTOR_SPARK_HOST  Spark Connect's host, {username} standing for KBase's user name;
 * optional CONNECTOR_SPARK_TLS   false switches TLS off; optional
 *   CONNECTOR_SECRET_SCOPE, CONNECTOR_SECRET_KEY  of a secret of the workspace; optional
 */

#include "text.h"

#include <stdbool.h>

/*      enum             name */
#define AUTH_TABLE(X)                                \
    X(AUTH_PAT, "pat")                               \
    X(AUTH_M2M, "m2m")                               \
    X(AUTH_TOKEN, "token")                           \
    X(AUTH_U2M, "u2m")                               \
    X(AUTH_U2M_BUILT_IN, "u2m-built-in")             \
    X(AUTH_FEDERATION, "federation")                 \
    X(AUTH_ENTRA, "entra")                           \
    X(AUTH_MSI, "msi")                               \
    X(AUTH_OBO, "obo")                               \
    X(AUTH_GOOGLE_CREDENTIALS, "google-credentials") \
    X(AUTH_GOOGLE_ID, "google-id")
#define AUTH_ENUM(name, text) name,
enum auth_type { AUTH_TABLE(AUTH_ENUM) AUTH_TYPES };
#undef AUTH_ENUM

struct config {
    enum auth_type auth;
    char *host; /* scheme and authority, no slash at the end */
    char *token;
    char *client_id, *client_secret;
    char *subject_token;
    char *tenant_id, *resource_id;
    char *google_credentials, *google_account;
    bool google_access; /* an access token of Google's goes along */
    char *warehouse_id;
    char *table, *statement;
    bool sql_session;                /* statements are run in one */
    int redirect_port;               /* u2m */
    char *app_url;                   /* scheme and authority; may be NULL */
    char *client_name;               /* may be NULL */
    char *application;               /* likewise */
    char *kbase_url, *kbase_token;   /* the URL ends with a slash; may be NULL */
    char *spark_host;                /* with {username} in it; may be NULL */
    bool spark_plaintext;            /* the user switched TLS off */
    char *secret_scope, *secret_key; /* may be NULL */
};

/* Checks everything that can be checked without a request. On failure the config is to be given to
 * config_done all the same. */
int config_load(struct config *c, const char *auth_name, struct failure *f);
void config_done(struct config *c);
const char *auth_type_name(enum auth_type auth);
bool config_signs_in(const struct config *c);  /* a user does, with a browser */
bool config_is_google(const struct config *c); /* a service account of Google's */
/* Of the application; the redirect URL's path is "/" where it has none. */
const char *config_client_id(const struct config *c);
const char *config_redirect_path(const struct config *c);
/* The only string form there is; credentials are masked in it. */
void config_text(const struct config *c, struct text *out);
/* Masks the credentials wherever they occur in a text that came from elsewhere. */
void config_mask(const struct config *c, struct text *t);

#endif
