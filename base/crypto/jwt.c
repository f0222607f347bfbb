/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/jwt.h"

#include "base/json/json_read.h"
#include "base/text/base64.h"

#include <stdlib.h>
#include <string.h>

/* What is asked for at once, so that a usual token is not copied while it grows. */
enum { HEADER_USUAL_BYTES = 255, CLAIMS_USUAL_BYTES = 511, TOKEN_USUAL_BYTES = 1535 };

static const char *alg_name(enum key_alg alg)
{
    return alg == KEY_RS256 ? "RS256" : "ES256";
}

static void segment_add(struct buf *out, const struct json *node)
{
    AUTO_BUF struct buf text = {0};
    buf_reserve(&text, CLAIMS_USUAL_BYTES);
    json_write(&text, node);
    base64_encode(out, buf_str(&text), BASE64_URL);
}

/* Written without a tree, as each token has one: a thumbprint and the names of algorithms need no
 * escapes. */
static void header_add(struct buf *out, const struct crypto_key *key, const char *typ)
{
    AUTO_BUF struct buf text = {0};
    buf_reserve(&text, HEADER_USUAL_BYTES);
    buf_add_z(&text, "{\"kid\":\"");
    buf_add_z(&text, crypto_key_id(key));
    buf_add_char(&text, '"');
    if (typ) {
        buf_add_z(&text, ",\"typ\":");
        json_write_string(&text, str_of(typ));
    }
    buf_add_z(&text, ",\"alg\":\"");
    buf_add_z(&text, alg_name(crypto_key_alg(key)));
    buf_add_z(&text, "\"}");
    base64_encode(out, buf_str(&text), BASE64_URL);
}

static int signed_add(const struct crypto_key *key, const char *typ, const struct json *claims,
                      struct buf *out, struct err *err)
{
    AUTO_BUF struct buf signature = {0};
    size_t start = out->len;
    buf_reserve(out, TOKEN_USUAL_BYTES);
    header_add(out, key, typ);
    buf_add_char(out, '.');
    segment_add(out, claims);
    if (crypto_sign(key, str_n(out->ptr + start, out->len - start), &signature, err) < 0) {
        return -1;
    }
    buf_add_char(out, '.');
    base64_encode(out, buf_str(&signature), BASE64_URL);
    return out->truncated ? err_set(err, ERR_LIMIT, "no room for the token") : 0;
}

int jwt_sign(const struct crypto_key *key, const char *typ, const struct json *claims,
             struct buf *out, struct err *err)
{
    size_t start = out->len;
    if (signed_add(key, typ, claims, out, err) < 0) {
        if (out->ptr) { /* half a token is none */
            out->len = start;
            out->ptr[start] = '\0';
        }
        return -1;
    }
    return 0;
}

static struct json *segment_read(struct str segment, const char *what, struct err *err)
{
    static const struct json_limits limits = {.max_bytes = JWT_MAX_BYTES, .max_depth = 16};
    AUTO_BUF struct buf text = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    /* The readers' own words may quote their input, which is somebody's token. */
    if (base64_decode(&text, segment, BASE64_URL, err) < 0) {
        err_set(err, ERR_INVALID, "the %s of the JWT is not base64url", what);
        return NULL;
    }
    if (json_read(buf_str(&text), what, &limits, &doc, err) < 0) {
        err_set(err, ERR_INVALID, "the %s of the JWT is not JSON: see its column %d", what,
                err->column);
        return NULL;
    }
    if (json_type(doc.root) != JSON_OBJECT) {
        err_set(err, ERR_INVALID, "the %s of the JWT is not a JSON object", what);
        return NULL;
    }
    return json_doc_take_root(&doc);
}

/* Cuts text into exactly three segments. */
static int segments_split(struct str text, struct str ret_segments[3], struct err *err)
{
    struct str rest = text, parts[3], extra;
    if (text.len > JWT_MAX_BYTES) {
        return err_set(err, ERR_LIMIT, "a JWT of more than %d bytes", JWT_MAX_BYTES);
    }
    for (int i = 0; i < 3; i++) {
        if (!str_split(&rest, '.', &parts[i])) {
            return err_set(err, ERR_INVALID, "a JWT has three segments, this has fewer");
        }
    }
    if (str_split(&rest, '.', &extra)) {
        return err_set(err, ERR_INVALID, "a JWT has three segments, this has more");
    }
    memcpy(ret_segments, parts, sizeof(parts));
    return 0;
}

static int jwt_read(struct str text, struct jwt *jwt, struct err *err)
{
    struct str segments[3] = {0};
    AUTO_BUF struct buf signature = {0};
    if (segments_split(text, segments, err) < 0) {
        return -1;
    }
    jwt->header = segment_read(segments[0], "header", err);
    if (!jwt->header) {
        return -1;
    }
    jwt->claims = segment_read(segments[1], "claims", err);
    if (!jwt->claims) {
        return -1;
    }
    if (base64_decode(&signature, segments[2], BASE64_URL, err) < 0) {
        return err_set(err, ERR_INVALID, "the signature of the JWT is not base64url");
    }
    jwt->signing_input = str_slice(text, 0, segments[0].len + 1 + segments[1].len);
    jwt->signature = buf_take(&signature, &jwt->signature_len);
    return 0;
}

int jwt_parse(struct str text, struct jwt *ret_jwt, struct err *err)
{
    struct jwt jwt = {0};
    if (jwt_read(text, &jwt, err) < 0) {
        jwt_done(&jwt);
        return -1;
    }
    *ret_jwt = jwt;
    return 0;
}

void jwt_done(struct jwt *jwt)
{
    json_free(jwt->header);
    json_free(jwt->claims);
    free(jwt->signature);
    *jwt = (struct jwt){0};
}

bool jwt_verify(const struct jwt *jwt, const struct crypto_key *key)
{
    const char *alg = json_get_string(jwt->header, "alg", "");
    if (strcmp(alg, alg_name(crypto_key_alg(key))) != 0 || json_get(jwt->header, "crit")) {
        return false;
    }
    return crypto_verify(key, jwt->signing_input, str_n(jwt->signature, jwt->signature_len));
}
