/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/url.h"
#include "mock/journal/redact_priv.h"

static const char *const framing_names[] = {
    [FRAMING_NONE] = "none",
    [FRAMING_CONTENT_LENGTH] = "content-length",
    [FRAMING_CHUNKED] = "chunked",
};

static const char *copy(struct arena *a, struct str s)
{
    return arena_strndup(a, s.ptr != NULL ? s.ptr : "", s.len);
}

static const char *plain(struct redactor *r, struct str raw)
{
    return redact_text(r, raw, SIZE_MAX, NULL);
}

static void view_params(struct redactor *r, struct str form, struct journal_pairs *ret)
{
    struct url_params params = {0};
    struct err ignored = {0};
    if (form_parse(r->arena, form, &params, &ignored) < 0) {
        return; /* the raw text is there */
    }
    VEC_FOREACH(const struct url_param, p, &params) {
        *VEC_PUSH(r->arena, ret) = (struct journal_pair){plain(r, p->name), plain(r, p->value)};
    }
}

static void view_headers(struct redactor *r, const struct http_fields *fields, bool is_request,
                         struct journal_pairs *ret)
{
    VEC_FOREACH(const struct http_field, field, fields) {
        const char *value = redact_header(r, field, is_request);
        *VEC_PUSH(r->arena, ret) = (struct journal_pair){plain(r, field->name), value};
    }
}

static bool is_form(const struct http_fields *headers)
{
    static const struct str type = {"application/x-www-form-urlencoded", 33};
    VEC_FOREACH(const struct http_field, field, headers) {
        if (str_eq_nocase(field->name, STR("Content-Type"))) {
            return str_eq_nocase(str_trim(str_slice(field->value, 0, type.len)), type);
        }
    }
    return false;
}

static void view_request(struct redactor *r, const struct unpacked *u, struct journal_request *ret)
{
    struct str path = u->target, query = {0};
    const char *mark = u->target.len > 0 ? memchr(u->target.ptr, '?', u->target.len) : NULL;
    if (mark != NULL) {
        path.len = (size_t)(mark - u->target.ptr);
        query = str_slice(u->target, path.len + 1, u->target.len);
    }
    AUTO_BUF struct buf decoded = {0};
    struct err ignored = {0};
    bool readable = percent_decode(&decoded, path, false, &ignored) == 0;
    ret->method = plain(r, u->method);
    ret->host = plain(r, u->host);
    ret->target = redact_target(r, u->target);
    ret->path = plain(r, readable ? buf_str(&decoded) : path);
    view_params(r, query, &ret->query);
    view_headers(r, &u->request_headers, true, &ret->headers);
    ret->framing = framing_names[u->head.framing];
    ret->body_bytes = u->head.body_bytes;
    if (is_form(&u->request_headers)) {
        ret->body = redact_form(r, u->body, JOURNAL_BODY_SHOWN_BYTES, 0, "body");
        if ((size_t)u->head.body_bytes == u->body.len) {
            view_params(r, u->body, &ret->form);
        }
    } else {
        ret->body = redact_text(r, u->body, JOURNAL_BODY_SHOWN_BYTES, "body");
    }
}

static void view_response(struct redactor *r, const struct unpacked *u,
                          struct journal_response *ret)
{
    ret->status = u->head.status;
    view_headers(r, &u->reply_headers, false, &ret->headers);
    ret->body = redact_text(r, u->reply_body, JOURNAL_BODY_SHOWN_BYTES, NULL);
    VEC_FOREACH(const struct str, name, &u->issued) {
        *VEC_PUSH(r->arena, &ret->issued) = copy(r->arena, *name);
    }
    ret->end = copy(r->arena, u->end);
}

void record_view(struct arena *a, const struct search *search, const struct known *known,
                 struct str packed, struct journal_record *ret)
{
    struct unpacked u;
    unpack(a, known, packed, &u);
    *ret = (struct journal_record){
        .seq = u.head.begun.seq,
        .time_ms = u.head.begun.time_ms,
        .real_ms = u.head.begun.real_ms,
        .took_ms = u.head.took_ms,
        .answered_ms = u.head.answered_ms,
        .moved_ms = u.head.moved_ms,
        .connection = u.head.connection,
        .connection_request = u.head.connection_request,
        .tls = u.head.tls,
        .route = u.head.route != NULL ? u.head.route->name : "",
        .class = u.head.route != NULL ? u.head.route->class : ROUTE_UNKNOWN,
    };
    struct redactor r = {.search = search,
                         .arena = a,
                         .class = ret->class,
                         .route = ret->route,
                         .secrets = &ret->secrets};
    ret->nearest = u.nearest.len > 0 ? copy(a, u.nearest) : NULL;
    ret->grant = plain(&r, u.grant);
    ret->principal = plain(&r, u.principal);
    ret->fault = copy(a, u.fault);
    ret->credential = (struct journal_credential){
        .scheme = plain(&r, u.credential[0]),
        .name = copy(a, u.credential[1]),
        .kind = copy(a, u.credential[2]),
        .state = (enum credential_state)u.head.credential_state,
        .has_life = u.head.has_life,
        .life_left_ms = u.head.life_left_ms,
    };
    view_request(&r, &u, &ret->request);
    view_response(&r, &u, &ret->response);
}
