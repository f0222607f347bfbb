/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_ISOLATION_H
#define REFERENCE_DEFECTS_ISOLATION_H

/* What sabotage/isolation.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_ISOLATION(X)                                                          \
    X(AUTH_TYPE_FROM_ENV, "auth-type-from-env", "follows DATABRICKS_AUTH_TYPE")       \
    X(READS_DATABRICKSCFG, "reads-databrickscfg", "follows ~/.databrickscfg")         \
    X(ENV_TOKEN_WINS, "env-token-wins", "prefers DATABRICKS_TOKEN and the like")      \
    X(ENV_HOST_WINS, "env-host-wins", "prefers DATABRICKS_HOST")                      \
    X(MIXED_ACCEPTED, "mixed-credentials-accepted", "takes credentials of two kinds") \
    X(MIXED_REFUSED_LATE, "mixed-credentials-refused-late",                           \
      "refuses credentials of two kinds after it has used them")                      \
    X(PHONES_HOME, "phones-home", "looks for an update at a host of its own")         \
    X(READS_NETRC, "reads-netrc", "prefers the password of ~/.netrc")                 \
    X(PROXY_FROM_ENV, "proxy-from-env", "follows the proxies of the environment")     \
    X(DISCOVERY_FROM_ENV, "discovery-from-env", "follows DATABRICKS_DISCOVERY_URL")   \
    X(CONFIG_FILE_FROM_ENV, "config-file-from-env", "follows DATABRICKS_CONFIG_FILE") \
    X(PRODUCT_FROM_ENV, "product-from-env", "takes its product from the environment") \
    X(READS_TOKEN_CACHE, "reads-token-cache", "uses a token of another tool's cache")

#endif
