/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_KEY_PRIV_H
#define BASE_CRYPTO_KEY_PRIV_H

/* What a key is made of. All that a signature needs besides its data is prepared once: fetching a
 * digest and setting up a context anew costs as much as an ES256 signature takes. */

#include "base/crypto/key.h"

#include <openssl/evp.h>

#include <stdatomic.h>

enum {
    P256_COORDINATE_SIZE = 32,
    RSA_MIN_BITS = 2048, /* RFC 7518 section 3.3 */
    RSA_MAX_BITS = 8192, /* a bound on what a stranger's key makes us compute */
    THUMBPRINT_CHARS = 43
};

/* OpenSSL guards a key's blinding with a lock and does costly work under it, so threads that sign
 * with one key wait for each other. A lane is a copy of the key for one signature at a time. */
enum { SIGNING_LANES = 16 };

struct signing_lane {
    atomic_bool busy;
    EVP_PKEY_CTX *signer; /* NULL until it is first used */
};

struct crypto_key {
    enum key_alg alg;
    bool has_private;
    EVP_PKEY *pkey;
    EVP_MD *sha256;
    struct signing_lane *lanes; /* SIGNING_LANES of them; NULL for a public key */
    EVP_PKEY_CTX *verifier;     /* a template, duplicated per use */
    char *first, *second;       /* the JWK members n and e, or x and y */
    char id[THUMBPRINT_CHARS + 1];
};

/* Takes pkey, also on failure. Refuses other algorithms and weak sizes. */
struct crypto_key *crypto_key_of_pkey(EVP_PKEY *pkey_take, bool has_private,
                                      struct err *err) NODISCARD;

#endif
