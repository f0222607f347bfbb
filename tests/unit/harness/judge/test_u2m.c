/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent when a user signs in. The clean evidence: two sign-ins by visits 0 and 1, each led
 * back to the listener with a code that was redeemed, then two refreshes that rotate. */
#include "evidence_builder.h"

#include "base/crypto/digest.h"
#include "u2m_evidence.h"

#include <stdlib.h>

static void nobody_signed_in(struct bench *b)
{
    u2m_clean(b);
    b->evidence.visit_count = 0;
}

static void nothing_was_redeemed(struct bench *b)
{
    u2m_clean(b);
    u2m_redemption_of(b, 0)->class = ROUTE_OTHER;
    u2m_redemption_of(b, 0)->class = ROUTE_OTHER;
}

static void no_challenge(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 1, "client_id=" U2M_CLIENT "&response_type=code&state=" U2M_STATE_2);
}

static void plain_by_default(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "code_challenge=abc&state=" U2M_STATE_1);
}

static void plain_method(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "code_challenge=abc&code_challenge_method=plain");
}

static void padded_challenge(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "code_challenge=YWJj%3D&code_challenge_method=S256");
}

static void short_challenge(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "code_challenge=YWJj&code_challenge_method=S256");
}

static void no_verifier(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 1), "code_verifier", NULL);
}

static void short_verifier(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 1), "code_verifier", "abc");
}

static void other_verifier(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 0), "code_verifier", U2M_VERIFIER_2);
}

static void foreign_code(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 0), "code", "«code_9»");
}

#define ROW(what, spoil, check, verdict, seen)                  \
    {                                                           \
        what, spoil, MODE_U2M, check, verdict, seen, NULL, NULL \
    }

#define PKCE "{check: u2m.pkce}"
Test(u2m, pkce)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, PKCE, VERDICT_PASS, "in 2 redemptions"),
        ROW("only asked for", nothing_was_redeemed, PKCE, VERDICT_PASS, "in 0 redemptions"),
        ROW("no sign-in", nobody_signed_in, PKCE, VERDICT_FAIL, "browser was not opened"),
        ROW("no challenge", no_challenge, PKCE, VERDICT_FAIL, "sign-in 2 carries no"),
        ROW("no method", plain_by_default, PKCE, VERDICT_FAIL, "which means plain"),
        ROW("plain", plain_method, PKCE, VERDICT_FAIL, "code_challenge_method `plain'"),
        ROW("padded", padded_challenge, PKCE, VERDICT_FAIL, "not plain base64url"),
        ROW("no digest", short_challenge, PKCE, VERDICT_FAIL, "no SHA-256 digest"),
        ROW("no verifier", no_verifier, PKCE, VERDICT_FAIL, "carries no code_verifier"),
        ROW("short verifier", short_verifier, PKCE, VERDICT_FAIL, "43 to 128"),
        ROW("wrong verifier", other_verifier, PKCE, VERDICT_FAIL, "does not belong"),
        ROW("nobody's code", foreign_code, PKCE, VERDICT_FAIL, "a code that no sign-in was given"),
    };
    ROWS_RUN(rows);
}

static void one_sign_in(struct bench *b)
{
    u2m_clean(b);
    b->evidence.visit_count = 1;
}

static void no_state(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "response_type=code");
}

static void short_state(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "state=12345");
}

static void same_state(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 1, "state=" U2M_STATE_1);
}

static void counted_state(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "state=installation-0000000001-a");
    u2m_visit(b, 1, "state=installation-0000000002-a");
}

static void same_verifier(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 1), "code_verifier", U2M_VERIFIER_1);
}

static void redeemed_once(struct bench *b)
{
    u2m_clean(b);
    u2m_redemption_of(b, 1)->class = ROUTE_OTHER;
}

#define UNGUESSABLE "{check: u2m.unguessable}"
Test(u2m, unguessable)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, UNGUESSABLE, VERDICT_PASS, "2 sign-ins"),
        ROW("no sign-in", nobody_signed_in, UNGUESSABLE, VERDICT_FAIL, "not opened"),
        ROW("one", one_sign_in, UNGUESSABLE, VERDICT_FAIL, "shows nothing about the next"),
        ROW("one redeemed", redeemed_once, UNGUESSABLE, VERDICT_FAIL, "1 of the codes"),
        ROW("no state", no_state, UNGUESSABLE, VERDICT_FAIL, "sign-in 1 carries no state"),
        ROW("short", short_state, UNGUESSABLE, VERDICT_FAIL, "short enough to be guessed"),
        ROW("the same", same_state, UNGUESSABLE, VERDICT_FAIL, "the same state"),
        ROW("counted", counted_state, UNGUESSABLE, VERDICT_FAIL, "begin it alike"),
        ROW("same verifier", same_verifier, UNGUESSABLE, VERDICT_FAIL, "the same code_verifier"),
    };
    ROWS_RUN(rows);
}

static void asks_for_a_token(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "client_id=" U2M_CLIENT "&response_type=token");
}

static void for_another(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "client_id=other&response_type=code");
}

static void with_a_secret(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "client_id=" U2M_CLIENT "&response_type=code&client_secret=s");
}

static void a_parameter_twice(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 0, "client_id=" U2M_CLIENT "&response_type=code&scope=a&scope=b");
}

static void too_wide(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 1, "scope=all-apis%20admin");
}

static void no_scope(struct bench *b)
{
    u2m_clean(b);
    u2m_visit(b, 1, "state=" U2M_STATE_2);
}

