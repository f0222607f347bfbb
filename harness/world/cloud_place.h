/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_CLOUD_PLACE_H
#define HARNESS_WORLD_CLOUD_PLACE_H

/* What differs between the clouds: the form of the workspace's host name and what stands around it.
 * Constants. */

#include "harness/spec/manifest.h"

struct cloud_place {
    const char *name; /* as /.well-known/databricks-config says it */
    const char *host, *account_host;
    const char *workspace_id;  /* part of the host name on Azure and GCP */
    bool has_metadata;         /* of the machine, at CLOUD_METADATA_ADDRESS */
    const char *metadata_name; /* of that service; NULL = it has none */
};

#define CLOUD_ACCOUNT_ID       "11111111-2222-4333-8444-555555555555"
#define CLOUD_TENANT_ID        "99999999-8888-4777-8666-555555555555"
#define CLOUD_METADATA_ADDRESS "169.254.169.254"

const struct cloud_place *cloud_place_of(enum cloud cloud);

#endif
