/* SPDX-License-Identifier: Apache-2.0 */
#include "u2m_evidence.h"

#include "base/core/str.h"
#include "base/crypto/digest.h"

#define REDIRECT "http://localhost:8020/callback"
#define AGENT    "Mozilla/5.0 " BROWSER_AGENT_TOKEN

void u2m_visit(struct bench *b, size_t index, const char *query)
{
    b->evidence.visits[index].url =
        arena_printf(b->arena, "https://host.example/oidc/v1/authorize?%s", query);
}

static struct journal_record *grant_of(struct bench *b, const char *grant, size_t nth)
{
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        if (r->class == ROUTE_TOKEN && str_eq_z(str_of(r->grant), grant) && nth-- == 0) {
            return r;
        }
    }
    cr_assert(false, "no such token request: %s", grant);
    return NULL;
}

struct journal_record *u2m_redemption_of(struct bench *b, size_t nth)
{
    return grant_of(b, "authorization_code", nth);
}

struct journal_record *u2m_refresh_of(struct bench *b, size_t nth)
{
    return grant_of(b, "refresh_token", nth);
}

static void issues(struct bench *b, struct journal_record *r, const char *name)
{
    *VEC_PUSH(b->arena, &r->response.issued) = name;
}

static void authorize_add(struct bench *b, const char *challenge, int n)
{
    struct journal_record *r = bench_add_record(b, "oidc.authorize", 302);
    r->class = ROUTE_AUTHORIZE;
    r->request.query = (struct journal_pairs){0};
    *VEC_PUSH(b->arena, &r->request.query) = (struct journal_pair){"code_challenge", challenge};
    *VEC_PUSH(b->arena, &r->request.query) = (struct journal_pair){"redirect_uri", REDIRECT};
    record_header_set(b, r, "User-Agent", AGENT);
    issues(b, r, arena_printf(b->arena, "code_%d", n));
}

static struct journal_record *token_add(struct bench *b, const char *grant, int n)
{
    struct journal_record *r = bench_add_record(b, "oidc.token", 200);
    r->grant = grant;
    r->credential = (struct journal_credential){.scheme = "", .name = "", .kind = ""};
    r->request.form = (struct journal_pairs){0};
    record_form_add(b, r, "client_id", U2M_CLIENT);
    issues(b, r, arena_printf(b->arena, "access_token_%d", n));
    issues(b, r, arena_printf(b->arena, "refresh_token_%d", n));
    return r;
}

static void sign_in_add(struct bench *b, const char *state, const char *verifier, int n)
{
    AUTO_BUF struct buf challenge = {0};
    pkce_challenge_s256(&challenge, str_of(verifier));
    const char *made = arena_strdup(b->arena, buf_z(&challenge));
    b->evidence.visits[n - 1] = (struct browser_visit_record){
        .index = n - 1, .opener = "xdg-open", .agent = "fake", .end = "callback", .status = 200};
    u2m_visit(b, (size_t)n - 1,
              arena_printf(b->arena,
                           "client_id=" U2M_CLIENT "&response_type=code&state=%s"
                           "&scope=all-apis%%20offline_access&code_challenge=%s"
                           "&code_challenge_method=S256",
                           state, made));
    b->evidence.callbacks[n - 1] = (struct browser_callback_record){.visit = n - 1,
                                                                    .kind = "user",
                                                                    .method = "GET",
                                                                    .url = REDIRECT,
                                                                    .listeners = "127.0.0.1",
                                                                    .status = 200,
                                                                    .body = "done",
                                                                    .loads = "",
                                                                    .closed_after_ms = 5};
    authorize_add(b, made, n);
    struct journal_record *r = token_add(b, "authorization_code", n);
    record_form_add(b, r, "code", arena_printf(b->arena, "«code_%d»", n));
    record_form_add(b, r, "code_verifier", verifier);
    record_form_add(b, r, "redirect_uri", REDIRECT);
}

void u2m_clean(struct bench *b)
{
    enum { SIGN_INS = 2, REFRESHES = 2 };
    b->evidence.visits = ARENA_ARRAY(b->arena, struct browser_visit_record, SIGN_INS);
    b->evidence.callbacks = ARENA_ARRAY(b->arena, struct browser_callback_record, SIGN_INS);
    b->evidence.visit_count = b->evidence.callback_count = SIGN_INS;
    sign_in_add(b, U2M_STATE_1, U2M_VERIFIER_1, 1);
    sign_in_add(b, U2M_STATE_2, U2M_VERIFIER_2, SIGN_INS);
    for (int i = 0; i < REFRESHES; i++) {
        struct journal_record *r = token_add(b, "refresh_token", SIGN_INS + 1 + i);
        r->credential.name = arena_printf(b->arena, "refresh_token_%d", SIGN_INS + i);
    }
}
