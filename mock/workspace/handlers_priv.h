/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WORKSPACE_HANDLERS_PRIV_H
#define MOCK_WORKSPACE_HANDLERS_PRIV_H

/* The handlers behind the rows in routes.c, by file. */

#include "mock/http/route.h"

struct json;

/* identity.c */
route_handler identity_me;
route_handler identity_introspect;

/* scim.c */
route_handler scim_users_list;
route_handler scim_user_get;
route_handler scim_service_principals_list;
route_handler scim_service_principal_get;
route_handler scim_groups_list;
route_handler scim_group_get;
/* The member emails of a user. */
struct json *scim_emails(const char *address);

/* catalogs.c */
route_handler catalogs_list;
route_handler catalog_get;
route_handler catalog_create;
route_handler catalog_delete;

/* schemas.c */
route_handler schemas_list;
route_handler schema_get;
route_handler schema_create;
route_handler schema_delete;

/* tables.c */
route_handler tables_list;
route_handler table_get;
route_handler table_exists;
route_handler table_create;
route_handler table_delete;
route_handler volumes_list;

/* metastore.c */
route_handler metastore_assignment;
route_handler metastore_summary;

/* tokens.c */
route_handler token_create;
route_handler token_list;
route_handler token_delete;

/* token_management.c */
route_handler managed_token_create;
route_handler managed_tokens_list;
route_handler managed_token_get;
route_handler managed_token_delete;

/* secrets.c */
route_handler secret_scopes_list;
route_handler secret_scope_create;
route_handler secret_scope_delete;
route_handler secrets_list;
route_handler secret_put;
route_handler secret_get;
route_handler secret_delete;

/* clusters.c */
route_handler clusters_list;
route_handler cluster_get;
route_handler cluster_create;
route_handler cluster_delete;

/* jobs.c */
route_handler jobs_list;
route_handler job_get;
route_handler job_create;
route_handler job_delete;
route_handler job_run_now;
route_handler run_get;

/* apps_list.c */
route_handler apps_list;
route_handler app_get;

/* folders.c */
route_handler folder_status;
route_handler folder_list;
route_handler folder_mkdirs;
route_handler folder_import;
route_handler folder_export;
route_handler folder_delete;

/* noise.c */
route_handler noise_feature_flags;
route_handler noise_telemetry;
route_handler noise_telemetry_unauthenticated;

/* pages.c */
route_handler page_login;
route_handler page_icon;

#endif
