/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/workspace/workspace.h"

#include "base/core/attrs.h"
#include "mock/workspace/handlers_priv.h"

#define SCIM         "/api/2.0/preview/scim/v2"
#define UNITY        "/api/2.1/unity-catalog"
#define TOKENS       "/api/2.0/token"
#define MANAGED      "/api/2.0/token-management"
#define SECRETS      "/api/2.0/secrets"
#define CLUSTERS     "/api/2.1/clusters"
#define JOBS         "/api/2.2/jobs"
#define FOLDERS      "/api/2.0/workspace"
#define IAM_SOURCE   "databricks-sdk-py service/iam; RFC 7644 section 3"
#define UNITY_SOURCE "databricks-sdk-py service/catalog; the wording of the 404s is assumed"
#define TOKEN_SOURCE "databricks-sdk-py service/settings"
#define SPACE_SOURCE "databricks-sdk-py service/workspace"
#define COMPUTE      "databricks-sdk-py service/compute"
#define APPS_SOURCE  "databricks-sdk-py service/apps; the wording of the 404 is assumed"
#define JOBS_SOURCE  "databricks-sdk-py service/jobs"
#define PAGES_SOURCE "databricks/cli#1411, databricks-sdk-go#903"
#define NOISE_SOURCE "databricks-sql-python common/feature_flag.py, telemetry_client.py"

#define API(name, method, pattern, handler, doc, source)       \
    {                                                          \
        name, method, pattern, ROUTE_API, handler, doc, source \
    }

