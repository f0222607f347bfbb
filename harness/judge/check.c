/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/check.h"

#include "base/core/assert.h"
#include "base/core/buf.h"

static void decide(struct check_outcome *o, enum verdict verdict, const char *expected,
                   const char *seen)
{
    ASSERT(!o->decided);
    o->decided = true;
    o->verdict = verdict;
    o->expected = expected;
    o->seen = seen;
}

void check_pass(struct check_outcome *o, const char *expected, const char *seen)
{
    decide(o, VERDICT_PASS, expected, seen);
}

void check_fail(struct check_outcome *o, const char *expected, const char *seen,
                const char *excerpt)
{
    decide(o, VERDICT_FAIL, expected, seen);
    o->excerpt = excerpt;
}

void check_not_applicable(struct check_outcome *o, const char *why)
{
    decide(o, VERDICT_NOT_APPLICABLE, NULL, why);
}

void check_inconclusive(struct check_outcome *o, const char *expected, const char *why)
{
    decide(o, VERDICT_INCONCLUSIVE, expected, why);
}

void check_noisy(struct check_outcome *o, const char *expected, const char *why)
{
    check_inconclusive(o, expected, why);
    o->noisy = true;
}

static const char *credential_text(struct arena *a, const struct journal_record *r)
{
    const struct journal_credential *c = &r->credential;
    if (c->state == CREDENTIAL_ABSENT) {
        return "no credential";
    }
    const char *what = c->name[0] ? c->name : c->scheme[0] ? c->scheme : "a credential";
    if (c->has_life) {
        return arena_printf(a, "%s, %s, %lld ms left", what, credential_state_name(c->state),
                            (long long)c->life_left_ms);
    }
    return arena_printf(a, "%s, %s", what, credential_state_name(c->state));
}

const char *check_exchange_text(struct arena *a, const struct journal_record *r)
{
    const char *agent = journal_header(&r->request.headers, "User-Agent");
    const char *end =
        r->response.status ? arena_printf(a, "%d", r->response.status) : r->response.end;
    return arena_printf(a, "#%lld +%lldms %s %s -> %s (%s; User-Agent: %s)%s%s", (long long)r->seq,
                        (long long)r->real_ms, r->request.method, r->request.target, end,
                        credential_text(a, r), agent ? agent : "none",
                        r->fault[0] ? " by fault rule " : "", r->fault);
}

const char *check_option_of_request(const struct evidence *e, const struct journal_record *r)
{
    for (size_t i = 0; i < e->option_count; i++) {
        if (r->seq >= e->options[i].first_seq && r->seq <= e->options[i].last_seq) {
            return e->options[i].name;
        }
    }
    return NULL;
}

const char *check_option_of_operation(const struct evidence *e, const struct operation_record *op)
{
    for (size_t i = 0; i < e->option_count; i++) {
        if (op->index >= e->options[i].first_operation &&
            op->index <= e->options[i].last_operation) {
            return e->options[i].name;
        }
    }
    return NULL;
}
