/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CLOUD_ID_CLOUD_ID_H
#define MOCK_CLOUD_ID_CLOUD_ID_H

/* Where workloads get tokens that say who they are, as subject tokens for federation:
 *
 *   github_site         GitHub Actions: GET <request url>&audience=..., and the issuer's documents
 *   devops_site         Azure DevOps pipelines: POST .../oidctoken, and the issuer's documents
 *   gcp_site            GCP's metadata server: .../identity?audience=..., .../token and what
 * clients ask before google_issuer_site  the documents of https://accounts.google.com
 *   google_oauth_site   Google's token endpoint, for the keys of service accounts
 *   google_iam_site     Google's service account credentials API
 *   idp_site            an OpenID Connect issuer at /idp/NAME of any host: documents and a token
 *                       endpoint for client credentials
 *
 * Identity tokens are all signed by one key, whose public half each issuer serves. The handlers'
 * exchange->state is a struct mock_state. */

#include "mock/http/route.h"

extern const struct route_site github_site, devops_site, gcp_site, google_issuer_site, idp_site;
extern const struct route_site google_oauth_site, google_iam_site;

#endif
