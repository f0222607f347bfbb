/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_VARS_H
#define HARNESS_SPEC_VARS_H

/* The names that ${...} may use in manifests and cases. One table: linting, expansion, docs. */

/*    name              what it is */
#define VAR_TABLE(X)                                                                         \
    X(VAR_HOST, "host", "the workspace URL, scheme included, no trailing slash")             \
    X(VAR_HOSTNAME, "hostname", "the workspace's host name, without scheme and port")        \
    X(VAR_TOKEN, "token", "the PAT (pat), the user's access token (token, obo)")             \
    X(VAR_SUBJECT_TOKEN, "subject_token",                                                    \
      "the workload's own token, to be exchanged (mode federation)")                         \
    X(VAR_CLIENT_ID, "client_id", "the service principal's or the application's client id")  \
    X(VAR_CLIENT_SECRET, "client_secret", "the client secret (mode m2m)")                    \
    X(VAR_HTTP_PATH, "http_path", "/sql/1.0/warehouses/ and the warehouse id")               \
    X(VAR_WAREHOUSE_ID, "warehouse_id", "the SQL warehouse's id")                            \
    X(VAR_TABLE, "table", "full name of the Unity Catalog table to get")                     \
    X(VAR_STATEMENT, "statement", "the SQL text to run")                                     \
    X(VAR_REDIRECT_PORT, "redirect_port", "the port registered for the redirect (mode u2m)") \
    X(VAR_OPERATIONS, "operations", "how many rounds to perform (drive count)")              \
    X(VAR_MODE, "mode", "the mode's name")                                                   \
    X(VAR_KBASE_URL, "kbase_url", "KBase Auth2's URL, with a slash at its end")              \
    X(VAR_KBASE_TOKEN, "kbase_token", "a user's KBase token")                                \
    X(VAR_SPARK_HOST, "spark_host",                                                          \
      "Spark Connect's host, where `{username}` stands for KBase's name of the user")        \
    X(VAR_SPARK_TLS, "spark_tls", "`false` when the user switches TLS off, else `true`")     \
    X(VAR_SECRET_SCOPE, "secret_scope", "a secret scope of the workspace")                   \
    X(VAR_SECRET_KEY, "secret_key", "the key of a secret in it")                             \
    X(VAR_APP_URL, "app_url", "the URL of a Databricks App (sealed worlds)")                 \
    X(VAR_ACCOUNT_ID, "account_id", "the account's id")                                      \
    X(VAR_ACCOUNT_HOST, "account_host", "the account console's URL, without trailing slash") \
    X(VAR_AZURE_TENANT_ID, "azure_tenant_id", "the workspace's directory (cloud azure)")     \
    X(VAR_AZURE_CLIENT_SECRET, "azure_client_secret",                                        \
      "the Entra ID secret of ${client_id}, an application there as well (cloud azure)")     \
    X(VAR_AZURE_IDENTITY_ID, "azure_identity_id",                                            \
      "the client id of the machine's managed identity (cloud azure)")                       \
    X(VAR_AZURE_RESOURCE_ID, "azure_resource_id",                                            \
      "the workspace's id in Azure Resource Manager (cloud azure)")                          \
    X(VAR_GOOGLE_CREDENTIALS, "google_credentials",                                          \
      "the key file of a service account of Google's, as JSON (cloud gcp)")                  \
    X(VAR_GOOGLE_SERVICE_ACCOUNT, "google_service_account",                                  \
      "the e-mail address of that account, which the machine's may act for (cloud gcp)")     \
    X(VAR_HOME, "home", "the run's HOME")                                                    \
    X(VAR_TMP, "tmp", "the run's TMPDIR")                                                    \
    X(VAR_CONNECTOR_DIR, "connector_dir", "the folder of connector.yaml")                    \
    X(VAR_OPTION_VALUE, "option_value",                                                      \
      "another product's token: what the case user-agent/options sets `options` to")         \
    X(VAR_POISON_HOST, "poison_host", "a decoy that records what comes (cases only)")        \
    X(VAR_POISON_TOKEN, "poison_token", "a canary in the form of a PAT (cases only)")        \
    X(VAR_POISON_SECRET, "poison_secret", "a canary in the form of a client secret (cases only)")
#define VAR_ENUM(name, text, doc) name,
enum var { VAR_TABLE(VAR_ENUM) VAR_COUNT };
#undef VAR_ENUM
/* Have a value on one cloud only. */
struct cloud_var {
    enum var var;
    const char *cloud; /* its name in manifests */
};
extern const struct cloud_var vars_of_clouds[6];
extern const char *const var_names[VAR_COUNT + 1];
extern const char *const var_docs[VAR_COUNT];

#endif
