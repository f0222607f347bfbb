/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/nearest.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/json/json_read.h"
#include "base/text/suggest.h"
#include "harness/judge/check.h"
#include "harness/judge/selection.h"

/* One thing that a selection can ask for, alone: so each is compared by the selection's own rules.
 */
enum field { FIELD_ROUTE, FIELD_CLASS, FIELD_GRANT, FIELD_STATUS, FIELD_CREDENTIAL, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {"route", "class", "grant", "status",
                                                     "credential"};

/* The selection reduced to one field; false when it does not ask for that. */
static bool field_alone(const struct selection *s, enum field f, struct selection *ret)
{
    struct selection alone = {0};
    bool asked = false;
    switch (f) {
    case FIELD_ROUTE:
        alone.routes = s->routes;
        asked = s->routes.count > 0;
        break;
    case FIELD_CLASS:
        alone.classes = s->classes;
        asked = s->classes != 0;
        break;
    case FIELD_GRANT:
        alone.grant = s->grant;
        asked = s->grant != NULL;
        break;
    case FIELD_STATUS:
        alone.status = s->status;
        asked = s->status.count > 0;
        break;
    case FIELD_CREDENTIAL:
        alone.credential = s->credential;
        asked = s->credential != 0;
        break;
    case FIELD_COUNT:
        break;
    }
    *ret = alone;
    return asked;
}

/* A route in common says more than all else together: "nearest" is about the same request. */
static int closeness(const struct selection *s, const struct journal_record *r)
{
    static const int weight[FIELD_COUNT] = {8, 2, 3, 1, 1};
    int sum = 0;
    for (int f = 0; f < FIELD_COUNT; f++) {
        struct selection alone;
        if (field_alone(s, (enum field)f, &alone) && selection_has(&alone, r)) {
            sum += weight[f];
        }
    }
    return sum;
}

static const char *value_of(struct arena *a, enum field f, const struct journal_record *r)
{
    switch (f) {
    case FIELD_ROUTE:
        return r->route[0] ? r->route : "(unknown)";
    case FIELD_CLASS:
        return route_class_name(r->class);
    case FIELD_GRANT:
        return r->grant[0] ? r->grant : "(none)";
    case FIELD_STATUS:
        return r->response.status ? arena_printf(a, "%d", r->response.status) : r->response.end;
    case FIELD_CREDENTIAL:
        return credential_state_name(r->credential.state);
    case FIELD_COUNT:
        break;
    }
    return "";
}

static void add_field(struct arena *a, struct buf *out, const struct selection *s, enum field f,
                      const struct journal_record *r)
{
    struct selection alone;
    if (!field_alone(s, f, &alone)) {
        return;
    }
    const char *wanted = selection_text(a, &alone);
    buf_printf(out, "  %-10s %s: ", field_names[f], value_of(a, f, r));
    if (selection_has(&alone, r)) {
        buf_add_z(out, "as wanted\n");
    } else {
        buf_printf(out, "wanted were %s\n", wanted);
    }
}

const char *nearest_text(struct arena *a, const struct selection *s, const struct journal *j)
{
    AUTO_BUF struct buf out = {0};
    const struct journal_record *nearest = NULL;
    int best = 0;
    VEC_FOREACH(const struct journal_record, r, j) {
        int close = closeness(s, r);
        if (close > best) {
            best = close;
            nearest = r;
        }
    }
    if (!nearest || selection_has(s, nearest)) {
        return NULL;
    }
    buf_printf(&out, "nearest miss: %s\n", check_exchange_text(a, nearest));
    for (int f = 0; f < FIELD_COUNT; f++) {
        add_field(a, &out, s, (enum field)f, nearest);
    }
    return arena_strndup(a, buf_z(&out), out.len);
}

static void add_bytes(struct buf *out, struct str text)
{
    enum { SHOWN = 24 };
    buf_add_char(out, '`');
    for (size_t i = 0; i < text.len && i < SHOWN; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\x%02x", c);
        } else {
            buf_add_char(out, text.ptr[i]);
        }
    }
    buf_add_z(out, text.len > SHOWN ? "...'" : "'");
}

