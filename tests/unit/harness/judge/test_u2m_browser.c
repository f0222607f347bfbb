/* SPDX-License-Identifier: Apache-2.0 */
/* What the user's browser and the connector's listener saw. */
#include "evidence_builder.h"
#include "u2m_evidence.h"

#define ROW(what, spoil, check, verdict, seen)                  \
    {                                                           \
        what, spoil, MODE_U2M, check, verdict, seen, NULL, NULL \
    }

static void no_visit(struct bench *b)
{
    u2m_clean(b);
    b->evidence.visit_count = 0;
}

static void no_callback(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callback_count = 0;
}

static void own_page(struct bench *b)
{
    u2m_clean(b);
    record_header_set(b, bench_record(b, "oidc.authorize", 0), "User-Agent", "embedded/1");
}

#define EXTERNAL "{check: u2m.external_browser}"
Test(u2m_browser, external_browser)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, EXTERNAL, VERDICT_PASS, "2 visits, opened by xdg-open"),
        ROW("no visit", no_visit, EXTERNAL, VERDICT_FAIL, "was not opened"),
        ROW("embedded", own_page, EXTERNAL, VERDICT_FAIL, "another program visited one"),
    };
    ROWS_RUN(rows);
}

static void open_to_all(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].listeners = "127.0.0.1 0.0.0.0";
}

static void both_loopbacks(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].listeners = "127.0.0.1 ::1";
}

static void stays_open(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[1].closed_after_ms = -1;
}

static void first_stays_open(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].closed_after_ms = -1; /* the second sign-in's listener */
}

static void strays_alone(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].kind = b->evidence.callbacks[1].kind = "favicon";
    b->evidence.callbacks[0].status = b->evidence.callbacks[1].status = 404;
}

#define LISTENER "{check: u2m.listener}"
Test(u2m_browser, listener)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, LISTENER, VERDICT_PASS, "2 answers"),
        ROW("both loopbacks", both_loopbacks, LISTENER, VERDICT_PASS, "2 answers"),
        ROW("the next one's", first_stays_open, LISTENER, VERDICT_PASS, "2 answers"),
        ROW("everywhere", open_to_all, LISTENER, VERDICT_FAIL, "listens on 0.0.0.0"),
        ROW("open", stays_open, LISTENER, VERDICT_FAIL, "still open"),
        ROW("none", no_callback, LISTENER, VERDICT_FAIL, "no answer reached"),
        ROW("strays alone", strays_alone, LISTENER, VERDICT_FAIL, "no answer reached"),
    };
    ROWS_RUN(rows);
}

static void no_answer(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[1].status = 0;
    b->evidence.callbacks[1].problem = "connection reset";
}

static void refused(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].status = 400;
}

static void loads_logo(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[0].loads = "https://cdn.example/logo.svg";
}

static void shows_code(struct bench *b)
{
    u2m_clean(b);
    bench_add_find(b, (struct secret_find){.name = "code_1", .kind = "code", .place = "page"});
}

static void find_elsewhere(struct bench *b)
{
    u2m_clean(b);
    bench_add_find(b, (struct secret_find){.name = "code_1", .kind = "code", .place = "stderr"});
}

#define PAGE "{check: u2m.page}"
Test(u2m_browser, page)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, PAGE, VERDICT_PASS, "2 pages"),
        ROW("found elsewhere", find_elsewhere, PAGE, VERDICT_PASS, "2 pages"),
        ROW("no answer", no_answer, PAGE, VERDICT_FAIL, "connection reset"),
        ROW("refused", refused, PAGE, VERDICT_FAIL, "answered with status 400"),
        ROW("a logo", loads_logo, PAGE, VERDICT_FAIL, "cdn.example"),
        ROW("the code", shows_code, PAGE, VERDICT_FAIL, "shows code_1"),
        ROW("none", no_callback, PAGE, VERDICT_FAIL, "reached no listener"),
    };
    ROWS_RUN(rows);
}

