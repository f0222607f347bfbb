/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_X509_H
#define BASE_CRYPTO_X509_H

/* A throw-away certificate authority for the mock's TLS: P-256, valid from a day ago for ten years
 * (so that a jump of the virtual clock does not end it). PEM out, because libmicrohttpd's TLS is
 * GnuTLS. Ownership: x509_ca_free(). */

#include "base/core/buf.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct x509_ca;

struct x509_ca *x509_ca_new(const char *common_name, struct err *err) NODISCARD;
void x509_ca_free(struct x509_ca *ca);
int x509_ca_pem(const struct x509_ca *ca, struct buf *out, struct err *err) NODISCARD;

struct x509_options {
    const char *const *names; /* DNS names (may start with "*.") and IP literals, at least one */
    size_t name_count;
    int64_t not_before_offset_s, not_after_offset_s; /* from now; both 0 = a day ago, ten years */
    bool self_signed;                                /* by its own key, alone in cert_pem */
};

/* A server certificate signed by the CA: certificate then CA in cert_pem, the key in key_pem. */
int x509_ca_issue(const struct x509_ca *ca, const struct x509_options *options,
                  struct buf *cert_pem, struct buf *key_pem, struct err *err) NODISCARD;

#endif
