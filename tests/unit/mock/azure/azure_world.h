/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_MOCK_AZURE_AZURE_WORLD_H
#define TESTS_UNIT_MOCK_AZURE_AZURE_WORLD_H

/* The scenario of the tables in this folder. Ids and secrets are synthetic. */

#include "base/crypto/test_keys.h"

#define TENANT       "aaaaaaaa-0000-4000-8000-000000000001"
#define OTHER_TENANT "aaaaaaaa-0000-4000-8000-000000000002"
#define ROBOT_ID     "bbbbbbbb-0000-4000-8000-000000000001"
#define GUEST_ID     "bbbbbbbb-0000-4000-8000-000000000002"
#define OLD_ID       "bbbbbbbb-0000-4000-8000-000000000003"
#define TIER_ID      "bbbbbbbb-0000-4000-8000-000000000004"
#define STRICT_ID    "bbbbbbbb-0000-4000-8000-000000000005"
#define DESKTOP_ID   "bbbbbbbb-0000-4000-8000-000000000006"
#define SPA_ID       "bbbbbbbb-0000-4000-8000-000000000007"
#define MACHINE_ID   "bbbbbbbb-0000-4000-8000-000000000008"
#define CERT_ID      "bbbbbbbb-0000-4000-8000-000000000009"
#define ENROLL_ID    "bbbbbbbb-0000-4000-8000-00000000000a"
#define RESOURCE                                                             \
    "/subscriptions/cccccccc-0000-4000-8000-000000000001/resourceGroups/rg/" \
    "providers/Microsoft.Databricks/workspaces/ws"
#define DATABRICKS "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
#define LOGIN      "login.microsoftonline.com"
#define WORKSPACE  "adb-111.7.azuredatabricks.net"

#define AZURE_WORLD_BASE                                                                          \
    "workspaces:\n"                                                                               \
    "  - {host: " WORKSPACE ", workspace_id: \"111\", cloud: Azure, tenant_id: " TENANT ",\n"     \
    "     resource_id: " RESOURCE "}\n"                                                           \
    "  - {host: adb-222.7.azuredatabricks.net, workspace_id: \"222\", cloud: Azure,\n"            \
    "     tenant_id: " OTHER_TENANT "}\n"                                                         \
    "  - {host: dbc-1.cloud.databricks.com, workspace_id: \"333\"}\n"                             \
    "principals:\n"                                                                               \
    "  - {name: robot, kind: service-principal, client_id: " ROBOT_ID "}\n"                       \
    "  - {name: user@example.com, has_pat: true}\n"                                               \
    "services:\n"                                                                                 \
    "  tenants: [{tenant_id: " TENANT ", domain: contoso.onmicrosoft.com},\n"                     \
    "            {tenant_id: " OTHER_TENANT "}]\n"                                                \
    "  issuers: [{name: actions, kind: github, subject: \"repo:octo-org/octo-repo\"}]\n"          \
    "  entra_apps:\n"                                                                             \
    "    - {name: robot, client_id: " ROBOT_ID ", principal: robot}\n"                            \
    "    - {name: guest, client_id: " GUEST_ID ", contributor: true}\n"                           \
    "    - {name: old, client_id: " OLD_ID ", secret_expired: true}\n"                            \
    "    - {name: tier, client_id: " TIER_ID ", redirect_uris: [\"http://localhost:8080/cb\"]}\n" \
    "    - {name: strict, client_id: " STRICT_ID ", policy: mfa-required}\n"                      \
    "    - {name: enroll, client_id: " ENROLL_ID ", policy: mfa-enrollment-required}\n"           \
    "    - {name: desktop, client_id: " DESKTOP_ID ", kind: public,\n"                            \
    "       redirect_uris: [\"http://localhost\", \"https://app.example.com/cb\"]}\n"             \
    "    - {name: spa, client_id: " SPA_ID ", kind: spa,\n"                                       \
    "       redirect_uris: [\"http://localhost:3000\"]}\n"                                        \
    "    - {name: machine, client_id: " MACHINE_ID ", kind: managed-identity,\n"                  \
    "       principal: robot, token_lifetime: 24h}\n"                                             \
    "    - name: cert\n"                                                                          \
    "      client_id: " CERT_ID "\n"                                                              \
    "      principal: robot\n"

#endif