static void replay_refused(struct bench *b)
{
    u2m_clean(b);
    b->evidence.callbacks[1].kind = "replay";
    b->evidence.callbacks[1].status = 400;
}

static void replay_taken(struct bench *b)
{
    replay_refused(b);
    b->evidence.callbacks[1].status = 200;
}

static void replay_after_closing(struct bench *b)
{
    replay_refused(b);
    b->evidence.callbacks[1].status = 0;
}

#define STRAY "{check: u2m.stray_refused}"
Test(u2m_browser, stray_refused)
{
    static const struct row rows[] = {
        ROW("refused", replay_refused, STRAY, VERDICT_PASS, "1 were"),
        ROW("closed by then", replay_after_closing, STRAY, VERDICT_PASS, "1 were"),
        ROW("taken", replay_taken, STRAY, VERDICT_FAIL, "kind `replay' was answered with"),
        ROW("none sent", u2m_clean, STRAY, VERDICT_FAIL, "no such answer was sent"),
    };
    ROWS_RUN(rows);
}

static void one_failed(struct bench *b)
{
    u2m_clean(b);
    u2m_redemption_of(b, 0)->response.status = 400;
}

#define TWICE "{check: u2m.sign_ins, with: {min: 2, max: 2}}"
#define ONCE  "{check: u2m.sign_ins}"
Test(u2m_browser, sign_ins)
{
    static const struct row rows[] = {
        ROW("two", u2m_clean, TWICE, VERDICT_PASS, "2"),
        ROW("too many", u2m_clean, ONCE, VERDICT_FAIL, "2"),
        ROW("one failed", one_failed, TWICE, VERDICT_FAIL, "1"),
        ROW("one counts", one_failed, ONCE, VERDICT_PASS, "1"),
        ROW("none", NULL, ONCE, VERDICT_FAIL, "0"),
    };
    ROWS_RUN(rows);
}

static void left_on_a_page(struct bench *b)
{
    u2m_clean(b);
    b->evidence.visits[1].end = "page";
    b->evidence.visits[1].detail = "redirect_uri is not registered";
}

#define ANSWERED "{check: u2m.answered}"
Test(u2m_browser, answered)
{
    static const struct row rows[] = {
        ROW("clean", u2m_clean, ANSWERED, VERDICT_PASS, "2 did"),
        ROW("a page", left_on_a_page, ANSWERED, VERDICT_FAIL, "sign-in 2 left the user on a page"),
        ROW("no visit", no_visit, ANSWERED, VERDICT_FAIL, "was not opened"),
    };
    ROWS_RUN(rows);
}

/* The connector was restarted as another application: the evidence names the first. */
static void other_session(struct bench *b)
{
    u2m_clean(b);
    record_form_set(b, u2m_redemption_of(b, 0), "client_id", "the-other-one");
}

static void nobodys_token(struct bench *b)
{
    other_session(b);
    u2m_redemption_of(b, 0)->response.issued.count = 0;
}

static void no_call(struct bench *b)
{
    other_session(b);
    VEC_FOREACH(struct journal_record, r, &b->evidence.journal) {
        r->class = r->class == ROUTE_API ? ROUTE_OTHER : r->class;
    }
}

#define OWN "{check: u2m.own_session}"
Test(u2m_browser, own_session)
{
    static const struct row rows[] = {
        ROW("the other's", other_session, OWN, VERDICT_PASS, "is the other one's"),
        ROW("the first's", u2m_clean, OWN, VERDICT_FAIL, "issued to the application before"),
        ROW("nobody's", nobodys_token, OWN, VERDICT_FAIL, "nobody issued"),
        ROW("no call", no_call, OWN, VERDICT_FAIL, "no call was made"),
        ROW("no sign-in", no_visit, OWN, VERDICT_FAIL, "nobody signed in"),
    };
    ROWS_RUN(rows);
}
