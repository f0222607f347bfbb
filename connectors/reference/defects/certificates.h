/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_CERTIFICATES_H
#define REFERENCE_DEFECTS_CERTIFICATES_H

/* What sabotage/certificates.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_CERTIFICATES(X)                                                               \
    X(CERTIFICATE_UNVERIFIED, "certificate-unverified", "looks at no certificate")            \
    X(API_UNVERIFIED, "api-certificate-unverified", "looks at no certificate for API calls")  \
    X(HOST_NAME_UNVERIFIED, "host-name-unverified", "takes certificates of any host")         \
    X(EXPIRED_TRUSTED, "expired-certificate-trusted", "takes certificates that have expired") \
    X(ANY_AUTHORITY_TRUSTED, "any-authority-trusted", "takes certificates of any authority")  \
    X(SELF_SIGNED_TRUSTED, "self-signed-trusted", "takes certificates that signed themselves")

#endif
