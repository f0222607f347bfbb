/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/jwt.h"
#include "base/crypto/random.h"
#include "tests/unit/mock/oidc/oidc_flow.h"

#include <criterion/criterion.h>

/* Mistakes that other mock identity servers were found to make; each is named with its source. */

static struct flow f;

static void set_up(void)
{
    flow_init(&f, "");
}

static void tear_down(void)
{
    flow_done(&f);
}

TestSuite(oidc_known_defects, .init = set_up, .fini = tear_down);

#define CC "grant_type=client_credentials&client_id=" DESK_CLIENT_ID "&client_secret=" DESK_SECRET

Test(oidc_known_defects, times_in_tokens_are_seconds)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    (void)flow_token(&f, CC);
    cr_expect_eq(json_get_int(f.desk->last.json, "expires_in", 0), 3600,
                 "oauth2-proxy/mockoidc PR 39: nanoseconds");
    cr_expect_eq((int)json_type(json_get(f.desk->last.json, "expires_in")), (int)JSON_NUMBER,
                 "databricks/cli testserver: a string");
    cr_assert_eq(jwt_parse(str_of(flow_kept(&f, "access_token")), &jwt, &err), 0);
    int64_t iat = json_get_int(jwt.claims, "iat", 0), exp = json_get_int(jwt.claims, "exp", 0);
    cr_expect_eq(exp - iat, 3600, "navikt anyToken: milliseconds taken for seconds");
    int64_t now = clock_wall_s(&f.desk->clock);
    cr_expect(iat <= now && iat > now - 60, "navikt #925: milliseconds in the body");
}

Test(oidc_known_defects, one_clock_feeds_all_times)
{
    struct err err = {0};
    AUTO_JWT struct jwt jwt = {0};
    clock_advance_ms(&f.desk->clock, (int64_t)400 * 24 * 3600 * 1000);
    (void)flow_token(&f, CC);
    cr_expect_eq(json_get_int(f.desk->last.json, "expires_in", 0), 3600,
                 "navikt systemTime: expires_in from another clock");
    cr_assert_eq(jwt_parse(str_of(flow_kept(&f, "access_token")), &jwt, &err), 0);
    cr_expect_geq(json_get_int(jwt.claims, "iat", 0), clock_wall_s(&f.desk->clock) - 60);
    cr_expect_eq(flow_api_status(&f, flow_kept(&f, "access_token")), 200);
}

Test(oidc_known_defects, descriptions_keep_their_letters)
{
    (void)flow_token(&f, "grant_type=client_credentials&client_id=nobody&client_secret=x");
    cr_expect_str_eq(flow_kept(&f, "error_description"), "Client authentication failed",
                     "navikt: the whole error in lower case");
}

Test(oidc_known_defects, an_unknown_grant_is_unsupported)
{
    (void)flow_token(&f, "grant_type=unknown&client_id=public-app");
    cr_expect_str_eq(flow_kept(&f, "error"), "unsupported_grant_type",
                     "navikt, meigma, axa 8: invalid_grant");
}

Test(oidc_known_defects, documents_are_where_they_belong_only)
{
    static const char *const targets[] = {"/.well-known/openid-configuration",
                                          "/x/oidc/.well-known/openid-configuration",
                                          "/oidc/x/.well-known/openid-configuration"};
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        cr_expect_null(flow_get(&f, targets[i])->route, "navikt #767: any path with that end");
    }
}

Test(oidc_known_defects, codes_are_fresh_and_the_redirect_is_302)
{
    const char *first = flow_code(&f, "public-app", "");
    cr_expect_str_neq(first, flow_code(&f, "public-app", ""),
                      "databricks/cli testserver: a constant code");
    cr_expect_eq(f.desk->last.reply.status, 302, "databricks/cli testserver: 301");
}

