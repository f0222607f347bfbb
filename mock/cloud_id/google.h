/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CLOUD_ID_GOOGLE_H
#define MOCK_CLOUD_ID_GOOGLE_H

/* Google's service accounts: the token endpoint (google_oauth.c), the service account credentials
 * API (google_iam.c), the metadata server (google_machine.c). The accounts are the scenario's
 * google_accounts. */

#include "mock/http/route.h"

struct credential;
struct google_request;

route_handler google_oauth_token, google_iam_call, google_iam_locations;
route_handler google_machine_root, google_machine_token, google_machine_account;
route_handler google_machine_email, google_machine_project, google_machine_universe;

/* Mints and notes. NULL: err is set. */
const char *google_issue(struct exchange *x, const struct google_request *r,
                         const struct credential **ret_credential, struct err *err);

#endif
