/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_ACCESS_DOOR_H
#define MOCK_ACCESS_DOOR_H

/* What a workspace asks beyond a good credential: the address the request comes from (IP access
 * list), the assignment of the principal to the workspace, personal access tokens being allowed,
 * and that a request which names a workspace in a header means this one (X-Databricks-Workspace-Id,
 * formerly X-Databricks-Org-Id: databricks-sdk-py service/catalog.py).
 *
 * In which order the service asks is not known: here a bad credential is told first. Sources of the
 * refusals: mock/http/recorded_error.h. Threads: as the state. */

#include "mock/access/access.h"

/* Where the answer is a gateway's, its message gets " [ReqId: ...]" if the scenario wants that;
 * the reason-phrase header does not (databricks-jdbc recordings before and after the change). */
void door_refuse(struct exchange *x, const struct workspace *w, const char *error,
                 const char *message);
/* false: the refusal has been written and noted. */
bool door_enter(struct exchange *x, const struct access *a);
/* The recorded error for a token that the service never issued. */
const char *door_unknown_error(const struct workspace *w);
bool door_is_admin(const struct access *a);

#endif
