/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/redact_priv.h"

#include "base/text/base64.h"
#include "base/text/url.h"
#include "base/text/utf8.h"

/* What the endpoints take in the body (RFC 6749, 7523, 7636, 8693). */
static const char *const token_params[] = {
    "client_secret",    "refresh_token", "code",        "code_verifier", "assertion",
    "client_assertion", "subject_token", "actor_token", "device_code",   "token"};

static bool param_may_be_secret(const struct redactor *r, struct str name, const char *where)
{
    if (r->class == ROUTE_AUTHORIZE) {
        return str_eq_z(name, "state") || str_eq_z(name, "code_challenge");
    }
    if (r->class != ROUTE_TOKEN || strcmp(where, "body") != 0) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(token_params); i++) {
        if (str_eq_z(name, token_params[i])) {
            return true;
        }
    }
    return false;
}

static void list_hit(struct redactor *r, const struct secret_hit *hit, const char *where,
                     size_t offset)
{
    *VEC_PUSH(r->arena, r->secrets) = (struct journal_secret){
        .name = arena_strdup(r->arena, hit->canary->name),
        .encoding = secret_encoding_name(hit->encoding),
        .where = where,
        .offset = (int64_t)(offset + hit->offset),
    };
}

static bool hit_is_in_place(const struct redactor *r, const struct secret_hit *hit,
                            const char *where)
{
    return hit->canary->kind == SECRET_URL && r->class == ROUTE_OTHER &&
           strcmp(where, "target") == 0;
}

/* Appends raw with markers; only what begins before `shown` is written. */
static void write_redacted(struct buf *out, struct str raw, size_t shown,
                           const struct secret_hits *hits)
{
    size_t at = 0;
    VEC_FOREACH(const struct secret_hit, hit, hits) {
        size_t begin = (size_t)hit->offset;
        if (begin >= shown) {
            break;
        }
        buf_add_str(out, str_slice(raw, at, begin));
        secret_marker(out, hit->canary, hit->encoding);
        at = begin + hit->len;
    }
    if (at < shown) {
        buf_add_str(out, str_slice(raw, at, shown));
    }
}

/* JSON cannot carry every byte. */
static const char *shown_text(struct arena *a, struct str text)
{
    if (utf8_is_valid(text, NULL) && (text.len == 0 || memchr(text.ptr, 0, text.len) == NULL)) {
        return arena_strndup(a, text.ptr != NULL ? text.ptr : "", text.len);
    }
    AUTO_BUF struct buf out = {0};
    struct str part, rest = text;
    bool first = true;
    while (str_split(&rest, '\0', &part)) {
        buf_add_z(&out, first ? "" : "\xEF\xBF\xBD");
        utf8_repair(&out, part);
        first = false;
    }
    return arena_strndup(a, buf_z(&out), out.len);
}

const char *redact_text(struct redactor *r, struct str raw, size_t shown, const char *where)
{
    struct secret_hits hits = {0};
    search_text(r->search, r->arena, raw, &hits);
    VEC_FOREACH(const struct secret_hit, hit, &hits) {
        if (where != NULL && !hit_is_in_place(r, hit, where)) {
            list_hit(r, hit, where, 0);
        }
    }
    if (hits.count == 0) {
        return shown_text(r->arena, str_slice(raw, 0, shown));
    }
    AUTO_BUF struct buf out = {0};
    write_redacted(&out, raw, shown, &hits);
    return shown_text(r->arena, buf_str(&out));
}

/* A piece of a form, "name=value", and where it stands. */
struct piece {
    struct str name, value;
    size_t offset, end, value_offset;
};

static bool piece_next(struct str raw, struct str *rest, struct piece *ret)
{
    struct str text;
    if (!str_split(rest, '&', &text)) {
        return false;
    }
    ret->offset = (size_t)(text.ptr - raw.ptr);
    ret->end = ret->offset + text.len;
    struct str value = text;
    (void)str_split(&value, '=', &ret->name);
    ret->value = value;
    ret->value_offset = value.ptr != NULL ? (size_t)(value.ptr - raw.ptr) : ret->end;
    return true;
}

static void list_form_hit(struct redactor *r, const struct secret_hit *hit, struct str name,
                          const char *where)
{
    if (where != NULL && !hit_is_in_place(r, hit, where) && !param_may_be_secret(r, name, where)) {
        list_hit(r, hit, where, 0);
    }
}

/* Hits in a decoded value whose raw form hides them: an unusual percent-encoding. The whole raw
 * value stands for the first of them. */
static bool decoded_hit(struct redactor *r, const struct piece *piece, struct secret_hit *ret)
{
    AUTO_BUF struct buf decoded = {0};
    struct err ignored = {0};
    if (piece->value.len == 0 || percent_decode(&decoded, piece->value, true, &ignored) < 0) {
        return false;
    }
    struct secret_hits hits = {0};
    search_text(r->search, r->arena, buf_str(&decoded), &hits);
    if (hits.count == 0) {
        return false;
    }
    *ret = hits.items[0];
    ret->offset = piece->value_offset;
    ret->len = piece->value.len;
    return true;
}

