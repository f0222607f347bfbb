/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/jwt_claims.h"

#include <string.h>

#define MS_PER_S   1000.0
#define FARTHEST_S 9.0e15 / MS_PER_S

bool jwt_has_audience(const struct json *claims, const char *audience)
{
    const struct json *aud = json_get(claims, "aud");
    if (json_type(aud) == JSON_STRING) {
        return strcmp(json_string_or(aud, ""), audience) == 0;
    }
    JSON_FOREACH(one, json_type(aud) == JSON_ARRAY ? aud : NULL) {
        if (strcmp(json_string_or(one, ""), audience) == 0) {
            return true;
        }
    }
    return false;
}

/* A NumericDate as milliseconds; false when it is none. */
static bool time_of(const struct json *claims, const char *name, int64_t *ret_ms)
{
    const struct json *node = json_get(claims, name);
    double s = json_number_or(node, -1);
    if (json_type(node) != JSON_NUMBER || s < 0) {
        return false;
    }
    *ret_ms = (int64_t)((s < FARTHEST_S ? s : FARTHEST_S) * MS_PER_S);
    return true;
}

enum jwt_time jwt_time_of(const struct json *claims, int64_t now_ms, int64_t *ret_exp_ms)
{
    int64_t nbf_ms;
    if (!time_of(claims, "exp", ret_exp_ms)) {
        return JWT_WITHOUT_EXP;
    }
    if (now_ms >= *ret_exp_ms) {
        return JWT_EXPIRED;
    }
    if (json_get(claims, "nbf") != NULL && (!time_of(claims, "nbf", &nbf_ms) || nbf_ms > now_ms)) {
        return JWT_NOT_YET;
    }
    return JWT_IN_TIME;
}
