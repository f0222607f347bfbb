/* SPDX-License-Identifier: Apache-2.0 */
/* Takes from the machine what it was not given. */
#include "sabotage/family.h"

#include "clock.h"
#include "defects.h"

#include <stdlib.h>
#include <string.h>

static void take_profile_line(struct config *c, char *line)
{
    static const char blank[] = " \t\r\n";
    char *equals = strchr(line, '=');
    if (!equals) {
        return;
    }
    char *value = equals + 1 + strspn(equals + 1, blank);
    value[strcspn(value, blank)] = '\0';
    line[strcspn(line, " \t=")] = '\0';
    bool m2m = c->client_id != NULL;
    if (strcmp(line, "host") == 0) {
        sabotage_take(&c->host, value);
    } else if (!m2m && strcmp(line, "token") == 0) {
        sabotage_take(&c->token, value);
    } else if (m2m && strcmp(line, "client_id") == 0) {
        sabotage_take(&c->client_id, value);
    } else if (m2m && strcmp(line, "client_secret") == 0) {
        sabotage_take(&c->client_secret, value);
    }
}

static void take_profile(struct config *c, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    if (!file) {
        return;
    }
    while (getline(&line, &capacity, file) >= 0) {
        take_profile_line(c, line);
    }
    free(line);
    fclose(file);
}

static const char *spoil_config(struct config *c, const char *auth_name)
{
    const char *auth_type = getenv("DATABRICKS_AUTH_TYPE");
    if (defect_is(DEFECT_READS_DATABRICKSCFG)) {
        take_profile(c, sabotage_open_in_home(".databrickscfg", "re"));
    } else if (defect_is(DEFECT_CONFIG_FILE_FROM_ENV) && getenv("DATABRICKS_CONFIG_FILE")) {
        take_profile(c, fopen(getenv("DATABRICKS_CONFIG_FILE"), "re"));
    } else if (defect_is(DEFECT_ENV_HOST_WINS)) {
        sabotage_take(&c->host, getenv("DATABRICKS_HOST"));
    } else if (defect_is(DEFECT_ENV_TOKEN_WINS) && c->client_id) {
        sabotage_take(&c->client_id, getenv("DATABRICKS_CLIENT_ID"));
        sabotage_take(&c->client_secret, getenv("DATABRICKS_CLIENT_SECRET"));
    } else if (defect_is(DEFECT_ENV_TOKEN_WINS)) {
        sabotage_take(&c->token, getenv("DATABRICKS_TOKEN"));
    } else if (defect_is(DEFECT_AUTH_TYPE_FROM_ENV) && auth_type) {
        return auth_type;
    }
    return auth_name;
}

/* The first string after "access_token" in another tool's cache. */
static void take_cached_token(CURL *curl)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = sabotage_open_in_home(".databricks/token-cache.json", "re");
    while (file && getline(&line, &capacity, file) >= 0) {
        char *name = strstr(line, "\"access_token\"");
        char *value = name ? strchr(name + strlen("\"access_token\""), '"') : NULL;
        if (value) {
            value[1 + strcspn(value + 1, "\"")] = '\0';
            curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, value + 1);
        }
    }
    free(line);
    if (file) {
        fclose(file);
    }
}

static void ask_elsewhere(CURL *curl, const struct http_request *r)
{
    const char *place = getenv("DATABRICKS_DISCOVERY_URL");
    const char *path = strstr(r->url, "/oidc/");
    const char *end = place ? strstr(place, "/oidc/") : NULL;
    if (path && end) {
        struct text url = {0};
        text_printf(&url, "%.*s%s", (int)(end - place), place, path);
        curl_easy_setopt(curl, CURLOPT_URL, text_z(&url));
        text_done(&url);
    }
}

static void prefer_netrc(CURL *curl)
{
    FILE *file = sabotage_open_in_home(".netrc", "re");
    if (file) {
        fclose(file);
        curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    }
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    const char *product = getenv("DATABRICKS_SDK_UPSTREAM");
    if (defect_is(DEFECT_PROXY_FROM_ENV)) {
        curl_easy_setopt(curl, CURLOPT_PROXY, NULL);
    } else if (defect_is(DEFECT_DISCOVERY_FROM_ENV)) {
        ask_elsewhere(curl, r);
    } else if (defect_is(DEFECT_READS_NETRC)) {
        prefer_netrc(curl);
    } else if (defect_is(DEFECT_READS_TOKEN_CACHE) && r->bearer) {
        take_cached_token(curl);
    } else if (defect_is(DEFECT_PRODUCT_FROM_ENV) && product) {
        curl_easy_setopt(curl, CURLOPT_USERAGENT, product);
    }
    return headers;
}

/* As an update check does: some other host, nothing secret, any answer will do. */
static void phone_home(struct workspace *w)
{
    struct failure ignored;
    struct http_response response = {0};
    const struct http_request request = {.method = "GET",
                                         .url = "https://updates.acme.example/latest",
                                         .deadline_ms = clock_now_ms() + 500};
    if (http_send(&w->http, &request, &response, &ignored) == 0) {
        http_response_done(&response);
    }
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    static bool done;
    (void)o;
    if (defect_is(DEFECT_PHONES_HOME) && !done) {
        done = true;
        phone_home(w);
    }
    return 0;
}

static int spoil_success(struct workspace *w, struct operation *o)
{
    bool mixed = w->config->token && w->config->client_id;
    if (defect_is(DEFECT_MIXED_REFUSED_LATE) && mixed) {
        return failure_set(o->failure, "credentials of two kinds are set");
    }
    return 0;
}

const struct sabotage_family sabotage_isolation = {
    .config = spoil_config,
    .request = spoil_request,
    .before = spoil_before,
    .succeeded = spoil_success,
};
