/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_CERTIFICATES_H
#define MOCK_APP_CERTIFICATES_H

/* A certificate for every name under which the mock may be addressed, signed by an authority that
 * exists for this one process. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"

struct scenario;
struct x509_ca;

struct certificates {
    struct x509_ca *ca; /* NULL when they were read */
    struct buf ca_pem, cert_pem, key_pem;
};

/* loopback names, the service's own domains, the scenario's hosts, and `extra`. */
int certificates_make(struct arena *a, const struct scenario *scenario,
                      const struct str_list *extra, struct certificates *ret,
                      struct err *err) NODISCARD;
/* The same with a flaw (enum tls_fault), by the authority of `good` where the flaw is another one;
 * ca_pem stays empty. */
int certificates_make_flawed(struct arena *a, const struct scenario *scenario,
                             const struct certificates *good, int fault, struct certificates *ret,
                             struct err *err) NODISCARD;
/* Both the certificates and the key stand in one PEM file. */
int certificates_read(const char *path, struct certificates *ret, struct err *err) NODISCARD;
void certificates_done(struct certificates *c);

#endif
