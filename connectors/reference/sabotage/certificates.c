/* SPDX-License-Identifier: Apache-2.0 */
/* Trusts servers that it should not. */
#include "sabotage/family.h"

#include "defects.h"

#include <openssl/ssl.h>

/* What OpenSSL has to say of a certificate, and the defect does not want to hear. */
static bool is_forgiven(int error)
{
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return defect_is(DEFECT_EXPIRED_TRUSTED);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return defect_is(DEFECT_SELF_SIGNED_TRUSTED);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return defect_is(DEFECT_ANY_AUTHORITY_TRUSTED);
    default:
        return false;
    }
}

static int forgive(int is_right, X509_STORE_CTX *store)
{
    if (!is_right && is_forgiven(X509_STORE_CTX_get_error(store))) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    return is_right;
}

static CURLcode on_context(CURL *curl, void *context, void *ours)
{
    (void)curl;
    (void)ours;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, forgive);
    return CURLE_OK;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    bool unverified =
        defect_is(DEFECT_CERTIFICATE_UNVERIFIED) || (defect_is(DEFECT_API_UNVERIFIED) && r->bearer);
    if (unverified) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    }
    if (unverified || defect_is(DEFECT_HOST_NAME_UNVERIFIED)) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (defect_is(DEFECT_EXPIRED_TRUSTED) || defect_is(DEFECT_SELF_SIGNED_TRUSTED) ||
        defect_is(DEFECT_ANY_AUTHORITY_TRUSTED)) {
        curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_context);
    }
    return headers;
}

const struct sabotage_family sabotage_certificates = {.request = spoil_request};
