/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_NAMES_H
#define HARNESS_SEAL_NAMES_H

/* What names mean inside a sealed world: production names are the mock's address; every other name
 * is a decoy with an address of its own from 198.18.0.0/15 (RFC 2544, never routed) and fd00::/64,
 * so that what goes to that address can be told by name. Pure; ownership: names_free(). */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdbool.h>
#include <stddef.h>

struct names;

struct names_options {
    /* A whole name, or "*." and a suffix for all below it (not itself); without case. NULL = those
     * of names_production(). */
    const char *const *patterns;
    size_t pattern_count;
    const char *ipv4, *ipv6; /* of the mock; NULL = no address of that family */
    bool decoy_ipv6;         /* decoys have one of each */
    /* The metadata server's name, where it has one, and its own address; NULL = as the patterns. */
    const char *metadata, *metadata_ipv4;
};

/* Databricks on its three clouds, accounts, apps, and the services around it that the mock plays.
 */
const char *const *names_production(size_t *ret_count);

struct names *names_new(const struct names_options *options, struct err *err) NODISCARD;
void names_free(struct names *n);

enum name_kind {
    NAME_OURS,
    NAME_DECOY,
    NAME_TOO_MANY /* NAMES_MAX_DECOYS were given out */
};
#define NAMES_MAX_DECOYS 4096

struct name_meaning {
    enum name_kind kind;
    bool is_new; /* the first time that this decoy is asked for */
    bool has_ipv4, has_ipv6;
    unsigned char ipv4[4], ipv6[16];
};
/* name: lower case, without a dot at the end. */
void names_look_up(struct names *n, struct str name, struct name_meaning *ret);
/* The decoy that has this address, as inet_ntop writes it; "" if none. Borrowed. */
const char *names_of_address(const struct names *n, const char *address);

#endif
