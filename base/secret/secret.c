/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"

#include "base/core/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct secret {
    size_t len;
    char bytes[]; /* len of them and a NUL */
};

static const char *const kind_names[] = {
    [SECRET_PAT] = "pat",
    [SECRET_CLIENT_SECRET] = "client-secret",
    [SECRET_ACCESS_TOKEN] = "access-token",
    [SECRET_REFRESH_TOKEN] = "refresh-token",
    [SECRET_CODE] = "code",
    [SECRET_VERIFIER] = "verifier",
    [SECRET_STATE] = "state",
    [SECRET_ASSERTION] = "assertion",
    [SECRET_URL] = "url",
    [SECRET_PASSWORD] = "password",
    [SECRET_BASIC_PAIR] = "basic-pair",
    [SECRET_POISON] = "poison",
};

struct secret *secret_new(struct str value)
{
    struct secret *s = xmalloc(sizeof(*s) + value.len + 1);
    s->len = value.len;
    if (value.len > 0) {
        memcpy(s->bytes, value.ptr, value.len);
    }
    s->bytes[value.len] = '\0';
    return s;
}

struct secret *secret_new_z(const char *value)
{
    return secret_new(str_of(value));
}

void secret_free(struct secret *s)
{
    if (s) {
        explicit_bzero(s->bytes, s->len);
        free(s);
    }
}

struct str secret_reveal(const struct secret *s)
{
    return (struct str){s->bytes, s->len};
}

bool secret_equal(const struct secret *s, struct str value)
{
    if (s->len != value.len) {
        return false;
    }
    /* Every byte is looked at, through volatile so that the compiler keeps it that way. */
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < value.len; i++) {
        difference = (unsigned char)(difference | (s->bytes[i] ^ value.ptr[i]));
    }
    return difference == 0;
}

const char *secret_kind_name(enum secret_kind kind)
{
    return kind_names[kind];
}

int secret_kind_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kind_names); i++) {
        if (strcmp(kind_names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}
