/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_SITE_DESK_SITE_DESK_H
#define TESTS_UNIT_MOCK_SITE_DESK_SITE_DESK_H

/* Conformance tables for the services around Databricks: a row is a request and what has to come
 * back. Requests go through the real router, by Host, to the real handlers; there is no socket.
 *
 * Host, target, headers and body may use ${name}: a canary's value, or what an earlier row saved.
 *
 * Expectations, separated by ';':
 *   member=text      the JSON member (path with '.', numbers index lists) as text is this
 *   member^=text     begins so         member*=text  contains it
 *   member?          is there          member!       is not there
 * A member that begins with '@' is a header of the answer ("@location"), "#body" the whole body.
 *
 * Ownership: site_desk_free() ends everything. */

#include "base/core/arena.h"
#include "base/sys/clock.h"
#include "base/text/template.h"
#include "mock/http/route.h"
#include "mock/state/mock_state.h"

struct site_row {
    const char *what;
    const char *method; /* NULL = GET, with a body POST */
    const char *host, *target;
    const char *headers; /* "Name: value\n" lines, or NULL */
    const char *body;    /* a form unless headers say otherwise; NULL = none */
    int status;
    const char *expect; /* or NULL */
    const char *save;   /* "name=member" pairs, separated by ';', or NULL */
    int credential;     /* enum credential_state in the notes */
    const char *source; /* the fact it rests on */
};

struct site_desk {
    struct clock clock;
    struct mock_state *state;
    struct router *router;
    struct arena *arena;
    struct template_vars vars;
    struct http_notes notes; /* of the last row */
    const struct route *route;
};

/* A workspace route that tells who came: GET /door. Served at every host that no site claims. */
struct site_desk *site_desk_new(const char *yaml);
void site_desk_free(struct site_desk *d);
void site_desk_set(struct site_desk *d, const char *name, const char *value);
const char *site_desk_get(struct site_desk *d, const char *name); /* the test fails without it */
/* Runs one row; the test fails with the row's name and source where it is not met. */
void site_desk_row(struct site_desk *d, const struct site_row *row);
void site_desk_rows(struct site_desk *d, const struct site_row *rows, size_t count);

#endif
