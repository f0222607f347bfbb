/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_FAULT_H
#define BASE_WIRE_SCENARIO_FAULT_H

/* A fault rule: match x window x phase x effect. Counters move when a request matches, not when the
 * answer leaves. Every effect answers a failure that was seen in the field or that a standard
 * allows; the tables below say which names there are and what each does.
 *
 * Ownership: everything lives in the scenario's arena; `patch` borrows the document. */

#include "base/json/shape.h"

#include <stdbool.h>
#include <stdint.h>

/* How the exchange ends. */
#define FAULT_END_TABLE(X)                                                                \
    X(FAULT_END_NORMAL, "normal", "the whole answer is sent")                             \
    X(FAULT_END_RESET, "reset", "RST: at once, or after the part that `cut_at` lets out") \
    X(FAULT_END_CLOSE, "close", "FIN: before any byte, or after that part")               \
    X(FAULT_END_HANG, "hang", "nothing is sent, or nothing after that part")              \
    X(FAULT_END_HOLD, "hold", "the answer waits until the control interface releases it")
#define FAULT_ENUM(name, text, doc) name,
enum fault_end { FAULT_END_TABLE(FAULT_ENUM) FAULT_END_COUNT };

/* What becomes of the answer's body; the status stays. */
#define FAULT_BODY_TABLE(X)                                                                       \
    X(FAULT_BODY_REAL, "real", "as it is")                                                        \
    X(FAULT_BODY_JSON_ARRAY, "json-array", "the body as the one element of a JSON array")         \
    X(FAULT_BODY_JSON_STRING, "json-string", "the body as text inside a JSON string")             \
    X(FAULT_BODY_NULL, "null", "the JSON value null")                                             \
    X(FAULT_BODY_BOM, "bom", "a byte order mark before the body")                                 \
    X(FAULT_BODY_WRONG_CHARSET, "wrong-charset", "UTF-8, declared to be UTF-16")                  \
    X(FAULT_BODY_NOT_UTF8, "not-utf-8", "a byte that is not UTF-8 inside the first JSON string")  \
    X(FAULT_BODY_DUPLICATE_KEYS, "duplicate-keys",                                                \
      "every member of the JSON object twice, first as null")                                     \
    X(FAULT_BODY_TRAILING_GARBAGE, "trailing-garbage", "an HTML comment after the body")          \
    X(FAULT_BODY_TRUNCATED_JSON, "truncated-json", "the first half, correctly framed")            \
    X(FAULT_BODY_ESCAPED_SLASHES, "escaped-slashes", "every / in JSON as \\/, which is the same") \
    X(FAULT_BODY_EMPTY, "empty", "no byte; Content-Type stays")                                   \
    X(FAULT_BODY_NO_CONTENT_TYPE, "no-content-type", "without its Content-Type")                  \
    X(FAULT_BODY_TEXT_PLAIN, "text-plain", "declared to be text/plain")                           \
    X(FAULT_BODY_GZIP_UNMARKED, "gzip-unmarked", "in gzip format without Content-Encoding")       \
    X(FAULT_BODY_HTML_LOGIN, "html-login", "the sign-in page, as text/html")
enum fault_body { FAULT_BODY_TABLE(FAULT_ENUM) FAULT_BODY_COUNT };

/* How the body is framed. */
#define FAULT_FRAMING_TABLE(X)                                                                    \
    X(FAULT_FRAMING_LENGTH, "content-length", "a right Content-Length")                           \
    X(FAULT_FRAMING_CHUNKED, "chunked", "Transfer-Encoding: chunked")                             \
    X(FAULT_FRAMING_UNTIL_CLOSE, "until-close", "as HTTP/1.0: the end of the connection ends it") \
    X(FAULT_FRAMING_LONG, "too-long", "Content-Length says 16 bytes more than come; then FIN")    \
    X(FAULT_FRAMING_SHORT, "too-short", "Content-Length says 4 bytes less than come; then FIN")   \
    X(FAULT_FRAMING_TWO_LENGTHS, "two-lengths", "two Content-Length headers, the first wrong")    \
    X(FAULT_FRAMING_TWICE, "twice",                                                               \
      "the whole answer, then a second copy that nobody asked for; then FIN")                     \
    X(FAULT_FRAMING_BAD_CHUNK, "bad-chunk",                                                       \
      "chunked, and the second chunk's size is no number; then FIN")
enum fault_framing { FAULT_FRAMING_TABLE(FAULT_ENUM) FAULT_FRAMING_COUNT };

