/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "defects.h"
#include "google.h"
#include "sabotage.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The application that Databricks registered for its own command line tool; public. */
static const char built_in_client[] = "databricks-cli";
enum { BUILT_IN_PORT = 8020 };
#define AUTH_NAME(name, text) text,
static const char *const auth_names[AUTH_TYPES] = {AUTH_TABLE(AUTH_NAME)};
#undef AUTH_NAME
static const char warehouses[] = "/sql/1.0/warehouses/";
static const char endpoints[] = "/sql/1.0/endpoints/"; /* what warehouses were called before */

const char *auth_type_name(enum auth_type auth)
{
    return auth_names[auth];
}

/* An empty variable counts as absent. A control character could end a header line, so it is refused
 * here, once for all values. */
static int variable(const char *name, char **ret, struct failure *f)
{
    const char *value = getenv(name);
    for (const char *p = value; p && *p; p++) {
        if (iscntrl((unsigned char)*p)) {
            return failure_set(f, "%s holds a control character; set it anew", name);
        }
    }
    if (value && value[0]) {
        *ret = string_copy(value);
    }
    return 0;
}

static int read_variables(struct config *c, char **ret_http_path, struct failure *f)
{
    return variable("CONNECTOR_HOST", &c->host, f) < 0 ||
                   variable("CONNECTOR_TOKEN", &c->token, f) < 0 ||
                   variable("CONNECTOR_CLIENT_ID", &c->client_id, f) < 0 ||
                   variable("CONNECTOR_CLIENT_SECRET", &c->client_secret, f) < 0 ||
                   variable("CONNECTOR_SUBJECT_TOKEN", &c->subject_token, f) < 0 ||
                   variable("CONNECTOR_TENANT_ID", &c->tenant_id, f) < 0 ||
                   variable("CONNECTOR_RESOURCE_ID", &c->resource_id, f) < 0 ||
                   variable("CONNECTOR_GOOGLE_SERVICE_ACCOUNT", &c->google_account, f) < 0 ||
                   variable("CONNECTOR_APP_URL", &c->app_url, f) < 0 ||
                   variable("CONNECTOR_CLIENT_NAME", &c->client_name, f) < 0 ||
                   variable("CONNECTOR_APPLICATION", &c->application, f) < 0 ||
                   variable("CONNECTOR_KBASE_URL", &c->kbase_url, f) < 0 ||
                   variable("CONNECTOR_KBASE_TOKEN", &c->kbase_token, f) < 0 ||
                   variable("CONNECTOR_SPARK_HOST", &c->spark_host, f) < 0 ||
                   variable("CONNECTOR_SECRET_SCOPE", &c->secret_scope, f) < 0 ||
                   variable("CONNECTOR_SECRET_KEY", &c->secret_key, f) < 0 ||
                   variable("CONNECTOR_WAREHOUSE_ID", &c->warehouse_id, f) < 0 ||
                   variable("CONNECTOR_HTTP_PATH", ret_http_path, f) < 0 ||
                   variable("CONNECTOR_TABLE", &c->table, f) < 0 ||
                   variable("CONNECTOR_STATEMENT", &c->statement, f) < 0
               ? -1
               : 0;
}

static int choose_auth(struct config *c, const char *name, struct failure *f)
{
    for (size_t i = 0; i < sizeof(auth_names) / sizeof(auth_names[0]); i++) {
        if (strcmp(name, auth_names[i]) == 0) {
            c->auth = (enum auth_type)i;
            return 0;
        }
    }
    struct text known = {0};
    for (size_t i = 0; i < AUTH_TYPES; i++) {
        text_printf(&known, " %s", auth_names[i]);
    }
    failure_set(f, "unknown authentication type `%s': --auth is one of%s", name, text_z(&known));
    text_done(&known);
    return -1;
}

bool config_signs_in(const struct config *c)
{
    return c->auth == AUTH_U2M || c->auth == AUTH_U2M_BUILT_IN;
}

bool config_is_google(const struct config *c)
{
    return c->auth == AUTH_GOOGLE_CREDENTIALS || c->auth == AUTH_GOOGLE_ID;
}

const char *config_client_id(const struct config *c)
{
    bool built_in = c->auth == AUTH_U2M_BUILT_IN || defect_is(DEFECT_BUILT_IN_CLIENT);
    return built_in ? built_in_client : c->client_id ? c->client_id : "";
}

const char *config_redirect_path(const struct config *c)
{
    bool built_in = c->auth == AUTH_U2M_BUILT_IN || defect_is(DEFECT_BUILT_IN_CLIENT);
    return built_in ? "/" : "/callback";
}

static int choose_redirect(struct config *c, struct failure *f)
{
    const char *port = getenv("CONNECTOR_REDIRECT_PORT");
    char *end = NULL;
    c->redirect_port = BUILT_IN_PORT;
    if (c->auth != AUTH_U2M || !port || !port[0]) {
        return 0;
    }
    long number = strtol(port, &end, 10);
    if (*end || number < 1 || number > 65535) {
        return failure_set(f, "CONNECTOR_REDIRECT_PORT is no port: a number from 1 to 65535");
    }
    c->redirect_port = (int)number;
    return 0;
}

