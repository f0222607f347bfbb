/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/token.h"

#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/token_reply.h"

/* Parameters that belong into the body and nowhere else (RFC 6749 sections 2.3.1 and 3.2). */
static const char *const body_only[] = {
    "grant_type", "client_id",     "client_secret", "client_assertion", "code",
    "assertion",  "refresh_token", "code_verifier", "subject_token",    "device_code",
};

static bool content_type_is_form(const struct http_req *r)
{
    const struct http_field *f = http_req_header(r, "Content-Type");
    if (f == NULL) {
        return false;
    }
    struct str rest = f->value, type;
    return str_split(&rest, ';', &type) &&
           str_eq_nocase(str_trim(type), STR("application/x-www-form-urlencoded"));
}

static bool query_is_clean(const struct http_req *r)
{
    if (r->query.len > 0 && r->params.count == 0) {
        return false; /* unreadable: what is in there is unknown */
    }
    for (size_t i = 0; i < ARRAY_LEN(body_only); i++) {
        if (params_get(&r->params, body_only[i]) != NULL) {
            return false;
        }
    }
    return true;
}

bool token_form_read(struct exchange *x, struct url_params *ret_form)
{
    const struct url_params *form = content_type_is_form(x->req) ? http_req_form(x->req) : NULL;
    if (form != NULL) {
        *ret_form = *form;
    }
    return form != NULL;
}

/* The form, if the request is one. A body that is none gets the service's empty 400
 * (databricks-sdk-java#154). */
bool token_form_take(struct exchange *x, struct url_params *ret_form)
{
    if (!token_form_read(x, ret_form)) {
        token_reply_error(x, "empty-400", NULL);
        return false;
    }
    struct str grant_type = params_value(ret_form, "grant_type");
    x->notes->grant =
        arena_strndup(x->req->arena, grant_type.len > 0 ? grant_type.ptr : "", grant_type.len);
    const struct url_param *twice = params_duplicate(ret_form);
    if (twice != NULL) {
        token_reply_error(x, "invalid_request",
                          "A request parameter must not be included more than once");
        return false;
    }
    if (!query_is_clean(x->req)) {
        token_reply_error(x, "invalid_request",
                          "Parameters of a token request belong into its body");
        return false;
    }
    return true;
}

static const struct grant *grant_of(struct exchange *x, const struct url_params *form)
{
    struct str type = params_value(form, "grant_type");
    if (type.len == 0) {
        token_reply_error(x, "invalid_request", "The parameter grant_type is missing");
        return NULL;
    }
    const struct grant *g = grant_find(x->state, type);
    if (g == NULL) {
        token_reply_error(x, "unsupported_grant_type", NULL);
    }
    return g;
}

static int answer(struct exchange *x, const struct oidc_place *place, struct err *err)
{
    struct url_params form = {0};
    struct token_call call = {.x = x, .state = x->state, .form = &form, .place = place};
    if (!token_form_take(x, &form)) {
        return 0;
    }
    const struct grant *g = grant_of(x, &form);
    if (g == NULL || !client_authenticate(x, place, &form, g->client, &call.client)) {
        return 0;
    }
    return g->handle(&call, err);
}

int token_request(struct exchange *x, struct err *err)
{
    struct oidc_place place;
    return oidc_place_of_workspace(x, &place) ? answer(x, &place, err) : 0;
}

int token_account_request(struct exchange *x, struct err *err)
{
    struct oidc_place place;
    return oidc_place_of_account(x, &place) ? answer(x, &place, err) : 0;
}

int token_wrong_method(struct exchange *x, struct err *err UNUSED)
{
    recorded_error_reply(x->req, x->reply, "method-not-allowed", NULL);
    http_reply_header(x->req, x->reply, "allow", "POST");
    access_service_headers(x);
    return 0;
}
