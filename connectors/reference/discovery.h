/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DISCOVERY_H
#define REFERENCE_DISCOVERY_H

/* Where tokens are asked for: the token endpoint of the workspace's metadata (RFC 8414), or the
 * usual path when the workspace has no metadata.
 *
 * What is told there decides where the client secret goes, so it is believed only as far as it has
 * to be: the document is JSON, its issuer is the one that was asked, and its endpoint is at the
 * workspace's own origin (and so https, if the workspace is). Anything else is an error: to go on
 * with the usual path would hide that somebody is in between. */

#include "config.h"
#include "http.h"

int discovery_token_endpoint(struct http *h, const struct config *c, int64_t deadline_ms,
                             struct text *ret_url, struct failure *f);

#endif
