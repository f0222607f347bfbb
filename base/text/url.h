/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_URL_H
#define BASE_TEXT_URL_H

/* URLs and application/x-www-form-urlencoded (RFC 3986, WHATWG URL section 5).
 *
 * Parsers keep order and duplicates, because duplicate parameters are an error that the mock has to
 * see (RFC 6749 section 3.1). Results live in the arena given. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>

struct url_param {
    struct str name, value; /* decoded; in the arena */
    bool has_equals;        /* "a" and "a=" differ on the wire */
};

struct url_params {
    struct url_param *items;
    size_t count, capacity;
};

struct url {
    struct str scheme;   /* lower case */
    struct str userinfo; /* raw, "" when absent */
    struct str host;     /* lower case, IPv6 without brackets */
    int port;            /* explicit or the scheme's default (http 80, https 443), else 0 */
    bool has_port;       /* the port was written out */
    struct str path;     /* raw, at least "/" for http and https */
    struct str query;    /* raw, without '?' */
    struct str fragment; /* raw, without '#' */
};

/* An absolute URL. Fails on a missing scheme or host, a bad port, white space, control bytes. */
int url_parse(struct arena *a, struct str text, struct url *ret_url, struct err *err) NODISCARD;

/* Percent-decodes; '+' becomes a space only when plus_is_space. Fails on a broken %XX. */
int percent_decode(struct buf *out, struct str text, bool plus_is_space, struct err *err) NODISCARD;
/* Encodes all but the unreserved characters of RFC 3986 section 2.3. */
void percent_encode(struct buf *out, struct str bytes);
/* As percent_encode, but a space becomes '+' (form encoding). */
void form_encode(struct buf *out, struct str bytes);

/* Parses "a=1&b=2". An empty input yields no parameters; empty pieces ("a=1&&b=2") are skipped.
 * Fails (ERR_INVALID) on a broken %XX; ERR_LIMIT on more than 1000 parameters. */
int form_parse(struct arena *a, struct str text, struct url_params *ret, struct err *err) NODISCARD;
const struct url_param *params_get(const struct url_params *p,
                                   const char *name); /* first or NULL */
/* The value of the first, "" when there is none: a parameter without a value counts as omitted (RFC
 * 6749 section 3.2). */
struct str params_value(const struct url_params *p, const char *name);
size_t params_count(const struct url_params *p, const char *name);
/* The name of the first parameter that occurs twice, or NULL. */
const struct url_param *params_duplicate(const struct url_params *p);

#endif