#define FAULT_DELAY_TABLE(X)                                                        \
    X(FAULT_DELAY_FIXED, "fixed", "always `delay`")                                 \
    X(FAULT_DELAY_UNIFORM, "uniform", "anything from `delay` to `delay_max`")       \
    X(FAULT_DELAY_LOGNORMAL, "lognormal",                                           \
      "half are below `delay`, one in a hundred is above `delay_max`; never above " \
      "ten times that")
enum fault_delay { FAULT_DELAY_TABLE(FAULT_ENUM) FAULT_DELAY_COUNT };

#define FAULT_RETRY_TABLE(X)                                       \
    X(FAULT_RETRY_REAL, "real", "what the answer has anyway")      \
    X(FAULT_RETRY_SECONDS, "seconds", "Retry-After: 3")            \
    X(FAULT_RETRY_DATE, "http-date",                               \
      "Retry-After: Sun, 01 Mar 2026 12:00:00 GMT, by the mock's " \
      "clock")                                                     \
    X(FAULT_RETRY_ABSENT, "absent", "no Retry-After")
enum fault_retry { FAULT_RETRY_TABLE(FAULT_ENUM) FAULT_RETRY_COUNT };
/* What a browser carries back from the authorize endpoint instead of what is right. */
#define FAULT_CALLBACK_TABLE(X)                                                            \
    X(FAULT_CALLBACK_REAL, "real", "as it is")                                             \
    X(FAULT_CALLBACK_STATE_WRONG, "state-wrong", "another state than was sent")            \
    X(FAULT_CALLBACK_STATE_ABSENT, "state-absent", "no state")                             \
    X(FAULT_CALLBACK_STATE_TWICE, "state-twice", "another state, then the right one")      \
    X(FAULT_CALLBACK_CODE_ABSENT, "code-absent", "state alone")                            \
    X(FAULT_CALLBACK_CODE_WRONG, "code-wrong", "a code that was never issued")             \
    X(FAULT_CALLBACK_ERROR, "error", "error=server_error in place of the code")            \
    X(FAULT_CALLBACK_ISS_RIGHT, "iss-right", "with iss (RFC 9207), which is this server")  \
    X(FAULT_CALLBACK_ISS_FOREIGN, "iss-foreign", "with iss, which is another server")      \
    X(FAULT_CALLBACK_EXTRA, "extra-params", "with parameters that no specification knows") \
    X(FAULT_CALLBACK_OTHER_HOST, "other-host", "to localhost for 127.0.0.1 and the reverse")
enum fault_callback { FAULT_CALLBACK_TABLE(FAULT_ENUM) FAULT_CALLBACK_COUNT };
#undef FAULT_ENUM

/* Which request, beyond route, class and grant. Globs: * and ?. */
struct scenario_fault_match {
    struct str_list hosts; /* globs over the Host header without port; empty = any */
    const char *method;    /* NULL = any */
    const char *client; /* glob over the OAuth client id, or the principal's name; NULL = anyone */
    const char *token;  /* glob over the canary name of the credential that was sent */
    struct shape_pairs request_headers; /* name -> glob over the value; "" = it must be absent */
};

/* When, beyond skip and times. */
struct scenario_fault_window {
    int64_t every;         /* of the matching requests, each such one; 0 and 1 = all */
    int64_t percent, seed; /* of those, so many, drawn from the seed; 0 and 100 = all */
    int64_t from_ms,
        until_ms; /* on the mock's clock, since the rule was added; until 0 = for ever */
    int64_t quota, quota_per_ms; /* only what exceeds so many requests in such a time; 0 = none */
};

/* What is changed in the answer, beyond status, headers, body, error and content_type. */
struct scenario_fault_answer {
    int body;                 /* enum fault_body */
    const struct json *patch; /* RFC 7396 merge patch for a JSON body, or NULL */
    const char *redirect;     /* Location; without a path, the request's target is appended */
    int callback;             /* enum fault_callback */
    int64_t date_ahead_ms, date_behind_ms;
    int retry_form; /* enum fault_retry */
    int64_t retry_after_ms;
};

/* How it is sent. */
struct scenario_fault_wire {
    int delay_form; /* enum fault_delay; the delay itself is scenario_fault.delay_ms */
    int64_t delay_max_ms;
    int framing;                 /* enum fault_framing */
    int64_t drip_bytes, drip_ms; /* so many bytes, then a pause; 0 = at once */
    int64_t head_drip_ms;        /* the head byte by byte with such pauses; 0 = at once */
    bool has_cut_at;
    int64_t cut_at, cut_percent; /* bytes of the body that are let out; percent when not 0 */
    int64_t refuse_ms; /* so long from when it acts, new connections are reset; 0 = none */
};

/* Whether the body is let out in part only. */
bool scenario_fault_cuts(const struct scenario_fault_wire *w);

#endif
