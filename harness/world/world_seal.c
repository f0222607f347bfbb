/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed form of a world: a cell of namespaces in which the production names are the mock. */
#include "base/sys/env.h"
#include "base/sys/fs.h"
#include "harness/seal/gate.h"
#include "harness/seal/names.h"
#include "harness/seal/seal.h"
#include "harness/world/cloud_place.h"
#include "harness/world/world_clock.h"
#include "harness/world/world_priv.h"

/* Credentials and caches of whoever runs assay have no business inside. */
static struct str_list private_files(struct world *w)
{
    static const char *const names[] = {
        ".databrickscfg", ".databricks", ".netrc", ".azure", ".aws", ".config/databricks-sdk-py",
        ".config/gcloud", ".ssh"};
    const char *home = env_get("HOME");
    struct str_list list = {0};
    for (size_t i = 0; home != NULL && i < ARRAY_LEN(names); i++) {
        const char *path = fs_join(w->arena, home, names[i]);
        if (fs_exists(path)) {
            *VEC_PUSH(w->arena, &list) = path;
        }
    }
    return list;
}

/* NULL: programs are started and not followed. */
static const struct seal_guest *guest_of(const struct world *w)
{
    if (w->has_clock) {
        return world_clock_guest();
    }
    return w->options.walls->trace_refusal == NULL ? world_watch_guest() : NULL;
}

bool world_follows(const struct world *w)
{
    return w->seal != NULL && guest_of(w) != NULL;
}

static int cell_open(struct world *w, struct err *err)
{
    const struct trust *trust = &w->options.walls->trust;
    struct world_binds binds = world_binds_of(w);
    struct str_list hidden = private_files(w);
    const struct seal_options options = {.hostname = "connector",
                                         .binds = binds.items,
                                         .bind_count = binds.count,
                                         .overlays = trust->overlays,
                                         .overlay_count = trust->overlay_count,
                                         .hidden = hidden.items,
                                         .hidden_count = hidden.count,
                                         .max_tasks = w->options.manifest->limits.processes,
                                         .guest = guest_of(w)};
    if (seal_open(&options, &w->seal, err) < 0) {
        return err_wrap(err, "sealing the world");
    }
    w->home = seal_path(w->seal, w->arena, "home");
    w->tmp = seal_path(w->seal, w->arena, "tmp");
    w->inner_home = SEAL_HOME;
    w->inner_tmp = SEAL_TMP;
    return 0;
}

static const struct seal_address decoy_addresses[] = {{WALLS_DECOY, 80, SEAL_TCP},
                                                      {WALLS_DECOY, 443, SEAL_TCP}};
static const struct seal_address metadata_address = {CLOUD_METADATA_ADDRESS, 80, SEAL_TCP};

static int gate_make(struct world *w, struct err *err)
{
    const struct names_options names = {.ipv4 = "127.0.0.1",
                                        .ipv6 = seal_has_ipv6(w->seal) ? "::1" : NULL,
                                        .decoy_ipv6 = seal_has_ipv6(w->seal),
                                        .metadata = world_place(w)->metadata_name,
                                        .metadata_ipv4 = CLOUD_METADATA_ADDRESS};
    const struct seal_address served[] = {decoy_addresses[0], decoy_addresses[1], metadata_address};
    const struct gate_options options = {
        .names = &names, .served = served, .served_count = world_place(w)->has_metadata ? 3 : 2};
    return gate_open(w->seal, &options, &w->gate, err);
}

int world_seal_up(struct world *w, struct err *err)
{
    return cell_open(w, err) < 0 || gate_make(w, err) < 0 ? -1 : 0;
}

static int listen_at(struct world *w, const struct seal_address *at, struct world_sockets *ret,
                     struct err *err)
{
    struct mock_socket made = {.is_https = at->port == 443};
    if (seal_listen(w->seal, at, &made.fd, err) < 0) {
        return -1;
    }
    ret->items[ret->count++] = made;
    return 0;
}

int world_seal_listen(struct world *w, bool is_decoy, struct world_sockets *ret, struct err *err)
{
    static const struct seal_address own[] = {{"127.0.0.1", 80, SEAL_TCP},
                                              {"127.0.0.1", 443, SEAL_TCP},
                                              {"::1", 80, SEAL_TCP},
                                              {"::1", 443, SEAL_TCP}};
    const struct seal_address *at = is_decoy ? decoy_addresses : own;
    size_t count = is_decoy || !seal_has_ipv6(w->seal) ? 2 : ARRAY_LEN(own);
    for (size_t i = 0; i < count; i++) {
        if (listen_at(w, &at[i], ret, err) < 0) {
            return -1;
        }
    }
    return !is_decoy && world_place(w)->has_metadata ? listen_at(w, &metadata_address, ret, err)
                                                     : 0;
}

int world_egress(struct world *w, struct egress_records *ret, struct err *err)
{
    *ret = (struct egress_records){0};
    return w->gate != NULL ? gate_finish(w->gate, w->arena, ret, err) : 0;
}

void world_seal_down(struct world *w)
{
    gate_close(w->gate);
    seal_close(w->seal);
    w->gate = NULL;
    w->seal = NULL;
}
