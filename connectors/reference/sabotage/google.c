/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the tokens of a service account of Google's. */
#include "sabotage/family.h"

#include "defects.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>

static const char second[] = "X-Databricks-GCP-SA-Access-Token";

static bool first_time(void)
{
    static bool done;
    bool is_first = !done;
    done = true;
    return is_first;
}

const char *sabotage_audience(const char *host)
{
    bool elsewhere = defect_is(DEFECT_GOOGLE_AUDIENCE_ELSEWHERE) && first_time();
    return elsewhere ? "https://accounts.gcp.databricks.com" : host;
}

bool sabotage_takes_access_token(void)
{
    return defect_is(DEFECT_GOOGLE_ACCESS_AS_BEARER) && first_time();
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    if (defect_is(DEFECT_GOOGLE_KEY_LOGGED) && log_is_loud() && c->google_credentials) {
        fprintf(stderr, "debug: signing with %s\n", c->google_credentials);
    }
    if (defect_is(DEFECT_GOOGLE_FLAVOR_MISSING) && r->is_patient) {
        struct http_request bare = *r;
        bare.headers = NULL;
        return sabotage_ask(h, &bare, NULL, ret);
    }
    return false;
}

static void replace(struct curl_slist *line, const char *with)
{
    char *copy = string_copy(with);
    free(line->data);
    line->data = copy;
}

/* A line of the second token: that of the first hour is remembered. */
static void spoil_line(struct curl_slist *line, char *kept, size_t size)
{
    if (defect_is(DEFECT_GOOGLE_TOKEN_LOGGED) && log_is_loud()) {
        fprintf(stderr, "debug: %s\n", line->data);
    }
    if (!kept[0]) {
        snprintf(kept, size, "%s", line->data);
    }
    if (strcmp(kept, line->data) != 0 && defect_is(DEFECT_GOOGLE_TOKEN_KEPT)) {
        replace(line, kept);
    } else if (strcmp(kept, line->data) != 0 && defect_is(DEFECT_GOOGLE_TOKEN_LOST)) {
        replace(line, "X-Databricks-GCP-SA-Access-Token:"); /* without a value libcurl sends none */
    }
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    static char kept[8192];
    for (struct curl_slist *line = headers; line; line = line->next) {
        if (strncmp(line->data, second, strlen(second)) == 0) {
            spoil_line(line, kept, sizeof(kept));
        }
    }
    if (defect_is(DEFECT_GOOGLE_TOKEN_ANYWHERE) && strstr(r->url, "googleapis.com") && kept[0]) {
        headers = curl_slist_append(headers, kept);
    }
    if (defect_is(DEFECT_GOOGLE_TOKEN_REDIRECTED)) {
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    }
    return headers;
}

const struct sabotage_family sabotage_google = {.token_request = spoil_token_request,
                                                .request = spoil_request};
