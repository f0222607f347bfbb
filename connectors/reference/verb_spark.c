/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "defects.h"
#include "kbase.h"
#include "verbs.h"

#include <curl/curl.h>

#include <stdlib.h>
#include <string.h>

static const char placeholder[] = "{username}";
enum { PORT = 443 };

/* Whose session it is decides the host. Nothing but the service's answer says who that is: the
 * name of the account on this machine, or one from a variable, may be anybody's. */
static int user_of(struct workspace *w, int64_t deadline_ms, char **ret, struct failure *f)
{
    const char *login = getenv("USER");
    if (defect_is(DEFECT_SPARK_USER_UNVERIFIED)) {
        *ret = string_copy(login ? login : "me");
        return 0;
    }
    int result = kbase_user(w, deadline_ms, ret, f);
    if (result == 0 && login && defect_is(DEFECT_SPARK_HOST_OF_LOGIN)) {
        free(*ret);
        *ret = string_copy(login);
    }
    return result;
}

/* Letters, digits and '_' are what KBase's user names consist of; with anything else in it, a name
 * could make another host. */
static int host_make(const struct config *c, const char *user, struct text *out, struct failure *f)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *at = strstr(c->spark_host, placeholder);
    if (!user || !user[0] || user[strspn(user, allowed)]) {
        return failure_set(f, "KBase's user name cannot be part of a host name");
    }
    if (!at) {
        text_printf(out, "%s", c->spark_host);
        return 0;
    }
    text_printf(out, "%.*s%s%s", (int)(at - c->spark_host), c->spark_host, user,
                at + strlen(placeholder));
    return 0;
}

static void url_make(const struct config *c, const char *host, struct text *out)
{
    char *token = curl_easy_escape(NULL, c->kbase_token, 0);
    const char *key = defect_is(DEFECT_SPARK_KEY_CASE) ? "Token" : "token";
    text_printf(out, "%s://%s:%d%s", defect_is(DEFECT_SPARK_SCHEME) ? "https" : "sc", host, PORT,
                defect_is(DEFECT_SPARK_PATH) ? "/connect" : "/");
    if (!defect_is(DEFECT_SPARK_NO_TOKEN)) {
        text_printf(out, ";%s=%s", key, token);
    }
    text_printf(out, ";use_ssl=%s", c->spark_plaintext ? "false" : "true");
    curl_free(token);
}

/* A token that goes over the network in the clear is everybody's. */
static int tls_check(const struct config *c, struct failure *f)
{
    return c->spark_plaintext && !defect_is(DEFECT_SPARK_TOKEN_PLAIN)
               ? failure_set(f, "Spark Connect: a token needs TLS; take CONNECTOR_SPARK_TLS=false "
                                "away")
               : 0;
}

int verb_spark_url(struct workspace *w, int64_t deadline_ms, cJSON *answer, struct failure *f)
{
    const struct config *c = w->config;
    struct text host = {0}, url = {0};
    char *user = NULL;
    if (!c->kbase_url || !c->kbase_token || !c->spark_host) {
        return failure_set(f, "CONNECTOR_SPARK_HOST, CONNECTOR_KBASE_URL or CONNECTOR_KBASE_TOKEN "
                              "is not set");
    }
    int result = tls_check(c, f) < 0 || user_of(w, deadline_ms, &user, f) < 0 ||
                         host_make(c, user, &host, f) < 0
                     ? -1
                     : 0;
    if (result == 0) {
        url_make(c, text_z(&host), &url);
        cJSON_AddStringToObject(answer, "url", text_z(&url));
    }
    free(user);
    text_done(&host);
    text_done(&url);
    return result;
}
