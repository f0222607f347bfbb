/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_DESK_DESK_H
#define TESTS_UNIT_MOCK_DESK_DESK_H

/* A mock on the desk: state, routes and a hand-made request, but no socket. The request goes
 * through the real router to the real handler.
 *
 * Ownership: desk_free() ends everything; a reply lives until the next desk_send() or the end. */

#include "base/core/arena.h"
#include "base/json/json.h"
#include "base/sys/clock.h"
#include "mock/http/route.h"
#include "mock/state/mock_state.h"

struct desk_reply {
    const struct route *route; /* NULL when there is none; then the rest is empty */
    struct http_reply reply;
    struct http_notes notes;
    const char *body;        /* NUL-terminated */
    const struct json *json; /* the body, when it is JSON */
};

struct desk {
    struct clock clock;
    struct mock_state *state;
    struct router *router;
    struct arena *arena; /* of the last exchange */
    struct json *json;   /* of the last answer */
    struct desk_reply last;
};

struct desk_request {
    const char *method;          /* NULL = GET */
    const char *target;          /* with the query */
    const char *host;            /* NULL = "ws.example.com" */
    const char *authorization;   /* NULL = no such header */
    const char *authorization_2; /* a second such header */
    const char *content_type;    /* NULL = no such header */
    const char *body;            /* NULL = empty */
    size_t body_len;             /* 0 = strlen(body) */
    bool tls;
    const char *workspace_id; /* the header X-Databricks-Workspace-Id; NULL = no such header */
    const struct scenario_fault *fault; /* the rule that acts, or NULL */
};

/* Workspace ws.example.com (id 111, account 11111111-2222-4333-8444-555555555555, warehouse
 * abc123, table main.default.trips), other.example.com (id 222, account aaaaaaaa-...), user
 * user@example.com with a PAT, service principal robot (DESK_CLIENT_ID, DESK_SECRET). */
#define DESK_CLIENT_ID "12345678-9abc-4def-8012-3456789abcde"
#define DESK_SECRET    "dose0123456789abcdef0123456789abcdef"
#define DESK_PAT       "dapi00112233445566778899aabbccddeeff"
#define DESK_ACCOUNT   "11111111-2222-4333-8444-555555555555"

#define DESK_SOURCE  "192.0.2.1" /* the address that requests come from */
#define DESK_REQUEST "0f0e0d0c-0b0a-4908-8706-050403020100"

struct desk *desk_new(void);
/* Replaces the state; a scenario in YAML that has to be right. */
void desk_load(struct desk *d, const char *yaml);
void desk_free(struct desk *d);

/* For programs that send without end: what piles up in one state would slow them down. */
#define DESK_LIFE 1000
struct desk_lease {
    struct desk *desk;
    int calls;
};
/* The desk of the lease, a new one with every DESK_LIFE-th call. The scenario as for desk_load();
 * NULL = the standard one. */
struct desk *desk_lease(struct desk_lease *lease, const char *yaml);

const struct desk_reply *desk_send(struct desk *d, const struct desk_request *request);

/* The value of a header of the last answer, or "". */
const char *desk_header(const struct desk *d, const char *name);
/* "Bearer VALUE" of a new token of that principal, made by mock_state_mint; in the desk's own
 * memory until the next call. mint->principal and kind must be right. */
const char *desk_bearer(struct desk *d, const struct mock_mint *mint);
const char *desk_basic(const char *id, const char *secret, char *out, size_t out_size);

#endif