static const struct route routes[] = {
    API("scim.me", "GET", SCIM "/Me", identity_me, "Who the credential stands for.",
        "databricks-sdk-go service/iam; RFC 7643 section 4.1"),
    API("scim.users.list", "GET", SCIM "/Users", scim_users_list,
        "The users; filters of the form `attribute eq value`.", IAM_SOURCE),
    API("scim.user.get", "GET", SCIM "/Users/{id}", scim_user_get, "A user.", IAM_SOURCE),
    API("scim.service_principals.list", "GET", SCIM "/ServicePrincipals",
        scim_service_principals_list, "The service principals.", IAM_SOURCE),
    API("scim.service_principal.get", "GET", SCIM "/ServicePrincipals/{id}",
        scim_service_principal_get, "A service principal.", IAM_SOURCE),
    API("scim.groups.list", "GET", SCIM "/Groups", scim_groups_list, "The groups.", IAM_SOURCE),
    API("scim.group.get", "GET", SCIM "/Groups/{id}", scim_group_get, "A group.", IAM_SOURCE),
    API("tokens.introspect", "GET", "/api/2.0/tokens/introspect", identity_introspect,
        "Account and workspace of the credential.", "databricks/cli libs/auth"),
    API("tokens.create", "POST", TOKENS "/create", token_create,
        "Makes a personal access token and shows it this one time.", TOKEN_SOURCE),
    API("tokens.list", "GET", TOKENS "/list", token_list, "The caller's tokens without values.",
        TOKEN_SOURCE),
    API("tokens.delete", "POST", TOKENS "/delete", token_delete, "Revokes a token of the caller.",
        TOKEN_SOURCE),
    API("token_management.create", "POST", MANAGED "/on-behalf-of/tokens", managed_token_create,
        "Makes a token for a service principal; for admins.", TOKEN_SOURCE "; databricks/cli#596"),
    API("token_management.list", "GET", MANAGED "/tokens", managed_tokens_list,
        "All tokens of the workspace; for admins.", TOKEN_SOURCE),
    API("token_management.get", "GET", MANAGED "/tokens/{token_id}", managed_token_get,
        "A token; for admins.", TOKEN_SOURCE),
    API("token_management.delete", "DELETE", MANAGED "/tokens/{token_id}", managed_token_delete,
        "Revokes a token; for admins.", TOKEN_SOURCE),
    API("uc.catalogs.list", "GET", UNITY "/catalogs", catalogs_list,
        "The catalogs; a page may be empty and have a next one.", UNITY_SOURCE),
    API("uc.catalog.create", "POST", UNITY "/catalogs", catalog_create, "Makes a catalog.",
        UNITY_SOURCE),
    API("uc.catalog.get", "GET", UNITY "/catalogs/{name}", catalog_get, "A catalog.", UNITY_SOURCE),
    API("uc.catalog.delete", "DELETE", UNITY "/catalogs/{name}", catalog_delete,
        "Drops an empty catalog, or any with force=true.", UNITY_SOURCE),
    API("uc.schemas.list", "GET", UNITY "/schemas", schemas_list, "The schemas of a catalog.",
        UNITY_SOURCE),
    API("uc.schema.create", "POST", UNITY "/schemas", schema_create, "Makes a schema.",
        UNITY_SOURCE),
    API("uc.schema.get", "GET", UNITY "/schemas/{full_name}", schema_get, "A schema.",
        UNITY_SOURCE),
    API("uc.schema.delete", "DELETE", UNITY "/schemas/{full_name}", schema_delete,
        "Drops an empty schema, or any with force=true.", UNITY_SOURCE),
    API("uc.tables.list", "GET", UNITY "/tables", tables_list, "The tables of a schema.",
        UNITY_SOURCE),
    API("uc.table.create", "POST", UNITY "/tables", table_create, "Makes a table.", UNITY_SOURCE),
    API("uc.table.get", "GET", UNITY "/tables/{full_name}", table_get,
        "A table of Unity Catalog; its table_id is new with each scenario.",
        "databricks-sdk-go service/catalog; the wording of the 404 is assumed, that of the 403 "
        "recorded in Azure/spark-cdm-connector#149"),
    API("uc.table.exists", "GET", UNITY "/tables/{full_name}/exists", table_exists,
        "Whether there is such a table.", UNITY_SOURCE),
    API("uc.table.delete", "DELETE", UNITY "/tables/{full_name}", table_delete, "Drops a table.",
        UNITY_SOURCE),
    API("uc.volumes.list", "GET", UNITY "/volumes", volumes_list,
        "The volumes of a schema: there are none.", UNITY_SOURCE),
    API("uc.metastore.assignment", "GET", UNITY "/current-metastore-assignment",
        metastore_assignment, "The metastore of the workspace.", UNITY_SOURCE),
    API("uc.metastore.summary", "GET", UNITY "/metastore_summary", metastore_summary,
        "The same with its name and cloud.", UNITY_SOURCE),
    API("secrets.scopes.list", "GET", SECRETS "/scopes/list", secret_scopes_list,
        "The secret scopes.", SPACE_SOURCE),
    API("secrets.scopes.create", "POST", SECRETS "/scopes/create", secret_scope_create,
        "Makes a secret scope.", SPACE_SOURCE),
    API("secrets.scopes.delete", "POST", SECRETS "/scopes/delete", secret_scope_delete,
        "Deletes a scope and its secrets.", SPACE_SOURCE),
    API("secrets.list", "GET", SECRETS "/list", secrets_list, "The keys of a scope.", SPACE_SOURCE),
    API("secrets.put", "POST", SECRETS "/put", secret_put, "Stores a secret.", SPACE_SOURCE),
    API("secrets.get", "GET", SECRETS "/get", secret_get, "A secret's value, in base64.",
        SPACE_SOURCE),
    API("secrets.delete", "POST", SECRETS "/delete", secret_delete, "Deletes a secret.",
        SPACE_SOURCE),
    API("clusters.list", "GET", CLUSTERS "/list", clusters_list,
        "The clusters; \"\" as next_page_token ends the list.", COMPUTE),
    API("clusters.get", "GET", CLUSTERS "/get", cluster_get, "A cluster.", COMPUTE),
    API("clusters.create", "POST", CLUSTERS "/create", cluster_create, "Makes a cluster.", COMPUTE),
    API("clusters.delete", "POST", CLUSTERS "/delete", cluster_delete, "Terminates a cluster.",
        COMPUTE),
    API("jobs.list", "GET", JOBS "/list", jobs_list,
        "The jobs; the member is absent when there are none.", JOBS_SOURCE),
    API("jobs.get", "GET", JOBS "/get", job_get, "A job.", JOBS_SOURCE),
    API("jobs.create", "POST", JOBS "/create", job_create, "Makes a job.", JOBS_SOURCE),
    API("jobs.delete", "POST", JOBS "/delete", job_delete, "Deletes a job.", JOBS_SOURCE),
    API("jobs.run_now", "POST", JOBS "/run-now", job_run_now, "Runs a job, which succeeds at once.",
        JOBS_SOURCE),
    API("jobs.runs.get", "GET", JOBS "/runs/get", run_get, "A run of a job.", JOBS_SOURCE),
    API("apps.list", "GET", "/api/2.0/apps", apps_list, "The workspace's apps and their URLs.",
        APPS_SOURCE),
    API("apps.get", "GET", "/api/2.0/apps/{name}", app_get, "An app.", APPS_SOURCE),
    API("workspace.get_status", "GET", FOLDERS "/get-status", folder_status,
        "A folder, notebook or file.", SPACE_SOURCE "; databricks/cli acceptance outputs"),
    API("workspace.list", "GET", FOLDERS "/list", folder_list, "What a folder holds.",
        SPACE_SOURCE),
    API("workspace.mkdirs", "POST", FOLDERS "/mkdirs", folder_mkdirs,
        "Makes a folder and those above it.", SPACE_SOURCE),
    API("workspace.import", "POST", FOLDERS "/import", folder_import,
        "Stores a notebook or a file.", SPACE_SOURCE),
    API("workspace.export", "GET", FOLDERS "/export", folder_export, "Its content, in base64.",
        SPACE_SOURCE),
    API("workspace.delete", "POST", FOLDERS "/delete", folder_delete,
        "Deletes a file, or a folder with what is in it.", SPACE_SOURCE),
    {"settings.feature_flags", "GET", "/api/2.0/connector-service/feature-flags/{client}/{version}",
     ROUTE_NOISE, noise_feature_flags, "Flags for SQL drivers: none is set.", NOISE_SOURCE},
    {"telemetry.sink", "POST", "/telemetry-ext", ROUTE_NOISE, noise_telemetry,
     "Takes telemetry and forgets it.", NOISE_SOURCE},
    {"telemetry.sink", "POST", "/telemetry-unauth", ROUTE_NOISE, noise_telemetry_unauthenticated,
     "The same from clients that are not authenticated yet.", NOISE_SOURCE},
    {"ui.login", "GET", "/login.html", ROUTE_OTHER, page_login,
     "The page for signing in: HTML with status 200.", PAGES_SOURCE},
    {"ui.icon", "GET", "/favicon.ico", ROUTE_NOISE, page_icon,
     "The icon that browsers ask for beside a page.", PAGES_SOURCE},
};

const struct route_table workspace_routes = {"workspace", routes, ARRAY_LEN(routes)};
