/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/token_reply.h"

#include "base/wire/scenario.h"
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"

enum { MS_PER_S = 1000 };
#define HUGE_S (((int64_t)1 << 53) - 1)

enum token_response token_response_of(const struct exchange *x)
{
    return x->fault != NULL ? (enum token_response)x->fault->token_response : TOKEN_RESPONSE_REAL;
}

static void finish(struct exchange *x)
{
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    http_reply_header(x->req, x->reply, "pragma", "no-cache");
    access_service_headers(x);
}

static void set_text(struct json *o, const char *key, struct str text)
{
    if (text.len > 0) {
        json_set(o, key, json_string_n(text.ptr, text.len));
    }
}

/* Members as other servers have them and as nobody has them (RFC 6749 section 5.1: ignored). */
static void set_extra_members(struct json *o)
{
    struct json *nested = json_object();
    json_set(nested, "list", json_array());
    json_set(nested, "null", json_null());
    json_set(o, "x_unknown_object", nested);
    json_set_string(o, "error_id", "0");
    json_set_int(o, "ext_expires_in", 0);
    json_set_bool(o, "x_unknown_flag", true);
}

static void vary_number(struct json *o, enum token_response how)
{
    static const struct {
        enum token_response how;
        int64_t expires_in;
    } rows[] = {
        {TOKEN_RESPONSE_EXPIRES_0, 0},         {TOKEN_RESPONSE_EXPIRES_1, 1},
        {TOKEN_RESPONSE_EXPIRES_31, 31},       {TOKEN_RESPONSE_EXPIRES_HUGE, HUGE_S},
        {TOKEN_RESPONSE_EXPIRES_NEGATIVE, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].how == how) {
            json_set_int(o, "expires_in", rows[i].expires_in);
        }
    }
}

/* The fault rule's way of telling. What needs other tokens is done where they are minted. */
static void vary(struct exchange *x, struct json *o, int64_t expires_in)
{
    vary_number(o, token_response_of(x));
    switch (token_response_of(x)) {
    case TOKEN_RESPONSE_EXPIRES_STRING:
        json_set_string(o, "expires_in",
                        arena_printf(x->req->arena, "%lld", (long long)expires_in));
        break;
    case TOKEN_RESPONSE_EXPIRES_ABSENT:
        (void)json_remove(o, "expires_in");
        break;
    case TOKEN_RESPONSE_EXPIRES_FLOAT:
        json_set_number(o, "expires_in", (double)expires_in + 0.5);
        break;
    case TOKEN_RESPONSE_TYPE_LOWER:
        json_set_string(o, "token_type", "bearer");
        break;
    case TOKEN_RESPONSE_TYPE_UPPER:
        json_set_string(o, "token_type", "BEARER");
        break;
    case TOKEN_RESPONSE_TYPE_MAC:
        json_set_string(o, "token_type", "mac");
        break;
    case TOKEN_RESPONSE_TYPE_N_A:
        json_set_string(o, "token_type", "N_A");
        break;
    case TOKEN_RESPONSE_TYPE_ABSENT:
        (void)json_remove(o, "token_type");
        break;
    case TOKEN_RESPONSE_EXTRA:
        set_extra_members(o);
        break;
    case TOKEN_RESPONSE_NO_REFRESH:
        (void)json_remove(o, "refresh_token");
        break;
    case TOKEN_RESPONSE_REAL:
    case TOKEN_RESPONSE_SCOPE:
    case TOKEN_RESPONSE_LONG:
    case TOKEN_RESPONSE_EXPIRES_0:
    case TOKEN_RESPONSE_EXPIRES_1:
    case TOKEN_RESPONSE_EXPIRES_31:
    case TOKEN_RESPONSE_EXPIRES_HUGE:
    case TOKEN_RESPONSE_EXPIRES_NEGATIVE: /* above */
    case TOKEN_RESPONSE_EXPIRED:
    case TOKEN_RESPONSE_NOT_YET:
    case TOKEN_RESPONSE_ISSUER:
    case TOKEN_RESPONSE_AUDIENCE:
    case TOKEN_RESPONSE_SIGNATURE:
    case TOKEN_RESPONSE_KID:
    case TOKEN_RESPONSE_ALG_NONE:
    case TOKEN_RESPONSE_EXP_FLOAT:
    case TOKEN_RESPONSE_COUNT:
        break;
    }
}

void token_reply(struct exchange *x, const struct token_answer *answer)
{
    struct json *o = json_object();
    set_text(o, "access_token", answer->access_token);
    set_text(o, "refresh_token", answer->refresh_token);
    json_set_string(o, "scope", answer->scope);
    json_set_string(o, "token_type", "Bearer");
    json_set_int(o, "expires_in", answer->lifetime_ms / MS_PER_S);
    set_text(o, "id_token", answer->id_token);
    if (answer->issued_token_type != NULL) {
        json_set_string(o, "issued_token_type", answer->issued_token_type);
    }
    if (answer->details != NULL) {
        json_set(o, "authorization_details", json_copy(answer->details));
    }
    vary(x, o, answer->lifetime_ms / MS_PER_S);
    token_reply_json(x, 200, o);
}

void token_reply_json(struct exchange *x, int status, struct json *body_take)
{
    http_reply_json(x->req, x->reply, status, body_take);
    finish(x);
}

void token_reply_error(struct exchange *x, const char *error, const char *message)
{
    recorded_error_reply(x->req, x->reply, error, message);
    finish(x);
}
