/* SPDX-License-Identifier: Apache-2.0 */
#include "random.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <string.h>

enum { BYTES = 32 };

static char *base64url(const unsigned char bytes[BYTES])
{
    unsigned char out[BYTES * 2];
    int len = EVP_EncodeBlock(out, bytes, BYTES);
    while (len > 0 && out[len - 1] == '=') {
        len--;
    }
    for (int i = 0; i < len; i++) {
        if (out[i] == '+') {
            out[i] = '-';
        } else if (out[i] == '/') {
            out[i] = '_';
        }
    }
    out[len] = '\0';
    return string_copy((const char *)out);
}

char *random_text(void)
{
    unsigned char bytes[BYTES];
    return RAND_bytes(bytes, sizeof(bytes)) == 1 ? base64url(bytes) : NULL;
}

char *sha256_text(const char *text)
{
    unsigned char sum[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    int ok = EVP_Digest(text, strlen(text), sum, &len, EVP_sha256(), NULL);
    return ok == 1 && len == BYTES ? base64url(sum) : NULL;
}
