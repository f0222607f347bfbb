/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/vars.h"

#include <stddef.h>

#define VAR_NAME(name, text, doc) text,
const char *const var_names[VAR_COUNT + 1] = {VAR_TABLE(VAR_NAME) NULL};
#undef VAR_NAME

#define VAR_DOC(name, text, doc) doc,
const char *const var_docs[VAR_COUNT] = {VAR_TABLE(VAR_DOC)};
#undef VAR_DOC

const struct cloud_var vars_of_clouds[6] = {
    {VAR_AZURE_TENANT_ID, "azure"},   {VAR_AZURE_CLIENT_SECRET, "azure"},
    {VAR_AZURE_IDENTITY_ID, "azure"}, {VAR_AZURE_RESOURCE_ID, "azure"},
    {VAR_GOOGLE_CREDENTIALS, "gcp"},  {VAR_GOOGLE_SERVICE_ACCOUNT, "gcp"},
};
