/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/request.h"

const struct http_field *http_req_field(const struct http_req *r, struct str name)
{
    VEC_FOREACH(const struct http_field, field, &r->headers) {
        if (str_eq_nocase(field->name, name)) {
            return field;
        }
    }
    return NULL;
}

size_t http_req_field_count(const struct http_req *r, struct str name)
{
    size_t count = 0;
    VEC_FOREACH(const struct http_field, field, &r->headers) {
        count += str_eq_nocase(field->name, name) ? 1 : 0;
    }
    return count;
}

const struct url_params *http_req_form(struct http_req *r)
{
    struct err ignored = {0}; /* no message may quote a body: what is wrong with it is not told */
    if (r->form == NULL && !r->body_cut) {
        struct url_params form = {0};
        if (form_parse(r->arena, r->body, &form, &ignored) < 0) {
            return NULL;
        }
        r->form = ARENA_NEW(r->arena, struct url_params);
        *r->form = form;
    }
    return r->form;
}

const char *http_req_origin(const struct http_req *r)
{
    const struct http_field *host = http_req_header(r, "Host");
    struct str authority = host != NULL && host->value.len > 0 ? host->value : STR("127.0.0.1");
    return arena_printf(r->arena, "%s://%.*s", r->tls ? "https" : "http", STR_ARG(authority));
}
