/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_TLS_H
#define BASE_WIRE_SCENARIO_TLS_H

/* Listeners with something wrong about their TLS, beside the good one. */

#include "base/json/shape.h"

#include <stdint.h>

#define TLS_FAULT_TABLE(X)                                                                     \
    X(TLS_FAULT_NONE, "none", "nothing is wrong")                                              \
    X(TLS_FAULT_EXPIRED, "expired", "the certificate expired yesterday")                       \
    X(TLS_FAULT_NOT_YET_VALID, "not-yet-valid", "the certificate is valid from tomorrow")      \
    X(TLS_FAULT_WRONG_HOST, "wrong-host", "the certificate is for another name")               \
    X(TLS_FAULT_UNKNOWN_CA, "unknown-ca", "signed by an authority that nobody was told about") \
    X(TLS_FAULT_SELF_SIGNED, "self-signed", "the certificate signed itself")                   \
    X(TLS_FAULT_OLD_PROTOCOL, "old-protocol", "TLS 1.1 is the newest version that is spoken")
#define TLS_FAULT_ENUM(name, text, doc) name,
enum tls_fault { TLS_FAULT_TABLE(TLS_FAULT_ENUM) TLS_FAULT_COUNT };
#undef TLS_FAULT_ENUM

struct scenario_tls_fault {
    int fault; /* enum tls_fault */
    int64_t port;
};

extern const struct shape scenario_tls_fault_shape;

#endif
