/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_KEY_PRIV_H
#define BASE_CRYPTO_KEY_PRIV_H

/* What a key is made of. All that a signature needs besides its data is prepared once: fetching a
 * digest and setting up a context anew costs as much as an ES256 signature takes. */

#include "base/crypto/key.h"

#include <openssl/evp.h>

enum {
    P256_COORDINATE_SIZE = 32,
    RSA_MIN_BITS = 2048, /* RFC 7518 section 3.3 */
    RSA_MAX_BITS = 8192, /* a bound on what a stranger's key makes us compute */
    THUMBPRINT_CHARS = 43
};

struct crypto_key {
    enum key_alg alg;
    bool has_private;
    EVP_PKEY *pkey;
    EVP_MD *sha256;
    EVP_PKEY_CTX *signer;   /* a template, duplicated per signature; NULL for a public key */
    EVP_PKEY_CTX *verifier; /* likewise */
    char *first, *second;   /* the JWK members n and e, or x and y */
    char id[THUMBPRINT_CHARS + 1];
};

/* Takes pkey, also on failure. Refuses other algorithms and weak sizes. */
struct crypto_key *crypto_key_of_pkey(EVP_PKEY *pkey_take, bool has_private,
                                      struct err *err) NODISCARD;

#endif
