/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_DISCOVERY_H
#define REFERENCE_DEFECTS_DISCOVERY_H

/* What sabotage/discovery.c can do. */
#define DEFECTS_DISCOVERY(X)                                                                     \
    X(METADATA_NEEDED, "metadata-needed", "gives up when a workspace has no metadata")           \
    X(ESCAPED_SLASHES_KEPT, "escaped-slashes-kept", "does not undo the escapes of the metadata") \
    X(METADATA_PAGE_OK, "metadata-page-ok", "takes a page for the absence of metadata")          \
    X(ISSUER_IGNORED, "issuer-ignored", "uses the metadata of another issuer")                   \
    X(ENDPOINT_ANYWHERE, "endpoint-anywhere", "sends its secret wherever the metadata says")     \
    X(KEYS_ELSEWHERE_REFUSED, "keys-elsewhere-refused", "wants all of the metadata at one host") \
    X(ENDPOINT_WITHOUT_TLS, "endpoint-without-tls", "uses a token endpoint without TLS")         \
    X(CONFIG_DOCUMENT_NEEDED, "config-document-needed",                                          \
      "gives up without the databricks-config document")                                         \
    X(ACCOUNT_ENDPOINT_FIRST, "account-endpoint-first", "asks the account for a workspace's token")

#endif
