/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_match_priv.h"

#include "base/text/glob.h"
#include "mock/http/request.h"

#define NOWHERE ((size_t)-1)

/* `*` is any run of characters here, slashes included: user agents and hosts are no paths. Greedy
 * with a return to the latest star, hence never exponential. */
static bool text_is_like(struct str text, struct str pattern)
{
    size_t p = 0, t = 0, star = NOWHERE, star_text = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            star_text = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' || pattern.ptr[p] == text.ptr[t])) {
            p++;
            t++;
        } else if (star != NOWHERE) {
            t = ++star_text;
            p = star;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

static bool list_has(const struct str_list *patterns, const char *text)
{
    VEC_FOREACH(const char *, pattern, patterns) {
        if (glob_match(str_of(*pattern), str_of(text))) {
            return true;
        }
    }
    return patterns->count == 0;
}

static bool is_like(const char *text, const char *pattern)
{
    return text != NULL && text[0] != '\0' && text_is_like(str_of(text), str_of(pattern));
}

static bool headers_fit(const struct shape_pairs *wanted, const struct http_req *req)
{
    VEC_FOREACH(const struct shape_pair, pair, wanted) {
        const struct http_field *field = http_req_header(req, pair->key);
        bool absent = pair->value[0] == '\0';
        if (absent ? field != NULL
                   : field == NULL || !text_is_like(field->value, str_of(pair->value))) {
            return false;
        }
    }
    return true;
}

static bool hosts_fit(const struct str_list *hosts, struct str host)
{
    VEC_FOREACH(const char *, pattern, hosts) {
        if (text_is_like(host, str_of(*pattern))) {
            return true;
        }
    }
    return hosts->count == 0;
}

static bool request_fits(const struct scenario_fault_match *m, const struct fault_subject *s)
{
    if (s->req == NULL) {
        return true;
    }
    return (m->method == NULL || str_eq_z(s->req->method, m->method)) &&
           hosts_fit(&m->hosts, s->req->host) && headers_fit(&m->request_headers, s->req);
}

bool fault_match(const struct scenario_fault *f, const struct fault_subject *s)
{
    const struct scenario_fault_match *m = &f->match;
    return list_has(&f->routes, s->route) && list_has(&f->classes, route_class_name(s->class)) &&
           (f->grant == NULL || strcmp(f->grant, s->grant) == 0) && request_fits(m, s) &&
           (m->client == NULL || is_like(s->client, m->client) ||
            is_like(s->principal, m->client)) &&
           (m->token == NULL || is_like(s->token, m->token));
}

/* The finalizer of SplitMix64. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

double fault_draw(const struct fault_rule *rule, uint64_t purpose)
{
    uint64_t x = mix((uint64_t)rule->spec.window.seed + UINT64_C(0x9E3779B97F4A7C15));
    x = mix(x ^ (uint64_t)rule->matched * UINT64_C(0x9E3779B97F4A7C15) ^ purpose);
    return (double)(x >> 11) / 9007199254740992.0; /* 2^53 */
}

/* The quota's window opens with its first request. false: within the quota. */
static bool quota_is_exceeded(struct fault_rule *rule, int64_t now_ms)
{
    const struct scenario_fault_window *w = &rule->spec.window;
    if (rule->quota_used == 0 || now_ms >= rule->quota_ends_ms) {
        rule->quota_used = 0;
        rule->quota_ends_ms = now_ms + w->quota_per_ms;
    }
    return ++rule->quota_used > w->quota;
}

static bool window_is_open(struct fault_rule *rule, int64_t now_ms)
{
    const struct scenario_fault_window *w = &rule->spec.window;
    int64_t age_ms = now_ms - rule->added_ms;
    if (age_ms < w->from_ms || (w->until_ms != 0 && age_ms >= w->until_ms)) {
        return false;
    }
    int64_t past = rule->matched - rule->spec.skip;
    if (past <= 0 || (w->every > 1 && past % w->every != 0)) {
        return false;
    }
    if (w->percent > 0 && fault_draw(rule, 1) * 100 >= (double)w->percent) {
        return false;
    }
    return w->quota == 0 || quota_is_exceeded(rule, now_ms);
}

bool fault_window_take(struct fault_rule *rule, int64_t now_ms)
{
    if (!window_is_open(rule, now_ms) ||
        (rule->spec.times != 0 && rule->opened >= rule->spec.times)) {
        return false;
    }
    rule->opened++;
    return true;
}
