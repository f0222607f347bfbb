/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/cloud_place.h"

/* Forms of the host names: Databricks documentation, workspace instance names; on Azure the number
 * behind the dot is the id modulo 20. */
static const struct cloud_place places[CLOUD_COUNT] = {
    [CLOUD_AWS] = {.name = "AWS",
                   .host = "dbc-a1b2c3d4-e5f6.cloud.databricks.com",
                   .account_host = "accounts.cloud.databricks.com",
                   .workspace_id = "900800700600"},
    [CLOUD_AZURE] = {.name = "Azure",
                     .host = "adb-1234567890123456.16.azuredatabricks.net",
                     .account_host = "accounts.azuredatabricks.net",
                     .workspace_id = "1234567890123456",
                     .has_metadata = true},
    [CLOUD_GCP] = {.name = "GCP",
                   .host = "1234567890123456.6.gcp.databricks.com",
                   .account_host = "accounts.gcp.databricks.com",
                   .metadata_name = "metadata.google.internal",
                   .workspace_id = "1234567890123456",
                   .has_metadata = true},
};

const struct cloud_place *cloud_place_of(enum cloud cloud)
{
    return &places[cloud];
}
