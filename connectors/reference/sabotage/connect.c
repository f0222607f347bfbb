/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with requests and with the process. */
#include "sabotage/family.h"

#include "answer.h"
#include "defects.h"

#include <stdlib.h>
#include <unistd.h>

static bool spoil_form(const struct config *c, struct http_request *r, struct text *body)
{
    if (defect_is(DEFECT_TWO_CLIENT_AUTHS)) {
        text_printf(body, "%s&client_id=%s&client_secret=%s", r->body, c->client_id,
                    c->client_secret);
    } else if (defect_is(DEFECT_TOKEN_JSON)) {
        text_printf(body, "{\"grant_type\":\"client_credentials\",\"scope\":\"all-apis\"}");
        r->content_type = "application/json";
    } else if (defect_is(DEFECT_TOKEN_NO_SCOPE)) {
        text_printf(body, "grant_type=client_credentials");
    } else if (defect_is(DEFECT_TOKEN_REFRESH_GRANT)) {
        text_printf(body, "grant_type=refresh_token&refresh_token=doau0000");
    } else if (defect_is(DEFECT_TOKEN_DUPLICATE)) {
        text_printf(body, "%s&scope=sql&client_id=%s&client_secret=%s", r->body, c->client_id,
                    c->client_secret);
        r->username = r->password = NULL;
    } else if (defect_is(DEFECT_PASSWORD_GRANT)) {
        text_printf(body, "grant_type=password&username=me&password=none&scope=all-apis");
    } else if (defect_is(DEFECT_SCOPE_TOO_WIDE)) {
        text_printf(body, "grant_type=client_credentials&scope=all-apis%%20offline_access");
    } else {
        return false;
    }
    r->body = text_z(body);
    return true;
}

static bool spoil_token_request(struct http *h, const struct config *c,
                                const struct http_request *r, struct http_response *ret)
{
    struct text body = {0};
    struct http_request spoiled = *r;
    bool granted = spoil_form(c, &spoiled, &body) && sabotage_ask(h, &spoiled, spoiled.body, ret);
    text_done(&body);
    return granted;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    if (defect_is(DEFECT_LOWER_CASE_BEARER) && r->bearer) {
        struct text text = {0};
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, NULL);
        text_printf(&text, "Authorization: bearer %s", r->bearer);
        headers = curl_slist_append(headers, text_z(&text));
        text_done(&text);
    } else if (defect_is(DEFECT_TOKEN_TWICE) && r->bearer) {
        struct text text = {0};
        text_printf(&text, "X-Access-Token: %s", r->bearer);
        headers = curl_slist_append(headers, text_z(&text));
        text_done(&text);
    }
    return headers;
}

static void send_needless(struct workspace *w, int64_t deadline_ms)
{
    struct text path = {0};
    struct http_request get = {.method = "GET", .deadline_ms = deadline_ms};
    struct http_request post = {.method = "POST",
                                .content_type = "application/x-www-form-urlencoded",
                                .body = "grant_type=client_credentials&scope=all-apis&client_id=me",
                                .deadline_ms = deadline_ms};
    text_printf(&path, "/api/2.1/unity-catalog/tables/%s", w->config->table);
    if (defect_is(DEFECT_ANONYMOUS_FIRST)) {
        sabotage_send(w, get, text_z(&path));
    } else if (defect_is(DEFECT_TOKEN_WITHOUT_NEED) && w->config->auth != AUTH_M2M) {
        sabotage_send(w, post, "/oidc/v1/token");
    }
    text_done(&path);
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    static int done;
    char sh[] = "sh", run[] = "-c", long_after[] = "exec sleep 60";
    char *lasting[] = {sh, run, long_after, NULL}, *nothing[] = {NULL};
    done++;
    if (defect_is(DEFECT_FAILS_SECOND) && done > 1) {
        return failure_set(o->failure, "the second operation is not possible");
    }
    if (done == 1 && defect_is(DEFECT_LEAVES_CHILD)) {
        sabotage_child(lasting, nothing);
    } else if (done == 1) {
        send_needless(w, o->deadline_ms);
    }
    return 0;
}

static int spoil_end(int status)
{
    while (defect_is(DEFECT_IGNORES_END)) {
        pause();
    }
    return defect_is(DEFECT_EXIT_NONZERO) && status == 0 ? 3 : status;
}

const struct sabotage_family sabotage_connect = {
    .token_request = spoil_token_request,
    .request = spoil_request,
    .before = spoil_before,
    .end = spoil_end,
};
