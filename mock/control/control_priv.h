/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CONTROL_CONTROL_PRIV_H
#define MOCK_CONTROL_CONTROL_PRIV_H

/* What the files of the control interface share. A handler's exchange->state is a struct control.
 */

#include "base/json/json_read.h"
#include "base/json/shape.h"
#include "mock/control/control.h"
#include "mock/http/route.h"
#include "mock/space/space_set.h"

struct journal_stream;
struct secret;
struct wait;

/* A listener's hooks: with or without a secret to show. */
struct door {
    struct control *control;
    struct secret *secret; /* NULL = whoever reaches it may enter */
};

struct control {
    struct control_backend backend;
    struct router *router;
    struct space *space;            /* which the request under way names */
    struct wait *waits;             /* of GET /journal/wait and POST /journal/take */
    struct journal_stream *streams; /* of GET /journal */
    struct door open, guarded;
    bool shutdown_asked, shutdown_answered;
};

/* control_body.c */

/* The body as JSON of that shape; -1: the answer (400) has been written. doc has to outlive *ret.
 */
int control_body(struct exchange *x, const struct shape *shape, struct json_doc *doc,
                 void *ret) NODISCARD;
int control_body_doc(struct exchange *x, struct json_doc *doc) NODISCARD;
void control_refuse(struct exchange *x, int status, const struct err *err);
void control_refuse_text(struct exchange *x, int status, const char *error, const char *hint);
/* By the error's code: 404, 409 or 400. */
void control_refuse_err(struct exchange *x, const struct err *err);
/* control_table.c: the calls. */
extern const struct route_table control_routes;

#define CONTROL_QUERY_MAX 5
/* control_query.c: the parameters that a call takes, `space` first; returns how many. */
size_t control_query_names(const struct route *route, const char *ret[CONTROL_QUERY_MAX]);
/* Whether the parameters are those of the call, and the route there; false: the
 * answer has been written. */
bool control_query_check(const struct route *route, struct exchange *x);
/* A query parameter, or NULL. */
const char *control_query(struct exchange *x, const char *name);
/* A query parameter as a number; false: the answer has been written. */
bool control_query_int(struct exchange *x, const char *name, int64_t dflt, int64_t *ret);

static inline struct control *control_of(const struct exchange *x)
{
    return x->state;
}

static inline struct space *space_of(const struct exchange *x)
{
    return control_of(x)->space;
}

/* Handlers, called with the lock. */
route_handler control_get_health, control_put_scenario, control_get_credentials, control_get_tokens,
    control_post_mint, control_post_revoke, control_get_canaries, control_post_canaries,
    control_get_clock, control_post_clock, control_post_shutdown;
route_handler control_get_keys, control_post_keys_rotate, control_post_keys_retire;
route_handler control_get_faults, control_post_faults, control_delete_fault, control_delete_faults,
    control_post_release;
route_handler control_get_journal, control_get_journal_count, control_get_journal_last;
route_handler control_get_spaces, control_delete_space, control_post_reset;
route_handler control_get_metrics, control_get_ready, control_get_version;
route_handler control_get_rounds, control_put_rounds, control_post_rounds_release;
/* Answered by control.c, because they may have to wait. */
route_handler control_get_journal_wait, control_post_journal_take;

/* GET /journal/wait and POST /journal/take. */
struct wait {
    struct http_suspended *later;
    const char *route, *space;
    bool take;
    int64_t count, until_ms;
    struct wait *next;
    bool resumed;
};
/* control_stream.c: the journal as an answer; small ones go at once, large ones piece by piece,
 * with the lock taken for each. */
void control_stream_begin(struct exchange *x, int64_t after);
/* The export that answers the request, if any, is over; without the lock. */
void control_stream_end(struct control *c, const struct http_req *req);
/* Reads the query; false: the answer has been written. */
bool control_wait_read(struct exchange *x, struct wait *ret);
/* How many there are of what is waited for; the most there can be when the space is gone. */
int64_t control_wait_count(struct control *c, const struct wait *w);
void control_wait_answer(struct control *c, const struct wait *w, struct http_req *req,
                         struct http_reply *reply);

/* control_records.c */
struct records_query {
    const char *route; /* NULL = any */
    int64_t after;
    int64_t last; /* only so many of the newest; 0 = all */
};
/* Appends the records as NDJSON; -1: a refusal for 409. */
int control_records(const struct space *s, const struct records_query *q, struct buf *out,
                    struct err *err);
/* Appends those that were not taken yet with this pattern, at most `most` (0 = all). */
int control_records_take(struct space *s, const char *route, int64_t most, struct buf *out,
                         struct err *err);
int64_t control_records_untaken(const struct space *s, const char *route);

#endif
