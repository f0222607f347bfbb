/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_API_H
#define REFERENCE_API_H

/* Calls of the workspace's REST API. Every one is authorised, retried and explained here.
 *
 * A call that is refused for its token is made once more with another token, where there can be
 * one. A missing permission (PERMISSION_DENIED) is passed on at once: another token would be the
 * same identity. */

#include "workspace.h"

#include <cjson/cJSON.h>

struct api_call {
    const char *what; /* for messages */
    const char *method, *path;
    const char *origin; /* NULL = the workspace; no other gets the second token */
    const char *body;   /* JSON; NULL for GET */
    int64_t deadline_ms;
};

/* Gives the JSON object of an answer that reports success. */
int api_send(struct workspace *w, const struct api_call *call, cJSON **ret, struct failure *f);

#endif