/* What each type authenticates with. */
struct auth_parts {
    bool token, client_id, client_secret, subject_token, tenant_id, key_file, account;
    bool may_secret; /* of a confidential application */
};
static const struct auth_parts parts_of[AUTH_TYPES] = {
    [AUTH_PAT] = {.token = true},
    [AUTH_TOKEN] = {.token = true},
    [AUTH_M2M] = {.client_id = true, .client_secret = true},
    [AUTH_FEDERATION] = {.client_id = true, .subject_token = true},
    [AUTH_ENTRA] = {.client_id = true, .client_secret = true, .tenant_id = true},
    [AUTH_MSI] = {.client_id = true},
    [AUTH_U2M] = {.client_id = true, .may_secret = true},
    [AUTH_U2M_BUILT_IN] = {0},
    [AUTH_OBO] = {.token = true, .client_id = true, .client_secret = true, .tenant_id = true},
    [AUTH_GOOGLE_CREDENTIALS] = {.key_file = true},
    [AUTH_GOOGLE_ID] = {.account = true},
};

static int need(const char *auth, bool needed, const char *value, const char *name,
                struct failure *f)
{
    bool anonymous = defect_is(DEFECT_ANONYMOUS_WHEN_MISSING);
    return needed && !value && !anonymous ? failure_set(f, "%s needs %s", auth, name) : 0;
}

/* One connection, one kind of credential. With two, any choice would be a guess about who the user
 * wanted to be. */
static int check_credentials(const struct config *c, struct failure *f)
{
    const struct auth_parts *p = &parts_of[c->auth];
    const char *auth = auth_type_name(c->auth);
    bool mixed = (c->token && !p->token) || (c->client_id && !p->client_id) ||
                 (c->client_secret && !p->client_secret && !p->may_secret) ||
                 (c->subject_token && !p->subject_token) || (c->google_credentials && !p->key_file);
    if (mixed && !defect_is(DEFECT_MIXED_ACCEPTED) && !defect_is(DEFECT_MIXED_REFUSED_LATE)) {
        return failure_set(f, "credentials of two kinds are set: keep those alone that `%s' needs",
                           auth);
    }
    return need(auth, p->token, c->token, "CONNECTOR_TOKEN", f) < 0 ||
                   need(auth, p->client_id, c->client_id, "CONNECTOR_CLIENT_ID", f) < 0 ||
                   need(auth, p->client_secret, c->client_secret, "CONNECTOR_CLIENT_SECRET", f) <
                       0 ||
                   need(auth, p->subject_token, c->subject_token, "CONNECTOR_SUBJECT_TOKEN", f) <
                       0 ||
                   need(auth, p->tenant_id, c->tenant_id, "CONNECTOR_TENANT_ID", f) < 0 ||
                   need(auth, p->key_file, c->google_credentials, "CONNECTOR_GOOGLE_CREDENTIALS",
                        f) < 0 ||
                   need(auth, p->account, c->google_account, "CONNECTOR_GOOGLE_SERVICE_ACCOUNT",
                        f) < 0
               ? -1
               : 0;
}

static bool is_loopback(const char *authority)
{
    size_t name_len = strcspn(authority, ":");
    return strncmp(authority, "127.", 4) == 0 || strncmp(authority, "[::1]", 5) == 0 ||
           (name_len == 9 && strncmp(authority, "localhost", 9) == 0) ||
           (name_len > 10 && strncmp(authority + name_len - 10, ".localhost", 10) == 0);
}

/* Accepts what people paste from the browser: with or without scheme, with path and ?o=. Tokens do
 * not go over plain http (RFC 6750 section 5.3), but to this machine itself. */
static int normalise_host(struct config *c, struct failure *f)
{
    if (!c->host) {
        return failure_set(f, "CONNECTOR_HOST is not set: it is the workspace's URL");
    }
    bool is_bare = defect_is(DEFECT_HOST_SCHEME_NEEDED) && !strstr(c->host, "://");
    const char *scheme = is_bare || strncmp(c->host, "http://", 7) == 0 ? "http://" : "https://";
    const char *authority = c->host;
    if (strncmp(authority, scheme, strlen(scheme)) == 0) {
        authority += strlen(scheme);
    }
    size_t len = strcspn(authority, defect_is(DEFECT_HOST_SLASH_KEPT)   ? "?#"
                                    : defect_is(DEFECT_HOST_QUERY_KEPT) ? ""
                                                                        : "/?#");
    if (len == 0 || memchr(authority, '@', len) || memchr(authority, ' ', len)) {
        return failure_set(f, "CONNECTOR_HOST is no workspace URL");
    }
    bool is_open = strcmp(scheme, "http://") == 0 && !is_loopback(authority);
    if (is_open && !defect_is(DEFECT_HTTP_ACCEPTED)) {
        return failure_set(f, "CONNECTOR_HOST begins with http://: credentials need https://");
    }
    struct text host = {0};
    text_printf(&host, "%s%.*s", scheme, (int)len, authority);
    free(c->host);
    c->host = host.ptr;
    return 0;
}

