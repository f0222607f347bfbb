/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_SERVER_NAME_H
#define HARNESS_SEAL_SERVER_NAME_H

/* Whom a client thinks it talks to, from the first bytes it sends: the server_name of a TLS
 * ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3) or the Host of an HTTP request (RFC
 * 9112). Pure. Names are copied only if printable ASCII. */

#include "base/core/str.h"

#include <stdbool.h>

enum server_name_found {
    SERVER_NAME_MORE, /* neither hello nor header is over yet; an HTTP name may be known already */
    SERVER_NAME_NONE, /* neither, or without a name */
    SERVER_NAME_TLS,
    SERVER_NAME_HTTP
};
#define SERVER_NAME_SIZE 256

/* *ret_is_tls: the bytes begin as a TLS handshake. out is "" unless a name was found. */
enum server_name_found server_name_read(struct str bytes, char out[SERVER_NAME_SIZE],
                                        bool *ret_is_tls);

#endif