/* Gives each hit to the piece it begins in; adds those that only decoding shows. */
static void form_hits(struct redactor *r, struct str raw, size_t prefix, const char *where,
                      struct secret_hits *ret)
{
    struct secret_hits hits = {0};
    search_text(r->search, r->arena, raw, &hits);
    struct str rest = str_slice(raw, prefix, raw.len);
    struct piece piece;
    size_t next = 0, covered = 0;
    for (; next < hits.count && hits.items[next].offset < prefix; next++) {
        list_form_hit(r, &hits.items[next], STR(""), where);
        *VEC_PUSH(r->arena, ret) = hits.items[next];
        covered = (size_t)hits.items[next].offset + hits.items[next].len;
    }
    while (piece_next(raw, &rest, &piece)) {
        struct secret_hit hidden;
        bool plain = next < hits.count && hits.items[next].offset < piece.end;
        if (!plain && piece.value_offset >= covered && decoded_hit(r, &piece, &hidden)) {
            list_form_hit(r, &hidden, piece.name, where);
            *VEC_PUSH(r->arena, ret) = hidden;
        }
        for (; next < hits.count && hits.items[next].offset < piece.end; next++) {
            list_form_hit(r, &hits.items[next], piece.name, where);
            *VEC_PUSH(r->arena, ret) = hits.items[next];
            covered = (size_t)hits.items[next].offset + hits.items[next].len;
        }
    }
}

const char *redact_form(struct redactor *r, struct str raw, size_t shown, size_t prefix,
                        const char *where)
{
    struct secret_hits hits = {0};
    form_hits(r, raw, prefix, where, &hits);
    AUTO_BUF struct buf out = {0};
    write_redacted(&out, raw, shown, &hits);
    return shown_text(r->arena, buf_str(&out));
}

const char *redact_target(struct redactor *r, struct str target)
{
    const char *mark = target.len > 0 ? memchr(target.ptr, '?', target.len) : NULL;
    size_t prefix = mark != NULL ? (size_t)(mark - target.ptr) + 1 : target.len;
    return redact_form(r, target, SIZE_MAX, prefix, "target");
}

/* The pair of "Basic" is looked at decoded: its secret half may have been form-encoded before
 * base64, as RFC 6749 section 2.3.1 asks, which the scanner cannot see. The marker stands for the
 * whole pair, because base64 spreads a secret's last bits over its neighbours. NULL: no canary is
 * in it. */
static const char *redact_basic(struct redactor *r, struct str value)
{
    struct str pair = str_trim(str_slice(value, 6, value.len));
    AUTO_BUF struct buf plain = {0};
    AUTO_BUF struct buf decoded = {0};
    struct err ignored = {0};
    if (base64_decode(&plain, pair, BASE64_STANDARD, &ignored) < 0 ||
        percent_decode(&decoded, buf_str(&plain), true, &ignored) < 0) {
        return NULL;
    }
    struct secret_hits hits = {0};
    search_text(r->search, r->arena, buf_str(&decoded), &hits);
    if (hits.count == 0) {
        return NULL;
    }
    AUTO_BUF struct buf out = {0};
    buf_add_str(&out, str_slice(value, 0, 6));
    secret_marker(&out, hits.items[0].canary, ENCODING_BASE64);
    return shown_text(r->arena, buf_str(&out));
}

static bool scheme_is(struct str value, struct str scheme)
{
    return value.len > scheme.len && str_eq_nocase(str_slice(value, 0, scheme.len), scheme);
}

/* Headers that other services than Databricks' APIs take their secret in, by the begin of the
 * route's name; NULL: any API route. */
static bool header_is_services_own(const struct redactor *r, struct str header)
{
    static const struct {
        const char *routes, *header;
    } own[] = {
        {"kbase.", "Authorization"}, /* raw, without a scheme */
        {"apps.", "X-API-Key"},
        {NULL, "X-Databricks-Azure-SP-Management-Token"},
        {NULL, "X-Databricks-GCP-SA-Access-Token"},
    };
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        bool there = own[i].routes != NULL ? str_starts(str_of(r->route), str_of(own[i].routes))
                                           : r->class == ROUTE_API;
        if (there && str_eq_nocase(header, str_of(own[i].header))) {
            return true;
        }
    }
    return false;
}

const char *redact_header(struct redactor *r, const struct http_field *field, bool is_request)
{
    bool authorization = is_request && str_eq_nocase(field->name, STR("Authorization"));
    if (authorization && scheme_is(field->value, STR("Basic "))) {
        const char *text = redact_basic(r, field->value);
        return text != NULL ? text : redact_text(r, field->value, SIZE_MAX, NULL);
    }
    bool in_place = (authorization && scheme_is(field->value, STR("Bearer "))) ||
                    header_is_services_own(r, field->name);
    const char *where = arena_printf(r->arena, "header:%.*s", STR_ARG(field->name));
    return redact_text(r, field->value, SIZE_MAX, is_request && !in_place ? where : NULL);
}
