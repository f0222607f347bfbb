/* SPDX-License-Identifier: Apache-2.0 */
/* Takes errors for something else, or does not tell them. */
#include "sabotage/family.h"

#include "defects.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_failed; /* an operation, after its configuration was accepted */

enum { UUID_LEN = 36 };

/* So many bytes from there on become something else. */
static void blot(struct http_response *r, const char *from, size_t len)
{
    char *at = r->body.len ? strstr(r->body.ptr, from) : NULL;
    if (at && strlen(at) > len) {
        memset(at + 1, '-', len - 2);
    }
}

static void spoil_answer(CURL *curl, const struct http_request *request, struct http_response *r)
{
    (void)curl;
    bool is_page = strstr(r->content_type, "html") != NULL;
    bool is_statement = strstr(request->url, "/sql/") != NULL;
    if ((defect_is(DEFECT_EMPTY_ERROR_OK) && r->status == 400 && r->body.len == 0) ||
        (defect_is(DEFECT_LOGIN_PAGE_OK) && r->status == 200 && is_page) ||
        (defect_is(DEFECT_OK_ON_404) && r->status == 404) ||
        (defect_is(DEFECT_STATEMENT_STATUS_IGNORED) && is_statement && r->status >= 400)) {
        sabotage_succeed(r);
    } else if (defect_is(DEFECT_CONTENT_TYPE_NEEDED) && !strstr(r->content_type, "json")) {
        sabotage_put_body(r, "");
    } else if (defect_is(DEFECT_ONE_DIALECT) && r->status >= 400 &&
               !sabotage_has(r, "error_code")) {
        sabotage_put_body(r, "{}");
    } else if (defect_is(DEFECT_EMPTY_TOKEN_USED) && strstr(request->url, "/v1/token") && is_page) {
        sabotage_put_body(r, "{\"access_token\":\"none\",\"token_type\":\"Bearer\"}");
    } else if (defect_is(DEFECT_REQUEST_ID_LOST)) {
        r->request_id[0] = '\0';
    } else if (defect_is(DEFECT_REQUEST_ID_DETAILS_LOST)) {
        blot(r, "\"details\"", strlen("\"details\""));
    } else if (defect_is(DEFECT_REQUEST_ID_TEXT_LOST)) {
        blot(r, "[ReqId: ", strlen("[ReqId: ]") + UUID_LEN);
    }
}

static bool spoil_is_token_error(const struct http_response *r, bool is_error)
{
    bool is_403 = r->status == 403;
    const char *body = r->body.len ? r->body.ptr : "";
    return is_error || (defect_is(DEFECT_REFRESH_ON_DENIED) && is_403) ||
           (defect_is(DEFECT_REFRESH_ON_SCOPE) && is_403 && strstr(body, "scope")) ||
           (defect_is(DEFECT_REFRESH_ON_GATEWAY) && is_403 && strstr(body, "\"error_code\":403"));
}

static bool spoil_again(const struct failure *f)
{
    return (defect_is(DEFECT_RETRY_STORM) && strstr(f->text, "HTTP 403")) ||
           (defect_is(DEFECT_STORM_ON_401) && strstr(f->text, "HTTP 401")) ||
           (defect_is(DEFECT_STORM_ON_404) && strstr(f->text, "HTTP 404")) ||
           (defect_is(DEFECT_TOKEN_STORM) && strstr(f->text, "no token was granted"));
}

static void die(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static int spoil_failure(struct workspace *w, struct operation *o)
{
    struct failure *f = o->failure;
    bool is_403 = strstr(f->text, "HTTP 403") != NULL;
    (void)w;
    has_failed = true;
    if ((is_403 && defect_is(DEFECT_CRASH_ON_403)) ||
        (sabotage_is_odd(f) && defect_is(DEFECT_CRASH_ON_HTML))) {
        die();
    }
    while (is_403 && defect_is(DEFECT_HANG_ON_403)) {
        pause();
    }
    if ((is_403 && defect_is(DEFECT_OK_ON_403)) ||
        (defect_is(DEFECT_FAILED_STATEMENT_OK) && strstr(f->text, "state FAILED"))) {
        *o->ret_table_id = string_copy("");
        return 0;
    }
    if (defect_is(DEFECT_NO_MESSAGE) ||
        (sabotage_is_odd(f) && defect_is(DEFECT_SILENT_WITHOUT_JSON))) {
        return failure_set(f, "failed");
    }
    return -1;
}

static int spoil_end(int status)
{
    return defect_is(DEFECT_EXIT_ZERO_ON_ERROR) && has_failed ? 0 : status;
}

const struct sabotage_family sabotage_errors = {
    .answer = spoil_answer,
    .is_token_error = spoil_is_token_error,
    .again = spoil_again,
    .failed = spoil_failure,
    .end = spoil_end,
};
