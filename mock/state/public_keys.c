/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/public_keys.h"

#include "base/core/xalloc.h"

#include <stdlib.h>

int public_keys_read(const struct json *jwks, struct public_keys *ret, struct err *err)
{
    struct public_keys keys = {0};
    if (jwks == NULL) {
        *ret = keys;
        return 0;
    }
    JSON_FOREACH(jwk, json_get(jwks, "keys")) {
        struct err why = {0};
        const char *use = json_get_string(jwk, "use", "sig");
        if (strcmp(use, "sig") != 0 || keys.count == PUBLIC_KEYS_MAX) {
            continue;
        }
        struct crypto_key *key = crypto_key_from_jwk(jwk, &why);
        if (key != NULL) {
            const char *kid = json_get_string(jwk, "kid", NULL);
            keys.ids[keys.count] = kid != NULL ? xstrdup(kid) : NULL;
            keys.items[keys.count++] = key;
        }
    }
    if (keys.count == 0) {
        (void)err_set(err, ERR_INVALID, "the key set has no usable key");
        err_hint(err, "RSA of 2048 to 8192 bits or P-256");
        return -1;
    }
    *ret = keys;
    return 0;
}

void public_keys_done(struct public_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        crypto_key_free(keys->items[i]);
        free(keys->ids[i]);
    }
    *keys = (struct public_keys){0};
}

bool public_keys_verify(const struct public_keys *keys, const struct jwt *jwt)
{
    const char *kid = json_get_string(jwt->header, "kid", NULL);
    for (size_t i = 0; i < keys->count; i++) {
        const char *known = keys->ids[i];
        if (kid != NULL && known != NULL && strcmp(kid, known) != 0) {
            continue;
        }
        if (jwt_verify(jwt, keys->items[i])) {
            return true;
        }
    }
    return false;
}
