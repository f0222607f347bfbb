/* SPDX-License-Identifier: Apache-2.0 */
#include "google.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "google_key.h"
#include "sabotage.h"

#include <curl/curl.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TOKEN_ENDPOINT "https://oauth2.googleapis.com/token"
#define CREDENTIALS    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
#define METADATA                                          \
    "http://metadata.google.internal/computeMetadata/v1/" \
    "instance/service-accounts/default/token"
#define PLATFORM "https://www.googleapis.com/auth/cloud-platform"

enum { ASSERTION_S = 3600, MS_PER_S = 1000, SOME_DAY_S = 24 * 3600 };

static cJSON *key_file(const struct config *c)
{
    return cJSON_Parse(c->google_credentials ? c->google_credentials : "");
}

int google_check_key(const struct config *c, struct failure *f)
{
    cJSON *file = key_file(c);
    const char *email = answer_string(file, "client_email");
    bool good = email[0] && answer_string(file, "private_key")[0];
    for (const char *p = email; *p; p++) {
        good = good && !iscntrl((unsigned char)*p);
    }
    cJSON_Delete(file);
    return good ? 0
                : failure_set(f, "CONNECTOR_GOOGLE_CREDENTIALS is no key file of a service "
                                 "account: it has no client_email and private_key");
}

static const char *audience_of(const struct config *c)
{
    return defects_on() ? sabotage_audience(c->host) : c->host;
}

static bool wants_id_token(enum grant_purpose purpose)
{
    return purpose == FOR_WORKSPACE && !(defects_on() && sabotage_takes_access_token());
}

/* What the account's key signs (RFC 7523; Google, OAuth 2.0 for server to server applications). */
static int make_assertion(const struct config *c, enum grant_purpose purpose, struct text *ret,
                          struct failure *f)
{
    cJSON *file = key_file(c), *claims = cJSON_CreateObject();
    double now_s = (double)(clock_wall_ms() / MS_PER_S);
    cJSON_AddStringToObject(claims, "iss", answer_string(file, "client_email"));
    cJSON_AddStringToObject(claims, "aud", TOKEN_ENDPOINT);
    cJSON_AddNumberToObject(claims, "iat", now_s);
    cJSON_AddNumberToObject(claims, "exp", now_s + ASSERTION_S);
    if (wants_id_token(purpose)) {
        cJSON_AddStringToObject(claims, "target_audience", audience_of(c));
    } else {
        cJSON_AddStringToObject(claims, "scope", PLATFORM);
    }
    const struct google_key key = {.pem = answer_string(file, "private_key"),
                                   .id = answer_string(file, "private_key_id")};
    int result = google_key_sign(&key, claims, ret, f);
    cJSON_Delete(claims);
    cJSON_Delete(file);
    return result;
}

static int make_from_key(const struct config *c, enum grant_purpose purpose, struct grant *g,
                         struct failure *f)
{
    struct text assertion = {0};
    int result = make_assertion(c, purpose, &assertion, f);
    text_printf(&g->url, "%s", TOKEN_ENDPOINT);
    text_printf(&g->body,
                "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer"
                "&assertion=%s", /* base64url and dots: nothing to escape */
                text_z(&assertion));
    text_done(&assertion);
    g->request.method = "POST";
    g->request.content_type = "application/x-www-form-urlencoded";
    return result;
}

/* The header is what a page in a browser cannot send (Google Cloud, about VM metadata). */
static void make_from_metadata(struct grant *g)
{
    text_printf(&g->url, "%s", METADATA);
    g->headers[0] = "Metadata-Flavor: Google";
    g->request.method = "GET";
    g->request.is_patient = true;
}

static void make_impersonation(const struct config *c, enum grant_purpose purpose, struct grant *g)
{
    cJSON *body = cJSON_CreateObject();
    bool id = wants_id_token(purpose);
    char *email = curl_easy_escape(NULL, c->google_account, 0);
    text_printf(&g->url, "%s%s:%s", CREDENTIALS, email,
                id ? "generateIdToken" : "generateAccessToken");
    if (id) {
        cJSON_AddStringToObject(body, "audience", audience_of(c));
        cJSON_AddTrueToObject(body, "includeEmail"); /* the workspace knows the account by it */
    } else {
        cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "scope"), cJSON_CreateString(PLATFORM));
    }
    char *text = cJSON_PrintUnformatted(body);
    text_printf(&g->body, "%s", text ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(body);
    curl_free(email);
    g->request.method = "POST";
    g->request.content_type = "application/json";
}

int google_grant_make(const struct config *c, enum grant_purpose purpose, struct grant *ret,
                      struct failure *f)
{
    int result = 0;
    if (c->auth == AUTH_GOOGLE_CREDENTIALS) {
        result = make_from_key(c, purpose, ret, f);
    } else if (purpose == FOR_MACHINE) {
        make_from_metadata(ret);
    } else {
        make_impersonation(c, purpose, ret);
    }
    ret->request.url = text_z(&ret->url);
    ret->request.body = ret->body.len ? text_z(&ret->body) : NULL;
    ret->request.headers = ret->headers;
    return result;
}

const char *google_token_of(const cJSON *answer)
{
    static const char *const names[] = {"access_token", "id_token", "token", "accessToken"};
    const char *token = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !token[0]; i++) {
        token = answer_string(answer, names[i]);
    }
    return token;
}

static double left_until(double end_s)
{
    return end_s - (double)clock_wall_ms() / MS_PER_S;
}

/* RFC 3339, in UTC as Google writes it; 0 = it is none. */
static double time_of(const char *text)
{
    struct tm t = {0};
    int read = sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &t.tm_year, &t.tm_mon, &t.tm_mday,
                      &t.tm_hour, &t.tm_min, &t.tm_sec);
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return read == 6 ? (double)timegm(&t) : 0;
}

double google_life_s(const cJSON *answer)
{
    const char *expire_time = answer_string(answer, "expireTime");
    double end_s =
        expire_time[0] ? time_of(expire_time) : google_key_end_of(google_token_of(answer));
    if (end_s > 0 && defect_is(DEFECT_GOOGLE_END_IGNORED)) {
        return SOME_DAY_S;
    }
    return end_s > 0 ? left_until(end_s) : 0;
}