Test(oidc_known_defects, no_private_half_of_a_key_is_served)
{
    static const char *const private_members[] = {"d", "p", "q", "dp", "dq", "qi", "k"};
    (void)desk_bearer(f.desk, &(struct mock_mint){
                                  .kind = "access-token", .principal = "robot", .format = "ES256"});
    const struct json *keys = json_get(flow_get(&f, "/oidc/jwks.json")->json, "keys");
    cr_assert_eq(json_count(keys), 2);
    JSON_FOREACH(key, keys) {
        for (size_t i = 0; i < ARRAY_LEN(private_members); i++) {
            cr_expect_null(json_get(key, private_members[i]), "oidc-provider-mock before 0.4.4");
        }
    }
}

Test(oidc_known_defects, the_issuer_is_as_the_client_addressed_it)
{
    desk_load(f.desk, "workspaces: [{}]\nprincipals: [{name: robot, kind: service-principal,"
                      " client_id: " DESK_CLIENT_ID ", client_secret: " DESK_SECRET "}]\n");
    static const char *const hosts[] = {"localhost", "127.0.0.1", "mock"};
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        struct err err = {0};
        AUTO_JWT struct jwt jwt = {0};
        const struct desk_reply *a =
            desk_send(f.desk, &(struct desk_request){.method = "POST",
                                                     .target = "/oidc/v1/token",
                                                     .host = hosts[i],
                                                     .content_type = FLOW_FORM,
                                                     .body = CC});
        cr_assert_eq(jwt_parse(str_of(json_get_string(a->json, "access_token", "")), &jwt, &err),
                     0);
        cr_expect_str_eq(json_get_string(jwt.claims, "iss", ""),
                         arena_printf(f.arena, "http://%s/oidc", hosts[i]),
                         "axa: bound to 127.0.0.1, issuer says localhost");
    }
}

Test(oidc_known_defects, refresh_errors_are_json)
{
    (void)flow_token(&f, "grant_type=refresh_token&client_id=public-app&refresh_token=x");
    cr_expect_str_eq(desk_header(f.desk, "content-type"), "application/json",
                     "nanoidp: an HTML page");
}

/* ---- a model of one application's sessions, and many random steps ---- */

enum { SESSIONS = 4, STEPS = 400 };

struct session {
    const char *code, *access, *used, *current;
    bool alive;
};

static struct session begin(void)
{
    struct session s = {.code = flow_code(&f, "single-app", "all-apis offline_access"),
                        .alive = true};
    cr_assert_eq(flow_redeem(&f, "single-app", s.code)->reply.status, 200);
    s.access = flow_kept(&f, "access_token");
    s.current = flow_kept(&f, "refresh_token");
    return s;
}

static int refresh(const char *token)
{
    return flow_token(&f, arena_printf(f.arena,
                                       "grant_type=refresh_token&client_id=single-app"
                                       "&refresh_token=%s",
                                       token))
        ->reply.status;
}

static void step(struct session *s, uint64_t choice)
{
    switch (choice) {
    case 0: /* the code again */
        cr_expect_eq(flow_redeem(&f, "single-app", s->code)->reply.status, 400);
        s->alive = false;
        break;
    case 1: /* a spent refresh token */
        if (s->used != NULL) {
            cr_expect_eq(refresh(s->used), 400);
            s->alive = false;
        }
        break;
    case 2: /* a new session in its place */
        *s = begin();
        break;
    default:
        cr_expect_eq(refresh(s->current), s->alive ? 200 : 400);
        if (s->alive) {
            s->used = s->current;
            s->access = flow_kept(&f, "access_token");
            s->current = flow_kept(&f, "refresh_token");
        }
    }
}

Test(oidc_known_defects, whatever_happens_a_session_is_alive_as_a_whole_or_dead_as_a_whole)
{
    struct rng rng;
    struct session sessions[SESSIONS];
    rng_init_seeded(&rng, 42);
    for (size_t i = 0; i < SESSIONS; i++) {
        sessions[i] = begin();
    }
    for (int n = 0; n < STEPS; n++) {
        uint64_t r = rng_uint64(&rng);
        step(&sessions[r % SESSIONS], (r >> 8) % 12);
        for (size_t i = 0; i < SESSIONS; i++) {
            cr_assert_eq(flow_api_status(&f, sessions[i].access), sessions[i].alive ? 200 : 403,
                         "step %d, session %zu", n, i);
        }
    }
}
