/* SPDX-License-Identifier: Apache-2.0 */
/* Family "u2m", part two: what the user's browser and the connector's listener saw. */
#include "harness/judge/u2m_priv.h"

#include "base/core/buf.h"
#include "harness/judge/u2m_flow.h"

enum { FIRST_REFUSAL = 400 };

static bool is_kind(const struct browser_callback_record *c, const char *kind)
{
    return str_eq_z(str_of(c->kind), kind);
}

static bool is_browser(const struct journal_record *r)
{
    const char *agent = journal_header(&r->request.headers, "User-Agent");
    return str_find(str_of(agent), STR(BROWSER_AGENT_TOKEN), 0) >= 0;
}

void u2m_external_browser(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "sign-in pages are visited by the user's own browser and by nobody else";
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (r->class == ROUTE_AUTHORIZE && !is_browser(r)) {
            check_fail(o, expected, "another program visited one",
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (x->evidence->visit_count == 0) {
        check_fail(o, expected, "the user's browser was not opened", NULL);
        return;
    }
    check_pass(o, expected,
               arena_printf(x->arena, "%zu visits, opened by %s", x->evidence->visit_count,
                            x->evidence->visits[0].opener));
}

static const char *foreign_listener(struct arena *a, const char *listeners)
{
    struct str rest = str_of(listeners), address;
    while (str_split(&rest, ' ', &address)) {
        bool loopback = str_starts(address, STR("127.")) || str_eq_z(address, "::1");
        if (address.len > 0 && !loopback) {
            return arena_strndup(a, address.ptr, address.len);
        }
    }
    return NULL;
}

void u2m_listener(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "a listener on loopback alone, which is closed once it has the answer";
    size_t answers = 0;
    for (size_t i = 0; i < x->evidence->callback_count; i++) {
        const struct browser_callback_record *c = &x->evidence->callbacks[i];
        const char *foreign = foreign_listener(x->arena, c->listeners);
        if (foreign != NULL) {
            check_fail(o, expected, arena_printf(x->arena, "it listens on %s", foreign), c->url);
            return;
        }
        answers += is_kind(c, "user") ? 1 : 0;
        bool last = c->visit + 1 == (int64_t)x->evidence->visit_count;
        if (is_kind(c, "user") && last && c->closed_after_ms < 0) { /* else: the next one's */
            check_fail(o, expected, "it was still open after the answer", c->url);
            return;
        }
    }
    if (answers == 0) {
        check_fail(o, expected, "no answer reached a listener", NULL);
        return;
    }
    check_pass(o, expected,
               arena_printf(x->arena, "%zu answers, each to a listener on loopback", answers));
}

/* What is wrong with the page that the user is left with; NULL = nothing. */
static const char *wrong_page(const struct check_context *x,
                              const struct browser_callback_record *c)
{
    if (c->status == 0) {
        return arena_printf(x->arena, "was left without an answer: %s",
                            c->problem != NULL ? c->problem : "nothing came");
    }
    if (c->status >= FIRST_REFUSAL) {
        return arena_printf(x->arena, "was answered with status %d", c->status);
    }
    if (c->loads != NULL && c->loads[0] != '\0') {
        return arena_printf(x->arena, "got a page that loads %s", c->loads);
    }
    for (size_t i = 0; i < x->evidence->find_count; i++) {
        const struct secret_find *s = &x->evidence->finds[i];
        if (str_eq_z(str_of(s->place), "page")) {
            return arena_printf(x->arena, "got a page that shows %s", s->name);
        }
    }
    return NULL;
}

void u2m_page(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "the answer's page loads nothing from elsewhere and shows no credential";
    size_t pages = 0;
    for (size_t i = 0; i < x->evidence->callback_count; i++) {
        const struct browser_callback_record *c = &x->evidence->callbacks[i];
        const char *why = is_kind(c, "user") ? wrong_page(x, c) : NULL;
        pages += is_kind(c, "user") ? 1 : 0;
        if (why != NULL) {
            check_fail(o, expected, arena_printf(x->arena, "the user's browser %s", why), c->body);
            return;
        }
    }
    if (pages == 0) {
        check_fail(o, expected, "the user's browser reached no listener", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu pages", pages));
}

void u2m_replay(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "an answer that comes twice, or from elsewhere, is turned away";
    size_t strays = 0;
    for (size_t i = 0; i < x->evidence->callback_count; i++) {
        const struct browser_callback_record *c = &x->evidence->callbacks[i];
        strays += is_kind(c, "user") ? 0 : 1;
        if (!is_kind(c, "user") && c->status > 0 && c->status < FIRST_REFUSAL) {
            check_fail(o, expected,
                       arena_printf(x->arena, "the one of kind `%s' was answered with status %d",
                                    c->kind, c->status),
                       c->url);
            return;
        }
    }
    if (strays == 0) {
        check_fail(o, expected, "no such answer was sent: the user's own one never came", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu were", strays));
}

void u2m_sign_ins(const struct check_context *x, struct check_outcome *o)
{
    enum { HTTP_OK = 200 };
    const struct u2m_sign_ins_params *p = x->params;
    struct u2m_records redemptions = {0};
    int64_t n = 0;
    u2m_grants(x->arena, x->evidence, "authorization_code", &redemptions);
    VEC_FOREACH(const struct journal_record *, r, &redemptions) {
        n += (*r)->response.status == HTTP_OK ? 1 : 0;
    }
    const char *expected = p->min == p->max
                               ? arena_printf(x->arena, "the user signs in %lld time%s",
                                              (long long)p->min, p->min == 1 ? "" : "s")
                               : arena_printf(x->arena, "the user signs in %lld to %lld times",
                                              (long long)p->min, (long long)p->max);
    const char *seen = arena_printf(x->arena, "%lld", (long long)n);
    if (n < p->min || n > p->max) {
        check_fail(o, expected, seen, u2m_excerpt(x->arena, &redemptions, 4));
        return;
    }
    check_pass(o, expected, seen);
}

void u2m_answered(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "each sign-in leads back to the connector";
    for (size_t i = 0; i < x->evidence->visit_count; i++) {
        const struct browser_visit_record *v = &x->evidence->visits[i];
        if (!str_eq_z(str_of(v->end), "callback")) {
            check_fail(o, expected,
                       arena_printf(x->arena, "sign-in %zu left the user on a page: %s", i + 1,
                                    v->detail != NULL ? v->detail : v->end),
                       v->url);
            return;
        }
    }
    if (x->evidence->visit_count == 0) {
        check_fail(o, expected, "the user's browser was not opened", NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "%zu did", x->evidence->visit_count));
}

/* Which application's session an access token is of: that of the exchange that issued it. */
static const char *client_of(const struct evidence *e, const char *token)
{
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        if (r->class == ROUTE_TOKEN && str_list_has(&r->response.issued, str_of(token))) {
            return u2m_form(r, "client_id");
        }
    }
    return "";
}

void u2m_own_session(const struct check_context *x, struct check_outcome *o)
{
    const char *expected = "after a change of the application, its own sign-in and its own tokens";
    struct u2m_requests requests = {0};
    u2m_requests_read(x->arena, x->evidence, &requests);
    const struct journal_record *last = NULL;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        last = r->class == ROUTE_API ? r : last;
    }
    if (last == NULL || requests.count == 0) {
        check_fail(o, expected, "nobody signed in, or no call was made", NULL);
        return;
    }
    const char *client = client_of(x->evidence, last->credential.name);
    if (client[0] == '\0') {
        check_fail(o, expected,
                   arena_printf(x->arena, "nobody issued %s, which the last call carried",
                                last->credential.name),
                   check_exchange_text(x->arena, last));
        return;
    }
    if (strcmp(client, x->evidence->identity.client_id) == 0) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%s, issued to the application before, was used",
                                last->credential.name),
                   check_exchange_text(x->arena, last));
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "%s is the other one's", last->credential.name));
}
