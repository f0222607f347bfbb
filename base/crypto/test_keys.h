/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_TEST_KEYS_H
#define BASE_CRYPTO_TEST_KEYS_H

/* Two fixed private keys. They are public, printed in this repository, and for tests and mocks
 * only: making an RSA key takes 60 to 400 ms, which would be most of a test's time, and the keys of
 * a mock protect nothing. Never give them to anything that guards real data. */

#include "base/core/str.h"
#include "base/crypto/key.h"

struct str crypto_test_key_pem(enum key_alg alg); /* PKCS #8; static storage */

#endif
