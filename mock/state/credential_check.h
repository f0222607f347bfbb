/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_CREDENTIAL_CHECK_H
#define MOCK_STATE_CREDENTIAL_CHECK_H

/* The one place that decides whether an Authorization header opens a workspace: only a live
 * credential minted here, for this workspace, with the scope. Every way of being wrong is told
 * apart, because the service answers them differently and a client has to react differently.
 *
 * Pure but for the clock: the HTTP side (reading the header, answering) is mock/access.
 * Sources: RFC 6750 section 2.1 (the header), RFC 9110 section 11.4 (scheme names ignore case),
 * replies recorded from the service (mock/http/recorded_error.h names them). Threads: as the state.
 */

#include "base/core/str.h"
#include "base/wire/journal.h"

#include <stddef.h>

struct canary;
struct credential;
struct mock_state;
struct workspace;

struct credential_question {
    struct str authorization;          /* the value of the first such header */
    size_t authorization_count;        /* how many there were; two are malformed */
    const struct workspace *workspace; /* whose door it is; NULL = not looked at */
    struct str host;                   /* as which it was called, without port; "" = not said */
    /* Azure: X-Databricks-Azure-SP-Management-Token and -Workspace-Resource-Id; "" = not sent */
    struct str management_token, resource_id;
    const char *scope; /* needed, such as "sql", or several of which one will do, with spaces
                          between; NULL = any token */
};

struct credential_answer {
    enum credential_state state;
    struct str scheme;                   /* as sent, borrowed from the header */
    const struct credential *credential; /* NULL when it is not one of ours */
    const struct canary *canary; /* which secret was sent, if it is a known one of any kind */
    int64_t now_ms;              /* when it was looked at */
    const char *error;           /* the recorded error to answer with; NULL when the door opens */
    char message[256];           /* instead of that error's usual text; "" = the usual one */
};

void credential_check(const struct mock_state *state, const struct credential_question *q,
                      struct credential_answer *ret);
/* b64token of RFC 6750 section 2.1: at least one of ALPHA DIGIT -._~+/ and then any '='. */
bool bearer_token_is_well_formed(struct str token);

#endif
