/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"

static bool device_flow_is_served(const struct mock_state *s)
{
    return s->oidc->knobs.has_device_flow;
}

#define TYPE "urn:ietf:params:oauth:grant-type:"

/* The service's metadata lists the first three; the next two work unlisted. */
static const struct grant table[] = {
    {"client_credentials", true, NULL, CLIENT_PROVEN, grant_client_credentials,
     "RFC 6749 section 4.4; databricks-jdbc sqlexecapi/m2mauthintegrationtests"},
    {"authorization_code", true, NULL, CLIENT_PROVEN, grant_authorization_code,
     "RFC 6749 section 4.1.3; RFC 7636 section 4.6"},
    {"refresh_token", true, NULL, CLIENT_PROVEN, grant_refresh_token,
     "RFC 6749 section 6; databricks/cli PR 1434"},
    {TYPE "token-exchange", false, NULL, CLIENT_NAMED, grant_token_exchange,
     "RFC 8693; databricks-sdk-go config/oidc"},
    {TYPE "jwt-bearer", false, NULL, CLIENT_NAMED, grant_jwt_bearer,
     "databricks-sdk-py data_plane.py; RFC 9396"},
    {TYPE "device_code", true, device_flow_is_served, CLIENT_PROVEN, grant_device_code,
     "RFC 8628 section 3.4; not at Databricks"},
};

const struct grant *grant_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct grant *grant_find(const struct mock_state *s, struct str grant_type)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_eq_z(grant_type, table[i].grant_type)) {
            bool served = table[i].is_served == NULL || table[i].is_served(s);
            return served ? &table[i] : NULL;
        }
    }
    return NULL;
}
