/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_ACCESS_ACCESS_H
#define MOCK_ACCESS_ACCESS_H

/* The door of the Databricks APIs: which workspace the Host names, whether the credential opens it,
 * and the headers that all answers share. Handlers of API routes begin so:
 *
 *     struct access a;
 *     if (!access_enter(x, "sql", &a)) {
 *         return 0;                        the refusal has been written
 *     }
 *
 * Ownership: what struct access points at belongs to the state. Threads: as the state. */

#include "base/core/attrs.h"
#include "base/json/json.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct credential;
struct mock_state;
struct principal;
struct workspace;

struct access {
    struct mock_state *state;
    const struct workspace *workspace;
    const struct principal *principal;
    const struct credential *credential;
};

/* Fills the notes (credential, principal). false: the answer has been written, in the service's
 * words. scope NULL = any token of the workspace will do. */
bool access_enter(struct exchange *x, const char *scope, struct access *ret);
/* Only fills the notes, for routes that answer everybody. */
void access_look(struct exchange *x);
/* The workspace of the request's Host; NULL: the answer (404) has been written. */
const struct workspace *access_workspace(struct exchange *x);

/* What the service's front sends with each answer (recorded by databricks-jdbc,
 * sqlexecapi/m2mauthintegrationtests): request id, server, HSTS, nosniff, vary. */
void access_service_headers(struct exchange *x);
/* An API's answer: JSON, those headers and x-databricks-org-id. */
void access_reply(struct exchange *x, const struct access *a, int status, struct json *body_take);
/* The same for a body that depends only on the target, the caller, the workspace and state that
 * requests other than GET change: remembered. Call access_reply_again() first; true: it has
 * answered with what was made before. */
bool access_reply_again(struct exchange *x, const struct access *a);
void access_reply_keep(struct exchange *x, const struct access *a, struct json *body_take);
/* An API's refusal, by its recorded name; message NULL = the usual one. */
void access_refuse(struct exchange *x, const struct access *a, const char *error,
                   const char *message);

#endif
