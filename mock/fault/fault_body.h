/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_FAULT_FAULT_BODY_H
#define MOCK_FAULT_FAULT_BODY_H

/* The forms of a body that is not what was asked for (FAULT_BODY_TABLE). */

#include "base/wire/scenario_fault.h"
#include "mock/http/request.h"

void fault_body_change(enum fault_body form, struct http_req *req, struct http_reply *reply);
/* RFC 7396; a body that is not JSON stays as it is. */
void fault_body_patch(const struct json *patch, struct http_req *req, struct http_reply *reply);

#endif
