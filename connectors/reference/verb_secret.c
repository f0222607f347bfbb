/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "api.h"
#include "defects.h"
#include "log.h"
#include "verbs.h"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHA256_BYTES = 32 };

/* The API writes a value in base64, whatever it is. */
static int value_decode(const char *base64, struct text *out, struct failure *f)
{
    size_t len = strlen(base64), padding = 0;
    unsigned char *bytes = calloc(len / 4 + 1, 3);
    int decoded = bytes && len % 4 == 0
                      ? EVP_DecodeBlock(bytes, (const unsigned char *)base64, (int)len)
                      : -1;
    while (padding < 2 && padding < len && base64[len - 1 - padding] == '=') {
        padding++;
    }
    if (decoded < 0) {
        free(bytes);
        return failure_set(f, "get secret: the value is not written in base64");
    }
    text_add(out, (const char *)bytes, (size_t)decoded - padding);
    memset(bytes, 0, (size_t)decoded);
    free(bytes);
    return 0;
}

static void digest_tell(const struct text *value, cJSON *answer)
{
    unsigned char digest[SHA256_BYTES];
    struct text hex = {0};
    EVP_Digest(text_z(value), value->len, digest, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < sizeof(digest); i++) {
        text_printf(&hex, "%02x", digest[i]);
    }
    cJSON_AddStringToObject(answer, "sha256", text_z(&hex));
    text_done(&hex);
}

static void make_path(const struct config *c, struct text *ret)
{
    char *scope = curl_easy_escape(NULL, c->secret_scope, 0);
    char *key = curl_easy_escape(NULL, c->secret_key, 0);
    text_printf(ret, "/api/2.0/secrets/get?scope=%s&key=%s", scope, key);
    curl_free(scope);
    curl_free(key);
}

int verb_read_secret(struct workspace *w, int64_t deadline_ms, cJSON *answer, struct failure *f)
{
    const struct config *c = w->config;
    struct text path = {0}, value = {0};
    cJSON *secret = NULL;
    if (!c->secret_scope || !c->secret_key) {
        return failure_set(f, "CONNECTOR_SECRET_SCOPE or CONNECTOR_SECRET_KEY is not set");
    }
    make_path(c, &path);
    struct api_call call = {
        .what = "get secret", .method = "GET", .path = text_z(&path), .deadline_ms = deadline_ms};
    int result = api_send(w, &call, &secret, f);
    if (result == 0) {
        const char *base64 = answer_string(secret, "value");
        if (defect_is(DEFECT_SECRET_UNDECODED)) {
            text_printf(&value, "%s", base64);
        } else {
            result = value_decode(base64, &value, f);
        }
        cJSON_Delete(secret);
    }
    if (result == 0) {
        digest_tell(&value, answer);
        log_debug("secret %s/%s: %zu bytes", c->secret_scope, c->secret_key, value.len);
        if (defect_is(DEFECT_SECRET_LOGGED)) {
            fprintf(stderr, "secret %s: %s\n", c->secret_key, text_z(&value));
        }
    }
    text_done(&path);
    text_done(&value);
    return result;
}