static int choose_warehouse(struct config *c, const char *http_path, struct failure *f)
{
    if (c->warehouse_id) {
        return 0;
    }
    const char *path = http_path ? http_path : "";
    bool older = strncmp(path, endpoints, strlen(endpoints)) == 0;
    bool known = (older && !defect_is(DEFECT_NO_ENDPOINTS)) ||
                 strncmp(path, warehouses, strlen(warehouses)) == 0;
    const char *id = known ? path + strlen(older ? endpoints : warehouses) : "";
    if (!id[0] || strchr(id, '/')) {
        return failure_set(f,
                           "CONNECTOR_HTTP_PATH is not %s<id>, and CONNECTOR_WAREHOUSE_ID is "
                           "not set",
                           warehouses);
    }
    c->warehouse_id = string_copy(id);
    return 0;
}

/* A variable that is 1, or not set. */
static int flag(const char *name, bool *ret, struct failure *f)
{
    const char *value = getenv(name);
    bool is_set = value && value[0];
    *ret = is_set && strcmp(value, "1") == 0;
    return is_set && !*ret ? failure_set(f, "%s is 1, or not set", name) : 0;
}

/* A key file has lines, so it is no variable like the others. */
static int read_google(struct config *c, struct failure *f)
{
    const char *file = getenv("CONNECTOR_GOOGLE_CREDENTIALS");
    if (file && file[0]) {
        c->google_credentials = string_copy(file);
    }
    if (flag("CONNECTOR_GOOGLE_ACCESS", &c->google_access, f) < 0) {
        return -1;
    }
    return c->google_credentials ? google_check_key(c, f) : 0;
}

static int check_table(const struct config *c, struct failure *f)
{
    const char *first = c->table ? strchr(c->table, '.') : NULL;
    const char *last = c->table ? strrchr(c->table, '.') : NULL;
    if (!first || first == last || strchr(first + 1, '.') != last || first == c->table ||
        !last[1] || last == first + 1) {
        return failure_set(f, "CONNECTOR_TABLE is no full name: write catalog.schema.table");
    }
    return c->statement ? 0 : failure_set(f, "CONNECTOR_STATEMENT is not set");
}

static int choose_spark(struct config *c, struct failure *f)
{
    const char *tls = getenv("CONNECTOR_SPARK_TLS");
    bool is_set = tls && tls[0];
    if (is_set && strcmp(tls, "true") != 0 && strcmp(tls, "false") != 0) {
        return failure_set(f, "CONNECTOR_SPARK_TLS is neither true nor false");
    }
    c->spark_plaintext = is_set && strcmp(tls, "false") == 0;
    return 0;
}

int config_load(struct config *c, const char *auth_name, struct failure *f)
{
    char *http_path = NULL;
    *c = (struct config){0};
    int result = read_variables(c, &http_path, f) < 0 || read_google(c, f) < 0 ? -1 : 0;
    if (result == 0) {
        auth_name = defects_on() ? sabotage_config(c, auth_name) : auth_name;
        result = choose_auth(c, auth_name, f) < 0 || check_credentials(c, f) < 0 ||
                         normalise_host(c, f) < 0 || choose_warehouse(c, http_path, f) < 0 ||
                         choose_redirect(c, f) < 0 || choose_spark(c, f) < 0 ||
                         flag("CONNECTOR_SQL_SESSION", &c->sql_session, f) < 0 ||
                         check_table(c, f) < 0
                     ? -1
                     : 0;
    }
    free(http_path);
    return result;
}

void config_done(struct config *c)
{
    free(c->host);
    secret_free(c->token);
    free(c->client_id);
    secret_free(c->client_secret);
    secret_free(c->subject_token);
    secret_free(c->google_credentials);
    free(c->google_account);
    free(c->tenant_id);
    free(c->resource_id);
    free(c->warehouse_id);
    free(c->table);
    free(c->app_url);
    free(c->client_name);
    free(c->application);
    free(c->kbase_url);
    secret_free(c->kbase_token);
    free(c->spark_host);
    free(c->secret_scope);
    free(c->secret_key);
    free(c->statement);
    *c = (struct config){0};
}

static const char *masked(const char *secret)
{
    return secret ? "***" : "none";
}

void config_text(const struct config *c, struct text *out)
{
    text_printf(
        out,
        "config{auth=%s, host=%s, token=%s, client_id=%s, client_secret=%s, subject_token=%s, "
        "google_credentials=%s, warehouse_id=%s, table=%s, client_name=%s, application=%s}",
        auth_type_name(c->auth), c->host ? c->host : "none", masked(c->token),
        c->client_id ? c->client_id : "none", masked(c->client_secret), masked(c->subject_token),
        masked(c->google_credentials), c->warehouse_id ? c->warehouse_id : "none",
        c->table ? c->table : "none", c->client_name ? c->client_name : "none",
        c->application ? c->application : "none");
}

void config_mask(const struct config *c, struct text *t)
{
    text_mask(t, c->token);
    text_mask(t, c->client_secret);
    text_mask(t, c->subject_token);
    text_mask(t, c->google_credentials);
    text_mask(t, c->kbase_token);
}
