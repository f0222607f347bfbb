/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_fault.h"

#include "base/text/suggest.h"
#include "base/wire/journal.h"
#include "base/wire/scenario_priv.h"

static const char fault_id_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
static const char route_glob_chars[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._*?";

#define NAME_OF(id, text, ...) text,
static const char *const class_names[] = {ROUTE_CLASS_TABLE(NAME_OF)};
static const char *const end_names[] = {FAULT_END_TABLE(NAME_OF)};
static const char *const body_names[] = {FAULT_BODY_TABLE(NAME_OF)};
static const char *const framing_names[] = {FAULT_FRAMING_TABLE(NAME_OF)};
static const char *const delay_names[] = {FAULT_DELAY_TABLE(NAME_OF)};
static const char *const retry_names[] = {FAULT_RETRY_TABLE(NAME_OF)};

static const char *const callback_names[] = {FAULT_CALLBACK_TABLE(NAME_OF)};

#define RESPONSE_NAME_OF(id, text, doc) text,
static const char *const response_names[] = {TOKEN_RESPONSE_TABLE(RESPONSE_NAME_OF)};

/* token of RFC 9110 section 5.6.2: names of headers. */
static const char token_chars[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
static const char method_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

static bool fault_changes_answer(const struct scenario_fault *f)
{
    const struct scenario_fault_answer *a = &f->answer;
    return f->status != 0 || f->headers.count > 0 || f->body != NULL || f->error != NULL ||
           f->content_type != NULL || f->token_response != TOKEN_RESPONSE_REAL ||
           a->body != FAULT_BODY_REAL || a->callback != FAULT_CALLBACK_REAL || a->patch != NULL ||
           a->redirect != NULL || a->date_ahead_ms != 0 || a->date_behind_ms != 0 ||
           a->retry_form != FAULT_RETRY_REAL;
}

bool scenario_fault_cuts(const struct scenario_fault_wire *w)
{
    return w->has_cut_at || w->cut_percent > 0;
}

static bool fault_changes_sending(const struct scenario_fault *f)
{
    const struct scenario_fault_wire *w = &f->wire;
    return w->framing != FAULT_FRAMING_LENGTH || w->drip_bytes != 0 || w->head_drip_ms != 0 ||
           scenario_fault_cuts(w);
}

/* What would break the head of an answer is not sent by the HTTP library: refused here, not lost
 * there. */
static bool is_header_value(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static int headers_validate(const struct json_doc *doc, const struct json *headers,
                            const struct shape_pairs *pairs, struct err *err)
{
    VEC_FOREACH(const struct shape_pair, pair, pairs) {
        const struct json *at = scenario_member(headers, pair->key);
        if (!text_consists_of(pair->key, token_chars)) {
            (void)json_err_key(doc, at, err, "this is not a header's name");
            err_hint(err, "letters, digits and any of !#$%%&'*+-.^_`|~");
            return -1;
        }
        if (!is_header_value(pair->value)) {
            return scenario_complain(doc, at, err, "a header's value has no line ends",
                                     "write it in one line");
        }
    }
    return 0;
}

static int fault_texts_validate(const struct json_doc *doc, const struct json *node,
                                const struct scenario_fault *f, struct err *err)
{
    const char *const values[] = {f->content_type, f->answer.redirect};
    static const char *const keys[] = {"content_type", "redirect"};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        if (values[i] != NULL && !is_header_value(values[i])) {
            return scenario_complain(doc, scenario_member(node, keys[i]), err,
                                     "a header's value has no line ends", "write it in one line");
        }
    }
    if (f->match.method != NULL && !text_consists_of(f->match.method, method_chars)) {
        return scenario_complain(doc, scenario_member(node, "method"), err,
                                 "this is not a request's method",
                                 "they are in capital letters, such as POST");
    }
    return headers_validate(doc, scenario_member(node, "headers"), &f->headers, err) < 0
               ? -1
               : headers_validate(doc, scenario_member(node, "request_headers"),
                                  &f->match.request_headers, err);
}

static int fault_match_validate(const struct json_doc *doc, const struct json *node,
                                const struct scenario_fault *f, struct err *err)
{
    for (size_t i = 0; i < f->routes.count; i++) {
        if (!text_consists_of(f->routes.items[i], route_glob_chars)) {
            return scenario_complain(doc, scenario_element(node, "routes", i), err,
                                     "this is not a route's name",
                                     "a name such as oidc.token, or a pattern such as sql.*");
        }
    }
    for (size_t i = 0; i < f->classes.count; i++) {
        const char *class = f->classes.items[i];
        if (!text_is_one_of(class, class_names, ARRAY_LEN(class_names))) {
            (void)json_err(doc, scenario_element(node, "classes", i), err,
                           "unknown route class '%s'", class);
            suggest_hint(err, str_of(class), class_names, ARRAY_LEN(class_names));
            return -1;
        }
    }
    return 0;
}

static int fault_window_validate(const struct json_doc *doc, const struct json *node,
                                 const struct scenario_fault *f, struct err *err)
{
    const struct scenario_fault_window *w = &f->window;
    if (w->until_ms != 0 && w->until_ms <= w->from_ms) {
        return scenario_complain(doc, scenario_member(node, "until"), err,
                                 "this window is over before it opens",
                                 "'until' has to be later than 'from'");
    }
    if ((w->quota > 0) != (w->quota_per_ms > 0)) {
        return scenario_complain(doc, node, err, "'quota' and 'quota_per' belong together",
                                 "such as quota: 5 and quota_per: 1m");
    }
    if (f->answer.retry_form == FAULT_RETRY_SECONDS || f->answer.retry_form == FAULT_RETRY_DATE) {
        if (f->answer.retry_after_ms == 0 && w->quota == 0) {
            return scenario_complain(doc, scenario_member(node, "retry_after_form"), err,
                                     "after which time is not said",
                                     "add retry_after: 2s, or a quota, whose rest is told");
        }
    }
    return 0;
}

static int fault_wire_validate(const struct json_doc *doc, const struct json *node,
                               const struct scenario_fault *f, struct err *err)
{
    const struct scenario_fault_wire *w = &f->wire;
    bool unanswered =
        !scenario_fault_cuts(w) &&
        (f->end == FAULT_END_CLOSE || f->end == FAULT_END_RESET || f->end == FAULT_END_HANG);
    if (unanswered && f->end != FAULT_END_RESET &&
        (fault_changes_answer(f) || fault_changes_sending(f))) {
        return scenario_complain(doc, scenario_member(node, "end"), err,
                                 "with this end no answer is sent",
                                 "leave out what changes the answer, or let a part of it out with "
                                 "cut_at");
    }
    if ((w->drip_bytes > 0) != (w->drip_ms > 0)) {
        return scenario_complain(doc, node, err, "'drip_bytes' and 'drip_interval' belong together",
                                 "such as drip_bytes: 1 and drip_interval: 50ms");
    }
    if (json_get(node, "cut_at") != NULL && w->cut_percent > 0) {
        return scenario_complain(doc, scenario_member(node, "cut_percent"), err,
                                 "'cut_at' says where to cut already", "leave out one of the two");
    }
    if (w->framing >= FAULT_FRAMING_SHORT && (scenario_fault_cuts(w) || w->drip_bytes > 0)) {
        return scenario_complain(doc, scenario_member(node, "framing"), err,
                                 "this framing goes with neither cut_at nor drip_bytes",
                                 "leave out one of them");
    }
    if (w->delay_form != FAULT_DELAY_FIXED && w->delay_max_ms <= f->delay_ms) {
        return scenario_complain(doc, scenario_member(node, "delay_form"), err,
                                 "'delay_max' has to be longer than 'delay' here",
                                 "such as delay: 100ms and delay_max: 2s");
    }
    if (w->delay_form == FAULT_DELAY_LOGNORMAL && f->delay_ms == 0) {
        return scenario_complain(doc, scenario_member(node, "delay_form"), err,
                                 "'delay' is the median here and cannot be zero",
                                 "such as delay: 100ms");
    }
    return 0;
}

static int fault_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    struct scenario_fault *f = decoded;
    if (f->id != NULL && !text_consists_of(f->id, fault_id_chars)) {
        return scenario_complain(doc, scenario_member(node, "id"), err,
                                 "this cannot be a fault's id",
                                 "use small letters, digits, '.', '-' and '_'");
    }
    if (fault_match_validate(doc, node, f, err) < 0 ||
        fault_texts_validate(doc, node, f, err) < 0) {
        return -1;
    }
    if (f->status != 0 && f->status < 200) {
        return scenario_complain(doc, scenario_member(node, "status"), err,
                                 "this is not the status of an answer", "200 to 599");
    }
    if (f->error != NULL && f->body != NULL) {
        return scenario_complain(doc, scenario_member(node, "body"), err,
                                 "'error' brings its own body", "leave out one of the two");
    }
    if (fault_window_validate(doc, node, f, err) < 0 ||
        fault_wire_validate(doc, node, f, err) < 0) {
        return -1;
    }
    if (f->end == FAULT_END_NORMAL && f->delay_ms == 0 && f->wire.delay_max_ms == 0 &&
        f->wire.refuse_ms == 0 && !fault_changes_answer(f) && !fault_changes_sending(f)) {
        return scenario_complain(doc, node, err, "this fault changes nothing",
                                 "add status, error, body, headers, content_type, token_response, "
                                 "callback, delay, end or another effect");
    }
    return 0;
}

static const struct shape_field fault_fields[] = {
    {.key = "id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, id),
     .doc = "Its name in the journal; \"fault-N\" when absent."},
    {.key = "routes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_fault, routes),
     .doc = "Names of routes or patterns of them; absent: any.",
     .example = "[oidc.token]"},
    {.key = "classes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_fault, classes),
     .doc = "Classes of routes (discovery, token, authorize, api, noise, other, unknown); absent: "
            "any.",
     .example = "[api]"},
    {.key = "grant",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, grant),
     .doc = "Only token requests with this grant_type."},
    {.key = "hosts",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_fault, match.hosts),
     .doc = "Host names, without port, or patterns of them; absent: any.",
     .example = "[\"*.databricksapps.com\"]"},
    {.key = "method",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, match.method),
     .doc = "Only requests with this method.",
     .example = "POST"},
    {.key = "client",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, match.client),
     .doc = "Only requests of this OAuth client id or principal; a pattern may be given."},
    {.key = "token",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, match.token),
     .doc = "Only requests that came with this credential, by its name in the journal; a pattern "
            "may be given.",
     .example = "access_token_2"},
    {.key = "request_headers",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct scenario_fault, match.request_headers),
     .doc = "Only requests whose headers have values of these patterns; an empty pattern: the "
            "header is absent.",
     .example = "{User-Agent: \"*python*\"}"},
    {.key = "skip",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, skip),
     .max = 1000000000,
     .doc = "Let so many matching requests pass first."},
    {.key = "times",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, times),
     .max = 1000000000,
     .doc = "Then act so many times; 0 is always."},
    {.key = "every",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, window.every),
     .max = 1000000000,
     .doc = "Of those past `skip`, only every so manyth."},
    {.key = "percent",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, window.percent),
     .max = 100,
     .doc = "Of those, so many in a hundred, drawn from `seed`; 0 is all."},
    {.key = "seed",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, window.seed),
     .max = INT64_MAX,
     .doc = "For `percent` and `delay_form`: the same seed draws the same."},
    {.key = "from",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, window.from_ms),
     .max = SCENARIO_DAY_MS * 3660,
     .doc = "Act only when so much time has passed on the mock's clock since the rule was added."},
    {.key = "until",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, window.until_ms),
     .max = SCENARIO_DAY_MS * 3660,
     .doc = "Act no more after so much time; absent: for ever."},
    {.key = "quota",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, window.quota),
     .max = 1000000000,
     .doc = "Let so many matching requests pass in each `quota_per` of the mock's clock and act on "
            "those beyond."},
    {.key = "quota_per",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, window.quota_per_ms),
     .max = SCENARIO_DAY_MS * 3660,
     .doc = "The length of the quota's window; it opens with its first request."},
    {.key = "after_handler",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_fault, after_handler),
     .doc = "Let the request have its effect and change the answer only."},
    {.key = "status",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, status),
     .max = 599,
     .doc = "The answer's status; absent: the real one."},
    {.key = "headers",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct scenario_fault, headers),
     .doc = "Headers set or replaced; an empty value removes the header.",
     .example = "{Retry-After: \"2\"}"},
    {.key = "body",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, body),
     .doc = "The answer's body; absent: the real one."},
    {.key = "error",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, error),
     .doc = "The name of a recorded error of the service, which is answered whole.",
     .example = "invalid-access-token"},
    {.key = "content_type",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, content_type),
     .doc = "The answer's Content-Type."},
    {.key = "body_form",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, answer.body),
     .dflt = "real",
     .names = {body_names, ARRAY_LEN(body_names)},
     .doc = "What becomes of the body."},
    {.key = "patch",
     .type = SHAPE_JSON,
     .offset = offsetof(struct scenario_fault, answer.patch),
     .doc = "A JSON merge patch (RFC 7396) for a JSON body: members set, or removed with null.",
     .example = "{token_endpoint: \"http://127.0.0.2:9/token\"}"},
    {.key = "redirect",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, answer.redirect),
     .doc = "Send the client there: Location, with 302 unless `status` says otherwise. An origin "
            "without a path gets the request's own target.",
     .example = "http://127.0.0.2:9"},
    {.key = "date_ahead",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, answer.date_ahead_ms),
     .max = SCENARIO_DAY_MS * 3660,
     .doc = "The Date header is so far ahead of the mock's clock."},
    {.key = "date_behind",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, answer.date_behind_ms),
     .max = SCENARIO_DAY_MS * 3660,
     .doc = "The Date header is so far behind it."},
    {.key = "retry_after_form",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, answer.retry_form),
     .dflt = "real",
     .names = {retry_names, ARRAY_LEN(retry_names)},
     .doc = "How Retry-After is written."},
    {.key = "retry_after",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, answer.retry_after_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "What Retry-After says, rounded up to seconds; absent, with a quota: when the next "
            "window opens."},
    {.key = "delay",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, delay_ms),
     .min = 0,
     .max = SCENARIO_DAY_MS,
     .doc = "Wait so long before answering."},
    {.key = "delay_max",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, wire.delay_max_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "With a `delay_form` other than fixed: the far end."},
    {.key = "delay_form",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, wire.delay_form),
     .dflt = "fixed",
     .names = {delay_names, ARRAY_LEN(delay_names)},
     .doc = "How delays are spread."},
    {.key = "head_drip",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, wire.head_drip_ms),
     .max = 60000,
     .doc = "Send the first bytes of the head one by one with such pauses."},
    {.key = "drip_bytes",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, wire.drip_bytes),
     .max = 1 << 20,
     .doc = "Send the body in pieces of so many bytes."},
    {.key = "drip_interval",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, wire.drip_ms),
     .max = SCENARIO_DAY_MS,
     .doc = "The pause between two pieces."},
    {.key = "framing",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, wire.framing),
     .dflt = "content-length",
     .names = {framing_names, ARRAY_LEN(framing_names)},
     .doc = "How the end of the body is told."},
    {.key = "cut_at",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, wire.cut_at),
     .max = 1 << 30,
     .present_offset = (long)offsetof(struct scenario_fault, wire.has_cut_at),
     .doc = "Let only so many bytes of the body out, then end as `end` says (normal: FIN)."},
    {.key = "cut_percent",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, wire.cut_percent),
     .max = 99,
     .doc = "The same in hundredths of the body."},
    {.key = "refuse_connections",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, wire.refuse_ms),
     .max = 60 * 60 * 1000,
     .doc =
         "From when it acts, and for so long, every new connection is reset; those that are there "
         "live on. With `end: reset`: a server that restarts. The time is the machine's, and it "
         "runs on when the rule is gone.",
     .example = "700ms"},
    {.key = "callback",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, answer.callback),
     .dflt = "real",
     .names = {callback_names, ARRAY_LEN(callback_names)},
     .doc = "What the browser carries back to the application from the authorize endpoint.",
     .example = "state-wrong"},
    {.key = "token_response",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, token_response),
     .dflt = "real",
     .names = {response_names, ARRAY_LEN(response_names)},
     .doc = "How a token that is issued is told: its expires_in, token_type, scope and other "
            "members.",
     .example = "expires-in-string"},
    {.key = "end",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, end),
     .dflt = "normal",
     .names = {end_names, ARRAY_LEN(end_names)},
     .doc = "How the exchange ends."},
};
const struct shape scenario_fault_shape = {
    .name = "fault",
    .doc = "What goes wrong, and when: the first rule that matches a request acts.",
    .size = sizeof(struct scenario_fault),
    .fields = fault_fields,
    .field_count = ARRAY_LEN(fault_fields),
    .validate = fault_validate,
};
