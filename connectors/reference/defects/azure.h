/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_AZURE_H
#define REFERENCE_DEFECTS_AZURE_H

/* What sabotage/azure.c can do. */
#define DEFECTS_AZURE(X)                                                                     \
    X(ENTRA_ALL_APIS, "entra-all-apis", "asks Entra ID for the scope all-apis first")        \
    X(ENTRA_LINE_BREAK, "entra-line-break", "drops errors that have line breaks")            \
    X(ENTRA_DESCRIPTION_READ, "entra-description-read",                                      \
      "repeats a request because of the words of an error")                                  \
    X(MANAGEMENT_TOKEN_ANYWHERE, "management-token-anywhere",                                \
      "sends the management token to Entra ID, too")                                         \
    X(MANAGEMENT_TOKEN_LOGGED, "management-token-logged", "logs the headers that it adds")   \
    X(OBO_USE_MISSING, "obo-use-missing", "leaves out requested_token_use at first")         \
    X(OBO_RETRIED, "obo-retried", "repeats a request that demands interaction")              \
    X(OBO_CLAIMS_LOST, "obo-claims-lost", "drops the claims of a demand for interaction")    \
    X(METADATA_HEADER_MISSING, "metadata-header-missing",                                    \
      "asks the metadata of the machine without its header first")                           \
    X(EXPIRES_ON_IGNORED, "expires-on-ignored",                                              \
      "goes by expires_in where expires_on says something else")                             \
    X(IMDS_NOT_PATIENT, "metadata-no-patience", "gives up at the first 404 of the metadata") \
    X(IMDS_STORM, "metadata-storm", "repeats requests that the metadata refuses with 400")   \
    X(IMDS_AT_ONCE, "metadata-at-once", "does not pause before it asks the metadata again")

#endif
