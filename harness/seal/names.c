/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/names.h"

#include "base/core/arena.h"
#include "base/core/map.h"
#include "base/core/xalloc.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>

/* The first decoy; below are the cell's own addresses. */
#define FIRST_IPV4     0xc6120100U /* 198.18.1.0 */
#define FIRST_IPV6_LOW 0x00010000U /* fd00::1:0 */

struct decoy {
    const char *name;
    uint32_t index;
};

struct names {
    struct arena *arena;
    const char *const *patterns;
    size_t pattern_count;
    struct name_meaning ours, at_metadata;
    const char *metadata; /* or NULL */
    bool decoy_ipv6;
    struct map decoys;     /* name to struct decoy */
    struct map by_address; /* text to struct decoy */
};

const char *const *names_production(size_t *ret_count)
{
    static const char *const names[] = {
        "localhost",
        "*.localhost",
        /* workspaces and accounts */
        "login.databricks.com",
        "*.cloud.databricks.com",
        "*.cloud.databricks.us",
        "*.cloud.databricks.mil",
        "*.azuredatabricks.net",
        "*.databricks.azure.us",
        "*.databricks.azure.cn",
        "*.gcp.databricks.com",
        "*.databricksapps.com",
        /* who gives tokens for Azure */
        "login.microsoftonline.com",
        "login.windows.net",
        "login.microsoft.com",
        "sts.windows.net",
        "login.microsoftonline.us",
        "login.usgovcloudapi.net",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
        "login.microsoftonline.cn",
        "management.azure.com",
        "management.core.windows.net",
        "management.usgovcloudapi.net",
        "management.core.usgovcloudapi.net",
        "management.chinacloudapi.cn",
        "management.core.chinacloudapi.cn",
        /* ... for GCP */
        "accounts.google.com",
        "www.googleapis.com",
        "oauth2.googleapis.com",
        "iamcredentials.googleapis.com",
        "sts.googleapis.com",
        "metadata.google.internal",
        "metadata",
        /* ... for jobs, and for KBase */
        "*.actions.githubusercontent.com",
        "dev.azure.com",
        "*.dev.azure.com",
        "kbase.us",
        "*.kbase.us",
    };
    *ret_count = ARRAY_LEN(names);
    return names;
}

struct names *names_new(const struct names_options *options, struct err *err)
{
    struct name_meaning ours = {.kind = NAME_OURS};
    ours.has_ipv4 = options->ipv4 != NULL;
    ours.has_ipv6 = options->ipv6 != NULL;
    if ((ours.has_ipv4 && inet_pton(AF_INET, options->ipv4, ours.ipv4) != 1) ||
        (ours.has_ipv6 && inet_pton(AF_INET6, options->ipv6, ours.ipv6) != 1)) {
        (void)err_set(err, ERR_INVALID, "the mock's address is not an address");
        return NULL;
    }
    struct names *n = xcalloc(1, sizeof(*n));
    n->arena = arena_new();
    n->ours = ours;
    n->at_metadata = (struct name_meaning){.kind = NAME_OURS, .has_ipv4 = true};
    if (options->metadata != NULL &&
        inet_pton(AF_INET, options->metadata_ipv4, n->at_metadata.ipv4) == 1) {
        n->metadata = arena_strdup(n->arena, options->metadata);
    }
    n->decoy_ipv6 = options->decoy_ipv6;
    const char *const *patterns = options->patterns;
    n->pattern_count = options->pattern_count;
    if (!patterns) {
        patterns = names_production(&n->pattern_count);
    }
    const char **copies = ARENA_ARRAY(n->arena, const char *, n->pattern_count);
    for (size_t i = 0; i < n->pattern_count; i++) {
        copies[i] = arena_strdup(n->arena, patterns[i]);
    }
    n->patterns = copies;
    return n;
}

void names_free(struct names *n)
{
    if (!n) {
        return;
    }
    map_done(&n->decoys);
    map_done(&n->by_address);
    arena_free(n->arena);
    free(n);
}

static bool pattern_matches(struct str pattern, struct str name)
{
    if (!str_starts(pattern, STR("*."))) {
        return str_eq_nocase(pattern, name);
    }
    struct str suffix = str_slice(pattern, 1, pattern.len); /* with its dot */
    return name.len > suffix.len &&
           str_eq_nocase(str_slice(name, name.len - suffix.len, name.len), suffix);
}

static bool is_ours(const struct names *n, struct str name)
{
    for (size_t i = 0; i < n->pattern_count; i++) {
        if (pattern_matches(str_of(n->patterns[i]), name)) {
            return true;
        }
    }
    return false;
}

static void write_u32(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        out[i] = (unsigned char)(value >> (24 - 8 * i));
    }
}

static void decoy_addresses(const struct names *n, const struct decoy *d, struct name_meaning *ret)
{
    ret->has_ipv4 = true;
    write_u32(ret->ipv4, FIRST_IPV4 + d->index);
    ret->has_ipv6 = n->decoy_ipv6;
    ret->ipv6[0] = 0xfd;
    write_u32(ret->ipv6 + 12, FIRST_IPV6_LOW + d->index);
}

static struct decoy *decoy_new(struct names *n, struct str name)
{
    struct decoy *d = ARENA_NEW(n->arena, struct decoy);
    struct name_meaning m = {0};
    char text[INET6_ADDRSTRLEN];
    *d = (struct decoy){.name = arena_strndup(n->arena, name.ptr, name.len),
                        .index = (uint32_t)n->decoys.count};
    decoy_addresses(n, d, &m);
    (void)map_put(&n->decoys, name, d);
    (void)map_put(&n->by_address, str_of(inet_ntop(AF_INET, m.ipv4, text, sizeof(text))), d);
    (void)map_put(&n->by_address, str_of(inet_ntop(AF_INET6, m.ipv6, text, sizeof(text))), d);
    return d;
}

void names_look_up(struct names *n, struct str name, struct name_meaning *ret)
{
    if (n->metadata != NULL && str_eq_nocase(name, str_of(n->metadata))) {
        *ret = n->at_metadata;
        return;
    }
    if (is_ours(n, name)) {
        *ret = n->ours;
        return;
    }
    struct name_meaning m = {.kind = NAME_DECOY};
    struct decoy *d = map_get(&n->decoys, name);
    if (!d && n->decoys.count == NAMES_MAX_DECOYS) {
        *ret = (struct name_meaning){.kind = NAME_TOO_MANY};
        return;
    }
    if (!d) {
        d = decoy_new(n, name);
        m.is_new = true;
    }
    decoy_addresses(n, d, &m);
    *ret = m;
}

const char *names_of_address(const struct names *n, const char *address)
{
    const struct decoy *d = map_get(&n->by_address, str_of(address));
    return d ? d->name : "";
}
