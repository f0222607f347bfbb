/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CONTROL_CONTROL_PRIV_H
#define MOCK_CONTROL_CONTROL_PRIV_H

/* What the files of the control interface share. A handler's exchange->state is a struct control.
 */

#include "base/json/json_read.h"
#include "base/json/shape.h"
#include "mock/control/control.h"
#include "mock/http/route.h"

struct journal_stream;
struct wait;

struct control {
    struct control_backend backend;
    struct router *router;
    struct wait *waits;             /* of GET /journal/wait */
    struct journal_stream *streams; /* of GET /journal */
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
/* A query parameter as a number; false: the answer has been written. */
bool control_query_int(struct exchange *x, const char *name, int64_t dflt, int64_t *ret);

static inline struct control *control_of(const struct exchange *x)
{
    return x->state;
}

/* Handlers. */
route_handler control_get_health, control_put_scenario, control_get_credentials, control_post_mint,
    control_post_revoke, control_get_canaries, control_post_canaries, control_get_clock,
    control_post_clock, control_post_shutdown;
route_handler control_get_keys, control_post_keys_rotate, control_post_keys_retire;
route_handler control_get_faults, control_post_faults, control_delete_fault, control_post_release;
route_handler control_get_journal, control_get_journal_count, control_get_journal_wait;

/* GET /journal/wait. */
struct wait {
    struct http_suspended *later;
    const char *route;
    int64_t count, until_ms;
    struct wait *next;
    bool resumed;
};
/* The export that answers the request, if any, is over. */
void control_stream_end(struct control *c, const struct http_req *req);
/* Reads the query; false: the answer has been written. */
bool control_wait_read(struct exchange *x, struct wait *ret);
int64_t control_wait_count(struct control *c, const struct wait *w);
void control_wait_answer(struct control *c, const struct wait *w, struct http_req *req,
                         struct http_reply *reply);

#endif
