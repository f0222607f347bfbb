/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/u2m_flow.h"

#include "base/core/buf.h"
#include "base/core/str.h"

void u2m_requests_read(struct arena *a, const struct evidence *e, struct u2m_requests *ret)
{
    for (size_t i = 0; i < e->visit_count; i++) {
        struct u2m_request request = {.visit = &e->visits[i]};
        struct url url;
        struct err ignored = {0};
        if (url_parse(a, str_of(e->visits[i].url), &url, &ignored) == 0 &&
            form_parse(a, url.query, &request.params, &ignored) == 0) {
            *VEC_PUSH(a, ret) = request;
        }
    }
}

struct str u2m_param(const struct u2m_request *r, const char *name)
{
    const struct url_param *p = params_get(&r->params, name);
    return p != NULL ? p->value : STR("");
}

void u2m_grants(struct arena *a, const struct evidence *e, const char *grant,
                struct u2m_records *ret)
{
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        if (r->class == ROUTE_TOKEN && str_eq_z(str_of(r->grant), grant)) {
            *VEC_PUSH(a, ret) = r;
        }
    }
}

const char *u2m_form(const struct journal_record *r, const char *name)
{
    const char *value = journal_pair_get(&r->request.form, name);
    return value != NULL ? value : "";
}

/* In the form, a code stands as its marker, «code_1». */
const struct journal_record *u2m_issuer(const struct evidence *e, const struct journal_record *r)
{
    struct str code = str_of(u2m_form(r, "code"));
    VEC_FOREACH(const struct journal_record, it, &e->journal) {
        for (size_t i = 0; it->class == ROUTE_AUTHORIZE && i < it->response.issued.count; i++) {
            struct str name = str_of(it->response.issued.items[i]);
            long at = str_find(code, name, 0);
            size_t end = (size_t)at + name.len;
            bool whole = at > 0 && end < code.len && (unsigned char)code.ptr[end] >= 0x80;
            if (whole) {
                return it;
            }
        }
    }
    return NULL;
}

const char *u2m_excerpt(struct arena *a, const struct u2m_records *records, size_t most)
{
    AUTO_BUF struct buf out = {0};
    for (size_t i = 0; i < records->count && i < most; i++) {
        buf_printf(&out, "%s\n", check_exchange_text(a, records->items[i]));
    }
    return arena_strdup(a, buf_z(&out));
}