#define REQUEST "{check: u2m.request}"
#define SCOPE   "{check: u2m.scope, with: {allowed: [all-apis, offline_access]}}"
Test(u2m, what_is_asked_for)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, REQUEST, VERDICT_PASS, "so it was"),
        ROW("no sign-in", nobody_signed_in, REQUEST, VERDICT_FAIL, "not opened"),
        ROW("implicit", asks_for_a_token, REQUEST, VERDICT_FAIL, "response_type `token'"),
        ROW("another", for_another, REQUEST, VERDICT_FAIL, "for the application `other'"),
        ROW("secret", with_a_secret, REQUEST, VERDICT_FAIL, "carries a client secret"),
        ROW("twice", a_parameter_twice, REQUEST, VERDICT_FAIL, "parameter scope twice"),
        ROW("clean", u2m_clean, SCOPE, VERDICT_PASS, "so it was"),
        ROW("no sign-in", nobody_signed_in, SCOPE, VERDICT_FAIL, "not opened"),
        ROW("too wide", too_wide, SCOPE, VERDICT_FAIL, "asks for the scope `admin'"),
        ROW("none", no_scope, SCOPE, VERDICT_FAIL, "asks for no scope"),
    };
    ROWS_RUN(rows);
}

static void other_redirect(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 0), "redirect_uri", "http://localhost:1/");
}

static void public_with_secret(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 0), "client_secret", "«client_secret»");
}

static void public_with_basic(struct bench *b)
{
    u2m_clean(b);
    u2m_redemption_of(b, 0)->credential.scheme = "Basic";
}

static void nameless(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 1), "client_id", NULL);
}

static void redeemed_again(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 1), "code", "«code_1»");
}

static void confidential_alone(struct bench *b)
{
    static struct shape_pair secret[] = {{.key = "SECRET", .value = "${client_secret}"}};
    u2m_clean(b);
    b->manifest.modes[MODE_U2M].start.env.items = secret;
    b->manifest.modes[MODE_U2M].start.env.count = 1;
}

#define REDEMPTION "{check: u2m.redemption}"
Test(u2m, redemption)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, REDEMPTION, VERDICT_PASS, "2 redemptions"),
        ROW("none", nothing_was_redeemed, REDEMPTION, VERDICT_FAIL, "no code was redeemed"),
        ROW("other redirect", other_redirect, REDEMPTION, VERDICT_FAIL, "the redirect_uri"),
        ROW("secret", public_with_secret, REDEMPTION, VERDICT_FAIL, "is a public one"),
        ROW("Basic", public_with_basic, REDEMPTION, VERDICT_FAIL, "is a public one"),
        ROW("nameless", nameless, REDEMPTION, VERDICT_FAIL, "does not name its client_id"),
        ROW("again", redeemed_again, REDEMPTION, VERDICT_FAIL, "comes a second time"),
        ROW("no proof", confidential_alone, REDEMPTION, VERDICT_FAIL, "is a confidential one"),
    };
    ROWS_RUN(rows);
}

static void replaced_token(struct bench *b)
{
    u2m_clean(b);
    u2m_refresh_of(b, 1)->credential.name = "refresh_token_1";
}

static void no_refresh(struct bench *b)
{
    u2m_clean(b);
    u2m_refresh_of(b, 0)->class = ROUTE_OTHER;
    u2m_refresh_of(b, 0)->class = ROUTE_OTHER;
}

static void wider_refresh(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_refresh_of(b, 1), "scope", "all-apis admin");
}

static void narrower_refresh(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_refresh_of(b, 1), "scope", "all-apis");
}

static void to_an_api(struct bench *b)
{
    u2m_clean(b);
    record_secret_add(b, bench_record(b, "uc.table.get", 0), "refresh_token_1", "header:X-Token");
}

static void as_bearer(struct bench *b)
{
    u2m_clean(b);
    bench_record(b, "uc.table.get", 0)->credential.name = "refresh_token_1";
}

static void none_issued(struct bench *b)
{
    u2m_clean(b);
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        r->response.issued.count = 0;
    }
}

#define ROTATION "{check: u2m.rotation, with: {min: 2}}"
#define WIDTH    "{check: u2m.refresh_scope}"
#define KEPT     "{check: u2m.refresh_token_kept}"
Test(u2m, refreshes)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, ROTATION, VERDICT_PASS, "2 refreshes"),
        ROW("too few", no_refresh, ROTATION, VERDICT_FAIL, "there were 0 refreshes"),
        ROW("old one", replaced_token, ROTATION, VERDICT_FAIL, "had replaced it"),
        ROW("clean", u2m_clean, WIDTH, VERDICT_PASS, "2 refreshes"),
        ROW("narrower", narrower_refresh, WIDTH, VERDICT_PASS, "2 refreshes"),
        ROW("wider", wider_refresh, WIDTH, VERDICT_FAIL, "`admin' was not asked for"),
        ROW("no refresh", no_refresh, WIDTH, VERDICT_FAIL, "no refresh at all"),
        ROW("no sign-in", nobody_signed_in, WIDTH, VERDICT_FAIL, "nobody signed in"),
        ROW("clean", u2m_clean, KEPT, VERDICT_PASS, "so it was"),
        ROW("to an API", to_an_api, KEPT, VERDICT_FAIL, "went to uc.table.get, in its header"),
        ROW("as bearer", as_bearer, KEPT, VERDICT_FAIL, "as its credential"),
        ROW("none issued", none_issued, KEPT, VERDICT_FAIL, "nothing was shown"),
    };
    ROWS_RUN(rows);
}
