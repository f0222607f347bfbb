/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_JOURNAL_H
#define BASE_WIRE_JOURNAL_H

/* The record of one HTTP exchange as the mock writes it and the harness judges it: one JSON object
 * per line (NDJSON), in the order in which the mock took the requests up.
 *
 * Secrets never stand in a record: wherever a canary's value occurred, in any encoding, there is
 * its marker («access_token_2», «client_secret:base64»; base/secret/scan.h), and `secrets` lists
 * where. So a record can be kept, shown and judged again later. When records were lost because
 * memory is bounded, the first line is {"dropped":n}.
 *
 * Ownership: decoded records live in the arena and borrow nothing. Times: `time_ms` is the mock's
 * (virtual) wall clock, `real_ms` the milliseconds since the mock started, which never jump. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json.h"

#include <stdbool.h>
#include <stdint.h>

/* What a route is for; checks speak of these classes. */
#define ROUTE_CLASS_TABLE(X)                                                                  \
    X(ROUTE_DISCOVERY, "discovery", "metadata documents and key sets")                        \
    X(ROUTE_TOKEN, "token", "token endpoints")                                                \
    X(ROUTE_AUTHORIZE, "authorize", "what a browser visits")                                  \
    X(ROUTE_API, "api", "the Databricks REST API: needs a credential")                        \
    X(ROUTE_NOISE, "noise", "telemetry and feature flags: answered, not judged as API calls") \
    X(ROUTE_OTHER, "other", "storage links and other services")                               \
    X(ROUTE_UNKNOWN, "unknown", "no such route")
#define ROUTE_CLASS_ENUM(name, text, doc) name,
enum route_class { ROUTE_CLASS_TABLE(ROUTE_CLASS_ENUM) ROUTE_CLASS_COUNT };
#undef ROUTE_CLASS_ENUM
const char *route_class_name(enum route_class c);
int route_class_of(const char *name); /* or -1 */

/* What the mock thought of the credential that came with a request. */
#define CREDENTIAL_STATE_TABLE(X)                                                             \
    X(CREDENTIAL_ABSENT, "absent") /* none was sent */                                        \
    X(CREDENTIAL_LIVE, "live")     /* minted here, in force, right for this place */          \
    X(CREDENTIAL_EXPIRED, "expired")                                                          \
    X(CREDENTIAL_EXPIRING, "expiring") /* within its last 30 s */                             \
    X(CREDENTIAL_REVOKED, "revoked")                                                          \
    X(CREDENTIAL_UNKNOWN, "unknown")     /* not minted here */                                \
    X(CREDENTIAL_WRONG, "wrong")         /* wrong secret, wrong place, wrong kind or scope */ \
    X(CREDENTIAL_MALFORMED, "malformed") /* the header cannot be read */
#define CREDENTIAL_STATE_ENUM(name, text) name,
enum credential_state { CREDENTIAL_STATE_TABLE(CREDENTIAL_STATE_ENUM) CREDENTIAL_STATE_COUNT };
#undef CREDENTIAL_STATE_ENUM
const char *credential_state_name(enum credential_state s);
int credential_state_of(const char *name); /* or -1 */

struct journal_pair {
    const char *name, *value;
};
struct journal_pairs {
    struct journal_pair *items;
    size_t count, capacity;
};

struct journal_request {
    const char *method;
    const char *host;                          /* the Host header, "" when absent */
    const char *target;                        /* raw, as on the request line */
    const char *path;                          /* of the target, percent-decoded */
    struct journal_pairs query, headers, form; /* decoded, in order, duplicates kept */
    const char *framing;                       /* "none", "content-length", "chunked" */
    const char *body;                          /* text; cut at 16 KiB */
    int64_t body_bytes;                        /* before the cut */
};

struct journal_credential {
    const char *scheme; /* as sent: "Bearer", "Basic", ...; "" when none */
    const char *name;   /* canary name, or "" when unknown */
    const char *kind;   /* secret kind name, or "" */
    enum credential_state state;
    bool has_life;
    int64_t life_left_ms; /* at the time of the request, negative when past */
};

struct journal_response {
    int status; /* 0 when none was sent */
    struct journal_pairs headers;
    const char *body;       /* cut at 16 KiB */
    struct str_list issued; /* names of the canaries minted into it */
    const char *end;        /* "sent", "reset", "cut" (a part of the
                               body that stands here was sent), "closed" (nothing was), "held" (still),
                               "aborted" (the client went away before the whole answer was sent) */
};

struct journal_secret {
    const char *name, *encoding;
    const char
        *where; /* "target", "header:Referer", "body"; the credential's own place is left out */
    int64_t offset;
};
struct journal_secrets {
    struct journal_secret *items;
    size_t count, capacity;
};

#define JOURNAL_NOT_ANSWERED (-1)

struct journal_record {
    int64_t seq; /* from 1, without gaps */
    int64_t time_ms, real_ms, took_ms;
    int64_t answered_ms; /* after real_ms, when the answer was given to be sent; or
                            JOURNAL_NOT_ANSWERED */
    int64_t moved_ms;    /* so far the mock's clock was moved while the answer was held; mostly 0 */
    int64_t connection, connection_request; /* ids from 1; nth request on that connection, from 1 */
    bool tls;
    const char *route; /* "oidc.token"; "" for an unknown one */
    enum route_class class;
    const char *nearest;   /* for an unknown route: the nearest known, as "GET /path" */
    const char *grant;     /* token requests: the grant_type, else "" */
    const char *principal; /* whom the credential stands for, "" when nobody */
    const char *fault;     /* id of the rule that acted, else "" */
    struct journal_request request;
    struct journal_credential credential;
    struct journal_secrets secrets;
    struct journal_response response;
};

struct journal {
    struct journal_record *items;
    size_t count, capacity;
    int64_t dropped; /* records that are missing because memory was bounded; never silently */
};

struct json *journal_record_encode(const struct journal_record *r) NODISCARD;
int journal_record_decode(struct arena *a, const struct json *json, struct journal_record *ret,
                          struct err *err) NODISCARD;
/* Reads NDJSON; name is for messages. */
int journal_read(struct arena *a, struct str ndjson, const char *name, struct journal *ret,
                 struct err *err) NODISCARD;
/* The first value of that header (names compare without case), or NULL. */
const char *journal_header(const struct journal_pairs *headers, const char *name);
const char *journal_pair_get(const struct journal_pairs *pairs, const char *name); /* exact */
size_t journal_pair_count(const struct journal_pairs *pairs, const char *name);

#endif