static void add_difference(struct buf *out, struct str wanted, struct str seen)
{
    size_t at = 0;
    while (at < wanted.len && at < seen.len && wanted.ptr[at] == seen.ptr[at]) {
        at++;
    }
    buf_printf(out, "  the values part at byte %zu: wanted ", at);
    add_bytes(out, str_slice(wanted, at, wanted.len));
    buf_add_z(out, ", seen ");
    add_bytes(out, str_slice(seen, at, seen.len));
    buf_add_char(out, '\n');
}

static void add_nearest_name(struct arena *a, struct buf *out, const char *name,
                             const struct journal_record *r)
{
    const struct journal_pairs *headers = &r->request.headers;
    const char **names = ARENA_ARRAY(a, const char *, headers->count + 1);
    for (size_t i = 0; i < headers->count; i++) {
        names[i] = headers->items[i].name;
    }
    const char *near = suggest(str_of(name), names, headers->count);
    if (near) {
        buf_printf(out, "  nearest header: %s: %s\n", near, journal_header(headers, near));
        return;
    }
    buf_add_z(out, "  headers there were:");
    for (size_t i = 0; i < headers->count; i++) {
        buf_printf(out, "%s %s", i ? "," : "", names[i]);
    }
    buf_add_z(out, headers->count ? "\n" : " none\n");
}

const char *nearest_header_text(struct arena *a, const char *name, const char *equals,
                                const struct journal_record *r)
{
    AUTO_BUF struct buf out = {0};
    bool there = false;
    buf_printf(&out, "%s\n", check_exchange_text(a, r));
    VEC_FOREACH(const struct journal_pair, h, &r->request.headers) {
        if (str_eq_nocase(str_of(h->name), str_of(name))) {
            there = true;
            if (equals && !str_eq_z(str_of(h->value), equals)) {
                add_difference(&out, str_of(equals), str_of(h->value));
            }
        }
    }
    if (!there) {
        add_nearest_name(a, &out, name, r);
    }
    return arena_strndup(a, buf_z(&out), out.len);
}

/* The names in one part of a request; of a JSON body those of its object. */
static void names_of(struct arena *a, const struct journal_record *r, const char *part,
                     struct str_list *ret)
{
    bool form = str_eq_z(STR("form"), part);
    const struct journal_pairs *pairs = form ? &r->request.form : &r->request.query;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    if (!str_eq_z(STR("json"), part)) {
        VEC_FOREACH(const struct journal_pair, p, pairs) {
            *VEC_PUSH(a, ret) = p->name;
        }
    } else if (r->request.body && r->request.body[0] &&
               json_read(str_of(r->request.body), "body", NULL, &doc, &ignored) == 0 &&
               json_type(doc.root) == JSON_OBJECT) {
        JSON_FOREACH(member, doc.root) {
            *VEC_PUSH(a, ret) = arena_strdup(a, json_key(member));
        }
    }
}

static void add_names(struct buf *out, const char *part, const struct str_list *names)
{
    buf_printf(out, "  in its %s there were:", part);
    for (size_t i = 0; i < names->count; i++) {
        buf_printf(out, "%s %s", i ? "," : "", names->items[i]);
    }
    buf_add_z(out, names->count ? "\n" : " none\n");
}

static void add_absent(struct arena *a, struct buf *out, const struct nearest_parameter *p,
                       const struct journal_record *r)
{
    static const char *const parts[] = {"form", "query", "json"};
    struct str_list own = {0};
    names_of(a, r, p->part, &own);
    const char *near = suggest(str_of(p->name), own.items, own.count);
    if (near) {
        buf_printf(out, "  nearest parameter in its %s: %s\n", p->part, near);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct str_list names = {0};
        names_of(a, r, parts[i], &names);
        if (strcmp(parts[i], p->part) != 0 && str_list_has(&names, str_of(p->name))) {
            buf_printf(out, "  %s stands in its %s instead\n", p->name, parts[i]);
            return;
        }
    }
    add_names(out, p->part, &own);
}

const char *nearest_parameter_text(struct arena *a, const struct nearest_parameter *p,
                                   const struct journal_record *r)
{
    AUTO_BUF struct buf out = {0};
    buf_printf(&out, "%s\n", check_exchange_text(a, r));
    if (!p->value) {
        add_absent(a, &out, p, r);
    } else if (p->equals && !str_eq_z(str_of(p->value), p->equals)) {
        add_difference(&out, str_of(p->equals), str_of(p->value));
    }
    return arena_strndup(a, buf_z(&out), out.len);
}
